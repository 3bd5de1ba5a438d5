//! Steps: which kind one is, and what it becomes.

mod api;
mod build;
mod comstore;
mod device;
mod group;
mod portal;
mod run;
mod world;

use super::capture::Captures;
use super::expect::ExpectKeys;
use super::retry::{RetryForm, UntilForm};
use super::skip::{Skip, SkipForm};
use crate::rmm::double::DoubleSpec;
use crate::rmm::facts::Declared;
use crate::rmm::job::Priority;
use crate::rmm::knobs::Stdin;
use crate::rmm::service::Fault;
use crate::scenario::comstore::Months;
use crate::scenario::error::Problem;
use crate::scenario::expect::Expect;
use crate::scenario::form::cx::{MAX_STEPS, list};
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::Filled;
use crate::scenario::form::scalar::Text;
use crate::scenario::form::{Cx, Form, Gen, Key, Map};
use crate::scenario::span::Spanned;
use crate::scenario::step::{Capture, JobVariable, Overlap, Retry, Step};
use crate::scenario::tree::Node;
use crate::scenario::windows::{EventWrite, RegistrySet};
use crate::scenario::world::DeviceFile;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

/// All that any kind of step may hold.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    name: Option<String>,
    skip: Option<Skip>,
    retry: Option<Retry>,
    until: Option<Retry>,
    expect: Expect,
    captures: Vec<Capture>,
    /// The value of the kind's own key, where it is one name.
    what: Option<Spanned<String>>,
    on: Vec<Spanned<String>>,
    variables: Vec<JobVariable>,
    timeout: Option<Duration>,
    stdin: Option<Stdin>,
    every: Option<Duration>,
    runs: Option<u32>,
    overlapping: Overlap,
    stagger: Option<Duration>,
    priority: Option<Priority>,
    shell: Option<String>,
    /// Never filled: what is refused.
    clock: (),
    reboot: Option<Spanned<bool>>,
    online: Option<bool>,
    write: Option<Vec<DeviceFile>>,
    remove: Option<Vec<Spanned<String>>>,
    kill: Option<Spanned<String>>,
    double: Option<Vec<Spanned<DoubleSpec>>>,
    registry: Option<Vec<RegistrySet>>,
    task: Option<Spanned<String>>,
    event: Option<EventWrite>,
    facts: Option<Declared>,
    fault: Option<Option<Fault>>,
    taken: bool,
    advance: Option<Duration>,
    steps: Vec<Step>,
    with: Vec<(Spanned<String>, Node)>,
    udf: Vec<(Spanned<u16>, String)>,
    scope: Option<Spanned<String>>,
    names: Vec<Spanned<String>>,
    monitor: Option<Spanned<String>>,
    text: Option<String>,
    csv: Option<Spanned<String>>,
    file: Option<Spanned<PathBuf>>,
    component: Option<Spanned<String>>,
    account: Option<Spanned<String>>,
    month: Option<Months>,
    through: Option<Months>,
    api: api::ApiDraft,
}

keys! {
    /// Keys of every step.
    CommonKeys ("common") => Draft {
        /// Name of the step in results; made from its kind unless given.
        "name": Text => name,
        /// Why it is not run: a reason, or `{ reason, when: reduced | full }`.
        "skip": SkipForm => skip,
        /// Do it again until its expectations hold: a number of tries, or `{ times, every, within }`.
        "retry": RetryForm => retry,
        /// Do it again until its expectations hold: a duration, or `{ within, every }`.
        "until": UntilForm => until,
        /// What must be true after it.
        "expect": Filled<Map<ExpectKeys>> => expect,
        /// Values to keep under a name, for `${name}` in later steps.
        "capture": Captures => captures,
    }
}

plain!(CommonKeys => Draft);

/// `Keys` of a kind of step: its own table and the common one.
macro_rules! step_kind {
    ($name:ident) => {
        impl $crate::scenario::form::Keys for $name {
            type Draft = $crate::scenario::read::step::Draft;
            type Out = $crate::scenario::read::step::Draft;
            const NAME: &'static str = $name::TITLE;
            const DOC: &'static str = $name::ABOUT;
            const TABLES: &'static [&'static [$crate::scenario::form::Key<Self::Draft>]] =
                &[$name::KEYS, $crate::scenario::read::step::CommonKeys::KEYS];
            fn finish(
                draft: Self::Draft,
                _: $crate::scenario::span::Span,
                _: &mut $crate::scenario::form::Cx,
            ) -> Option<Self::Out> {
                Some(draft)
            }
        }
    };
}
use step_kind;

/// A kind of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Job,
    Monitor,
    Device,
    Portal,
    Service,
    Advance,
    Audit,
    Check,
    Parallel,
    Group,
    Api,
    Platform,
}

const KINDS: [(&str, Kind); 12] = [
    ("job", Kind::Job),
    ("monitor", Kind::Monitor),
    ("device", Kind::Device),
    ("portal", Kind::Portal),
    ("service", Kind::Service),
    ("advance", Kind::Advance),
    ("audit", Kind::Audit),
    ("check", Kind::Check),
    ("parallel", Kind::Parallel),
    ("group", Kind::Group),
    ("api", Kind::Api),
    ("platform", Kind::Platform),
];

/// `portal: resolve-alert` has a key `monitor`; apart from that the first kind's key tells.
fn kind_of(entries: &[(Node, Node)]) -> Option<Kind> {
    let kind = |node: &Node| KINDS.iter().find(|k| Some(k.0) == node.text()).map(|k| k.1);
    let mut kinds = entries.iter().filter_map(|(k, _)| kind(k));
    let first = kinds.next()?;
    if kinds.any(|k| k == Kind::Portal) {
        return Some(Kind::Portal);
    }
    Some(first)
}

/// A step.
pub(crate) struct StepForm;

impl Form for StepForm {
    type Out = Step;

    fn expected() -> Cow<'static, str> {
        "a step such as `job: deploy`".into()
    }

    fn read(node: &Node, cx: &mut Cx) -> Option<Step> {
        cx.steps += 1;
        if cx.steps > MAX_STEPS {
            if cx.steps == MAX_STEPS + 1 {
                cx.say(
                    Problem::new(
                        "scenario::too-large",
                        format!("more than {MAX_STEPS} steps"),
                    )
                    .at(node.span)
                    .help("groups that use groups multiply; make it several scenarios"),
                );
            }
            return None;
        }
        let Some(entries) = node.mapping() else {
            return cx.wrong(node, &Self::expected());
        };
        let Some(kind) = kind_of(entries) else {
            return no_kind(node, entries, cx);
        };
        let step = match kind {
            Kind::Job => run::job(node, cx),
            Kind::Monitor => run::monitor(node, cx),
            Kind::Device => device::device(node, cx),
            Kind::Portal => portal::portal(node, cx),
            Kind::Service => world::service(node, cx),
            Kind::Advance => world::advance(node, cx),
            Kind::Audit => world::audit(node, cx),
            Kind::Check => world::check(node, cx),
            Kind::Parallel => group::parallel(node, cx),
            Kind::Group => group::group(node, cx),
            Kind::Api => api::api(node, cx),
            Kind::Platform => api::platform(node, cx),
        };
        // Also after a problem: later uses of the name are then not reported as unknown.
        for (name, _) in node
            .get("capture")
            .and_then(Node::mapping)
            .unwrap_or_default()
        {
            cx.captured(name.text().unwrap_or_default());
        }
        step
    }

    fn schema(g: &mut Gen) -> Json {
        g.part("step", |g| {
            let mut kinds = vec![
                g.object::<run::JobKeys>(),
                g.object::<run::MonitorKeys>(),
                g.object::<device::DeviceStepKeys>(),
            ];
            kinds.extend(portal::schemas(g));
            kinds.extend([
                g.object::<world::ServiceStepKeys>(),
                g.object::<world::AdvanceKeys>(),
                g.object::<world::AuditKeys>(),
                g.object::<world::CheckKeys>(),
                g.object::<group::ParallelKeys>(),
                g.object::<group::GroupKeys>(),
                g.object::<api::ApiKeys>(),
                g.object::<api::PlatformKeys>(),
            ]);
            json!({ "description": "One step; its kind is told by one of its keys.", "anyOf": kinds })
        })
    }
}

fn no_kind(node: &Node, entries: &[(Node, Node)], cx: &mut Cx) -> Option<Step> {
    let words: Vec<_> = KINDS.iter().map(|k| k.0).collect();
    let common: Vec<_> = CommonKeys::KEYS
        .iter()
        .map(|k: &Key<Draft>| k.name)
        .collect();
    let odd = entries
        .iter()
        .map(|(k, _)| k)
        .find(|k| !common.contains(&k.text().unwrap_or_default()));
    let near = odd
        .and_then(|k| crate::yaml::nearest(k.text().unwrap_or_default(), words.iter().copied()))
        .map(|n| format!("did you mean `{n}`? "))
        .unwrap_or_default();
    cx.fail(
        Problem::new("scenario::no-kind", "this step does not say what it does")
            .at(odd.map_or(node.span, |k| k.span))
            .label("no kind of step")
            .help(format!("{near}a step has one of: {}", list(&words))),
    )
}
