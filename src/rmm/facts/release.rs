//! What each release of Windows calls itself. Sources: Microsoft's release health pages (builds,
//! versions), `Win32_OperatingSystem` (ProductType, OperatingSystemSKU), `GetProductInfo` (numbers of
//! editions); FIDELITY.md names them.

use crate::rmm::os::WindowsRelease;
use serde_json::{Value, json};

/// One release with its usual edition.
pub struct Release {
    /// `Windows 11`, `Windows Server 2012 R2`.
    pub family: &'static str,
    /// `10.0.22631`.
    pub version: &'static str,
    /// Build after the patches that the default hotfixes bring.
    pub revision: u32,
    /// `23H2`; empty where the release has none.
    pub display: &'static str,
    /// `ReleaseId` of the registry; empty before Windows 10.
    pub release_id: &'static str,
    /// Edition unless declared.
    pub edition: &'static str,
    /// The device was set up then.
    pub installed: &'static str,
    /// Updates it has unless declared, with the day.
    pub hotfixes: &'static [(&'static str, &'static str)],
}

/// An edition as scenarios name it: word, `EditionID`, words in the product's name, `OperatingSystemSKU`.
pub struct Edition {
    pub word: &'static str,
    pub id: &'static str,
    pub name: &'static str,
    pub sku: u32,
    pub server: bool,
}

const fn edition(
    word: &'static str,
    id: &'static str,
    name: &'static str,
    sku: u32,
    server: bool,
) -> Edition {
    Edition {
        word,
        id,
        name,
        sku,
        server,
    }
}

/// Every edition a device can have.
pub const EDITIONS: [Edition; 6] = [
    edition("pro", "Professional", "Pro", 48, false),
    edition("home", "Core", "Home", 101, false),
    edition("enterprise", "Enterprise", "Enterprise", 4, false),
    edition("education", "Education", "Education", 121, false),
    edition("standard", "ServerStandard", "Standard", 7, true),
    edition("datacenter", "ServerDatacenter", "Datacenter", 8, true),
];

/// The edition of a word; none for a word that is none.
pub fn edition_of(word: &str) -> Option<&'static Edition> {
    EDITIONS.iter().find(|e| e.word == word)
}

/// What a release is.
pub fn release(of: WindowsRelease) -> Release {
    use WindowsRelease as W;
    let r = |family, version, revision, display, release_id, hotfixes| Release {
        family,
        version,
        revision,
        display,
        release_id,
        edition: if of.is_server() { "standard" } else { "pro" },
        installed: "2024-03-01T08:00:00",
        hotfixes,
    };
    match of {
        W::Windows10 => r(
            "Windows 10",
            "10.0.19045",
            4046,
            "22H2",
            "2009",
            &[("KB5034441", "3/4/2024"), ("KB5034763", "3/4/2024")],
        ),
        W::Windows11 => r(
            "Windows 11",
            "10.0.22631",
            3155,
            "23H2",
            "2009",
            &[("KB5034467", "3/4/2024"), ("KB5034765", "3/4/2024")],
        ),
        W::Server2012 => r(
            "Windows Server 2012",
            "6.2.9200",
            24710,
            "",
            "",
            &[("KB5034830", "3/4/2024")],
        ),
        W::Server2012R2 => r(
            "Windows Server 2012 R2",
            "6.3.9600",
            21813,
            "",
            "",
            &[("KB5034819", "3/4/2024")],
        ),
        W::Server2016 => r(
            "Windows Server 2016",
            "10.0.14393",
            6709,
            "",
            "1607",
            &[("KB5034767", "3/4/2024")],
        ),
        W::Server2019 => r(
            "Windows Server 2019",
            "10.0.17763",
            5458,
            "",
            "1809",
            &[("KB5034768", "3/4/2024")],
        ),
        W::Server2022 => r(
            "Windows Server 2022",
            "10.0.20348",
            2322,
            "21H2",
            "2009",
            &[("KB5034770", "3/4/2024")],
        ),
        W::Server2025 => r(
            "Windows Server 2025",
            "10.0.26100",
            1742,
            "24H2",
            "2009",
            &[("KB5043080", "10/1/2024")],
        ),
    }
}

/// Values of `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, by which scripts tell releases
/// apart. `ProductName` of Windows 11 says Windows 10, as it does on the real one.
pub fn current_version(r: &Release, edition: &Edition, build: &str, owner: &str) -> Value {
    let (major, minor) = r.version.split_once('.').unwrap_or(("10", "0"));
    let minor = minor.split('.').next().unwrap_or("0");
    let family = match r.family {
        "Windows 11" => "Windows 10",
        family => family,
    };
    let mut values = json!({
        "ProductName": format!("{family} {}", edition.name),
        "EditionID": edition.id,
        "CurrentVersion": if major == "6" { format!("{major}.{minor}") } else { "6.3".to_owned() },
        "CurrentBuild": build,
        "CurrentBuildNumber": build,
        "CurrentType": "Multiprocessor Free",
        "InstallationType": if edition.server { "Server" } else { "Client" },
        "RegisteredOwner": owner,
        "SystemRoot": r"C:\Windows",
        "UBR": r.revision,
    });
    if major != "6" {
        values["CurrentMajorVersionNumber"] = json!(major.parse::<u32>().unwrap_or(10));
        values["CurrentMinorVersionNumber"] = json!(minor.parse::<u32>().unwrap_or(0));
        values["ReleaseId"] = json!(r.release_id);
    }
    if !r.display.is_empty() {
        values["DisplayVersion"] = json!(r.display);
    }
    values
}
