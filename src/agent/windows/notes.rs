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

/// `msiexec` with a package and without a switch that keeps it quiet.
fn asks(line: &str) -> bool {
    let Some(at) = line.find("msiexec") else {
        return false;
    };
    let rest = &line[at..];
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
mod tests {
    use super::*;
    use crate::rmm::observed::{Change, DeviceNote, DoubleCall, RegistryEntry, WindowWait};
    use serde_json::json;

    fn codes(notes: &[Note]) -> Vec<&str> {
        notes.iter().map(|n| n.code.as_str()).collect()
    }

    #[test]
    fn msiexec_without_a_quiet_switch_is_told_with_its_line() {
        for line in [
            "msiexec /i bright.msi",
            "start /wait MsiExec.exe -x {0B4C1A7E-0000-4000-8000-000000000001}",
            "msiexec.exe /i \"a b.msi\" /norestart",
            "msiexec /x{0B4C1A7E-0000-4000-8000-000000000001}",
        ] {
            let notes = of_body(format!("@echo off\r\n{line}\r\n").as_bytes());
            assert_eq!(codes(&notes), ["msi-not-silent"], "{line}");
            assert!(notes[0].message.starts_with("line 2 "), "{line}");
        }
        for line in [
            "msiexec /i bright.msi /qn",
            "msiexec /i bright.msi /quiet",
            "msiexec /qb! /i bright.msi",
            "rem msiexec /i bright.msi",
            "echo msiexec /i bright.msi",
            "net start msiserver",
            "sc query msiexec",
        ] {
            assert!(of_body(line.as_bytes()).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_package_registered_for_wines_user_is_told() {
        let of = |sid: &str| Footprint {
            registry: vec![RegistryEntry {
                key: format!(
                    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\{sid}\Products"
                ),
                value: None,
                change: Change::Created,
                before: None,
                after: None,
            }],
            ..Footprint::default()
        };
        let notes = |sid: &str| of_run(&Observed::default(), &of(sid));
        assert_eq!(codes(&notes(WINE_USER)), ["not-judged-here"]);
        assert!(notes("S-1-5-18").is_empty());
    }

    #[test]
    fn what_the_engine_saw_is_told_once() {
        let mut observed = Observed {
            windows: vec![WindowWait {
                pid: 1,
                name: "setup.exe".into(),
                title: "Bright Setup".into(),
                class: "#32770".into(),
                text: String::new(),
            }],
            ..Observed::default()
        };
        let call = DoubleCall {
            command: "dism".into(),
            args: Vec::new(),
            stdin: String::new(),
            exit: 50,
            built_in: true,
            how: Some(PlayedHow::Refused),
        };
        observed.doubles = vec![call.clone(), call];
        let key = |key: &str| RegistryEntry {
            key: key.into(),
            value: Some("x".into()),
            change: Change::Created,
            before: None,
            after: Some("REG_SZ: 1".into()),
        };
        let told = |name: &str, value| DeviceNote {
            name: name.into(),
            value,
        };
        let healthy = json!({ "command": "dism", "what": "all is well", "declare": "imageHealth" });
        observed.told = vec![
            told("byDefault", healthy.clone()),
            told("byDefault", healthy),
            told("taskTrigger", json!({ "task": r"\Bright\Update" })),
        ];
        let footprint = Footprint {
            registry: vec![
                key(r"HKU\S-1-5-18\Software\Wine\Fonts"),
                key(r"HKU\s-1-5-18\Software\Bright"),
                key(r"HKLM\SOFTWARE\Bright"),
            ],
            ..Footprint::default()
        };
        let notes = of_run(&observed, &footprint);
        assert_eq!(
            codes(&notes),
            [
                "window-waits",
                "not-judged-here",
                "answered-by-default",
                "trigger-never-fires",
                "hkcu-written"
            ]
        );
        assert!(notes[3].message.contains(r"\Bright\Update"));
        assert!(notes[0].message.contains("Bright Setup"));
        assert!(notes[4].message.contains(r"Software\Bright"));
        assert!(of_run(&Observed::default(), &Footprint::default()).is_empty());
    }
}
