//! Windows itself and what is installed: edition, updates, antivirus; where modules of PowerShell come from.

use super::release::{Edition, Release, current_version, edition_of, release};
use super::{Making, Table, drawn, moment};
use serde_json::{Value, json};

/// `productState` of SecurityCenter2: running or not, up to date or not, as Windows Defender has them.
const RUNNING: u32 = 397_568;
const STOPPED: u32 = 393_472;
/// Added where the signatures are old.
const OLD: u32 = 16;

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let d = m.declared;
    let r = release(m.release);
    let word = d.edition.as_deref().unwrap_or(r.edition);
    // A word that is none is refused where scenarios are read.
    if let Some(edition) = edition_of(word).or_else(|| edition_of(r.edition)) {
        system(m, &r, edition, facts);
    }
    facts.insert("winrm".into(), json!(m.release.is_server()));
    facts.insert(
        "timeZone".into(),
        json!({ "Id": "UTC", "StandardName": "Coordinated Universal Time", "Bias": 0 }),
    );
    facts.insert("hotfixes".into(), hotfixes(m, &r));
    facts.insert("antivirusProducts".into(), antivirus(m));
    facts.insert("azureAd".into(), json!({ "Joined": false }));
    facts.insert(
        "psRepositories".into(),
        json!([{ "Name": "PSGallery", "SourceLocation": "https://www.powershellgallery.com/api/v2" }]),
    );
    // Those that Windows brings; NuGet is downloaded.
    facts.insert(
        "packageProviders".into(),
        json!([{ "Name": "msi", "Version": "3.0.0.0" }, { "Name": "msu", "Version": "3.0.0.0" },
            { "Name": "PowerShellGet", "Version": "1.0.0.1" }, { "Name": "Programs", "Version": "3.0.0.0" }]),
    );
    facts.insert("installedModules".into(), json!([]));
}

fn system(m: &Making<'_>, r: &Release, edition: &Edition, facts: &mut Table) {
    let d = m.declared;
    let declared = d.build.as_deref();
    let version = match declared {
        Some(whole) if whole.contains('.') => whole.to_owned(),
        Some(build) => {
            let (front, _) = r.version.rsplit_once('.').unwrap_or(("10.0", ""));
            format!("{front}.{build}")
        }
        None => r.version.to_owned(),
    };
    let build = version.rsplit('.').next().unwrap_or_default().to_owned();
    let memory = d.memory.unwrap_or(17_179_869_184) / 1024;
    let installed = d.installed_ms.map_or(json!(r.installed), moment);
    let owner = "User";
    let mut os = json!({
        "Caption": format!("Microsoft {} {}", r.family, edition.name),
        "Version": version, "BuildNumber": build, "BuildType": "Multiprocessor Free",
        "ProductType": if edition.server { 3 } else { 1 }, "OperatingSystemSKU": edition.sku,
        "OSArchitecture": "64-bit", "InstallDate": installed, "CSName": m.id.hostname.to_uppercase(),
        "EditionID": edition.id, "DisplayVersion": r.display, "UBR": r.revision,
        "Locale": "0409", "OSLanguage": 1033, "MUILanguages": ["en-US"], "CountryCode": "1", "CodeSet": "1252",
        "SystemDirectory": r"C:\Windows\system32", "WindowsDirectory": r"C:\Windows", "SystemDrive": "C:",
        "SystemDevice": r"\Device\HarddiskVolume3", "BootDevice": r"\Device\HarddiskVolume1",
        "Manufacturer": "Microsoft Corporation", "RegisteredUser": owner, "Organization": "",
        "SerialNumber": "00330-80000-00000-AA368", "CurrentTimeZone": 0,
        "TotalVisibleMemorySize": memory, "FreePhysicalMemory": memory / 100 * 45,
        "TotalVirtualMemorySize": memory / 8 * 9, "FreeVirtualMemory": memory / 100 * 55,
        "ServicePackMajorVersion": 0, "ServicePackMinorVersion": 0,
    });
    // KiB.
    os["SizeStoredInPagingFiles"] = json!(memory / 8);
    os["FreeSpaceInPagingFiles"] = json!(memory / 8 / 100 * 95);
    os["NumberOfUsers"] = json!(2);
    os["NumberOfLicensedUsers"] = json!(0);
    if let Some(ms) = d.booted_ms {
        os["LastBootUpTime"] = moment(ms);
    }
    facts.insert("os".into(), os);
    // MiB.
    facts.insert(
        "pageFiles".into(),
        json!([{ "Name": r"C:\pagefile.sys", "Caption": r"C:\pagefile.sys", "Description": r"C:\pagefile.sys",
            "AllocatedBaseSize": memory / 8 / 1024, "CurrentUsage": memory / 8 / 1024 / 20,
            "PeakUsage": memory / 8 / 1024 / 8, "TempPageFile": false }]),
    );
    // Servers have no System Restore.
    if !edition.server {
        facts.insert("systemRestore".into(), json!({ "enabled": true }));
    }
    let mut values = current_version(r, edition, &build, owner);
    values["InstallDate"] = json!(installed_seconds(m, r));
    facts.insert("currentVersion".into(), values);
    let id = drawn(m.id, "licence");
    facts.insert(
        "licensingProducts".into(),
        json!([{ "ID": id, "ApplicationID": "55c92734-d682-4d71-983e-d6ec3f16059f",
            "Name": format!("Windows(R), {} edition", edition.id), "Description": "Windows(R) Operating System, OEM_DM channel",
            "LicenseStatus": 1, "PartialProductKey": "3V66T", "GracePeriodRemaining": 0,
            "LicenseFamily": edition.id, "ProductKeyChannel": "OEM:DM" }]),
    );
}

/// Seconds since 1970, as the registry has it.
fn installed_seconds(m: &Making<'_>, r: &Release) -> i64 {
    let usual = || {
        let at: jiff::civil::DateTime = r.installed.parse().ok()?;
        let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(at.timestamp().as_second())
    };
    m.declared
        .installed_ms
        .map(|ms| ms / 1000)
        .or_else(usual)
        .unwrap_or(0)
}

fn hotfixes(m: &Making<'_>, r: &Release) -> Value {
    let name = m.id.hostname.to_uppercase();
    let row = |id: &str, day: &str, description: &str| {
        let number = id.trim_start_matches("KB");
        json!({
            "HotFixID": id, "InstalledOn": day, "Description": description,
            "Caption": format!("http://support.microsoft.com/?kbid={number}"), "CSName": name,
            "InstalledBy": r"NT AUTHORITY\SYSTEM", "FixComments": "", "ServicePackInEffect": "",
            "InstallDate": null, "Name": null, "Status": null,
        })
    };
    match &m.declared.hotfixes {
        Some(some) => some
            .iter()
            .map(|h| {
                let day = h.installed.as_deref().unwrap_or("2024-03-04");
                let mut parts = day.split('-').map(|p| p.trim_start_matches('0'));
                let (y, mo, d) = (parts.next(), parts.next(), parts.next());
                let shown = format!(
                    "{}/{}/{}",
                    mo.unwrap_or("1"),
                    d.unwrap_or("1"),
                    y.unwrap_or("2024")
                );
                row(
                    &h.id,
                    &shown,
                    h.description.as_deref().unwrap_or("Security Update"),
                )
            })
            .collect(),
        None => r
            .hotfixes
            .iter()
            .map(|(id, day)| row(id, day, "Security Update"))
            .collect(),
    }
}

fn antivirus(m: &Making<'_>) -> Value {
    let row = |n: usize, name: &str, running: bool, current: bool| {
        let state = if running { RUNNING } else { STOPPED } + if current { 0 } else { OLD };
        let guid = match n {
            0 if name == "Windows Defender" => "D68DDC3A-831F-4fae-9E44-DA132C1ACF46".to_owned(),
            _ => drawn(m.id, &format!("antivirus{n}")).to_uppercase(),
        };
        let own = name == "Windows Defender";
        json!({ "displayName": name, "productState": state, "instanceGuid": format!("{{{guid}}}"),
            "pathToSignedProductExe": own.then_some("windowsdefender://"),
            "pathToSignedReportingExe": own.then_some(r"%ProgramFiles%\Windows Defender\MsMpeng.exe"),
            "timestamp": "Sun, 04 Jan 2026 17:00:00 GMT" })
    };
    match &m.declared.antivirus {
        Some(some) => some
            .iter()
            .enumerate()
            .map(|(n, a)| {
                row(
                    n,
                    &a.name,
                    a.running.unwrap_or(true),
                    a.up_to_date.unwrap_or(true),
                )
            })
            .collect(),
        // Servers have no SecurityCenter2.
        None if m.release.is_server() => json!([]),
        None => json!([row(0, "Windows Defender", true, true)]),
    }
}
