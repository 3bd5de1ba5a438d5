//! One of several words.

use super::super::error::Problem;
use super::super::model::EngineDemand;
use super::super::tree::Node;
use super::cx::list;
use super::generator::or_placeholder;
use super::{Cx, Form, Gen};
use crate::rmm::job::{JobStatus, Priority};
use crate::rmm::{api_knobs, knobs};
use crate::yaml::nearest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// A value that is written as one of several words.
pub(crate) trait Words: Copy + 'static {
    /// What it is, for messages: "an operating system".
    const WHAT: &'static str;
    /// Word, value, meaning.
    const ALL: &'static [(&'static str, Self, &'static str)];
}

/// The form of a word of `E`.
pub(crate) struct Word<E>(PhantomData<E>);

impl<E: Words> Form for Word<E> {
    type Out = E;
    fn expected() -> Cow<'static, str> {
        let words: Vec<_> = E::ALL.iter().map(|w| w.0).collect();
        format!("{}: {}", E::WHAT, list(&words)).into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<E> {
        let Some(text) = node.text().filter(|t| !t.is_empty()) else {
            return cx.wrong(node, &Self::expected());
        };
        if let Some(known) = E::ALL.iter().find(|w| w.0 == text) {
            return Some(known.1);
        }
        if !cx.check_fill(text, node.span) {
            return None;
        }
        let near = nearest(text, E::ALL.iter().map(|w| w.0))
            .map(|n| format!("did you mean `{n}`? "))
            .unwrap_or_default();
        let words: Vec<_> = E::ALL.iter().map(|w| w.0).collect();
        cx.fail(
            Problem::new(
                "scenario::unknown-word",
                format!("{} is not {}", node.shown(), E::WHAT),
            )
            .at(node.span)
            .label("unknown word")
            .help(format!("{near}known: {}", list(&words))),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        let mut words: Vec<Json> = E::ALL
            .iter()
            .map(|(word, _, doc)| match doc.trim() {
                "" => json!({ "const": word }),
                doc => json!({ "const": word, "description": doc }),
            })
            .collect();
        // `400` is a number to YAML, and the same word here.
        let numbers = E::ALL.iter().filter_map(|w| w.0.parse::<u16>().ok());
        words.extend(numbers.map(|n| json!({ "const": n })));
        if E::ALL.iter().any(|w| w.0 == "null") {
            words.push(json!({ "type": "null" }));
        }
        or_placeholder(g, json!({ "oneOf": words }))
    }
}

impl Words for EngineDemand {
    const WHAT: &'static str = "an engine";
    const ALL: &'static [(&'static str, EngineDemand, &'static str)] = &[
        (
            "sandbox",
            EngineDemand::Sandbox,
            "The sandbox, reduced or not.",
        ),
        (
            "sandbox-full",
            EngineDemand::SandboxFull,
            "The sandbox as root, not reduced.",
        ),
        (
            "host",
            EngineDemand::Host,
            "This machine itself; only with `--yes-change-this-machine`.",
        ),
        (
            "wine",
            EngineDemand::Wine,
            "Windows played by Wine on Linux, made by `shakedown setup wine`.",
        ),
        (
            "container",
            EngineDemand::Container,
            "A container of a Docker API, in builds with the feature `container`.",
        ),
    ];
}

impl Words for JobStatus {
    const WHAT: &'static str = "the status of a job";
    const ALL: &'static [(&'static str, JobStatus, &'static str)] = &[
        (
            "pending",
            JobStatus::Pending,
            "The job waits for its device, which is offline.",
        ),
        (
            "success",
            JobStatus::Success,
            "The script ended with exit code 0.",
        ),
        (
            "warning",
            JobStatus::Warning,
            "A post-condition of the component was met.",
        ),
        (
            "failure",
            JobStatus::Failure,
            "The script ended with another exit code.",
        ),
        (
            "expired",
            JobStatus::Expired,
            "The job never ran, or ran into its timeout where the knob says so.",
        ),
    ];
}

impl Words for Priority {
    const WHAT: &'static str = "the priority of an alert";
    const ALL: &'static [(&'static str, Priority, &'static str)] = &[
        ("critical", Priority::Critical, ""),
        ("high", Priority::High, ""),
        ("moderate", Priority::Moderate, ""),
        ("low", Priority::Low, ""),
        ("information", Priority::Information, ""),
    ];
}

macro_rules! knob_words {
    ($($name:ident: $what:literal),+ $(,)?) => {$(
        impl Words for knobs::$name {
            const WHAT: &'static str = $what;
            const ALL: &'static [(&'static str, Self, &'static str)] = knobs::$name::ALL;
        }
    )+};
}

knob_words! {
    Stdin: "what a script finds on its stdin",
    TimeoutStatus: "the status of a job that timed out",
    UdfOverlong: "what happens to an overlong UDF",
    UdfAfterSync: "what happens to a UDF's entry after the sync",
    BareResultLine: "what a result line without `=` becomes",
    SeveralBlocks: "which of several result blocks counts",
    AutoResolve: "when an alert resolves by itself",
    TicketRetry: "what comes first when a ticket is tried again",
    BooleanText: "how booleans reach the script",
    EmptyVariable: "how an empty variable reaches the script",
    EmptyVariableWindows: "how an empty variable reaches a script on Windows",
    UdfRegistryView: "where UDFs are looked for in the registry",
    ScriptHost: "how VBScript and JScript are started",
}

macro_rules! api_knob_words {
    ($($name:ident: $what:literal),+ $(,)?) => {$(
        impl Words for api_knobs::$name {
            const WHAT: &'static str = $what;
            const ALL: &'static [(&'static str, Self, &'static str)] = api_knobs::$name::ALL;
        }
    )+};
}

api_knob_words! {
    ApiWrongSecret: "the answer to a wrong key or secret",
    ApiDate: "the form of a date",
    ApiErrorBody: "the body of an error",
    ApiOpenAlertsTotal: "what `totalCount` of open alerts is",
    ApiMaskedValues: "how a masked variable is listed",
    ApiDuplicateVariable: "the status of a variable that is there already",
    ApiResetAnswer: "the answer of `resetApiKeys`",
    ApiTokensAfterReset: "what becomes of tokens of keys that were reset",
    ApiCodeRefresh: "whether the authorization-code grant gives a refresh token",
    ApiOutputBeforeRun: "the output of a job that has not run",
    ApiNextUrlFilters: "what becomes of filters in page URLs",
    ApiRateBuckets: "how calls are counted",
    ApiNever: "how a date that never was is told",
}
