//! findstr's patterns: `.` `*` `^` `$` `[class]` `[^class]` `\x` `\<` `\>`, and literal strings.
//!
//! Matched by following all states at once, so that no pattern takes more than its length times the
//! line's.

/// One search string.
#[derive(Debug, Clone)]
pub struct Pattern {
    pieces: Vec<Piece>,
    from_start: bool,
    to_end: bool,
}

#[derive(Debug, Clone)]
struct Piece {
    what: What,
    repeated: bool,
}

#[derive(Debug, Clone)]
enum What {
    Any,
    One(char),
    Class {
        ranges: Vec<(char, char)>,
        not: bool,
    },
    WordStart,
    WordEnd,
}

/// How lines are compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct How {
    pub ignore_case: bool,
    /// `/B`.
    pub at_start: bool,
    /// `/E`.
    pub at_end: bool,
    /// `/X`.
    pub whole: bool,
}

/// The characters of a line as they are compared.
pub fn folded(line: &[u8], ignore_case: bool) -> Vec<char> {
    let text = String::from_utf8_lossy(line);
    if ignore_case {
        text.chars().flat_map(char::to_lowercase).collect()
    } else {
        text.chars().collect()
    }
}

impl Pattern {
    /// A string that means itself; `\\` and `\"` stand for `\` and `"`.
    #[must_use]
    pub fn literal(text: &str, ignore_case: bool) -> Pattern {
        Pattern::escaped(text, ignore_case, "\\\"")
    }

    /// A string of neither `/L` nor `/R` whose special signs are all escaped: they mean themselves.
    #[must_use]
    pub fn plain(text: &str, ignore_case: bool) -> Pattern {
        Pattern::escaped(text, ignore_case, "\\\".*^$[]")
    }

    /// A string in which a backslash goes before one of `signs`.
    fn escaped(text: &str, ignore_case: bool, signs: &str) -> Pattern {
        let mut pieces = Vec::new();
        let mut chars = folded(text.as_bytes(), ignore_case).into_iter().peekable();
        while let Some(c) = chars.next() {
            let c = if c == '\\' {
                chars.next_if(|n| signs.contains(*n)).unwrap_or(c)
            } else {
                c
            };
            pieces.push(Piece {
                what: What::One(c),
                repeated: false,
            });
        }
        Pattern {
            pieces,
            from_start: false,
            to_end: false,
        }
    }

    /// A regular expression of findstr.
    #[must_use]
    pub fn regex(text: &str, ignore_case: bool) -> Pattern {
        let chars = folded(text.as_bytes(), ignore_case);
        let mut pieces: Vec<Piece> = Vec::new();
        let from_start = chars.first() == Some(&'^');
        let mut to_end = false;
        let mut at = usize::from(from_start);
        while at < chars.len() {
            let what = match chars[at] {
                '$' if at + 1 == chars.len() => {
                    to_end = true;
                    break;
                }
                '*' if !pieces.is_empty() => {
                    if let Some(last) = pieces.last_mut() {
                        last.repeated = true;
                    }
                    at += 1;
                    continue;
                }
                '.' => What::Any,
                '[' => match class(&chars[at + 1..]) {
                    Some((what, used)) => {
                        at += used;
                        what
                    }
                    None => What::One('['),
                },
                '\\' if at + 1 < chars.len() => {
                    at += 1;
                    match chars[at] {
                        '<' => What::WordStart,
                        '>' => What::WordEnd,
                        other => What::One(other),
                    }
                }
                other => What::One(other),
            };
            pieces.push(Piece {
                what,
                repeated: false,
            });
            at += 1;
        }
        Pattern {
            pieces,
            from_start,
            to_end,
        }
    }

    /// Whether a line, folded as the pattern was, has it.
    #[must_use]
    pub fn fits(&self, line: &[char], how: How) -> bool {
        let from_start = self.from_start || how.at_start || how.whole;
        let to_end = self.to_end || how.at_end || how.whole;
        let end = self.pieces.len();
        let mut at = vec![false; end + 1];
        for i in 0..=line.len() {
            if i == 0 || !from_start {
                at[0] = true;
            }
            self.close(&mut at, line, i);
            if at[end] && (!to_end || i == line.len()) {
                return true;
            }
            let Some(c) = line.get(i) else { break };
            let mut next = vec![false; end + 1];
            for (p, piece) in self.pieces.iter().enumerate() {
                if at[p] && piece.what.takes(*c) {
                    next[if piece.repeated { p } else { p + 1 }] = true;
                }
            }
            at = next;
        }
        false
    }

    /// Goes on past what takes no character.
    fn close(&self, at: &mut [bool], line: &[char], i: usize) {
        let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
        for (p, piece) in self.pieces.iter().enumerate() {
            if at[p]
                && (piece.repeated
                    || match piece.what {
                        What::WordStart => i == 0 || !word(line.get(i - 1)),
                        What::WordEnd => !word(line.get(i)),
                        _ => false,
                    })
            {
                at[p + 1] = true;
            }
        }
    }
}

impl What {
    fn takes(&self, c: char) -> bool {
        match self {
            What::Any => true,
            What::One(one) => *one == c,
            What::Class { ranges, not } => {
                ranges.iter().any(|(a, z)| (*a..=*z).contains(&c)) != *not
            }
            What::WordStart | What::WordEnd => false,
        }
    }
}

/// A class after its `[`, and how many characters it took with its `]`.
fn class(after: &[char]) -> Option<(What, usize)> {
    let not = after.first() == Some(&'^');
    let mut at = usize::from(not);
    let mut ranges = Vec::new();
    loop {
        let mut c = *after.get(at)?;
        if c == ']' && !ranges.is_empty() {
            return Some((What::Class { ranges, not }, at + 1));
        }
        if c == '\\' && at + 1 < after.len() {
            at += 1;
            c = after[at];
        }
        if after.get(at + 1) == Some(&'-') && after.get(at + 2).is_some_and(|z| *z != ']') {
            ranges.push((c, after[at + 2]));
            at += 3;
        } else {
            ranges.push((c, c));
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn regex(pattern: &str, line: &str) -> bool {
        Pattern::regex(pattern, false).fits(&folded(line.as_bytes(), false), How::default())
    }

    #[test]
    fn expressions() {
        for (pattern, line, fits) in [
            ("^mail", "mail=1", true),
            ("^mail", "email", false),
            ("l$", "mail", true),
            ("l$", "mails", false),
            ("m.*l", "email", true),
            ("[0-9][0-9]*", "a12", true),
            ("^[0-9]*$", "12a", false),
            ("^[^a-c]$", "d", true),
            (r"1\.2", "1x2", false),
            (r"1\.2", "1.2", true),
            (r"\<is\>", "this is it", true),
            (r"\<is\>", "this", false),
            ("^$", "", true),
            ("^$", "a", false),
            ("[]]", "a]", true),
            ("a[", "a[", true),
            ("*a", "*a", true),
        ] {
            assert_eq!(regex(pattern, line), fits, "{pattern} in {line}");
        }
    }

    #[test]
    fn literals_and_places() {
        let line = folded(b"Mapi=1.5", true);
        let fits = |text: &str, how| Pattern::literal(text, true).fits(&line, how);
        let how = How {
            ignore_case: true,
            ..How::default()
        };
        assert!(fits("MAPI", how));
        assert!(!fits("1x5", how));
        assert!(fits(
            "mapi",
            How {
                at_start: true,
                ..how
            }
        ));
        assert!(!fits(
            "api",
            How {
                at_start: true,
                ..how
            }
        ));
        assert!(fits(
            "1.5",
            How {
                at_end: true,
                ..how
            }
        ));
        assert!(!fits("mapi", How { whole: true, ..how }));
        assert!(fits("mapi=1.5", How { whole: true, ..how }));
    }

    proptest! {
        #[test]
        fn any_pattern_ends(pattern in ".{0,40}", line in ".{0,80}") {
            regex(&pattern, &line);
        }

        #[test]
        fn a_literal_is_found_where_it_stands(
            before in "[a-z ]{0,9}", text in "[a-z.*$^]{1,9}", after in "[a-z ]{0,9}",
        ) {
            let line = folded(format!("{before}{text}{after}").as_bytes(), false);
            prop_assert!(Pattern::literal(&text, false).fits(&line, How::default()));
        }
    }
}
