//! Devices of a fleet.

use super::dice::Dice;
use super::names::*;
use super::sites::Place;
use crate::platform::state::{Device, FleetPlace};
use crate::rmm::ids::guid;
use crate::rmm::portal::{Antivirus, AntivirusStatus, DeviceClass, DeviceDetails, Patch};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const MINUTE: i64 = 60_000;
pub(super) const DAY: i64 = 24 * 60 * MINUTE;

/// What a device is, and how many of a thousand are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Desktop,
    Laptop,
    MacBook,
    LinuxDesktop,
    Server,
    LinuxServer,
    Printer,
    Esxi,
    Network,
}

const KINDS: &[(usize, Kind)] = &[
    (365, Kind::Desktop),
    (330, Kind::Laptop),
    (35, Kind::MacBook),
    (15, Kind::LinuxDesktop),
    (70, Kind::Server),
    (20, Kind::LinuxServer),
    (75, Kind::Printer),
    (15, Kind::Esxi),
    (75, Kind::Network),
];

impl Kind {
    /// The kind of the device at a place; its other numbers come from other streams.
    pub(super) fn of(place: FleetPlace) -> Kind {
        Dice::of(place.seed, place.index.into(), "kind").share(KINDS)
    }

    /// Runs the platform's Agent.
    pub(super) fn has_agent(self) -> bool {
        !matches!(self, Kind::Printer | Kind::Esxi | Kind::Network)
    }

    pub(super) fn is_windows(self) -> bool {
        matches!(self, Kind::Desktop | Kind::Laptop | Kind::Server)
    }

    pub(super) fn is_server(self) -> bool {
        matches!(self, Kind::Server | Kind::LinuxServer | Kind::Esxi)
    }

    fn os(self) -> &'static str {
        match self {
            Kind::Desktop | Kind::Laptop | Kind::Server => "windows",
            Kind::MacBook => "macos",
            Kind::LinuxDesktop | Kind::LinuxServer => "linux",
            Kind::Printer | Kind::Esxi | Kind::Network => "",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Desktop | Kind::LinuxDesktop => "PC",
            Kind::Laptop => "LT",
            Kind::MacBook => "MB",
            Kind::Server | Kind::LinuxServer => "SRV",
            Kind::Printer => "PRN",
            Kind::Esxi => "ESX",
            Kind::Network => "NET",
        }
    }

    fn class(self) -> DeviceClass {
        match self {
            Kind::Printer => DeviceClass::Printer,
            Kind::Esxi => DeviceClass::EsxiHost,
            Kind::Network => DeviceClass::RmmNetworkDevice,
            _ => DeviceClass::Device,
        }
    }

    fn category(self) -> &'static str {
        match self {
            Kind::Desktop | Kind::LinuxDesktop => "Desktop",
            Kind::Laptop | Kind::MacBook => "Laptop",
            Kind::Server | Kind::LinuxServer => "Server",
            Kind::Printer => "Printer",
            Kind::Esxi => "ESXi Host",
            Kind::Network => "Network Device",
        }
    }

    fn operating_system(self, dice: &mut Dice) -> &'static str {
        match self {
            Kind::Desktop | Kind::Laptop => dice.share(WINDOWS),
            Kind::MacBook => dice.share(MACOS),
            Kind::LinuxDesktop | Kind::LinuxServer => dice.share(LINUX),
            Kind::Server => dice.share(SERVERS),
            Kind::Esxi => dice.share(ESXI),
            Kind::Printer | Kind::Network => "",
        }
    }
}

/// Twelve hexadecimal digits, locally administered, no two alike within a fleet.
fn mac(place: FleetPlace, card: u8) -> String {
    let of_seed = Dice::of(place.seed, 0, "mac").next() as u8;
    // An odd factor maps the 24 bits onto themselves.
    let own = place.index.wrapping_mul(0x9e_3779) & 0xff_ffff;
    format!("02{of_seed:02X}{own:06X}{card:02X}")
}

/// The device at a place.
pub(super) fn device(place: FleetPlace, site: &Place, at: i64) -> Device {
    let mut dice = Dice::of(place.seed, place.index.into(), "device");
    let kind = Kind::of(place);
    let ordinal = place.index - site.first + 1;
    let (type_name, word) = match kind {
        Kind::Network => dice.share(NETWORK),
        _ => (kind.category(), kind.word()),
    };
    let hostname = format!("{}-{word}-{ordinal:03}", site.short);
    let share_online = match kind {
        _ if site.on_demand => 5,
        Kind::Server | Kind::LinuxServer | Kind::Esxi | Kind::Network => 97,
        Kind::Laptop | Kind::MacBook => 58,
        _ => 78,
    };
    let online = dice.percent(share_online);
    let details = details(place, kind, type_name, site, online, &mut dice, at);
    let warranty = details
        .created
        .filter(|_| dice.percent(70))
        .and_then(|made| day(made + dice.between(1, 5) * 365 * DAY));
    let described = dice.percent(25);
    Device {
        uid: guid(place.seed, &format!("fleet-device-{}", place.index)),
        site: site.key.clone(),
        os: kind.os().to_owned(),
        // The platform fills the description with the host name unless a person wrote one.
        description: match described {
            true => dice
                .pick(&["Reception", "Meeting room", "Spare", "Finance", "Warehouse"])
                .to_owned(),
            false => hostname.clone(),
        },
        udfs: udfs(kind, place, &mut dice),
        online,
        warranty,
        fleet: Some(place),
        details: Arc::new(details),
        hostname,
        ..Device::default()
    }
}

/// `yyyy-mm-dd` of a time, in UTC.
fn day(ms: i64) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}

fn details(
    place: FleetPlace,
    kind: Kind,
    type_name: &str,
    site: &Place,
    online: bool,
    dice: &mut Dice,
    at: i64,
) -> DeviceDetails {
    let created = at - dice.between(3 * DAY, 1200 * DAY);
    let away = match dice.percent(70) {
        true => dice.between(10 * MINUTE, 3 * DAY),
        false => dice.between(3 * DAY, 90 * DAY),
    };
    let seen = match online {
        true => at - dice.between(0, 60_000),
        false => (at - away).max(created),
    };
    let audited = (seen - dice.between(0, DAY)).max(created);
    let booted = (seen - dice.between(5 * MINUTE, 30 * DAY)).max(created);
    let never_audited = dice.percent(1);
    let agent = kind.has_agent();
    let cards = 1 + u8::from(matches!(kind, Kind::Laptop)) + u8::from(kind.is_server());
    let host = place.index - site.first + 10;
    let patch = (kind.is_windows()).then(|| patch(dice));
    DeviceDetails {
        class: kind.class(),
        category: kind.category().to_owned(),
        kind: type_name.to_owned(),
        operating_system: kind.operating_system(dice).to_owned(),
        domain: match (&site.domain, agent) {
            (_, false) => String::new(),
            (Some(domain), _) if kind.is_windows() => domain.clone(),
            _ => "WORKGROUP".to_owned(),
        },
        last_user: match agent {
            true => user(kind, site, dice),
            false => String::new(),
        },
        int_ip: format!("{}.{host}", site.net),
        ext_ip: site.ext_ip.clone(),
        macs: (0..cards).map(|card| mac(place, card)).collect(),
        serial: serial(dice),
        agent_version: match agent {
            true => dice.share(AGENTS).to_owned(),
            false => String::new(),
        },
        is_64_bit: agent,
        reboot_required: patch.as_ref().is_some_and(|p| p.status == "RebootRequired"),
        created: Some(created),
        last_seen: Some(seen),
        last_reboot: agent.then_some(booted),
        last_audit: (!never_audited && kind != Kind::Network).then_some(audited),
        antivirus: agent.then(|| antivirus(kind, dice)),
        patch,
        software_status: match agent && dice.percent(60) {
            true => Some(
                dice.share(&[(80, "Compliant"), (20, "Not Compliant")])
                    .to_owned(),
            ),
            false => None,
        },
        snmp_enabled: matches!(kind, Kind::Printer | Kind::Network),
        network_probe: kind == Kind::Server && dice.percent(10),
        onboarded_via_network_monitor: kind == Kind::Network,
        software: Vec::new(),
    }
}

fn user(kind: Kind, site: &Place, dice: &mut Dice) -> String {
    let first = dice.pick(FIRST_NAMES).to_lowercase();
    let last = dice.pick(LAST_NAMES).to_lowercase();
    match kind {
        Kind::LinuxServer => "root".to_owned(),
        Kind::MacBook | Kind::LinuxDesktop => format!("{first}{last}"),
        _ => match &site.domain {
            Some(_) if kind == Kind::Server => format!("{}\\administrator", site.short),
            Some(_) => format!("{}\\{first}.{last}", site.short),
            None => format!("WORKGROUP\\{first}"),
        },
    }
}

fn serial(dice: &mut Dice) -> String {
    const LETTERS: &[u8] = b"0123456789BCDFGHJKLMNPQRSTVWXYZ";
    (0..7).map(|_| char::from(dice.pick(LETTERS))).collect()
}

fn antivirus(kind: Kind, dice: &mut Dice) -> Antivirus {
    let none = match kind.is_windows() {
        true => 2,
        false => 70,
    };
    if dice.percent(none) {
        return Antivirus::none();
    }
    Antivirus {
        product: match kind.is_windows() {
            true => dice.share(ANTIVIRUS).to_owned(),
            false => "Datto AV".to_owned(),
        },
        status: dice.share(&[
            (92, AntivirusStatus::RunningAndUpToDate),
            (6, AntivirusStatus::RunningAndNotUpToDate),
            (2, AntivirusStatus::NotRunning),
        ]),
        source: None,
    }
}

fn patch(dice: &mut Dice) -> Patch {
    let status = dice.share(&[
        (62, "FullyPatched"),
        (18, "ApprovedPending"),
        (9, "RebootRequired"),
        (5, "InstallError"),
        (4, "NoPolicy"),
        (2, "NoData"),
    ]);
    let known = !matches!(status, "NoPolicy" | "NoData");
    let waiting = matches!(status, "ApprovedPending" | "InstallError");
    Patch {
        status: status.to_owned(),
        approved_pending: if waiting { dice.small(1, 12) } else { 0 },
        not_approved: if known { dice.small(0, 15) } else { 0 },
        installed: if known { dice.small(4, 160) } else { 0 },
    }
}

fn udfs(kind: Kind, place: FleetPlace, dice: &mut Dice) -> BTreeMap<u16, String> {
    let mut out = BTreeMap::new();
    if dice.percent(60) {
        out.insert(1, format!("AST-{:06}", place.index + 1000));
    }
    if kind.is_windows() && dice.percent(70) {
        let state = dice.share(&[(85, "Encrypted"), (15, "Not encrypted")]);
        out.insert(2, state.to_owned());
    }
    if kind.has_agent() && dice.percent(40) {
        let days = dice.between(0, 45);
        out.insert(5, format!("Backup {days} day(s) ago"));
    }
    if dice.percent(5) {
        out.insert(30, "Replace this quarter".to_owned());
    }
    out
}
