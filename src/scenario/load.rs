//! From files to scenarios.

use super::error::{MAX_PROBLEMS, Problem, ScenarioError};
use super::form::list::Many;
use super::form::{Cx, Form, Map};
use super::group::Groups;
use super::include::{EntryForm, Gathered, Gatherer, lay_over};
use super::matrix::{Matrix, MatrixForm};
use super::model::{Scenario, Source};
use super::param;
use super::read::top::ScenarioKeys;
use super::read::world::{WorldKeys, complete};
use super::span::{FileId, Span};
use super::step::SkipWhen;
use super::tree::{Node, Value};
use super::world::World;
use crate::yaml::YamlError;
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Real time a scenario may take unless it says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// Bytes that filling in matrix, include and group values may produce for one file.
const FILL_BUDGET: usize = 32 << 20;

/// An included file, read once however many scenarios include it.
#[derive(Debug)]
pub(crate) struct Included {
    pub canonical: PathBuf,
    pub text: Arc<str>,
    pub tree: Result<Node, YamlError>,
}

type Cached = Result<Arc<Included>, String>;

/// Keeps included files, so that each is read once.
#[derive(Debug, Default)]
pub(crate) struct Loader {
    cache: Mutex<HashMap<PathBuf, Cached>>,
}

impl Loader {
    /// The included file at `path`, or why it cannot be read.
    pub(crate) fn included(&self, path: &Path) -> Cached {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.get(path) {
            return known.clone();
        }
        let read = read_included(path);
        cache.insert(path.to_owned(), read.clone());
        read
    }
}

fn read_included(path: &Path) -> Cached {
    let canonical = path.canonicalize().map_err(|e| e.to_string())?;
    let text: Arc<str> = read_text(path)?.into();
    let tree = crate::yaml::parse(&text).map(|n| Node::adopt(n, 0));
    Ok(Arc::new(Included {
        canonical,
        text,
        tree,
    }))
}

/// Reads a text file of bounded size.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    // Opening a FIFO would wait for ever, so the kind is looked at first.
    let meta = std::fs::metadata(path).map_err(|e| e.to_string())?;
    if !meta.is_file() {
        return Err("it is not a file".to_owned());
    }
    let limit = crate::yaml::MAX_BYTES;
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| e.to_string())?;
    if bytes.len() > limit {
        return Err(format!("it has more than {limit} bytes"));
    }
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        format!("it is not UTF-8 text (byte {at})")
    })
}

/// Loads one scenario file: one scenario, or one for each combination of its matrix.
///
/// # Errors
/// All that is wrong with the file and those it includes, with their places.
pub fn load_path(path: &Path) -> Result<Vec<Scenario>, ScenarioError> {
    load_with(path, &Loader::default())
}

/// Loads files in parallel on at most `threads` threads. Scenarios and errors come in the order of
/// `paths`; a name that several scenarios have is an error of the later file.
pub fn load_all(paths: &[PathBuf], threads: usize) -> (Vec<Scenario>, Vec<ScenarioError>) {
    let loader = Loader::default();
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Vec<Scenario>, ScenarioError>)>> =
        Mutex::new(Vec::with_capacity(paths.len()));
    let work = || {
        let mut own = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = paths.get(at) else { break };
            own.push((at, load_with(path, &loader)));
        }
        let mut all = results.lock().unwrap_or_else(PoisonError::into_inner);
        all.append(&mut own);
    };
    let helpers = threads.min(paths.len()).saturating_sub(1);
    std::thread::scope(|scope| {
        for _ in 0..helpers {
            // This thread works too, so a helper that cannot be started only costs time.
            if std::thread::Builder::new()
                .spawn_scoped(scope, work)
                .is_err()
            {
                break;
            }
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    let mut scenarios = Vec::new();
    let mut errors = Vec::new();
    let mut names: HashMap<String, PathBuf> = HashMap::new();
    for (_, result) in results {
        match result {
            Err(error) => errors.push(error),
            Ok(loaded) => match same_name(&loaded, &names) {
                Some(error) => errors.push(error),
                None => {
                    for s in loaded {
                        let path = s.path().cloned().unwrap_or_default();
                        names.insert(s.name.value.clone(), path);
                        scenarios.push(s);
                    }
                }
            },
        }
    }
    (scenarios, errors)
}

fn same_name(loaded: &[Scenario], names: &HashMap<String, PathBuf>) -> Option<ScenarioError> {
    let (scenario, first) = loaded
        .iter()
        .find_map(|s| names.get(&s.name.value).map(|first| (s, first)))?;
    let problem = Problem::new(
        "scenario::duplicate",
        format!("another scenario is called `{}` too", scenario.name.value),
    )
    .at(scenario.name.span)
    .help(format!(
        "{} has this name; results tell scenarios apart by their names",
        first.display()
    ))
    .sourced(&scenario.sources);
    let path = scenario.path().cloned().unwrap_or_default();
    Some(ScenarioError::one(&path, problem))
}

pub(crate) fn load_with(path: &Path, loader: &Loader) -> Result<Vec<Scenario>, ScenarioError> {
    let text = read_text(path).map_err(|why| {
        let problem = Problem::new("scenario::unreadable", format!("cannot be read: {why}"));
        ScenarioError::one(path, problem)
    })?;
    load_text(path, text.into(), loader)
}

/// Loads a scenario from its text; `path` is where it is said to stand.
pub(crate) fn load_text(
    path: &Path,
    text: Arc<str>,
    loader: &Loader,
) -> Result<Vec<Scenario>, ScenarioError> {
    let sources = vec![Source {
        path: path.to_owned(),
        text: text.clone(),
    }];
    let fail = |problems: Vec<Problem>, sources: &[Source]| {
        let problems = problems.into_iter().map(|p| p.sourced(sources)).collect();
        Err(ScenarioError::new(path, problems))
    };
    let root = match crate::yaml::parse(&text) {
        Ok(node) => Node::adopt(node, 0),
        Err(error) => return fail(vec![yaml_problem(&error, 0)], &sources),
    };
    let mut cx = Cx::new(sources.clone(), FILL_BUDGET);
    let matrix = match root.get("matrix") {
        None => Some(Matrix::default()),
        Some(node) => {
            cx.key = "matrix";
            MatrixForm::read(node, &mut cx)
        }
    };
    let Some(matrix) = matrix else {
        return fail(cx.problems, &sources);
    };
    if matrix.combinations.is_empty() {
        return one(root, path, cx, loader, &Matrix::default(), &[])
            .map(|(s, _)| vec![s])
            .or_else(|cx| fail(cx.problems, &cx.sources));
    }
    let mut scenarios = Vec::with_capacity(matrix.combinations.len());
    let mut budget = FILL_BUDGET;
    let mut steps = 0;
    let mut problems = Vec::new();
    for combination in &matrix.combinations {
        let env = Matrix::env(combination);
        let filled = match fill_root(&root, &env, &mut budget) {
            Ok(filled) => filled,
            Err(problem) => {
                problems.push(problem.sourced(&sources));
                break;
            }
        };
        let mut cx = Cx::new(sources.clone(), budget);
        cx.steps = steps;
        match one(filled, path, cx, loader, &matrix, combination) {
            Ok((scenario, read)) => {
                steps = read;
                scenarios.push(scenario);
            }
            Err(cx) => {
                // Files are numbered anew for each combination, so the texts are attached here.
                problems.extend(cx.problems.into_iter().map(|p| p.sourced(&cx.sources)));
                if problems.len() > MAX_PROBLEMS {
                    break;
                }
            }
        }
    }
    if problems.is_empty() {
        Ok(scenarios)
    } else {
        Err(ScenarioError::new(path, problems))
    }
}

/// The file with the values of one combination; `matrix:` itself stays as it is.
fn fill_root(root: &Node, env: &param::Env, budget: &mut usize) -> Result<Node, Problem> {
    let Value::Mapping(entries) = &root.value else {
        return Ok(root.clone());
    };
    let entries = entries
        .iter()
        .filter(|(k, _)| k.text() != Some("matrix"))
        .map(|(k, v)| Ok((k.clone(), param::substitute(v, env, budget)?)))
        .collect::<Result<_, Box<Problem>>>()
        .map_err(|p| *p)?;
    Ok(Node {
        value: Value::Mapping(entries),
        span: root.span,
    })
}

/// Reads one combination; with it the number of steps read so far.
fn one(
    mut root: Node,
    path: &Path,
    mut cx: Cx,
    loader: &Loader,
    matrix: &Matrix,
    combination: &[(String, Node)],
) -> Result<(Scenario, usize), Cx> {
    cx.names.matrix.clone_from(&matrix.names);
    cx.key = "";
    let Value::Mapping(entries) = &mut root.value else {
        cx.say(
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
        return Err(cx);
    };
    // What `steps` captures is known in `finally`, wherever that is written.
    entries.sort_by_key(|(k, _)| k.text() == Some("finally"));
    let gathered = gather(&root, path, &mut cx, loader);
    let world = gathered.and_then(|g| read_world(g, &mut cx));
    cx.key = "";
    let draft = match (&world, root.get("steps").is_some()) {
        // Without a world every name in the steps would be unknown: only its problems are told.
        (None, true) => None,
        _ => Map::<ScenarioKeys>::read(&root, &mut cx),
    };
    unused_groups(&mut cx);
    let (Some(world), Some(draft), true) = (world, draft, cx.problems.is_empty()) else {
        return Err(cx);
    };
    let mut name = draft.name;
    if !combination.is_empty() && !names_every_value(&root, combination) {
        let values: Vec<_> = combination.iter().filter_map(|(_, v)| v.text()).collect();
        name.value = format!("{} [{}]", name.value, values.join(", "));
    }
    let (skip, skip_when) = match draft.skip {
        Some(s) => (Some(s.reason), s.when),
        None => (None, SkipWhen::Always),
    };
    let steps = cx.steps;
    let scenario = Scenario {
        name,
        description: draft.description,
        tags: draft.tags,
        skip,
        skip_when,
        engine: draft.engine,
        needs: draft.needs,
        seed: draft.seed,
        timeout: draft.timeout.unwrap_or(DEFAULT_TIMEOUT),
        matrix: Matrix::texts(combination),
        world,
        steps: draft.steps,
        finally: draft.finally,
        sources: cx.sources,
    };
    Ok((scenario, steps))
}

/// Whether the name written in the file holds every value of the combination.
fn names_every_value(root: &Node, combination: &[(String, Node)]) -> bool {
    let name = root
        .get("scenario")
        .and_then(Node::text)
        .unwrap_or_default();
    combination
        .iter()
        .all(|(_, v)| v.text().is_some_and(|t| name.contains(t)))
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
    cx.names.devices = keys("devices");
    cx.names.components = keys("components");
    cx.names.services = keys("services");
    cx.names.sites = keys("sites");
    if cx.names.sites.is_empty() {
        cx.names.sites.push("default".to_owned());
    }
    cx.key = "world";
    Map::<WorldKeys>::read(&node, cx)
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

/// A YAML error as a problem of file `file`.
pub(crate) fn yaml_problem(error: &YamlError, file: FileId) -> Problem {
    let place = |s: crate::yaml::Span| Span {
        file,
        offset: s.start,
        len: s.len,
        line: s.line,
        column: s.column,
    };
    let mut problem = Problem::new("scenario::yaml", error.message.clone()).at(place(error.span));
    problem = problem.maybe_help(error.help.clone());
    if let Some(first) = error.first {
        problem = problem.label("again").related("first", place(first));
    }
    problem
}
