//! Remarks on a component as a whole: what is legal and still surprises.

use super::error::note;
use super::{Component, body, powershell};
use crate::rmm::component::{Category, InstallType, Metadata, Variable, VariableType};
use crate::rmm::event::Note;
use std::collections::HashSet;

/// Everything worth telling beyond what the readers saw.
pub(super) fn remarks(component: &Component) -> Vec<Note> {
    let mut notes: Vec<Note> = component.icon.remark().into_iter().collect();
    notes.extend(body::remarks(
        &component.body,
        &component.metadata.install_type,
    ));
    if component.metadata.install_type == InstallType::Powershell {
        notes.extend(powershell::notes::newer(&powershell::check(
            &component.body,
        )));
    }
    if component.metadata.category == Category::Monitors && !component.attachments.is_empty() {
        notes.push(note(
            "monitor-attachment",
            format!(
                "a monitor cannot have attached files; this one has {}",
                component.attachments.len()
            ),
            "deploy the files with a component of another category, or put them into the script",
        ));
    }
    let executables: Vec<_> = component
        .attachments
        .iter()
        .filter(|a| a.executable)
        .map(|a| a.name.as_str())
        .take(5)
        .collect();
    if !executables.is_empty() {
        notes.push(note(
            "executable-attachment",
            format!(
                "attachments are marked as executable here ({}); no export carries that mark",
                executables.join(", ")
            ),
            "let the script `chmod +x` what it runs",
        ));
    }
    if component
        .metadata
        .post_conditions
        .iter()
        .any(|p| p.text.is_empty())
    {
        notes.push(note(
            "empty-post-condition",
            "a post-condition has no text: every output contains it",
            "remove it, or give it the text that stands for trouble",
        ));
    }
    variables(&component.metadata, &mut notes);
    notes
}

fn variables(metadata: &Metadata, notes: &mut Vec<Note>) {
    let mut seen = HashSet::new();
    for (position, v) in metadata.variables.iter().enumerate() {
        let name = super::names::shown(&v.name);
        if !seen.insert(v.name.as_str()) {
            let what = format!("two variables are called `{name}`");
            notes.push(note(
                "duplicate-variable",
                what,
                "rename one: the script sees one value only",
            ));
        } else if !is_identifier(&v.name) {
            let what = format!("the variable name `{name}` is not an identifier");
            notes.push(note(
                "variable-name",
                what,
                "use letters, digits and `_`: shells cannot read other names",
            ));
        } else if v.name.starts_with("CS_") || v.name.starts_with("UDF_") {
            let what = format!("the variable `{name}` has a prefix of the Agent's own variables");
            notes.push(note(
                "reserved-prefix",
                what,
                "use another name, for example with the prefix `usr`",
            ));
        }
        let previous = position
            .checked_sub(1)
            .and_then(|p| metadata.variables.get(p));
        if previous.is_some_and(|p| p.idx == v.idx) {
            let what = format!(
                "the variable `{name}` has the idx {} of another one: their order is open",
                v.idx
            );
            notes.push(note(
                "variable-idx",
                what,
                "number the variables from 0 without gaps",
            ));
        } else if previous.map_or(v.idx != 0, |p| p.idx + 1 != v.idx) {
            let what = format!(
                "a gap in the variables' idx stands before `{name}` ({})",
                v.idx
            );
            notes.push(note(
                "variable-idx",
                what,
                "nothing to do: the platform takes gaps",
            ));
        }
        default_value(v, &name, notes);
    }
}

fn default_value(v: &Variable, name: &str, notes: &mut Vec<Note>) {
    match v.kind {
        VariableType::Boolean
            if !["", "true", "false"].contains(&v.default.to_ascii_lowercase().as_str()) =>
        {
            let what = format!(
                "the default of the boolean `{name}` is `{}`",
                super::names::shown(&v.default)
            );
            notes.push(note("variable-default", what, "write true or false"));
        }
        VariableType::Selection if !v.options.iter().any(|o| o.name == v.default) => {
            let what = if v.options.iter().any(|o| o.value == v.default) {
                format!(
                    "the default of the selection `{name}` is an option's value; it must be the option's name"
                )
            } else {
                format!("the default of the selection `{name}` is none of its options")
            };
            notes.push(note(
                "variable-default",
                what,
                "write the name of one of the options",
            ));
        }
        _ => {}
    }
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
