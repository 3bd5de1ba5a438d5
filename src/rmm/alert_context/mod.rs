//! What an alert is about, by the class that the platform names in `@class`.
//!
//! The first nineteen classes were seen on the wire by clients; the others follow from the naming
//! rule of the platform's document and were never reported live.

mod kinds;
mod words;

pub use kinds::*;
pub use words::*;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

macro_rules! classes {
    ($($(#[doc = $doc:literal])* $variant:ident($kind:ident) = $class:literal),+ $(,)?) => {
        /// What an alert is about.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "@class")]
        pub enum Context { $($(#[doc = $doc])* #[serde(rename = $class)] $variant($kind)),+ }

        impl Context {
            /// Every class.
            pub const CLASSES: &'static [&'static str] = &[$($class),+];

            /// The platform's class, as in `@class`.
            pub fn class(&self) -> &'static str {
                match self { $(Context::$variant(_) => $class),+ }
            }

            /// The schema of each class.
            fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
                vec![$(($class, generator.subschema_for::<$kind>())),+]
            }
        }
    };
}

classes! {
    /// What a component monitor wrote between its result markers.
    CompScript(ScriptContext) = "comp_script_ctx",
    /// A device went online or offline.
    OnlineOfflineStatus(OnlineOfflineStatusContext) = "online_offline_status_ctx",
    /// An entry of the Windows event log.
    Eventlog(EventLogContext) = "eventlog_ctx",
    /// A patch could not be installed.
    Patch(PatchContext) = "patch_ctx",
    /// The antivirus product of a device is not as it is to be.
    Antivirus(AntivirusContext) = "antivirus_ctx",
    /// A value read over SNMP.
    CustomSnmp(CustomSNMPContext) = "custom_snmp_ctx",
    /// A threat found by endpoint security.
    EndpointSecurityThreat(EndpointSecurityThreatContext) = "endpoint_security_threat_ctx",
    /// A file or folder appeared, went away or passed a size.
    FsObject(FileSystemContext) = "fs_object_ctx",
    /// Space of a volume.
    PerfDiskUsage(DiskUsageContext) = "perf_disk_usage_ctx",
    /// Use of a resource of the whole device.
    PerfResourceUsage(PerformanceUsageContext) = "perf_resource_usage_ctx",
    /// A Windows performance counter.
    PerfMon(WindowsPerformanceContext) = "perf_mon_ctx",
    /// A host did not answer in time.
    Ping(PingContext) = "ping_ctx",
    /// Resources that one process uses.
    ProcessResourceUsage(ResourceUsageContext) = "process_resource_usage_ctx",
    /// State of a process or service.
    ProcessStatus(StatusContext) = "process_status_ctx",
    /// Resources that one service uses.
    SrvcResourceUsage(ServiceResourceUsageContext) = "srvc_resource_usage_ctx",
    /// State of a service.
    SrvcStatus(ServiceStatusContext) = "srvc_status_ctx",
    /// Report of a managed security product.
    SecManagement(SecurityManagementContext) = "sec_management_ctx",
    /// Software was installed, removed or changed its version.
    SwAction(ActionContext) = "sw_action_ctx",
    /// Answer to a WMI query.
    Wmi(WmiContext) = "wmi_ctx",
    /// Software was installed, removed or changed its version.
    Action(ActionContext) = "action_ctx",
    /// A backup failed.
    BackupManagement(BackupManagementContext) = "backup_management_ctx",
    /// Health of a disk.
    DiskHealth(DiskHealthContext) = "disk_health_ctx",
    /// Space of a volume.
    DiskUsage(DiskUsageContext) = "disk_usage_ctx",
    /// A threat found by Windows Defender.
    EndpointSecurityWindowsDefender(EndpointSecurityWindowsDefenderContext) = "endpoint_security_windows_defender_ctx",
    /// A fan.
    Fan(FanContext) = "fan_ctx",
    /// A power supply.
    Psu(PsuContext) = "psu_ctx",
    /// A temperature.
    Temperature(TemperatureContext) = "temperature_ctx",
    /// A file or folder appeared, went away or passed a size.
    Filesystem(FileSystemContext) = "filesystem_ctx",
    /// A network monitor.
    NetworkMonitor(NetworkMonitorContext) = "network_monitor_ctx",
    /// Supplies of a printer.
    Printer(PrinterContext) = "printer_ctx",
    /// Signs of ransomware.
    Ransomware(RansomWareContext) = "ransomware_ctx",
    /// Resources that one process uses.
    ResourceUsage(ResourceUsageContext) = "resource_usage_ctx",
    /// Answer to an SNMP probe.
    SnmpProbe(SNMPProbeContext) = "snmp_probe_ctx",
    /// What the Windows Security Center tells of a product.
    Seccenter(SecCenterContext) = "seccenter_ctx",
    /// Report of a managed security product.
    SecurityManagement(SecurityManagementContext) = "security_management_ctx",
    /// State of a process or service.
    Status(StatusContext) = "status_ctx",
    /// A Windows performance counter.
    WindowsPerformance(WindowsPerformanceContext) = "windows_performance_ctx",
}

impl JsonSchema for Context {
    fn schema_name() -> Cow<'static, str> {
        "AlertContext".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut kinds: Vec<Schema> = Vec::new();
        let mut mapping = serde_json::Map::new();
        for (class, schema) in Context::schemas(generator) {
            if let Some(reference) = schema.get("$ref") {
                mapping.insert(class.to_owned(), reference.clone());
            }
            if !kinds.contains(&schema) {
                kinds.push(schema);
            }
        }
        json_schema!({
            "description": "What an alert is about. The class says which of the kinds it is.",
            "type": "object",
            "properties": { "@class": { "type": "string" } },
            "required": ["@class"],
            "oneOf": kinds,
            "discriminator": { "propertyName": "@class", "mapping": mapping },
        })
    }
}

#[cfg(test)]
mod tests;
