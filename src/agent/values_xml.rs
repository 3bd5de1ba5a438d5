//! Mono's `values.xml`, the registry of the Agent on Linux and macOS: reading what scripts left
//! there, and taking out what was synced.
//!
//! Scripts write it with `grep`, `echo` and `sed`, so every deformation is read as well as it can
//! be and told in a note. The public snippet most of them copy ends in an unquoted
//! `echo $XMLTemp`, which joins all lines `[A]`.

use super::note;
use super::values_scan::{Scan, Trouble, scan};
use crate::rmm::event::Note;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValuesXml {
    /// UDFs by number. An empty text clears the UDF.
    pub custom: BTreeMap<u16, String>,
    /// `DeviceDescription`.
    pub device_description: Option<String>,
    /// Every other entry, in the order of the file.
    pub others: Vec<(String, String)>,
    pub notes: Vec<Note>,
}

/// Reads the file. Of several entries with one name (whatever their case) the last counts `[I]`.
pub fn parse(bytes: &[u8], udf_count: u16) -> ValuesXml {
    let narrow = Narrow::of(bytes);
    let found = scan(&narrow.bytes);
    let mut out = ValuesXml::default();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let (mut twice, mut wrong_type, mut out_of_range) = (None, None, None);
    for entry in &found.entries {
        let key = entry.name.to_lowercase();
        if let Some(first) = seen.insert(key.clone(), entry.name.clone()) {
            twice.get_or_insert((first, entry.span.start));
        }
        if !entry
            .kind
            .as_deref()
            .is_some_and(|k| k.eq_ignore_ascii_case("string"))
        {
            wrong_type.get_or_insert((entry.name.clone(), entry.kind.clone(), entry.span.start));
        }
        if key == "devicedescription" {
            out.device_description = Some(entry.text.clone());
        } else if let Some(number) = udf_number(&key, udf_count) {
            out.custom.insert(number, entry.text.clone());
        } else {
            if key
                .strip_prefix("custom")
                .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
            {
                out_of_range.get_or_insert((entry.name.clone(), entry.span.start));
            }
            out.others.push((entry.name.clone(), entry.text.clone()));
        }
    }
    encoding_notes(&narrow, &found, &mut out.notes);
    let line = |at: usize| line_of(&narrow.bytes, at);
    if found.entries.len() > 1 && !narrow.bytes.trim_ascii().contains(&b'\n') {
        out.notes.push(note(
            "values-xml-one-line",
            format!("values.xml: all {} entries stand on one line, as an unquoted `echo $XMLTemp` leaves them; runs of blanks in their texts are lost, and the next `grep -v \"</values>\"` deletes everything", found.entries.len()),
            "quote the variable: echo \"$XMLTemp\" > \"$XMLPath\"",
        ));
    }
    if let Some((name, at)) = twice {
        out.notes.push(note(
            "values-xml-duplicate",
            format!(
                "values.xml line {}: {name} stands there more than once; the last entry counts",
                line(at)
            ),
            "remove the old entry before adding the new one, for example with grep -vi",
        ));
    }
    if let Some((name, kind, at)) = wrong_type {
        let what = kind.map_or_else(|| "no type".to_owned(), |k| format!("the type {k:?}"));
        out.notes.push(note(
            "values-xml-type",
            format!(
                "values.xml line {}: {name} has {what}; it was read as a string",
                line(at)
            ),
            "write type=\"string\"",
        ));
    }
    if let Some((name, at)) = out_of_range {
        out.notes.push(note(
            "udf-number",
            format!("values.xml line {}: {name} is no UDF of this platform, which has Custom1 to Custom{udf_count}; it was left alone", line(at)),
            format!("use a number from 1 to {udf_count} without leading zeros"),
        ));
    }
    for (trouble, at) in &found.troubles {
        if let Some((code, what, help)) = trouble_words(*trouble) {
            out.notes.push(note(
                code,
                format!("values.xml line {}: {what}", line(*at)),
                help,
            ));
        }
    }
    out
}

/// The UDF's number when a lower-case name is `custom` and a number in range.
fn udf_number(key: &str, udf_count: u16) -> Option<u16> {
    let digits = key.strip_prefix("custom")?;
    if digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|n| (1..=udf_count).contains(n))
}

/// The file without the entries of these names (whatever their case); everything else stays byte
/// for byte. An entry alone on its line takes its line end with it.
pub fn consume(bytes: &[u8], names: &[String]) -> Vec<u8> {
    let narrow = Narrow::of(bytes);
    let names: Vec<String> = names.iter().map(|n| n.to_lowercase()).collect();
    let mut out = Vec::with_capacity(bytes.len());
    let mut kept = 0;
    for entry in scan(&narrow.bytes).entries {
        if names.contains(&entry.name.to_lowercase()) {
            let cut = with_line_end(&narrow.bytes, entry.span);
            out.extend_from_slice(&bytes[narrow.source(kept)..narrow.source(cut.start.max(kept))]);
            kept = cut.end;
        }
    }
    out.extend_from_slice(&bytes[narrow.source(kept)..]);
    out
}

fn with_line_end(src: &[u8], span: Range<usize>) -> Range<usize> {
    if span.start > 0 && src[span.start - 1] != b'\n' {
        return span;
    }
    let rest = &src[span.end..];
    let end = if rest.starts_with(b"\r\n") {
        2
    } else {
        usize::from(rest.starts_with(b"\n"))
    };
    span.start..span.end + end
}

/// The file as Mono writes it: one entry a line, `</values>` on a line of its own.
pub fn write(entries: &[(&str, &str)]) -> String {
    let mut out = String::from("<values>\n");
    for (name, text) in entries {
        out.push_str(&format!(
            "<value name=\"{}\" type=\"string\">{}</value>\n",
            escape(name),
            escape(text)
        ));
    }
    out.push_str("</values>\n");
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}

fn encoding_notes(narrow: &Narrow<'_>, found: &Scan, notes: &mut Vec<Note>) {
    let what = if narrow.map.is_some() {
        "values.xml is UTF-16".to_owned()
    } else if let Some(at) = found.troubles.get(&Trouble::NotUtf8) {
        format!(
            "values.xml line {}: bytes that are not UTF-8 were replaced by U+FFFD",
            line_of(&narrow.bytes, *at)
        )
    } else if narrow.bytes.starts_with(b"\xef\xbb\xbf") {
        "values.xml begins with a byte order mark".to_owned()
    } else {
        return;
    };
    notes.push(note(
        "values-xml-encoding",
        what,
        "write the file as UTF-8 without a byte order mark",
    ));
}

fn trouble_words(t: Trouble) -> Option<(&'static str, &'static str, &'static str)> {
    let malformed = "values-xml-malformed";
    let keep = "change only your own entry and keep the rest of the file as it is";
    Some(match t {
        Trouble::NotUtf8 => return None,
        Trouble::Unescaped => (
            "values-xml-unescaped",
            "& or < stands unescaped in a text; it was read as it stands",
            "write &amp; for & and &lt; for <",
        ),
        Trouble::AfterEnd => (
            "values-xml-after-end",
            "an entry stands after </values>; it was read",
            "remove </values> before appending the entry, and write it again after it",
        ),
        Trouble::Unclosed => (
            malformed,
            "an entry has no </value>; its text ends where the next tag begins",
            "end the entry with </value>",
        ),
        Trouble::Truncated => (
            malformed,
            "the file ends inside a tag or an entry",
            "write the whole entry, best to a temporary file that is then moved into place",
        ),
        Trouble::Attribute => (
            malformed,
            "attributes of an entry are not well formed",
            "write <value name=\"Custom6\" type=\"string\">",
        ),
        Trouble::NoEnd => (
            malformed,
            "</values> is missing",
            "end the file with </values>",
        ),
        Trouble::NoStart => (
            malformed,
            "<values> is missing; a `grep -v \"</values>\"` on a file of one line deletes it",
            keep,
        ),
        Trouble::RootTwice => (
            malformed,
            "<values> or </values> stands there more than once",
            keep,
        ),
        Trouble::Stray => (malformed, "text or tags stand outside of any entry", keep),
    })
}

fn line_of(src: &[u8], at: usize) -> usize {
    1 + src[..at.min(src.len())]
        .iter()
        .filter(|b| **b == b'\n')
        .count()
}

/// The file in an encoding where ASCII stands for itself, with the way back to its own bytes.
struct Narrow<'a> {
    bytes: Cow<'a, [u8]>,
    /// For UTF-16: the source offset of every byte, and of the end.
    map: Option<Vec<usize>>,
}

impl Narrow<'_> {
    fn of(source: &[u8]) -> Narrow<'_> {
        let (start, little) = match source {
            [0xff, 0xfe, ..] => (2, true),
            [0xfe, 0xff, ..] => (2, false),
            [b'<', 0, ..] => (0, true),
            [0, b'<', ..] => (0, false),
            _ => {
                return Narrow {
                    bytes: Cow::Borrowed(source),
                    map: None,
                };
            }
        };
        let units = source[start..].chunks_exact(2).map(|p| {
            if little {
                u16::from_le_bytes([p[0], p[1]])
            } else {
                u16::from_be_bytes([p[0], p[1]])
            }
        });
        let (mut bytes, mut map, mut at) = (Vec::new(), Vec::new(), start);
        for c in char::decode_utf16(units) {
            let (c, width) = match c {
                Ok(c) => (c, c.len_utf16() * 2),
                Err(_) => (char::REPLACEMENT_CHARACTER, 2),
            };
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            map.resize(bytes.len(), at);
            at += width;
        }
        // An odd last byte belongs to nothing and stays.
        map.push(at);
        Narrow {
            bytes: Cow::Owned(bytes),
            map: Some(map),
        }
    }

    fn source(&self, at: usize) -> usize {
        match &self.map {
            Some(_) if at == 0 => 0,
            Some(map) => map[at],
            None => at,
        }
    }
}

#[cfg(test)]
#[path = "values_xml_tests.rs"]
mod tests;
