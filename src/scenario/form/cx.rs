//! What a reader carries along: the names known so far and the problems found.

use super::super::error::{MAX_PROBLEMS, Problem};
use super::super::group::Group;
use super::super::model::Source;
use super::super::span::Span;
use super::super::text::{self, FillError, Piece};
use super::super::tree::Node;
use crate::yaml::nearest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most steps of one file: of all combinations of its matrix, those of expanded groups included.
pub(crate) const MAX_STEPS: usize = 20_000;

/// Names that stand for something in this scenario.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub devices: Vec<String>,
    /// Those of them that are Windows; empty until the world is read.
    pub windows: Vec<String>,
    /// Those of them that are macOS; empty until the world is read.
    pub macos: Vec<String>,
    pub sites: Vec<String>,
    /// Of the account and of the ComStore.
    pub components: Vec<String>,
    /// Those of them that are of the ComStore.
    pub comstore: Vec<String>,
    /// Other accounts than the scenario's own.
    pub accounts: Vec<String>,
    pub services: Vec<String>,
    /// Monitors of the world's policies, as `policy/monitor`; empty until the world is read.
    pub monitors: Vec<String>,
    /// Those whose policy targets nothing but devices by name, with these devices.
    pub bound: Vec<(String, Vec<String>)>,
    /// The world has a PSA.
    pub psa: bool,
    /// Keys of the responses that the policies' monitors have: `ticket`, `email` ...
    pub responses: Vec<&'static str>,
    /// Who can call the REST API: users and other accounts.
    pub users: Vec<String>,
    /// Captured by the steps read so far.
    pub captures: Vec<String>,
    pub matrix: Vec<String>,
    /// Parameters of the group that is being expanded.
    pub params: Vec<String>,
}

/// The reader's state.
pub(crate) struct Cx {
    /// File 0 is the scenario file.
    pub sources: Vec<Source>,
    pub names: Names,
    pub groups: BTreeMap<String, Group>,
    /// Where each group is named.
    pub group_places: Vec<(String, Span)>,
    /// Groups being expanded, outermost first.
    pub open_groups: Vec<String>,
    /// Groups that a step used.
    pub used_groups: Vec<String>,
    /// The world is being read: its texts are taken as they are, before anything has a value.
    pub in_world: bool,
    /// Only the world is wanted: the file needs no steps.
    pub world_only: bool,
    /// A `parallel` is being read.
    pub in_parallel: bool,
    /// A step explores how its runs overlap.
    pub explored: bool,
    /// Steps read so far.
    pub steps: usize,
    /// Bytes that substitution may still produce.
    pub fill_budget: usize,
    /// The key whose value is being read, for messages.
    pub key: &'static str,
    pub problems: Vec<Problem>,
}

impl Cx {
    pub(crate) fn new(sources: Vec<Source>, fill_budget: usize) -> Self {
        Cx {
            sources,
            names: Names::default(),
            groups: BTreeMap::new(),
            group_places: Vec::new(),
            open_groups: Vec::new(),
            used_groups: Vec::new(),
            in_world: false,
            world_only: false,
            in_parallel: false,
            explored: false,
            steps: 0,
            fill_budget,
            key: "",
            problems: Vec::new(),
        }
    }

    /// Notes a problem.
    pub(crate) fn say(&mut self, problem: Problem) {
        // Some more than are told are kept, so that sorting by place shows the first ones.
        if self.problems.len() < MAX_PROBLEMS * 4 {
            self.problems.push(problem);
        }
    }

    /// Notes a problem and gives `None`.
    pub(crate) fn fail<T>(&mut self, problem: Problem) -> Option<T> {
        self.say(problem);
        None
    }

    /// The value is of another type than `expected`.
    pub(crate) fn wrong<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        if let Some(text) = node.text()
            && text.contains("${")
            && !self.check_fill(text, node.span)
        {
            return None;
        }
        let found = node.shown();
        let head = if self.key.is_empty() {
            String::new()
        } else {
            format!("`{}`: ", self.key)
        };
        let mut problem = Problem::new(
            "scenario::wrong-type",
            format!("{head}expected {expected}, found {found}"),
        )
        .at(node.span)
        .label(format!("expected {expected}"));
        if node.is_null() {
            problem = problem.help("nothing is written here; an empty text is written ''");
        } else if let Some(scalar) = node.scalar() {
            problem = problem.maybe_help(scalar.trap().map(str::to_owned));
        }
        self.fail(problem)
    }

    /// A name that is not among the known ones.
    pub(crate) fn unknown(&mut self, what: &str, name: &str, span: Span, known: &[String]) {
        let mut problem = Problem::new(
            "scenario::unknown-name",
            format!("there is no {what} `{name}` in this scenario"),
        )
        .at(span)
        .label(format!("no such {what}"));
        problem = problem.help(known_names(what, name, known));
        self.say(problem);
    }

    /// Checks the `${...}` of a text that is filled in at run time; `false` if something is wrong.
    pub(crate) fn check_fill(&mut self, text: &str, span: Span) -> bool {
        if !text.contains("${") {
            return true;
        }
        let parts = match text::pieces(text) {
            Ok(parts) => parts,
            Err(FillError::Unclosed { .. }) if self.in_world => return true,
            Err(FillError::Unclosed { at }) => {
                let span = self.inside(span, text, at, 2);
                return self
                    .fail(
                        Problem::new("scenario::text", "`${` is never closed by `}`")
                            .at(span)
                            .label("opened here")
                            .help("close it, or write `$${` for a literal `${`"),
                    )
                    .unwrap_or(false);
            }
            Err(FillError::Unknown { .. }) => return false,
        };
        let mut good = true;
        for part in parts {
            let Piece::Name { name, at } = part else {
                continue;
            };
            let known = self.known_value(name);
            let span = self.inside(span, text, at, name.len() + 3);
            if self.in_world && !name.starts_with("param.") && !name.starts_with("matrix.") {
                // A script's own `${HOME}` is fine here; what looks like a value of the run is not.
                if known.is_ok() {
                    good = false;
                    self.say(
                        Problem::new(
                            "scenario::text",
                            format!("`${{{name}}}` is not filled in here"),
                        )
                        .at(span)
                        .help("the world is made before the run has values; use it in a step, such as `device: ..., write: ...`"),
                    );
                }
            } else if let Err(help) = known {
                good = false;
                let mut problem = Problem::new(
                    "scenario::unknown-value",
                    format!("`${{{name}}}` stands for nothing here"),
                )
                .at(span)
                .label("no value of this name")
                .help(help);
                problem.about = Some(name.to_owned());
                self.say(problem);
            }
        }
        good
    }

    /// Whether `${name}` will have a value; else how to mend it.
    fn known_value(&self, name: &str) -> Result<(), String> {
        let names = &self.names;
        if let Some(param) = name.strip_prefix("param.") {
            return Err(if names.params.is_empty() {
                "there are no parameters here: they belong to groups and included files".to_owned()
            } else {
                known_names("parameter", param, &names.params)
            });
        }
        if let Some(axis) = name.strip_prefix("matrix.") {
            return Err(if names.matrix.is_empty() {
                "this scenario has no `matrix:`".to_owned()
            } else {
                known_names("key of `matrix`", axis, &names.matrix)
            });
        }
        if matches!(
            name,
            "seed" | "account.uid" | "scenario.dir" | "platform.url" | "platform.host"
        ) {
            return Ok(());
        }
        if let Some(rest) = name.strip_prefix("user.") {
            let (key, field) = rest.split_once('.').unwrap_or((rest, ""));
            if !names.users.iter().any(|u| u == key) {
                return Err(known_names("user", key, &names.users));
            }
            return match field {
                "key" | "secret" | "name" => Ok(()),
                _ => Err(format!(
                    "a user has `${{user.{key}.key}}`, `${{user.{key}.secret}}` and `${{user.{key}.name}}`"
                )),
            };
        }
        if let Some(rest) = name.strip_prefix("site.") {
            let (key, field) = rest.split_once('.').unwrap_or((rest, ""));
            if !names.sites.iter().any(|s| s == key) {
                return Err(known_names("site", key, &names.sites));
            }
            return match field {
                "uid" | "name" => Ok(()),
                _ => Err(format!(
                    "a site has `${{site.{key}.uid}}` and `${{site.{key}.name}}`"
                )),
            };
        }
        if let Some((device, field)) = name.split_once('.') {
            let component = names.components.iter().any(|c| c == device);
            if component && matches!(field, "uid" | "name") {
                return Ok(());
            }
            if !names.devices.iter().any(|d| d == device) {
                if component {
                    return Err(format!(
                        "a component has `${{{device}.uid}}` and `${{{device}.name}}`"
                    ));
                }
                return Err(known_names("device", device, &names.devices));
            }
            let udf = field
                .strip_prefix("udf.")
                .and_then(|n| n.parse::<u16>().ok());
            return if matches!(field, "uid" | "hostname" | "description" | "mac")
                || udf.is_some_and(|n| (1..=300).contains(&n))
            {
                Ok(())
            } else {
                Err(format!(
                    "a device has `uid`, `hostname`, `description`, `mac` and `udf.1` to `udf.300`, such as `${{{device}.uid}}`"
                ))
            };
        }
        if names.captures.iter().any(|c| c == name) {
            return Ok(());
        }
        let mut help = match nearest(name, names.captures.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `${{{near}}}`? "),
            None => String::new(),
        };
        if names.captures.is_empty() {
            help.push_str("nothing is captured before this place");
        } else {
            help.push_str(&format!(
                "captured before this place: {}",
                list(&names.captures)
            ));
        }
        help.push_str(&format!(
            "; for the shell's own variable, or any literal `${{`, write `$${{{name}}}`"
        ));
        Err(help)
    }

    /// A step captured `name`: from here on it can be used.
    pub(crate) fn captured(&mut self, name: &str) {
        for problem in &mut self.problems {
            if problem.about.as_deref() == Some(name) {
                problem.help = Some(format!(
                    "`{name}` is captured only by a later step; move this step behind it"
                ));
            }
        }
        if !self.names.captures.iter().any(|c| c == name) {
            self.names.captures.push(name.to_owned());
        }
    }

    /// The place of a part of a scalar's text, where the text stands in the file as it is.
    pub(crate) fn inside(&self, span: Span, text: &str, at: usize, len: usize) -> Span {
        let Some(source) = self.sources.get(span.file as usize) else {
            return span;
        };
        let end = (span.offset + span.len).min(source.text.len());
        let Some(slice) = source.text.get(span.offset..end) else {
            return span;
        };
        let part = text.get(at..at + len).unwrap_or_default();
        let found = match slice.find(text) {
            Some(start) => Some(start + at),
            None if slice.matches(part).count() == 1 => slice.find(part),
            None => None,
        };
        let Some(found) = found else {
            return span;
        };
        let before = &slice[..found];
        let lines = before.matches('\n').count();
        let column = match before.rfind('\n') {
            Some(nl) => before[nl + 1..].chars().count() + 1,
            None => span.column + before.chars().count(),
        };
        Span {
            file: span.file,
            offset: span.offset + found,
            len,
            line: span.line + lines,
            column,
        }
    }

    /// Resolves a path against the folder of the file it stands in.
    pub(crate) fn resolve(&self, path: &str, span: Span) -> PathBuf {
        let folder = self
            .sources
            .get(span.file as usize)
            .and_then(|s| s.path.parent())
            .unwrap_or(Path::new(""));
        folder.join(path)
    }
}

/// "did you mean ...? known: ..." for a name that is not known.
pub(crate) fn known_names(what: &str, name: &str, known: &[String]) -> String {
    let near = nearest(name, known.iter().map(String::as_str))
        .map(|n| format!("did you mean `{n}`? "))
        .unwrap_or_default();
    if known.is_empty() {
        format!("the scenario has no {what}")
    } else {
        format!("{near}known: {}", list(known))
    }
}

/// Names in backquotes, the first twenty of them.
pub(crate) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let mut out = names
        .iter()
        .take(20)
        .map(|n| format!("`{}`", n.as_ref()))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > 20 {
        out.push_str(&format!(" and {} more", names.len() - 20));
    }
    out
}
