//! `expect:` of a step.

use super::alert::{AlertKeys, Alerts, RunsKeys};
use super::answer::PlatformCallKeys;
use super::calls::{DoubleCallKeys, ServiceCallKeys};
use super::comstore::ComStore;
use super::footprint::{File, Footprint, ProcessKeys};
use super::matcher::{Matcher, Number, never, says_nothing};
use super::psa::{Mails, Tickets, comes_from};
use super::registry::RegistryKey;
use super::registry::expect::KeyForm;
use super::set::Set;
use super::uav::AntivirusExpectKeys;
use super::windows::{Events, Present, Service as WindowsService, TaskPath};
use super::workplace::WorkplaceKeys;
use crate::rmm::job::JobStatus;
use crate::scenario::api::PlatformExpect;
use crate::scenario::comstore::ComStoreExpect;
use crate::scenario::error::Problem;
use crate::scenario::expect::{
    AlertExpect, AlertsExpect, AntivirusExpect, CallsExpect, DurationExpect, Expect, FileExpect,
    FootprintExpect, InputExpect, ProcessExpect, RebootExpect, RunsExpect, SetExpect,
};
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, Many, MapOf};
use crate::scenario::form::path::DevicePath;
use crate::scenario::form::reference::{Ref, Scope, Service};
use crate::scenario::form::scalar::{AnyName, At, Flag, UdfNumber};
use crate::scenario::form::time;
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Key, Keys, Map};
use crate::scenario::matcher::{NumberMatcher, TextMatcher};
use crate::scenario::psa::ResponsesExpect;
use crate::scenario::span::{Span, Spanned};
use crate::scenario::windows::WindowsExpect;
use crate::scenario::workplace::WorkplaceExpect;

type Named<T> = Vec<(Spanned<String>, T)>;

/// Expectations as they are read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    status: Option<Spanned<Vec<JobStatus>>>,
    refused: Option<TextMatcher>,
    exit: Option<NumberMatcher>,
    timed_out: Option<Spanned<bool>>,
    stdout: Option<TextMatcher>,
    stderr: Option<TextMatcher>,
    udf: Vec<(Spanned<u16>, TextMatcher)>,
    description: Option<TextMatcher>,
    antivirus: Option<AntivirusExpect>,
    workplace: Option<WorkplaceExpect>,
    footprint: Option<FootprintExpect>,
    processes: Option<ProcessExpect>,
    services: Named<CallsExpect>,
    doubles: Named<CallsExpect>,
    reboot: Option<Spanned<RebootExpect>>,
    input: Option<Spanned<InputExpect>>,
    names: Option<SetExpect>,
    connections: Option<SetExpect>,
    notes: Option<SetExpect>,
    files: Named<FileExpect>,
    duration: Option<DurationExpect>,
    alerts: Option<AlertsExpect>,
    alert: Option<AlertExpect>,
    runs: Option<RunsExpect>,
    samples: Named<TextMatcher>,
    variables: Named<Named<TextMatcher>>,
    online: Option<Spanned<bool>>,
    platform: Option<PlatformExpect>,
    responses: ResponsesExpect,
    comstore: Named<ComStoreExpect>,
    windows: WindowsExpect,
}

keys! {
    /// What must be true after a step; everything given must hold. Held without being written: a
    /// job's `status: success`, a shell step's exit code 0, that every run of a monitor ends by
    /// itself; and of each of them `reboot: none`, `input: none`, `windows: none` and `processes: { holding: none }`.
    ExpectKeys ("expect") => Draft {
        /// Status of the job, or a list of allowed ones.
        "status": At<Many<Word<JobStatus>>> => status,
        /// Why the platform refused the job, such as a value that is no option of its Selection; nothing of it ran.
        "refused": Matcher => refused,
        /// Exit code of the script, of a monitor's last run, or of the shell command.
        "exit": Number => exit,
        /// Whether it ran into its timeout.
        "timed-out": At<Flag> => timed_out,
        /// What it printed on stdout.
        "stdout": Matcher => stdout,
        /// What it printed on stderr.
        "stderr": Matcher => stderr,
        /// UDFs on the platform after the sync, by number; `empty` for one without a value.
        "udf": Filled<MapOf<UdfNumber, Matcher>> => udf,
        /// The device's description on the platform.
        "description": Matcher => description,
        /// The device's antivirus on the platform, as its last audit found it.
        "antivirus": Map<AntivirusExpectKeys> => antivirus,
        /// The status report of Datto Workplace on a Windows or macOS device.
        "workplace": Map<WorkplaceKeys> => workplace,
        /// What changed on the device; `none` for nothing.
        "footprint": Footprint => footprint,
        /// Processes on the device after the step.
        "processes": Map<ProcessKeys> => processes,
        /// Requests to services since the step began, by service.
        "services": Filled<MapOf<Ref<Service>, Map<ServiceCallKeys>>> => services,
        /// Calls of doubles since the step began, by command.
        "doubles": Filled<MapOf<AnyName, Map<DoubleCallKeys>>> => doubles,
        /// Whether something tried to reboot or shut down the device; `none` unless given.
        "reboot": At<Word<RebootExpect>> => reboot,
        /// Whether a process waited for input that nobody gives; `none` unless given.
        "input": At<Word<InputExpect>> => input,
        /// Names looked up; patterns are globs.
        "names": Set => names,
        /// Connections attempted to the outside, as `address:port`; patterns are globs.
        "connections": Set => connections,
        /// Codes of the notes that were made; patterns are globs.
        "notes": Set => notes,
        /// Files on the device after the step: `PATH: absent`, `present`, a text, or a mapping.
        "files": Filled<MapOf<DevicePath, File>> => files,
        /// Real time it took.
        "duration": Map<DurationKeys> => duration,
        /// How many alerts there are; `none` when none was opened and none is open.
        "alerts": Alerts => alerts,
        /// The newest alert of this step's monitor and device (or of the device, for other steps).
        "alert": Map<AlertKeys> => alert,
        /// The PSA's queue after the step; `none` where it has never had a ticket.
        "tickets": Tickets => responses.tickets,
        /// Messages that monitors sent since the scenario began; `none` for none.
        "mails": Mails => responses.mails,
        /// How the runs of a monitor step ended.
        "runs": Map<RunsKeys> => runs,
        /// Samples of the last monitor run, alerting or not, by name.
        "samples": Filled<MapOf<AnyName, Matcher>> => samples,
        /// Variables on the platform: `account` or a site's key, then names.
        "variables": Filled<MapOf<Scope, Filled<MapOf<AnyName, Matcher>>>> => variables,
        /// Whether the device is online on the platform.
        "online": At<Flag> => online,
        /// Calls of the REST API by clients, since the step began; in a `check` since the scenario began.
        "platform": Map<PlatformCallKeys> => platform,
        /// Components of the ComStore after the step, by their keys in `world.comstore`.
        "comstore": ComStore => comstore,
        /// Keys of a Windows device's registry after the step: `KEY: absent`, `present`, or values by name. `HKLM32` is the view of 32-bit programs.
        "registry": Filled<MapOf<RegistryKey, KeyForm>> => windows.registry,
        /// Services of a Windows device after the step, by name: `running`, `stopped`, `absent`, or a mapping.
        "windows-services": Filled<MapOf<AnyName, WindowsService>> => windows.services,
        /// Entries that the step wrote into a Windows device's event log; `none` for none.
        "eventlog": Events => windows.events,
        /// Scheduled tasks of a Windows device after the step, by path; a text is held against the task's command line.
        "tasks": Filled<MapOf<TaskPath, Present>> => windows.tasks,
        /// Local users of a Windows device after the step; a text is held against the full name.
        "users": Filled<MapOf<AnyName, Present>> => windows.users,
        /// Titles of windows and dialogs that waited for somebody on a Windows device; `none` unless given.
        "windows": Set => windows.windows,
    }
}

impl Keys for ExpectKeys {
    type Draft = Draft;
    type Out = Expect;
    const NAME: &'static str = ExpectKeys::TITLE;
    const DOC: &'static str = ExpectKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[ExpectKeys::KEYS];

    fn finish(d: Draft, span: Span, _: &mut Cx) -> Option<Expect> {
        let variables = d
            .variables
            .into_iter()
            .flat_map(|(scope, names)| {
                names
                    .into_iter()
                    .map(move |(name, value)| (scope.clone(), name, value))
            })
            .collect();
        Some(Expect {
            span,
            status: d.status,
            refused: d.refused,
            exit: d.exit,
            timed_out: d.timed_out,
            stdout: d.stdout,
            stderr: d.stderr,
            udf: d.udf,
            description: d.description,
            antivirus: d.antivirus,
            workplace: d.workplace.map(Box::new),
            footprint: d.footprint,
            processes: d.processes,
            services: d.services,
            doubles: d.doubles,
            reboot: d.reboot,
            input: d.input,
            names: d.names,
            connections: d.connections,
            notes: d.notes,
            files: d.files,
            duration: d.duration,
            alerts: d.alerts,
            alert: d.alert,
            runs: d.runs,
            samples: d.samples,
            variables,
            online: d.online,
            answer: None,
            platform: d.platform.map(Box::new),
            responses: Box::new(d.responses),
            comstore: d.comstore,
            on_windows: Box::new(d.windows),
        })
    }
}

keys! {
    /// Real time that a step took.
    DurationKeys ("duration-expectation") => DurationExpect {
        /// This or less.
        "at-most": time::Span => at_most,
        /// This or more.
        "at-least": time::Span => at_least,
    }
}
plain!(DurationKeys => DurationExpect, |mut d: DurationExpect, span, cx: &mut Cx| {
    match (d.at_least, d.at_most) {
        (None, None) => return says_nothing(cx, span),
        (Some(least), Some(most)) if least > most => {
            return never(cx, span, "`at-least` is longer than `at-most`");
        }
        _ => {}
    }
    d.span = span;
    Some(d)
});

impl Words for RebootExpect {
    const WHAT: &'static str = "an expectation on reboots";
    const ALL: &'static [(&'static str, RebootExpect, &'static str)] = &[
        ("none", RebootExpect::None, "Nothing tried to."),
        ("attempted", RebootExpect::Attempted, "Something tried to."),
    ];
}

impl Words for InputExpect {
    const WHAT: &'static str = "an expectation on input";
    const ALL: &'static [(&'static str, InputExpect, &'static str)] = &[
        ("none", InputExpect::None, "No process waited for input."),
        (
            "awaited",
            InputExpect::Awaited,
            "A process waited for input.",
        ),
        ("any", InputExpect::Any, "Not judged."),
    ];
}

/// What a kind of step can be judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    Job,
    Monitor,
    /// A shell command on a device.
    Shell,
    /// Platform time goes on, and with it the monitors of policies.
    Time,
    /// Nothing runs.
    Nothing,
}

/// Tells of expectations on what no monitor of this world does about its alerts.
fn responded(expect: &Expect, cx: &mut Cx) {
    let mut lacking: Vec<(Span, &str)> = Vec::new();
    if let Some(tickets) = expect.responses.tickets.as_ref().filter(|_| !cx.names.psa) {
        lacking.push((tickets.span, "psa"));
    }
    let responds = |word| cx.names.responses.contains(&word);
    if let Some(mails) = expect
        .responses
        .mails
        .as_ref()
        .filter(|_| !responds("email"))
    {
        lacking.push((mails.span, "email"));
    }
    let alert = expect.alert.iter();
    if let Some(ticket) = alert
        .clone()
        .find_map(|a| a.ticket.as_ref())
        .filter(|_| !responds("ticket"))
    {
        lacking.push((ticket.span, "ticket"));
    }
    for action in alert.flat_map(|a| &a.actions).flat_map(|a| &a.value) {
        let word = comes_from(action.action);
        if !responds(word) {
            lacking.push((action.span, word));
        }
    }
    for (span, word) in lacking {
        let (what, help) = match word {
            "psa" => (
                "this world has no PSA".to_owned(),
                "add `psa:` to the world, and `respond: ticket` to a monitor of a policy"
                    .to_owned(),
            ),
            word => (
                format!("no monitor of this world responds by `{word}`"),
                format!(
                    "add it to `respond` of a monitor under `world.policies`; `{word}` is what such an expectation is about"
                ),
            ),
        };
        cx.say(
            Problem::new("scenario::misplaced-expectation", what)
                .at(span)
                .label("never judged")
                .help(help),
        );
    }
}

/// Tells of expectations that a step of this kind can never be judged by.
pub(crate) fn fits(expect: &Expect, kind: Judged, step: &str, cx: &mut Cx) {
    responded(expect, cx);
    let runs = !matches!(kind, Judged::Nothing | Judged::Time);
    let given = [
        (
            "status",
            expect.status.as_ref().map(|s| s.span),
            kind == Judged::Job,
        ),
        (
            "refused",
            expect.refused.as_ref().map(|s| s.span),
            kind == Judged::Job,
        ),
        ("exit", expect.exit.as_ref().map(|s| s.span), runs),
        ("timed-out", expect.timed_out.as_ref().map(|s| s.span), runs),
        ("stdout", expect.stdout.as_ref().map(|s| s.span), runs),
        ("stderr", expect.stderr.as_ref().map(|s| s.span), runs),
        ("duration", expect.duration.as_ref().map(|s| s.span), runs),
        (
            "runs",
            expect.runs.as_ref().map(|s| s.span),
            kind == Judged::Monitor || kind == Judged::Time && !cx.names.monitors.is_empty(),
        ),
        (
            "samples",
            expect.samples.first().map(|s| s.0.span),
            kind == Judged::Monitor,
        ),
    ];
    for (key, span, fits) in given {
        if let Some(span) = span.filter(|_| !fits) {
            let why = match key {
                "status" => "only a job has a status",
                "runs" if kind == Judged::Time => {
                    "the world has no `policies:`, so that no monitor runs as time goes on"
                }
                "refused" => "only a job can be refused",
                "runs" | "samples" => "only a monitor has runs and samples",
                _ => "nothing runs in it",
            };
            cx.say(
                Problem::new(
                    "scenario::misplaced-expectation",
                    format!("`{key}` cannot be judged after `{step}`"),
                )
                .at(span)
                .label("never judged")
                .help(format!("{why}; put it into the step it is about")),
            );
        }
    }
    let ran = given.iter().filter(|(key, ..)| *key != "refused");
    let ran = ran.filter_map(|(key, span, _)| span.map(|s| (key, s)));
    for (key, span) in ran.filter(|_| expect.refused.is_some()) {
        cx.say(
            Problem::new(
                "scenario::misplaced-expectation",
                format!("`{key}` and `refused`: a job that is refused never runs"),
            )
            .at(span)
            .label("never judged")
            .help("keep one of the two"),
        );
    }
}
