//! Keys and values of a Windows registry, as scenarios write them and reports tell them.
//!
//! A key begins with its hive: `HKLM`, `HKCU` (of SYSTEM, as which jobs run), `HKU`, `HKCR`, or the
//! long name. `HKLM32` and `HKCU32` are the same hives as 32-bit programs see them.

pub use shakedown_helper::protocol::message::{
    Hive, KeyContent, KeyPath, NamedValue, RegistryData, View,
};
use std::fmt::Write as _;

/// Key of SYSTEM's own hive, which is HKCU to a job.
const SYSTEM: &str = r"HKU\S-1-5-18";

/// Hives by the names scenarios may use for them.
const HIVES: [(&str, Hive, View); 10] = [
    ("HKLM", Hive::Hklm, View::Bits64),
    ("HKEY_LOCAL_MACHINE", Hive::Hklm, View::Bits64),
    ("HKLM32", Hive::Hklm, View::Bits32),
    ("HKCU", Hive::Hkcu, View::Bits64),
    ("HKEY_CURRENT_USER", Hive::Hkcu, View::Bits64),
    ("HKCU32", Hive::Hkcu, View::Bits32),
    ("HKU", Hive::Hku, View::Bits64),
    ("HKEY_USERS", Hive::Hku, View::Bits64),
    ("HKCR", Hive::Hkcr, View::Bits64),
    ("HKEY_CLASSES_ROOT", Hive::Hkcr, View::Bits64),
];

/// The key of a text such as `HKLM\SOFTWARE\Bright` or `HKLM32\SOFTWARE\Bright`; none when it
/// begins with no hive, names nothing below it, or has an empty part.
pub fn parse_key(text: &str) -> Option<KeyPath> {
    let (hive, path) = text.split_once('\\')?;
    let (_, hive, view) = HIVES.iter().find(|(n, ..)| n.eq_ignore_ascii_case(hive))?;
    let path = path.strip_suffix('\\').unwrap_or(path);
    let whole = !path.is_empty() && path.split('\\').all(|part| !part.is_empty());
    whole.then(|| KeyPath {
        hive: *hive,
        path: path.to_owned(),
        view: *view,
    })
}

/// A key or a glob of keys under the name that footprints have: the 64-bit view's, SYSTEM's hive
/// below `HKU`. What begins with no hive stays as it is.
pub fn told(text: &str) -> String {
    let (hive, rest) = text.split_once('\\').unwrap_or((text, ""));
    let Some((_, hive, view)) = HIVES.iter().find(|(n, ..)| n.eq_ignore_ascii_case(hive)) else {
        return text.to_owned();
    };
    let name = match hive {
        Hive::Hklm => "HKLM",
        Hive::Hkcu => SYSTEM,
        Hive::Hku => "HKU",
        Hive::Hkcr => r"HKLM\SOFTWARE\Classes",
    };
    if rest.is_empty() {
        return name.to_owned();
    }
    // Of a machine's keys only those below SOFTWARE are kept apart for 32-bit programs.
    let software = rest
        .get(..9)
        .filter(|s| s.eq_ignore_ascii_case(r"SOFTWARE\"));
    match (view, hive, software) {
        (View::Bits32, Hive::Hklm, Some(_)) => {
            format!(r"{name}\{}WOW6432Node\{}", &rest[..9], &rest[9..])
        }
        _ => format!(r"{name}\{rest}"),
    }
}

/// A key as [`told`] names it.
pub fn told_key(key: &KeyPath) -> String {
    let hive = HIVES
        .iter()
        .find(|(_, h, v)| (*h, *v) == (key.hive, key.view))
        .map_or("HKLM", |(name, ..)| name);
    told(&format!(r"{hive}\{}", key.path))
}

/// Whether two keys or names are the same: Windows minds no case.
pub fn same(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}

/// Name of a type as `reg query` has it.
pub fn kind(data: &RegistryData) -> String {
    match data {
        RegistryData::Sz(_) => "REG_SZ".into(),
        RegistryData::ExpandSz(_) => "REG_EXPAND_SZ".into(),
        RegistryData::MultiSz(_) => "REG_MULTI_SZ".into(),
        RegistryData::Dword(_) => "REG_DWORD".into(),
        RegistryData::Qword(_) => "REG_QWORD".into(),
        RegistryData::Binary(_) => "REG_BINARY".into(),
        RegistryData::Other { kind, .. } => format!("type {kind}"),
    }
}

/// Data as text: numbers in decimal, several texts a line each, bytes in hexadecimal digits.
pub fn text(data: &RegistryData) -> String {
    match data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => text.clone(),
        RegistryData::MultiSz(lines) => lines.join("\n"),
        RegistryData::Dword(n) => n.to_string(),
        RegistryData::Qword(n) => n.to_string(),
        RegistryData::Binary(bytes) | RegistryData::Other { bytes, .. } => {
            bytes.iter().fold(String::new(), |mut out, b| {
                // Writing to a string cannot fail.
                let _ = write!(out, "{b:02x}");
                out
            })
        }
    }
}

/// A value of a key by its name, in any case of letters.
pub fn value<'k>(content: &'k KeyContent, name: &str) -> Option<&'k NamedValue> {
    content.values.iter().find(|v| same(&v.name, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_read_in_both_views_and_told_in_one() {
        for (text, hive, view, as_told) in [
            (
                r"HKLM\SOFTWARE\Bright",
                Hive::Hklm,
                View::Bits64,
                r"HKLM\SOFTWARE\Bright",
            ),
            (
                r"hklm32\Software\Bright",
                Hive::Hklm,
                View::Bits32,
                r"HKLM\Software\WOW6432Node\Bright",
            ),
            (
                r"HKLM32\SYSTEM\Setup",
                Hive::Hklm,
                View::Bits32,
                r"HKLM\SYSTEM\Setup",
            ),
            (
                r"HKEY_CURRENT_USER\Environment\",
                Hive::Hkcu,
                View::Bits64,
                r"HKU\S-1-5-18\Environment",
            ),
        ] {
            let key = parse_key(text).unwrap();
            assert_eq!((key.hive, key.view), (hive, view), "{text}");
            assert_eq!(told_key(&key), as_told);
        }
        for bad in [r"HKLM", r"HKLM\", r"HKLM\a\\b", r"SOFTWARE\x", "/etc", ""] {
            assert_eq!(parse_key(bad), None, "{bad}");
        }
        assert_eq!(told(r"**\Bright"), r"**\Bright");
    }

    #[test]
    fn data_is_told_as_text() {
        for (data, kind_of, shown) in [
            (RegistryData::Sz("a".into()), "REG_SZ", "a"),
            (RegistryData::Dword(5), "REG_DWORD", "5"),
            (
                RegistryData::MultiSz(vec!["a".into(), "b".into()]),
                "REG_MULTI_SZ",
                "a\nb",
            ),
            (RegistryData::Binary(vec![0, 255]), "REG_BINARY", "00ff"),
        ] {
            assert_eq!(
                (kind(&data).as_str(), text(&data).as_str()),
                (kind_of, shown)
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,40}") {
            if let Some(key) = parse_key(&text) {
                prop_assert!(!told_key(&key).is_empty());
            }
            let _ = told(&text);
        }
    }
}
