//! The files every device starts with.

use super::Planter;
use crate::engine::DeviceSpec;
use crate::rmm::ids::guid;
use crate::rmm::os::Os;

/// Folders of the standard `PATH`, first one first.
pub const PATH_FOLDERS: [&str; 6] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];

/// Plants what a Linux device has besides its layers.
pub fn plant(planter: &mut Planter<'_>, spec: &DeviceSpec) {
    for (path, mode) in [("/dev", 0o755), ("/proc", 0o555), ("/sys", 0o555)] {
        planter.empty_folder(path, mode);
    }
    for (path, mode) in [
        ("/tmp", 0o1777),
        ("/run", 0o755),
        ("/home", 0o755),
        ("/root", 0o700),
    ] {
        planter.empty_folder(path, mode);
    }
    planter.folder("/run/lock", 0o1777);
    planter.empty_folder("/var/tmp", 0o1777);
    planter.folder("/etc", 0o755);
    let host = &spec.hostname;
    planter.file("/etc/hostname", 0o644, format!("{host}\n"));
    planter.file(
        "/etc/hosts",
        0o644,
        format!("127.0.0.1\tlocalhost\n127.0.1.1\t{host}\n::1\tlocalhost ip6-localhost\n"),
    );
    planter.file(
        "/etc/resolv.conf",
        0o644,
        "nameserver 127.77.0.1\noptions timeout:2\n",
    );
    let machine = guid(spec.seed, &format!("machine {}", spec.name)).replace('-', "");
    planter.file("/etc/machine-id", 0o444, format!("{machine}\n"));
}

/// What `/sys/class/dmi/id` tells.
pub fn facts(spec: &DeviceSpec) -> Vec<(Vec<u8>, Vec<u8>)> {
    let (vendor, product) = match spec.os {
        Os::Macos => ("Apple Inc.", "Macmini9,1"),
        Os::Linux | Os::Windows => ("Shakedown", "Sandbox Device"),
    };
    let uuid = guid(spec.seed, &format!("product {}", spec.name));
    let told = [
        ("board_serial", spec.serial.as_str()),
        ("product_serial", &spec.serial),
        ("chassis_serial", &spec.serial),
        ("product_uuid", &uuid),
        ("product_name", product),
        ("board_name", product),
        ("sys_vendor", vendor),
        ("board_vendor", vendor),
        ("chassis_vendor", vendor),
        ("bios_vendor", vendor),
        ("bios_version", "1.0"),
        ("chassis_type", "3"),
    ];
    let own = super::windows::facts(spec);
    let of = |name: &str| {
        own.iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v.as_str())
    };
    told.iter()
        .map(|(n, v)| {
            (
                n.as_bytes().to_vec(),
                format!("{}\n", of(n).unwrap_or(v)).into_bytes(),
            )
        })
        .collect()
}
