//! The account's variables as a CSV file: download, edit, upload.
//!
//! The platform's own columns are not public. Ours are `site,name,value,masked`: an empty site is
//! the account.

use super::csv::{self, Field, Reader};
use super::state::{MASK, State, Variable};
use crate::rmm::api_knobs::ApiMaskedValues;
use crate::rmm::event::{Origin, What};
use crate::rmm::portal::{
    NOT_IN_NAMES, NOT_IN_VALUES, VARIABLE_NAME_MAX, VARIABLE_VALUE_MAX, held,
};
use std::collections::{BTreeMap, HashMap};

pub use super::csv::LineError;

/// The first line.
pub const COLUMNS: &str = "site,name,value,masked";

/// Most errors told of one file: reading ends with the last of them.
pub const ERRORS_MAX: usize = 100;

/// Every variable of the account and its sites, one on a line, with the columns in the first line.
///
/// A site is written by its name, or by its uid where the name does not tell which site is meant.
/// Masked values are stars, unless the knob makes them readable.
pub fn download(state: &State, masked: ApiMaskedValues) -> String {
    let mut out = format!("{COLUMNS}\r\n");
    rows(&mut out, None, &state.variables, masked);
    let names = Names::of(state);
    for (key, site) in state.sites.iter() {
        let told = match names.find(state, &site.name) {
            Ok(found) if found == key => &site.name,
            _ => &site.uid,
        };
        rows(&mut out, Some(told), &site.variables, masked);
    }
    out
}

fn rows(
    out: &mut String,
    site: Option<&str>,
    variables: &BTreeMap<String, Variable>,
    masked: ApiMaskedValues,
) {
    for (name, variable) in variables {
        if let Some(site) = site {
            csv::push(out, site);
        }
        out.push(',');
        csv::push(out, name);
        out.push(',');
        csv::push(out, variable.shown(masked));
        out.push_str(if variable.masked {
            ",true\r\n"
        } else {
            ",false\r\n"
        });
    }
}

/// What an upload changes: all of the file, or nothing of it.
///
/// A site is told by its key, uid or name. A line without a value deletes its variable (`""` sets
/// an empty value); a masked variable keeps its value where the line has none or the stars that a
/// download shows, and is deleted only by a line whose `masked` is `false`. Where `masked` is empty
/// it stays as it is. What a line leaves as it was makes no event; variables without a line stay.
///
/// # Errors
/// What is wrong with which lines, at most [`ERRORS_MAX`] of them.
pub fn upload(state: &State, text: &str) -> Result<Vec<What>, Vec<LineError>> {
    let names = Names::of(state);
    let (mut events, mut errors) = (Vec::new(), Vec::new());
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    for (n, record) in Reader::new(text).enumerate() {
        let done = record.and_then(|fields| match n == 0 && is_header(&fields) {
            true => Ok(None),
            false => line(state, &names, &fields, &mut seen),
        });
        match done {
            Ok(event) => events.extend(event),
            Err(error) => errors.push(error),
        }
        if errors.len() == ERRORS_MAX {
            break;
        }
    }
    if errors.is_empty() {
        Ok(events)
    } else {
        Err(errors)
    }
}

fn is_header(fields: &[Field]) -> bool {
    let told: Vec<_> = fields.iter().map(|f| f.text.trim()).collect();
    told.join(",").eq_ignore_ascii_case(COLUMNS)
}

/// Sites by name, with how many have it.
struct Names<'s>(HashMap<&'s str, (&'s str, usize)>);

impl<'s> Names<'s> {
    fn of(state: &'s State) -> Names<'s> {
        let mut names: HashMap<&str, (&str, usize)> = HashMap::new();
        for (key, site) in state.sites.iter() {
            names.entry(&site.name).or_insert((key, 0)).1 += 1;
        }
        Names(names)
    }

    /// The key of the site that a text tells; else what is wrong and how to mend it.
    fn find(&self, state: &'s State, text: &str) -> Result<&'s str, (String, &'static str)> {
        if let Some((key, _)) = state
            .sites
            .by_key(text)
            .or_else(|| state.sites.by_uid(text))
        {
            return Ok(key);
        }
        match self.0.get(text) {
            Some((key, 1)) => Ok(key),
            Some((_, many)) => Err((
                format!("{many} sites have the name {text}"),
                "write the uid of the one that is meant",
            )),
            None => Err((
                format!("there is no site {text}"),
                "write the key, uid or name of a site, or nothing for the account",
            )),
        }
    }
}

fn line(
    state: &State,
    names: &Names<'_>,
    fields: &[Field],
    seen: &mut HashMap<(String, String), usize>,
) -> Result<Option<What>, LineError> {
    let [site, name, value, masked] = fields else {
        let first = fields.first().map_or((1, 1), |f| (f.line, f.column));
        return Err(LineError {
            line: first.0,
            column: first.1,
            problem: match fields.len() {
                1 => "1 field instead of 4".into(),
                n => format!("{n} fields instead of 4"),
            },
            help: format!(
                "the columns are {COLUMNS}; a field with a comma or a quote stands in double quotes"
            ),
        });
    };
    let (scope, variables) = match site.text.as_str() {
        "" => ("account".to_owned(), &state.variables),
        told => {
            let key = names
                .find(state, told)
                .map_err(|(problem, help)| wrong(site, problem, help))?;
            let row = state.sites.get(key);
            let row =
                row.ok_or_else(|| wrong(site, format!("there is no site {told}"), "upload again"))?;
            (format!("site:{key}"), &row.variables)
        }
    };
    if name.text.is_empty() {
        return Err(wrong(
            name,
            "the name is empty",
            "write the variable's name",
        ));
    }
    if let Some(before) = seen.insert((scope.clone(), name.text.clone()), name.line) {
        return Err(wrong(
            name,
            format!("line {before} is about this variable already"),
            "keep one of the two lines",
        ));
    }
    let old = variables.get(&name.text);
    let masked = flag(masked)?;
    let new = change(value, masked, old)?;
    if let Some((Some(_), _)) = &new {
        settable(name, value)?;
    }
    Ok(new.map(|(value, masked)| What::VariableSet {
        scope,
        name: name.text.clone(),
        value,
        masked,
        origin: Origin::Portal,
    }))
}

/// Refuses a name or value that no variable can have; one that is there already can be left as it
/// is, or deleted.
fn settable(name: &Field, value: &Field) -> Result<(), LineError> {
    carried(name, NOT_IN_NAMES)?;
    carried(value, NOT_IN_VALUES)?;
    match name.text.chars().count() {
        0..=VARIABLE_NAME_MAX => Ok(()),
        chars => Err(wrong(
            name,
            format!("the name has {chars} characters"),
            format!("a name has at most {VARIABLE_NAME_MAX}"),
        )),
    }
}

/// Refuses a text that no script's environment can carry.
fn carried(field: &Field, without: &[char]) -> Result<(), LineError> {
    match held(&field.text, without) {
        None => Ok(()),
        Some(what) => Err(wrong(
            field,
            format!("it holds {what}"),
            "leave it out: no script's environment can carry it",
        )),
    }
}

/// Whether the value is masked; none for a field with nothing in it.
fn flag(field: &Field) -> Result<Option<bool>, LineError> {
    match field.text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        "" => Ok(None),
        _ => Err(wrong(
            field,
            format!("masked is true or false, not {}", shown(&field.text)),
            "write true, false or nothing",
        )),
    }
}

/// The value and mask that a line sets; none where it leaves the variable as it was.
fn change(
    field: &Field,
    told: Option<bool>,
    old: Option<&Variable>,
) -> Result<Option<(Option<String>, bool)>, LineError> {
    let value = field.text.as_str();
    let was_masked = old.is_some_and(|v| v.masked);
    let masked = told.unwrap_or(was_masked);
    if masked && (value.is_empty() || value == MASK) {
        return match was_masked {
            true => Ok(None),
            false => Err(wrong(
                field,
                "a masked variable that is not there yet needs a value",
                "write its value",
            )),
        };
    }
    if was_masked && value == MASK {
        return Err(wrong(
            field,
            "the value is the stars of a masked variable, but masked is false",
            "write the value, or true in the column masked",
        ));
    }
    if value.is_empty() && !field.quoted {
        return Ok(old.map(|_| (None, masked)));
    }
    let chars = value.chars().count();
    if chars > VARIABLE_VALUE_MAX {
        return Err(wrong(
            field,
            format!("the value has {chars} characters"),
            format!("a value has at most {VARIABLE_VALUE_MAX}"),
        ));
    }
    let same = old.is_some_and(|v| v.value == value && v.masked == masked);
    Ok((!same).then(|| (Some(value.to_owned()), masked)))
}

fn wrong(field: &Field, problem: impl Into<String>, help: impl Into<String>) -> LineError {
    LineError {
        line: field.line,
        column: field.column,
        problem: problem.into(),
        help: help.into(),
    }
}

/// A foreign text, cut for a message.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests;
