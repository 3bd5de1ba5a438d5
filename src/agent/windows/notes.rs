//! Remarks on what a script for Windows did, or says it will do.

use crate::agent::note;
use crate::engine::windows::Remark;
use crate::rmm::event::Note;
use crate::rmm::observed::{Footprint, Observed, PlayedHow};
use std::collections::BTreeSet;

/// SYSTEM's own hive, which is HKCU to jobs.
const SYSTEM_HIVE: &str = r"HKU\S-1-5-18";

/// SID of the one user that Wine has, whatever account it is told to be.
const WINE_USER: &str = "S-1-5-21-0-0-0-1000";

/// Largest part of a body that is looked through, in bytes.
pub(super) const LONGEST: usize = 1 << 20;

/// Most notes of one kind.
const MOST: usize = 5;

/// What stands in a script's own text: installers that will ask.
pub fn of_body(body: &[u8]) -> Vec<Note> {
    let text = String::from_utf8_lossy(&body[..body.len().min(LONGEST)]);
    let mut notes = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let lower = line.to_lowercase();
        let comment = ["rem ", "::", "'", "#", "//", "echo", "@echo"];
        if comment.iter().any(|c| lower.starts_with(c)) {
            continue;
        }
        if asks(&lower) && notes.len() < MOST {
            notes.push(note(
                "msi-not-silent",
                format!("line {} of the script runs msiexec without /qn: it shows windows that nobody sees", number + 1),
                "add /qn (and /norestart): msiexec /i product.msi /qn /norestart",
            ));
        }
    }
    notes
}

/// Services of Wine's that run on Windows from the boot on, and here once something starts them.
const STOPPED: [&str; 3] = ["spooler", "lanmanserver", "winmgmt"];

/// A script that names a service which is stopped here, whatever language it is in.
pub fn stopped_service(body: &[u8]) -> Option<Note> {
    let text = String::from_utf8_lossy(&body[..body.len().min(LONGEST)]).to_lowercase();
    let comment = ["rem ", "::", "'", "//", "#", "echo"];
    let named = |line: &str| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        let comment = comment.iter().any(|c| line.trim_start().starts_with(c));
        let found = words.find_map(|word| STOPPED.into_iter().find(|s| *s == word));
        found.filter(|_| !comment)
    };
    let mut lines = text.lines().enumerate();
    let (number, service) = lines.find_map(|(n, line)| Some((n + 1, named(line)?)))?;
    Some(note(
        "not-judged-here",
        format!(
            "line {number} of the script names the service {service}: here it is stopped until something starts it, on Windows it runs from the boot on"
        ),
        format!(
            "start it before (`shell: net start {service}`), or try the component on a Windows machine"
        ),
    ))
}

/// Commands whose arguments are data: a name in them starts nothing.
const NOT_RUNNING: [&str; 18] = [
    "echo",
    "rem",
    "reg",
    "reg.exe",
    "set",
    "setx",
    "sc",
    "sc.exe",
    "schtasks",
    "schtasks.exe",
    "find",
    "findstr",
    "taskkill",
    "tasklist",
    "title",
    "where",
    "dim",
    "const",
];

/// What starts the text that follows, in the languages of components.
const RUNS: [&str; 12] = [
    ".run",
    ".exec",
    "shellexecute",
    "start-process",
    "saps ",
    "start ",
    "cmd /c",
    "cmd.exe /c",
    "invoke-expression",
    "iex ",
    "call ",
    "process call create",
];

/// A call of `msiexec` with a package and without a switch that keeps it quiet.
fn asks(line: &str) -> bool {
    const NAME: &str = "msiexec";
    line.match_indices(NAME).any(|(at, _)| {
        let (before, name) = line.split_at(at);
        // The switches of the next call are not this one's.
        let next = name[NAME.len()..].find(NAME);
        let own = next.map_or(name, |next| &name[..NAME.len() + next]);
        is_run(before, name) && asks_with(own)
    })
}

/// Whether a program that is named between these parts of a line is started there, and not only told of.
fn is_run(before: &str, name: &str) -> bool {
    // Its own path belongs to the name.
    let before = before.trim_end_matches(|c: char| !c.is_whitespace() && !"\"'(&|;,=@".contains(c));
    let odd = |quote: char| before.matches(quote).count() % 2 == 1;
    let quote = ['"', '\''].into_iter().find(|q| odd(*q));
    let head = quote.and_then(|q| before.rsplit_once(q));
    let head = head.map_or(before, |(head, _)| head);
    let command = head.rsplit(['&', '|', '(', ';', '{']).next();
    let command = command
        .unwrap_or_default()
        .trim_start_matches(['@', ' ', '\t']);
    let rest = name
        .trim_start_matches("msiexec")
        .trim_start_matches(".exe");
    match quote {
        // A text with more in it than a program's path.
        Some(quote) if !rest.starts_with(quote) => {
            command.trim().is_empty() || RUNS.iter().any(|word| before.contains(word))
        }
        _ => !command
            .split_whitespace()
            .any(|word| NOT_RUNNING.contains(&word)),
    }
}

fn asks_with(rest: &str) -> bool {
    let words: Vec<&str> = rest
        .split([' ', '\t', '"', '\'', ','])
        .filter(|w| w.starts_with(['/', '-']))
        .map(|w| &w[1..])
        .collect();
    let does = |w: &&str| {
        ["i", "x", "package", "uninstall", "f", "p", "update"].contains(w)
            || w.starts_with("i{")
            || w.starts_with("x{")
    };
    let quiet = |w: &&str| w.starts_with('q') || *w == "passive";
    words.iter().any(does) && !words.iter().any(quiet)
}

/// What the device takes or took otherwise than a real Windows, each remark once.
pub fn of_remarks(remarks: &[Remark]) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for remark in remarks {
        if notes.iter().any(|n| n.message.ends_with(&remark.what)) {
            continue;
        }
        let place = remark
            .line
            .map_or(String::new(), |l| format!("line {l} of the script: "));
        let code = if remark.unjudged {
            "not-judged-here"
        } else {
            "batch-quirk"
        };
        notes.push(note(
            code,
            format!("{place}{}", remark.what),
            remark.help.clone(),
        ));
        if notes.len() == 2 * MOST {
            break;
        }
    }
    notes
}

/// What the engine saw of it.
pub fn of_run(observed: &Observed, footprint: &Footprint) -> Vec<Note> {
    let mut notes = Vec::new();
    for w in observed.windows.iter().take(MOST) {
        let title = match (w.title.is_empty(), w.text.is_empty()) {
            (false, _) => format!("{:?}", w.title),
            (true, false) => format!("{:?}", w.text.chars().take(80).collect::<String>()),
            (true, true) => format!("of class {}", w.class),
        };
        notes.push(note(
            "window-waits",
            format!("{} shows the window {title}, which waits for somebody: jobs run where nobody sees it, and hang until their timeout", w.name),
            "use the program's silent switch (/S, /qn, /VERYSILENT), and write messages to stdout",
        ));
    }
    let refused: BTreeSet<&str> = observed
        .doubles
        .iter()
        .filter(|d| d.how == Some(PlayedHow::Refused))
        .map(|d| d.command.as_str())
        .collect();
    for command in refused.into_iter().take(MOST) {
        notes.push(note(
            "not-judged-here",
            format!("the script used {command}, which is not judged here: it was refused with an exit code that is not 0"),
            "give the device a double of it that answers as the real one would, or try the component on a Windows machine",
        ));
    }
    let unavailable = told(observed, "unavailable", |v| {
        let text = |key: &str| v[key].as_str().unwrap_or_default().to_owned();
        format!("{}: {}", text("command"), text("why"))
    });
    for what in unavailable {
        notes.push(note(
            "not-judged-here",
            format!("the script used what is not judged here: {what}"),
            "declare what it asks for in the device's facts, or try the component on a Windows machine",
        ));
    }
    for what in told(observed, "byDefault", |v| {
        let text = |key: &str| v[key].as_str().unwrap_or_default().to_owned();
        format!(
            "{} was told by default that {}: nothing declares it ({})",
            text("command"),
            text("what"),
            text("declare")
        )
    }) {
        notes.push(note(
            "answered-by-default",
            what,
            "declare it in the device's facts where the component goes by it",
        ));
    }
    for what in told(observed, "taskTrigger", |v| {
        let task = v["task"].as_str().unwrap_or_default();
        format!("the scheduled task {task} has a trigger, which never fires here")
    }) {
        notes.push(note(
            "trigger-never-fires",
            what,
            "start it by a step `task:`, or in the script by schtasks /run",
        ));
    }
    if let Some(entry) = footprint.registry.iter().find(|e| of_a_user(&e.key)) {
        notes.push(note(
            "not-judged-here",
            format!("a package was registered for a user ({}): a package without ALLUSERS=1 that SYSTEM installs is registered under S-1-5-18 on Windows, under another SID here", entry.key),
            "install with ALLUSERS=1, as the platform's jobs should",
        ));
    }
    if let Some(entry) = footprint.registry.iter().find(|e| in_hkcu(&e.key)) {
        let value = entry
            .value
            .as_deref()
            .map_or(String::new(), |v| format!(" ({v})"));
        notes.push(note(
            "hkcu-written",
            format!("the script changed {}{value}: HKCU is SYSTEM's own hive here, no logged-on user ever reads it", entry.key),
            "write to HKLM, or to the hives of the users below HKU",
        ));
    }
    notes
}

/// What programs told under one name, each text once.
fn told(
    observed: &Observed,
    name: &str,
    text: impl Fn(&serde_json::Value) -> String,
) -> impl Iterator<Item = String> {
    let own = observed.told.iter().filter(|t| t.name == name);
    let all: BTreeSet<String> = own.map(|t| text(&t.value)).collect();
    all.into_iter().take(MOST)
}

/// A key where Windows Installer keeps what is installed for the one user that Wine has.
fn of_a_user(key: &str) -> bool {
    const USER_DATA: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData";
    super::below(key, &format!(r"{USER_DATA}\{WINE_USER}"))
}

/// A key of SYSTEM's hive that a script may have meant for a user; Wine's own settings are not.
fn in_hkcu(key: &str) -> bool {
    super::below(key, SYSTEM_HIVE) && !super::below(key, r"HKU\S-1-5-18\Software\Wine")
}

#[cfg(test)]
#[path = "notes_tests.rs"]
mod tests;
