//! `netsh advfirewall show`, `set` and `reset` of profiles.

use crate::programs::told::desk::{Desk, Played, Stop, told};
use crate::programs::told::row::Row;
use serde_json::json;

const PROFILES: [&str; 3] = ["Domain", "Private", "Public"];
const LINE: &str = "----------------------------------------------------------------------";

pub fn run(desk: &mut Desk<'_, '_>, words: &[&str]) -> Played {
    match words {
        ["show", which, rest @ ..] => {
            let Some(which) = chosen(desk, which)? else {
                return super::refused(&desk.args());
            };
            show(desk, &which, rest)
        }
        ["set", which, "state", state @ ("on" | "off")] => {
            let Some(which) = chosen(desk, which)? else {
                return super::refused(&desk.args());
            };
            for name in which {
                let mut row = profile(desk, name)?;
                row.set("Enabled", if *state == "on" { "True" } else { "False" });
                desk.put("firewallProfiles", &name.to_lowercase(), row.value())?;
            }
            desk.out("Ok.\n");
            told(0)
        }
        _ => super::refused(&desk.args()),
    }
}

/// The profiles that a word means.
fn chosen(desk: &Desk<'_, '_>, word: &str) -> Result<Option<Vec<&'static str>>, Stop> {
    Ok(Some(match word {
        "allprofiles" => PROFILES.to_vec(),
        "domainprofile" => vec!["Domain"],
        "privateprofile" => vec!["Private"],
        "publicprofile" => vec!["Public"],
        "currentprofile" => {
            let adapters = desk.table("networkAdapters", "Name")?.unwrap_or_default();
            let category = adapters.first().and_then(|a| a.text("NetworkCategory"));
            match category.as_deref() {
                Some("DomainAuthenticated") => vec!["Domain"],
                Some("Private") => vec!["Private"],
                _ => vec!["Public"],
            }
        }
        _ => return Ok(None),
    }))
}

/// A profile as it is declared, stored, or as Windows sets it up: on.
fn profile(desk: &Desk<'_, '_>, name: &str) -> Result<Row, Stop> {
    let rows = desk.table("firewallProfiles", "Name")?.unwrap_or_default();
    let found = rows
        .into_iter()
        .find(|r| r.text("Name").is_some_and(|n| n.eq_ignore_ascii_case(name)));
    Ok(found.unwrap_or_else(|| Row::of(json!({ "Name": name, "Enabled": "True" }))))
}

fn show(desk: &mut Desk<'_, '_>, which: &[&str], rest: &[&str]) -> Played {
    if !matches!(rest, [] | ["state" | "firewallpolicy"]) {
        return super::refused(&desk.args());
    }
    let all = rest.is_empty();
    for name in which {
        let row = profile(desk, name)?;
        desk.out(format!("\n{name} Profile Settings: \n{LINE}"));
        if all || rest == ["state"] {
            let on = row
                .text("Enabled")
                .is_none_or(|e| !e.eq_ignore_ascii_case("false") && e != "0");
            desk.out(format!("{:<38}{}", "State", if on { "ON" } else { "OFF" }));
        }
        if all || rest == ["firewallpolicy"] {
            let inbound = match row.text("DefaultInboundAction").as_deref() {
                Some("Allow") => "AllowInbound",
                _ => "BlockInbound",
            };
            let outbound = match row.text("DefaultOutboundAction").as_deref() {
                Some("Block") => "BlockOutbound",
                _ => "AllowOutbound",
            };
            desk.out(format!("{:<38}{inbound},{outbound}", "Firewall Policy"));
        }
    }
    desk.out("\nOk.\n");
    told(0)
}
