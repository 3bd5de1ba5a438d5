//! Reads a report, whatever its layout: fields are known by their names, which stand in attributes
//! (`<value name="agent-idle">1</value>`), as elements (`<agent-idle>`) or at the root.

use super::xml::{self, Element, XmlError};
use super::{
    AgentOnline, At, BackupSetting, Deployment, Entry, FIELDS, Field, Kind, Platform, Project,
    Report, RunMode, Value, told,
};
use std::collections::BTreeMap;

/// Attributes that hold a field's name, and that hold its value.
const NAMES: [&str; 3] = ["name", "id", "key"];
const VALUES: [&str; 1] = ["value"];
/// Most characters of a value that are told.
const SHOWN: usize = 60;

/// Reads a report. What is not as the page says is in its `problems`.
///
/// # Errors
/// The file is no well-formed XML.
pub fn read(bytes: &[u8]) -> Result<Report, XmlError> {
    let root = xml::parse(bytes)?;
    let mut found = Found::default();
    for (name, value) in &root.attributes {
        if let Some(field) = Field::of(name) {
            let alone = Element {
                text: value.clone(),
                at: root.at,
                ..Element::default()
            };
            found.add(field, &alone);
        }
    }
    found.walk(&root);
    Ok(found.report())
}

/// A field's value, or why it says nothing, and where it stands.
type Seen = (At, Result<Value, String>);

#[derive(Default)]
struct Found {
    fields: BTreeMap<&'static str, Vec<Seen>>,
    problems: Vec<(At, String)>,
}

impl Found {
    fn walk(&mut self, above: &Element) {
        for element in &above.children {
            let named = element.attribute(&NAMES);
            let field = named.and_then(Field::of).or_else(|| match named {
                None => Field::of(&element.name),
                Some(_) => None,
            });
            match (field, named) {
                (Some(field), _) => self.add(field, element),
                (None, Some(name)) => self.unknown(name, element.at),
                // A folder of fields; what holds none and says something is a field of another name.
                (None, None) if element.children.is_empty() => {
                    self.unknown(&element.name, element.at);
                }
                (None, None) => self.walk(element),
            }
        }
    }

    fn unknown(&mut self, name: &str, at: At) {
        let near = nearest(name, FIELDS.iter().map(|f| f.name));
        let near = near.map(|n| format!(", like `{n}`")).unwrap_or_default();
        let name = short(name);
        self.problems
            .push((at, format!("`{name}` is no field of the page{near}")));
    }

    fn add(&mut self, field: &'static Field, element: &Element) {
        let value = value(field.kind, element, &mut self.problems, field.name);
        if let Err(why) = &value {
            self.problems
                .push((element.at, format!("{}: {why}", field.name)));
        }
        if let Ok(Value::Sync(code)) = &value
            && super::SyncError::of(*code).is_none()
        {
            self.problems
                .push((element.at, format!("{}: {}", field.name, told(*code))));
        }
        let all = self.fields.entry(field.name).or_default();
        all.push((element.at, value));
    }

    fn report(mut self) -> Report {
        let mut entries = Vec::new();
        let platform = self
            .fields
            .get("platform")
            .and_then(|all| match all.as_slice() {
                [(_, Ok(Value::Platform(p)))] => Some(*p),
                _ => None,
            });
        for field in FIELDS {
            let Some(mut all) = self.fields.remove(field.name) else {
                continue;
            };
            let at = all[0].0;
            if all.len() > 1 {
                let places: Vec<String> = all.iter().map(|(at, _)| at.to_string()).collect();
                let why = format!("it is there {} times: {}", all.len(), places.join("; "));
                self.problems
                    .push((all[1].0, format!("{}: {why}", field.name)));
                entries.push((field, Entry::Unreadable { why, at }));
                continue;
            }
            if field.windows_only && platform == Some(Platform::Mac) {
                let why = "a report of macOS has it, which the page has on Windows alone";
                self.problems.push((at, format!("{}: {why}", field.name)));
            }
            let entry = match all.swap_remove(0).1 {
                Ok(value) => Entry::Read { value, at },
                Err(why) => Entry::Unreadable { why, at },
            };
            entries.push((field, entry));
        }
        self.problems.sort_by_key(|(at, _)| *at);
        let told = |(at, what): (At, String)| format!("{at}: {what}");
        Report {
            entries,
            problems: self.problems.into_iter().map(told).collect(),
        }
    }
}

/// The text of an element: its attribute `value`, else what is between its tags.
fn text(element: &Element) -> &str {
    element.attribute(&VALUES).unwrap_or(&element.text)
}

fn value(
    kind: Kind,
    element: &Element,
    problems: &mut Vec<(At, String)>,
    name: &str,
) -> Result<Value, String> {
    let t = text(element);
    if !matches!(kind, Kind::Texts | Kind::Projects) && !element.children.is_empty() {
        return Err(format!("elements where {} belongs", what(kind)));
    }
    let closed = |words: &[&str]| {
        let near = nearest(t, words.iter().copied());
        let near = near
            .map(|n| format!(", did it mean {n}?"))
            .unwrap_or_default();
        format!("{} is none of {}{near}", quoted(t), words.join(", "))
    };
    match kind {
        Kind::Text => Ok(Value::Text(t.to_owned())),
        Kind::Flag => match t.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Ok(Value::Flag(true)),
            "false" | "0" | "no" => Ok(Value::Flag(false)),
            _ => Err(format!("{} is neither true nor false", quoted(t))),
        },
        Kind::Whole => whole(t, i64::MAX).map(Value::Whole),
        Kind::Percent => whole(t, 100).map(Value::Whole),
        Kind::Port => whole(t, 65_535).map(Value::Whole),
        Kind::Time => whole(t, i64::MAX).map(Value::Time),
        Kind::TimeOrNow if t.eq_ignore_ascii_case("now") => Ok(Value::Now),
        Kind::TimeOrNow => whole(t, i64::MAX).map(Value::Time),
        Kind::Sync => whole(t, i64::MAX).map(Value::Sync),
        Kind::Platform => Platform::from_word(t)
            .map(Value::Platform)
            .ok_or_else(|| closed(Platform::WORDS)),
        Kind::Online => AgentOnline::from_word(t)
            .map(Value::Online)
            .ok_or_else(|| closed(AgentOnline::WORDS)),
        Kind::RunMode => RunMode::from_word(t)
            .map(Value::RunMode)
            .ok_or_else(|| closed(RunMode::WORDS)),
        Kind::BackupSetting => BackupSetting::from_word(t)
            .map(Value::BackupSetting)
            .ok_or_else(|| closed(BackupSetting::WORDS)),
        Kind::Deployment => Deployment::from_word(t)
            .map(Value::Deployment)
            .ok_or_else(|| closed(Deployment::WORDS)),
        Kind::Texts if element.children.is_empty() && !t.is_empty() => {
            Err(format!("the text {} where items belong", quoted(t)))
        }
        Kind::Texts => Ok(Value::Texts(
            element
                .children
                .iter()
                .map(|c| text(c).to_owned())
                .collect(),
        )),
        Kind::Projects if element.children.is_empty() && !t.is_empty() => {
            Err(format!("the text {} where records belong", quoted(t)))
        }
        Kind::Projects => {
            let records = element.children.iter();
            Ok(Value::Projects(
                records.map(|r| project(r, problems, name)).collect(),
            ))
        }
    }
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Texts | Kind::Projects => "a text",
        Kind::Flag => "true or false",
        Kind::Whole | Kind::Port | Kind::Sync => "a number",
        Kind::Percent => "a percentage",
        Kind::Time | Kind::TimeOrNow => "a time",
        _ => "a word",
    }
}

/// A whole number from 0 to `most`.
fn whole(text: &str, most: i64) -> Result<i64, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(n) if digits && n <= most => Ok(n),
        Ok(n) if n < 0 => Err(format!("{n} is below 0")),
        Ok(n) if digits => Err(format!("{n} is above {most}")),
        Err(_) if digits => Err(format!("{} is larger than {}", quoted(text), i64::MAX)),
        _ => Err(format!("{} is no whole number", quoted(text))),
    }
}

/// A record of the project list; its fields by attributes or elements, under any usual name.
fn project(record: &Element, problems: &mut Vec<(At, String)>, list: &str) -> Project {
    let mut seen: Vec<&'static str> = Vec::new();
    let mut out = Project::default();
    let attributes = record
        .attributes
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str(), record.at));
    let elements = record
        .children
        .iter()
        .map(|c| (c.attribute(&NAMES).unwrap_or(&c.name), text(c), c.at));
    for (name, value, at) in attributes.chain(elements) {
        let mut told = |what: String| problems.push((at, format!("{list}: {what}")));
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let known = match plain.as_str() {
            "fileid" | "id" => "FileID",
            "name" | "projectname" => "name",
            "bytes" | "bytessynced" => "bytes",
            "files" | "filessynced" => "files",
            "path" | "projectpath" => "path",
            "error" | "errorstatus" | "status" => "error",
            _ => {
                told(format!("`{}` is no field of a project", short(name)));
                continue;
            }
        };
        if seen.contains(&known) {
            told(format!("a project has {known} twice"));
            // Neither counts: nobody knows which one is meant.
            match known {
                "bytes" => out.bytes = None,
                "files" => out.files = None,
                "error" => out.error = None,
                "FileID" => out.id.clear(),
                "name" => out.name.clear(),
                _ => out.path.clear(),
            }
            continue;
        }
        seen.push(known);
        let mut number = || match whole(value, i64::MAX) {
            Ok(n) => Some(n),
            Err(why) => {
                told(format!("{known} of a project: {why}"));
                None
            }
        };
        match known {
            "FileID" => out.id = value.to_owned(),
            "name" => out.name = value.to_owned(),
            "path" => out.path = value.to_owned(),
            "bytes" => out.bytes = number(),
            "files" => out.files = number(),
            _ => {
                out.error = number();
                if let Some(code) = out.error.filter(|c| super::SyncError::of(*c).is_none()) {
                    told(format!("error of a project: {}", super::told(code)));
                }
            }
        }
    }
    out
}

fn quoted(text: &str) -> String {
    format!("`{}`", short(text))
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        out.push_str("...");
    }
    out
}

/// The known word that a text is a slip of, if any.
fn nearest<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if text.len() > SHOWN {
        return None;
    }
    let text = text.to_ascii_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::osa_distance(&text, &k.to_ascii_lowercase()), k))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, k)| *distance <= 2.min(k.len() / 3))
        .map(|(_, k)| k)
}
