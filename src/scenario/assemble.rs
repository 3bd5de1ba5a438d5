//! From one filled-in file to a scenario: includes and groups, then the world, then the steps.

use super::api::OWN_USER;
use super::comstore;
use super::error::Problem;
use super::form::list::Many;
use super::form::{Cx, Form, Map};
use super::group::Groups;
use super::include::{EntryForm, Gathered, Gatherer, lay_over};
use super::load::Loader;
use super::matrix::Matrix;
use super::model::Scenario;
use super::psa::PSA;
use super::read::top::ScenarioKeys;
use super::read::world::{WorldKeys, complete};
use super::span::Span;
use super::step::SkipWhen;
use super::tree::{Node, Value};
use super::world::World;
use crate::rmm::os::Os;
use crate::rmm::policy::Response;
use std::path::Path;
use std::time::Duration;

/// Real time a scenario may take unless it says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// One combination of a matrix; no values without one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen<'m> {
    pub values: &'m [(String, Node)],
    /// The scenario's name holds every value itself.
    pub named: bool,
}

/// Reads one combination of a file, its matrix values filled in; what is wrong goes to `cx`.
pub(crate) fn combination(
    mut root: Node,
    path: &Path,
    cx: &mut Cx,
    loader: &Loader,
    chosen: Chosen<'_>,
) -> Option<Scenario> {
    cx.key = "";
    let Value::Mapping(entries) = &mut root.value else {
        return cx.fail(
            Problem::new(
                "scenario::wrong-type",
                format!("a scenario file is a mapping, found {}", root.shown()),
            )
            .at(Span {
                line: 1,
                column: 1,
                ..root.span
            })
            .help("it begins with `scenario: what it shows`"),
        );
    };
    // What `steps` captures is known in `finally`, wherever that is written.
    entries.sort_by_key(|(k, _)| k.text() == Some("finally"));
    let gathered = gather(&root, path, cx, loader);
    let named = gathered.is_some();
    let world = gathered.and_then(|g| read_world(g, cx));
    cx.key = "";
    let draft = match (&world, root.get("steps").is_some()) {
        // Without the names of the world every name in the steps would be unknown: only the problems
        // of what it includes are told.
        (None, true) if !named => None,
        (None, false) if cx.world_only => None,
        _ => Map::<ScenarioKeys>::read(&root, cx),
    };
    if !cx.world_only || root.get("steps").is_some() {
        unused_groups(cx);
    }
    if let (Some(world), Some(draft), true) = (&world, &draft, cx.problems.is_empty()) {
        comstore::check(world, &draft.steps, &draft.finally, cx);
    }
    let (Some(world), Some(draft), true) = (world, draft, cx.problems.is_empty()) else {
        return None;
    };
    let mut name = draft.name;
    if !chosen.named {
        let values: Vec<_> = chosen.values.iter().filter_map(|(_, v)| v.text()).collect();
        name.value = format!("{} [{}]", name.value, values.join(", "));
    }
    let (skip, skip_when) = match draft.skip {
        Some(s) => (Some(s.reason), s.when),
        None => (None, SkipWhen::Always),
    };
    Some(Scenario {
        name,
        description: draft.description,
        tags: draft.tags,
        skip,
        skip_when,
        engine: draft.engine,
        needs: draft.needs,
        seed: draft.seed,
        explore: draft.explore,
        holds: cx.explored,
        timeout: draft.timeout.unwrap_or(DEFAULT_TIMEOUT),
        matrix: Matrix::texts(chosen.values),
        world,
        steps: draft.steps,
        finally: draft.finally,
        sources: std::mem::take(&mut cx.sources),
    })
}

/// Includes and own groups; the merged world.
fn gather(root: &Node, path: &Path, cx: &mut Cx, loader: &Loader) -> Option<Gathered> {
    let mut gathered = match root.get("include") {
        None => Gathered::default(),
        Some(node) => {
            cx.key = "include";
            let entries = Many::<EntryForm>::read(node, cx)?;
            let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            Gatherer::new(loader, canonical).all(entries, cx)?
        }
    };
    let own_groups = match root.get("groups") {
        None => Vec::new(),
        Some(node) => {
            cx.key = "groups";
            Groups::read(node, cx)?
        }
    };
    gathered
        .groups
        .retain(|name, _| !own_groups.iter().any(|(n, _)| n.value == *name));
    let own = Gathered {
        world: root.get("world").filter(|w| !w.is_null()).cloned(),
        groups: own_groups
            .into_iter()
            .map(|(name, group)| (name.value.clone(), (name, group)))
            .collect(),
    };
    lay_over(&mut gathered, own, cx).then_some(gathered)
}

fn read_world(gathered: Gathered, cx: &mut Cx) -> Option<World> {
    cx.group_places = gathered
        .groups
        .values()
        .map(|(name, _)| (name.value.clone(), name.span))
        .collect();
    cx.groups = gathered
        .groups
        .into_iter()
        .map(|(name, (_, group))| (name, group))
        .collect();
    let Some(node) = gathered.world else {
        let mut world = World::default();
        complete(&mut world, cx);
        cx.names.sites.push("default".to_owned());
        cx.names.users.push(OWN_USER.to_owned());
        return Some(world);
    };
    let keys = |section: &str| -> Vec<String> {
        node.get(section)
            .and_then(Node::mapping)
            .unwrap_or_default()
            .iter()
            .filter_map(|(k, _)| k.text().map(str::to_owned))
            .collect()
    };
    cx.names.users.push(OWN_USER.to_owned());
    for section in ["users", "accounts"] {
        let entries = node.get("api").and_then(|a| a.get(section));
        let entries = entries.and_then(Node::mapping).unwrap_or_default();
        let names = entries.iter().filter_map(|(k, _)| k.text());
        let names = names.map(str::to_owned);
        match section {
            "accounts" => {
                cx.names.accounts = names.collect();
                cx.names.users.extend_from_slice(&cx.names.accounts);
            }
            _ => cx.names.users.extend(names),
        }
    }
    cx.names.devices = keys("devices");
    cx.names.comstore = keys("comstore");
    cx.names.components = [keys("components"), cx.names.comstore.clone()].concat();
    cx.names.services = keys("services");
    cx.names.sites = keys("sites");
    if cx.names.sites.is_empty() {
        cx.names.sites.push("default".to_owned());
    }
    cx.key = "world";
    cx.in_world = true;
    let world = Map::<WorldKeys>::read(&node, cx);
    cx.in_world = false;
    match &world {
        Some(world) => {
            let windows = world.devices.iter().filter(|d| d.os == Os::Windows);
            cx.names.windows = windows.map(|d| d.key.value.clone()).collect();
            let macos = world.devices.iter().filter(|d| d.os == Os::Macos);
            cx.names.macos = macos.map(|d| d.key.value.clone()).collect();
            let policies = world.policies.iter().map(|p| &p.policy);
            let monitors = policies
                .clone()
                .flat_map(|p| p.monitors.iter().map(|m| p.monitor_name(m)));
            cx.names.monitors = monitors.collect();
            let bound = world.policies.iter().flat_map(|p| p.bound());
            cx.names.bound = bound.collect();
            let responses = policies.flat_map(|p| p.monitors.iter().flat_map(|m| &m.respond));
            cx.names.responses = responses.map(Response::word).collect();
            cx.names.psa = world.psa.is_some();
        }
        // The steps are read in any case: what is wrong with them is told with the world's problems.
        None => {
            let devices = node.get("devices").and_then(Node::mapping);
            let devices = devices.unwrap_or_default();
            let of = |system: &str| -> Vec<String> {
                let os = |d: &Node| d.get("os").and_then(Node::text).map(str::to_owned);
                let is = |d: &Node| os(d).is_some_and(|os| os.starts_with(system));
                let devices = devices.iter().filter(|(_, d)| is(d));
                devices
                    .filter_map(|(k, _)| k.text().map(str::to_owned))
                    .collect()
            };
            cx.names.windows = of("windows");
            cx.names.macos = of("macos");
            let policies = node
                .get("policies")
                .and_then(Node::mapping)
                .unwrap_or_default();
            let monitors = policies.iter().flat_map(|(policy, p)| {
                let monitors = p
                    .get("monitors")
                    .and_then(Node::mapping)
                    .unwrap_or_default();
                let names = monitors.iter().filter_map(|(m, _)| m.text());
                names.map(|m| format!("{}/{m}", policy.text().unwrap_or_default()))
            });
            cx.names.monitors = monitors.collect();
            cx.names.responses = Response::WORDS.to_vec();
            cx.names.psa = node.get("psa").is_some();
        }
    }
    if cx.names.psa {
        cx.names.services.push(PSA.to_owned());
    }
    world
}

/// A group of the scenario's own that no step uses is a mistake: its steps are never read.
fn unused_groups(cx: &mut Cx) {
    if !cx.problems.is_empty() {
        return;
    }
    for (name, span) in std::mem::take(&mut cx.group_places) {
        if span.file == 0 && !cx.used_groups.contains(&name) {
            cx.say(
                Problem::new(
                    "scenario::unused-group",
                    format!("no step uses group `{name}`"),
                )
                .at(span)
                .help(format!("use it by `- group: {name}`, or take it out")),
            );
        }
    }
}
