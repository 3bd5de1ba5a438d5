//! A device's first audit.

use super::verdict::Stop;
use crate::engine::{Device, DeviceSpec};
use crate::rmm::facts::Facts;
use crate::rmm::os::Os;
use crate::rmm::portal::{Antivirus, DeviceClass, DeviceDetails};
use crate::scenario::world;
use serde_json::Value;

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
        Os::Windows => match handle.windows().map(|w| w.facts()) {
            Some(facts) => format!(
                "{} {}",
                facts.text("os", "Caption"),
                facts.text("os", "Version")
            ),
            None => "Microsoft Windows".to_owned(),
        },
        Os::Linux => {
            let told = handle.read_file("/etc/os-release", OS_RELEASE)?;
            let told = String::from_utf8_lossy(&told.unwrap_or_default()).into_owned();
            pretty_name(&told).unwrap_or_else(|| "Linux".to_owned())
        }
    };
    let listed = &d.listed;
    let or = |text: &Option<String>, other: &str| text.clone().unwrap_or_else(|| other.to_owned());
    let facts = handle.windows().map(|w| w.facts());
    let told = |name: &str, property: &str| facts.map_or(String::new(), |f| f.text(name, property));
    let category = match facts {
        Some(f) if f.get("os")["ProductType"] != 1 => "Server",
        Some(f) if f.get("computerSystem")["PCSystemType"] == 2 => "Laptop",
        _ => "Desktop",
    };
    let antivirus = listed.antivirus.clone().or_else(|| detected(facts?));
    let macs = match facts {
        Some(f) => adapters(f, "MacAddress")
            .map(|m| m.replace('-', ""))
            .collect(),
        None => vec![spec.mac.replace(':', "").to_uppercase()],
    };
    // Elsewhere its card has no address: nothing leads outside.
    let int_ip = facts
        .and_then(|f| adapters(f, "IPv4Address").next())
        .unwrap_or_default();
    let programs = listed.software.iter();
    Ok(DeviceDetails {
        class: DeviceClass::Device,
        category: or(&listed.category, category),
        kind: or(&listed.category, category),
        operating_system,
        domain: d.domain.clone(),
        last_user: or(&listed.last_user, &told("computerSystem", "UserName")),
        int_ip,
        ext_ip: or(&listed.external_address, ""),
        macs,
        serial: spec.serial.clone(),
        is_64_bit: facts.is_some() || cfg!(target_pointer_width = "64"),
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

/// A property of each network adapter.
fn adapters<'f>(facts: &'f Facts, property: &'f str) -> impl Iterator<Item = String> + 'f {
    let rows = facts
        .get("networkAdapters")
        .as_array()
        .into_iter()
        .flatten();
    rows.filter_map(move |a| a[property].as_str().map(str::to_owned))
}

/// The antivirus that SecurityCenter2 tells of: another than Windows' own before it.
fn detected(facts: &Facts) -> Option<(String, String)> {
    let products = facts.get("antivirusProducts").as_array()?;
    let name = |p: &Value| p["displayName"].as_str().unwrap_or_default().to_owned();
    let other = products.iter().find(|p| name(p) != "Windows Defender");
    let product = other.or(products.first())?;
    let state = product["productState"].as_u64().unwrap_or_default();
    // The second byte says whether it is on, the third whether its signatures are old.
    let status = match (state & 0x1000 != 0, state & 0x10 == 0) {
        (false, _) => "NotRunning",
        (true, true) => "RunningAndUpToDate",
        (true, false) => "RunningAndNotUpToDate",
    };
    Some((name(product), status.to_owned()))
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
    use super::{detected, pretty_name};
    use crate::rmm::facts::declared::Antivirus;
    use crate::rmm::facts::{Declared, Facts, Identity};
    use crate::rmm::os::WindowsRelease;

    #[test]
    fn antivirus_is_what_the_facts_tell() {
        let of = |running, current| {
            let declared = Declared {
                antivirus: Some(vec![Antivirus {
                    name: "Bright".into(),
                    running: Some(running),
                    up_to_date: Some(current),
                }]),
                ..Declared::default()
            };
            let facts = Facts::of(WindowsRelease::Windows11, &Identity::default(), &declared);
            detected(&facts).unwrap().1
        };
        assert_eq!(of(true, true), "RunningAndUpToDate");
        assert_eq!(of(true, false), "RunningAndNotUpToDate");
        assert_eq!(of(false, true), "NotRunning");
        let server = Facts::of(
            WindowsRelease::Server2022,
            &Identity::default(),
            &Declared::default(),
        );
        assert_eq!(detected(&server), None);
    }

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
