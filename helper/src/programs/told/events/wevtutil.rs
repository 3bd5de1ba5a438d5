//! `wevtutil`: logs and their entries.
//!
//! Source: Microsoft Learn, "wevtutil" (Windows commands); error numbers from "System Error Codes
//! (12000-15999)": 15001, 15007.

use super::{filter, log, render, xpath};
use crate::programs::told::clock::Moment;
use crate::programs::told::desk::{Desk, Played, Stop, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};

/// ERROR_EVT_INVALID_QUERY.
const BAD_QUERY: i32 = 15001;
/// ERROR_EVT_CHANNEL_NOT_FOUND.
const NO_LOG: i32 = 15007;
/// ERROR_INVALID_PARAMETER.
const BAD: i32 = 87;
/// Size of a log unless it was set, in bytes: 20 MiB for the classic logs, 1 MiB for others.
const CLASSIC_SIZE: u64 = 20_971_520;
const CHANNEL_SIZE: u64 = 1_052_672;

const USAGE: &str = "Windows Events Command Line Utility.

Enables you to retrieve information about event logs and publishers, install
and uninstall event manifests, run queries, and export, archive, and clear logs.

Usage:

You can use either the short (for example, ep /uni) or long (for example,
enum-publishers /unicode) version of the command and option names. Commands,
options and option values are not case-sensitive.

Variables are noted in all upper-case.

wevtutil COMMAND [ARGUMENT [ARGUMENT] ...] [/OPTION:VALUE [/OPTION:VALUE] ...]

Commands:

el | enum-logs          List log names.
gl | get-log            Get log configuration information.
sl | set-log            Modify configuration of a log.
ep | enum-publishers    List event publishers.
gp | get-publisher      Get publisher configuration information.
im | install-manifest   Install event publishers and logs from manifest.
um | uninstall-manifest Uninstall event publishers and logs from manifest.
qe | query-events       Query events from a log or log file.
gli | get-log-info      Get log status information.
epl | export-log        Export a log.
al | archive-log        Archive an exported log.
cl | clear-log          Clear a log.";

/// Short and long names of options.
const OPTIONS: [(&str, &str); 20] = [
    ("q", "query"),
    ("c", "count"),
    ("rd", "reversedirection"),
    ("f", "format"),
    ("l", "locale"),
    ("uni", "unicode"),
    ("e", "element"),
    ("e", "enabled"),
    ("lf", "logfile"),
    ("sq", "structuredquery"),
    ("bm", "bookmark"),
    ("sbm", "savebookmark"),
    ("ms", "maxsize"),
    ("rt", "retention"),
    ("ab", "autobackup"),
    ("bu", "backup"),
    ("ow", "overwrite"),
    ("q", "quiet"),
    ("ca", "channelaccess"),
    ("i", "isolation"),
];

/// A command with its arguments and options, short names, lower case.
struct Order {
    command: String,
    arguments: Vec<String>,
    options: Vec<(String, String)>,
}

impl Order {
    fn option(&self, name: &str) -> Option<&str> {
        let found = self.options.iter().find(|(n, _)| n == name)?;
        Some(&found.1)
    }

    fn truth(&self, name: &str) -> Result<Option<bool>, Stop> {
        match self.option(name).map(str::to_lowercase).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(bad(&format!("Invalid value for option {name}: {other}."))),
        }
    }

    /// Refuses every option but these.
    fn only(&self, known: &[&str]) -> Result<(), Stop> {
        match self
            .options
            .iter()
            .find(|(n, _)| !known.contains(&n.as_str()))
        {
            Some((name, _)) => Err(Stop::refused(format!("{} /{name}", self.command))),
            None => Ok(()),
        }
    }
}

/// The program.
pub fn wevtutil(call: &mut Call<'_>) -> Ended {
    play(call, run)
}

fn run(desk: &mut Desk<'_, '_>) -> Played {
    let args = desk.args();
    let Some(first) = args.first() else {
        desk.out(USAGE);
        return told(0);
    };
    if args.iter().any(|a| a == "/?" || a == "-?") {
        desk.out(USAGE);
        return told(0);
    }
    let order = read(first, &args[1..])?;
    if let Some((name, _)) = order
        .options
        .iter()
        .find(|(n, _)| matches!(n.as_str(), "r" | "u" | "p" | "a"))
    {
        return Err(Stop::refused(format!("/{name} (another computer)")));
    }
    match order.command.as_str() {
        "el" | "enum-logs" => {
            order.only(&["uni"])?;
            for log in log::logs(desk)? {
                desk.out(log.name);
            }
            told(0)
        }
        "gl" | "get-log" => get_log(desk, &order),
        "gli" | "get-log-info" => get_log_info(desk, &order),
        "sl" | "set-log" => set_log(desk, &order),
        "qe" | "query-events" => query(desk, &order),
        "cl" | "clear-log" => {
            order.only(&["uni"])?;
            let log = the_log(desk, &order, "Failed to clear log")?;
            log::clear(desk, &log.name)?;
            told(0)
        }
        "ep" | "enum-publishers" | "gp" | "get-publisher" | "im" | "install-manifest" | "um"
        | "uninstall-manifest" | "epl" | "export-log" | "al" | "archive-log" => {
            Err(Stop::refused(order.command))
        }
        other => Err(bad(&format!("Invalid command {other}."))),
    }
}

fn bad(what: &str) -> Stop {
    Stop::error(BAD, format!("{what}\nThe parameter is incorrect."))
}

fn read(command: &str, args: &[String]) -> Result<Order, Stop> {
    let mut order = Order {
        command: command.to_lowercase(),
        arguments: Vec::new(),
        options: Vec::new(),
    };
    for arg in args {
        let Some(option) = arg.strip_prefix(['/', '-']) else {
            order.arguments.push(arg.clone());
            continue;
        };
        let Some((name, value)) = option.split_once(':') else {
            return Err(bad(&format!(
                "Invalid option {option}. Option is not supported."
            )));
        };
        let name = name.to_lowercase();
        let known = OPTIONS.iter().find(|(s, l)| *s == name || *l == name);
        let remote = ["r", "u", "p", "a"].contains(&name.as_str());
        match known
            .map(|(short, _)| (*short).to_owned())
            .or(remote.then(|| name.clone()))
        {
            Some(short) => order.options.push((short, value.to_owned())),
            None => {
                return Err(bad(&format!(
                    "Invalid option {name}. Option is not supported."
                )));
            }
        }
    }
    Ok(order)
}

fn the_log(desk: &Desk<'_, '_>, order: &Order, failed: &str) -> Result<log::Log, Stop> {
    let Some(name) = order.arguments.first() else {
        return Err(bad("Required argument(s) not specified."));
    };
    if let Some(more) = order.arguments.get(1) {
        return Err(bad(&format!("Too many arguments are specified: {more}.")));
    }
    log::find(desk, name)?.ok_or_else(|| {
        Stop::error(
            NO_LOG,
            format!("{failed} {name}.\nThe specified channel could not be found."),
        )
    })
}

fn get_log(desk: &mut Desk<'_, '_>, order: &Order) -> Played {
    order.only(&["uni", "f"])?;
    if order.option("f").is_some_and(|f| !same(f, "text")) {
        return Err(Stop::refused("gl /f:xml"));
    }
    let log = the_log(desk, order, "Failed to read configuration for log")?;
    let operational = log.name.ends_with("/Operational");
    let enabled = log.row.flag("enabled").unwrap_or(true);
    let size = log.row.number("maximumSize");
    let size = size.unwrap_or(if log.classic {
        CLASSIC_SIZE
    } else {
        CHANNEL_SIZE
    });
    let mode = log.row.text("mode");
    let retention = matches!(mode.as_deref(), Some("Retain" | "AutoBackup"));
    let backup = mode.as_deref() == Some("AutoBackup");
    let isolation = if log.classic {
        log.name.as_str()
    } else {
        "Application"
    };
    desk.out(format!("name: {}\nenabled: {enabled}", log.name));
    desk.out(format!(
        "type: {}",
        if operational { "Operational" } else { "Admin" }
    ));
    desk.out(format!(
        "owningPublisher: \nisolation: {isolation}\nlogging:"
    ));
    desk.out(format!(
        "  logFileName: %SystemRoot%\\System32\\Winevt\\Logs\\{}.evtx",
        log.name.replace('/', "%4")
    ));
    desk.out(format!(
        "  retention: {retention}\n  autoBackup: {backup}\n  maxSize: {size}"
    ));
    desk.out("publishing:\n  fileMax: 1");
    told(0)
}

fn get_log_info(desk: &mut Desk<'_, '_>, order: &Order) -> Played {
    order.only(&["uni", "lf"])?;
    if order.truth("lf")? == Some(true) {
        return Err(Stop::refused("gli /lf:true (a log file)"));
    }
    let log = the_log(desk, order, "Failed to read log status information for log")?;
    let entries = log::entries(desk, &log.name)?;
    let oldest = entries.first().and_then(|e| e.number("recordId"));
    if let Some(last) = entries.last() {
        desk.out(format!("lastWriteTime: {}", render::time(last).iso()));
    }
    desk.out(format!("numberOfLogRecords: {}", entries.len()));
    desk.out(format!("oldestRecordNumber: {}", oldest.unwrap_or(1)));
    told(0)
}

fn set_log(desk: &mut Desk<'_, '_>, order: &Order) -> Played {
    order.only(&["e", "ms", "rt", "ab", "q"])?;
    let log = the_log(desk, order, "Failed to save configuration or activate log")?;
    let mut row = log.row;
    row.set("name", log.name.clone());
    if let Some(enabled) = order.truth("e")? {
        row.set("enabled", enabled);
    }
    if let Some(size) = order.option("ms") {
        let size: u64 = size
            .parse()
            .map_err(|_| bad(&format!("Invalid value for option maxsize: {size}.")))?;
        // A log's size is a multiple of 64 KiB.
        row.set("maximumSize", size.div_ceil(65_536) * 65_536);
    }
    let (retention, backup) = (order.truth("rt")?, order.truth("ab")?);
    match (retention, backup) {
        (None, None) => {}
        (_, Some(true)) => row.set("mode", "AutoBackup"),
        (Some(true), _) => row.set("mode", "Retain"),
        _ => row.set("mode", "Circular"),
    }
    desk.put("eventLogs", &log.name, row.value())?;
    told(0)
}

fn query(desk: &mut Desk<'_, '_>, order: &Order) -> Played {
    order.only(&["q", "c", "rd", "f", "l", "uni", "e", "lf", "sq"])?;
    for (option, what) in [("lf", "a log file"), ("sq", "a structured query in a file")] {
        if order.truth(option)? == Some(true) {
            return Err(Stop::refused(format!("qe /{option}:true ({what})")));
        }
    }
    let text = order.option("q").unwrap_or("*");
    if text.trim_start().starts_with('<') {
        return Err(Stop::refused("qe /q with a structured query"));
    }
    let most = match order.option("c") {
        None => usize::MAX,
        Some(count) => count
            .parse()
            .map_err(|_| bad(&format!("Invalid value for option count: {count}.")))?,
    };
    let format = order.option("f").unwrap_or("XML").to_lowercase();
    if !["xml", "text", "renderedxml"].contains(&format.as_str()) {
        return Err(bad(&format!("Invalid value for option format: {format}.")));
    }
    let log = the_log(desk, order, "Failed to open event query on")?;
    let query = xpath::read(text).ok_or_else(|| {
        Stop::error(
            BAD_QUERY,
            "Failed to open event query.\nThe specified query is invalid.",
        )
    })?;
    let host = desk.host()?;
    let now = Moment::now();
    let mut found = log::entries(desk, &log.name)?;
    found.retain(|e| filter::meets(&render::tree(e, &host), &query, now));
    if order.truth("rd")? == Some(true) {
        found.reverse();
    }
    found.truncate(most);
    if format != "text"
        && let Some(root) = order.option("e")
    {
        desk.out(format!("<{root}>"));
    }
    for (index, entry) in found.iter().enumerate() {
        match format.as_str() {
            "text" => desk.out(render::plain(entry, &host, index)),
            "renderedxml" => desk.out(rendered(&render::xml(entry, &host), entry)),
            _ => desk.out(render::xml(entry, &host)),
        }
    }
    if format != "text"
        && let Some(root) = order.option("e")
    {
        desk.out(format!("</{root}>"));
    }
    told(0)
}

/// The XML with the message and the level's word in it.
fn rendered(xml: &str, entry: &Row) -> String {
    let message = render::escaped(&entry.text("message").unwrap_or_default());
    let info = format!(
        "<RenderingInfo Culture='en-US'><Message>{message}</Message><Level>{}</Level></RenderingInfo></Event>",
        render::level_word(render::level(entry))
    );
    match xml.strip_suffix("</Event>") {
        Some(inner) => format!("{inner}{info}"),
        None => xml.to_owned(),
    }
}
