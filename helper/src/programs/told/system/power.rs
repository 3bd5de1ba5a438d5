//! `powercfg`: schemes, settings and hibernation in the store `power`.
//!
//! Source: Microsoft Learn, "Powercfg command-line options"; the identifiers of schemes and settings
//! from "Power Policy Settings" and `powercfg /aliases`.

use crate::programs::told::desk::{Desk, Played, Stop, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};
use serde_json::json;

/// Schemes that every Windows brings: identifier, alias, name.
const SCHEMES: [(&str, &str, &str); 3] = [
    (
        "381b4222-f694-41f0-9685-ff5bb260df2e",
        "SCHEME_BALANCED",
        "Balanced",
    ),
    (
        "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c",
        "SCHEME_MIN",
        "High performance",
    ),
    (
        "a1841308-3541-4fab-bc81-f71556f20b4a",
        "SCHEME_MAX",
        "Power saver",
    ),
];

/// A setting: identifier, alias, name; its group's likewise; unit.
struct Setting {
    id: &'static str,
    alias: &'static str,
    name: &'static str,
    group: (&'static str, &'static str, &'static str),
    /// What `/change` calls it, without `-ac` and `-dc`.
    change: &'static str,
}

const DISPLAY: (&str, &str, &str) = (
    "7516b95f-f776-4464-8c53-06167f40cc99",
    "SUB_VIDEO",
    "Display",
);
const SLEEP: (&str, &str, &str) = ("238c9fa8-0aad-41ed-83f4-97be242c8f20", "SUB_SLEEP", "Sleep");
const DISK: (&str, &str, &str) = (
    "0012ee47-9041-4b5d-9b77-535fba8b1442",
    "SUB_DISK",
    "Hard disk",
);

const SETTINGS: [Setting; 4] = [
    Setting {
        id: "3c0bc021-c8a8-4e07-a973-6b14cbcb2b7e",
        alias: "VIDEOIDLE",
        name: "Turn off display after",
        group: DISPLAY,
        change: "monitor-timeout",
    },
    Setting {
        id: "29f6c1db-86da-48c5-9fdb-f2b67b1f44da",
        alias: "STANDBYIDLE",
        name: "Sleep after",
        group: SLEEP,
        change: "standby-timeout",
    },
    Setting {
        id: "9d7815a6-7ee4-497e-8888-515a05f02364",
        alias: "HIBERNATEIDLE",
        name: "Hibernate after",
        group: SLEEP,
        change: "hibernate-timeout",
    },
    Setting {
        id: "6738e2c4-e8a5-4a42-b16a-e040e769756e",
        alias: "DISKIDLE",
        name: "Turn off hard disk after",
        group: DISK,
        change: "disk-timeout",
    },
];

/// The program.
pub fn powercfg(call: &mut Call<'_>) -> Ended {
    play(call, run)
}

fn invalid() -> Stop {
    Stop::error(1, "Invalid Parameters -- try \"/?\" for help")
}

fn run(desk: &mut Desk<'_, '_>) -> Played {
    let args = desk.args();
    let Some((first, rest)) = args.split_first() else {
        return Err(Stop::refused("no option (its help text)"));
    };
    let option = first
        .strip_prefix(['/', '-'])
        .unwrap_or(first)
        .to_lowercase();
    match option.as_str() {
        "l" | "list" => {
            let active = active(desk)?;
            desk.out("\nExisting Power Schemes (* Active)\n-----------------------------------");
            for (id, _, name) in SCHEMES {
                let mark = if id == active { " *" } else { "" };
                desk.out(format!("Power Scheme GUID: {id}  ({name}){mark}"));
            }
            told(0)
        }
        "getactivescheme" => {
            let active = active(desk)?;
            let name = SCHEMES
                .iter()
                .find(|(id, ..)| *id == active)
                .map_or("", |(.., name)| name);
            desk.out(format!("Power Scheme GUID: {active}  ({name})"));
            told(0)
        }
        "s" | "setactive" => {
            let id = scheme(desk, rest.first().ok_or_else(invalid)?)?;
            desk.put("power", "scheme", json!({ "guid": id }))?;
            told(0)
        }
        "h" | "hibernate" => hibernate(desk, rest),
        "x" | "change" => change(desk, rest),
        "setacvalueindex" | "setdcvalueindex" => set(desk, &option[3..5], rest),
        "q" | "query" => query(desk, rest),
        _ => Err(Stop::refused(first.clone())),
    }
}

fn active(desk: &Desk<'_, '_>) -> Result<String, Stop> {
    let stored = Row::of(desk.get("power", "scheme")?);
    if let Some(guid) = stored.full("guid") {
        return Ok(guid);
    }
    desk.defaulted(
        "the power scheme Balanced is active",
        "an object `scheme` of the store `power`",
    )?;
    Ok(SCHEMES[0].0.to_owned())
}

/// Identifier of a scheme by identifier or alias.
fn scheme(desk: &Desk<'_, '_>, name: &str) -> Result<String, Stop> {
    if same(name, "SCHEME_CURRENT") {
        return active(desk);
    }
    let plain = name.trim_matches(['{', '}']);
    let found = SCHEMES
        .iter()
        .find(|(id, alias, _)| same(id, plain) || same(alias, name));
    match found {
        Some((id, ..)) => Ok((*id).to_owned()),
        None => Err(Stop::error(
            1,
            "The power scheme, subgroup or setting specified does not exist.",
        )),
    }
}

/// Seconds of a setting in a scheme; none where nobody set it.
fn value(
    desk: &Desk<'_, '_>,
    scheme: &str,
    power: &str,
    setting: &Setting,
) -> Result<Option<u64>, Stop> {
    let key = format!("{scheme}|{power}|{}", setting.alias);
    Ok(Row::of(desk.get("power", &key)?).number("value"))
}

fn put(
    desk: &Desk<'_, '_>,
    scheme: &str,
    power: &str,
    setting: &Setting,
    value: u64,
) -> Result<(), Stop> {
    let key = format!("{scheme}|{power}|{}", setting.alias);
    desk.put(
        "power",
        &key,
        json!({ "scheme": scheme, "power": power, "setting": setting.alias, "value": value }),
    )
}

fn hibernate(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let on = match args.first().map(|a| a.to_lowercase()).as_deref() {
        None | Some("on") => true,
        Some("off") => false,
        Some(other) => return Err(Stop::refused(format!("/hibernate {other}"))),
    };
    desk.put("power", "hibernate", json!({ "on": on }))?;
    told(0)
}

fn change(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let (Some(name), Some(minutes)) = (args.first(), args.get(1)) else {
        return Err(invalid());
    };
    let name = name.trim_start_matches(['/', '-']).to_lowercase();
    let minutes: u64 = minutes
        .parse()
        .ok()
        .filter(|m| *m < 1 << 24)
        .ok_or_else(invalid)?;
    let (base, power) = name.rsplit_once('-').ok_or_else(invalid)?;
    let setting = SETTINGS
        .iter()
        .find(|s| s.change == base)
        .ok_or_else(invalid)?;
    if !["ac", "dc"].contains(&power) {
        return Err(invalid());
    }
    put(desk, &active(desk)?, power, setting, minutes * 60)?;
    told(0)
}

fn setting(group: &str, name: &str) -> Result<&'static Setting, Stop> {
    let found = SETTINGS.iter().find(|s| {
        (same(s.id, name) || same(s.alias, name))
            && (same(s.group.0, group) || same(s.group.1, group))
    });
    found.ok_or_else(|| Stop::refused(format!("the setting {group} {name}")))
}

fn set(desk: &mut Desk<'_, '_>, power: &str, args: &[String]) -> Played {
    let [name, group, setting_name, text] = args else {
        return Err(invalid());
    };
    let id = scheme(desk, name)?;
    let setting = setting(group, setting_name)?;
    let number = match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    };
    put(desk, &id, power, setting, number.ok_or_else(invalid)?)?;
    told(0)
}

fn query(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let id = match args.first() {
        Some(name) => scheme(desk, name)?,
        None => active(desk)?,
    };
    let wanted: Vec<&Setting> = match (args.get(1), args.get(2)) {
        (Some(group), Some(name)) => vec![setting(group, name)?],
        (Some(group), None) => SETTINGS
            .iter()
            .filter(|s| same(s.group.0, group) || same(s.group.1, group))
            .collect(),
        _ => SETTINGS.iter().collect(),
    };
    // Values that nobody set are not known.
    let mut known = Vec::new();
    for setting in wanted {
        let (ac, dc) = (
            value(desk, &id, "ac", setting)?,
            value(desk, &id, "dc", setting)?,
        );
        if ac.is_some() || dc.is_some() {
            known.push((setting, ac, dc));
        }
    }
    if known.is_empty() {
        return Err(Stop::refused("/query of settings that nobody set"));
    }
    let found = SCHEMES.iter().find(|(i, ..)| *i == id);
    let (alias, name) = found.map_or(("", ""), |(_, alias, name)| (alias, name));
    desk.out(format!(
        "Power Scheme GUID: {id}  ({name})\n  GUID Alias: {alias}"
    ));
    let mut group = "";
    for (s, ac, dc) in known {
        if group != s.group.0 {
            desk.out(format!(
                "  Subgroup GUID: {}  ({})\n    GUID Alias: {}",
                s.group.0, s.group.2, s.group.1
            ));
            group = s.group.0;
        }
        desk.out(format!(
            "    Power Setting GUID: {}  ({})\n      GUID Alias: {}",
            s.id, s.name, s.alias
        ));
        desk.out("      Minimum Possible Setting: 0x00000000\n      Maximum Possible Setting: 0xffffffff\n      Possible Settings increment: 0x00000001\n      Possible Settings units: Seconds");
        for (word, value) in [("AC", ac), ("DC", dc)] {
            if let Some(value) = value {
                desk.out(format!(
                    "    Current {word} Power Setting Index: 0x{value:08x}"
                ));
            }
        }
        desk.out("");
    }
    told(0)
}
