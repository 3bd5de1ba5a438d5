//! What a device's hives hold from its first boot on besides the prefix: which release of Windows it
//! is and who it belongs to, and settings that let Wine start faster and without a display.

use super::hives::Writer;
use crate::engine::WindowsSpec;
use crate::rmm::facts::Facts;
use crate::rmm::os::WindowsRelease;
use crate::rmm::registry::RegistryData;
use serde_json::Value;

/// A release as Windows' own registry tells it.
struct Known {
    release: WindowsRelease,
    /// `ProductName`; on Windows 11 it is still Windows 10's.
    product: &'static str,
    edition: &'static str,
    version: (u32, u32, u32),
    /// `DisplayVersion`; none before Windows 10 and on servers that have none.
    display: Option<&'static str>,
    /// `ReleaseId`.
    id: Option<&'static str>,
}

const fn known(
    release: WindowsRelease,
    product: &'static str,
    edition: &'static str,
    version: (u32, u32, u32),
    display: Option<&'static str>,
    id: Option<&'static str>,
) -> Known {
    Known {
        release,
        product,
        edition,
        version,
        display,
        id,
    }
}

/// Builds by learn.microsoft.com/windows/release-health and .../windows-server/get-started/windows-server-release-info.
const RELEASES: [Known; 8] = {
    use WindowsRelease as R;
    let (pro, standard) = ("Professional", "ServerStandard");
    let ten = "Windows 10 Pro";
    [
        known(R::Windows10, ten, pro, (10, 0, 19045), Some("22H2"), Some("2009")),
        known(R::Windows11, ten, pro, (10, 0, 22631), Some("23H2"), Some("2009")),
        known(R::Server2012, "Windows Server 2012 Standard", standard, (6, 2, 9200), None, None),
        known(R::Server2012R2, "Windows Server 2012 R2 Standard", standard, (6, 3, 9600), None, None),
        known(R::Server2016, "Windows Server 2016 Standard", standard, (10, 0, 14393), None, Some("1607")),
        known(R::Server2019, "Windows Server 2019 Standard", standard, (10, 0, 17763), None, Some("1809")),
        known(R::Server2022, "Windows Server 2022 Standard", standard, (10, 0, 20348), Some("21H2"), Some("2009")),
        known(R::Server2025, "Windows Server 2025 Standard", standard, (10, 0, 26100), Some("24H2"), Some("2009")),
    ]
};

/// Editions by a word of the caption, in the order they are looked for.
const EDITIONS: [(&str, &str); 7] = [
    ("Server", ""),
    ("Enterprise LTSC", "EnterpriseS"),
    ("Enterprise", "Enterprise"),
    ("Education", "Education"),
    ("Pro for Workstations", "ProfessionalWorkstation"),
    ("Pro", "Professional"),
    ("Home", "Core"),
];

/// Services of Wine's that a device needs not for anything: buses of game controllers, Bluetooth,
/// smart cards, USB. `Start` 4: disabled.
const UNUSED: [&str; 6] = ["winebus", "winehid", "wineusb", "winebth", "scardsvr", "StiSvc"];

/// Text to be put behind `system.reg`.
pub fn machine(spec: &WindowsSpec, hostname: &str) -> String {
    let mut writer = Writer::default();
    let release = release(spec);
    for view in ["Software", r"Software\Wow6432Node"] {
        let values = release.iter().map(|(n, d)| (*n, d.clone()));
        writer.key(&format!(r"{view}\Microsoft\Windows NT\CurrentVersion"), values);
    }
    let sz = |text: &str| RegistryData::Sz(text.to_owned());
    let product = match product_type(spec) {
        2 => "LanmanNT",
        3 => "ServerNT",
        _ => "WinNT",
    };
    let options = r"System\ControlSet001\Control\ProductOptions";
    writer.key(options, [("ProductType", sz(product))]);
    let domain = match spec.facts.get("computerSystem") {
        system if system["PartOfDomain"] == true => system["Domain"].as_str().unwrap_or_default(),
        _ => "",
    };
    writer.key(
        r"System\ControlSet001\Services\Tcpip\Parameters",
        [
            ("Hostname", sz(hostname)),
            ("NV Hostname", sz(hostname)),
            ("Domain", sz(domain)),
            ("NV Domain", sz(domain)),
        ],
    );
    for service in UNUSED {
        let key = format!(r"System\ControlSet001\Services\{service}");
        writer.key(&key, [("Start", RegistryData::Dword(4))]);
    }
    writer.text().to_owned()
}

/// Text to be put behind `user.reg`.
pub fn user() -> String {
    let mut writer = Writer::default();
    // Windows exist without a display; nobody sees them.
    let graphics = RegistryData::Sz("null".into());
    writer.key(r"Software\Wine\Drivers", [("Graphics", graphics)]);
    writer.text().to_owned()
}

/// 1 client, 2 domain controller, 3 server.
fn product_type(spec: &WindowsSpec) -> u64 {
    let told = spec.facts.get("os")["ProductType"].as_u64();
    told.unwrap_or(if spec.release.is_server() { 3 } else { 1 })
}

/// Values of `Windows NT\CurrentVersion`: from the facts, else from the release.
fn release(spec: &WindowsSpec) -> Vec<(&'static str, RegistryData)> {
    let facts = &spec.facts;
    let os = facts.get("os");
    let at = RELEASES.iter().find(|k| k.release == spec.release);
    let known = at.unwrap_or(&RELEASES[1]);
    let (major, minor, build) = version(os).unwrap_or(known.version);
    let sz = |text: &str| RegistryData::Sz(text.to_owned());
    let (product, edition) = product(os, known);
    let build_text = build.to_string();
    let of = |name: &str| os[name].as_str().unwrap_or_default().to_owned();
    let serial = of("SerialNumber");
    let mut values = vec![
        ("ProductName", sz(&product)),
        ("EditionID", sz(&edition)),
        ("CurrentBuild", sz(&build_text)),
        ("CurrentBuildNumber", sz(&build_text)),
        ("CurrentType", sz("Multiprocessor Free")),
        ("InstallationType", sz(if product_type(spec) == 1 { "Client" } else { "Server" })),
        ("RegisteredOwner", sz(&of("RegisteredUser"))),
        ("RegisteredOrganization", sz(&of("Organization"))),
        ("SystemRoot", sz(r"C:\windows")),
        ("PathName", sz(r"C:\windows")),
        ("CSDVersion", sz("")),
        ("CSDBuildNumber", sz("")),
        ("ProductId", sz(&serial)),
        // Windows 10 and all after it still say 6.3 here.
        ("CurrentVersion", sz(&if major >= 10 { "6.3".into() } else { format!("{major}.{minor}") })),
    ];
    if major >= 10 {
        values.push(("CurrentMajorVersionNumber", RegistryData::Dword(major)));
        values.push(("CurrentMinorVersionNumber", RegistryData::Dword(minor)));
    }
    let revision = facts.get("osRevision").as_u64().or_else(|| os["UBR"].as_u64());
    if let Some(revision) = revision.and_then(|r| u32::try_from(r).ok()) {
        values.push(("UBR", RegistryData::Dword(revision)));
    }
    let texts = [("DisplayVersion", known.display), ("ReleaseId", known.id)];
    values.extend(texts.into_iter().filter_map(|(n, v)| Some((n, sz(v?)))));
    values.extend(installed(os).map(|seconds| ("InstallDate", RegistryData::Dword(seconds))));
    values
}

/// `10.0.22631` of the fact `os`.
fn version(os: &Value) -> Option<(u32, u32, u32)> {
    let mut parts = os["Version"].as_str()?.split('.').map(|p| p.parse().ok());
    let (major, minor) = (parts.next()??, parts.next()??);
    let told = os["BuildNumber"].as_str().and_then(|b| b.parse().ok());
    Some((major, minor, told.or(parts.next().flatten())?))
}

/// `ProductName` and `EditionID` by the caption.
fn product(os: &Value, known: &Known) -> (String, String) {
    let Some(caption) = os["Caption"].as_str() else {
        return (known.product.to_owned(), known.edition.to_owned());
    };
    let product = caption.trim().trim_start_matches("Microsoft ");
    let word = EDITIONS.iter().find(|(word, _)| product.contains(word));
    let edition = match word {
        Some((_, "")) if product.contains("Datacenter") => "ServerDatacenter",
        Some((_, "")) | None => known.edition,
        Some((_, edition)) => edition,
    };
    (product.replace("Windows 11", "Windows 10"), edition.to_owned())
}

/// `InstallDate` in seconds since 1970, of ISO 8601 text.
fn installed(os: &Value) -> Option<u32> {
    let text = os["InstallDate"].as_str()?;
    let with_offset = text.parse::<jiff::Timestamp>().ok();
    let local = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let at = with_offset.or_else(|| local().map(|z| z.timestamp()))?;
    u32::try_from(at.as_second()).ok()
}

/// Files of `/sys/class/dmi/id` by the facts, from which Wine makes its SMBIOS tables.
pub fn board(facts: &Facts, serial: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let of = |fact: &str, name: &str| facts.get(fact)[name].as_str().map(str::to_owned);
    let maker = of("computerSystem", "Manufacturer");
    let model = of("computerSystem", "Model");
    let own = Some(of("bios", "SerialNumber").unwrap_or_else(|| serial.to_owned()));
    [
        ("sys_vendor", maker.clone()),
        ("product_name", model),
        ("product_uuid", of("computerSystemProduct", "UUID")),
        ("board_vendor", of("baseBoard", "Manufacturer").or_else(|| maker.clone())),
        ("board_name", of("baseBoard", "Product")),
        ("board_serial", of("baseBoard", "SerialNumber").or_else(|| own.clone())),
        ("product_serial", own.clone()),
        ("chassis_serial", own),
        ("chassis_vendor", maker.clone()),
        ("bios_vendor", of("bios", "Manufacturer").or(maker)),
        ("bios_version", of("bios", "SMBIOSBIOSVersion")),
    ]
    .into_iter()
    .filter_map(|(name, value)| {
        let line = format!("{}\n", value?);
        Some((name.as_bytes().to_vec(), line.into_bytes()))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn spec(release: WindowsRelease, os: Value) -> WindowsSpec {
        WindowsSpec {
            release,
            facts: Facts(BTreeMap::from([("os".to_owned(), os)])),
            stores: Vec::new(),
        }
    }

    #[test]
    fn each_release_is_told_as_its_own_registry_does() {
        let told = |release, os| machine(&spec(release, os), "PC");
        let eleven = told(WindowsRelease::Windows11, Value::Null);
        for line in [
            r#""ProductName"="Windows 10 Pro""#,
            r#""CurrentBuild"="22631""#,
            r#""CurrentMajorVersionNumber"=dword:0000000a"#,
            r#""ProductType"="WinNT""#,
            r"[Software\\Wow6432Node\\Microsoft\\Windows NT\\CurrentVersion]",
        ] {
            assert!(eleven.contains(line), "{line}");
        }
        let old = told(WindowsRelease::Server2012R2, Value::Null);
        assert!(old.contains(r#""CurrentVersion"="6.3""#) && old.contains(r#""ProductType"="ServerNT""#));
        assert!(!old.contains("CurrentMajorVersionNumber"));
        let os = json!({"Caption": "Microsoft Windows 11 Enterprise", "Version": "10.0.26100",
                        "InstallDate": "2024-02-03T04:05:06"});
        let declared = told(WindowsRelease::Windows11, os);
        for line in [
            r#""EditionID"="Enterprise""#,
            r#""CurrentBuild"="26100""#,
            r#""InstallDate"=dword:65bdbd12"#,
        ] {
            assert!(declared.contains(line), "{line}: {declared}");
        }
    }
}
