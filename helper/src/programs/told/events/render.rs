//! An entry as the event log gives it: as XML, as text, and as the tree that queries look at.
//!
//! Source: Microsoft Learn, "Event Schema" and "wevtutil" (Windows commands).

use crate::programs::told::clock::Moment;
use crate::programs::told::row::Row;
use serde_json::Value;

/// Namespace of events.
const NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

/// An element.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node {
    pub name: &'static str,
    pub attributes: Vec<(&'static str, String)>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    fn new(name: &'static str) -> Node {
        Node {
            name,
            ..Node::default()
        }
    }

    fn text(name: &'static str, text: impl Into<String>) -> Node {
        Node {
            name,
            text: text.into(),
            ..Node::default()
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Node {
        self.attributes.push((name, value.into()));
        self
    }
}

/// Level of an entry: as declared, or by its type.
pub fn level(entry: &Row) -> u64 {
    entry
        .number("level")
        .unwrap_or_else(|| match entry.text("type").as_deref() {
            Some("Critical") => 1,
            Some("Error") => 2,
            Some("Warning") => 3,
            Some("Verbose") => 5,
            Some("SuccessAudit" | "FailureAudit") => 0,
            _ => 4,
        })
}

/// Word of a level.
pub fn level_word(level: u64) -> &'static str {
    match level {
        1 => "Critical",
        2 => "Error",
        3 => "Warning",
        5 => "Verbose",
        _ => "Information",
    }
}

/// Keywords of an entry: "Classic" unless it is an audit or says its own.
fn keywords(entry: &Row) -> u64 {
    entry
        .number("keywords")
        .unwrap_or_else(|| match entry.text("type").as_deref() {
            Some("SuccessAudit") => 0x8020_0000_0000_0000,
            Some("FailureAudit") => 0x8010_0000_0000_0000,
            _ => 0x80_0000_0000_0000,
        })
}

/// When the entry was written.
pub fn time(entry: &Row) -> Moment {
    let text = entry.text("time").unwrap_or_default();
    Moment::parse(&text).unwrap_or(Moment(0))
}

/// The entry as an element `Event`.
pub fn tree(entry: &Row, host: &str) -> Node {
    let number = |name: &str| entry.number(name).unwrap_or(0).to_string();
    let text = |name: &str| entry.text(name).unwrap_or_default();
    let mut system = Node::new("System");
    let mut security = Node::new("Security");
    if let Some(user) = entry.full("userId") {
        security = security.with("UserID", user);
    }
    system.children = vec![
        Node::new("Provider").with("Name", text("source")),
        Node::text("EventID", number("id")).with("Qualifiers", number("qualifiers")),
        Node::text("Version", number("version")),
        Node::text("Level", level(entry).to_string()),
        Node::text("Task", number("category")),
        Node::text("Opcode", number("opcode")),
        Node::text("Keywords", format!("0x{:x}", keywords(entry))),
        Node::new("TimeCreated").with("SystemTime", time(entry).iso()),
        Node::text("EventRecordID", number("recordId")),
        Node::new("Correlation"),
        Node::new("Execution")
            .with("ProcessID", number("processId"))
            .with("ThreadID", "0"),
        Node::text("Channel", text("log")),
        Node::text(
            "Computer",
            entry.full("computer").unwrap_or_else(|| host.to_owned()),
        ),
        security,
    ];
    let mut data = Node::new("EventData");
    match entry.get("data") {
        Some(Value::Object(named)) => {
            let named = Row(named.clone());
            data.children = named
                .0
                .keys()
                .map(|k| {
                    Node::text("Data", named.text(k).unwrap_or_default()).with("Name", k.clone())
                })
                .collect();
        }
        Some(_) => {
            let texts = entry.texts("data").into_iter();
            data.children = texts.map(|t| Node::text("Data", t)).collect();
        }
        None => {}
    }
    let mut event = Node::new("Event");
    event.children = vec![system, data];
    event
}

/// The entry as XML on one line, as `wevtutil` writes it.
pub fn xml(entry: &Row, host: &str) -> String {
    let mut out = String::new();
    write(&tree(entry, host).with("xmlns", NAMESPACE), &mut out);
    out
}

fn write(node: &Node, out: &mut String) {
    out.push('<');
    out.push_str(node.name);
    for (name, value) in &node.attributes {
        out.push_str(&format!(" {name}='{}'", escaped(value)));
    }
    if node.text.is_empty() && node.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    out.push_str(&escaped(&node.text));
    for child in &node.children {
        write(child, out);
    }
    out.push_str(&format!("</{}>", node.name));
}

/// Text within XML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&apos;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// The entry as text, numbered in its answer.
pub fn plain(entry: &Row, host: &str, index: usize) -> String {
    let text = |name: &str| entry.text(name).unwrap_or_default();
    let or = |name: &str| {
        entry
            .full(name)
            .filter(|t| t != "0")
            .unwrap_or("N/A".into())
    };
    let user = entry.full("userId");
    let name = match user.as_deref() {
        Some("S-1-5-18") => "NT AUTHORITY\\SYSTEM",
        Some("S-1-5-19") => "NT AUTHORITY\\LOCAL SERVICE",
        Some("S-1-5-20") => "NT AUTHORITY\\NETWORK SERVICE",
        _ => "N/A",
    };
    let keyword = match text("type").as_str() {
        "SuccessAudit" => "Audit Success",
        "FailureAudit" => "Audit Failure",
        _ => "Classic",
    };
    format!(
        "Event[{index}]:\n  Log Name: {}\n  Source: {}\n  Date: {}\n  Event ID: {}\n  Task: {}\n  Level: {}\n  Opcode: {}\n  Keyword: {keyword}\n  User: {}\n  User Name: {name}\n  Computer: {}\n  Description: \n{}\n",
        text("log"),
        text("source"),
        time(entry).iso(),
        entry.number("id").unwrap_or(0),
        or("category"),
        level_word(level(entry)),
        or("opcode"),
        user.as_deref().unwrap_or("N/A"),
        entry.full("computer").unwrap_or_else(|| host.to_owned()),
        text("message"),
    )
}
