//! The audit of a printer.

use super::{NetworkInterface, SnmpInfo, Text};
use schemars::JsonSchema;
use serde::Serialize;

/// What an audit found on a printer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrinterAudit<'a> {
    /// Address of the printer in the portal.
    pub portal_url: Option<Text<'a>>,
    /// What it tells over SNMP.
    pub snmp_info: Option<SnmpInfo<'a>>,
    /// Supplies.
    pub printer_marker_supplies: Vec<PrinterMarkerSupply<'a>>,
    /// Counters.
    pub printer: Option<Printer>,
    /// The machine.
    pub system_info: Option<PrinterSystemInfo<'a>>,
    /// Network cards.
    pub nics: Vec<NetworkInterface<'a>>,
}

/// A supply of a printer; numbers are texts, as on the platform.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrinterMarkerSupply<'a> {
    /// What it is.
    pub description: Option<Text<'a>>,
    /// What it holds when full.
    pub max_capacity: Option<Text<'a>>,
    /// What is left.
    pub supplies_level: Option<Text<'a>>,
}

/// Counters of a printer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Printer {
    /// Pages printed.
    pub printed_page_count: Option<i64>,
}

/// The machine of a printer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrinterSystemInfo<'a> {
    /// Who made it.
    pub manufacturer: Option<Text<'a>>,
    /// Model.
    pub model: Option<Text<'a>>,
}
