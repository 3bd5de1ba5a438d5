//! The forms in which a secret may stand in output.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::collections::BTreeSet;

/// Shortest stretch of base64 looked for, in letters: shorter ones stand in any text.
const SHORTEST_BASE64: usize = 4;

/// Every form but base64: raw, in lower case (as resolvers write names), with the other line ends,
/// percent-encoded, JSON-escaped once and twice, XML-escaped, UTF-16 in both byte orders.
pub fn plain(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut out = BTreeSet::new();
    let unix = secret.replace("\r\n", "\n");
    for text in [secret.to_owned(), unix.replace('\n', "\r\n"), unix] {
        out.insert(text.clone().into_bytes());
        out.insert(text.to_ascii_lowercase().into_bytes());
        out.insert(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        out.insert(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        percent(&text, &mut out);
        json(&text, &mut out);
        xml(&text, &mut out);
    }
    out
}

/// Base64 of the secret and of its UTF-16LE (`powershell -EncodedCommand`): the letters that
/// depend on the secret alone at each of the three alignments, and the whole with its padding.
pub fn base64(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut out = BTreeSet::new();
    let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [secret.as_bytes(), &wide] {
        for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
            out.insert(engine.encode(bytes).into_bytes());
            for before in 0..3 {
                let shifted = [&[0; 2][..before], bytes].concat();
                let text = engine.encode(&shifted);
                let (from, to) = ((before * 8).div_ceil(6), shifted.len() * 8 / 6);
                if to >= from + SHORTEST_BASE64 {
                    out.insert(text.as_bytes()[from..to].to_vec());
                }
            }
        }
    }
    out
}

/// Libraries differ in which characters they leave alone; each set with both cases of hex.
fn percent(text: &str, out: &mut BTreeSet<Vec<u8>>) {
    // RFC 3986, JavaScript's encodeURIComponent, paths, encodeURI, forms, every byte.
    let kept = [
        "-._~",
        "-._~!'()*",
        "-._~/",
        "-._~!'()*/;,?:@&=+$#",
        "-._*",
        "-_.!*()",
    ];
    for upper in [true, false] {
        let hex = |b: u8| {
            if upper {
                format!("%{b:02X}")
            } else {
                format!("%{b:02x}")
            }
        };
        for set in kept {
            for plus in [false, true] {
                let encoded: String = text
                    .bytes()
                    .map(|b| match b {
                        b' ' if plus => "+".to_owned(),
                        b if b.is_ascii_alphanumeric() || set.as_bytes().contains(&b) => {
                            char::from(b).to_string()
                        }
                        b => hex(b),
                    })
                    .collect();
                out.insert(encoded.into_bytes());
            }
        }
        out.insert(text.bytes().map(hex).collect::<String>().into_bytes());
    }
}

/// JSON: non-ASCII as it is or as `\u` escapes in both cases; with or without `/` and the
/// characters `<>&'` escaped, as PHP, Go, .NET and PowerShell write them. And each of these as a
/// text inside JSON, where it is escaped once more.
fn json(text: &str, out: &mut BTreeSet<Vec<u8>>) {
    let mut once = BTreeSet::new();
    for ascii in [false, true] {
        // Of the special characters, and of those that are not ASCII.
        for upper in [[false; 2], [false, true], [true, false], [true; 2]] {
            for slash in [false, true] {
                for html in ["", "&", "<>", "<>&", "<>&'", "<>&'\"+`"] {
                    once.insert(json_escaped(text, ascii, upper, slash, html));
                }
            }
        }
    }
    for form in &once {
        for slash in [false, true] {
            for html in ["", "<>&", "<>&'\"+`"] {
                out.insert(json_escaped(form, false, [false; 2], slash, html).into_bytes());
                out.insert(json_escaped(form, true, [true; 2], slash, html).into_bytes());
            }
        }
    }
    out.extend(once.into_iter().map(String::into_bytes));
}

fn json_escaped(text: &str, ascii: bool, upper: [bool; 2], slash: bool, html: &str) -> String {
    let mut out = String::new();
    let unit = |u: u16| {
        if upper[usize::from(u > 0x7f)] {
            format!("\\u{u:04X}")
        } else {
            format!("\\u{u:04x}")
        }
    };
    for c in text.chars() {
        let escape = match c {
            c if html.contains(c) => None,
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '/' if slash => Some("\\/"),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            '\t' => Some("\\t"),
            '\u{8}' => Some("\\b"),
            '\u{c}' => Some("\\f"),
            c if c < ' ' || (ascii && !c.is_ascii()) => None,
            c => {
                out.push(c);
                continue;
            }
        };
        match escape {
            Some(e) => out.push_str(e),
            None => out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|u| unit(*u))),
        }
    }
    out
}

/// XML and HTML: the five named entities (quotes escaped or not, named or by number, as Go
/// writes them), decimal and hexadecimal ones.
fn xml(text: &str, out: &mut BTreeSet<Vec<u8>>) {
    let plain = |c: char| c.to_string();
    let decimal = |c: char| format!("&#{};", c as u32);
    let lower = |c: char| format!("&#x{:x};", c as u32);
    let upper = |c: char| format!("&#x{:X};", c as u32);
    let numbers: [&dyn Fn(char) -> String; 3] = [&decimal, &lower, &upper];
    // Control characters, and all that is not ASCII.
    let others: [[&dyn Fn(char) -> String; 2]; 5] = [
        [&plain, &plain],
        [&decimal, &decimal],
        [&lower, &lower],
        [&upper, &upper],
        [&upper, &plain],
    ];
    for specials in ["&<", "&<>", "&<>\"", "&<>'", "&<>\"'"] {
        for [control, foreign] in others {
            for quote in ["&quot;", "&#34;", "&#x22;"] {
                for apostrophe in ["&apos;", "&#39;", "&#x27;"] {
                    let write = |c: char| match c {
                        c if c < ' ' => control(c),
                        c if !c.is_ascii() => foreign(c),
                        c if !specials.contains(c) => c.to_string(),
                        '&' => "&amp;".to_owned(),
                        '<' => "&lt;".to_owned(),
                        '>' => "&gt;".to_owned(),
                        '"' => quote.to_owned(),
                        _ => apostrophe.to_owned(),
                    };
                    out.insert(text.chars().map(write).collect::<String>().into_bytes());
                }
            }
        }
        for number in numbers {
            let write = |c: char| match c {
                c if specials.contains(c) || !c.is_ascii() || c < ' ' => number(c),
                c => c.to_string(),
            };
            out.insert(text.chars().map(write).collect::<String>().into_bytes());
        }
    }
    for number in numbers {
        out.insert(text.chars().map(number).collect::<String>().into_bytes());
    }
}
