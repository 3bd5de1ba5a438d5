//! `facts:` of a Windows device: what WMI, systeminfo and the registry tell of it.

mod forms;

use super::matcher::says_nothing;
use super::windows::{Level, plain_words};
use crate::rmm::facts::declared::{
    Adapter, Antivirus, Battery, Chassis, Declared, Disk, Hotfix, LogEvent, Printer, Processor,
    Task, User, Volume,
};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, ListOf, Many};
use crate::scenario::form::pattern::Date;
use crate::scenario::form::scalar::{Fixed, Flag, Literal, Whole};
use crate::scenario::form::time::Moment;
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Map};
pub(super) use forms::Size;
use forms::{Ago, Build, Groups, Ipv4, Letter, More, OrNone, PlainMac, TaskText, Wmi};

plain_words! {
    /// Edition of Windows.
    Edition: "an edition of Windows" [
        "pro": "", "home": "", "enterprise": "", "education": "",
        "standard": "Of a server.", "datacenter": "Of a server.",
    ]
}
plain_words! {
    /// Kind of a disk.
    Media: "a kind of disk" ["SSD": "", "HDD": ""]
}
plain_words! {
    /// Health of a disk or volume.
    Health: "a state of health" ["Healthy": "", "Warning": "", "Unhealthy": ""]
}
plain_words! {
    /// Kind of a volume.
    DriveKind: "a kind of volume" ["Fixed": "", "Removable": "", "CD-ROM": "", "Network": ""]
}
plain_words! {
    /// State of a network adapter.
    Link: "a state of an adapter" ["Up": "", "Disconnected": "", "Disabled": ""]
}

impl Words for Chassis {
    const WHAT: &'static str = "a kind of machine";
    const ALL: &'static [(&'static str, Chassis, &'static str)] = &[
        ("desktop", Chassis::Desktop, ""),
        ("laptop", Chassis::Laptop, "It has a battery."),
        ("server", Chassis::Server, ""),
        ("virtual", Chassis::Virtual, ""),
    ];
}

keys! {
    /// What WMI, systeminfo, the registry and their like tell of a Windows device. Everything has a
    /// default by the device's `os`; host name, domain, serial number and MAC address are the device's own.
    FactsKeys ("facts") => Declared {
        /// Edition; `pro`, on servers `standard` unless given.
        "edition": Word<Edition> => edition,
        /// Build, or the whole version; the release's own unless given.
        "build": Build => build,
        /// When Windows was installed, as `2026-01-05T09:00:00Z`.
        "installed": Moment => installed_ms,
        /// When it was started, as `2026-01-05T09:00:00Z`; its real start unless given.
        "booted": Moment => booted_ms,
        /// Who made the machine.
        "maker": Fixed => maker,
        /// Its model.
        "model": Fixed => model,
        /// What kind of machine it is; `desktop`, on servers `server` unless given.
        "chassis": Word<Chassis> => chassis,
        /// Version of its BIOS.
        "bios": Fixed => bios_version,
        /// Its workgroup, where it has no domain; `WORKGROUP` unless given.
        "workgroup": Fixed => workgroup,
        /// Who is logged on, `DOMAIN\name` or a local name; nobody unless given.
        "user": Fixed => user,
        /// Its memory; 16 GiB unless given.
        "memory": Size => memory,
        /// Its processors; one unless given.
        "processors": ListOf<Map<ProcessorKeys>> => processors,
        /// Its disks; one unless given.
        "disks": ListOf<Map<DiskKeys>> => disks,
        /// Its volumes; C: unless given.
        "volumes": ListOf<Map<VolumeKeys>> => volumes,
        /// Its network adapters, the first has the device's MAC address; one unless given.
        "adapters": ListOf<Map<AdapterKeys>> => adapters,
        /// Its batteries; one in a laptop unless given, and `none`.
        "batteries": OrNone<Map<BatteryKeys>> => batteries,
        /// Its printers besides Windows' own.
        "printers": ListOf<Map<PrinterKeys>> => printers,
        /// Antivirus that SecurityCenter2 tells of; Windows Defender, on servers none unless given, and `none`.
        "antivirus": OrNone<Map<AntivirusKeys>> => antivirus,
        /// Installed updates; the release's own unless given, and `none`.
        "hotfixes": OrNone<Map<HotfixKeys>> => hotfixes,
        /// Local users besides Windows' own; `user` on clients unless given.
        "users": ListOf<Map<UserKeys>> => users,
        /// Members of local groups, by the group's name.
        "groups": Groups => groups,
        /// Scheduled tasks it has before the first step.
        "tasks": ListOf<Map<TaskKeys>> => tasks,
        /// Entries its event log holds before the first step.
        "events": ListOf<Map<LogEventKeys>> => events,
        /// Rows of WMI classes, by `Class` or `namespace:Class`; they win over all else. `false`: there is no such class.
        "wmi": Wmi => wmi,
        /// Any other fact by the name that programs ask it by.
        "more": More => more,
    }
}
plain!(FactsKeys => Declared);

keys! {
    /// What a Windows device tells otherwise from here on. Other facts are laid into it when it is booted, and stay.
    ChangedFactsKeys ("changed-facts") => Declared {
        /// Antivirus that SecurityCenter2 tells of, all of it; and `none`.
        "antivirus": OrNone<Map<AntivirusKeys>> => antivirus,
        /// Its volumes, all of them.
        "volumes": Filled<ListOf<Map<VolumeKeys>>> => volumes,
    }
}
plain!(ChangedFactsKeys => Declared, |d: Declared, span, cx: &mut Cx| {
    if d == Declared::default() {
        return says_nothing(cx, span);
    }
    Some(d)
});

keys! {
    /// A processor.
    ProcessorKeys ("facts-processor") => Processor {
        /// Its name.
        "name": Fixed => name,
        /// Who made it.
        "maker": Fixed => maker,
        /// Cores; 8 unless given.
        "cores": Whole<u32, 1, 1024> => cores,
        /// Logical processors; twice the cores unless given.
        "threads": Whole<u32, 1, 2048> => threads,
        /// MHz.
        "speed": Whole<u32, 1, 100000> => speed,
    }
}
plain!(ProcessorKeys => Processor);

keys! {
    /// A disk.
    DiskKeys ("facts-disk") => Disk {
        /// Its model.
        "name": Fixed => name,
        /// Its serial number.
        "serial": Fixed => serial,
        /// Its size; 512 GB unless given.
        "size": Size => size,
        /// What kind it is; `SSD` unless given.
        "media": Word<Media> => media,
        /// Its bus, such as `NVMe` or `SATA`.
        "bus": Fixed => bus,
        /// Its health; `Healthy` unless given.
        "health": Word<Health> => health,
    }
}
plain!(DiskKeys => Disk);

keys! {
    /// A volume.
    VolumeKeys ("facts-volume") => Volume {
        /// Its letter; none unless given.
        "letter": Letter => letter,
        /// Its label.
        "label": Literal => label,
        /// Its file system; `NTFS` unless given.
        "file-system": Fixed => file_system,
        /// What kind it is; `Fixed` unless given.
        "kind": Word<DriveKind> => kind,
        /// Its size.
        "size": Size => size,
        /// What is free of it; 63 % unless given.
        "free": Size => free,
        /// Its health; `Healthy` unless given.
        "health": Word<Health> => health,
    }
}
plain!(VolumeKeys => Volume, |v: Volume, span, cx: &mut Cx| {
    if let (Some(size), Some(free)) = (v.size, v.free)
        && free > size
    {
        return cx.fail(
            Problem::new("scenario::contradiction", "more of the volume is free than there is")
                .at(span)
                .label(format!("{free} of {size} bytes"))
                .help("`free` is at most `size`"),
        );
    }
    Some(v)
});

keys! {
    /// A network adapter.
    AdapterKeys ("facts-adapter") => Adapter {
        /// Its name, such as `Ethernet`.
        must "name": Fixed => name,
        /// What it is.
        "description": Fixed => description,
        /// Its MAC address.
        "mac": PlainMac => mac,
        /// Its IPv4 address.
        "ip": Ipv4 => ip,
        /// Length of the network's prefix; 24 unless given.
        "prefix": Whole<u32, 0, 32> => prefix,
        /// Its gateway.
        "gateway": Ipv4 => gateway,
        /// Its DNS servers; the gateway unless given.
        "dns": Many<Fixed> => dns,
        /// Its address comes by DHCP; only where no `ip` is given unless told.
        "dhcp": Flag => dhcp,
        /// Its state; `Up` unless given.
        "status": Word<Link> => status,
        /// Bits per second.
        "speed": Whole<u64, 1, { i64::MAX }> => speed,
    }
}
plain!(AdapterKeys => Adapter);

keys! {
    /// A battery.
    BatteryKeys ("facts-battery") => Battery {
        /// Its name.
        "name": Fixed => name,
        /// Percent of its charge; 100 unless given.
        "charge": Whole<u32, 0, 100> => charge,
        /// `false`: it is discharging.
        "mains": Flag => mains,
    }
}
plain!(BatteryKeys => Battery);

keys! {
    /// A printer.
    PrinterKeys ("facts-printer") => Printer {
        /// Its name.
        must "name": Fixed => name,
        /// Name of its driver.
        "driver": Fixed => driver,
        /// Its port.
        "port": Fixed => port,
        /// `true`: it is shared under its name.
        "shared": Flag => shared,
    }
}
plain!(PrinterKeys => Printer);

keys! {
    /// An antivirus that SecurityCenter2 tells of.
    AntivirusKeys ("facts-antivirus") => Antivirus {
        /// Its name.
        must "name": Fixed => name,
        /// `false`: it is off.
        "running": Flag => running,
        /// `false`: its signatures are old.
        "up-to-date": Flag => up_to_date,
    }
}
plain!(AntivirusKeys => Antivirus);

keys! {
    /// An installed update.
    HotfixKeys ("facts-hotfix") => Hotfix {
        /// Its number, such as `KB5034765`.
        must "id": Fixed => id,
        /// The day it was installed, as `2026-01-05`.
        "installed": Date => installed,
        /// What it is; `Security Update` unless given.
        "description": Fixed => description,
    }
}
plain!(HotfixKeys => Hotfix);

keys! {
    /// A local user.
    UserKeys ("facts-user") => User {
        /// Its name.
        must "name": Fixed => name,
        /// Its full name.
        "full-name": Literal => full_name,
        /// Its description.
        "description": Literal => description,
        /// `false`: it cannot log on.
        "enabled": Flag => enabled,
        /// `true`: it is an administrator.
        "admin": Flag => admin,
        /// `true`: its password never expires.
        "password-never-expires": Flag => password_never_expires,
    }
}
plain!(UserKeys => User);

keys! {
    /// A scheduled task.
    TaskKeys ("facts-task") => Task {
        /// Its folders and name, such as `\Bright\Scan`.
        must "path": TaskText => path,
        /// The program it runs.
        must "run": Fixed => run,
        /// The program's arguments.
        "arguments": Literal => arguments,
        /// The account it runs as; `SYSTEM` unless given.
        "user": Fixed => user,
        /// `false`: it is disabled.
        "enabled": Flag => enabled,
    }
}
plain!(TaskKeys => Task);

keys! {
    /// An entry of the event log.
    LogEventKeys ("facts-event") => LogEvent {
        /// Name of the log; `Application` unless given.
        "log": Fixed => log,
        /// The source that wrote it.
        must "source": Fixed => source,
        /// Its id.
        must "id": Whole<u32, 0, 65535> => id,
        /// Its type; `Information` unless given.
        "level": Word<Level> => level,
        /// Its text.
        must "message": Literal => message,
        /// How long before the device's start it was written.
        "ago": Ago => ago_ms,
    }
}
plain!(LogEventKeys => LogEvent);
