//! Programs that answer from the device's facts and stores. What is not known of a device is refused
//! by name on stderr with exit code [`super::REFUSED`]; a missing fact is never guessed.
//!
//! All of them ask through [`super::Ask`], so they run against a device made up in tests.

pub mod access;
pub mod clock;
pub mod desk;
pub mod events;
pub mod net;
pub mod network;
pub mod options;
pub mod pipe;
pub mod row;
pub mod shutdown;
pub mod system;
pub mod tasks;
pub mod wmi;
pub mod xml;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod shutdown_tests;

use super::{Call, Ended, Program};

/// A program in `system32`.
const fn program(name: &'static str, run: fn(&mut Call<'_>) -> Ended) -> Program {
    Program {
        name,
        folder: "system32",
        run,
    }
}

/// Those of them that cannot be played at all.
pub const REFUSED: [&str; 4] = ["gpresult", "gpupdate", "usoclient", "winget"];

/// The programs of this folder, sorted by name.
pub const PROGRAMS: &[Program] = &[
    program("arp", network::arp::arp),
    program("bcdedit", system::boot::bcdedit),
    program("bitsadmin", system::bits::bitsadmin),
    program("cacls", access::cacls),
    program("chkntfs", system::volumes::chkntfs),
    program("dism", system::dism::dism),
    program("driverquery", system::systeminfo::driverquery),
    program("dsregcmd", system::join::dsregcmd),
    program("eventcreate", events::eventcreate::eventcreate),
    program("fltmc", system::fltmc::fltmc),
    program("fsutil", system::fsutil::fsutil),
    program("getmac", network::getmac::getmac),
    program("gpresult", system::join::refused),
    program("gpupdate", system::join::refused),
    program("icacls", access::icacls),
    program("ipconfig", network::ipconfig::ipconfig),
    program("manage-bde", system::volumes::manage_bde),
    program("mountvol", system::volumes::mountvol),
    program("net", net::net),
    program("net1", net::net),
    program("netsh", network::netsh::netsh),
    program("nslookup", network::nslookup::nslookup),
    program("powercfg", system::power::powercfg),
    program("qprocess", system::sessions::qprocess),
    program("query", system::sessions::query),
    program("quser", system::sessions::quser),
    program("qwinsta", system::sessions::qwinsta),
    program("reagentc", system::boot::reagentc),
    program("route", network::route::route),
    program("schtasks", tasks::schtasks),
    program("sfc", system::repair::sfc),
    program("shutdown", shutdown::shutdown),
    program("systeminfo", system::systeminfo::systeminfo),
    program("takeown", access::takeown),
    program("tzutil", system::time::tzutil),
    program("usoclient", system::join::refused),
    program("vssadmin", system::volumes::vssadmin),
    program("w32tm", system::time::w32tm),
    program("wevtutil", events::wevtutil::wevtutil),
    program("winget", system::join::refused),
    Program {
        name: "wmic",
        folder: r"system32\wbem",
        run: wmi::wmic::wmic,
    },
];
