//! Alerts.

use super::{AlertPriority, PlatformDate, ResponseActionType, SystemDate, Text};
use crate::rmm::alert_context::Context;
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// An alert of a monitor.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alert<'a> {
    /// Uid of the alert.
    pub alert_uid: Text<'a>,
    /// How urgent it is.
    pub priority: AlertPriority,
    /// Text of the diagnostic part.
    pub diagnostics: Option<Text<'a>>,
    /// It is resolved.
    pub resolved: bool,
    /// Who resolved it.
    pub resolved_by: Option<Text<'a>>,
    /// When it was resolved.
    pub resolved_on: Option<PlatformDate>,
    /// It is muted.
    pub muted: bool,
    /// Number of its ticket.
    pub ticket_number: Option<Text<'a>>,
    /// When it was raised.
    pub timestamp: Option<PlatformDate>,
    /// What its monitor does.
    pub alert_monitor_info: AlertMonitorInfo,
    /// What it is about.
    pub alert_context: Option<Cow<'a, Context>>,
    /// Where it comes from.
    pub alert_source_info: AlertSourceInfo<'a>,
    /// What was done because of it.
    pub response_actions: Vec<ResponseAction<'a>>,
    /// Minutes after which it resolves by itself.
    pub autoresolve_mins: Option<i32>,
}

/// What a monitor does besides its alert.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertMonitorInfo {
    /// It sends mail.
    pub sends_emails: bool,
    /// It makes a ticket.
    pub creates_ticket: bool,
}

/// Where an alert comes from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertSourceInfo<'a> {
    /// Uid of the device.
    pub device_uid: Text<'a>,
    /// Name of the device.
    pub device_name: Option<Text<'a>>,
    /// Uid of its site.
    pub site_uid: Text<'a>,
    /// Name of its site.
    pub site_name: Option<Text<'a>>,
}

/// Something that was done because of an alert.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponseAction<'a> {
    /// When.
    pub action_time: Option<SystemDate>,
    /// What.
    pub action_type: ResponseActionType,
    /// More about it.
    pub description: Option<Text<'a>>,
    /// What it refers to.
    pub action_reference: Option<Text<'a>>,
    /// What it refers to, within the platform.
    pub action_reference_int: Option<Text<'a>>,
}
