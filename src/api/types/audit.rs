//! The audit of a device with an Agent.

use super::{NetworkInterface, SystemDate, Text};
use schemars::JsonSchema;
use serde::Serialize;

/// What an audit found on a device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceAudit<'a> {
    /// Address of the device in the portal.
    pub portal_url: Option<Text<'a>>,
    /// Address of a remote session in the browser.
    pub web_remote_url: Option<Text<'a>>,
    /// The machine.
    pub system_info: Option<SystemInfo<'a>>,
    /// Network cards.
    pub nics: Vec<NetworkInterface<'a>>,
    /// Firmware.
    pub bios: Option<Bios<'a>>,
    /// Main board.
    pub base_board: Option<BaseBoard<'a>>,
    /// Displays.
    pub displays: Vec<Display<'a>>,
    /// Volumes.
    pub logical_disks: Vec<LogicalDisk<'a>>,
    /// Mobile connections.
    pub mobile_info: Vec<MobileInfo<'a>>,
    /// Processors.
    pub processors: Vec<Processor<'a>>,
    /// Graphics cards.
    pub video_boards: Vec<VideoBoard<'a>>,
    /// Attached devices.
    pub attached_devices: Vec<AttachedDevice<'a>>,
    /// What it tells over SNMP.
    pub snmp_info: Option<SnmpInfo<'a>>,
    /// Memory modules.
    pub physical_memory: Vec<PhysicalMemory<'a>>,
}

/// A machine.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SystemInfo<'a> {
    /// Who made it.
    pub manufacturer: Option<Text<'a>>,
    /// Model.
    pub model: Option<Text<'a>>,
    /// Memory, bytes.
    pub total_physical_memory: Option<i64>,
    /// Who is logged in.
    pub username: Option<Text<'a>>,
    /// Version of .NET.
    pub dot_net_version: Option<Text<'a>>,
    /// Cores of all processors.
    pub total_cpu_cores: Option<i32>,
}

/// Firmware of a machine.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bios<'a> {
    /// Name.
    pub instance: Option<Text<'a>>,
    /// When it was released.
    pub release_date: Option<SystemDate>,
    /// Serial number of the machine.
    pub serial_number: Option<Text<'a>>,
    /// Version.
    pub sm_bios_version: Option<Text<'a>>,
}

/// Main board of a machine.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BaseBoard<'a> {
    /// Who made it.
    pub manufacturer: Option<Text<'a>>,
    /// Product.
    pub product: Option<Text<'a>>,
}

/// A display.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Display<'a> {
    /// Name.
    pub instance: Option<Text<'a>>,
    /// Height, pixels.
    pub screen_height: Option<i32>,
    /// Width, pixels.
    pub screen_width: Option<i32>,
}

/// A volume.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogicalDisk<'a> {
    /// Kind of the volume.
    pub description: Option<Text<'a>>,
    /// Letter or mount point.
    pub disk_identifier: Option<Text<'a>>,
    /// Bytes free.
    pub freespace: Option<i64>,
    /// Bytes in all.
    pub size: Option<i64>,
}

/// A mobile connection.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MobileInfo<'a> {
    /// Number of the SIM card.
    pub iccid: Option<Text<'a>>,
    /// Number of the modem.
    pub imei: Option<Text<'a>>,
    /// Telephone number.
    pub number: Option<Text<'a>>,
    /// Network operator.
    pub operator: Option<Text<'a>>,
}

/// A processor.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Processor<'a> {
    /// Its name.
    pub name: Option<Text<'a>>,
}

/// A graphics card.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoBoard<'a> {
    /// Its name.
    pub display_adapter: Option<Text<'a>>,
}

/// A device attached to a machine.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachedDevice<'a> {
    /// Its name.
    pub device_name: Option<Text<'a>>,
    /// Its kind.
    pub device_type: Option<Text<'a>>,
    /// File of the driver.
    pub driver_file: Option<Text<'a>>,
    /// When that file was changed.
    pub driver_file_last_modified: Option<SystemDate>,
    /// Who made the driver.
    pub driver_manufacturer: Option<Text<'a>>,
    /// Name of the driver.
    pub driver_name: Option<Text<'a>>,
    /// Version of the driver.
    pub driver_version: Option<Text<'a>>,
    /// Port it is attached to.
    pub port_name: Option<Text<'a>>,
}

/// What a device tells over SNMP.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnmpInfo<'a> {
    /// Name.
    pub snmp_name: Option<Text<'a>>,
    /// Who to ask.
    pub snmp_contact: Option<Text<'a>>,
    /// Description.
    pub snmp_description: Option<Text<'a>>,
    /// Place.
    pub snmp_location: Option<Text<'a>>,
    /// Time since its start.
    pub snmp_uptime: Option<Text<'a>>,
    /// Who made its network card.
    pub nic_manufacturer: Option<Text<'a>>,
    /// Object identifier of its kind.
    pub object_id: Option<Text<'a>>,
    /// Serial number.
    pub snmp_serial: Option<Text<'a>>,
}

/// A memory module.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalMemory<'a> {
    /// Slot.
    pub module: Option<Text<'a>>,
    /// Bytes.
    pub size: Option<i64>,
    /// Kind.
    pub r#type: Option<Text<'a>>,
    /// Speed.
    pub speed: Option<Text<'a>>,
    /// Serial number.
    pub serial_number: Option<Text<'a>>,
    /// Part number.
    pub part_number: Option<Text<'a>>,
    /// Bank.
    pub bank: Option<Text<'a>>,
}

/// An installed program.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Software<'a> {
    /// Its name.
    pub name: Option<Text<'a>>,
    /// Its version.
    pub version: Option<Text<'a>>,
}
