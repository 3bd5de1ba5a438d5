//! Signs that VBScript's compiler refuses. Wine's takes the end of the script for them and runs what
//! stands before, so that they are looked for here, as the compiler does before anything runs.
//!
//! Source: Microsoft Learn, "VBScript Syntax Errors" (1032, "Invalid character").

/// Where a sign stands: line and column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// ASCII signs that no token begins with, nor has.
const NONE: &str = "@$!~{}`%?;|]";
/// The mark at the beginning of UTF-8, which is three letters to the compiler.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The first sign of a script, as its file has it, that is in no string, comment, date or `[name]`.
#[must_use]
pub fn refused(body: &[u8]) -> Option<Place> {
    if body.starts_with(MARK) {
        return Some(Place { line: 1, column: 1 });
    }
    let text = text(body);
    // Each ends a line: CR LF, CR, LF.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').enumerate().find_map(|(at, line)| {
        let line: Vec<char> = line.chars().collect();
        of_line(&line).map(|column| Place {
            line: at + 1,
            column: column + 1,
        })
    })
}

/// The text of a file: UTF-16 behind its mark, else the letters of Western Europe.
fn text(body: &[u8]) -> String {
    match body.strip_prefix(b"\xff\xfe") {
        Some(wide) => {
            let units: Vec<u16> = wide
                .chunks_exact(2)
                .map(|two| u16::from_le_bytes([two[0], two[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        None => body.iter().map(|b| char::from(*b)).collect(),
    }
}

fn of_line(line: &[char]) -> Option<usize> {
    let mut at = 0;
    while let Some(&c) = line.get(at) {
        let rest = &line[at + 1..];
        let to = |end: char| rest.iter().position(|c| *c == end);
        match c {
            '\'' => return None,
            // One that is not closed is Wine's to refuse. A doubled quote begins the next.
            '"' => at += to('"')? + 2,
            '#' => match to('#') {
                Some(length) if is_date(&rest[..length]) => at += length + 2,
                _ => return Some(at),
            },
            '[' => match to(']') {
                Some(length) => at += length + 2,
                None => return Some(at),
            },
            _ if c.is_ascii_alphabetic() => {
                let word = line[at..].iter().take_while(|c| is_of_name(**c)).count();
                let is_rem = line[at..at + word]
                    .iter()
                    .collect::<String>()
                    .eq_ignore_ascii_case("rem");
                if is_rem && (at == 0 || line[at - 1] != '.') {
                    return None;
                }
                at += word;
            }
            _ if is_refused(c) => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// A date has digits; names of months are the only other letters in it.
fn is_date(text: &[char]) -> bool {
    text.iter().any(char::is_ascii_digit)
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Letters of Windows' code page between 0x80 and 0x9F, and what it has none at.
const WESTERN: &str =
    "\u{81}\u{83}\u{8a}\u{8c}\u{8d}\u{8e}\u{8f}\u{90}\u{9a}\u{9c}\u{9d}\u{9e}\u{9f}";

/// Beyond ASCII only letters are left to Wine.
fn is_refused(c: char) -> bool {
    match c {
        '\u{80}'..='\u{9f}' => !WESTERN.contains(c),
        _ if c.is_ascii() => NONE.contains(c),
        _ => !c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(text: &str) -> Option<(usize, usize)> {
        refused(text.as_bytes()).map(|p| (p.line, p.column))
    }

    #[test]
    fn a_sign_of_no_token_is_found() {
        for sign in NONE.chars().chain(['#', '[']) {
            let text = format!("WScript.Echo \"a\"\r\n {sign} foo\r\nWScript.Quit 5\r\n");
            assert_eq!(place(&text), Some((2, 2)), "{sign}");
        }
        assert_eq!(place("x = Left$(y, 1)"), Some((1, 9)));
        assert_eq!(
            place("::'x\r\n@cscript //e:vbscript \"%~f0\""),
            Some((2, 1))
        );
        assert_eq!(place("\u{feff}x = 1"), Some((1, 1)));
        assert_eq!(refused(b"x = 1\xa0+ 2").map(|p| p.column), Some(6));
        assert_eq!(refused(b"x = \x93a\x94").map(|p| p.column), Some(5));
        let wide: Vec<u8> = "\u{feff}x = \u{201c}a\u{201d}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(refused(&wide), Some(Place { line: 1, column: 5 }));
    }

    #[test]
    fn strings_comments_dates_and_names_have_all_signs() {
        for text in [
            "x = \"a@b \"\"c$\"\" %d\" & \"{e}\" ' f! @",
            "Rem @ $ # !",
            "If a Then rem ? @",
            "d = #1/31/2026# + #10:30 PM#",
            "[a b$!] = [c] + 1",
            "x = &HFF& + &O17 _\r\n  - 1 \\ 2 ^ 3 * (4 / 5): If a <> b Then c",
            "remark = 1 : w.rem = 2",
            "x = \"not closed @",
        ] {
            assert_eq!(place(text), None, "{text}");
        }
        assert_eq!(place("w.rem @"), Some((1, 7)));
        assert_eq!(place("remark @"), Some((1, 8)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(body in proptest::collection::vec(any::<u8>(), 0..80)) {
            let lines = body.iter().filter(|b| **b == b'\n' || **b == b'\r').count() + 1;
            if let Some(place) = refused(&body) {
                prop_assert!(place.line <= lines.max(body.len()) && place.column >= 1);
            }
        }
    }
}
