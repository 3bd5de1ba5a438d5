//! What a task starts, for those who start it.

use super::store::Task;
use serde_json::Value;

/// A program to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Whole command line, as `CreateProcess` takes it.
    pub command_line: String,
    /// Folder it starts in.
    pub cwd: String,
    /// Account: `SYSTEM`, or as the definition has it.
    pub user: String,
}

/// Folder of tasks that name none.
const SYSTEM32: &str = "C:\\windows\\system32";

/// The program of a stored task. `variable` gives the value of an environment variable of the account
/// it runs as.
///
/// # Errors
/// The task has no action that is one program: the text says which.
pub fn action(stored: &Value, variable: &dyn Fn(&str) -> Option<String>) -> Result<Action, String> {
    let task = Task::of(stored.clone()).ok_or("it has no definition that can be read")?;
    let actions = task
        .definition
        .child("Actions")
        .map(|a| a.children.as_slice());
    let exec = match actions {
        Some([one]) if one.name == "Exec" => one,
        Some([one]) => return Err(format!("its action is a {}", one.name)),
        Some([]) | None => return Err("it has no action".into()),
        Some(more) => return Err(format!("it has {} actions", more.len())),
    };
    let text = |name: &str| expanded(exec.at(&[name]).unwrap_or_default(), variable);
    let program = text("Command").trim().trim_matches('"').to_owned();
    let arguments = text("Arguments");
    let cwd = text("WorkingDirectory").trim().trim_matches('"').to_owned();
    let lower = program.to_lowercase();
    let mut line = format!("\"{program}\"");
    if !arguments.is_empty() {
        line.push(' ');
        line.push_str(&arguments);
    }
    if lower.ends_with(".bat") || lower.ends_with(".cmd") {
        line = format!("\"{SYSTEM32}\\cmd.exe\" /c \"{line}\"");
    }
    let user = task
        .definition
        .at(&["Principals", "Principal", "UserId"])
        .unwrap_or_default();
    Ok(Action {
        command_line: line,
        cwd: if cwd.is_empty() { SYSTEM32.into() } else { cwd },
        user: super::definition::name_of(user).to_owned(),
    })
}

/// A text with `%NAME%` replaced; names that are not there stay.
fn expanded(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('%') {
        out.push_str(&rest[..start]);
        let Some(end) = rest[start + 1..].find('%') else {
            out.push_str(&rest[start..]);
            return out;
        };
        let name = &rest[start + 1..start + 1 + end];
        match variable(name) {
            Some(value) if !name.is_empty() => {
                out.push_str(&value);
                rest = &rest[start + end + 2..];
            }
            _ => {
                out.push('%');
                rest = &rest[start + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}
