//! Optional features, capabilities, packages and roles: properties of `Get-WindowsOptionalFeature`,
//! `Get-WindowsCapability`, `Get-WindowsPackage`, `Get-WindowsFeature` (Microsoft Learn, DISM and
//! ServerManager modules). Names are those that scripts ask for; Windows has more.

use super::{Making, Table};
use crate::rmm::os::WindowsRelease;
use serde_json::{Value, json};

const CLIENT_ON: &[&str] = &[
    "MSRDC-Infrastructure",
    "MediaPlayback",
    "MicrosoftWindowsPowerShellV2",
    "MicrosoftWindowsPowerShellV2Root",
    "NetFx4-AdvSrvs",
    "Printing-Foundation-Features",
    "Printing-PrintToPDFServices-Features",
    "SearchEngine-Client-Package",
    "SmbDirect",
    "WCF-Services45",
    "WCF-TCP-PortSharing45",
    "Windows-Defender-Default-Definitions",
    "WindowsMediaPlayer",
    "WorkFolders-Client",
];
const CLIENT_OFF: &[&str] = &[
    "Containers-DisposableClientVM",
    "DirectPlay",
    "HypervisorPlatform",
    "IIS-WebServerRole",
    "LegacyComponents",
    "Microsoft-Hyper-V",
    "Microsoft-Hyper-V-All",
    "Microsoft-Windows-Subsystem-Linux",
    "Printing-XPSServices-Features",
    "SMB1Protocol",
    "SMB1Protocol-Client",
    "SMB1Protocol-Server",
    "TFTP",
    "TelnetClient",
    "VirtualMachinePlatform",
];
const SERVER_ON: &[&str] = &[
    "MicrosoftWindowsPowerShell",
    "MicrosoftWindowsPowerShellRoot",
    "NetFx4",
    "NetFx4ServerFeatures",
    "Printing-Client",
    "Server-Core",
    "WCF-Services45",
    "WCF-TCP-PortSharing45",
];
const SERVER_OFF: &[&str] = &[
    "DHCPServer",
    "DNS-Server-Full-Role",
    "DirectoryServices-DomainController",
    "IIS-WebServerRole",
    "Microsoft-Hyper-V",
    "Printing-Server-Foundation-Features",
    "SNMP",
    "TelnetClient",
    "WindowsServerBackup",
];
const CAPABILITIES_ON: &[&str] = &[
    "App.StepsRecorder~~~~0.0.1.0",
    "Browser.InternetExplorer~~~~0.0.11.0",
    "Language.Basic~~~en-US~0.0.1.0",
    "MathRecognizer~~~~0.0.1.0",
    "OpenSSH.Client~~~~0.0.1.0",
];
const CAPABILITIES_OFF: &[&str] = &[
    "OpenSSH.Server~~~~0.0.1.0",
    "SNMP.Client~~~~0.0.1.0",
    "WMI-SNMP-Provider.Client~~~~0.0.1.0",
    "XPS.Viewer~~~~0.0.1.0",
];
/// Capabilities of clients alone.
const CLIENT_CAPABILITIES: &[(&str, bool)] = &[
    ("Hello.Face.20134~~~~0.0.1.0", true),
    ("Microsoft.Windows.Notepad.System~~~~0.0.1.0", true),
    ("Print.Management.Console~~~~0.0.1.0", true),
    ("Rsat.ActiveDirectory.DS-LDS.Tools~~~~0.0.1.0", false),
    ("Rsat.DHCP.Tools~~~~0.0.1.0", false),
    ("Rsat.Dns.Tools~~~~0.0.1.0", false),
    ("Rsat.GroupPolicy.Management.Tools~~~~0.0.1.0", false),
    ("Rsat.ServerManager.Tools~~~~0.0.1.0", false),
    ("WMIC~~~~", true),
];
const ROLES_ON: &[(&str, &str)] = &[
    ("FileAndStorage-Services", "File and Storage Services"),
    ("Storage-Services", "Storage Services"),
    ("NET-Framework-45-Features", ".NET Framework 4.8 Features"),
    ("NET-Framework-45-Core", ".NET Framework 4.8"),
    ("PowerShellRoot", "Windows PowerShell"),
    ("PowerShell", "Windows PowerShell 5.1"),
    ("WoW64-Support", "WoW64 Support"),
    ("XPS-Viewer", "XPS Viewer"),
];
const ROLES_OFF: &[(&str, &str)] = &[
    ("AD-Domain-Services", "Active Directory Domain Services"),
    ("DHCP", "DHCP Server"),
    ("DNS", "DNS Server"),
    ("Failover-Clustering", "Failover Clustering"),
    ("GPMC", "Group Policy Management"),
    ("Hyper-V", "Hyper-V"),
    (
        "NET-Framework-Core",
        ".NET Framework 3.5 (includes .NET 2.0 and 3.0)",
    ),
    ("Print-Services", "Print and Document Services"),
    (
        "RSAT-AD-PowerShell",
        "Active Directory module for Windows PowerShell",
    ),
    ("Remote-Desktop-Services", "Remote Desktop Services"),
    ("SNMP-Service", "SNMP Service"),
    ("Telnet-Client", "Telnet Client"),
    ("UpdateServices", "Windows Server Update Services"),
    ("Web-Server", "Web Server (IIS)"),
    ("Windows-Server-Backup", "Windows Server Backup"),
];

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    use WindowsRelease as W;
    facts.insert("imageHealth".into(), json!("Healthy"));
    facts.insert("windowsPackages".into(), packages(facts));
    let server = m.release.is_server();
    // SMB 1 is installed up to Windows Server 2016, Defender's role from there on.
    let smb1 = matches!(m.release, W::Server2012 | W::Server2012R2 | W::Server2016);
    let defender = server && !matches!(m.release, W::Server2012 | W::Server2012R2);
    let state = |on: bool| if on { "Enabled" } else { "Disabled" };
    let (on, off) = match server {
        true => (SERVER_ON, SERVER_OFF),
        false => (CLIENT_ON, CLIENT_OFF),
    };
    let mut rows: Vec<Value> = Vec::new();
    rows.extend(
        on.iter()
            .map(|name| json!({ "FeatureName": name, "State": "Enabled" })),
    );
    rows.extend(off.iter().map(|name| json!({ "FeatureName": name })));
    rows.push(json!({ "FeatureName": "NetFx3", "State": "DisabledWithPayloadRemoved" }));
    if server {
        rows.push(json!({ "FeatureName": "SMB1Protocol", "State": state(smb1) }));
    }
    if defender {
        rows.push(json!({ "FeatureName": "Windows-Defender", "State": "Enabled" }));
    }
    for row in &mut rows {
        // Hyper-V and SMB 1 are not done before a restart.
        let name = row["FeatureName"].as_str().unwrap_or_default();
        if name.starts_with("Microsoft-Hyper-V") || name.starts_with("SMB1Protocol") {
            row["RestartRequired"] = json!("Required");
        }
    }
    facts.insert("optionalFeatures".into(), Value::Array(rows));
    if !matches!(m.release, W::Server2012 | W::Server2012R2 | W::Server2016) {
        facts.insert("capabilities".into(), capabilities(server));
    }
    if server {
        let mut roles: Vec<Value> = Vec::new();
        roles.extend(ROLES_ON.iter().map(|(name, title)| role(name, title, true)));
        roles.extend(
            ROLES_OFF
                .iter()
                .map(|(name, title)| role(name, title, false)),
        );
        roles.push(role("FS-SMB1", "SMB 1.0/CIFS File Sharing Support", smb1));
        if defender {
            roles.push(role(
                "Windows-Defender",
                "Microsoft Defender Antivirus",
                true,
            ));
        }
        facts.insert("windowsFeatures".into(), Value::Array(roles));
    }
}

/// What an optional feature has that does not say otherwise; `RestartRequired` is `Possible`, `Required` or `No`.
pub(super) fn optional() -> Value {
    json!({ "State": "Disabled", "RestartRequired": "Possible", "Description": "" })
}

fn role(name: &str, title: &str, on: bool) -> Value {
    json!({ "Name": name, "DisplayName": title, "InstallState": if on { "Installed" } else { "Available" } })
}

fn capabilities(server: bool) -> Value {
    let both = CAPABILITIES_ON.iter().map(|name| (*name, true));
    let both = both.chain(CAPABILITIES_OFF.iter().map(|name| (*name, false)));
    let own: &[(&str, bool)] = if server { &[] } else { CLIENT_CAPABILITIES };
    both.chain(own.iter().copied())
        .map(|(name, on)| json!({ "Name": name, "State": if on { "Installed" } else { "NotPresent" } }))
        .collect()
}

/// The last cumulative update, as servicing names it by build and revision.
fn packages(facts: &Table) -> Value {
    let os = facts.get("os").unwrap_or(&Value::Null);
    let (Some(build), Some(revision)) = (os["BuildNumber"].as_str(), os["UBR"].as_u64()) else {
        return json!([]);
    };
    let name = format!("Package_for_RollupFix~31bf3856ad364e35~amd64~~{build}.{revision}.1.1");
    json!([{ "PackageName": name, "PackageState": "Installed", "ReleaseType": "SecurityUpdate",
        "InstallTime": os["InstallDate"] }])
}
