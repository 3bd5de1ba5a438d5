//! `world.policies`: monitoring policies, their targets and monitors.

mod kinds;
mod monitor;
pub(crate) mod respond;

use self::monitor::MonitorKeys;
use super::matcher::says_nothing;
use crate::rmm::filter::Criteria;
use crate::rmm::policy::{Monitor, MonitorKind, Policy, Targets};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::{Filled, Many, MapOf};
use crate::scenario::form::path::FilePath;
use crate::scenario::form::reference::{Device, Ref, Site};
use crate::scenario::form::scalar::{Fixed, Flag, Name};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::policy::{MonitorPlaces, WorldPolicy};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::Node;
use crate::scenario::world::World;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::path::PathBuf;

/// A policy as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    name: Option<String>,
    enabled: Option<bool>,
    targets: Option<Targets>,
    monitors: Vec<(Spanned<String>, (Monitor, MonitorPlaces))>,
    pcy: Option<Spanned<PathBuf>>,
}

keys! {
    /// A monitoring policy.
    PolicyKeys ("policy") => Draft {
        /// Shown name; the key unless given.
        "name": Fixed => name,
        /// `false`: it is there and runs nothing; `true` unless given.
        "enabled": Flag => enabled,
        /// Its devices; every device of the account unless given.
        "targets": Filled<Map<TargetKeys>> => targets,
        /// Its monitors by key; alerts and expectations name one `policy/monitor`.
        must "monitors": Filled<MapOf<Name, Map<MonitorKeys>>> => monitors,
        /// The policy as the platform exported it: carried and listed, never read, for nobody outside knows the format.
        "pcy": FilePath => pcy,
    }
}

impl Keys for PolicyKeys {
    type Draft = Draft;
    type Out = WorldPolicy;
    const NAME: &'static str = PolicyKeys::TITLE;
    const DOC: &'static str = PolicyKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[PolicyKeys::KEYS];

    fn finish(d: Draft, span: Span, cx: &mut Cx) -> Option<WorldPolicy> {
        let _ = span;
        if let Some(pcy) = d.pcy.as_ref().filter(|p| !p.value.is_file()) {
            return cx.fail(
                Problem::new(
                    "scenario::no-file",
                    format!("there is no file {}", pcy.value.display()),
                )
                .at(pcy.span)
                .help("`pcy:` names the policy's export, relative to this file"),
            );
        }
        let mut monitors = Vec::new();
        let mut places = Vec::new();
        for (key, (mut monitor, mut place)) in d.monitors {
            monitor.key = key.value;
            place.monitor = key.span;
            monitors.push(monitor);
            places.push(place);
        }
        let everything = || Targets {
            account: true,
            ..Targets::default()
        };
        Some(WorldPolicy {
            key: Spanned::default(),
            policy: Policy {
                key: String::new(),
                name: d.name.unwrap_or_default(),
                enabled: d.enabled.unwrap_or(true),
                targets: d.targets.unwrap_or_else(everything),
                monitors,
                attachment: None,
            },
            places,
            pcy: d.pcy,
        })
    }
}

/// Targets as they are read.
#[derive(Debug, Default)]
pub(crate) struct TargetDraft {
    account: bool,
    sites: Vec<Spanned<String>>,
    devices: Vec<Spanned<String>>,
    filter: Vec<Criteria>,
}

keys! {
    /// The devices of a policy: those that any of these names.
    TargetKeys ("policy-targets") => TargetDraft {
        /// `true`: every device of the account.
        "account": Flag => account,
        /// A site, or several.
        "sites": Many<Ref<Site>> => sites,
        /// A device, or several.
        "devices": Many<Ref<Device>> => devices,
        /// Devices that are all of this, or a list of such; looked at before each run.
        "filter": Many<Map<FilterKeys>> => filter,
    }
}

impl Keys for TargetKeys {
    type Draft = TargetDraft;
    type Out = Targets;
    const NAME: &'static str = TargetKeys::TITLE;
    const DOC: &'static str = TargetKeys::ABOUT;
    const TABLES: &'static [&'static [Key<TargetDraft>]] = &[TargetKeys::KEYS];

    fn finish(d: TargetDraft, span: Span, cx: &mut Cx) -> Option<Targets> {
        let names = |list: Vec<Spanned<String>>| list.into_iter().map(|n| n.value).collect();
        let targets = Targets {
            account: d.account,
            sites: names(d.sites),
            devices: names(d.devices),
            filters: d.filter,
        };
        if targets == Targets::default() {
            return cx.fail(
                Problem::new(
                    "scenario::policy",
                    "this policy has no targets: it would run on no device",
                )
                .at(span)
                .help("leave `targets` out for every device, or write `enabled: false`"),
            );
        }
        Some(targets)
    }
}

/// A filter as it is read.
#[derive(Debug, Default)]
pub(crate) struct FilterDraft {
    site: Option<Spanned<String>>,
    category: Option<String>,
    operating_system: Option<String>,
    hostname: Option<String>,
}

keys! {
    /// What a device must be; everything given must hold, texts are looked for without regard to case.
    FilterKeys ("policy-filter") => FilterDraft {
        /// Its site.
        "site": Ref<Site> => site,
        /// A part of its category: `Server`.
        "category": Fixed => category,
        /// A part of its operating system: `windows`.
        "operating-system": Fixed => operating_system,
        /// A part of its host name.
        "hostname": Fixed => hostname,
    }
}

impl Keys for FilterKeys {
    type Draft = FilterDraft;
    type Out = Criteria;
    const NAME: &'static str = FilterKeys::TITLE;
    const DOC: &'static str = FilterKeys::ABOUT;
    const TABLES: &'static [&'static [Key<FilterDraft>]] = &[FilterKeys::KEYS];

    fn finish(d: FilterDraft, span: Span, cx: &mut Cx) -> Option<Criteria> {
        let criteria = Criteria {
            site: d.site.map(|s| s.value),
            class: None,
            category: d.category,
            operating_system: d.operating_system,
            hostname: d.hostname,
            online: None,
            reboot_required: None,
        };
        if criteria == Criteria::default() {
            return says_nothing(cx, span);
        }
        Some(criteria)
    }
}

/// What monitors need that the world does not have; told where they stand.
pub(crate) fn needs(world: &World, cx: &mut Cx) {
    for declared in &world.policies {
        for (monitor, places) in declared.policy.monitors.iter().zip(&declared.places) {
            let MonitorKind::Ping { host } = &monitor.kind else {
                continue;
            };
            if world.services.iter().all(|s| s.value.host != *host) {
                cx.say(
                    Problem::new(
                        "scenario::policy",
                        format!("no service of the world has the host {host}: nothing outside is reached from a device"),
                    )
                    .at(places.kind)
                    .help("declare the host under `world.services`, or name one that is there"),
                );
            }
        }
    }
}

/// `policies:` of a world.
pub(crate) struct Policies;

type Read = MapOf<Name, Map<PolicyKeys>>;

impl Form for Policies {
    type Out = Vec<WorldPolicy>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a policy's key to what it has".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<WorldPolicy>> {
        let entries = Read::read(node, cx)?;
        let policies = entries.into_iter().map(|(key, mut p)| {
            p.policy.key.clone_from(&key.value);
            if p.policy.name.is_empty() {
                p.policy.name.clone_from(&key.value);
            }
            p.key = key;
            p
        });
        Some(policies.collect())
    }
    fn schema(g: &mut Gen) -> Json {
        Read::schema(g)
    }
}
