//! The kinds of what an alert is about, field by field.
//!
//! Dates are ISO 8601 texts: nobody measured their form on the platform.

use super::words::*;
use jiff::Timestamp;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Adds the class to the schema of a kind: the enum around it carries it on the wire.
fn tagged(classes: &'static [&'static str]) -> impl FnMut(&mut Schema) {
    move |schema| {
        let property = serde_json::json!({ "type": "string", "enum": classes });
        let object = schema.ensure_object();
        if let Some(properties) = object
            .entry("properties")
            .or_insert_with(|| serde_json::json!({}))
            .as_object_mut()
        {
            properties.shift_insert(0, "@class".to_owned(), property);
        }
        if let Some(required) = object
            .entry("required")
            .or_insert_with(|| serde_json::json!([]))
            .as_array_mut()
        {
            required.insert(0, "@class".into());
        }
    }
}

/// What a component monitor wrote between its result markers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["comp_script_ctx"]))]
pub struct ScriptContext {
    /// Value by name; the name is what stands before `=` and may be empty.
    #[serde(default)]
    pub samples: BTreeMap<String, String>,
}

/// A device went online or offline.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["online_offline_status_ctx"]))]
pub struct OnlineOfflineStatusContext {
    /// State that raised the alert.
    pub status: Option<OnlineStatus>,
}

/// An entry of the Windows event log.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["eventlog_ctx"]))]
pub struct EventLogContext {
    /// Log it stands in: `Application`, `System`.
    pub log_name: Option<String>,
    /// Event id, as text.
    pub code: Option<String>,
    /// Level of the entry.
    pub r#type: Option<String>,
    /// Program that wrote it.
    pub source: Option<String>,
    /// Text of the entry.
    pub description: Option<String>,
    /// How often it was seen.
    pub trigger_count: Option<i32>,
    /// When it was seen last.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub last_triggered: Option<Timestamp>,
    /// The monitor was suspended because of too many entries.
    pub caused_suspension: Option<bool>,
}

/// A patch could not be installed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["patch_ctx"]))]
pub struct PatchContext {
    /// The patch.
    pub patch_uid: Option<String>,
    /// The patch policy.
    pub policy_uid: Option<String>,
    /// Outcome of the installation.
    pub result: Option<String>,
    /// More about the outcome.
    pub info: Option<String>,
}

/// The antivirus product of a device is not as it is to be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["antivirus_ctx"]))]
pub struct AntivirusContext {
    /// What is wrong.
    pub status: Option<AntivirusState>,
    /// The product.
    pub product_name: Option<String>,
}

/// A value read over SNMP.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["custom_snmp_ctx"]))]
pub struct CustomSNMPContext {
    /// Name of the monitored value.
    pub display_name: Option<String>,
    /// Value that was read.
    pub current_value: Option<String>,
    /// Instance it was read from.
    pub monitor_instance: Option<String>,
}

/// A threat found by endpoint security.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["endpoint_security_threat_ctx"]))]
pub struct EndpointSecurityThreatContext {
    /// Number of the alert in endpoint security.
    pub es_alert_id: Option<String>,
    /// What was found.
    pub description: Option<String>,
}

/// A threat found by Windows Defender.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["endpoint_security_windows_defender_ctx"]))]
pub struct EndpointSecurityWindowsDefenderContext {
    /// Number of the alert in endpoint security.
    pub es_alert_id: Option<String>,
    /// What was found.
    pub description: Option<String>,
}

/// A file or folder appeared, went away or passed a size.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["fs_object_ctx", "filesystem_ctx"]))]
pub struct FileSystemContext {
    /// Size that was measured.
    pub sample: Option<f64>,
    /// Size it is held against.
    pub threshold: Option<f64>,
    /// The file or folder.
    pub path: Option<String>,
    /// Which of the two.
    pub object_type: Option<FileSystemObject>,
    /// What happened.
    pub condition: Option<FileSystemCondition>,
}

/// Space of a volume.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["perf_disk_usage_ctx", "disk_usage_ctx"]))]
pub struct DiskUsageContext {
    /// The volume.
    pub disk_name: Option<String>,
    /// Its size.
    pub total_volume: Option<f64>,
    /// What is free on it.
    pub free_space: Option<f64>,
    /// What the threshold counts.
    pub unit_of_measure: Option<DiskMeasure>,
    /// Which volumes the monitor looks at.
    pub disk_name_designation: Option<DiskDesignation>,
}

/// Use of a resource of the whole device.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["perf_resource_usage_ctx"]))]
pub struct PerformanceUsageContext {
    /// Percent in use.
    pub percentage: Option<f64>,
    /// The resource.
    pub r#type: Option<ResourceKind>,
}

/// A Windows performance counter.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["perf_mon_ctx", "windows_performance_ctx"]))]
pub struct WindowsPerformanceContext {
    /// Its value.
    pub value: Option<f64>,
}

/// A host did not answer in time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["ping_ctx"]))]
pub struct PingContext {
    /// The host.
    pub instance_name: Option<String>,
    /// Milliseconds to the answer.
    pub roundtrip_time: Option<i32>,
    /// Why the alert was raised.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// Resources that one process uses.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["process_resource_usage_ctx", "resource_usage_ctx"]))]
pub struct ResourceUsageContext {
    /// The process.
    pub process_name: Option<String>,
    /// What was measured.
    pub sample: Option<f64>,
    /// The resource.
    pub r#type: Option<ResourceKind>,
}

/// State of a process or service.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["process_status_ctx", "status_ctx"]))]
pub struct StatusContext {
    /// The process.
    pub process_name: Option<String>,
    /// Its state.
    pub status: Option<ProcessState>,
}

/// Resources that one service uses.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["srvc_resource_usage_ctx"]))]
pub struct ServiceResourceUsageContext {
    /// The service.
    pub service_name: Option<String>,
    /// What was measured.
    pub sample: Option<f64>,
    /// The resource.
    pub r#type: Option<ResourceKind>,
}

/// State of a service.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["srvc_status_ctx"]))]
pub struct ServiceStatusContext {
    /// The service.
    pub service_name: Option<String>,
    /// Its state.
    pub status: Option<ProcessState>,
}

/// Report of a managed security product.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["sec_management_ctx", "security_management_ctx"]))]
pub struct SecurityManagementContext {
    /// Number of the state.
    pub status: Option<i32>,
    /// The product.
    pub product_name: Option<String>,
    /// When it was told, a number.
    pub info_time: Option<i32>,
    /// What was found.
    pub virus_name: Option<String>,
    /// Where it was found.
    #[serde(default)]
    pub infected_files: Vec<String>,
    /// Days since the last update.
    pub product_not_updated_for_days: Option<i32>,
    /// Hours since the infection.
    pub system_remains_infected_for_hours: Option<i32>,
    /// Days until the licence ends.
    pub expiry_license_for_days: Option<i32>,
}

/// Software was installed, removed or changed its version.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["sw_action_ctx", "action_ctx"]))]
pub struct ActionContext {
    /// The software.
    pub package_name: Option<String>,
    /// What happened to it.
    pub action_type: Option<SoftwareAction>,
    /// Version before.
    pub prev_version: Option<String>,
    /// Version now.
    pub version: Option<String>,
}

/// Answer to a WMI query.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["wmi_ctx"]))]
pub struct WmiContext {
    /// The answer.
    pub value: Option<String>,
}

/// A backup failed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["backup_management_ctx"]))]
pub struct BackupManagementContext {
    /// What went wrong.
    pub error_message: Option<String>,
    /// How long was waited.
    pub timeout: Option<i32>,
}

/// Health of a disk.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["disk_health_ctx"]))]
pub struct DiskHealthContext {
    /// What is wrong.
    pub reason: Option<String>,
    /// What is monitored.
    pub r#type: Option<ResourceKind>,
}

/// A fan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["fan_ctx"]))]
pub struct FanContext {
    /// What is wrong.
    pub reason: Option<String>,
    /// What is monitored.
    pub r#type: Option<ResourceKind>,
}

/// A power supply.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["psu_ctx"]))]
pub struct PsuContext {
    /// What is wrong.
    pub reason: Option<String>,
    /// What is monitored.
    pub r#type: Option<ResourceKind>,
}

/// A temperature.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["temperature_ctx"]))]
pub struct TemperatureContext {
    /// Degrees that were measured.
    pub degree: Option<f64>,
    /// What is monitored.
    pub r#type: Option<ResourceKind>,
}

/// A network monitor.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["network_monitor_ctx"]))]
pub struct NetworkMonitorContext {
    /// What was seen.
    pub description: Option<String>,
}

/// Supplies of a printer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["printer_ctx"]))]
pub struct PrinterContext {
    /// Address of the printer.
    pub ip_address: Option<String>,
    /// Its MAC address.
    pub mac_address: Option<String>,
    /// Which supply.
    pub marker_supply_index: Option<i32>,
    /// What is left of it.
    pub current_level: Option<i32>,
}

/// Signs of ransomware.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["ransomware_ctx"]))]
pub struct RansomWareContext {
    /// Number of the state.
    pub state: Option<i32>,
    /// How sure the detection is.
    pub confidence_factor: Option<i32>,
    /// Folders with changed files.
    #[serde(default)]
    pub affected_directories: Vec<String>,
    /// Folders that are watched.
    #[serde(default)]
    pub watch_paths: Vec<String>,
    /// Ending that the files were given.
    pub rwextension: Option<String>,
    /// When the signs were put together.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub meta_alert_time: Option<Timestamp>,
    /// When the alert was raised.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub alert_time: Option<Timestamp>,
}

/// Answer to an SNMP probe.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["snmp_probe_ctx"]))]
pub struct SNMPProbeContext {
    /// Address of the device.
    pub ip_address: Option<String>,
    /// Object identifier; the platform has it under both spellings.
    #[serde(rename = "OID")]
    pub oid_upper: Option<String>,
    /// Object identifier.
    pub oid: Option<String>,
    /// Rule that was met.
    pub rule_name: Option<String>,
    /// Value that was answered.
    pub response_value: Option<String>,
    /// The device.
    pub device_name: Option<String>,
    /// The monitor.
    pub monitor_name: Option<String>,
}

/// What the Windows Security Center tells of a product.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = tagged(&["seccenter_ctx"]))]
pub struct SecCenterContext {
    /// The product.
    pub product_name: Option<String>,
    /// What is wrong.
    pub alert_type: Option<SecurityCenterAlert>,
}
