//! The audit of an ESXi host.

use super::{PhysicalMemory, Text};
use schemars::JsonSchema;
use serde::Serialize;

/// What an audit found on an ESXi host.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ESXiHostAudit<'a> {
    /// Address of the host in the portal.
    pub portal_url: Option<Text<'a>>,
    /// The machine.
    pub system_info: Option<ESXiSystemInfo<'a>>,
    /// Virtual machines.
    pub guests: Vec<Guest<'a>>,
    /// Processors.
    pub processors: Vec<ESXiProcessor<'a>>,
    /// Network cards.
    pub nics: Vec<ESXiNic<'a>>,
    /// Memory modules.
    pub physical_memory: Vec<PhysicalMemory<'a>>,
    /// Datastores.
    pub datastores: Vec<ESXiDatastore<'a>>,
}

/// The machine of an ESXi host.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ESXiSystemInfo<'a> {
    /// Who made it.
    pub manufacturer: Option<Text<'a>>,
    /// Model.
    pub model: Option<Text<'a>>,
    /// Name.
    pub name: Option<Text<'a>>,
    /// Snapshots of its virtual machines.
    pub number_of_snapshots: Option<i32>,
    /// Service tag.
    pub service_tag: Option<Text<'a>>,
}

/// A virtual machine.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Guest<'a> {
    /// Its name.
    pub guest_name: Option<Text<'a>>,
    /// Speed of its processors together.
    pub processor_speed_total: Option<i32>,
    /// Its memory.
    pub memory_size_total: Option<i64>,
    /// Its snapshots.
    pub number_of_snapshots: Option<i32>,
    /// Datastores it lies on.
    pub datastores: Option<Text<'a>>,
}

/// A processor of an ESXi host.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ESXiProcessor<'a> {
    /// Speed.
    pub frequency: Option<f64>,
    /// Its name.
    pub name: Option<Text<'a>>,
    /// Its cores.
    pub number_of_cores: Option<i32>,
}

/// A network card of an ESXi host.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ESXiNic<'a> {
    /// Its name.
    pub name: Option<Text<'a>>,
    /// IPv4 address.
    pub ipv4: Option<Text<'a>>,
    /// IPv6 address.
    pub ipv6: Option<Text<'a>>,
    /// MAC address.
    pub mac_address: Option<Text<'a>>,
    /// Speed.
    pub speed: Option<Text<'a>>,
    /// Kind.
    pub r#type: Option<Text<'a>>,
}

/// A datastore.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ESXiDatastore<'a> {
    /// Its name.
    pub datastore_name: Option<Text<'a>>,
    /// Percent promised to virtual machines.
    pub subscription_percent: Option<i32>,
    /// What is free.
    pub free_space: Option<i64>,
    /// Its size.
    pub size: Option<i64>,
    /// File system.
    pub file_system: Option<Text<'a>>,
    /// State.
    pub status: Option<Text<'a>>,
    /// Disks it lies on.
    pub data_extents: Vec<ESXiDataExtent<'a>>,
}

/// A disk of a datastore.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ESXiDataExtent<'a> {
    /// Its name.
    pub name: Option<Text<'a>>,
    /// Its size.
    pub size: Option<i64>,
    /// Kind of disk.
    pub media_type: Option<Text<'a>>,
    /// State.
    pub status: Option<Text<'a>>,
}
