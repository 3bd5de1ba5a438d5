//! Devices.

use super::{AntivirusStatus, DeviceClass, PatchStatus, PlatformDate, Text, Udf};
use schemars::JsonSchema;
use serde::Serialize;

/// A device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device<'a> {
    /// Number of the device.
    pub id: i64,
    /// Its uid.
    pub uid: Text<'a>,
    /// Number of its site.
    pub site_id: i64,
    /// Uid of its site.
    pub site_uid: Text<'a>,
    /// Name of its site.
    pub site_name: Text<'a>,
    /// What kind of machine it is.
    pub device_type: Option<DevicesType<'a>>,
    /// Host name.
    pub hostname: Option<Text<'a>>,
    /// Address in its own network.
    pub int_ip_address: Option<Text<'a>>,
    /// Operating system with its version.
    pub operating_system: Option<Text<'a>>,
    /// Who logged in last.
    pub last_logged_in_user: Option<Text<'a>>,
    /// Domain or workgroup.
    pub domain: Option<Text<'a>>,
    /// Version of the Agent, short.
    pub cag_version: Option<Text<'a>>,
    /// Version of the Agent, as shown.
    pub display_version: Option<Text<'a>>,
    /// Address that the platform sees.
    pub ext_ip_address: Option<Text<'a>>,
    /// Description.
    pub description: Option<Text<'a>>,
    /// Its operating system is a 64-bit one.
    pub a64_bit: Option<bool>,
    /// It waits for a reboot.
    pub reboot_required: Option<bool>,
    /// The platform reaches its Agent.
    pub online: bool,
    /// Its monitors are suspended.
    pub suspended: bool,
    /// It was deleted.
    pub deleted: bool,
    /// When it was seen last.
    pub last_seen: Option<PlatformDate>,
    /// When it booted last.
    pub last_reboot: Option<PlatformDate>,
    /// When it was audited last.
    pub last_audit_date: Option<PlatformDate>,
    /// When it came to the platform.
    pub creation_date: Option<PlatformDate>,
    /// Its user-defined fields.
    pub udf: Udf,
    /// It is read over SNMP.
    pub snmp_enabled: bool,
    /// Its class.
    pub device_class: DeviceClass,
    /// Address of the device in the portal.
    pub portal_url: Option<Text<'a>>,
    /// End of the warranty, `yyyy-mm-dd`.
    pub warranty_date: Option<Text<'a>>,
    /// Its antivirus product.
    pub antivirus: Option<Antivirus<'a>>,
    /// Its patches.
    pub patch_management: Option<PatchManagement>,
    /// Whether its software is as policies want it.
    pub software_status: Option<Text<'a>>,
    /// Address of a remote session in the browser.
    pub web_remote_url: Option<Text<'a>>,
    /// It scans its network for the platform.
    pub network_probe: Option<bool>,
    /// It was found by such a scan.
    pub onboarded_via_network_monitor: Option<bool>,
}

/// What kind of machine a device is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DevicesType<'a> {
    /// Category: Desktop, Laptop, Server, Printer.
    pub category: Option<Text<'a>>,
    /// Kind within the category.
    pub r#type: Option<Text<'a>>,
}

/// Antivirus product of a device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Antivirus<'a> {
    /// The product.
    pub antivirus_product: Option<Text<'a>>,
    /// Its state.
    pub antivirus_status: Option<AntivirusStatus>,
}

/// Patches of a device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatchManagement {
    /// State of its patches.
    pub patch_status: Option<PatchStatus>,
    /// Patches approved and not installed.
    pub patches_approved_pending: Option<i64>,
    /// Patches not approved.
    pub patches_not_approved: Option<i64>,
    /// Patches installed.
    pub patches_installed: Option<i64>,
}

/// A device with its network cards.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceNetworkInterface<'a> {
    /// Number of the device.
    pub id: i64,
    /// Its uid.
    pub uid: Text<'a>,
    /// Number of its site.
    pub site_id: i64,
    /// Uid of its site.
    pub site_uid: Text<'a>,
    /// Name of its site.
    pub site_name: Text<'a>,
    /// What kind of machine it is.
    pub device_type: Option<DevicesType<'a>>,
    /// Host name.
    pub hostname: Option<Text<'a>>,
    /// Address in its own network.
    pub int_ip_address: Option<Text<'a>>,
    /// Address that the platform sees.
    pub ext_ip_address: Option<Text<'a>>,
    /// Its network cards.
    pub nics: Vec<NetworkInterface<'a>>,
}

/// A network card.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkInterface<'a> {
    /// Name of the card.
    pub instance: Option<Text<'a>>,
    /// IPv4 address.
    pub ipv4: Option<Text<'a>>,
    /// IPv6 address.
    pub ipv6: Option<Text<'a>>,
    /// MAC address.
    pub mac_address: Option<Text<'a>>,
    /// Kind of the card.
    pub r#type: Option<Text<'a>>,
}
