//! One key of a hive: a head line `[Path] TIME`, then lines `"name"=data`, long data going on in lines
//! that begin with blanks.

use super::data;
use crate::rmm::registry::RegistryData;
use std::collections::BTreeMap;

/// Values of a key by their names in lower case: (name, data).
pub type Values = BTreeMap<String, (String, RegistryData)>;

/// Path and values of a section; none for what is no section. Lines that say nothing of a value are
/// passed over.
pub fn read(section: &str) -> Option<(String, Values)> {
    let mut lines = section.lines();
    let path = head(lines.next()?)?;
    let mut values = Values::new();
    let mut whole = String::new();
    for line in lines {
        match line.strip_suffix('\\') {
            // Only data in hexadecimal digits goes on; a text ends in its quote.
            Some(begun) => {
                whole.push_str(begun.trim_start());
                continue;
            }
            None => whole.push_str(if whole.is_empty() {
                line
            } else {
                line.trim_start()
            }),
        }
        if let Some((name, data)) = value(&whole) {
            values.insert(name.to_lowercase(), (name, data));
        }
        whole.clear();
    }
    Some((path, values))
}

/// The path of a head line, backslashes single.
pub fn head(line: &str) -> Option<String> {
    let rest = line.strip_prefix('[')?;
    let (path, rest) = data::text(rest, ']')?;
    (rest.is_empty() || rest.starts_with(' ')).then_some(path)
}

fn value(line: &str) -> Option<(String, RegistryData)> {
    let (name, rest) = match line.strip_prefix('"') {
        Some(rest) => data::text(rest, '"')?,
        None => (String::new(), line.strip_prefix('@')?),
    };
    let data = data::read(rest.strip_prefix('=')?)?;
    Some((name, data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_type_is_read() {
        let text = "[Software\\\\Bright\\\\a \\[b\\]] 1795349183\n#time=1dd7a79e4a8938e\n\
                    @=\"default\"\n\"Text\"=\"a\\\\b \\\"c\\\" \\x20ac\\n\"\n\"N\"=dword:0000000a\n\
                    \"Many\"=str(7):\"a\\0b\\0\"\n\"Path\"=str(2):\"%ProgramFiles%\\\\x\"\n\
                    \"Bytes\"=hex:01,02,\\\n  ff\n\"Q\"=hex(b):01,00,00,00,00,00,00,00\n\
                    \"None\"=hex(0):\n\"Emoji\"=\"\\xd83d\\xde00\"\n";
        let (path, values) = read(text).unwrap();
        assert_eq!(path, r"Software\Bright\a [b]");
        let get = |name: &str| values.get(name).map(|(_, d)| d.clone());
        let sz = |text: &str| Some(RegistryData::Sz(text.into()));
        assert_eq!(get(""), sz("default"));
        assert_eq!(get("text"), sz("a\\b \"c\" \u{20ac}\n"));
        assert_eq!(get("emoji"), sz("\u{1f600}"));
        assert_eq!(get("n"), Some(RegistryData::Dword(10)));
        let many = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(get("many"), Some(RegistryData::MultiSz(many)));
        let path = RegistryData::ExpandSz(r"%ProgramFiles%\x".into());
        assert_eq!(get("path"), Some(path));
        assert_eq!(get("bytes"), Some(RegistryData::Binary(vec![1, 2, 255])));
        assert_eq!(get("q"), Some(RegistryData::Qword(1)));
        let none = RegistryData::Other {
            kind: 0,
            bytes: Vec::new(),
        };
        assert_eq!(get("none"), Some(none));
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "(\\[|\"|=|hex\\(|\\\\|\\]|\n|[a-z]|str\\(2\\):|dword:|,|.){0,60}") {
            let _ = read(&text);
        }
    }
}
