//! BitLocker, TPM and firmware: properties of `Get-BitLockerVolume`, `Get-Tpm` (Microsoft Learn) and of
//! what `Confirm-SecureBootUEFI`, `Get-SecureBootUEFI` read.

use super::declared::Chassis;
use super::{Making, Table};
use serde_json::{Value, json};

/// Bytes of what BitLocker's module calls a gigabyte.
const GB: f64 = (1_u64 << 30) as f64;

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let volumes = facts.get("volumes").and_then(Value::as_array);
    let fixed = volumes
        .into_iter()
        .flatten()
        .filter(|v| v["DriveType"] == "Fixed");
    let rows = fixed.filter_map(|v| {
        let letter = v["DriveLetter"].as_str()?;
        let size = v["Size"].as_u64().unwrap_or(0) as f64 / GB;
        Some(json!({ "MountPoint": format!("{letter}:"), "CapacityGB": (size * 100.0).round() / 100.0,
            "VolumeType": if letter == "C" { "OperatingSystem" } else { "Data" } }))
    });
    let rows = rows.collect();
    facts.insert("bitLocker".into(), rows);
    facts.insert("tpm".into(), tpm(m));
    facts.insert(
        "firmware".into(),
        // `Variables`: further ones by name, base64.
        json!({ "Type": "UEFI", "SecureBoot": true, "Variables": { "SetupMode": "AA==" } }),
    );
}

/// What a volume that BitLocker can protect has that does not say otherwise: it is not encrypted.
pub(super) fn volume() -> Value {
    json!({
        "VolumeType": "Data", "VolumeStatus": "FullyDecrypted", "ProtectionStatus": "Off", "LockStatus": "Unlocked",
        "EncryptionMethod": "None", "EncryptionPercentage": 0, "KeyProtector": [], "CapacityGB": 0,
        "AutoUnlockEnabled": null,
    })
}

/// Real machines have one that is ready, virtual servers have none; a scenario that declares
/// `TpmPresent` has all that goes with it.
fn tpm(m: &Making<'_>) -> Value {
    let bare = m.release.is_server() && m.declared.chassis == Some(Chassis::Virtual);
    let declared = m
        .declared
        .more
        .get("tpm")
        .and_then(|t| t["TpmPresent"].as_bool());
    let present = declared.unwrap_or(!bare);
    let of = |value: Value| if present { value } else { Value::Null };
    json!({
        "TpmPresent": present, "TpmReady": present, "TpmEnabled": present, "TpmActivated": present, "TpmOwned": present,
        "RestartPending": of(json!(false)), "ManufacturerId": if present { 1_229_870_147_u32 } else { 0 },
        "ManufacturerIdTxt": of(json!("INTC")), "ManufacturerVersion": of(json!("600.7.0.0")),
        "ManufacturerVersionFull20": of(json!("600.7.0.0")), "ManagedAuthLevel": "Full", "OwnerAuth": "",
        "OwnerClearDisabled": false, "AutoProvisioning": "Enabled", "LockedOut": false,
        "LockoutHealTime": "10 minutes", "LockoutCount": 0, "LockoutMax": 31, "SelfTest": [],
        // What `Get-TpmSupportedFeature` names.
        "SupportedFeatures": if present { json!(["key attestation"]) } else { json!([]) },
    })
}
