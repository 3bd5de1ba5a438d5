//! A device's first audit.

use super::verdict::Stop;
use crate::engine::{Device, DeviceSpec};
use crate::rmm::os::Os;
use crate::rmm::portal::{Antivirus, DeviceClass, DeviceDetails};
use crate::scenario::world;

/// Largest `os-release` read.
const OS_RELEASE: u64 = 64 << 10;

/// What a device's first audit tells: what the booted device says of itself, what the scenario says
/// that the platform lists, and nothing that is not so.
pub fn audit(
    handle: &dyn Device,
    d: &world::Device,
    spec: &DeviceSpec,
    now: i64,
) -> Result<DeviceDetails, Stop> {
    let operating_system = match d.os {
        Os::Macos => "macOS 14.7.1".to_owned(),
        Os::Windows => "Microsoft Windows".to_owned(),
        Os::Linux => {
            let told = handle.read_file("/etc/os-release", OS_RELEASE)?;
            let told = String::from_utf8_lossy(&told.unwrap_or_default()).into_owned();
            pretty_name(&told).unwrap_or_else(|| "Linux".to_owned())
        }
    };
    let listed = &d.listed;
    let or = |text: &Option<String>, other: &str| text.clone().unwrap_or_else(|| other.to_owned());
    let antivirus = listed.antivirus.clone();
    let programs = listed.software.iter();
    Ok(DeviceDetails {
        class: DeviceClass::Device,
        category: or(&listed.category, "Desktop"),
        kind: or(&listed.category, "Desktop"),
        operating_system,
        domain: d.domain.clone(),
        last_user: or(&listed.last_user, ""),
        // Its card has no address: nothing leads outside.
        int_ip: String::new(),
        ext_ip: or(&listed.external_address, ""),
        macs: vec![spec.mac.replace(':', "").to_uppercase()],
        serial: spec.serial.clone(),
        is_64_bit: cfg!(target_pointer_width = "64"),
        created: Some(now),
        last_seen: Some(now),
        last_reboot: Some(now),
        last_audit: Some(now),
        antivirus: antivirus.map(|(product, status)| Antivirus { product, status }),
        software: programs
            .map(|(name, version)| (name.value.clone(), version.clone()))
            .collect(),
        ..DeviceDetails::default()
    })
}

/// `PRETTY_NAME` of an `os-release` file.
fn pretty_name(os_release: &str) -> Option<String> {
    let line = os_release
        .lines()
        .find_map(|l| l.strip_prefix("PRETTY_NAME="))?;
    let name = line.trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::pretty_name;

    #[test]
    fn the_name_of_a_linux_device_is_its_own_word() {
        let told = "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n";
        assert_eq!(
            pretty_name(told).as_deref(),
            Some("Debian GNU/Linux 13 (trixie)")
        );
        assert_eq!(pretty_name("ID=x"), None);
    }
}
