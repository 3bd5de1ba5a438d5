//! Sections to be put at the end of a hive: Wine reads a key that stands there again as more values
//! of it.

use crate::rmm::registry::RegistryData;
use std::fmt::Write as _;

/// Collects sections. Keys are relative to the hive, backslashes single.
#[derive(Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// A key with values.
    pub fn key<'v>(
        &mut self,
        path: &str,
        values: impl IntoIterator<Item = (&'v str, RegistryData)>,
    ) -> &mut Writer {
        self.0.push_str("\n[");
        escape(&mut self.0, path, &['[', ']']);
        // The time is of no use to anybody; Wine takes it in seconds since 1970.
        self.0.push_str("] 1\n");
        for (name, data) in values {
            if name.is_empty() {
                self.0.push('@');
            } else {
                self.0.push('"');
                escape(&mut self.0, name, &['"']);
                self.0.push('"');
            }
            self.0.push('=');
            put(&mut self.0, &data);
            self.0.push('\n');
        }
        self
    }

    /// All of it, to be put behind a hive's own text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

fn put(to: &mut String, data: &RegistryData) {
    // Writing to a string cannot fail.
    let mut hex = |kind: &str, bytes: &[u8]| {
        let digits: Vec<String> = bytes.iter().map(|b| format!("{b:02x}")).collect();
        let _ = write!(to, "hex{kind}:{}", digits.join(","));
    };
    match data {
        RegistryData::Binary(bytes) => return hex("", bytes),
        RegistryData::Qword(number) => return hex("(b)", &number.to_le_bytes()),
        RegistryData::Other { kind, bytes } => return hex(&format!("({kind:x})"), bytes),
        _ => {}
    }
    match data {
        RegistryData::Dword(number) => {
            let _ = write!(to, "dword:{number:08x}");
            return;
        }
        RegistryData::ExpandSz(_) => to.push_str("str(2):\""),
        RegistryData::MultiSz(_) => to.push_str("str(7):\""),
        _ => to.push('"'),
    }
    match data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => escape(to, text, &['"']),
        RegistryData::MultiSz(lines) => {
            for line in lines {
                escape(to, line, &['"']);
                // Three digits, so that one behind them is not taken for one of theirs.
                to.push_str("\\000");
            }
        }
        _ => {}
    }
    to.push('"');
}

fn escape(to: &mut String, text: &str, marked: &[char]) {
    for c in text.chars() {
        match c {
            '\\' => to.push_str("\\\\"),
            c if marked.contains(&c) => {
                to.push('\\');
                to.push(c);
            }
            ' '..='~' => to.push(c),
            // Four digits always, so that a digit behind them is not taken for one of theirs.
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(to, "\\x{unit:04x}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::section;
    use super::*;
    use proptest::prelude::*;

    fn data() -> impl Strategy<Value = RegistryData> {
        let text = "[a0\"\\\\\u{e4}\u{1f600}\n]{0,8}";
        let line = "[a0\"\\\\\u{e4}\u{1f600}\n]{1,8}";
        prop_oneof![
            text.prop_map(RegistryData::Sz),
            text.prop_map(RegistryData::ExpandSz),
            prop::collection::vec(line, 0..4).prop_map(RegistryData::MultiSz),
            any::<u32>().prop_map(RegistryData::Dword),
            any::<u64>().prop_map(RegistryData::Qword),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(RegistryData::Binary),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            path in "[A\\]\\[\u{e4}]{1,6}(\\\\[b ]{1,4}){0,3}",
            values in prop::collection::btree_map("[a-z\"\\\\]{0,6}", data(), 0..5),
        ) {
            let mut writer = Writer::default();
            writer.key(&path, values.iter().map(|(n, d)| (n.as_str(), d.clone())));
            let (read_path, read) = section::read(writer.text().trim_start()).unwrap();
            prop_assert_eq!(read_path, path);
            let read: std::collections::BTreeMap<_, _> = read.into_values().collect();
            prop_assert_eq!(read, values);
        }
    }
}
