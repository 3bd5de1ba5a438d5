//! One monitor of a policy.

use super::kinds::{
    AntivirusKeys, DiskKeys, EventLogKeys, FileSizeKeys, OnlineKeys, PingKeys, ProcessKeys,
    ServiceKeys, SoftwareKeys, WmiKeys,
};
use super::respond::Responses;
use crate::rmm::job::Priority;
use crate::rmm::policy::{Monitor, MonitorKind, Resolve, Response, Value};
use crate::scenario::error::Problem;
use crate::scenario::form::cx::list;
use crate::scenario::form::keys::keys;
use crate::scenario::form::reference::{Component, Ref};
use crate::scenario::form::scalar::At;
use crate::scenario::form::time;
use crate::scenario::form::word::Word;
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::policy::MonitorPlaces;
use crate::scenario::read::variable::JobVariables;
use crate::scenario::span::{Span, Spanned};
use crate::scenario::step::JobVariable;
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// A monitor as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    event_log: Option<Spanned<MonitorKind>>,
    online: Option<Spanned<MonitorKind>>,
    process: Option<Spanned<MonitorKind>>,
    service: Option<Spanned<MonitorKind>>,
    file_size: Option<Spanned<MonitorKind>>,
    disk: Option<Spanned<MonitorKind>>,
    ping: Option<Spanned<MonitorKind>>,
    software: Option<Spanned<MonitorKind>>,
    wmi: Option<Spanned<MonitorKind>>,
    antivirus: Option<Spanned<MonitorKind>>,
    component: Option<Spanned<String>>,
    variables: Vec<JobVariable>,
    timeout: Option<Duration>,
    every: Option<Duration>,
    priority: Option<Priority>,
    resolve: Option<Resolve>,
    respond: Vec<Spanned<Response>>,
}

keys! {
    /// A monitor of a policy: what it looks at, how often, and what comes of an alert.
    MonitorKeys ("policy-monitor") => Draft {
        /// A component of the category monitors.
        "component": Ref<Component> => component,
        /// Entries of an event log; each that matches is an alert of its own.
        "event-log": At<Map<EventLogKeys>> => event_log,
        /// The Agent is connected or is not.
        "online": At<Map<OnlineKeys>> => online,
        /// A process by its name.
        "process": At<Map<ProcessKeys>> => process,
        /// A service of Windows.
        "service": At<Map<ServiceKeys>> => service,
        /// A file or folder: its size, or whether it is there.
        "file-size": At<Map<FileSizeKeys>> => file_size,
        /// How full the volumes are.
        "disk": At<Map<DiskKeys>> => disk,
        /// Whether a host answers.
        "ping": At<Map<PingKeys>> => ping,
        /// A software was installed, removed, or changed its version.
        "software": At<Map<SoftwareKeys>> => software,
        /// A value of Windows' management interface.
        "wmi": At<Map<WmiKeys>> => wmi,
        /// What the Agent found of the antivirus product.
        "antivirus": At<Map<AntivirusKeys>> => antivirus,
        /// Values of the component's variables: `NAME: value` or `NAME: { value, masked }`.
        "variables": JobVariables => variables,
        /// Real time after which the whole tree of the script is killed; the component's own unless given.
        "timeout": time::Span => timeout,
        /// Platform time between two runs, 1m to 7d; 5m unless given. The first run is that long after the start.
        "every": time::Span => every,
        /// Priority of its alerts; `moderate` unless given.
        "priority": Word<Priority> => priority,
        /// When its alerts resolve by themselves: `healthy` with the first run that finds nothing, `never`, or a time in whole minutes without an alerting run; the world's knob unless given.
        "resolve": ResolveForm => resolve,
        /// What is done when it opens an alert: `ticket`, `email`, `{ webhook: ... }`, `{ component: ... }`, or a list of such, done in turn.
        "respond": Responses => respond,
    }
}

/// Platform time between two runs unless given.
const EVERY: Duration = Duration::from_secs(300);
/// Shortest and longest time between two runs.
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

impl Keys for MonitorKeys {
    type Draft = Draft;
    type Out = (Monitor, MonitorPlaces);
    const NAME: &'static str = MonitorKeys::TITLE;
    const DOC: &'static str = MonitorKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[MonitorKeys::KEYS];

    fn finish(mut d: Draft, span: Span, cx: &mut Cx) -> Option<(Monitor, MonitorPlaces)> {
        bounds(&d, span, cx)?;
        let own = [
            d.event_log.take(),
            d.online.take(),
            d.process.take(),
            d.service.take(),
            d.file_size.take(),
            d.disk.take(),
            d.ping.take(),
            d.software.take(),
            d.wmi.take(),
            d.antivirus.take(),
        ];
        let mut kinds: Vec<Spanned<MonitorKind>> = own.into_iter().flatten().collect();
        if let Some(component) = d.component.take() {
            let variables = std::mem::take(&mut d.variables).into_iter();
            let value = |v: JobVariable| {
                let value = Value {
                    value: v.value,
                    masked: v.masked,
                };
                (v.name.value, value)
            };
            kinds.push(Spanned {
                value: MonitorKind::Component {
                    component: component.value,
                    variables: variables.map(value).collect(),
                    timeout_ms: d
                        .timeout
                        .take()
                        .map(|t| u64::try_from(t.as_millis()).unwrap_or(u64::MAX)),
                },
                span: component.span,
            });
        } else if !d.variables.is_empty() || d.timeout.is_some() {
            return cx.fail(
                Problem::new(
                    "scenario::policy",
                    "`variables` and `timeout` belong to a component monitor",
                )
                .at(span)
                .help("add `component: KEY`, or take them out"),
            );
        }
        let mut kinds = kinds.into_iter();
        let (Some(kind), None) = (kinds.next(), kinds.next()) else {
            return cx.fail(
                Problem::new("scenario::policy", "a monitor looks at exactly one thing")
                    .at(span)
                    .help(format!("give it one of {}", list(KINDS))),
            );
        };
        if matches!(kind.value, MonitorKind::EventLog(_))
            && d.resolve == Some(Resolve::NextHealthyRun)
        {
            return cx.fail(
                Problem::new(
                    "scenario::policy",
                    "alerts of an Event Log monitor stand for themselves: a run without entries resolves none",
                )
                .at(span)
                .help("write `resolve: never`, or a time such as `60m`"),
            );
        }
        let every = d.every.unwrap_or(EVERY);
        let responses = d.respond.into_iter().map(|r| (r.value, r.span));
        let (respond, asked) = responses.unzip();
        let monitor = Monitor {
            key: String::new(),
            kind: kind.value,
            every_ms: i64::try_from(every.as_millis()).unwrap_or(i64::MAX),
            priority: d.priority.unwrap_or_default(),
            resolve: d.resolve,
            respond,
        };
        let places = MonitorPlaces {
            monitor: span,
            kind: kind.span,
            respond: asked,
        };
        Some((monitor, places))
    }
}

/// Keys that say what a monitor looks at.
const KINDS: &[&str] = &[
    "component",
    "event-log",
    "online",
    "process",
    "service",
    "file-size",
    "disk",
    "ping",
    "software",
    "wmi",
    "antivirus",
];

fn bounds(d: &Draft, span: Span, cx: &mut Cx) -> Option<()> {
    if d.timeout.is_some_and(|t| t.is_zero()) {
        return cx.fail(
            Problem::new(
                "scenario::policy",
                "a `timeout` of nothing ends every run at once",
            )
            .at(span)
            .help("leave it out for the component's own, or give it at least 1s"),
        );
    }
    if let Some(every) = d.every.filter(|e| !(SHORTEST..=LONGEST).contains(e)) {
        return cx.fail(
            Problem::new(
                "scenario::policy",
                format!("a monitor cannot run every {every:?}"),
            )
            .at(span)
            .help("`every` goes from 1m to 7d"),
        );
    }
    Some(())
}

/// `healthy`, `never`, or a duration in whole minutes.
pub(crate) struct ResolveForm;

impl Form for ResolveForm {
    type Out = Resolve;
    fn expected() -> Cow<'static, str> {
        "`healthy`, `never`, or a duration in whole minutes such as `60m`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Resolve> {
        match node.text() {
            Some("healthy") => Some(Resolve::NextHealthyRun),
            Some("never") => Some(Resolve::Never),
            Some(text) if text.starts_with(|c: char| c.is_ascii_digit()) => {
                let minutes = time::Minutes::read(node, cx)?;
                if minutes == 0 {
                    return cx.wrong(node, &Self::expected());
                }
                Some(Resolve::AfterMinutes(minutes))
            }
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let time = time::Minutes::schema(g);
        json!({ "anyOf": [{ "enum": ["healthy", "never"] }, time] })
    }
}
