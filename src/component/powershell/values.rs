//! Values of parameters that 5.1 does not take, or takes otherwise, and parameters that every command has
//! in 7.

use super::aliases::full_name;
use super::newer::{Table, When, parameter_not_found};
use super::reader::Command;
use super::{Raw, Reach};
use serde::Deserialize;

/// A row of `values` in `powershell/newer.json`.
#[derive(Deserialize)]
pub(super) struct Row {
    /// `*`: every command.
    pub commands: Vec<String>,
    pub parameter: String,
    alias: Option<String>,
    /// `x` is itself, `x*` what begins so, `*x*` what holds it (with regard to case), `#` a number.
    pub values: Vec<String>,
    error_id: Option<String>,
    #[serde(default)]
    message_51: String,
    when: Option<When>,
    /// Why nothing looks for it.
    pub unchecked: Option<String>,
}

/// Fewest letters of a shortened parameter that are taken for it.
const SHORTEST: usize = 3;

/// What a command that is not the script's own is given.
pub(super) fn of_command(text: &str, command: &Command, table: &Table, out: &mut Vec<Raw>) {
    let full = full_name(&command.name);
    for row in table.values.iter().filter(|r| r.unchecked.is_none()) {
        let of = |c: &String| c == "*" || c.eq_ignore_ascii_case(full);
        if row.commands.iter().any(of) {
            of_row(command, row, out);
        }
    }
    for (at, parameter) in &command.parameters {
        let common = table.parameters.common.iter();
        let known = common.clone().find(|c| c.eq_ignore_ascii_case(parameter));
        if let Some(known) = known.filter(|_| full.contains('-')) {
            out.push(Raw {
                start: *at,
                end: at + 1 + parameter.len(),
                what: format!("the common parameter -{known}"),
                message: parameter_not_found(parameter),
                error_id: Some("NamedParameterNotFound".into()),
                reach: Reach::Fails,
            });
        }
    }
    if full.eq_ignore_ascii_case("Select-Object") {
        out.extend(excludes_alone(text, command));
    }
}

fn of_row(command: &Command, row: &Row, out: &mut Vec<Raw>) {
    for (i, (at, name)) in command.parameters.iter().enumerate() {
        let short = name.to_ascii_lowercase();
        let is = (short.len() >= SHORTEST
            && row.parameter.to_ascii_lowercase().starts_with(&short))
            || row
                .alias
                .as_ref()
                .is_some_and(|a| a.eq_ignore_ascii_case(name));
        if !is {
            continue;
        }
        let value = command.words.iter().find(|(after, _)| *after == i + 1);
        let Some((_, value)) = value.filter(|(_, v)| row.values.iter().any(|p| fits(p, v))) else {
            continue;
        };
        let silent = row.when == Some(When::Silent);
        out.push(Raw {
            start: *at,
            end: at + 1 + name.len(),
            what: format!("-{} {value}", row.parameter),
            message: row
                .message_51
                .replace("{parameter}", &row.parameter)
                .replace("{value}", value),
            error_id: row.error_id.clone(),
            reach: if silent { Reach::Silent } else { Reach::Fails },
        });
    }
}

fn fits(pattern: &str, value: &str) -> bool {
    if pattern == "#" {
        return !value.is_empty() && value.chars().all(|c| c.is_ascii_digit());
    }
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(inner), Some(_)) => value.contains(inner.trim_end_matches('*')),
        (None, Some(head)) => value
            .get(..head.len())
            .is_some_and(|v| v.eq_ignore_ascii_case(head)),
        _ => value.eq_ignore_ascii_case(pattern),
    }
}

/// `-ExcludeProperty` where no property is asked for: 5.1 leaves nothing out.
fn excludes_alone(text: &str, command: &Command) -> Option<Raw> {
    let is = |short: &str, full: &str| short.len() > 2 && full.starts_with(short);
    let mut excludes = None;
    for (i, (at, name)) in command.parameters.iter().enumerate() {
        let name = name.to_ascii_lowercase();
        let given = command.words.iter().filter(|(a, _)| *a == i + 1).count();
        match name.as_str() {
            n if is(n, "excludeproperty") => excludes = Some((*at, n.len())),
            n if is(n, "expandproperty") => return None,
            n if !n.is_empty() && "property".starts_with(n) => return None,
            // What follows a switch, or a number, is the property by its place.
            n if (is(n, "unique") || is(n, "wait")) && given > 0 => return None,
            _ if given > 1 => return None,
            _ => {}
        }
    }
    let (at, length) = excludes?;
    // What stands before every parameter is the property by its place, a variable, too.
    let before = text.get(command.at + command.name.len()..at)?;
    let first = before.trim_start_matches([' ', '\t', '`', '\r', '\n']);
    if !(first.is_empty() || first.starts_with(super::cursor::is_dash)) {
        return None;
    }
    Some(Raw {
        start: at,
        end: at + 1 + length,
        what: "Select-Object -ExcludeProperty alone".into(),
        message:
            "5.1 gives no error: it leaves out nothing without -Property; write -Property * with it"
                .into(),
        error_id: None,
        reach: Reach::Silent,
    })
}
