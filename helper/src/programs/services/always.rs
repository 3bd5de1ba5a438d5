//! Services that every Windows has and Wine has not: they are told as Windows sets them up and run
//! nowhere, so that nothing can be done to them.
//!
//! Source: Microsoft Learn, "Per-user services" and "Guidance on disabling system services on Windows
//! Server" (names, display names, start types); `sc qc` of each on Windows tells the rest.

use super::{Service, Settings};
use crate::os::{self, SysError};

const SHARED: u32 = 0x20;
const OWN: u32 = 0x10;
const AUTO: u32 = 2;
const DEMAND: u32 = 3;
const STOPPED: u32 = 1;
const RUNNING: u32 = 4;
/// `SERVICE_ACCEPT_STOP`
const STOPS: u32 = 1;
/// `ERROR_SERVICE_NEVER_STARTED`
const NEVER_STARTED: u32 = 1077;
/// `ERROR_SERVICE_DOES_NOT_EXIST`
const NOT_THERE: u32 = 1060;

/// How Windows has a service: type, whether it may be stopped, and what it is set up with.
struct Usual {
    name: &'static str,
    display: &'static str,
    kind: u32,
    runs: bool,
    stops: bool,
    binary: &'static str,
    account: &'static str,
}

const USUAL: [Usual; 7] = [
    Usual {
        name: "CryptSvc",
        display: "Cryptographic Services",
        kind: SHARED,
        runs: true,
        stops: true,
        binary: r"C:\Windows\system32\svchost.exe -k NetworkService -p",
        account: r"NT Authority\NetworkService",
    },
    Usual {
        name: "Dhcp",
        display: "DHCP Client",
        kind: SHARED,
        runs: true,
        stops: true,
        binary: r"C:\Windows\system32\svchost.exe -k LocalServiceNetworkRestricted -p",
        account: r"NT Authority\LocalService",
    },
    Usual {
        name: "Dnscache",
        display: "DNS Client",
        kind: SHARED,
        runs: true,
        stops: false,
        binary: r"C:\Windows\system32\svchost.exe -k NetworkService -p",
        account: r"NT AUTHORITY\NetworkService",
    },
    Usual {
        name: "LanmanWorkstation",
        display: "Workstation",
        kind: SHARED,
        runs: true,
        stops: true,
        binary: r"C:\Windows\System32\svchost.exe -k NetworkService -p",
        account: r"NT AUTHORITY\NetworkService",
    },
    Usual {
        name: "mpssvc",
        display: "Windows Defender Firewall",
        kind: SHARED,
        runs: true,
        stops: false,
        binary: r"C:\Windows\system32\svchost.exe -k LocalServiceNoNetworkFirewall -p",
        account: r"NT Authority\LocalService",
    },
    Usual {
        name: "W32Time",
        display: "Windows Time",
        kind: SHARED,
        runs: false,
        stops: true,
        binary: r"C:\Windows\system32\svchost.exe -k LocalService",
        account: r"NT AUTHORITY\LocalService",
    },
    Usual {
        name: "WinDefend",
        display: "Microsoft Defender Antivirus Service",
        kind: OWN,
        runs: true,
        stops: false,
        binary: "\"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24010.12-0\\MsMpEng.exe\"",
        account: "LocalSystem",
    },
];

fn usual(name: &str) -> Option<&'static Usual> {
    USUAL.iter().find(|u| u.name.eq_ignore_ascii_case(name))
}

impl Usual {
    fn service(&self) -> Service {
        Service {
            name: self.name.to_owned(),
            display: self.display.to_owned(),
            kind: self.kind,
            state: if self.runs { RUNNING } else { STOPPED },
            accepts: if self.runs && self.stops { STOPS } else { 0 },
            exit: if self.runs { 0 } else { NEVER_STARTED },
            ..Service::default()
        }
    }

    fn settings(&self) -> Settings {
        Settings {
            kind: Some(self.kind),
            start: Some(if self.runs { AUTO } else { DEMAND }),
            delayed: Some(false),
            error: Some(1),
            binary: Some(self.binary.to_owned()),
            display: Some(self.display.to_owned()),
            account: Some(self.account.to_owned()),
            ..Settings::default()
        }
    }
}

/// Every service and driver, with those that Windows always has.
///
/// # Errors
/// The service manager does not answer.
pub fn list() -> Result<Vec<Service>, SysError> {
    let mut all = os::scm::list()?;
    for own in &USUAL {
        if !all.iter().any(|s| s.name.eq_ignore_ascii_case(own.name)) {
            all.push(own.service());
        }
    }
    Ok(all)
}

/// A service as it is now, or as Windows always has it.
///
/// # Errors
/// It is not there.
pub fn status(name: &str) -> Result<Service, SysError> {
    or_usual(os::scm::status(name), name, Usual::service)
}

/// How a service is set up.
///
/// # Errors
/// It is not there.
pub fn settings(name: &str) -> Result<Settings, SysError> {
    or_usual(os::scm::settings(name), name, Usual::settings)
}

fn or_usual<T>(
    found: Result<T, SysError>,
    name: &str,
    told: impl Fn(&Usual) -> T,
) -> Result<T, SysError> {
    found.or_else(|e| instead(name, e.code).map(told).ok_or(e))
}

/// What is told where the service manager answers so.
fn instead(name: &str, code: u32) -> Option<&'static Usual> {
    usual(name).filter(|_| code == NOT_THERE)
}

/// A service that is only told of, so that nothing can be done to it.
#[must_use]
pub fn only_told(name: &str) -> Option<Service> {
    let error = os::scm::status(name).err()?;
    instead(name, error.code).map(Usual::service)
}

/// Whether a service runs, or is told to.
#[must_use]
pub fn runs(service: &Service) -> bool {
    service.state == RUNNING
}

/// Why what would be done to such a service is refused.
#[must_use]
pub fn why(name: &str) -> String {
    format!(
        "the service {name} is told as Windows has it, and no process of it is here to do this to"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_has_is_told_only_where_the_manager_has_none() {
        let told = |name: &str, code| instead(name, code).map(Usual::service);
        let defender = told("windefend", NOT_THERE).unwrap();
        assert_eq!(
            (defender.name.as_str(), defender.state),
            ("WinDefend", RUNNING)
        );
        let time = told("w32time", NOT_THERE).unwrap();
        assert_eq!((time.state, time.exit), (STOPPED, NEVER_STARTED));
        assert_eq!(told("BvAntiSrv", NOT_THERE), None);
        assert_eq!(told("Dnscache", 5), None, "access denied is no absence");
    }
}
