//! What a device's hives hold from its first boot on besides the prefix: which release of Windows it
//! is and who it belongs to, and settings that let Wine start faster and without a display.

use crate::engine::WindowsSpec;
use crate::engine::windows::hives::Writer;
use crate::rmm::facts::{Declared, Facts, Identity};
use crate::rmm::os::WindowsRelease;
use crate::rmm::registry::RegistryData;
use serde_json::Value;
use shakedown_helper::programs;

/// Services of Wine's that a device needs not for anything: buses of game controllers, Bluetooth,
/// smart cards, USB. `Start` 4: disabled.
const UNUSED: [&str; 6] = [
    "winebus", "winehid", "wineusb", "winebth", "scardsvr", "StiSvc",
];

/// Wine starts it with every boot, for devices that are plugged in, of which there are none; as on
/// Windows it is started when it is asked for (`Start` 3).
const ON_DEMAND: [&str; 1] = ["PlugPlay"];

/// A zone of the clock's that stands before all others: every program looks through the zones from
/// the first one on when it starts, and Wine's own for UTC come so late that it is a third of the
/// start of a small program.
const FIRST_ZONE: &str = "(UTC)";

/// Certificate stores of Windows by their names in the registry.
const STORES: [&str; 8] = [
    "CA",
    "Disallowed",
    "My",
    "Root",
    "Trust",
    "TrustedPeople",
    "TrustedPublisher",
    "AuthRoot",
];

/// Key of Wine's that says which of two programs of one name is taken, in the user's hive.
pub const OVERRIDES: &str = r"Software\Wine\DllOverrides";
/// The one that lies there as a file.
pub const NATIVE: &str = "native";

/// Keys that every Windows has, with whatever is installed, and a bare prefix has not: the first
/// package that is installed must not pass for their maker.
const STANDARD: [&str; 9] = [
    r"Software\Classes\Installer\Features",
    r"Software\Classes\Installer\Products",
    r"Software\Classes\Installer\UpgradeCodes",
    r"Software\Microsoft\Windows\CurrentVersion\Installer\Folders",
    r"Software\Microsoft\Windows\CurrentVersion\Installer\UpgradeCodes",
    r"Software\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Components",
    r"Software\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Products",
    r"Software\Microsoft\Windows\CurrentVersion\Uninstall",
    r"Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
];

/// Settings of the account for WinINet.
const INTERNET: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

/// Text to be put behind `system.reg`.
pub fn machine(spec: &WindowsSpec, hostname: &str) -> String {
    let mut writer = Writer::default();
    let usual;
    let facts = match spec.facts.get("currentVersion") {
        Value::Object(_) => &spec.facts,
        _ => {
            usual = Facts::of(spec.release, &Identity::default(), &Declared::default());
            &usual
        }
    };
    let release = release(facts);
    for view in ["Software", r"Software\Wow6432Node"] {
        let values = release.iter().map(|(n, d)| (n.as_str(), d.clone()));
        writer.key(
            &format!(r"{view}\Microsoft\Windows NT\CurrentVersion"),
            values,
        );
    }
    let sz = |text: &str| RegistryData::Sz(text.to_owned());
    let product = match product_type(facts, spec.release) {
        2 => "LanmanNT",
        3 => "ServerNT",
        _ => "WinNT",
    };
    let options = r"System\ControlSet001\Control\ProductOptions";
    writer.key(options, [("ProductType", sz(product))]);
    let domain = match facts.get("computerSystem") {
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
    let (number, version) = framework(spec.release);
    for view in ["Software", r"Software\Wow6432Node"] {
        for profile in ["Client", "Full"] {
            writer.key(
                &format!(r"{view}\Microsoft\NET Framework Setup\NDP\v4\{profile}"),
                [
                    ("Install", RegistryData::Dword(1)),
                    ("Release", RegistryData::Dword(number)),
                    ("TargetVersion", sz("4.0.0")),
                    ("Version", sz(version)),
                ],
            );
        }
    }
    clock(&mut writer);
    for key in STANDARD {
        writer.key(key, Vec::<(&str, RegistryData)>::new());
    }
    certificates(&mut writer);
    for service in UNUSED {
        let key = format!(r"System\ControlSet001\Services\{service}");
        writer.key(&key, [("Start", RegistryData::Dword(4))]);
    }
    for service in ON_DEMAND {
        let key = format!(r"System\ControlSet001\Services\{service}");
        writer.key(&key, [("Start", RegistryData::Dword(3))]);
    }
    writer.text().to_owned()
}

/// Text to be put behind `user.reg`; `doubled` are names of commands with doubles.
pub fn user(doubled: &[String]) -> String {
    let mut writer = Writer::default();
    // Without this Wine takes its own program of the name, whatever file lies there.
    let files: Vec<String> = programs::PROGRAMS
        .iter()
        .copied()
        .flatten()
        .map(|p| p.name)
        // Windows itself starts by Wine's own; the helper puts ours before it once that is done.
        .filter(|name| *name != programs::wineboot::NAME)
        .chain(doubled.iter().map(String::as_str))
        .map(|name| format!("{name}.exe"))
        .collect();
    let native = |file: &str| {
        let name = file.trim_end_matches(".exe");
        let order = match programs::FRONTS.contains(&name) {
            true => "native,builtin",
            false => NATIVE,
        };
        RegistryData::Sz(order.into())
    };
    let own = files.iter().map(|f| (f.as_str(), native(f)));
    writer.key(OVERRIDES, own);
    certificates(&mut writer);
    // Windows exist without a display; nobody sees them.
    let graphics = RegistryData::Sz("null".into());
    writer.key(r"Software\Wine\Drivers", [("Graphics", graphics)]);
    // Windows has it; Wine writes it with the first download where it is missing.
    writer.key(INTERNET, [("ProxyEnable", RegistryData::Dword(0))]);
    writer.text().to_owned()
}

/// What the registry has of the time zone is the clock's, which is UTC, whatever the facts declare: Wine
/// writes the names there whenever a program starts, and no offsets.
fn clock(writer: &mut Writer) {
    let values = ["Bias", "ActiveTimeBias"].map(|name| (name, RegistryData::Dword(0)));
    writer.key(r"System\ControlSet001\Control\TimeZoneInformation", values);
    // Three biases of 32 bits, two dates of 128: all zero, no daylight saving time.
    let rules = RegistryData::Binary(vec![0; 44]);
    let name = |text: &str| RegistryData::Sz(text.to_owned());
    let long = "Coordinated Universal Time";
    writer.key(
        &format!(r"Software\Microsoft\Windows NT\CurrentVersion\Time Zones\{FIRST_ZONE}"),
        [
            ("Display", name(&format!("(UTC) {long}"))),
            ("Dlt", name(long)),
            ("Std", name(long)),
            ("TZI", rules),
        ],
    );
}

/// Keys of certificate stores, which every Windows has and Wine makes when they are first looked at.
fn certificates(writer: &mut Writer) {
    for above in ["Software", r"Software\Policies"] {
        for store in STORES {
            for kind in ["Certificates", "CRLs", "CTLs"] {
                let key = format!(r"{above}\Microsoft\SystemCertificates\{store}\{kind}");
                writer.key(&key, []);
            }
        }
    }
}

/// The .NET Framework 4 that came with a release, as `Release` and `Version` under `NDP\v4` tell it.
///
/// Source: Microsoft Learn, "Determine which .NET Framework versions are installed".
fn framework(release: WindowsRelease) -> (u32, &'static str) {
    match release {
        WindowsRelease::Server2012 => (378_389, "4.5.50709"),
        WindowsRelease::Server2012R2 => (378_675, "4.5.51641"),
        WindowsRelease::Server2016 => (394_802, "4.6.01586"),
        WindowsRelease::Server2019 => (461_814, "4.7.03190"),
        WindowsRelease::Windows10 => (528_372, "4.8.04084"),
        WindowsRelease::Server2022 => (528_449, "4.8.04161"),
        WindowsRelease::Windows11 => (533_320, "4.8.09032"),
        WindowsRelease::Server2025 => (533_509, "4.8.09221"),
    }
}

/// 1 client, 2 domain controller, 3 server.
fn product_type(facts: &Facts, release: WindowsRelease) -> u64 {
    let told = facts.get("os")["ProductType"].as_u64();
    told.unwrap_or(if release.is_server() { 3 } else { 1 })
}

/// Values of `Windows NT\CurrentVersion`: the fact of that name, and what else Windows has there.
fn release(facts: &Facts) -> Vec<(String, RegistryData)> {
    let more = [
        ("PathName", r"C:\windows".to_owned()),
        ("CSDVersion", String::new()),
        ("CSDBuildNumber", String::new()),
        ("ProductId", facts.text("os", "SerialNumber")),
        ("RegisteredOrganization", facts.text("os", "Organization")),
    ];
    let more = more.map(|(name, text)| (name.to_owned(), RegistryData::Sz(text)));
    let told = facts.get("currentVersion").as_object();
    let told = told.into_iter().flatten();
    let told = told.filter_map(|(name, value)| Some((name.clone(), data(value)?)));
    more.into_iter().chain(told).collect()
}

/// A fact as data of the registry: texts and numbers; none for what is neither.
fn data(value: &Value) -> Option<RegistryData> {
    match value {
        Value::String(text) => Some(RegistryData::Sz(text.clone())),
        Value::Number(number) => {
            let number = number.as_u64()?;
            let small = u32::try_from(number).map(RegistryData::Dword);
            Some(small.unwrap_or(RegistryData::Qword(number)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_release_is_told_as_its_own_registry_does() {
        let told = |release| {
            let spec = WindowsSpec {
                release,
                ..WindowsSpec::default()
            };
            machine(&spec, "PC")
        };
        let eleven = told(WindowsRelease::Windows11);
        for line in [
            r#""ProductName"="Windows 10 Pro""#,
            r#""CurrentBuild"="22631""#,
            r#""CurrentMajorVersionNumber"=dword:0000000a"#,
            r#""ProductType"="WinNT""#,
            r#""ActiveTimeBias"=dword:00000000"#,
            r"[Software\\Wow6432Node\\Microsoft\\Windows NT\\CurrentVersion]",
        ] {
            assert!(eleven.contains(line), "{line}");
        }
        let old = told(WindowsRelease::Server2012R2);
        assert!(
            old.contains(r#""CurrentVersion"="6.3""#)
                && old.contains(r#""ProductType"="ServerNT""#)
        );
        assert!(!old.contains("CurrentMajorVersionNumber"));
    }

    #[test]
    fn the_first_download_finds_that_there_is_no_proxy() {
        let head = r"[Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings]";
        let text = user(&[]);
        let (_, section) = text.split_once(head).expect(head);
        let section = section.split("\n[").next().unwrap_or_default();
        assert!(
            section.contains(r#""ProxyEnable"=dword:00000000"#),
            "{section}"
        );
    }
}
