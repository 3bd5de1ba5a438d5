//! Making and changing sites and their proxies.

use super::fields::ANY;
use super::{Body, FieldProblem, Fields, SITE_NAME_MAX};
use crate::api::types::ProxyType;
use schemars::JsonSchema;

/// A site to make.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateSiteRequest {
    /// Its name.
    #[schemars(length(min = 1, max = SITE_NAME_MAX))]
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// Notes on it.
    pub notes: Option<String>,
    /// An OnDemand site: no jobs and monitors.
    pub on_demand: Option<bool>,
    /// Splashtop is to be installed on its devices.
    pub splashtop_auto_install: Option<bool>,
    /// Its proxy.
    pub proxy_settings: Option<ProxySettingsRequest>,
}

/// What a site is to be from now on: a field that is not sent is cleared.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SiteRequest {
    /// Its name.
    #[schemars(length(min = 1, max = SITE_NAME_MAX))]
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// Notes on it.
    pub notes: Option<String>,
    /// An OnDemand site: no jobs and monitors.
    pub on_demand: Option<bool>,
    /// Splashtop is to be installed on its devices.
    pub splashtop_auto_install: Option<bool>,
}

/// The proxy that a site is to have.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProxySettingsRequest {
    /// Name or address.
    pub host: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// Port.
    #[schemars(range(min = 1, max = 65535), with = "Option<i32>")]
    pub port: Option<u16>,
    /// Kind.
    pub r#type: Option<ProxyType>,
    /// User name.
    pub username: Option<String>,
}

impl Body for CreateSiteRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        let site = SiteRequest::read(fields)?;
        Ok(CreateSiteRequest {
            name: site.name,
            description: site.description,
            notes: site.notes,
            on_demand: site.on_demand,
            splashtop_auto_install: site.splashtop_auto_install,
            proxy_settings: fields
                .object("proxySettings")?
                .map(|proxy| ProxySettingsRequest::read(&proxy))
                .transpose()?,
        })
    }
}

impl Body for SiteRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        Ok(SiteRequest {
            name: fields.required_text("name", 1..=SITE_NAME_MAX)?,
            description: fields.text("description", ANY)?,
            notes: fields.text("notes", ANY)?,
            on_demand: fields.flag("onDemand")?,
            splashtop_auto_install: fields.flag("splashtopAutoInstall")?,
        })
    }
}

impl Body for ProxySettingsRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        let words: Vec<_> = ProxyType::ALL.iter().map(|t| t.word()).collect();
        Ok(ProxySettingsRequest {
            host: fields.text("host", ANY)?,
            password: fields.text("password", ANY)?,
            port: fields.whole("port", 1..=u16::MAX)?,
            r#type: fields.word("type", &words, ProxyType::from_word)?,
            username: fields.text("username", ANY)?,
        })
    }
}
