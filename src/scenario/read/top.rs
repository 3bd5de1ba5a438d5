//! The keys of a scenario file.

use super::skip::{Skip, SkipForm};
use super::step::StepForm;
use super::world::WorldKeys;
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::{ListOf, Many};
use crate::scenario::form::scalar::{At, Fixed, Flag, Literal, Whole};
use crate::scenario::form::time;
use crate::scenario::form::word::Word;
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::group::Groups;
use crate::scenario::include::EntryForm;
use crate::scenario::matrix::MatrixForm;
use crate::scenario::model::{EngineDemand, Explore, Need};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::step::Step;
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::time::Duration;

/// A scenario as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub name: Spanned<String>,
    pub description: Option<String>,
    pub tags: Vec<Spanned<String>>,
    pub skip: Option<Skip>,
    pub engine: Option<Spanned<EngineDemand>>,
    pub needs: Vec<Spanned<Need>>,
    pub seed: Option<u64>,
    pub explore: Option<Explore>,
    pub timeout: Option<Duration>,
    pub steps: Vec<Step>,
    pub finally: Vec<Step>,
    before: (),
}

keys! {
    /// A scenario.
    ScenarioKeys ("scenario-file") => Draft {
        /// What it shows, in one sentence; its name in results.
        must "scenario": At<Fixed> => name,
        /// More about it, for readers.
        "description": Literal => description,
        /// Words to select it by.
        "tags": Many<At<Fixed>> => tags,
        /// Why it is not run: a reason, or `{ reason, when: reduced | full }`.
        "skip": SkipForm => skip,
        /// The engine that every device must have; elsewhere the scenario is skipped with the reason.
        "engine": At<Word<EngineDemand>> => engine,
        /// Commands (`curl`) and absolute paths (`/proc/sysrq-trigger`) that every device must have, and files beside this one (`./built/setup.exe`); where one is missing the scenario is skipped with the reason.
        "needs": Many<At<NeedForm>> => needs,
        /// The seed of all that is drawn; the run's unless given.
        "seed": Whole<u64, 0, { i64::MAX }> => seed,
        /// Runs the scenario with one seed after another until an expectation fails: `{ seeds, kills }`. For steps with `overlapping: explored`.
        "explore": Map<ExploreKeys> => explore,
        /// Real time after which it is ended; 10m unless given.
        "timeout": time::Span => timeout,
        /// One scenario for each combination of these values; `${matrix.name}` stands for a value.
        "matrix": Before<MatrixForm> => before,
        /// Files whose worlds and groups are taken in: paths relative to this file, or `{ file, with }`.
        "include": Before<Many<EntryForm>> => before,
        /// Named groups of steps.
        "groups": Before<Groups> => before,
        /// The platform and its devices before the first step.
        "world": Before<Map<WorldKeys>> => before,
        /// What happens.
        must "steps": ListOf<StepForm> => steps,
        /// What happens at the end, whatever happened before.
        "finally": ListOf<StepForm> => finally,
    }
}

impl Keys for ScenarioKeys {
    type Draft = Draft;
    type Out = Draft;
    const NAME: &'static str = ScenarioKeys::TITLE;
    const DOC: &'static str = ScenarioKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[ScenarioKeys::KEYS];

    fn finish(draft: Draft, _: Span, cx: &mut Cx) -> Option<Draft> {
        for (at, tag) in draft.tags.iter().enumerate() {
            if let Some(first) = draft.tags[..at].iter().find(|t| t.value == tag.value) {
                cx.say(
                    Problem::new(
                        "scenario::duplicate",
                        format!("tag `{}` is there twice", tag.value),
                    )
                    .at(tag.span)
                    .label("again")
                    .related("first", first.span),
                );
            }
        }
        match draft.explore {
            Some(explore) if !cx.explored => cx.fail(
                Problem::new(
                    "scenario::explore",
                    "no step of this scenario is explored, so every seed would do the same",
                )
                .at(explore.span)
                .help("give a `monitor:` step `overlapping: explored`"),
            ),
            _ => Some(draft),
        }
    }
}

/// `explore:` as it is read.
#[derive(Debug, Default)]
pub(crate) struct ExploreDraft {
    seeds: Option<u32>,
    kills: bool,
}

keys! {
    /// The scenario runs with one seed after another, the run's first, each time on fresh devices.
    ExploreKeys ("explore") => ExploreDraft {
        /// How many seeds; 50 unless given.
        "seeds": Whole<u32, 1, 100_000> => seeds,
        /// `true`: with each seed one of the explored runs may be killed at a point that the seed chooses. It tells nothing then; at least one kill must strike.
        "kills": Flag => kills,
    }
}

/// Seeds of an exploration unless given.
const SEEDS: u32 = 50;

impl Keys for ExploreKeys {
    type Draft = ExploreDraft;
    type Out = Explore;
    const NAME: &'static str = ExploreKeys::TITLE;
    const DOC: &'static str = ExploreKeys::ABOUT;
    const TABLES: &'static [&'static [Key<ExploreDraft>]] = &[ExploreKeys::KEYS];

    fn finish(d: ExploreDraft, span: Span, _: &mut Cx) -> Option<Explore> {
        Some(Explore {
            seeds: d.seeds.unwrap_or(SEEDS),
            kills: d.kills,
            span,
        })
    }
}

/// A command, found by its name on the device's `PATH`, or an absolute path.
struct NeedForm;

impl Form for NeedForm {
    type Out = Need;
    fn expected() -> Cow<'static, str> {
        "the name of a command, an absolute path, or a path beside this file that begins with ./ or ../".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Need> {
        let name = Fixed::read(node, cx)?;
        if (name.starts_with("./") || name.starts_with("../")) && !name.contains('\0') {
            let path = cx.resolve(&name, node.span);
            return Some(Need::Here {
                written: name,
                path,
            });
        }
        let climbs = name.split('/').any(|part| part == "..");
        if name.contains('\0') || climbs || (name.contains('/') && !name.starts_with('/')) {
            return cx.wrong(node, &Self::expected());
        }
        Some(Need::OnDevice(name))
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "pattern": "^(\\.{0,2}/.*|[^/]+)$" })
    }
}

/// A key that is read before all others.
struct Before<F>(PhantomData<F>);

impl<F: Form> Form for Before<F> {
    type Out = ();
    fn expected() -> Cow<'static, str> {
        F::expected()
    }
    fn read(_: &Node, _: &mut Cx) -> Option<()> {
        Some(())
    }
    fn schema(g: &mut Gen) -> Json {
        F::schema(g)
    }
}
