//! `netsh advfirewall firewall add`, `set`, `delete`, `show rule`.

use crate::programs::told::desk::{Desk, Played, Stop, same, told};
use crate::programs::told::row::Row;
use serde_json::json;

const STORE: &str = "firewallRules";
const NO_MATCH: &str = "\nNo rules match the specified criteria.\n";
const MISSING: &str = "\nOne or more essential parameters were not entered.\nVerify the required parameters, and reenter them.\nThe syntax supplied for this command is not valid. Check help for the correct syntax.\n";

/// Ports need `protocol=tcp` or `protocol=udp`.
const NOT_WITH_PORTS: &str = "\nThe specified combination of parameters is not valid.\n";

/// Parameter of netsh, and the field that PowerShell's objects have for it.
const FIELDS: [(&str, &str); 13] = [
    ("name", "DisplayName"),
    ("dir", "Direction"),
    ("action", "Action"),
    ("program", "Program"),
    ("service", "Service"),
    ("description", "Description"),
    ("enable", "Enabled"),
    ("profile", "Profile"),
    ("localip", "LocalAddress"),
    ("remoteip", "RemoteAddress"),
    ("localport", "LocalPort"),
    ("remoteport", "RemotePort"),
    ("protocol", "Protocol"),
];

pub fn run(desk: &mut Desk<'_, '_>, words: &[&str], args: &[String]) -> Played {
    match words {
        ["add", "rule", ..] => add(desk, &args[2..]),
        ["delete", "rule", ..] => delete(desk, &args[2..]),
        ["show", "rule", ..] => show(desk, &args[2..]),
        ["set", "rule", ..] => set(desk, &args[2..]),
        _ => super::refused(&desk.args()),
    }
}

/// `name="a b" dir=in` as fields and values; what has no field is refused.
fn fields(args: &[String]) -> Result<Row, Stop> {
    let mut row = Row::default();
    for arg in args {
        let Some((name, value)) = arg.split_once('=') else {
            return Err(Stop::said(
                1,
                format!(
                    "\n{arg} is not a valid argument for this command.\nThe syntax supplied for this command is not valid. Check help for the correct syntax.\n"
                ),
            ));
        };
        let field = FIELDS.iter().find(|(n, _)| same(n, name.trim()));
        let Some((name, field)) = field else {
            return Err(Stop::refused(format!("the parameter {name}")));
        };
        let value = value.trim_matches('"');
        row.set(field, shaped(name, value)?);
    }
    Ok(row)
}

/// A value in PowerShell's words.
fn shaped(name: &str, value: &str) -> Result<String, Stop> {
    let wrong = || {
        Stop::said(
            1,
            "\nA specified value is not valid.\n\nThe syntax supplied for this command is not valid. Check help for the correct syntax.\n",
        )
    };
    let lower = value.to_lowercase();
    let word = match (name, lower.as_str()) {
        ("dir", "in") => "Inbound",
        ("dir", "out") => "Outbound",
        ("action", "allow") => "Allow",
        ("action", "block") => "Block",
        ("enable", "yes") => "True",
        ("enable", "no") => "False",
        ("dir" | "enable", _) => return Err(wrong()),
        ("action", "bypass") => return Err(Stop::refused("action=bypass")),
        ("action", _) => return Err(wrong()),
        (_, "any") => "Any",
        ("protocol", "tcp" | "6") => "TCP",
        ("protocol", "udp" | "17") => "UDP",
        ("protocol", other) => {
            let icmp = other.starts_with("icmpv4") || other.starts_with("icmpv6");
            if !icmp && other.parse::<u8>().is_err() {
                return Err(wrong());
            }
            value
        }
        ("localport" | "remoteport", ports) => {
            let port = |p: &str| p.trim().parse::<u16>().is_ok();
            let named = ["rpc", "rpc-epmap", "iphttps", "ply2disc", "teredo"];
            let right = ports
                .split(',')
                .all(|p| named.contains(&p) || p.split('-').count() <= 2 && p.split('-').all(port));
            if !right {
                return Err(wrong());
            }
            value
        }
        ("profile", profiles) => {
            let mut all = Vec::new();
            for profile in profiles.split(',') {
                all.push(match profile.trim() {
                    "domain" => "Domain",
                    "private" => "Private",
                    "public" => "Public",
                    _ => return Err(wrong()),
                });
            }
            return Ok(all.join(", "));
        }
        _ => value,
    };
    Ok(word.to_owned())
}

fn add(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let mut row = fields(args)?;
    let has = |name: &str| row.full(name).is_some();
    if !has("DisplayName") || !has("Direction") || !has("Action") {
        return Err(Stop::said(1, MISSING));
    }
    let ported = has("LocalPort") || has("RemotePort");
    let carrier = row
        .text("Protocol")
        .is_some_and(|p| p == "TCP" || p == "UDP");
    if ported && !carrier {
        return Err(Stop::said(1, NOT_WITH_PORTS));
    }
    for (name, usual) in [("Enabled", "True"), ("Profile", "Any"), ("Protocol", "Any")] {
        if row.full(name).is_none() {
            row.set(name, usual);
        }
    }
    loop {
        let number = desk.list(STORE)?.len();
        let name = format!("{{{:08X}-7368-416B-8000-{:012X}}}", number + 1, number + 1);
        row.set("Name", name.as_str());
        if desk.swap(STORE, &name.to_lowercase(), json!(null), row.value())? {
            break;
        }
    }
    desk.out("Ok.\n");
    told(0)
}

/// The rules that `name=` and the conditions beside it mean.
fn found(desk: &Desk<'_, '_>, wanted: &Row) -> Result<Vec<Row>, Stop> {
    let mut rows = desk.table(STORE, "Name")?.unwrap_or_default();
    rows.retain(|row| {
        FIELDS.iter().all(|(_, field)| {
            let Some(value) = wanted.full(field) else {
                return true;
            };
            if *field == "DisplayName" && same(&value, "all") {
                return true;
            }
            let has = row.full(field).unwrap_or_else(|| "Any".into());
            same(&has, &value)
        })
    });
    Ok(rows)
}

/// The name is asked for first.
fn named(args: &[String]) -> Result<Row, Stop> {
    let wanted = fields(args)?;
    if wanted.full("DisplayName").is_none() {
        return Err(Stop::said(1, MISSING));
    }
    Ok(wanted)
}

fn delete(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let rows = found(desk, &named(args)?)?;
    if rows.is_empty() {
        return Err(Stop::said(1, NO_MATCH));
    }
    for row in &rows {
        let name = row.text("Name").unwrap_or_default();
        desk.put(STORE, &name.to_lowercase(), json!({ "~removed": name }))?;
    }
    desk.out(format!("\nDeleted {} rule(s).\nOk.\n", rows.len()));
    told(0)
}

fn set(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let cut = args.iter().position(|a| same(a, "new"));
    let Some(cut) = cut else {
        return Err(Stop::said(1, MISSING));
    };
    let group = args[..cut]
        .iter()
        .any(|a| a.to_lowercase().starts_with("group="));
    if group {
        return Err(Stop::refused("rules by group"));
    }
    let (wanted, new) = (named(&args[..cut])?, fields(&args[cut + 1..])?);
    let rows = found(desk, &wanted)?;
    if rows.is_empty() {
        return Err(Stop::said(1, NO_MATCH));
    }
    for row in &rows {
        let mut row = row.clone();
        for (field, value) in &new.0 {
            row.set(field, value.clone());
        }
        let name = row.text("Name").unwrap_or_default();
        desk.put(STORE, &name.to_lowercase(), row.value())?;
    }
    desk.out(format!("\nUpdated {} rule(s).\nOk.\n", rows.len()));
    told(0)
}

fn show(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let verbose = args.iter().any(|a| same(a, "verbose"));
    let rest: Vec<String> = args
        .iter()
        .filter(|a| !same(a, "verbose"))
        .cloned()
        .collect();
    let rows = found(desk, &named(&rest)?)?;
    if rows.is_empty() {
        return Err(Stop::said(1, NO_MATCH));
    }
    for row in rows {
        let text = |name: &str, usual: &str| row.full(name).unwrap_or_else(|| usual.to_owned());
        let line = |name: &str, value: &str| format!("{:<38}{value}", format!("{name}:"));
        desk.out(format!("\n{}", line("Rule Name", &text("DisplayName", ""))));
        desk.out("----------------------------------------------------------------------");
        if verbose && row.full("Description").is_some() {
            desk.out(line("Description", &text("Description", "")));
        }
        let yes = if text("Enabled", "True").eq_ignore_ascii_case("false") {
            "No"
        } else {
            "Yes"
        };
        desk.out(line("Enabled", yes));
        let inbound = text("Direction", "Inbound") == "Inbound";
        desk.out(line("Direction", if inbound { "In" } else { "Out" }));
        let profiles = match text("Profile", "Any") {
            any if same(&any, "any") => "Domain,Private,Public".to_owned(),
            some => some.replace(", ", ","),
        };
        desk.out(line("Profiles", &profiles));
        desk.out(line("Grouping", &text("DisplayGroup", "")));
        desk.out(line("LocalIP", &text("LocalAddress", "Any")));
        desk.out(line("RemoteIP", &text("RemoteAddress", "Any")));
        let protocol = text("Protocol", "Any");
        desk.out(line("Protocol", &protocol));
        if ["TCP", "UDP"].contains(&protocol.as_str()) {
            desk.out(line("LocalPort", &text("LocalPort", "Any")));
            desk.out(line("RemotePort", &text("RemotePort", "Any")));
        }
        desk.out(line("Edge traversal", "No"));
        if verbose {
            desk.out(line("Program", &text("Program", "Any")));
            desk.out(line("Service", &text("Service", "Any")));
        }
        desk.out(line("Action", &text("Action", "Allow")));
    }
    desk.out("Ok.\n");
    told(0)
}
