//! `wmic`.
//!
//! Source: Microsoft Learn, "wmic" (Windows commands) and "WMI Error Constants".

use super::alias::{ALIASES, OTHERS};
use super::classes::{Told, rows};
use super::line::{Word, words};
use super::print::{Format, print};
use super::{call, filter};
use crate::os::handles;
use crate::programs::told::desk::{Desk, Played, Stop, done, play, same, told};
use crate::programs::told::pipe::is_pipe_file;
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};

/// WBEM_E_INVALID_QUERY, WBEM_E_INVALID_CLASS, WBEM_E_INVALID_NAMESPACE.
const BAD_QUERY: i32 = 0x8004_1017_u32 as i32;
const BAD_CLASS: i32 = 0x8004_1010_u32 as i32;
const BAD_NAMESPACE: i32 = 0x8004_100e_u32 as i32;
/// What `wmic` gives for an alias that is none.
const NO_ALIAS: i32 = 44135;
/// What `wmic` gives for a switch that is none.
const NO_SWITCH: i32 = 44125;

const BYTE_ORDER_MARK: u16 = 0xfeff;

/// A call taken apart.
#[derive(Debug, Default)]
struct Order {
    namespace: String,
    class: String,
    brief: Option<&'static [&'static str]>,
    condition: Option<String>,
    verb: String,
    rest: Vec<Word>,
}

/// The program.
pub fn wmic(call: &mut Call<'_>) -> Ended {
    // Tests take what is written, wherever their own stdout goes.
    let pipe = || handles::output_path().is_some_and(|p| is_pipe_file(&p));
    if !cfg!(test) && handles::writes_file() && !pipe() {
        return into_file(call, handles::is_at_start());
    }
    to_stream(call)
}

fn to_stream(call: &mut Call<'_>) -> Ended {
    let line = call.line.to_owned();
    play(call, |desk| run(desk, &line))
}

/// Into a file `wmic` writes UTF-16, behind a mark where the file begins with it.
pub(super) fn into_file(call: &mut Call<'_>, begins: bool) -> Ended {
    let mut text = Vec::new();
    let ended = to_stream(&mut Call {
        name: call.name,
        args: call.args.clone(),
        line: call.line,
        device: call.device,
        out: &mut text,
        err: &mut *call.err,
    });
    // Two carriage returns come of a pipe's text mode, which no file has.
    let text = String::from_utf8_lossy(&text).replace("\r\r\n", "\r\n");
    let mark = (begins && !text.is_empty()).then_some(BYTE_ORDER_MARK);
    let units = mark.into_iter().chain(text.encode_utf16());
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    // A disk that is full is no fault of the program's.
    let _ = call.out.write_all(&bytes);
    ended
}

fn run(desk: &mut Desk<'_, '_>, line: &str) -> Played {
    let order = read(desk, &words(line))?;
    let host = desk.host()?;
    let failed = |exit: i32, what: &str| {
        Stop::error(exit, format!("Node - {host}\nERROR:\nDescription = {what}"))
    };
    if same(&order.verb, "call") && same(&order.class, "Win32_Process") && order.condition.is_none()
    {
        let mut rest = order.rest.iter().map(|w| w.raw.as_str());
        return match rest.next() {
            Some(method) if same(method, "create") => {
                let arguments: Vec<&str> = rest.collect();
                call::create(desk, &arguments.join(" "))
            }
            other => Err(Stop::refused(format!(
                "process call {}",
                other.unwrap_or_default()
            ))),
        };
    }
    let mut found = match rows(desk, &order.namespace, &order.class)? {
        Told::Rows(rows) => rows,
        Told::InvalidClass => return Err(failed(BAD_CLASS, "Invalid class ")),
        Told::InvalidNamespace => return Err(failed(BAD_NAMESPACE, "Invalid namespace ")),
        Told::Unknown => {
            return Err(Stop::refused(format!(
                "{}:{}",
                order.namespace, order.class
            )));
        }
    };
    if let Some(text) = &order.condition {
        let condition = filter::read(text).ok_or_else(|| failed(BAD_QUERY, "Invalid query"))?;
        for property in condition.properties() {
            known(&found, property, &order.class)?;
        }
        found.retain(|row| condition.meets(row));
    }
    match order.verb.to_lowercase().as_str() {
        "get" | "list" => show(desk, &order, &found, &host),
        _ if found.is_empty() => Err(Stop::error(0, "No Instance(s) Available.")),
        "call" => {
            let mut rest = order.rest.iter().map(|w| w.raw.as_str());
            let method = rest.next().unwrap_or_default().to_owned();
            let arguments: Vec<&str> = rest.filter(|a| !same(a, "/nointeractive")).collect();
            call::call(desk, &order.class, &found, &method, &arguments.join(" "))
        }
        "delete" if same(&order.class, "Win32_Process") => {
            for row in &found {
                let pid = row.number("ProcessId").unwrap_or(0) as u32;
                desk.out(format!(
                    "Deleting instance \\\\{host}\\ROOT\\CIMV2:Win32_Process.Handle=\"{pid}\""
                ));
                if let Err(e) = crate::os::tasks::end(pid) {
                    return Err(failed(1, &e.to_string()));
                }
                desk.out("Instance deletion successful.");
            }
            done(0)
        }
        verb => Err(Stop::refused(format!("{} {verb}", order.class))),
    }
}

/// A property of a class that some row has, as the class writes it.
fn known<'r>(rows: &'r [Row], property: &str, class: &str) -> Result<&'r str, Stop> {
    if rows.is_empty() {
        return Ok("");
    }
    let found = rows.iter().find_map(|r| r.name(property));
    found.ok_or_else(|| {
        Stop::refused(format!(
            "property {property} of {class}, which no fact declares"
        ))
    })
}

fn show(desk: &mut Desk<'_, '_>, order: &Order, rows: &[Row], host: &str) -> Played {
    let mut format = Format::Table;
    let mut names: Vec<String> = Vec::new();
    let mut style = None;
    for word in &order.rest {
        let text = word.plain();
        let lower = text.to_lowercase();
        if let Some(form) = lower.strip_prefix("/format:") {
            let form = form.trim_matches('"').trim_end_matches(".xsl");
            format = match form {
                "list" | "value" | "textvaluelist" => Format::List,
                "csv" => Format::Csv,
                "table" | "texttable" | "texttablewsys" => Format::Table,
                _ => return Err(Stop::refused(text)),
            };
        } else if matches!(lower.as_str(), "/value" | "/all") {
            format = if lower == "/value" {
                Format::List
            } else {
                format
            };
        } else if lower.starts_with('/') {
            return Err(Stop::refused(text));
        } else if same(&order.verb, "list") {
            style = Some(lower);
        } else {
            names.extend(
                text.split(',')
                    .map(|n| n.trim().to_owned())
                    .filter(|n| !n.is_empty()),
            );
        }
    }
    if rows.is_empty() {
        return Err(Stop::error(0, "No Instance(s) Available."));
    }
    let all = || {
        let mut all: Vec<String> = Vec::new();
        for name in rows.iter().flat_map(|r| r.0.keys()) {
            if !all.iter().any(|n| same(n, name)) {
                all.push(name.clone());
            }
        }
        all
    };
    let names = match (style.as_deref(), order.brief) {
        (Some("brief"), Some(brief)) => all()
            .into_iter()
            .filter(|n| brief.iter().any(|b| same(b, n)))
            .collect(),
        (Some("full"), _) => {
            format = if format == Format::Table {
                Format::List
            } else {
                format
            };
            all()
        }
        (Some(other), _) => return Err(Stop::refused(format!("list {other}"))),
        (None, _) if names.is_empty() || names.iter().any(|n| n == "*") => all(),
        (None, _) => {
            let mut known_names = Vec::new();
            for name in &names {
                known_names.push(known(rows, name, &order.class)?.to_owned());
            }
            known_names.dedup();
            known_names
        }
    };
    print(desk, rows, &names, format, host);
    let live = ["Win32_Process", "Win32_Service", "Win32_Product"];
    if live.iter().any(|l| same(l, &order.class)) {
        done(0)
    } else {
        told(0)
    }
}

fn read(desk: &Desk<'_, '_>, words: &[Word]) -> Result<Order, Stop> {
    let mut order = Order {
        namespace: "root\\cimv2".into(),
        verb: "list".into(),
        ..Order::default()
    };
    let mut words = words.iter().peekable();
    while let Some(word) = words.next_if(|w| w.raw.starts_with('/')) {
        let (name, value) = word.raw.split_once([':', '=']).unwrap_or((&word.raw, ""));
        let value = value.trim_matches('"');
        match name.to_lowercase().as_str() {
            "/namespace" => {
                order.namespace = value.replace('/', "\\").trim_start_matches('\\').to_owned();
            }
            "/node" if desk.is_this(value)? => {}
            "/interactive" | "/failfast" | "/privileges" | "/locale" => {}
            "/?" | "/node" | "/output" | "/append" | "/user" | "/password" | "/role" | "/trace"
            | "/record" | "/implevel" | "/authlevel" | "/authority" | "/aggregate" => {
                return Err(Stop::refused(word.raw.clone()));
            }
            _ => {
                return Err(Stop::error(
                    NO_SWITCH,
                    format!("{} - Invalid Global Switch.", word.raw),
                ));
            }
        }
    }
    let Some(first) = words.next() else {
        return Err(Stop::refused("the interactive mode"));
    };
    if first.is("path") {
        let class = words.next().map(Word::plain).unwrap_or_default();
        match class.split_once('.') {
            Some((class, key)) => {
                order.class = class.to_owned();
                order.condition = Some(key.replace(',', " and "));
            }
            None => order.class = class,
        }
    } else if let Some(alias) = ALIASES.iter().find(|a| first.is(a.name)) {
        order.class = alias.class.to_owned();
        order.brief = Some(alias.brief);
    } else if OTHERS.iter().any(|o| first.is(o)) || first.is("class") {
        return Err(Stop::refused(first.plain()));
    } else {
        return Err(Stop::error(
            NO_ALIAS,
            format!("{} - Alias not found.", first.plain()),
        ));
    }
    if words.next_if(|w| w.is("where")).is_some() {
        let verbs = ["get", "call", "list", "delete", "set", "assoc", "create"];
        let mut condition = Vec::new();
        while let Some(word) = words.next_if(|w| !verbs.iter().any(|v| w.is(v))) {
            condition.push(word.plain());
        }
        order.condition = Some(condition.join(" "));
    }
    if let Some(verb) = words.next() {
        order.verb = verb.plain();
        if order.verb.starts_with('/') {
            order.rest.push(verb.clone());
            order.verb = "list".into();
        }
    }
    order.rest.extend(words.cloned());
    if order.rest.is_empty() && same(&order.verb, "list") {
        order.verb = "get".into();
    }
    Ok(order)
}
