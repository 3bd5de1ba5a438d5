//! What 5.1 takes and PowerShell 7 with our layer does otherwise: the differences that FIDELITY.md names,
//! as far as a script shows that it uses one.

use super::newer::{full_name, table};
use super::parameters::{self, old_one};
use super::reader::{Command, Script};
use super::{Raw, Reach};

/// Types of .NET Framework's System.Management, which .NET has in name alone.
const MANAGEMENT: &[&str] = &[
    "wmi",
    "wmiclass",
    "wmisearcher",
    "management.managementclass",
    "management.managementobject",
    "management.managementobjectsearcher",
    "management.managementeventwatcher",
];

/// COM objects that Wine has in name alone.
const COM: &[(&str, &str)] = &[
    (
        "schedule.service",
        "its first call fails; the cmdlets of ScheduledTasks and schtasks work",
    ),
    (
        "microsoft.update.",
        "it is not given: nothing here would tell of updates truly",
    ),
];

const GIVE_WAY: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/powershell/give-way.txt"
));

pub(super) fn findings(text: &str, script: &Script) -> Vec<Raw> {
    let mut out = Vec::new();
    let mut add = |at: usize, length: usize, what: String, message: &str| {
        out.push(Raw {
            start: at,
            end: at + length,
            what,
            message: message.to_owned(),
            error_id: None,
            reach: Reach::Here,
        });
    };
    for (at, name) in &script.types {
        let lower = name.to_ascii_lowercase();
        let space = lower.strip_prefix("system.").unwrap_or(&lower);
        if MANAGEMENT.contains(&space) {
            let message = "it is System.Management's own and needs .NET Framework: it throws here; Get-CimInstance and Get-WmiObject work";
            add(*at, name.len() + 2, format!("[{name}]"), message);
        }
    }
    for (at, name) in &script.variables {
        let rest = text.get(at + 1 + name.len()..).unwrap_or_default();
        let version = rest
            .get(..8)
            .is_some_and(|r| r.eq_ignore_ascii_case(".version"));
        if name.eq_ignore_ascii_case("psedition") {
            let message = "it is a constant of the engine, Core here and Desktop in 5.1; $PSVersionTable.PSEdition is Desktop in both";
            add(*at, name.len() + 1, "$PSEdition".into(), message);
        } else if name.eq_ignore_ascii_case("host") && version {
            let message = "it is 7's here; $PSVersionTable.PSVersion is 5.1's";
            add(*at, 13, "$Host.Version".into(), message);
        }
    }
    for command in &script.commands {
        if let Some((what, message)) = of_command(command, script) {
            add(command.at, command.name.len(), what, message);
        }
        for (at, name, known) in old_parameters(command, script) {
            let message = "PowerShell 7 has no such parameter: the command fails here";
            add(
                at,
                known.len() + 1,
                format!("the parameter -{known} of {name}"),
                message,
            );
        }
    }
    out
}

/// Workflows, which PowerShell 7 does not parse.
pub(super) fn workflows(script: &Script) -> Vec<Raw> {
    let words = script.old_keywords.iter();
    words
        .filter(|(_, keyword)| keyword == "workflow")
        .map(|(at, keyword)| Raw {
            start: *at,
            end: at + keyword.len(),
            what: "a workflow".into(),
            message: "PowerShell 7 has no workflows and does not parse the script".into(),
            error_id: None,
            reach: Reach::Here,
        })
        .collect()
}

fn of_command(command: &Command, script: &Script) -> Option<(String, &'static str)> {
    if script.functions.contains(&command.name.to_lowercase()) {
        return None;
    }
    match full_name(&command.name).to_ascii_lowercase().as_str() {
        "new-object" => {
            let com = command.parameters.iter().position(|(_, p)| {
                p.len() > 1 && "comobject".starts_with(&p.to_ascii_lowercase())
            })?;
            let (_, object) = command.words.iter().find(|(after, _)| *after == com + 1)?;
            let lower = object.to_ascii_lowercase();
            let (_, message) = COM.iter().find(|(name, _)| lower.starts_with(name))?;
            Some((format!("the COM object {object}"), message))
        }
        "start-transcript" => Some((
            "Start-Transcript".into(),
            "the transcript is UTF-8 without a byte order mark here, with one in 5.1",
        )),
        "get-host" => Some((
            "Get-Host".into(),
            "its Version is 7's here; $PSVersionTable.PSVersion is 5.1's",
        )),
        _ => None,
    }
}

/// Whether a command of ours stands in the place of PowerShell 7's.
pub(super) fn is_ours(full: &str) -> bool {
    let mut names = GIVE_WAY.lines().filter_map(|l| l.split_whitespace().nth(1));
    names.any(|name| name.eq_ignore_ascii_case(full))
}

/// Parameters that 5.1 has and 7 has not, of commands that are 7's own here.
fn old_parameters(command: &Command, script: &Script) -> Vec<(usize, String, String)> {
    let full = full_name(&command.name);
    if is_ours(full) || script.functions.contains(&command.name.to_lowercase()) {
        return Vec::new();
    }
    let old = table().and_then(|t| {
        t.only_in_51
            .parameters
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(full))
    });
    let Some((name, old)) = old else {
        return Vec::new();
    };
    let newer = table().map_or(&[][..], |t| t.newer_parameters(full));
    let given = parameters::given(command, script).into_iter();
    given
        .filter(|g| old_one(full, g.name, old, newer).is_some())
        .map(|g| (g.start, name.clone(), g.name.to_owned()))
        .collect()
}
