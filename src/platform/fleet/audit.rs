//! Audits and software of a fleet's devices, worked out when they are asked for: they would be
//! most of the fleet's memory.

use super::device::{DAY, Kind};
use super::dice::Dice;
use super::names::*;
use crate::platform::state::{Device, FleetPlace};

const GIB: i64 = 1 << 30;

/// What an audit found, by the class of the device.
#[derive(Debug, Clone, PartialEq)]
pub enum Audit {
    Device(Box<Machine>),
    Printer(Box<Printer>),
    EsxiHost(Box<Host>),
}

/// A machine with an Agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    pub manufacturer: &'static str,
    pub model: &'static str,
    /// Bytes.
    pub memory: i64,
    pub cores: i32,
    pub processor: &'static str,
    pub dot_net: Option<&'static str>,
    pub bios: &'static str,
    pub bios_version: String,
    /// Platform time, milliseconds.
    pub bios_date: i64,
    pub board: &'static str,
    pub video: &'static str,
    /// Name, width and height in pixels.
    pub displays: Vec<(&'static str, i32, i32)>,
    pub disks: Vec<Disk>,
    pub modules: Vec<Module>,
    pub attached: Vec<Attached>,
    pub mobile: Option<Mobile>,
}

/// A volume, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    pub name: &'static str,
    pub description: &'static str,
    pub free: i64,
    pub size: i64,
}

/// A memory module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    pub slot: String,
    /// Bytes.
    pub size: i64,
    pub kind: &'static str,
    pub speed: &'static str,
    pub serial: String,
    pub part: &'static str,
    pub bank: String,
}

/// A device attached to a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub name: &'static str,
    pub kind: &'static str,
    pub driver_file: &'static str,
    /// Platform time, milliseconds.
    pub driver_date: i64,
    pub driver_maker: &'static str,
    pub driver_name: &'static str,
    pub driver_version: &'static str,
    pub port: &'static str,
}

/// A mobile connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mobile {
    pub iccid: String,
    pub imei: String,
    pub number: String,
    pub operator: &'static str,
}

/// A printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    pub manufacturer: &'static str,
    pub model: &'static str,
    pub pages: i64,
    /// Name and percent left.
    pub supplies: Vec<(&'static str, i32)>,
    pub location: &'static str,
    pub uptime: String,
}

/// An ESXi host.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    pub manufacturer: &'static str,
    pub model: &'static str,
    pub processor: &'static str,
    pub processors: usize,
    pub cores: i32,
    /// GHz.
    pub frequency: f64,
    pub guests: Vec<Guest>,
    pub modules: Vec<Module>,
    pub stores: Vec<Store>,
}

/// A virtual machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub name: String,
    /// MHz of its processors together.
    pub speed: i32,
    /// Bytes.
    pub memory: i64,
    pub snapshots: i32,
    pub store: &'static str,
}

/// A datastore, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    pub name: &'static str,
    /// Percent promised to virtual machines.
    pub subscribed: i32,
    pub free: i64,
    pub size: i64,
    /// Name of its disk, and whether it is an SSD.
    pub disk: String,
    pub ssd: bool,
}

/// A network card: name, kind, and what of the device's details belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nic<'a> {
    /// Not known of devices that no fleet made.
    pub name: Option<&'static str>,
    pub kind: Option<&'static str>,
    pub mac: &'a str,
    /// Only the first card has an address.
    pub ipv4: Option<&'a str>,
}

/// The network cards of any device, as its details tell them.
pub fn nics(device: &Device) -> Vec<Nic<'_>> {
    let kind = device.fleet.map(Kind::of);
    let name = |n: usize| match (kind?, n) {
        (Kind::Laptop, 1) => Some("Intel(R) Wi-Fi 6 AX201 160MHz"),
        (Kind::MacBook, _) => Some("en0"),
        (Kind::LinuxDesktop | Kind::LinuxServer, 0) => Some("eth0"),
        (Kind::LinuxServer, _) => Some("eth1"),
        (Kind::Esxi, 0) => Some("vmnic0"),
        (Kind::Esxi, _) => Some("vmnic1"),
        (Kind::Printer | Kind::Network, _) => Some("Ethernet"),
        _ => Some("Intel(R) Ethernet Connection I219-LM"),
    };
    let wireless = |n: usize| {
        matches!(
            (kind, n),
            (Some(Kind::Laptop), 1) | (Some(Kind::MacBook), _)
        )
    };
    let d = &device.details;
    d.macs
        .iter()
        .enumerate()
        .map(|(n, mac)| Nic {
            name: name(n),
            kind: kind.map(|_| if wireless(n) { "Wireless" } else { "Ethernet" }),
            mac,
            ipv4: Some(d.int_ip.as_str()).filter(|ip| n == 0 && !ip.is_empty()),
        })
        .collect()
}

/// What an audit of a fleet's device found; none for a network device, which is not audited.
pub fn audit(place: FleetPlace, device: &Device) -> Option<Audit> {
    let mut dice = Dice::of(place.seed, place.index.into(), "audit");
    let kind = Kind::of(place);
    match kind {
        Kind::Network => None,
        Kind::Printer => Some(Audit::Printer(Box::new(printer(&mut dice)))),
        Kind::Esxi => Some(Audit::EsxiHost(Box::new(host(device, &mut dice)))),
        _ => Some(Audit::Device(Box::new(machine(kind, device, &mut dice)))),
    }
}

/// Programs of a fleet's device, each with its version, by name.
pub fn software(place: FleetPlace) -> Vec<(&'static str, &'static str)> {
    let mut dice = Dice::of(place.seed, place.index.into(), "software");
    let (list, share) = match Kind::of(place) {
        Kind::Desktop | Kind::Laptop => (WINDOWS_SOFTWARE, 65),
        Kind::Server => (SERVER_SOFTWARE, 70),
        Kind::MacBook => (MAC_SOFTWARE, 75),
        Kind::LinuxDesktop | Kind::LinuxServer => (LINUX_SOFTWARE, 80),
        Kind::Printer | Kind::Esxi | Kind::Network => (&[][..], 0),
    };
    list.iter()
        .filter_map(|(name, versions)| {
            let version = dice.pick(versions);
            dice.percent(share).then_some((*name, version))
        })
        .collect()
}

fn modules(memory: i64, kind: &'static str, dice: &mut Dice) -> Vec<Module> {
    let count = if memory >= 16 * GIB { 2 } else { 1 };
    (0..count)
        .map(|n| Module {
            slot: format!("DIMM {}", n + 1),
            size: memory / count,
            kind,
            speed: if kind == "DDR5" { "4800" } else { "3200" },
            serial: format!("{:08X}", dice.next() as u32),
            part: if kind == "DDR5" {
                "MTC8C1084S1SC48BA1"
            } else {
                "M471A2K43DB1-CWE"
            },
            bank: format!("BANK {n}"),
        })
        .collect()
}

fn machine(kind: Kind, device: &Device, dice: &mut Dice) -> Machine {
    let created = device.details.created.unwrap_or_default();
    let (manufacturer, model) = match kind {
        Kind::Laptop => dice.pick(LAPTOPS),
        Kind::MacBook => dice.pick(APPLES),
        Kind::Server | Kind::LinuxServer => dice.pick(RACKS),
        _ => dice.pick(DESKTOPS),
    };
    let server = kind.is_server();
    let (processor, cores) = match kind {
        Kind::MacBook => dice.pick(&[("Apple M2 Pro", 10), ("Apple M3", 8)]),
        _ if server => dice.pick(BIG_PROCESSORS),
        _ => dice.pick(PROCESSORS),
    };
    let memory = match server {
        true => dice.pick(&[32, 64, 128]),
        false => dice.pick(&[8, 16, 16, 32]),
    } * GIB;
    let windows = kind.is_windows();
    Machine {
        manufacturer,
        model,
        memory,
        cores,
        processor,
        dot_net: windows.then(|| dice.pick(&["4.8.09032", "4.8.04161"])),
        bios: if windows { "BIOS" } else { "UEFI" },
        bios_version: format!(
            "{}.{}.{}",
            dice.between(1, 3),
            dice.between(0, 30),
            dice.between(0, 5)
        ),
        bios_date: created - dice.between(30, 700) * DAY,
        board: if server { "0H28RR" } else { "0KM5PX" },
        video: match kind {
            Kind::MacBook => "Apple GPU",
            _ if server => "Matrox G200eW3",
            _ => dice.pick(&["Intel(R) Iris(R) Xe Graphics", "Intel(R) UHD Graphics 770"]),
        },
        displays: match server {
            true => Vec::new(),
            false => displays(dice),
        },
        disks: disks(kind, dice),
        modules: modules(memory, if server { "DDR4" } else { "DDR5" }, dice),
        attached: match windows && !server {
            true => attached(created, dice),
            false => Vec::new(),
        },
        mobile: (kind == Kind::Laptop && dice.percent(5)).then(|| Mobile {
            iccid: format!("8900{:015}", dice.below(1_000_000_000_000_000)),
            imei: format!("00{:013}", dice.below(10_000_000_000_000)),
            number: format!("+1 555 01{:02}", dice.below(100)),
            operator: "Example Mobile",
        }),
    }
}

fn displays(dice: &mut Dice) -> Vec<(&'static str, i32, i32)> {
    const SCREENS: &[(&str, i32, i32)] = &[
        ("Generic PnP Monitor", 1920, 1080),
        ("DELL U2422H", 1920, 1200),
        ("DELL P2720D", 2560, 1440),
    ];
    (0..1 + dice.below(2)).map(|_| dice.pick(SCREENS)).collect()
}

fn disks(kind: Kind, dice: &mut Dice) -> Vec<Disk> {
    let mut disk = |name, sizes: &[i64]| {
        let size = dice.pick(sizes) * GIB;
        Disk {
            name,
            description: "Local Fixed Disk",
            free: size / 100 * dice.between(3, 80),
            size,
        }
    };
    match kind {
        Kind::Server => vec![disk("C:", &[120, 240]), disk("D:", &[500, 1000, 2000])],
        Kind::LinuxServer => vec![disk("/", &[40, 80]), disk("/var", &[200, 500])],
        Kind::MacBook | Kind::LinuxDesktop => vec![disk("/", &[256, 512, 1000])],
        _ => vec![disk("C:", &[237, 475, 930])],
    }
}

fn attached(created: i64, dice: &mut Dice) -> Vec<Attached> {
    let list = [
        (
            "USB Input Device",
            "HIDClass",
            "input.inf",
            "(Standard system devices)",
            "hidusb",
            "10.0.26100.1",
        ),
        (
            "Integrated Webcam",
            "Camera",
            "usbvideo.inf",
            "Microsoft",
            "usbvideo",
            "10.0.26100.1",
        ),
        (
            "Realtek Audio",
            "MEDIA",
            "oem12.inf",
            "Realtek",
            "IntcAzAudAddService",
            "6.0.9733.1",
        ),
        (
            "USB Printing Support",
            "USB",
            "usbprint.inf",
            "Microsoft",
            "usbprint",
            "10.0.26100.1",
        ),
    ];
    let count = 1 + dice.below(list.len());
    list.into_iter()
        .take(count)
        .map(
            |(name, kind, driver_file, driver_maker, driver_name, driver_version)| Attached {
                name,
                kind,
                driver_file,
                driver_date: created - dice.between(10, 600) * DAY,
                driver_maker,
                driver_name,
                driver_version,
                port: "USB",
            },
        )
        .collect()
}

fn printer(dice: &mut Dice) -> Printer {
    let (manufacturer, model) = dice.pick(PRINTERS);
    let colour = model.contains("Color") || model.contains("iR-ADV");
    let names: &[&str] = match colour {
        true => &[
            "Black Cartridge",
            "Cyan Cartridge",
            "Magenta Cartridge",
            "Yellow Cartridge",
        ],
        false => &["Black Cartridge"],
    };
    Printer {
        manufacturer,
        model,
        pages: dice.between(200, 250_000),
        supplies: names.iter().map(|n| (*n, dice.small(0, 100))).collect(),
        location: dice.pick(&["Reception", "First floor", "Warehouse", ""]),
        uptime: format!(
            "{} days, {}:12:40",
            dice.between(0, 200),
            dice.between(0, 23)
        ),
    }
}

fn host(device: &Device, dice: &mut Dice) -> Host {
    let (manufacturer, model) = dice.pick(&RACKS[..4]);
    let (processor, cores) = dice.pick(BIG_PROCESSORS);
    let memory = dice.pick(&[64, 128, 256]) * GIB;
    let store_names: &[&str] = &["datastore1", "datastore2"];
    let stores = &store_names[..1 + dice.below(2)];
    let guests = (0..2 + dice.below(9))
        .map(|n| Guest {
            name: format!("{}-VM{:02}", device.hostname, n + 1),
            speed: dice.small(1, 8) * 2_100,
            memory: dice.pick(&[4, 8, 16, 32]) * GIB,
            snapshots: dice.share(&[(7, 0), (2, 1), (1, 4)]),
            store: dice.pick(stores),
        })
        .collect();
    Host {
        manufacturer,
        model,
        processor,
        processors: 1 + dice.below(2),
        cores,
        frequency: dice.pick(&[2.1, 3.0, 3.4]),
        guests,
        modules: modules(memory, "DDR4", dice),
        stores: stores
            .iter()
            .map(|name| {
                let size = dice.pick(&[930, 1860, 7450]) * GIB;
                Store {
                    name,
                    subscribed: dice.small(30, 160),
                    free: size / 100 * dice.between(5, 70),
                    size,
                    disk: format!("naa.6{:015x}", dice.next() >> 4),
                    ssd: dice.percent(60),
                }
            })
            .collect(),
    }
}
