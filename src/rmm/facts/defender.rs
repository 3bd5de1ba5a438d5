//! Windows Defender: properties of `Get-MpComputerStatus` and `Get-MpPreference` (Microsoft Learn,
//! Defender module). Ages are days; what is told as a date follows from them on the device.
//!
//! Windows Server 2012 and 2012 R2 have no Defender. On clients it is off where another antivirus is
//! registered (Microsoft Learn, "Microsoft Defender Antivirus compatibility with other security products").

use super::declared::Antivirus;
use super::{Making, Table, drawn};
use crate::rmm::os::WindowsRelease;
use serde_json::{Value, json};

/// Days after which signatures that are declared old were loaded.
const OLD: u32 = 14;
const PRODUCT: &str = "4.18.24010.12";
const ENGINE: &str = "1.1.24010.10";
const SIGNATURES: &str = "1.405.343.0";

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    facts.insert("defenderThreats".into(), json!([]));
    if matches!(
        m.release,
        WindowsRelease::Server2012 | WindowsRelease::Server2012R2
    ) {
        return;
    }
    let own = own(m);
    let on = own.is_none_or(|a| a.running.unwrap_or(true)) && runs(m);
    let current = own.is_none_or(|a| a.up_to_date.unwrap_or(true));
    facts.insert("defender".into(), status(m, on, current));
    facts.insert("defenderPreference".into(), preference(on));
}

/// Its row among the declared antivirus products.
fn own<'d>(m: &Making<'d>) -> Option<&'d Antivirus> {
    let mut declared = m.declared.antivirus.iter().flatten();
    declared.find(|a| a.name == "Windows Defender")
}

/// Whether it runs by what is declared of other products.
fn runs(m: &Making<'_>) -> bool {
    match &m.declared.antivirus {
        None => true,
        Some(_) if own(m).is_some() => true,
        // A server's Defender does not give way by itself.
        Some(_) => m.release.is_server(),
    }
}

fn status(m: &Making<'_>, on: bool, current: bool) -> Value {
    let age = if current { 0 } else { OLD };
    let virtual_machine = m.declared.chassis == Some(super::declared::Chassis::Virtual);
    json!({
        "Installed": true, "AMEngineVersion": ENGINE, "AMProductVersion": PRODUCT,
        "AMRunningMode": if on { "Normal" } else { "Not running" }, "AMServiceEnabled": on, "AMServiceVersion": PRODUCT,
        "AntispywareEnabled": on, "AntispywareSignatureAge": age, "AntispywareSignatureVersion": SIGNATURES,
        "AntivirusEnabled": on, "AntivirusSignatureAge": age, "AntivirusSignatureVersion": SIGNATURES,
        "BehaviorMonitorEnabled": on, "ComputerID": drawn(m.id, "defender").to_uppercase(), "ComputerState": 0,
        "DefenderSignaturesOutOfDate": !current,
        // No full scan was ever done: its age is the largest number.
        "FullScanAge": u32::MAX, "FullScanEndTime": null, "FullScanStartTime": null, "FullScanOverdue": false,
        "FullScanRequired": false, "IoavProtectionEnabled": on, "IsTamperProtected": !m.release.is_server(),
        "IsVirtualMachine": virtual_machine, "LastFullScanSource": 0, "LastQuickScanSource": 2, "NISEnabled": on,
        "NISEngineVersion": ENGINE, "NISSignatureAge": age, "NISSignatureVersion": SIGNATURES,
        "OnAccessProtectionEnabled": on, "QuickScanAge": 0, "QuickScanOverdue": false,
        "RealTimeProtectionEnabled": on, "RealTimeScanDirection": 0, "RebootRequired": false,
        "TamperProtectionSource": if m.release.is_server() { "N/A" } else { "Signatures" },
    })
}

fn preference(on: bool) -> Value {
    let mut all = json!({
        "CheckForSignaturesBeforeRunningScan": false, "CloudBlockLevel": 0, "CloudExtendedTimeout": 0,
        "DisableArchiveScanning": false, "DisableAutoExclusions": false, "DisableBehaviorMonitoring": false,
        "DisableBlockAtFirstSeen": false, "DisableCatchupFullScan": true, "DisableCatchupQuickScan": true,
        "DisableEmailScanning": true, "DisableIOAVProtection": false, "DisablePrivacyMode": false,
        "DisableRealtimeMonitoring": !on, "DisableRemovableDriveScanning": true,
        "DisableScanningMappedNetworkDrivesForFullScan": true, "DisableScanningNetworkFiles": false,
        "DisableScriptScanning": false, "EnableControlledFolderAccess": 0, "EnableNetworkProtection": 0,
        "MAPSReporting": 2, "PUAProtection": 1, "QuarantinePurgeItemsAfterDelay": 90, "RealTimeScanDirection": 0,
        "RemediationScheduleDay": 0, "ScanAvgCPULoadFactor": 50, "ScanOnlyIfIdleEnabled": true, "ScanParameters": 1,
        "ScanScheduleDay": 0, "ScanScheduleQuickScanTime": "00:00:00", "ScanScheduleTime": "02:00:00",
        "SignatureFallbackOrder": "MicrosoftUpdateServer|MMPC", "SignatureScheduleDay": 8,
        "SignatureUpdateInterval": 0, "SubmitSamplesConsent": 1, "UILockdown": false,
    });
    // Lists that nobody has filled are null there.
    for name in [
        "AttackSurfaceReductionOnlyExclusions",
        "AttackSurfaceReductionRules_Actions",
        "AttackSurfaceReductionRules_Ids",
        "ControlledFolderAccessAllowedApplications",
        "ControlledFolderAccessProtectedFolders",
        "DisableIntrusionPreventionSystem",
        "ExclusionExtension",
        "ExclusionIpAddress",
        "ExclusionPath",
        "ExclusionProcess",
    ] {
        all[name] = Value::Null;
    }
    for threat in ["High", "Low", "Moderate", "Severe", "Unknown"] {
        all[format!("{threat}ThreatDefaultAction")] = json!(0);
    }
    all
}
