//! `#Requires` lines that 5.1 does not meet, or that only 5.1 meets.

use super::cursor::is_dash;
use super::reader::Script;
use super::{Raw, Reach};

/// Parameters of `#Requires` in the order in which PowerShell tries what is written shortened.
const PARAMETERS: [&str; 7] = [
    "runasadministrator",
    "shellid",
    "pssnapin",
    "psedition",
    "version",
    "assembly",
    "modules",
];

pub(super) fn findings(script: &Script) -> Vec<Raw> {
    let mut out = Vec::new();
    for (at, line) in &script.requires {
        let given = parameters(line);
        // With a snap-in it is the snap-in's version.
        let snapin = given.iter().any(|(name, _)| *name == "pssnapin");
        for (name, value) in given {
            let found = match name {
                "psedition" => edition(value),
                "version" if !snapin => version(value),
                _ => None,
            };
            out.extend(found.map(|(what, id, message, reach)| Raw {
                start: *at,
                end: *at + 1,
                what,
                message,
                error_id: Some(id.into()),
                reach,
            }));
        }
    }
    out
}

/// Parameters in full with their values: `-Version 7`, `-v 7`, `-Version:7.0`.
fn parameters(line: &str) -> Vec<(&'static str, &str)> {
    let mut out = Vec::new();
    let mut words = line.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let Some(word) = word.strip_prefix(is_dash) else {
            continue;
        };
        let (short, joined) = match word.split_once(':') {
            Some((short, value)) => (short, Some(value).filter(|v| !v.is_empty())),
            None => (word, None),
        };
        let short = short.to_ascii_lowercase();
        let full = PARAMETERS.iter().find(|p| p.starts_with(&short));
        let Some(full) = full.filter(|_| !short.is_empty()) else {
            continue;
        };
        if *full == "runasadministrator" {
            continue;
        }
        let value = joined.or_else(|| words.next_if(|w| !w.starts_with(is_dash)));
        out.extend(value.map(|v| (*full, v.trim_matches(['"', '\'']))));
    }
    out
}

type Told = (String, &'static str, String, Reach);
/// A version above 5.1. `{version}` in the message is the device's own, filled in where it is told.
fn version(value: &str) -> Option<Told> {
    let mut parts = value.split('.').map(str::parse::<u32>);
    let major = parts.next()?.ok()?;
    let minor = parts.next().unwrap_or(Ok(0)).ok()?;
    ((major, minor) > (5, 1)).then(|| {
        (
            format!("#Requires -Version {value}"),
            "ScriptRequiresUnmatchedPSVersion",
            format!(
                "The script '{{script}}' cannot be run because it contained a \"#requires\" statement for Windows PowerShell {major}.{minor}. The version of Windows PowerShell that is required by the script does not match the currently running version of Windows PowerShell {{version}}."
            ),
            Reach::Unmet,
        )
    })
}

fn edition(value: &str) -> Option<Told> {
    let what = format!("#Requires -PSEdition {value}");
    if value.eq_ignore_ascii_case("core") {
        return Some((
            what,
            "ScriptRequiresUnmatchedPSEdition",
            "The script '{script}' cannot be run because it contained a \"#requires\" statement for PowerShell editions 'Core'. The edition of PowerShell that is required by the script does not match the currently running PowerShell Desktop edition.".into(),
            Reach::Unmet,
        ));
    }
    value.eq_ignore_ascii_case("desktop").then(|| {
        (
            what,
            "ScriptRequiresUnmatchedPSEdition",
            "5.1 is the edition Desktop and runs the script; PowerShell 7 is Core, whatever stands over it, and refuses it".into(),
            Reach::Here,
        )
    })
}
