//! `include:` - worlds and groups of other files.

use super::error::Problem;
use super::form::cx::{known_names, list};
use super::form::keys::{keys, plain};
use super::form::list::Many;
use super::form::path::FilePath;
use super::form::{Cx, Form, Gen, Map};
use super::group::{Group, Groups};
use super::load::Loader;
use super::merge;
use super::model::Source;
use super::param::{self, Args, Env, Parameter, Parameters};
use super::read::world::WorldKeys;
use super::span::{FileId, Spanned};
use super::text::{Piece, pieces};
use super::tree::{Node, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Deepest chain of includes.
const MAX_DEPTH: usize = 16;
/// Most files that one scenario takes in, each use counted.
const MAX_INCLUDES: usize = 256;

/// An entry of `include:` as it is read.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    file: Spanned<PathBuf>,
    with: Vec<(Spanned<String>, Node)>,
}

keys! {
    /// An included file with values of its parameters.
    EntryKeys ("include") => Entry {
        /// The file, relative to this one.
        must "file": FilePath => file,
        /// Values of its parameters.
        "with": Args => with,
    }
}
plain!(EntryKeys => Entry);

/// A path, or a mapping.
pub(crate) struct EntryForm;

impl Form for EntryForm {
    type Out = Entry;
    fn expected() -> Cow<'static, str> {
        "a path, or a mapping such as `{ file: ../shared/world.yaml, with: { region: eu } }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Entry> {
        match node.value {
            Value::Mapping(_) => Map::<EntryKeys>::read(node, cx),
            Value::Scalar(_) => FilePath::read(node, cx).map(|file| Entry {
                file,
                with: Vec::new(),
            }),
            Value::Sequence(_) => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let path = FilePath::schema(g);
        let keys = g.object::<EntryKeys>();
        json!({ "anyOf": [path, keys] })
    }
}

/// An included file as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    parameters: Vec<Parameter>,
    include: Vec<Entry>,
    world: Option<Node>,
    groups: Vec<(Spanned<String>, Group)>,
}

keys! {
    /// A file that scenarios include: without `scenario:`, it is not run by itself.
    IncludedKeys ("included-file") => Draft {
        /// Its parameters: names, or `{ name: default }`; `${param.name}` stands for the value.
        "parameters": Parameters => parameters,
        /// Files it includes itself.
        "include": Many<EntryForm> => include,
        /// A world, laid below that of the file that includes it: there each key of that file wins.
        "world": RawWorld => world,
        /// Named groups of steps.
        "groups": Groups => groups,
    }
}
plain!(IncludedKeys => Draft);

/// A world that is read once it is merged.
struct RawWorld;

impl Form for RawWorld {
    type Out = Node;
    fn expected() -> Cow<'static, str> {
        Map::<WorldKeys>::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Node> {
        match node.value {
            Value::Mapping(_) => Some(node.clone()),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        Map::<WorldKeys>::schema(g)
    }
}

/// What includes bring in.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub world: Option<Node>,
    pub groups: BTreeMap<String, (Spanned<String>, Group)>,
}

/// Follows includes.
pub(crate) struct Gatherer<'l> {
    loader: &'l Loader,
    /// Canonical paths from the scenario file down.
    chain: Vec<PathBuf>,
    count: usize,
}

impl<'l> Gatherer<'l> {
    pub(crate) fn new(loader: &'l Loader, scenario: PathBuf) -> Self {
        Gatherer {
            loader,
            chain: vec![scenario],
            count: 0,
        }
    }

    /// Takes in the files of `entries`; a later one wins over an earlier one.
    pub(crate) fn all(&mut self, entries: Vec<Entry>, cx: &mut Cx) -> Option<Gathered> {
        let mut out = Gathered::default();
        let mut good = true;
        for entry in entries {
            let Some(one) = self.one(&entry, cx) else {
                good = false;
                continue;
            };
            good &= lay_over(&mut out, one, cx);
        }
        good.then_some(out)
    }

    fn one(&mut self, entry: &Entry, cx: &mut Cx) -> Option<Gathered> {
        let place = entry.file.span;
        let shown = entry.file.value.display().to_string();
        self.count += 1;
        if self.chain.len() > MAX_DEPTH || self.count > MAX_INCLUDES {
            return cx.fail(
                Problem::new(
                    "scenario::too-deep",
                    format!(
                        "more than {MAX_DEPTH} includes deep, or more than {MAX_INCLUDES} includes"
                    ),
                )
                .at(place),
            );
        }
        let file = match self.loader.included(&entry.file.value) {
            Ok(file) => file,
            Err(why) => {
                return cx.fail(
                    Problem::new(
                        "scenario::unreadable",
                        format!("{shown} cannot be included: {why}"),
                    )
                    .at(place),
                );
            }
        };
        if self.chain.contains(&file.canonical) {
            let mut chain: Vec<String> = self.chain.iter().map(|p| file_name(p)).collect();
            chain.push(file_name(&file.canonical));
            return cx.fail(
                Problem::new("scenario::include-cycle", "this file includes itself")
                    .at(place)
                    .help(format!("{} in this order", list(&chain))),
            );
        }
        let id = file_id(&mut cx.sources, &entry.file.value, &file.text);
        let tree = match &file.tree {
            Ok(tree) => tree.in_file(id),
            Err(error) => return cx.fail(super::load::yaml_problem(error, id)),
        };
        if tree.get("scenario").is_some() {
            return cx.fail(
                Problem::new("scenario::include", format!("{shown} is a scenario itself"))
                    .at(place)
                    .help("move what both need into a file without `scenario:` and `steps:`"),
            );
        }
        let tree = self.filled(&tree, entry, &shown, cx)?;
        let draft = Map::<IncludedKeys>::read(&tree, cx)?;
        self.chain.push(file.canonical.clone());
        let below = self.all(draft.include, cx);
        self.chain.pop();
        let mut out = below?;
        let own = Gathered {
            world: draft.world,
            groups: draft
                .groups
                .into_iter()
                .map(|(name, group)| (name.value.clone(), (name, group)))
                .collect(),
        };
        out.groups.retain(|name, _| !own.groups.contains_key(name));
        lay_over(&mut out, own, cx).then_some(out)
    }

    /// The file with its parameters filled in; those of a group of the same name go before.
    fn filled(&self, tree: &Node, entry: &Entry, shown: &str, cx: &mut Cx) -> Option<Node> {
        let outer = std::mem::replace(&mut cx.key, "parameters");
        let declared = match tree.get("parameters") {
            Some(node) => Parameters::read(node, cx),
            None => Some(Vec::new()),
        };
        cx.key = outer;
        let declared = declared?;
        let env = param::bind(shown, &declared, &entry.with, entry.file.span, cx)?;
        let Value::Mapping(entries) = &tree.value else {
            return Some(tree.clone());
        };
        let names: Vec<String> = declared.iter().map(|p| p.name.value.clone()).collect();
        let before = cx.problems.len();
        let mut out = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let filled = match (key.text(), value.mapping()) {
                (Some("groups"), Some(groups)) => {
                    fill_groups(groups, &env, &names, cx).map(|groups| Node {
                        value: Value::Mapping(groups),
                        span: value.span,
                    })
                }
                (Some("parameters"), _) => Some(value.clone()),
                _ => {
                    let filled = fill(value, &env, cx);
                    if let Some(filled) = &filled {
                        check_left(filled, &names, cx);
                    }
                    filled
                }
            };
            out.push((key.clone(), filled?));
        }
        (cx.problems.len() == before).then_some(Node {
            value: Value::Mapping(out),
            span: tree.span,
        })
    }
}

fn fill(node: &Node, env: &Env, cx: &mut Cx) -> Option<Node> {
    match param::substitute(node, env, &mut cx.fill_budget) {
        Ok(filled) => Some(filled),
        Err(problem) => cx.fail(*problem),
    }
}

fn fill_groups(
    groups: &[(Node, Node)],
    env: &Env,
    names: &[String],
    cx: &mut Cx,
) -> Option<Vec<(Node, Node)>> {
    let mut out = Vec::with_capacity(groups.len());
    for (name, group) in groups {
        let own: Vec<String> = group
            .get("parameters")
            .and_then(Node::sequence)
            .unwrap_or_default()
            .iter()
            .filter_map(|p| match p.mapping() {
                Some([(key, _)]) => key.text(),
                _ => p.text(),
            })
            .map(str::to_owned)
            .collect();
        let mut rest = env.clone();
        for parameter in &own {
            rest.remove(&format!("param.{parameter}"));
        }
        let filled = fill(group, &rest, cx)?;
        let all: Vec<String> = own.iter().chain(names).cloned().collect();
        check_left(&filled, &all, cx);
        out.push((name.clone(), filled));
    }
    Some(out)
}

/// Tells of `${param.x}` that no declared parameter stands for.
fn check_left(node: &Node, names: &[String], cx: &mut Cx) {
    match &node.value {
        Value::Scalar(s) if s.text.contains("${param.") => {
            for piece in pieces(&s.text).unwrap_or_default() {
                if let Piece::Name { name, at } = piece
                    && let Some(param) = name.strip_prefix("param.")
                    && !names.iter().any(|n| n == param)
                {
                    let span = cx.inside(node.span, &s.text, at, name.len() + 3);
                    cx.say(
                        Problem::new(
                            "scenario::unknown-value",
                            format!("`${{{name}}}` stands for nothing here"),
                        )
                        .at(span)
                        .label("no value of this name")
                        .help(known_names("parameter", param, names)),
                    );
                }
            }
        }
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|i| check_left(i, names, cx)),
        Value::Mapping(entries) => {
            for (k, v) in entries {
                check_left(k, names, cx);
                check_left(v, names, cx);
            }
        }
    }
}

/// Lays `upper` over what is there; `false` when that was not possible.
pub(crate) fn lay_over(lower: &mut Gathered, upper: Gathered, cx: &mut Cx) -> bool {
    for (name, (key, group)) in upper.groups {
        if let Some((first, _)) = lower.groups.get(&name)
            && first.span != key.span
        {
            cx.say(
                Problem::new(
                    "scenario::duplicate",
                    format!("two included files have a group `{name}`"),
                )
                .at(key.span)
                .help("give one of them another name"),
            );
            return false;
        }
        lower.groups.insert(name, (key, group));
    }
    lower.world = match (lower.world.take(), upper.world) {
        (Some(theirs), Some(ours)) => match merge::worlds(ours, theirs) {
            Ok(world) => Some(world),
            Err(problem) => {
                cx.say(*problem);
                return false;
            }
        },
        (theirs, ours) => ours.or(theirs),
    };
    true
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}

/// The index of a file among the sources; the same file twice has one.
fn file_id(
    sources: &mut Vec<Source>,
    path: &std::path::Path,
    text: &std::sync::Arc<str>,
) -> FileId {
    let at = sources
        .iter()
        .position(|s| s.path == path)
        .unwrap_or_else(|| {
            sources.push(Source {
                path: path.to_owned(),
                text: text.clone(),
            });
            sources.len() - 1
        });
    FileId::try_from(at).unwrap_or(FileId::MAX)
}
