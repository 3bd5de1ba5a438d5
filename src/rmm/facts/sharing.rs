//! SMB shares and the SMB server's settings; VPN connections. Properties of `Get-SmbShare`,
//! `Get-SmbServerConfiguration`, `Get-VpnConnection` (Microsoft Learn).

use super::{Making, Table};
use crate::rmm::os::WindowsRelease;
use serde_json::{Value, json};

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let mut shares = vec![
        json!({ "Name": "ADMIN$", "Path": r"C:\Windows", "Description": "Remote Admin", "Special": true }),
    ];
    let volumes = facts.get("volumes").and_then(Value::as_array);
    let fixed = volumes
        .into_iter()
        .flatten()
        .filter(|v| v["DriveType"] == "Fixed");
    for letter in fixed.filter_map(|v| v["DriveLetter"].as_str()) {
        shares.push(json!({ "Name": format!("{letter}$"), "Path": format!(r"{letter}:\"), "Description": "Default share",
            "Special": true }));
    }
    shares.push(
        json!({ "Name": "IPC$", "Path": "", "Description": "Remote IPC", "Special": true,
        "ShareType": "InterprocessCommunication" }),
    );
    if m.declared.printers.iter().any(|p| p.shared) {
        shares.push(
            json!({ "Name": "print$", "Path": r"C:\Windows\system32\spool\drivers",
            "Description": "Printer Drivers" }),
        );
    }
    facts.insert("smbShares".into(), Value::Array(shares));
    // SMB 1 is off since Windows 10 1709 and Windows Server 2019.
    let old = matches!(
        m.release,
        WindowsRelease::Server2012 | WindowsRelease::Server2012R2 | WindowsRelease::Server2016
    );
    // Signing is demanded of clients by default since Windows 11 24H2 and Windows Server 2025.
    let signed = m.release == WindowsRelease::Server2025;
    facts.insert(
        "smbServer".into(),
        json!({
            "AnnounceComment": "", "AnnounceServer": false, "AuditSmb1Access": false, "AutoShareServer": true,
            "AutoShareWorkstation": true, "EnableAuthenticateUserSharing": false, "EnableLeasing": true,
            "EnableMultiChannel": true, "EnableOplocks": true, "EnableSecuritySignature": false,
            "EnableSMB1Protocol": old, "EnableSMB2Protocol": true, "EnableStrictNameChecking": true,
            "EncryptData": false, "RejectUnencryptedAccess": true, "RequireSecuritySignature": signed,
            "ServerHidden": true,
        }),
    );
    facts.insert("vpnConnections".into(), json!([]));
}

/// What a share has that does not say otherwise.
pub(super) fn share() -> Value {
    json!({
        "Path": "", "Description": "", "ShareType": "FileSystemDirectory", "Special": false, "ShareState": "Online",
        "ScopeName": "*", "EncryptData": false, "FolderEnumerationMode": "Unrestricted", "CachingMode": "Manual",
        "Access": [{ "AccountName": "Everyone", "AccessControlType": "Allow", "AccessRight": "Read" }],
    })
}

/// What a VPN connection has that does not say otherwise.
pub(super) fn vpn() -> Value {
    json!({
        "ServerAddress": "", "AllUserConnection": false, "Guid": null, "TunnelType": "Automatic",
        "AuthenticationMethod": ["MsChapv2"], "EncryptionLevel": "Required", "L2tpIPsecAuth": "Certificate",
        "UseWinlogonCredential": false, "ConnectionStatus": "Disconnected", "RememberCredential": false,
        "SplitTunneling": false, "DnsSuffix": "", "IdleDisconnectSeconds": 0,
    })
}
