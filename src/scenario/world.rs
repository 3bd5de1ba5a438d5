//! `world:` - the platform and devices before the first step.

use super::api::{Listed, WorldApi};
use super::model::EngineDemand;
use super::policy::WorldPolicy;
use super::psa::Psa;
use super::span::{Span, Spanned};
use super::windows::RegistrySet;
use crate::rmm::double::DoubleSpec;
use crate::rmm::facts::Declared;
use crate::rmm::knobs::Knobs;
use crate::rmm::os::{Os, WindowsRelease};
use crate::rmm::service::ServiceSpec;
use crate::rmm::uav::UavProduct;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The platform and devices before the first step.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// `platform:` - pinotage (default), merlot, concord, vidal, zinfandel, syrah.
    pub platform: String,
    pub account: Account,
    /// By key, in file order.
    pub sites: Vec<Site>,
    pub devices: Vec<Device>,
    pub components: Vec<ComponentRef>,
    /// In file order.
    pub policies: Vec<WorldPolicy>,
    /// What the vendor hands in for the ComStore; in no account's library until it is downloaded.
    pub comstore: Vec<super::comstore::Stocked>,
    pub services: Vec<Spanned<ServiceSpec>>,
    /// The PSA that the platform is connected to.
    pub psa: Option<Psa>,
    /// On every device of the world.
    pub doubles: Vec<Spanned<DoubleSpec>>,
    /// Those of the REST API are in it.
    pub knobs: Knobs,
    /// `uav:` - products whose vendors gave their checks.
    pub uav: Vec<UavProduct>,
    pub api: WorldApi,
    /// `clock:` - platform time at the start, milliseconds since the epoch; 2026-01-05T09:00:00Z unless given.
    pub clock_ms: i64,
    /// The file has a `clock:`.
    pub clock_given: bool,
}

/// The account (the MSP).
#[derive(Debug, Clone, Default)]
pub struct Account {
    pub name: String,
    pub variables: Vec<WorldVariable>,
}

/// A site or account variable. In YAML `NAME: value` or `NAME: { value, masked }`.
#[derive(Debug, Clone, Default)]
pub struct WorldVariable {
    pub name: Spanned<String>,
    pub value: String,
    pub masked: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Site {
    pub key: Spanned<String>,
    /// Shown name; the key unless given.
    pub name: String,
    pub description: String,
    pub variables: Vec<WorldVariable>,
    pub proxy: Option<Proxy>,
    pub notes: String,
    /// Its Agents cannot be targeted by jobs and monitors.
    pub on_demand: bool,
    /// Addresses that messages about its alerts go to.
    pub mail_recipients: Vec<String>,
}

/// Proxy of a site, told to scripts as CS_PROFILE_PROXY_*.
#[derive(Debug, Clone, Default)]
pub struct Proxy {
    pub host: String,
    pub port: u16,
    pub username: String,
    pub password: String,
}

#[derive(Debug, Clone)]
pub struct Device {
    pub key: Spanned<String>,
    /// Key of its site; the only site where there is one; a site named `default` is made where there is none.
    pub site: Option<Spanned<String>>,
    pub os: Os,
    /// Of a Windows device: which Windows it is.
    pub windows: Option<WindowsRelease>,
    /// `image:` of its container.
    pub image: Option<Spanned<String>>,
    /// `facts:` of a Windows device.
    pub facts: Declared,
    /// `registry:` of a Windows device before the first step.
    pub registry: Vec<RegistrySet>,
    /// The key unless given.
    pub hostname: String,
    pub domain: String,
    pub description: String,
    pub engine: Option<Spanned<EngineDemand>>,
    /// `root:` - a folder, or several (topmost first), used as the device's file system below; the host's own unless given.
    pub root: Vec<Spanned<PathBuf>>,
    /// `udf: { 5: text }`
    pub udfs: BTreeMap<u16, String>,
    /// `files:` laid on the device before the first step.
    pub files: Vec<DeviceFile>,
    pub doubles: Vec<Spanned<DoubleSpec>>,
    pub mac: Option<Spanned<String>>,
    pub serial: Option<String>,
    /// `online: false` - off the platform at the start.
    pub online: bool,
    pub listed: Listed,
}

/// A file of the world. In YAML `PATH: text` or `PATH: { text | from, mode }`.
#[derive(Debug, Clone)]
pub struct DeviceFile {
    /// Absolute path on the device.
    pub path: Spanned<String>,
    pub content: FileContent,
    /// Octal in YAML (`mode: "0755"`); 0644 unless given.
    pub mode: u32,
}

#[derive(Debug, Clone)]
pub enum FileContent {
    Text(String),
    /// Resolved against the file that named it.
    From(Spanned<PathBuf>),
}

/// `components: { key: path }` - a folder or an exported `.cpt`.
#[derive(Debug, Clone)]
pub struct ComponentRef {
    pub key: Spanned<String>,
    /// Resolved against the file that named it.
    pub path: Spanned<PathBuf>,
}

/// Span of the whole section, for messages.
pub type SectionSpan = Span;
