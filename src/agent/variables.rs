//! User variables of one job: which value wins, and in which form the script receives it.
//!
//! Precedence: the component level (the job's value, else the component's default) wins over the
//! site, the site over the account, even when the component-level value is empty `[O]`.

use super::note;
use crate::rmm::component::{Metadata, SelectionOption, Variable, VariableType};
use crate::rmm::event::Note;
use crate::rmm::knobs::{BooleanText, EmptyVariable, Knobs};
use std::collections::BTreeMap;

/// Longest `NAME=value` a Unix kernel takes in an environment, with its closing NUL (128 KiB).
const LONGEST_ENTRY: usize = 128 * 1024;

/// A value as somebody set it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scoped {
    pub value: String,
    /// Its text is a secret. The script receives it in plain text all the same `[I]`.
    pub masked: bool,
}

/// Everything that may give a variable its value, by name.
#[derive(Debug, Clone, Copy)]
pub struct Scopes<'a> {
    /// Values given with the job; each must be a variable the component declares.
    pub job: &'a BTreeMap<String, Scoped>,
    pub site: &'a BTreeMap<String, Scoped>,
    pub account: &'a BTreeMap<String, Scoped>,
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Job,
    ComponentDefault,
    Site,
    Account,
}

impl Source {
    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Source::Job => "the job",
            Source::ComponentDefault => "the component's default",
            Source::Site => "the site",
            Source::Account => "the account",
        }
    }
}

/// One variable as the script receives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    pub name: String,
    pub value: String,
    pub source: Source,
    pub masked: bool,
}

impl Resolved {
    /// Whether it reaches a Unix script under the knob for empty values.
    pub fn reaches(&self, knobs: &Knobs) -> bool {
        knobs.empty_variable == EmptyVariable::Set || !self.value.is_empty()
    }
}

/// All user variables of a job: declared ones in the component's order, then site's and account's
/// by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolution {
    pub variables: Vec<Resolved>,
    pub notes: Vec<Note>,
}

impl Resolution {
    /// The variables that reach a Unix script under the knob for empty values.
    pub fn reaching<'a>(&'a self, knobs: &Knobs) -> impl Iterator<Item = &'a Resolved> {
        self.variables.iter().filter(|v| v.reaches(knobs))
    }

    /// Values that must not be shown, in no particular order.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.variables
            .iter()
            .filter(|v| v.masked && !v.value.is_empty())
            .map(|v| v.value.as_str())
    }
}

/// Why the platform refuses a job's variables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    #[error("variable {name} is not one the component declares; {}", declared_words(.declared, .nearest))]
    Undeclared {
        name: String,
        declared: Vec<String>,
        nearest: Option<String>,
    },
    #[error("variable {name}: {value:?} is no {kind}; allowed: {allowed}")]
    NotConvertible {
        name: String,
        value: String,
        kind: &'static str,
        allowed: String,
    },
    #[error(
        "variable {name} (from {from}) cannot stand in an environment: {why}; rename it or change its value"
    )]
    Unusable {
        name: String,
        from: &'static str,
        why: String,
    },
    #[error("date_format {format:?} of variable {name} cannot be used: {why}; see strftime(3)")]
    DateFormat {
        name: String,
        format: String,
        why: String,
    },
}

fn declared_words(declared: &[String], nearest: &Option<String>) -> String {
    match (declared.is_empty(), nearest) {
        (true, _) => "it declares none".to_owned(),
        (false, Some(n)) => format!("did you mean {n}? It declares: {}", declared.join(", ")),
        (false, None) => format!("it declares: {}", declared.join(", ")),
    }
}

/// Resolves every variable of a job.
///
/// # Errors
/// A job variable the component does not declare, one whose text is not convertible to the
/// declared type (both as the platform's API document states), or one no environment can carry.
pub fn resolve(
    meta: &Metadata,
    scopes: Scopes<'_>,
    knobs: &Knobs,
) -> Result<Resolution, VariableError> {
    let mut declared: Vec<&Variable> = meta.variables.iter().collect();
    declared.sort_by_key(|v| v.idx);
    for name in scopes.job.keys() {
        if !declared.iter().any(|v| &v.name == name) {
            return Err(undeclared(name, &declared));
        }
    }
    let mut out = Resolution::default();
    for variable in &declared {
        if out.variables.iter().any(|v| v.name == variable.name) {
            // The first one counts; the package's reader has told of the second.
            continue;
        }
        component_level(variable, scopes, knobs, &mut out)?;
    }
    for (map, source) in [
        (scopes.site, Source::Site),
        (scopes.account, Source::Account),
    ] {
        for (name, scoped) in map {
            if !out.variables.iter().any(|v| &v.name == name) {
                out.variables.push(Resolved {
                    name: name.clone(),
                    value: scoped.value.clone(),
                    source,
                    masked: scoped.masked,
                });
            }
        }
    }
    for v in &out.variables {
        usable(v)?;
        // Of declared names the package's reader tells.
        if matches!(v.source, Source::Site | Source::Account) && !is_identifier(&v.name) {
            out.notes.push(note(
                "variable-name-not-identifier",
                format!("the variable {:?} (from {}) is not an identifier: a shell cannot read it as $NAME", v.name, v.source.word()),
                "use letters, digits and underscores only, not beginning with a digit",
            ));
        }
    }
    Ok(out)
}

fn component_level(
    variable: &Variable,
    scopes: Scopes<'_>,
    knobs: &Knobs,
    out: &mut Resolution,
) -> Result<(), VariableError> {
    let name = &variable.name;
    let (value, source, mut masked) = match scopes.job.get(name) {
        Some(given) => (
            convert(variable, &given.value, knobs)?,
            Source::Job,
            given.masked,
        ),
        None => (
            default_of(variable, knobs, &mut out.notes)?,
            Source::ComponentDefault,
            false,
        ),
    };
    let hidden = [
        (scopes.site, Source::Site),
        (scopes.account, Source::Account),
    ]
    .into_iter()
    .filter_map(|(map, s)| map.get(name).map(|v| (v, s)))
    .find(|(v, _)| !v.value.is_empty());
    if let Some((hidden, from)) = hidden {
        // The same text under a masked name elsewhere stays a secret.
        masked |= hidden.masked && hidden.value == value;
        if value.is_empty() {
            out.notes.push(note(
                "empty-component-value",
                format!(
                    "{} of variable {name} is empty and hides the value that {} sets: the script receives an empty text",
                    match source { Source::Job => "the job's value", _ => "the component's default" },
                    from.word(),
                ),
                format!("do not declare {name} in the component when site or account variables are to fill it, or give it a value in the job"),
            ));
        }
    }
    out.variables.push(Resolved {
        name: name.clone(),
        value,
        source,
        masked,
    });
    Ok(())
}

fn undeclared(name: &str, declared: &[&Variable]) -> VariableError {
    let nearest = declared
        .iter()
        .map(|v| {
            (
                strsim::damerau_levenshtein(&v.name.to_lowercase(), &name.to_lowercase()),
                v,
            )
        })
        .filter(|(d, _)| *d <= 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, v)| v.name.clone());
    VariableError::Undeclared {
        name: name.to_owned(),
        declared: declared.iter().map(|v| v.name.clone()).collect(),
        nearest,
    }
}

/// A job's value in the form the script receives.
fn convert(variable: &Variable, text: &str, knobs: &Knobs) -> Result<String, VariableError> {
    let refuse = |kind: &'static str, allowed: String| VariableError::NotConvertible {
        name: variable.name.clone(),
        value: text.to_owned(),
        kind,
        allowed,
    };
    match variable.kind {
        VariableType::String => Ok(text.to_owned()),
        VariableType::Boolean => {
            boolean(text, knobs).ok_or_else(|| refuse("boolean", "true, false".into()))
        }
        VariableType::Selection => match option(&variable.options, text) {
            Some(o) => Ok(o.value.clone()),
            None => Err(refuse(
                "option of the selection",
                options_words(&variable.options),
            )),
        },
        VariableType::Date if text.is_empty() => Ok(String::new()),
        VariableType::Date => match text.parse::<jiff::civil::Date>() {
            Ok(date) => format_date(&variable.name, date, knobs),
            Err(_) => Err(refuse("date", "an ISO date such as 2025-02-28".into())),
        },
    }
}

/// The component's own default in the form the script receives. What does not convert is passed
/// as it stands, with a note: the platform checks job values, not packages.
fn default_of(
    variable: &Variable,
    knobs: &Knobs,
    notes: &mut Vec<Note>,
) -> Result<String, VariableError> {
    if variable.default.is_empty() && option(&variable.options, "").is_none() {
        return Ok(String::new());
    }
    match convert(variable, &variable.default, knobs) {
        Err(VariableError::NotConvertible {
            name,
            value,
            kind,
            allowed,
        }) => {
            // The package's reader tells of the other types.
            if variable.kind == VariableType::Date {
                notes.push(note(
                "default-not-convertible",
                format!("the default {value:?} of variable {name} is no {kind}; the script receives it as it stands"),
                format!("use one of: {allowed}"),
            ));
            }
            Ok(value)
        }
        other => other,
    }
}

fn boolean(text: &str, knobs: &Knobs) -> Option<String> {
    let yes = match text.trim().to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => return None,
    };
    Some(
        match (knobs.boolean_text, yes) {
            (BooleanText::Lower, true) => "true",
            (BooleanText::Lower, false) => "false",
            (BooleanText::Capital, true) => "True",
            (BooleanText::Capital, false) => "False",
        }
        .to_owned(),
    )
}

/// The option with this name, else the one with this value.
fn option<'a>(options: &'a [SelectionOption], text: &str) -> Option<&'a SelectionOption> {
    options
        .iter()
        .find(|o| o.name == text)
        .or_else(|| options.iter().find(|o| o.value == text))
}

fn options_words(options: &[SelectionOption]) -> String {
    if options.is_empty() {
        return "none, the component declares no option".to_owned();
    }
    options
        .iter()
        .map(|o| {
            if o.name == o.value {
                format!("{:?}", o.name)
            } else {
                format!("{:?} (= {:?})", o.name, o.value)
            }
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn format_date(
    name: &str,
    date: jiff::civil::Date,
    knobs: &Knobs,
) -> Result<String, VariableError> {
    jiff::fmt::strtime::format(&knobs.date_format, date).map_err(|e| VariableError::DateFormat {
        name: name.to_owned(),
        format: knobs.date_format.clone(),
        why: e.to_string(),
    })
}

fn usable(v: &Resolved) -> Result<(), VariableError> {
    let why = if v.name.is_empty() {
        "its name is empty".to_owned()
    } else if v.name.contains(['=', '\0']) {
        "its name holds = or NUL".to_owned()
    } else if v.value.contains('\0') {
        "its value holds a NUL byte".to_owned()
    } else if v.name.len() + v.value.len() + 2 > LONGEST_ENTRY {
        format!(
            "name and value together are longer than {} bytes",
            LONGEST_ENTRY - 2
        )
    } else {
        return Ok(());
    };
    Err(VariableError::Unusable {
        name: v.name.escape_debug().to_string(),
        from: v.source.word(),
        why,
    })
}

fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
#[path = "variables_tests.rs"]
mod tests;
