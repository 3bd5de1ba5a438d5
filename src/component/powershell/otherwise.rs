//! The table of what is otherwise in PowerShell 7 with our layer, as far as a script's text shows it.
//! FIDELITY.md, "PowerShell: what stays otherwise", has each row and those that no text shows.

use super::aliases::{full_name, own};
use super::parameters::given;
use super::reader::{Command, Script};
use super::{Raw, Reach};

/// How a text shows it. Names are told without regard to case.
enum Shown {
    /// `[type]::member`; the type without `System.`.
    Static(&'static str, &'static [&'static str]),
    /// A type, with what follows its name in `Type.*`.
    Type(&'static str),
    Variable(&'static str),
    /// A member, where what follows it is as told.
    Member(&'static str, fn(&str) -> bool),
    /// A command, where the rest of its line is as told.
    Command(&'static str, fn(&Command, &str) -> bool),
    /// A command without a parameter.
    Without(&'static str, &'static str),
    /// A download in a script that says nothing of TLS.
    UntoldTls,
}

struct Row {
    shown: Shown,
    what: &'static str,
    message: &'static str,
}

const fn row(shown: Shown, what: &'static str, message: &'static str) -> Row {
    Row {
        shown,
        what,
        message,
    }
}

const TLS: &str = "servicepointmanager";
const DOWNLOADS: [&str; 2] = ["invoke-webrequest", "invoke-restmethod"];

const ROWS: &[Row] = &[
    row(
        Shown::Static(
            "net.servicepointmanager",
            &["securityprotocol", "servercertificatevalidationcallback"],
        ),
        "[Net.ServicePointManager]",
        "5.1's web cmdlets go by it; here they ask for TLS 1.2 or 1.3 and check certificates whatever it says, and it begins as SystemDefault",
    ),
    row(
        Shown::UntoldTls,
        "TLS by default",
        "5.1 on older releases of Windows asks for TLS 1.0 unless [Net.ServicePointManager]::SecurityProtocol says otherwise; here it is TLS 1.2 or 1.3",
    ),
    row(
        Shown::Static("text.encoding", &["default"]),
        "[Text.Encoding]::Default",
        "it is UTF-8 here; in 5.1 it is the ANSI code page (1252)",
    ),
    row(
        Shown::Static("environment", &["version"]),
        "[Environment]::Version",
        "it is .NET's of PowerShell 7 here; in 5.1 it is .NET Framework's 4.0.30319.42000",
    ),
    row(
        Shown::Variable("pshome"),
        "$PSHOME",
        r"it is C:\pwsh here, where pwsh.exe is; in 5.1 it is C:\Windows\System32\WindowsPowerShell\v1.0",
    ),
    row(
        Shown::Command("pwsh", |_, _| true),
        "pwsh",
        "it is PowerShell 7 with 5.1's ways here; on real devices it is there only where somebody installed it",
    ),
    row(
        Shown::Without("invoke-webrequest", "usebasicparsing"),
        "Invoke-WebRequest without -UseBasicParsing",
        "5.1 takes Internet Explorer's engine, which fails for SYSTEM where it was never set up; here it is never asked",
    ),
    row(
        Shown::Command("set-timezone", |_, _| true),
        "Set-TimeZone",
        "clocks of programs stay in UTC here; Get-TimeZone tells the zone that was set",
    ),
    row(
        Shown::Command("test-path", |_, line| within(line, "cert:")),
        "Test-Path on Cert:",
        "it says False of a certificate that is in the store, for Wine's drive does not find it; Get-ChildItem of the store's folder does",
    ),
    row(
        Shown::Command("out-file", |command, _| odd_encoding(command)),
        "-Encoding with UTF7 or a number",
        ENCODING,
    ),
    row(
        Shown::Command("set-content", |command, _| odd_encoding(command)),
        "-Encoding with UTF7 or a number",
        ENCODING,
    ),
    row(
        Shown::Command("add-content", |command, _| odd_encoding(command)),
        "-Encoding with UTF7 or a number",
        ENCODING,
    ),
    row(
        Shown::Command("get-content", |command, _| odd_encoding(command)),
        "-Encoding with UTF7 or a number",
        ENCODING,
    ),
    row(
        Shown::Member("split", splits_at_text),
        "String.Split",
        "5.1 splits at each character of the text; here at the text as a whole: write -split, or the characters as [char[]]",
    ),
    row(
        Shown::Member("fullyqualifiederrorid", |_| true),
        "FullyQualifiedErrorId",
        "where a function stands for a cmdlet its name follows behind the id, and some ids are others: compare its beginning",
    ),
    row(
        Shown::Member("cimclassproperties", indexed_by_name),
        "CimClassProperties",
        "it is a plain list here, without an index by name",
    ),
    row(
        Shown::Member("cimclassmethods", indexed_by_name),
        "CimClassMethods",
        "it is a plain list here, without an index by name",
    ),
    row(
        Shown::Member("ciminstanceproperties", indexed_by_name),
        "CimInstanceProperties",
        "what it gives has Name and Value here, and no CimType or Flags",
    ),
    row(
        Shown::Type("microsoft.management.infrastructure.*"),
        "[Microsoft.Management.Infrastructure.*]",
        "objects of WMI have the name of that type here and are none: -is and casts say no",
    ),
];

const ENCODING: &str =
    "5.1 refuses a number and takes UTF7; here a number is a code page, and UTF7 warns";

/// Each row once for a script, where it is shown first among what 5.1 may come to.
pub(super) fn findings(text: &str, script: &Script) -> Vec<Raw> {
    let mut out = Vec::new();
    for row in ROWS {
        if let Some((start, length)) = shown(&row.shown, text, script) {
            out.push(Raw {
                start,
                end: start + length,
                what: row.what.to_owned(),
                message: row.message.to_owned(),
                error_id: None,
                reach: Reach::Here,
            });
        }
    }
    out
}

/// Place and length of the first that shows it.
fn shown(shown: &Shown, text: &str, script: &Script) -> Option<(usize, usize)> {
    let after = |at: usize| text.get(at..).unwrap_or_default();
    match shown {
        Shown::Static(name, members) => script.types.iter().find_map(|(at, found)| {
            let is = of_system(found).eq_ignore_ascii_case(name);
            let member = after(at + found.len() + 1).strip_prefix("]::")?;
            let member = member.split(|c: char| !c.is_alphanumeric()).next()?;
            let known = members.iter().any(|m| m.eq_ignore_ascii_case(member));
            (is && known && script.runs(*at)).then_some((*at, found.len() + 2))
        }),
        Shown::Type(name) => script.types.iter().find_map(|(at, found)| {
            let space = name.trim_end_matches('*');
            let head = found.get(..space.len())?;
            let is = head.eq_ignore_ascii_case(space) && script.runs(*at);
            is.then_some((*at, found.len() + 2))
        }),
        Shown::Variable(name) => script.variables.iter().find_map(|(at, found)| {
            let is = found.eq_ignore_ascii_case(name) && script.runs(*at);
            is.then_some((*at, found.len() + 1))
        }),
        Shown::Member(name, follows) => script.members.iter().find_map(|(at, found)| {
            let is = found.eq_ignore_ascii_case(name) && follows(after(at + found.len()));
            let is = is && script.runs(*at);
            is.then_some((*at, found.len()))
        }),
        Shown::Command(name, is) => commands(script).find_map(|command| {
            let full = full_name(&command.name);
            let is = full.eq_ignore_ascii_case(name) && is(command, line(after(command.at)));
            is.then_some((command.at, command.name.len()))
        }),
        Shown::Without(name, parameter) => commands(script).find_map(|command| {
            let full = full_name(&command.name);
            let is = full.eq_ignore_ascii_case(name) && !has(command, script, parameter);
            is.then_some((command.at, command.name.len()))
        }),
        Shown::UntoldTls => {
            let told = within(text, TLS);
            let download = commands(script).find(|command| {
                let full = full_name(&command.name);
                DOWNLOADS.iter().any(|d| d.eq_ignore_ascii_case(full))
                    && !has(command, script, "sslprotocol")
            })?;
            (!told && within(text, "https:")).then_some((download.at, download.name.len()))
        }
    }
}

/// Commands that are no functions or aliases of the script's own, where 5.1 may come to them.
fn commands(script: &Script) -> impl Iterator<Item = &Command> {
    let aliases = own(script);
    let own = move |command: &&Command| {
        let name = command.name.to_lowercase();
        !script.functions.contains(&name) && !aliases.contains(&name)
    };
    let runs = |command: &&Command| script.runs(command.at);
    script.commands.iter().filter(own).filter(runs)
}

/// A type's name without `System.`.
fn of_system(name: &str) -> &str {
    let head = name.get(..7).filter(|h| h.eq_ignore_ascii_case("system."));
    head.map_or(name, |head| &name[head.len()..])
}

fn line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn within(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase().contains(part)
}

/// Whether a command has a parameter, also cut short.
/// Whether it is, or may be, given a parameter, also by a table that the script splats.
fn has(command: &Command, script: &Script, name: &str) -> bool {
    let is = |given: &str| given.len() > 2 && name.starts_with(&given.to_ascii_lowercase());
    let untold = |splatted: &String| {
        let mut tables = script.tables.iter();
        !tables.any(|t| t.name.eq_ignore_ascii_case(splatted))
    };
    given(command, script).iter().any(|given| is(given.name)) || command.splats.iter().any(untold)
}

fn odd_encoding(command: &Command) -> bool {
    command
        .parameters
        .iter()
        .enumerate()
        .any(|(at, (_, name))| {
            let is = name.len() > 1 && "encoding".starts_with(&name.to_ascii_lowercase());
            let value = command.words.iter().find(|(after, _)| *after == at + 1);
            let odd = value.is_some_and(|(_, value)| {
                value.eq_ignore_ascii_case("utf7")
                    || value.starts_with(|c: char| c.is_ascii_digit())
            });
            is && odd
        })
}

/// `('ab'` of a call: a text of more than one character.
fn splits_at_text(follows: &str) -> bool {
    let mut signs = follows.chars();
    let quote = match (signs.next(), signs.next()) {
        (Some('('), Some(quote @ ('\'' | '"'))) => quote,
        _ => return false,
    };
    let text = signs.as_str().split(quote).next().unwrap_or_default();
    text.trim_start_matches('`').chars().count() > 1
}

/// `['name']` or `["name"]`.
fn indexed_by_name(follows: &str) -> bool {
    follows.starts_with("['") || follows.starts_with("[\"")
}

#[cfg(test)]
#[path = "otherwise_tests.rs"]
mod tests;
