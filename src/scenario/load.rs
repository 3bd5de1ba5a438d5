//! From files to scenarios.

use super::assemble::{Chosen, combination};
use super::error::{MAX_PROBLEMS, Problem, ScenarioError};
use super::form::{Cx, Form};
use super::matrix::{Matrix, MatrixForm};
use super::model::{Scenario, Source};
use super::param;
use super::span::{FileId, Span};
use super::tree::{Node, Value};
use crate::yaml::YamlError;
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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

type Loaded = Result<Vec<Scenario>, ScenarioError>;

/// Keeps included files, so that each is read once.
#[derive(Debug, Default)]
pub(crate) struct Loader {
    cache: Mutex<HashMap<PathBuf, Cached>>,
    /// Only worlds are wanted: files need no steps.
    world_only: bool,
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

/// As [`load_path`], for a file whose world alone is wanted: it needs no steps.
///
/// # Errors
/// As [`load_path`].
pub fn load_world(path: &Path) -> Result<Vec<Scenario>, ScenarioError> {
    let loader = Loader {
        world_only: true,
        ..Loader::default()
    };
    load_with(path, &loader)
}

/// Loads files in parallel on at most `threads` threads. Scenarios and errors come in the order of
/// `paths`; a name that several scenarios have is an error of the later file.
pub fn load_all(paths: &[PathBuf], threads: usize) -> (Vec<Scenario>, Vec<ScenarioError>) {
    let loader = Loader::default();
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Loaded)>> = Mutex::new(Vec::with_capacity(paths.len()));
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
    let source = Source {
        path: path.to_owned(),
        text: text.clone(),
    };
    let mut cx = Cx::new(vec![source.clone()], FILL_BUDGET);
    cx.world_only = loader.world_only;
    let root = match crate::yaml::parse(&text) {
        Ok(node) => Node::adopt(node, 0),
        Err(error) => {
            cx.say(yaml_problem(&error, 0));
            return Err(failed(path, cx));
        }
    };
    let Some(node) = root.get("matrix") else {
        let alone = Chosen {
            values: &[],
            named: true,
        };
        return match combination(root, path, &mut cx, loader, alone) {
            Some(scenario) => Ok(vec![scenario]),
            None => Err(failed(path, cx)),
        };
    };
    cx.key = "matrix";
    let Some(matrix) = MatrixForm::read(node, &mut cx) else {
        return Err(failed(path, cx));
    };
    let name = root
        .get("scenario")
        .and_then(Node::text)
        .unwrap_or_default();
    let named = |axis: &String| name.contains(&format!("${{matrix.{axis}}}"));
    let named = matrix.names.iter().all(named);
    let mut scenarios = Vec::with_capacity(matrix.combinations.len());
    let mut problems = Vec::new();
    for values in &matrix.combinations {
        // The budgets are those of the whole file; all else is read anew.
        let (steps, budget) = (cx.steps, cx.fill_budget);
        cx = Cx::new(vec![source.clone()], budget);
        cx.world_only = loader.world_only;
        cx.steps = steps;
        cx.names.matrix.clone_from(&matrix.names);
        let read = match fill_root(&root, &Matrix::env(values), &mut cx.fill_budget) {
            Ok(filled) => combination(filled, path, &mut cx, loader, Chosen { values, named }),
            Err(problem) => cx.fail(*problem),
        };
        match read {
            Some(scenario) => scenarios.push(scenario),
            None => {
                // Files are numbered anew for each combination, so the texts are attached here.
                let told = std::mem::take(&mut cx.problems);
                problems.extend(told.into_iter().map(|p| p.sourced(&cx.sources)));
            }
        }
        if problems.len() > MAX_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() {
        Ok(scenarios)
    } else {
        Err(ScenarioError::new(path, problems))
    }
}

/// The problems found, as the error of the file.
fn failed(path: &Path, cx: Cx) -> ScenarioError {
    let problems = cx.problems.into_iter().map(|p| p.sourced(&cx.sources));
    ScenarioError::new(path, problems.collect())
}

/// The file with the values of one combination; `matrix:` itself stays as it is.
fn fill_root(root: &Node, env: &param::Env, budget: &mut usize) -> Result<Node, Box<Problem>> {
    let Value::Mapping(entries) = &root.value else {
        return Ok(root.clone());
    };
    let entries = entries
        .iter()
        .filter(|(k, _)| k.text() != Some("matrix"))
        .map(|(k, v)| Ok((k.clone(), param::substitute(v, env, budget)?)))
        .collect::<Result<_, Box<Problem>>>()?;
    Ok(Node {
        value: Value::Mapping(entries),
        span: root.span,
    })
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
