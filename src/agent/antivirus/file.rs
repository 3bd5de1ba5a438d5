//! Reads `antivirus.json`: `{"product":"Name","running":true,"upToDate":true}` `[A]`.
//!
//! What the Agent takes besides is not public. Deformations that scripts really leave (UTF-16 with a
//! byte order mark by `Out-File`, texts for booleans) are read, each with a note that says which, for
//! another Agent may not take them. What is no such object at all counts as no antivirus.

use crate::agent::note;
use crate::rmm::event::Note;
use crate::rmm::portal::{Antivirus, AntivirusSource, AntivirusStatus};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;

/// Largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 64 << 10;

/// Longest name of a product that the platform is taken to keep, in characters.
const LONGEST_PRODUCT: usize = 255;

const KEYS: [&str; 3] = ["product", "running", "upToDate"];

/// What a file told.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub antivirus: Antivirus,
    pub notes: Vec<Note>,
}

/// Reads the file at `path` (for messages). Never fails: what cannot be read is noted, and is no
/// antivirus.
pub fn read(bytes: &[u8], path: &str) -> Reading {
    let mut notes = Vec::new();
    let antivirus = match told(bytes, path, &mut notes) {
        Ok(antivirus) => antivirus,
        Err(why) => {
            notes.push(note(
                "antivirus-json-invalid",
                format!("{path}{why}: the device counts as without an antivirus"),
                r#"write one object: {"product":"NAME","running":true,"upToDate":true}"#,
            ));
            Antivirus::by(AntivirusSource::File)
        }
    };
    Reading { antivirus, notes }
}

fn told(bytes: &[u8], path: &str, notes: &mut Vec<Note>) -> Result<Antivirus, String> {
    if bytes.len() as u64 > LARGEST {
        return Err(format!(" is larger than {LARGEST} bytes"));
    }
    let text = decode(bytes, path, notes);
    let text = without_padding(&text, path, notes);
    if text.trim().is_empty() {
        return Err(" is empty".to_owned());
    }
    // serde_json tells line and column, counted in bytes of the text.
    let value: Loose = serde_json::from_str(text).map_err(|e| located(&e))?;
    let Loose::Object(entries) = value else {
        return Err(format!(
            " holds {} where an object is expected",
            value.kind()
        ));
    };
    let mut fields = Fields { path, notes };
    fields.unknown(&entries);
    let product = fields.product(&entries)?;
    let running = fields.boolean(&entries, "running");
    let up_to_date = fields.boolean(&entries, "upToDate");
    Ok(Antivirus {
        product,
        status: AntivirusStatus::of(running, up_to_date),
        source: Some(AntivirusSource::File),
    })
}

/// `:LINE:COLUMN is no JSON: what`, in words of one line.
fn located(e: &serde_json::Error) -> String {
    let all = e.to_string();
    let what = all.split(" at line ").next().unwrap_or_default();
    format!(":{}:{} is no JSON: {what}", e.line(), e.column())
}

/// The text in whatever encoding Windows' programs wrote it.
fn decode(bytes: &[u8], path: &str, notes: &mut Vec<Note>) -> String {
    let mut remark = |code: &str, what: &str| {
        let help = "write UTF-8 without a byte order mark: [IO.File]::WriteAllText($path, $json), or Set-Content -Encoding ascii; `>` and Out-File write UTF-16 in Windows PowerShell";
        notes.push(note(code, format!("{path} {what}; it was read"), help));
    };
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            remark("antivirus-json-bom", "begins with a byte order mark");
            return String::from_utf8_lossy(rest).into_owned();
        }
        [0xFF, 0xFE, rest @ ..] => {
            remark(
                "antivirus-json-utf-16",
                "is UTF-16 (little endian) with a byte order mark",
            );
            return wide(rest, u16::from_le_bytes);
        }
        [0xFE, 0xFF, rest @ ..] => {
            remark(
                "antivirus-json-utf-16",
                "is UTF-16 (big endian) with a byte order mark",
            );
            return wide(rest, u16::from_be_bytes);
        }
        // JSON begins with a character of ASCII, whose other byte is 0.
        [first, 0, ..] if *first != 0 => {
            remark(
                "antivirus-json-utf-16",
                "is UTF-16 (little endian) without a byte order mark",
            );
            return wide(bytes, u16::from_le_bytes);
        }
        [0, first, ..] if *first != 0 => {
            remark(
                "antivirus-json-utf-16",
                "is UTF-16 (big endian) without a byte order mark",
            );
            return wide(bytes, u16::from_be_bytes);
        }
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(e) => {
            let what = format!(
                "is not UTF-8 (byte {}), its bytes count as Latin-1",
                e.valid_up_to() + 1
            );
            remark("antivirus-json-not-utf-8", &what);
            bytes.iter().map(|b| char::from(*b)).collect()
        }
    }
}

/// Without the NUL characters that a file made too long ends with.
fn without_padding<'t>(text: &'t str, path: &str, notes: &mut Vec<Note>) -> &'t str {
    let trimmed = text.trim_end_matches(|c: char| c == '\0' || c.is_whitespace());
    if text[trimmed.len()..].contains('\0') {
        notes.push(note(
            "antivirus-json-nul",
            format!("{path} ends with NUL characters; they were left out"),
            "write only the text, not the whole buffer it was made in",
        ));
    }
    trimmed
}

/// Takes the three values out of an object's entries.
struct Fields<'f> {
    path: &'f str,
    notes: &'f mut Vec<Note>,
}

impl Fields<'_> {
    fn remark(&mut self, code: &str, what: &str, help: &str) {
        let message = format!("{}: {what}", self.path);
        self.notes.push(note(code, message, help));
    }

    fn unknown(&mut self, entries: &[(String, Loose)]) {
        let mut told = BTreeSet::new();
        for (key, _) in entries {
            if KEYS.iter().any(|k| k.eq_ignore_ascii_case(key)) || !told.insert(key) {
                continue;
            }
            let key: String = key.chars().take(LONGEST_PRODUCT).collect();
            self.remark(
                "antivirus-json-unknown-key",
                &format!("nobody reads the key {key:?}"),
                "the keys are `product`, `running` and `upToDate`",
            );
        }
    }

    /// The value of a key: the last one, as parsers of JSON take it.
    fn value<'e>(&mut self, entries: &'e [(String, Loose)], key: &str) -> Option<&'e Loose> {
        let named = |k: &str| k.eq_ignore_ascii_case(key);
        let found: Vec<&(String, Loose)> = entries.iter().filter(|(k, _)| named(k)).collect();
        let (name, value) = found.last()?;
        if found.len() > 1 {
            self.remark(
                "antivirus-json-duplicate",
                &format!(
                    "`{key}` is there {} times; the last one counts",
                    found.len()
                ),
                "write each key once",
            );
        }
        if name != key {
            self.remark(
                "antivirus-json-case",
                &format!("`{name}` was taken for `{key}`"),
                "write the keys as they are: `product`, `running`, `upToDate`",
            );
        }
        Some(value)
    }

    fn product(&mut self, entries: &[(String, Loose)]) -> Result<String, String> {
        let name = match self.value(entries, "product") {
            Some(Loose::Text(name)) => name.as_str(),
            Some(other) => return Err(format!(": `product` is {}, not a text", other.kind())),
            None => return Err(" names no `product`".to_owned()),
        };
        let mut name = name.to_owned();
        if name.contains('\0') {
            self.remark(
                "antivirus-json-nul",
                "`product` holds NUL characters; they were left out",
                "write the name alone",
            );
            name = name.replace('\0', "");
        }
        let name = name.trim();
        if name.is_empty() {
            return Err(": `product` is empty".to_owned());
        }
        let length = name.chars().count();
        if length > LONGEST_PRODUCT {
            self.remark(
                "antivirus-json-product-overlong",
                &format!("`product` has {length} characters; it was cut to {LONGEST_PRODUCT}"),
                "name the product, and tell nothing else in its name",
            );
        }
        Ok(name.chars().take(LONGEST_PRODUCT).collect())
    }

    /// A boolean; what is none counts as `false`, for nobody said that all is well.
    fn boolean(&mut self, entries: &[(String, Loose)], key: &str) -> bool {
        let help = "write true or false, without quotes";
        let Some(value) = self.value(entries, key) else {
            self.remark(
                "antivirus-json-missing-key",
                &format!("`{key}` is missing; it counts as false"),
                "tell all three: `product`, `running` and `upToDate`",
            );
            return false;
        };
        let meant = match value {
            Loose::Bool(b) => return *b,
            Loose::Text(text) => match text.trim() {
                t if t.eq_ignore_ascii_case("true") => Some(true),
                t if t.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            },
            Loose::Number(n) if n == "1" => Some(true),
            Loose::Number(n) if n == "0" => Some(false),
            _ => None,
        };
        let shown = value.shown();
        match meant {
            Some(meant) => self.remark(
                "antivirus-json-not-boolean",
                &format!("`{key}` is {shown} instead of a boolean; it was taken for {meant}"),
                help,
            ),
            None => self.remark(
                "antivirus-json-unknown-value",
                &format!("`{key}` is {shown}, which is neither true nor false; it counts as false"),
                help,
            ),
        }
        meant.unwrap_or(false)
    }
}

/// A value of JSON that keeps all entries of an object, also those of the same name.
#[derive(Debug, Clone, PartialEq)]
enum Loose {
    Null,
    Bool(bool),
    /// As it was written, or near to it.
    Number(String),
    Text(String),
    List,
    Object(Vec<(String, Loose)>),
}

impl Loose {
    fn kind(&self) -> &'static str {
        match self {
            Loose::Null => "null",
            Loose::Bool(_) => "a boolean",
            Loose::Number(_) => "a number",
            Loose::Text(_) => "a text",
            Loose::List => "a list",
            Loose::Object(_) => "an object",
        }
    }

    fn shown(&self) -> String {
        match self {
            Loose::Number(n) => n.clone(),
            Loose::Text(t) => format!("the text {:?}", t.chars().take(80).collect::<String>()),
            other => other.kind().to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }
    fn visit_bool<E>(self, b: bool) -> Result<Loose, E> {
        Ok(Loose::Bool(b))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Loose, E> {
        Ok(Loose::Number(n.to_string()))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Loose, E> {
        Ok(Loose::Number(n.to_string()))
    }
    fn visit_f64<E>(self, n: f64) -> Result<Loose, E> {
        Ok(Loose::Number(n.to_string()))
    }
    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Loose, A::Error> {
        while list.next_element::<Loose>()?.is_some() {}
        Ok(Loose::List)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Loose::Object(entries))
    }
}
