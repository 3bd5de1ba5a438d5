//! The account.

use super::Text;
use schemars::JsonSchema;
use serde::Serialize;

/// The account (the MSP) that the token acts for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account<'a> {
    /// Number of the account.
    pub id: i64,
    /// Eight hexadecimal digits, unlike every other uid.
    pub uid: Text<'a>,
    /// Name of the account.
    pub name: Text<'a>,
    /// Currency, ISO 4217.
    pub currency: Option<Text<'a>>,
    /// More about the account.
    pub descriptor: AccountDescriptor<'a>,
    /// Its devices, counted.
    pub devices_status: AccountDevicesStatus,
}

/// More about an account.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountDescriptor<'a> {
    /// Address that bills go to; the name of the field is spelt so on the platform.
    pub biling_email: Option<Text<'a>>,
    /// Most devices it may have.
    pub device_limit: Option<i32>,
    /// IANA name of its time zone.
    pub time_zone: Option<Text<'a>>,
}

/// Devices of an account, counted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountDevicesStatus {
    /// All devices.
    pub number_of_devices: i64,
    /// Devices that are online.
    pub number_of_online_devices: i64,
    /// Devices that are not online.
    pub number_of_offline_devices: i64,
    /// Devices of OnDemand sites.
    pub number_of_on_demand_devices: i64,
    /// Devices of managed sites.
    pub number_of_managed_devices: i64,
}
