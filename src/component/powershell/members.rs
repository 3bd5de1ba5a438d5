//! Methods and properties that .NET or PowerShell's objects have in 7 and not in 5.1, as far as what is
//! written tells them.

use super::aliases::full_name;
use super::newer::{Table, When};
use super::reader::Script;
use super::{Raw, Reach, arguments};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// `members` of `powershell/newer.json`.
#[derive(Deserialize)]
pub(super) struct Members {
    pub methods: ByType,
    pub properties: ByType,
    pub calls: Vec<Call>,
    pub of_objects: Vec<OfObject>,
}

/// Names after `[type]::`, by the type's full name.
#[derive(Deserialize)]
pub(super) struct ByType {
    error_id: Option<String>,
    message_51: String,
    pub by_type: BTreeMap<String, Vec<String>>,
}

/// A method that both have, called in a way that 5.1 does not know.
#[derive(Deserialize)]
pub(super) struct Call {
    pub what: String,
    /// None: a method of an object.
    #[serde(rename = "type")]
    of: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    counts: Vec<usize>,
    /// `text`: the first argument is a text of several characters.
    first: Option<String>,
    /// One of these is in the last argument; in lower case.
    #[serde(default)]
    last: Vec<String>,
    error_id: Option<String>,
    #[serde(default)]
    message_51: String,
    pub when: Option<When>,
    pub unchecked: Option<String>,
}

/// A property of objects that only some command or type gives.
#[derive(Deserialize)]
pub(super) struct OfObject {
    pub name: String,
    /// The script calls it.
    of_command: Option<String>,
    /// The script holds it; in lower case.
    with: Option<String>,
    without: Option<String>,
    #[serde(default)]
    message_51: String,
    pub unchecked: Option<String>,
}

/// Commands whose words name properties.
const NAME_PROPERTIES: &[&str] = &[
    "Select-Object",
    "Where-Object",
    "Sort-Object",
    "Group-Object",
    "ForEach-Object",
    "Format-List",
    "Format-Table",
];

pub(super) fn findings(text: &str, script: &Script, table: &Table) -> Vec<Raw> {
    let mut out = Vec::new();
    let members = &table.members;
    for (at, name) in &script.members {
        let after = at + name.len();
        let called = text.get(after..).is_some_and(|r| r.starts_with('('));
        let of = arguments::type_before(text, *at);
        if let Some(written) = of {
            let group = if called {
                &members.methods
            } else {
                &members.properties
            };
            out.extend(of_type(group, called, written, (*at, name)));
        }
        let calls = members.calls.iter().filter(|c| {
            called && c.unchecked.is_none() && c.name.eq_ignore_ascii_case(name) && c.is_of(of)
        });
        for call in calls {
            let given = arguments::of(text, after);
            if let Some(given) = given.filter(|g| call.fits(g)) {
                out.push(call.told((*at, name), given.len()));
            }
        }
    }
    of_objects(text, script, members, &mut out);
    counts(text, script, &mut out);
    out
}

fn of_type(group: &ByType, called: bool, written: &str, (at, name): (usize, &str)) -> Option<Raw> {
    let is = |(of, names): &(&String, &Vec<String>)| {
        arguments::is_type(written, of) && names.iter().any(|n| n.eq_ignore_ascii_case(name))
    };
    let (of, _) = group.by_type.iter().find(is)?;
    Some(Raw {
        start: at,
        end: at + name.len(),
        what: format!("[{of}]::{name}"),
        message: group
            .message_51
            .replace("{type}", of)
            .replace("{name}", name),
        error_id: group.error_id.clone(),
        reach: if called { Reach::Fails } else { Reach::Silent },
    })
}

impl Call {
    fn is_of(&self, written: Option<&str>) -> bool {
        match (&self.of, written) {
            (None, None) => true,
            (Some(of), Some(written)) => arguments::is_type(written, of),
            _ => false,
        }
    }

    fn fits(&self, given: &[&str]) -> bool {
        let first = given.first().copied().unwrap_or_default();
        let last = given
            .last()
            .copied()
            .unwrap_or_default()
            .to_ascii_lowercase();
        self.counts.contains(&given.len())
            && (self.first.is_none() || is_text(first))
            && (self.last.is_empty() || self.last.iter().any(|l| last.contains(l)))
    }

    fn told(&self, (at, name): (usize, &str), count: usize) -> Raw {
        Raw {
            start: at,
            end: at + name.len(),
            what: self.what.clone(),
            message: self
                .message_51
                .replace("{name}", name)
                .replace("{count}", &count.to_string()),
            error_id: self.error_id.clone(),
            reach: match self.when {
                Some(When::Silent) => Reach::Silent,
                _ => Reach::Fails,
            },
        }
    }
}

/// A whole string of at least two characters; an escaped one counts once.
fn is_text(argument: &str) -> bool {
    let inner = ['\'', '"'].iter().find_map(|q| {
        let inner = argument.strip_prefix(*q)?.strip_suffix(*q)?;
        (!inner.contains(*q)).then_some(inner)
    });
    inner.is_some_and(|i| i.chars().filter(|c| *c != '`').count() > 1 && !i.contains('$'))
}

fn of_objects(text: &str, script: &Script, members: &Members, out: &mut Vec<Raw>) {
    let lower = text.to_ascii_lowercase();
    let called: BTreeSet<String> = script
        .commands
        .iter()
        .map(|c| full_name(&c.name).to_ascii_lowercase())
        .collect();
    for row in members.of_objects.iter().filter(|r| r.unchecked.is_none()) {
        let command = |c: &String| called.contains(&c.to_ascii_lowercase());
        let there = row.of_command.as_ref().is_none_or(command)
            && row.with.as_ref().is_none_or(|w| lower.contains(w))
            && !row.without.as_ref().is_some_and(|w| lower.contains(w));
        if !there {
            continue;
        }
        let is = |name: &str| name.eq_ignore_ascii_case(&row.name);
        let read = script
            .members
            .iter()
            .filter(|(_, n)| is(n))
            .map(|(at, _)| *at);
        let named = script.commands.iter().filter(|c| {
            let full = full_name(&c.name);
            NAME_PROPERTIES.iter().any(|n| n.eq_ignore_ascii_case(full))
                && c.words.iter().any(|(_, w)| is(w))
        });
        for at in read.chain(named.map(|c| c.at)) {
            out.push(Raw {
                start: at,
                end: at + 1,
                what: format!("the property {}", row.name),
                message: row.message_51.clone(),
                error_id: None,
                reach: Reach::Silent,
            });
        }
    }
}

/// `.Count` of a variable that may hold one PSCustomObject.
fn counts(text: &str, script: &Script, out: &mut Vec<Raw>) {
    let may_be: BTreeSet<String> = script
        .variables
        .iter()
        .filter(|(at, name)| gets_custom_object(text, *at, at + 1 + name.len()))
        .map(|(_, name)| name.to_ascii_lowercase())
        .collect();
    if may_be.is_empty() {
        return;
    }
    for (at, name) in &script.members {
        let asked = name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length");
        let before = text.get(..*at).and_then(|t| t.strip_suffix('.'));
        let Some(before) = before.filter(|_| asked) else {
            continue;
        };
        let place = script
            .variables
            .partition_point(|(variable, _)| *variable < before.len());
        let last = place.checked_sub(1).and_then(|i| script.variables.get(i));
        let Some((_, variable)) = last.filter(|(v, n)| v + 1 + n.len() == before.len()) else {
            continue;
        };
        if may_be.contains(&variable.to_ascii_lowercase()) {
            out.push(Raw {
                start: *at,
                end: at + name.len(),
                what: ".Count of one PSCustomObject".into(),
                message: format!("5.1 gives no error: where ${variable} is one PSCustomObject, its {name} is $null; put @( ) around what it is given"),
                error_id: None,
                reach: Reach::Silent,
            });
        }
    }
}

/// Whether a variable is given, in one line, what may be one PSCustomObject and is put into no array.
fn gets_custom_object(text: &str, start: usize, end: usize) -> bool {
    const LONGEST: usize = 300;
    const GIVE: &[&str] = &[
        "import-csv",
        "convertfrom-csv",
        "convertfrom-json",
        "select-object",
        "| select ",
    ];
    let typed = text
        .get(..start)
        .unwrap_or_default()
        .trim_end()
        .ends_with(']');
    let rest = text.get(end..).unwrap_or_default();
    let rest = arguments::at_most(rest, LONGEST);
    let Some(value) = rest.trim_start().strip_prefix('=').filter(|_| !typed) else {
        return false;
    };
    let value = value.split(['\n', ';']).next().unwrap_or_default();
    let value = value.trim_start().to_ascii_lowercase();
    if value.starts_with("[pscustomobject]") {
        return true;
    }
    let command =
        value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '\'' || c == '"');
    command
        && GIVE.iter().any(|g| value.contains(g))
        // One value, a number, an array or something else comes of these.
        && !["-expand", "'[", "measure", "@(", "-f ", "foreach", "% "].iter().any(|n| value.contains(n))
}
