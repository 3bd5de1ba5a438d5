//! `#Requires` lines that 5.1 does not meet, or that only 5.1 meets.

use super::reader::Script;
use super::{Raw, Reach};

pub(super) fn findings(script: &Script) -> Vec<Raw> {
    let mut out = Vec::new();
    for (at, line) in &script.requires {
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            let name = word.trim_start_matches('-').to_ascii_lowercase();
            if name != "version" && name != "psedition" {
                continue;
            }
            let Some(value) = words.next() else { continue };
            let value = value.trim_matches(['"', '\'']);
            let found = if name == "psedition" {
                edition(value)
            } else {
                version(value)
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
