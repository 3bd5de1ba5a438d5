//! Definitions of tasks as XML.
//!
//! Source: Microsoft Learn, "Task Scheduler Schema Elements".

use crate::programs::told::clock::Moment;
use crate::programs::told::row::Row;
use crate::programs::told::xml::Element;

/// Namespace of definitions.
const NAMESPACE: &str = "http://schemas.microsoft.com/windows/2004/02/mit/task";

/// Accounts that every Windows has: SID and name.
pub const WELL_KNOWN: [(&str, &str); 8] = [
    ("S-1-5-18", "SYSTEM"),
    ("S-1-5-19", "LOCAL SERVICE"),
    ("S-1-5-20", "NETWORK SERVICE"),
    ("S-1-5-4", "INTERACTIVE"),
    ("S-1-1-0", "Everyone"),
    ("S-1-5-11", "Authenticated Users"),
    ("S-1-5-32-544", "Administrators"),
    ("S-1-5-32-545", "Users"),
];

/// What a new task is made of.
#[derive(Debug, Default)]
pub struct New {
    pub address: String,
    pub author: String,
    pub command: String,
    pub arguments: String,
    pub triggers: Vec<Element>,
    pub principal: Vec<Element>,
    /// Further settings.
    pub settings: Vec<Element>,
}

/// The definition of a new task, with the settings that `schtasks` writes.
pub fn new(task: New) -> Element {
    let exec = exec(&task.command, &task.arguments, "");
    let mut settings: Vec<Element> = [
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "true"),
        ("StopIfGoingOnBatteries", "true"),
        ("AllowHardTerminate", "true"),
        ("StartWhenAvailable", "false"),
        ("RunOnlyIfNetworkAvailable", "false"),
    ]
    .map(|(name, value)| Element::of(name, value))
    .into();
    settings.push(Element::new("IdleSettings").with([
        Element::of("StopOnIdleEnd", "true"),
        Element::of("RestartOnIdle", "false"),
    ]));
    settings.extend(
        [
            ("AllowStartOnDemand", "true"),
            ("Enabled", "true"),
            ("Hidden", "false"),
            ("RunOnlyIfIdle", "false"),
            ("WakeToRun", "false"),
            ("ExecutionTimeLimit", "PT72H"),
            ("Priority", "7"),
        ]
        .map(|(name, value)| Element::of(name, value)),
    );
    settings.extend(task.settings);
    root("1.2").with([
        Element::new("RegistrationInfo").with([
            Element::of("Date", Moment::now().boundary()),
            Element::of("Author", task.author),
            Element::of("URI", task.address),
        ]),
        Element::new("Triggers").with(task.triggers),
        Element::new("Principals").with([Element::new("Principal")
            .attribute("id", "Author")
            .with(task.principal)]),
        Element::new("Settings").with(settings),
        Element::new("Actions")
            .attribute("Context", "Author")
            .with([exec]),
    ])
}

fn root(version: &str) -> Element {
    Element::new("Task")
        .attribute("version", version)
        .attribute("xmlns", NAMESPACE)
}

/// An action that starts a program.
pub fn exec(command: &str, arguments: &str, folder: &str) -> Element {
    let parts = [
        ("Command", command),
        ("Arguments", arguments),
        ("WorkingDirectory", folder),
    ];
    let given = parts.into_iter().filter(|(_, value)| !value.is_empty());
    Element::new("Exec").with(given.map(|(name, value)| Element::of(name, value)))
}

/// The definition of a task that the scenario declares: `execute`, `arguments`, `workingDirectory`,
/// `userId`, `runLevel`, `description`, `author`, `state`. Without a program it is a COM handler's.
pub fn of_declared(row: &Row, address: &str) -> Element {
    let text = |name: &str| row.full(name).unwrap_or_default();
    let action = match row.full("execute") {
        Some(program) => exec(&program, &text("arguments"), &text("workingDirectory")),
        None => Element::new("ComHandler"),
    };
    let user = row.full("userId").unwrap_or_else(|| "SYSTEM".into());
    let user = sid_of(&user).map_or(user.clone(), str::to_owned);
    let mut principal = vec![Element::of("UserId", user)];
    if text("runLevel") == "Highest" {
        principal.push(Element::of("RunLevel", "HighestAvailable"));
    }
    let info = [
        ("Author", text("author")),
        ("Description", text("description")),
    ];
    let info = info.into_iter().filter(|(_, v)| !v.is_empty());
    let enabled = if text("state") == "Disabled" {
        "false"
    } else {
        "true"
    };
    root("1.2").with([
        Element::new("RegistrationInfo")
            .with(info.map(|(name, value)| Element::of(name, value)))
            .with([Element::of("URI", address)]),
        Element::new("Triggers"),
        Element::new("Principals").with([Element::new("Principal")
            .attribute("id", "Author")
            .with(principal)]),
        Element::new("Settings").with([Element::of("Enabled", enabled)]),
        Element::new("Actions")
            .attribute("Context", "Author")
            .with([action]),
    ])
}

/// SID of an account that every Windows has.
pub fn sid_of(name: &str) -> Option<&'static str> {
    let short = name.rsplit('\\').next().unwrap_or(name).trim();
    let plain = |n: &str| n.replace(' ', "").to_lowercase();
    WELL_KNOWN
        .iter()
        .find(|(sid, n)| *sid == name || plain(n) == plain(short))
        .map(|(sid, _)| *sid)
        .or_else(|| (plain(short) == "localsystem").then_some("S-1-5-18"))
}

/// Name of such an account's SID, else what was given.
pub fn name_of(sid: &str) -> &str {
    WELL_KNOWN
        .iter()
        .find(|(s, _)| *s == sid)
        .map_or(sid, |(_, name)| name)
}

/// The definition as a document.
pub fn document(definition: &Element) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n{}",
        definition.write(0).trim_end()
    )
}

/// Seconds of an ISO 8601 duration such as `P1DT2H30M`; months count 30 days.
pub fn seconds(duration: &str) -> Option<i64> {
    let mut rest = duration.trim().strip_prefix('P')?;
    let mut total = 0i64;
    let mut time = false;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            time = true;
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..end].parse().ok()?;
        let unit = match (rest[end..].chars().next()?, time) {
            ('Y', false) => 365 * 86_400,
            ('M', false) => 30 * 86_400,
            ('W', false) => 7 * 86_400,
            ('D', false) => 86_400,
            ('H', true) => 3600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[end + 1..];
    }
    Some(total)
}
