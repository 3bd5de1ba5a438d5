//! From one filled-in file to a scenario: includes and groups, then the world, then the steps.

use super::api::OWN_USER;
use super::error::Problem;
use super::form::list::Many;
use super::form::{Cx, Form, Map};
use super::group::Groups;
use super::include::{EntryForm, Gathered, Gatherer, lay_over};
use super::load::Loader;
use super::matrix::Matrix;
use super::model::Scenario;
use super::read::top::ScenarioKeys;
use super::read::world::{WorldKeys, complete};
use super::span::Span;
use super::step::SkipWhen;
use super::tree::{Node, Value};
use super::world::World;
use crate::rmm::os::Os;
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
    let world = gathered.and_then(|g| read_world(g, cx));
    cx.key = "";
    let draft = match (&world, root.get("steps").is_some()) {
        // Without a world every name in the steps would be unknown: only its problems are told.
        (None, true) => None,
        (None, false) if cx.world_only => None,
        _ => Map::<ScenarioKeys>::read(&root, cx),
    };
    if !cx.world_only || root.get("steps").is_some() {
        unused_groups(cx);
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
        cx.names.users.extend(names.map(str::to_owned));
    }
    cx.names.devices = keys("devices");
    cx.names.components = keys("components");
    cx.names.services = keys("services");
    cx.names.sites = keys("sites");
    if cx.names.sites.is_empty() {
        cx.names.sites.push("default".to_owned());
    }
    cx.key = "world";
    cx.in_world = true;
    let world = Map::<WorldKeys>::read(&node, cx);
    cx.in_world = false;
    let devices = world.iter().flat_map(|w| &w.devices);
    let windows = devices.filter(|d| d.os == Os::Windows);
    let policies = world.iter().flat_map(|w| &w.policies).map(|p| &p.policy);
    let monitors = policies.flat_map(|p| p.monitors.iter().map(|m| p.monitor_name(m)));
    cx.names.monitors = monitors.collect();
    cx.names.windows = windows.map(|d| d.key.value.clone()).collect();
    let devices = world.iter().flat_map(|w| &w.devices);
    let macos = devices.filter(|d| d.os == Os::Macos);
    cx.names.macos = macos.map(|d| d.key.value.clone()).collect();
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
