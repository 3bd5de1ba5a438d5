//! Alerts: lists, one alert, resolving.

use super::devices::{self, NO_DEVICE};
use super::sites::{self, NO_SITE};
use crate::api::page::Page;
use crate::api::table::{MAX, MUTED, Operation, PAGE, Param, Success, schema};
use crate::api::types::{
    Alert, AlertMonitorInfo, AlertSourceInfo, AlertsPage, DateForms, ResponseAction, TotalCount,
};
use crate::api::{Answer, Call, Refusal};
use crate::platform::State;
use crate::platform::state;
use crate::rmm::alert_context::{Context, ScriptContext};
use crate::rmm::api_knobs::ApiOpenAlertsTotal;
use crate::rmm::event::What;
use crate::rmm::policy::Response;
use hyper::http::Method;
use std::borrow::Cow;

const NO_ALERT: (u16, &str) = (404, "The account has no such alert.");

const QUERY: &[Param] = &[PAGE, MAX, MUTED];

/// Operations of alerts.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "getUserAccountOpenAlerts",
        method: Method::GET,
        path: "/v2/account/alerts/open",
        tag: "account",
        summary: "The account's open alerts, the newest first.",
        query: QUERY,
        body: None,
        success: Success::ok(schema::<AlertsPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_account_open,
    },
    Operation {
        id: "getUserAccountClosedAlerts",
        method: Method::GET,
        path: "/v2/account/alerts/resolved",
        tag: "account",
        summary: "The account's resolved alerts, the newest first.",
        query: QUERY,
        body: None,
        success: Success::ok(schema::<AlertsPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_account_resolved,
    },
    Operation {
        id: "getAlert",
        method: Method::GET,
        path: "/v2/alert/{alertUid}",
        tag: "alert",
        summary: "An alert.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Alert<'_>>),
        refusals: &[NO_ALERT],
        bucket: None,
        deprecated: false,
        public: false,
        handler: get,
    },
    Operation {
        id: "muteAlert",
        method: Method::POST,
        path: "/v2/alert/{alertUid}/mute",
        tag: "alert",
        summary: "Does nothing since release 8.9.0 of the platform.",
        query: &[],
        body: None,
        success: Success::EMPTY,
        refusals: &[NO_ALERT],
        bucket: None,
        deprecated: true,
        public: false,
        handler: nothing,
    },
    Operation {
        id: "resolveAlert",
        method: Method::POST,
        path: "/v2/alert/{alertUid}/resolve",
        tag: "alert",
        summary: "Resolves an alert; one that is resolved stays as it is.",
        query: &[],
        body: None,
        success: Success::EMPTY,
        refusals: &[NO_ALERT],
        bucket: Some("alert-resolve"),
        deprecated: false,
        public: false,
        handler: resolve,
    },
    Operation {
        id: "unmuteAlert",
        method: Method::POST,
        path: "/v2/alert/{alertUid}/unmute",
        tag: "alert",
        summary: "Does nothing since release 8.9.0 of the platform.",
        query: &[],
        body: None,
        success: Success::EMPTY,
        refusals: &[NO_ALERT],
        bucket: None,
        deprecated: true,
        public: false,
        handler: nothing,
    },
    Operation {
        id: "getDeviceOpenAlerts",
        method: Method::GET,
        path: "/v2/device/{deviceUid}/alerts/open",
        tag: "device",
        summary: "A device's open alerts, the newest first.",
        query: QUERY,
        body: None,
        success: Success::ok(schema::<AlertsPage<'_>>),
        refusals: &[NO_DEVICE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_device_open,
    },
    Operation {
        id: "getDeviceResolvedAlerts",
        method: Method::GET,
        path: "/v2/device/{deviceUid}/alerts/resolved",
        tag: "device",
        summary: "A device's resolved alerts, the newest first.",
        query: QUERY,
        body: None,
        success: Success::ok(schema::<AlertsPage<'_>>),
        refusals: &[NO_DEVICE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_device_resolved,
    },
    Operation {
        id: "getSiteOpenAlerts",
        method: Method::GET,
        path: "/v2/site/{siteUid}/alerts/open",
        tag: "site",
        summary: "The open alerts of a site's devices, the newest first.",
        query: QUERY,
        body: None,
        success: Success::ok(schema::<AlertsPage<'_>>),
        refusals: &[NO_SITE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_site_open,
    },
    Operation {
        id: "getSiteResolvedAlerts",
        method: Method::GET,
        path: "/v2/site/{siteUid}/alerts/resolved",
        tag: "site",
        summary: "The resolved alerts of a site's devices, the newest first.",
        query: QUERY,
        body: None,
        success: Success::ok(schema::<AlertsPage<'_>>),
        refusals: &[NO_SITE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_site_resolved,
    },
];

fn of_account_open(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| list(call, state, true, |_| true))
}

fn of_account_resolved(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| list(call, state, false, |_| true))
}

fn of_device_open(call: &Call<'_>) -> Result<Answer, Refusal> {
    of_device(call, true)
}

fn of_device_resolved(call: &Call<'_>) -> Result<Answer, Refusal> {
    of_device(call, false)
}

fn of_site_open(call: &Call<'_>) -> Result<Answer, Refusal> {
    of_site(call, true)
}

fn of_site_resolved(call: &Call<'_>) -> Result<Answer, Refusal> {
    of_site(call, false)
}

fn of_device(call: &Call<'_>, open: bool) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let (key, _) = devices::wanted(call, state)?;
        list(call, state, open, |a| a.device == key)
    })
}

fn of_site(call: &Call<'_>, open: bool) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let (key, _) = sites::wanted(call, state)?;
        let there = |a: &state::Alert| state.devices.get(&a.device).is_some_and(|d| d.site == key);
        list(call, state, open, there)
    })
}

/// Alerts of a list, the newest first.
fn list(
    call: &Call<'_>,
    state: &State,
    open: bool,
    which: impl Fn(&state::Alert) -> bool,
) -> Result<Answer, Refusal> {
    // No alert can be muted any more.
    let none = call.query.boolean("muted") == Some(true);
    let rows = state
        .alerts
        .iter()
        .rev()
        .filter(|a| !none && a.is_open() == open && which(a));
    let most = u64::from(call.knobs().alerts_max);
    let (mut page_details, rows) = Page::of_rows_up_to(call, rows, most)?;
    if open {
        match call.knobs().open_alerts_total {
            ApiOpenAlertsTotal::Present => {}
            ApiOpenAlertsTotal::Absent => page_details.total_count = TotalCount::Missing,
            ApiOpenAlertsTotal::Null => page_details.total_count = TotalCount::Null,
        }
    }
    let forms = DateForms::from(call.knobs());
    call.ok(&AlertsPage {
        page_details,
        alerts: rows.into_iter().map(|a| alert(state, a, forms)).collect(),
    })
}

fn alert<'s>(state: &'s State, alert: &'s state::Alert, forms: DateForms) -> Alert<'s> {
    let device = state.devices.get(&alert.device);
    let site = state.site_of(&alert.device);
    let context = match &alert.context {
        Some(context) => Cow::Borrowed(&**context),
        None => Cow::Owned(Context::CompScript(ScriptContext {
            samples: alert.samples.clone(),
        })),
    };
    Alert {
        alert_uid: alert.id.as_str().into(),
        priority: alert.priority.into(),
        diagnostics: super::device_rows::some(&alert.diagnostic),
        resolved: !alert.is_open(),
        resolved_by: alert.resolved_by.as_deref().map(Into::into),
        resolved_on: forms.platform_or_never(alert.resolved),
        muted: false,
        ticket_number: alert.ticket.as_deref().map(Into::into),
        timestamp: Some(forms.platform(alert.opened)),
        alert_monitor_info: monitor_info(state, alert),
        alert_context: Some(context),
        alert_source_info: AlertSourceInfo {
            device_uid: device.map_or("", |d| &d.uid).into(),
            device_name: device.map(|d| d.hostname.as_str().into()),
            site_uid: site.map_or("", |s| &s.uid).into(),
            site_name: site.map(|s| s.name.as_str().into()),
        },
        response_actions: alert.acted.iter().map(|a| acted(a, forms)).collect(),
        autoresolve_mins: alert
            .autoresolve_minutes
            .and_then(|m| i32::try_from(m).ok()),
    }
}

/// What the alert's monitor does besides, where it belongs to a policy.
fn monitor_info(state: &State, alert: &state::Alert) -> AlertMonitorInfo {
    let of_policy = alert.monitor.split_once('/').and_then(|(policy, monitor)| {
        let policy = state.policies.get(policy)?;
        policy.monitors.iter().find(|m| m.key == monitor)
    });
    let has = |kind: fn(&Response) -> bool| of_policy.is_some_and(|m| m.respond.iter().any(kind));
    AlertMonitorInfo {
        sends_emails: has(|r| matches!(r, Response::Email { .. })),
        creates_ticket: has(|r| matches!(r, Response::Ticket)),
    }
}

fn acted(a: &state::Acted, forms: DateForms) -> ResponseAction<'_> {
    ResponseAction {
        action_time: Some(forms.system(a.at)),
        action_type: a.action,
        description: super::device_rows::some(&a.description),
        action_reference: a.reference.as_deref().map(Into::into),
        action_reference_int: None,
    }
}

fn wanted<'s>(call: &Call<'_>, state: &'s State) -> Result<&'s state::Alert, Refusal> {
    let uid = call.value("alertUid");
    state
        .alerts
        .iter()
        .rfind(|a| a.id == uid)
        .ok_or_else(|| Refusal::not_found(format!("the account has no alert with the uid {uid}")))
}

fn get(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let forms = DateForms::from(call.knobs());
        call.ok(&alert(state, wanted(call, state)?, forms))
    })
}

fn resolve(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.write(|state, _| {
        let alert = wanted(call, state)?;
        let by = state.users.get(call.user());
        let event = alert.is_open().then(|| What::AlertResolved {
            alert: alert.id.clone(),
            monitor: alert.monitor.clone(),
            device: alert.device.clone(),
            by: by.map_or_else(|| call.user().to_owned(), |u| u.details.username.clone()),
        });
        Ok((event.into_iter().collect(), ()))
    })?;
    Ok(Answer::empty(200))
}

/// An alert that is not there is not muted either: a client that mixes up its uids is told.
fn nothing(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| wanted(call, state).map(|_| Answer::empty(200)))
}
