//! Device filters: those every account has, and which devices a filter takes.

use super::state::{Device, Filter, State, Table};
use crate::rmm::filter::{Criteria, Kind};
use crate::rmm::portal::DeviceClass;

/// Whether a device is what a filter asks for: everything given must hold, and texts are looked
/// for anywhere, without regard to case.
///
/// An operating system is looked for in what the device told (`Microsoft Windows 11 Pro ...`) and
/// in its family (`windows`), which is known before the first audit.
pub fn matches(device: &Device, criteria: &Criteria) -> bool {
    let told = &device.details;
    let Criteria {
        site,
        class,
        category,
        operating_system,
        hostname,
        online,
        reboot_required,
    } = criteria;
    let text = |wanted: &Option<String>, held: &[&str]| {
        wanted
            .as_deref()
            .is_none_or(|w| held.iter().any(|h| contains(h, w)))
    };
    site.as_ref().is_none_or(|key| *key == device.site)
        && class.is_none_or(|c| c == told.class)
        && text(category, &[&told.category])
        && text(operating_system, &[&told.operating_system, &device.os])
        && text(hostname, &[&device.hostname])
        && online.is_none_or(|o| o == device.online)
        && reboot_required.is_none_or(|r| r == told.reboot_required)
}

/// The filter of a number, whoever made it.
pub fn by_id(state: &State, id: i64) -> Option<&Filter> {
    state.filters.by_id(id).map(|(_, filter)| filter)
}

/// Whether a text holds another one, without regard to case, as the platform's `LIKE` finds it.
pub fn contains(text: &str, wanted: &str) -> bool {
    if text.is_ascii() && wanted.is_ascii() {
        let wanted = wanted.as_bytes();
        return wanted.is_empty()
            || text
                .as_bytes()
                .windows(wanted.len())
                .any(|part| part.eq_ignore_ascii_case(wanted));
    }
    text.to_lowercase().contains(&wanted.to_lowercase())
}

/// A table with the filters that every account has. The platform's own list of them is not public:
/// these are plausible ones.
pub fn defaults(first_id: i64) -> Table<Filter> {
    let mut table = Table::starting(first_id);
    for (name, description, criteria) in shipped() {
        let filter = Filter {
            name: name.to_owned(),
            description: description.to_owned(),
            criteria,
            kind: Kind::RmmDefault,
            ..Filter::default()
        };
        table.insert(format!("{DEFAULT}{name}"), filter);
    }
    table
}

/// Keys of default filters begin so; a scenario's own keys have no colon.
const DEFAULT: &str = "rmm_default:";

type Shipped = (&'static str, &'static str, Criteria);

fn shipped() -> Vec<Shipped> {
    let any = Criteria::default;
    let of = |category: &str| Criteria {
        category: Some(category.to_owned()),
        ..any()
    };
    let on = |operating_system: &str, category: Option<&str>| Criteria {
        operating_system: Some(operating_system.to_owned()),
        category: category.map(str::to_owned),
        ..any()
    };
    let class = |class| Criteria {
        class: Some(class),
        ..any()
    };
    let online = |online| Criteria {
        online: Some(online),
        ..any()
    };
    let reboot = Criteria {
        reboot_required: Some(true),
        ..any()
    };
    vec![
        ("All Devices", "Every device of the account", any()),
        ("All Desktops", "Desktop computers", of("Desktop")),
        ("All Laptops", "Laptop computers", of("Laptop")),
        (
            "All Servers",
            "Servers of any operating system",
            of("Server"),
        ),
        (
            "Windows Devices",
            "Devices with Windows",
            on("windows", None),
        ),
        (
            "Windows Desktops",
            "Desktop computers with Windows",
            on("windows", Some("Desktop")),
        ),
        (
            "Windows Laptops",
            "Laptop computers with Windows",
            on("windows", Some("Laptop")),
        ),
        (
            "Windows Servers",
            "Servers with Windows",
            on("windows", Some("Server")),
        ),
        ("macOS Devices", "Devices with macOS", on("mac", None)),
        ("Linux Devices", "Devices with Linux", on("linux", None)),
        (
            "Linux Servers",
            "Servers with Linux",
            on("linux", Some("Server")),
        ),
        ("Printers", "Printers", class(DeviceClass::Printer)),
        ("ESXi Hosts", "ESXi hosts", class(DeviceClass::EsxiHost)),
        (
            "Network Devices",
            "Devices found on a network, without an Agent",
            class(DeviceClass::RmmNetworkDevice),
        ),
        ("Online Devices", "Devices that are online", online(true)),
        ("Offline Devices", "Devices that are offline", online(false)),
        ("Reboot Required", "Devices that wait for a reboot", reboot),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::portal::DeviceDetails;
    use std::sync::Arc;

    fn device() -> Device {
        Device {
            site: "osaka".into(),
            os: "windows".into(),
            hostname: "OSK-SRV-01".into(),
            online: true,
            details: Arc::new(DeviceDetails {
                category: "Server".into(),
                operating_system: "Microsoft Windows Server 2022".into(),
                ..DeviceDetails::default()
            }),
            ..Device::default()
        }
    }

    fn taken(device: &Device) -> Vec<String> {
        let filters = defaults(1);
        filters
            .values()
            .filter(|f| matches(device, &f.criteria))
            .map(|f| f.name.clone())
            .collect()
    }

    #[test]
    fn a_server_is_taken_by_the_filters_of_what_it_is() {
        assert_eq!(
            taken(&device()),
            [
                "All Devices",
                "All Servers",
                "Windows Devices",
                "Windows Servers",
                "Online Devices"
            ]
        );
    }

    #[test]
    fn a_device_never_audited_is_taken_by_its_family() {
        let mut d = device();
        d.details = Arc::default();
        d.online = false;
        assert_eq!(
            taken(&d),
            ["All Devices", "Windows Devices", "Offline Devices"]
        );
    }

    #[test]
    fn every_criterion_can_refuse() {
        let refusing = [
            Criteria {
                site: Some("berlin".into()),
                ..Criteria::default()
            },
            Criteria {
                class: Some(DeviceClass::Printer),
                ..Criteria::default()
            },
            Criteria {
                category: Some("laptop".into()),
                ..Criteria::default()
            },
            Criteria {
                operating_system: Some("linux".into()),
                ..Criteria::default()
            },
            Criteria {
                hostname: Some("pc".into()),
                ..Criteria::default()
            },
            Criteria {
                online: Some(false),
                ..Criteria::default()
            },
            Criteria {
                reboot_required: Some(true),
                ..Criteria::default()
            },
        ];
        for criteria in refusing {
            assert!(!matches(&device(), &criteria), "{criteria:?}");
        }
        let all = Criteria {
            site: Some("osaka".into()),
            class: Some(DeviceClass::Device),
            category: Some("server".into()),
            operating_system: Some("windows server".into()),
            hostname: Some("osk-".into()),
            online: Some(true),
            reboot_required: Some(false),
        };
        assert!(matches(&device(), &all));
    }

    #[test]
    fn texts_are_found_without_regard_to_case() {
        assert!(contains("Zürich HQ", "ZÜRICH"));
        assert!(contains("Osaka", ""));
        assert!(!contains("", "x"));
    }
}
