//! What a person or the API keeps in the portal: the account, its sites, users, filters.

use serde::{Deserialize, Serialize};

/// The account (the MSP) as the platform lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct AccountDetails {
    /// Eight hexadecimal digits, unlike every other uid (facts: seen live).
    pub uid: String,
    pub name: String,
    /// ISO 4217, `USD`.
    pub currency: String,
    pub billing_email: Option<String>,
    pub device_limit: Option<i32>,
    /// IANA name, `Europe/Amsterdam`.
    pub time_zone: String,
}

/// What a site has besides its variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct SiteDetails {
    pub name: String,
    pub description: Option<String>,
    pub notes: Option<String>,
    pub on_demand: bool,
    pub splashtop_auto_install: bool,
    pub autotask_company_name: Option<String>,
    pub autotask_company_id: Option<String>,
    /// Ids of Datto Networking networks mapped to this site.
    pub dnet_network_ids: Vec<i64>,
    pub mail_recipients: Vec<MailRecipient>,
}

/// Who gets mail of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct MailRecipient {
    pub name: String,
    pub email: String,
    /// `HTML` or `Text`.
    pub kind: String,
    pub receives_alerts: bool,
    pub receives_new_devices: bool,
    pub receives_reports: bool,
}

/// Longest value of a variable, in characters.
pub const VARIABLE_VALUE_MAX: usize = 20_000;

/// Longest name of a variable, in characters.
pub const VARIABLE_NAME_MAX: usize = 255;

/// What no name of a variable holds: scripts get variables in their environment, which cannot
/// carry it.
pub const NOT_IN_NAMES: &[char] = &['=', '\0'];

/// What no value of a variable or UDF holds, for the same reason.
pub const NOT_IN_VALUES: &[char] = &['\0'];

/// The first of some characters that a text holds, as a message names it.
pub fn held(text: &str, chars: &[char]) -> Option<&'static str> {
    match text.chars().find(|c| chars.contains(c))? {
        '=' => Some("`=`"),
        _ => Some("a NUL character"),
    }
}

/// Kind of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum ProxyKind {
    #[default]
    Http,
    Socks4,
    Socks5,
}

/// Proxy of a site; its password is readable on the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct ProxySettings {
    pub host: Option<String>,
    pub port: Option<u16>,
    pub kind: Option<ProxyKind>,
    pub username: Option<String>,
    pub password: Option<String>,
}

/// A user of the account, with the API key that acts for the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct UserDetails {
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub telephone: Option<String>,
    pub disabled: bool,
    /// Platform time, milliseconds since the epoch.
    pub created: i64,
    pub last_access: Option<i64>,
}

/// API key and secret: 32 upper-case letters and digits each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ApiKeys {
    pub key: String,
    pub secret: String,
}

/// Class of a device: audits are asked for by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum DeviceClass {
    #[default]
    Device,
    Printer,
    EsxiHost,
    RmmNetworkDevice,
    Unknown,
}

/// What a device tells the platform besides its UDFs. Empty texts are what the platform does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct DeviceDetails {
    pub class: DeviceClass,
    /// `Desktop`, `Laptop`, `Server`, `Printer`, ...
    pub category: String,
    /// Manufacturer's kind below the category, `Desktop`, `Main System Chassis`, ...
    pub kind: String,
    /// As the platform shows it: `Microsoft Windows 11 Pro 10.0.26100`.
    pub operating_system: String,
    pub domain: String,
    pub last_user: String,
    pub int_ip: String,
    pub ext_ip: String,
    /// Twelve upper-case hexadecimal digits each, no separators.
    pub macs: Vec<String>,
    pub serial: String,
    pub agent_version: String,
    pub is_64_bit: bool,
    pub reboot_required: bool,
    /// Platform times, milliseconds since the epoch; none is never.
    pub created: Option<i64>,
    pub last_seen: Option<i64>,
    pub last_reboot: Option<i64>,
    pub last_audit: Option<i64>,
    /// None: no audit has told of it.
    pub antivirus: Option<Antivirus>,
    pub patch: Option<Patch>,
    pub software_status: Option<String>,
    pub snmp_enabled: bool,
    pub network_probe: bool,
    pub onboarded_via_network_monitor: bool,
    /// Programs of the software audit: name and version.
    pub software: Vec<(String, String)>,
}

/// Whether an antivirus product runs and is up to date, in the platform's words (API schema).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AntivirusStatus {
    RunningAndUpToDate,
    RunningAndNotUpToDate,
    NotRunning,
    NotDetected,
}

impl AntivirusStatus {
    /// Of a product that is there.
    pub fn of(running: bool, up_to_date: bool) -> AntivirusStatus {
        match (running, up_to_date) {
            (false, _) => AntivirusStatus::NotRunning,
            (true, true) => AntivirusStatus::RunningAndUpToDate,
            (true, false) => AntivirusStatus::RunningAndNotUpToDate,
        }
    }

    /// The word in scenario files.
    pub fn word(self) -> &'static str {
        match self {
            AntivirusStatus::RunningAndUpToDate => "running-and-up-to-date",
            AntivirusStatus::RunningAndNotUpToDate => "running-and-not-up-to-date",
            AntivirusStatus::NotRunning => "not-running",
            AntivirusStatus::NotDetected => "not-detected",
        }
    }

    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            AntivirusStatus::RunningAndUpToDate => "RunningAndUpToDate",
            AntivirusStatus::RunningAndNotUpToDate => "RunningAndNotUpToDate",
            AntivirusStatus::NotRunning => "NotRunning",
            AntivirusStatus::NotDetected => "NotDetected",
        }
    }
}

/// What told of an antivirus product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AntivirusSource {
    /// `listed:` of the scenario.
    #[serde(rename = "listed")]
    Listed,
    #[serde(rename = "antivirus.json")]
    File,
    #[serde(rename = "SecurityCenter2")]
    SecurityCenter,
    /// The vendor's checks.
    #[serde(rename = "UAV")]
    Uav,
}

impl AntivirusSource {
    /// The word in scenario files.
    pub fn word(self) -> &'static str {
        match self {
            AntivirusSource::Listed => "listed",
            AntivirusSource::File => "antivirus-json",
            AntivirusSource::SecurityCenter => "security-center",
            AntivirusSource::Uav => "uav",
        }
    }
}

/// What is known of a device's antivirus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Antivirus {
    /// Empty: none was found.
    pub product: String,
    pub status: AntivirusStatus,
    /// None where nothing told of any, and in made-up fleets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<AntivirusSource>,
}

impl Antivirus {
    /// Somebody looked, and there is none.
    pub fn none() -> Antivirus {
        Antivirus {
            product: String::new(),
            status: AntivirusStatus::NotDetected,
            source: None,
        }
    }

    /// This tells that there is none.
    pub fn by(source: AntivirusSource) -> Antivirus {
        Antivirus {
            source: Some(source),
            ..Antivirus::none()
        }
    }
}

/// Patch management of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// The platform's word: `NoPolicy`, `NoData`, `RebootRequired`, `InstallError`, `ApprovedPending`, `FullyPatched`.
    pub status: String,
    pub approved_pending: i32,
    pub not_approved: i32,
    pub installed: i32,
}
