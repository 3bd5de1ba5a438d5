//! Keys and values as Wine's hives write them, for a Windows that saves hives as binary files only.

use std::fmt::Write;

/// Types whose data is text when it ends with a NUL: `REG_SZ`, `REG_EXPAND_SZ`, `REG_MULTI_SZ`.
const TEXTS: [u32; 3] = [1, 2, 7];
const SZ: u32 = 1;
const BINARY: u32 = 3;
const DWORD: u32 = 4;

/// First lines of a hive whose keys are relative to `root`: `REGISTRY\Machine`.
#[must_use]
pub fn head(root: &str) -> String {
    format!(
        "WINE REGISTRY Version 2\n;; All keys relative to {}\n\n#arch=win64\n",
        root.replace('\\', r"\\")
    )
}

/// A key with its values, `path` relative to the root. Its time is left out: 0.
#[must_use]
pub fn section(path: &str, values: &[(String, u32, Vec<u8>)]) -> String {
    let mut out = format!("\n[{}] 0\n", escaped(path.encode_utf16(), "[]"));
    for (name, kind, bytes) in values {
        if name.is_empty() {
            out.push('@');
        } else {
            let _ = write!(out, "\"{}\"", escaped(name.encode_utf16(), "\""));
        }
        out.push('=');
        data(&mut out, *kind, bytes);
        out.push('\n');
    }
    out
}

fn data(out: &mut String, kind: u32, bytes: &[u8]) {
    if let (DWORD, Ok(number)) = (kind, <[u8; 4]>::try_from(bytes)) {
        let _ = write!(out, "dword:{:08x}", u32::from_le_bytes(number));
    } else if let Some(text) = text(kind, bytes) {
        let text = escaped(text, "\"");
        let _ = match kind {
            SZ => write!(out, "\"{text}\""),
            kind => write!(out, "str({kind:x}):\"{text}\""),
        };
    } else {
        let _ = match kind {
            BINARY => write!(out, "hex:"),
            kind => write!(out, "hex({kind:x}):"),
        };
        for (at, byte) in bytes.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(out, "{comma}{byte:02x}");
        }
    }
}

/// Units of a text without the NUL at its end; none where it has no such end.
fn text(kind: u32, bytes: &[u8]) -> Option<impl Iterator<Item = u16>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let (last, units) = pairs.split_last()?;
    let whole = rest.is_empty() && *last == [0, 0];
    let single = kind != SZ || !units.contains(&[0, 0]);
    (TEXTS.contains(&kind) && whole && single)
        .then(|| units.iter().map(|pair| u16::from_le_bytes(*pair)))
}

/// With escapes for the backslash, for `also`, and for what is no printable ASCII.
fn escaped(units: impl Iterator<Item = u16>, also: &str) -> String {
    let mut out = String::new();
    for unit in units {
        match u8::try_from(unit).map(char::from) {
            Ok(c) if c == '\\' || also.contains(c) => {
                out.push('\\');
                out.push(c);
            }
            Ok('\n') => out.push_str("\\n"),
            Ok('\r') => out.push_str("\\r"),
            Ok('\t') => out.push_str("\\t"),
            Ok('\0') => out.push_str("\\0"),
            Ok(c) if c == ' ' || c.is_ascii_graphic() => out.push(c),
            _ => {
                let _ = write!(out, "\\x{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_section_is_as_wine_writes_it() {
        let values = [
            (String::new(), 1, utf16("a\"\\€\n\0")),
            ("Größe".into(), 4, vec![10, 0, 0, 0]),
            ("m".into(), 7, utf16("a\0b\0\0")),
            ("e".into(), 2, utf16("%A%\0")),
            ("b".into(), 3, vec![1, 255]),
            ("q".into(), 11, vec![1, 0, 0, 0, 0, 0, 0, 0]),
            ("odd".into(), 1, vec![65]),
        ];
        let wanted = r#"
[Software\\CentraStage\\\[x\]] 0
@="a\"\\\x20ac\n"
"Gr\x00f6\x00dfe"=dword:0000000a
"m"=str(7):"a\0b\0"
"e"=str(2):"%A%"
"b"=hex:01,ff
"q"=hex(b):01,00,00,00,00,00,00,00
"odd"=hex(1):41
"#;
        assert_eq!(section(r"Software\CentraStage\[x]", &values), wanted);
    }

    #[test]
    fn the_head_names_the_root() {
        assert!(head(r"REGISTRY\User\.Default").contains(r"relative to REGISTRY\\User\\.Default"));
    }
}
