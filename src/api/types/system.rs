//! The API about itself.

use super::{SystemDate, Text};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// State of the service.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusResponse<'a> {
    /// Version of the service.
    pub version: Text<'a>,
    /// State of the service.
    pub status: Text<'a>,
    /// When it was started.
    pub started: SystemDate,
}

/// Limits of pages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaginationConfiguration {
    /// Most rows on a page.
    pub max: i32,
}

/// Calls counted against the limits.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RateStatusResponse<'a> {
    /// Length of the window, seconds.
    pub sliding_time_window_size_seconds: i64,
    /// The account.
    pub account_uid: Text<'a>,
    /// Reads in the window.
    pub account_count: i64,
    /// Most reads in a window.
    pub account_rate_limit: i64,
    /// Part of the limit from which on calls are slowed.
    pub account_cut_off_ratio: f32,
    /// Most writes in a window. Missing for accounts with one bucket for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_write_rate_limit: Option<i32>,
    /// Writes in the window. Missing for accounts with one bucket for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_write_count: Option<i64>,
    /// Writes by kind of operation. Missing for accounts with one bucket for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_write_status: Option<BTreeMap<Text<'a>, OperationRateStatus>>,
}

/// Writes of one kind.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationRateStatus {
    /// Most in a window.
    pub limit: i32,
    /// Done in the window.
    pub count: i32,
}
