//! Audits of a device: the first one, when it comes to the platform, and those of each day.

use super::clock::Clocks;
use super::verdict::Stop;
use crate::agent;
use crate::agent::antivirus::{Found, Look, find, place};
use crate::engine::{Cancel, Device, DeviceSpec};
use crate::rmm::facts::Facts;
use crate::rmm::os::Os;
use crate::rmm::portal::{Antivirus, AntivirusSource, DeviceClass, DeviceDetails};
use crate::scenario::world;

/// Largest `os-release` read.
const OS_RELEASE: u64 = 64 << 10;

/// What a device's audit tells besides its antivirus: what the booted device says of itself, what the
/// scenario says that the platform lists, and nothing that is not so.
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

/// `PRETTY_NAME` of an `os-release` file.
fn pretty_name(os_release: &str) -> Option<String> {
    let line = os_release
        .lines()
        .find_map(|l| l.strip_prefix("PRETTY_NAME="))?;
    let name = line.trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// What a later audit tells, over what the platform knows already.
pub fn again(known: &DeviceDetails, told: DeviceDetails) -> DeviceDetails {
    DeviceDetails {
        operating_system: told.operating_system,
        domain: told.domain,
        last_user: told.last_user,
        int_ip: told.int_ip,
        macs: told.macs,
        serial: told.serial,
        last_seen: told.last_seen,
        last_audit: told.last_audit,
        software: told.software,
        ..known.clone()
    }
}

/// What an audit of a device's antivirus needs besides the device.
pub struct Checked<'c> {
    pub world: &'c world::World,
    pub device: &'c world::Device,
    pub clocks: &'c Clocks,
    /// Platform time.
    pub now_ms: i64,
    pub cancel: &'c Cancel,
}

/// Looks for a device's antivirus, as its Agent does by itself. What the scenario says that the
/// platform lists is not looked for.
pub fn antivirus(handle: &dyn Device, checked: &Checked<'_>) -> Result<Found, Stop> {
    let Checked {
        world,
        device,
        clocks,
        now_ms,
        cancel,
    } = *checked;
    if let Some((product, status)) = &device.listed.antivirus {
        return Ok(Found {
            antivirus: Antivirus {
                product: product.clone(),
                status: *status,
                source: Some(AntivirusSource::Listed),
            },
            notes: Vec::new(),
            observed: None,
        });
    }
    let env = match device.os {
        Os::Windows => agent::windows::environment::of(&device.hostname, handle.windows()),
        os => agent::environment::base(os)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
    };
    let look = Look {
        os: device.os,
        file: place(device.os, &world.knobs.antivirus_json),
        products: &world.uav,
        env,
        age_ms: &|date| now_ms - clocks.platform_ms(date, now_ms),
        cancel,
    };
    let found = find(handle, &look)?;
    match cancel.is_cancelled() {
        true => Err(Stop::Interrupted),
        false => Ok(found),
    }
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
