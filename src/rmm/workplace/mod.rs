//! The status report of Datto Workplace Desktop (`StatusReport.xml`), which it keeps from version
//! 7.0 on for RMMs to read: its fields and their types `[O]`, its places `[O]`, and a reader that
//! takes any layout, for no real file is public (FIDELITY.md).

mod fields;
mod place;
mod read;
mod sync;
#[cfg(test)]
mod tests;
mod xml;

pub use fields::{AgentOnline, BackupSetting, Deployment, FIELDS, Field, Kind, Platform, RunMode};
pub use place::{Owner, places};
pub use read::read;
pub use sync::{SyncError, told};
pub use xml::XmlError;

/// Largest report that is read, in bytes.
pub const LARGEST: usize = 1 << 20;

/// A place in the file, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct At {
    pub line: usize,
    /// In characters.
    pub column: usize,
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Flag(bool),
    /// Whole numbers, percentages, ports.
    Whole(i64),
    /// Seconds since 1970 in UTC.
    Time(i64),
    /// `Now` instead of a time.
    Now,
    Platform(Platform),
    Online(AgentOnline),
    RunMode(RunMode),
    BackupSetting(BackupSetting),
    Deployment(Deployment),
    /// A code of [`SyncError`], or one that the page does not have.
    Sync(i64),
    Texts(Vec<String>),
    Projects(Vec<Project>),
}

impl Value {
    /// For people, and what a text is held against.
    pub fn shown(&self) -> String {
        match self {
            Value::Text(t) => t.clone(),
            Value::Flag(b) => b.to_string(),
            Value::Whole(n) | Value::Time(n) => n.to_string(),
            Value::Now => "Now".into(),
            Value::Platform(w) => w.word().into(),
            Value::Online(w) => w.word().into(),
            Value::RunMode(w) => w.word().into(),
            Value::BackupSetting(w) => w.word().into(),
            Value::Deployment(w) => w.word().into(),
            Value::Sync(code) => told(*code),
            Value::Texts(all) => all.join(", "),
            Value::Projects(all) => {
                let names: Vec<&str> = all.iter().map(|p| p.name.as_str()).collect();
                names.join(", ")
            }
        }
    }
}

/// A synced project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// Its FileID.
    pub id: String,
    pub name: String,
    /// Bytes synced.
    pub bytes: Option<i64>,
    /// Files synced.
    pub files: Option<i64>,
    pub path: String,
    /// A code of [`SyncError`], or one that the page does not have.
    pub error: Option<i64>,
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Read {
        value: Value,
        at: At,
    },
    /// It is there and says nothing that could be held: another word than the page's, a number too
    /// large, twice in the file.
    Unreadable {
        why: String,
        at: At,
    },
}

/// A report that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    entries: Vec<(&'static Field, Entry)>,
    /// What is not as the page says, in the order of the file, each with its place.
    pub problems: Vec<String>,
}

impl Report {
    /// What stands in a field of the page; none where the report does not have it.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        let found = self.entries.iter().find(|(f, _)| f.name == name);
        found.map(|(_, e)| e)
    }

    /// The value of a field that could be read.
    pub fn value(&self, name: &str) -> Option<&Value> {
        match self.get(name) {
            Some(Entry::Read { value, .. }) => Some(value),
            _ => None,
        }
    }

    /// Names of the fields it has, in the page's order.
    pub fn names(&self) -> Vec<&'static str> {
        FIELDS
            .iter()
            .filter(|f| self.get(f.name).is_some())
            .map(|f| f.name)
            .collect()
    }
}
