//! App packages: properties of `Get-AppxPackage` and `Get-AppxProvisionedPackage` (Microsoft Learn, Appx
//! and DISM modules). `Users` names who has a package: local users, or `S-1-5-18` for SYSTEM.

use super::{Making, Table};
use crate::rmm::os::WindowsRelease;
use serde_json::{Value, json};

const MICROSOFT: &str =
    "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US";

/// Apps of both Windows 10 and 11 (Microsoft Learn, "Provisioned apps installed with the Windows client OS").
const BOTH: &[(&str, &str)] = &[
    ("Microsoft.BingWeather", "4.53.51361.0"),
    ("Microsoft.DesktopAppInstaller", "1.21.2771.0"),
    ("Microsoft.GetHelp", "10.2308.12552.0"),
    ("Microsoft.Getstarted", "2021.2312.1.0"),
    ("Microsoft.HEIFImageExtension", "1.0.62561.0"),
    ("Microsoft.MicrosoftOfficeHub", "18.2308.1034.0"),
    ("Microsoft.MicrosoftSolitaireCollection", "4.17.7071.0"),
    ("Microsoft.MicrosoftStickyNotes", "4.6.2.0"),
    ("Microsoft.People", "10.2202.100.0"),
    ("Microsoft.WebMediaExtensions", "1.0.62931.0"),
    ("Microsoft.Windows.Photos", "2023.11090.16.0"),
    ("Microsoft.WindowsAlarms", "11.2306.23.0"),
    ("Microsoft.WindowsCalculator", "11.2307.4.0"),
    ("Microsoft.WindowsCamera", "2023.2305.4.0"),
    ("Microsoft.WindowsFeedbackHub", "1.2309.12711.0"),
    ("Microsoft.WindowsMaps", "11.2303.5.0"),
    ("Microsoft.WindowsSoundRecorder", "11.2304.25.0"),
    ("Microsoft.WindowsStore", "22309.1401.1.0"),
    ("Microsoft.Xbox.TCUI", "1.24.10001.0"),
    ("Microsoft.XboxGamingOverlay", "5.823.8012.0"),
    ("Microsoft.XboxIdentityProvider", "12.95.3001.0"),
    ("Microsoft.XboxSpeechToTextOverlay", "1.21.13002.0"),
    ("Microsoft.YourPhone", "1.23082.131.0"),
    ("Microsoft.ZuneMusic", "11.2307.52.0"),
    ("Microsoft.ZuneVideo", "10.22091.10061.0"),
];
const WINDOWS_10: &[(&str, &str)] = &[
    ("Microsoft.MSPaint", "6.2309.28017.0"),
    ("Microsoft.Microsoft3DViewer", "7.2307.27042.0"),
    ("Microsoft.MixedReality.Portal", "2000.21051.1282.0"),
    ("Microsoft.Office.OneNote", "16001.14326.21146.0"),
    ("Microsoft.SkypeApp", "15.108.3205.0"),
    ("Microsoft.Wallet", "2.4.18324.0"),
    ("Microsoft.XboxApp", "48.104.4001.0"),
    ("microsoft.windowscommunicationsapps", "16005.14326.21606.0"),
];
const WINDOWS_11: &[(&str, &str)] = &[
    ("Clipchamp.Clipchamp", "2.8.1.0"),
    ("Microsoft.BingNews", "4.55.52124.0"),
    ("Microsoft.Paint", "11.2308.18.0"),
    ("Microsoft.PowerAutomateDesktop", "10.0.7190.0"),
    ("Microsoft.Todos", "2.104.62421.0"),
    ("Microsoft.WindowsNotepad", "11.2307.27.0"),
    ("Microsoft.WindowsTerminal", "1.18.2822.0"),
    ("MicrosoftTeams", "23247.1112.2396.409"),
];

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let more = match m.release {
        WindowsRelease::Windows10 => WINDOWS_10,
        WindowsRelease::Windows11 => WINDOWS_11,
        // What a server of those years has is not known here.
        WindowsRelease::Server2012 | WindowsRelease::Server2012R2 => return,
        _ => &[],
    };
    let system = format!("{}.1", super::release::release(m.release).version);
    let shell = |name: &str| {
        json!({ "Name": name, "Version": system, "PublisherId": "cw5n1h2txyewy", "Architecture": "Neutral",
            "ResourceId": "neutral", "NonRemovable": true, "SignatureKind": "System" })
    };
    let mut rows: Vec<Value> = Vec::new();
    if !m.release.is_server() {
        let apps = BOTH.iter().chain(more);
        rows.extend(apps.map(|(name, version)| json!({ "Name": name, "Version": version })));
        rows.push(json!({ "Name": "Microsoft.VCLibs.140.00", "Version": "14.0.32530.0", "IsFramework": true,
            "ForSystem": true }));
        rows.push(json!({ "Name": "Microsoft.UI.Xaml.2.8", "Version": "8.2306.22001.0", "IsFramework": true }));
        rows.push(shell("Microsoft.Windows.StartMenuExperienceHost"));
    }
    rows.push(shell("Microsoft.Windows.ShellExperienceHost"));
    rows.push(shell("Microsoft.Windows.SecHealthUI"));
    let accounts = facts.get("userProfiles").and_then(Value::as_array);
    let of = |p: &Value| {
        let path = p["LocalPath"].as_str().filter(|_| p["Special"] == false)?;
        Some(path.rsplit('\\').next().unwrap_or_default().to_owned())
    };
    let users: Vec<String> = accounts.into_iter().flatten().filter_map(of).collect();
    for row in &mut rows {
        let mut who = users.clone();
        if row["ForSystem"] == true {
            who.push("S-1-5-18".into());
        }
        row["Users"] = json!(who);
        if let Some(row) = row.as_object_mut() {
            row.remove("ForSystem");
        }
    }
    facts.insert("appxPackages".into(), Value::Array(rows));
}

/// What a package has that does not say otherwise.
pub(super) fn package() -> Value {
    json!({
        "Version": "1.0.0.0", "Architecture": "X64", "ResourceId": "", "PublisherId": "8wekyb3d8bbwe",
        "Publisher": MICROSOFT, "IsFramework": false, "NonRemovable": false, "SignatureKind": "Store",
        "InstallLocation": null, "Users": ["user"],
    })
}

/// Packages that new users get: those that can be removed, unless a scenario declares them.
pub(super) fn provisioned(facts: &mut Table) {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    if let Some(Value::Array(rows)) = facts.get_mut("appxProvisioned") {
        for row in rows {
            for (field, value) in [
                ("Architecture", json!(9)),
                ("ResourceId", json!("~")),
                ("PublisherId", json!("8wekyb3d8bbwe")),
            ] {
                if row[field].is_null() && row.is_object() {
                    row[field] = value;
                }
            }
        }
        return;
    }
    let Some(Value::Array(packages)) = facts.get("appxPackages") else {
        return;
    };
    let apps = packages
        .iter()
        .filter(|p| p["NonRemovable"] == false && p["IsFramework"] == false);
    let rows = apps.map(|p| {
        let (name, version, id) = (text(p, "Name"), text(p, "Version"), text(p, "PublisherId"));
        // 9 is x64 among DISM's architectures.
        json!({ "DisplayName": name, "Version": version, "PublisherId": id, "Architecture": 9, "ResourceId": "~",
            "PackageName": format!("{name}_{version}_neutral_~_{id}") })
    });
    let rows = rows.collect();
    facts.insert("appxProvisioned".into(), rows);
}
