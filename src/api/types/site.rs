//! Sites, their settings and mappings.

use super::{ProxyType, Text};
use schemars::{JsonSchema, Schema};
use serde::Serialize;

/// A site of the account.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Site<'a> {
    /// Number of the site.
    pub id: i64,
    /// Its uid; the site of deleted devices has one that is no GUID.
    pub uid: Text<'a>,
    /// The account it belongs to.
    pub account_uid: Text<'a>,
    /// Its name.
    pub name: Text<'a>,
    /// Its description.
    pub description: Option<Text<'a>>,
    /// Notes on it.
    pub notes: Option<Text<'a>>,
    /// An OnDemand site: no jobs and monitors.
    pub on_demand: bool,
    /// Splashtop is installed on its devices.
    pub splashtop_auto_install: bool,
    /// Its proxy, null where none is set.
    pub proxy_settings: Option<ProxySettings<'a>>,
    /// Its devices, counted.
    pub devices_status: DevicesStatus,
    /// Company in Autotask.
    pub autotask_company_name: Option<Text<'a>>,
    /// Number of that company, as text.
    pub autotask_company_id: Option<Text<'a>>,
    /// Address of the site in the portal.
    pub portal_url: Option<Text<'a>>,
}

/// Devices of a site, counted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DevicesStatus {
    /// All devices.
    pub number_of_devices: i64,
    /// Devices that are online.
    pub number_of_online_devices: i64,
    /// Devices that are not online.
    pub number_of_offline_devices: i64,
}

/// A site, in short.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SiteBasicDto<'a> {
    /// Number of the site.
    pub id: i64,
    /// Its name.
    pub name: Option<Text<'a>>,
}

/// Settings of a site.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SiteSettings<'a> {
    /// What the site is.
    pub general_settings: GeneralSettings<'a>,
    /// Its proxy, null where none is set.
    pub proxy_settings: Option<ProxySettings<'a>>,
    /// Who gets its mail.
    pub mail_recipients: Vec<MailRecipient<'a>>,
}

/// What a site is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GeneralSettings<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// Its uid.
    pub uid: Text<'a>,
    /// Its description.
    pub description: Option<Text<'a>>,
    /// An OnDemand site.
    pub on_demand: bool,
}

/// Proxy of a site. The password is readable, as on the platform.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProxySettings<'a> {
    /// Name or address.
    pub host: Option<Text<'a>>,
    /// Port.
    pub port: Option<i32>,
    /// Kind.
    pub r#type: Option<ProxyType>,
    /// User name.
    pub username: Option<Text<'a>>,
    /// Password.
    pub password: Option<Text<'a>>,
}

/// Who gets mail of a site.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = receives)]
pub struct MailRecipient<'a> {
    /// Name.
    pub name: Option<Text<'a>>,
    /// Address.
    pub email: Option<Text<'a>>,
    /// Form of the mail.
    pub r#type: Option<Text<'a>>,
    /// Gets reports.
    pub receives_reports: bool,
    /// Gets word of new devices.
    pub receives_new_devices: bool,
    /// Gets alerts.
    pub receives_alerts: bool,
}

/// A site with its Datto Networking networks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DnetSiteMappingsDto<'a> {
    /// Number of the site.
    pub id: i64,
    /// Its uid.
    pub uid: Text<'a>,
    /// The account it belongs to.
    pub account_uid: Text<'a>,
    /// Its name.
    pub name: Text<'a>,
    /// Its description.
    pub description: Option<Text<'a>>,
    /// Numbers of the networks.
    pub datto_networking_network_ids: Vec<i64>,
    /// Address of the site in the portal.
    pub portal_url: Option<Text<'a>>,
}

/// The platform's schema has a number that is only ever taken, though no operation takes one.
fn receives(schema: &mut Schema) {
    let number = serde_json::json!({
        "description": "What the recipient gets, as a number.",
        "type": "integer", "format": "int64", "writeOnly": true,
    });
    if let Some(properties) = schema.get_mut("properties").and_then(|p| p.as_object_mut()) {
        properties.insert("receives".to_owned(), number);
    }
}
