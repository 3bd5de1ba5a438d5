//! The ComStore in a scenario: what the world stocks, steps in the portal, expectations; and whether
//! the steps can be done in their order.

use super::error::Problem;
use super::form::Cx;
use super::matcher::{NumberMatcher, TextMatcher};
use super::span::{Span, Spanned};
use super::step::{Action, PortalAct, Step};
use super::world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The scenario's own account, where accounts are named; others go by their keys.
pub const OWN_ACCOUNT: &str = "account";

/// A component that the vendor hands in for the ComStore. In YAML `KEY: PATH`, or a list of paths:
/// its releases, oldest first.
#[derive(Debug, Clone)]
pub struct Stocked {
    pub key: Spanned<String>,
    /// Resolved against the file that named them; never empty.
    pub releases: Vec<Spanned<PathBuf>>,
}

/// A step on the ComStore.
#[derive(Debug, Clone)]
pub enum ComStoreAct {
    /// `portal: publish, component: KEY` - its next release.
    Publish { component: Spanned<String> },
    /// `portal: download, component: KEY, account: KEY`; the scenario's own account unless given.
    Download {
        component: Spanned<String>,
        account: Option<Spanned<String>>,
    },
    /// `portal: update, component: KEY, account: KEY`.
    Update {
        component: Spanned<String>,
        account: Option<Spanned<String>>,
    },
    /// `portal: metrics, month: 2026-01, through: 2026-03` - the platform's staff tell the vendor
    /// how often each published component was downloaded.
    Metrics(Months),
}

/// Whole calendar months in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Months {
    pub span: Span,
    /// First and last day: `2026-01-01`, `2026-01-31`.
    pub from: String,
    pub through: String,
    /// Its first millisecond since the Unix epoch, and the first one after it.
    pub from_ms: i64,
    pub until_ms: i64,
}

/// `comstore: { KEY: ... }` of an expectation: one component.
#[derive(Debug, Clone, Default)]
pub struct ComStoreExpect {
    pub span: Span,
    /// The newest published release, counted from 1; 0 before the first.
    pub release: Option<NumberMatcher>,
    /// Accounts that downloaded it so far.
    pub downloads: Option<NumberMatcher>,
    /// The release that accounts have, by account; 0 where one has none.
    pub accounts: Vec<(Spanned<String>, NumberMatcher)>,
    /// What was handed over of it last.
    pub told: Option<ToldExpect>,
}

/// What the vendor was told last.
#[derive(Debug, Clone, Default)]
pub struct ToldExpect {
    pub span: Span,
    /// Downloads within the time it was told for.
    pub downloads: Option<NumberMatcher>,
    /// Downloads up to the end of that time.
    pub total: Option<NumberMatcher>,
    /// All that was told, as JSON.
    pub text: Option<TextMatcher>,
}

/// What the walk through the steps knows.
struct Walk<'w> {
    stock: BTreeMap<&'w str, usize>,
    published: BTreeMap<String, usize>,
    /// The release that an account has, by account and component.
    had: BTreeMap<(String, String), usize>,
    told: BTreeSet<String>,
}

/// Tells of steps that can never be done where they stand: a download of what is not published,
/// an update with nothing new, a job with a component that the account does not have yet.
///
/// Says nothing where a step on the ComStore may be skipped: its order is known in a run alone.
pub(crate) fn check(world: &World, steps: &[Step], finally: &[Step], cx: &mut Cx) {
    if world.comstore.is_empty() || steps.iter().chain(finally).any(may_be_skipped) {
        return;
    }
    let stock = world.comstore.iter();
    let mut walk = Walk {
        stock: stock
            .map(|s| (s.key.value.as_str(), s.releases.len()))
            .collect(),
        published: BTreeMap::new(),
        had: BTreeMap::new(),
        told: BTreeSet::new(),
    };
    walk.steps(steps, cx);
    walk.steps(finally, cx);
}

fn may_be_skipped(step: &Step) -> bool {
    match &step.action {
        Action::Portal(PortalAct::ComStore(_)) => step.skip.is_some(),
        Action::Group { steps, .. } => {
            (step.skip.is_some() && steps.iter().any(on_the_comstore))
                || steps.iter().any(may_be_skipped)
        }
        _ => false,
    }
}

fn on_the_comstore(step: &Step) -> bool {
    match &step.action {
        Action::Portal(PortalAct::ComStore(_)) => true,
        Action::Group { steps, .. } => steps.iter().any(on_the_comstore),
        _ => false,
    }
}

/// The key of an account that a step names.
pub fn account_key(account: Option<&Spanned<String>>) -> &str {
    account.map_or(OWN_ACCOUNT, |a| a.value.as_str())
}

/// An account for people.
pub fn account_words(account: &str) -> String {
    match account {
        OWN_ACCOUNT => "the account".to_owned(),
        other => format!("account `{other}`"),
    }
}

impl Walk<'_> {
    fn steps(&mut self, steps: &[Step], cx: &mut Cx) {
        for step in steps {
            let wrong = match &step.action {
                Action::Portal(PortalAct::ComStore(act)) => self.act(act),
                Action::Job { component, .. } | Action::Monitor { component, .. } => {
                    self.ready(component)
                }
                Action::Group { steps, .. } | Action::Parallel(steps) => {
                    self.steps(steps, cx);
                    None
                }
                _ => None,
            };
            if let Some((at, what, help)) = wrong {
                cx.say(Problem::new("scenario::comstore", what).at(at).help(help));
            }
            self.judged(step, cx);
        }
    }

    fn act(&mut self, act: &ComStoreAct) -> Option<(Span, String, String)> {
        match act {
            ComStoreAct::Publish { component } => {
                let key = &component.value;
                let most = self.stock.get(key.as_str()).copied().unwrap_or_default();
                let published = self.published.entry(key.clone()).or_default();
                if *published == most {
                    return Some((
                        component.span,
                        format!("`{key}` has no release that is not published yet"),
                        format!(
                            "`world.comstore.{key}` lists {most}; add the path of the next one"
                        ),
                    ));
                }
                *published += 1;
            }
            ComStoreAct::Download { component, account } => {
                let (key, account) = (&component.value, account_key(account.as_ref()));
                let Some(newest) = self.published.get(key).copied() else {
                    return Some(unpublished(component));
                };
                let had = (account.to_owned(), key.clone());
                if self.had.contains_key(&had) {
                    return Some((
                        component.span,
                        format!("{} has `{key}` already", account_words(account)),
                        "`portal: update` takes a newer release".into(),
                    ));
                }
                self.had.insert(had, newest);
            }
            ComStoreAct::Update { component, account } => {
                let (key, account) = (&component.value, account_key(account.as_ref()));
                let Some(newest) = self.published.get(key).copied() else {
                    return Some(unpublished(component));
                };
                match self.had.get_mut(&(account.to_owned(), key.clone())) {
                    None => {
                        return Some((
                            component.span,
                            format!("{} does not have `{key}`", account_words(account)),
                            "`portal: download` takes it first".into(),
                        ));
                    }
                    Some(had) if *had == newest => {
                        return Some((
                            component.span,
                            format!(
                                "{} has the newest release of `{key}`, {newest}",
                                account_words(account)
                            ),
                            "publish another one before".into(),
                        ));
                    }
                    Some(had) => *had = newest,
                }
            }
            ComStoreAct::Metrics(months) => {
                if self.published.is_empty() {
                    return Some((
                        months.span,
                        "nothing is published that could be counted".into(),
                        "publish a component before".into(),
                    ));
                }
                self.told.extend(self.published.keys().cloned());
            }
        }
        None
    }

    /// A job or monitor with a component of the ComStore: the account must have it.
    fn ready(&self, component: &Spanned<String>) -> Option<(Span, String, String)> {
        let key = &component.value;
        let had = (OWN_ACCOUNT.to_owned(), key.clone());
        if !self.stock.contains_key(key.as_str()) || self.had.contains_key(&had) {
            return None;
        }
        Some((
            component.span,
            format!("the account does not have `{key}` of the ComStore yet"),
            "`portal: download` takes it first".into(),
        ))
    }

    /// What was told is expected where nothing was told yet.
    fn judged(&self, step: &Step, cx: &mut Cx) {
        for (key, expect) in &step.expect.comstore {
            if let Some(told) = expect
                .told
                .as_ref()
                .filter(|_| !self.told.contains(&key.value))
            {
                cx.say(
                    Problem::new(
                        "scenario::comstore",
                        format!("nothing is told of `{}` before this", key.value),
                    )
                    .at(told.span)
                    .help("`portal: metrics` hands numbers over, of what is published then"),
                );
            }
        }
    }
}

fn unpublished(component: &Spanned<String>) -> (Span, String, String) {
    let what = format!("`{}` is not on the ComStore yet", component.value);
    (component.span, what, "`portal: publish` it first".into())
}
