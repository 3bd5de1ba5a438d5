//! Parts of values, `NAME:~START,LENGTH`, that begin at or past the value's end: Windows gives nothing,
//! Wine's cmd the last sign.
//!
//! The mend adds a sign to the value, cuts at the start, and takes the sign away: what is left is
//! Windows' part. A routine behind the last line does it before the command.

use super::{Quirk, Reach};
use std::ops::Range;

/// The routine's name.
pub(super) const LABEL: &str = "shakedown_part";
pub(super) const RULE: &str = "substring";
pub(super) const WHAT: &str = "a part that begins at the end of a value or past it is empty (`%x:~9%`, `!x:~9,1!`); Wine's cmd gives the last sign";
const LEFT: &str = "a part that begins at the end of a value or past it is empty (`%x:~9%`, `!x:~9,1!`); Wine's cmd gives the last sign, and here this cannot be mended";
const HELP: &str = "take the part by `!NAME:~START,LENGTH!` under delayed expansion, which is mended, or see that the value is long enough";

/// `NAME:~START,LENGTH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    name: String,
    start: String,
    /// Empty: to the end.
    length: String,
}

impl Cut {
    /// What stands between the signs; none where it is something else or cannot be told.
    pub fn read(text: &[u8]) -> Option<Cut> {
        let text = std::str::from_utf8(text).ok()?;
        let (name, part) = text
            .match_indices(":~")
            .map(|(at, _)| (&text[..at], &text[at + 2..]))
            .find(|(name, _)| name.matches('%').count().is_multiple_of(2))?;
        let (start, length) = part.split_once(',').unwrap_or((part, ""));
        let plain = |t: &str| {
            t.bytes()
                .all(|c| c.is_ascii_alphanumeric() || b"-_% ".contains(&c))
        };
        let fits = !name.is_empty()
            && name
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || b"_.-[]#$@%".contains(&c));
        (fits && plain(start) && plain(length) && !start.is_empty()).then(|| Cut {
            name: name.to_owned(),
            start: start.to_owned(),
            length: length.to_owned(),
        })
    }

    /// Whether its start may lie past the end of a value that is not empty. Values that cmd makes
    /// itself are in no environment, and long enough.
    pub fn may_pass_the_end(&self) -> bool {
        let name = self.name.to_lowercase();
        !KNOWN.contains(&name.as_str())
            && !self.start.starts_with('-')
            && self.start.parse::<u64>() != Ok(0)
    }

    /// A variable counts: where a loop waits for an empty part it never ends.
    pub fn counted(&self) -> bool {
        self.start.contains('%')
    }

    /// A loop's variable stands in it.
    pub fn looped(&self) -> bool {
        [&self.name, &self.start, &self.length]
            .iter()
            .any(|t| t.contains("%%"))
    }

    /// The call that puts it into the variable of this number.
    pub fn call(&self, number: usize) -> String {
        let Cut {
            name,
            start,
            length,
        } = self;
        format!("call :{LABEL} {number} \"{name}\" \"{start}\" \"{length}\"&")
    }
}

/// The `%%NAME:~START,LENGTH%%` of a `call`, which expands them when it runs, with their places.
pub(super) fn called(text: &[u8], from: usize) -> Vec<(Range<usize>, Cut)> {
    let mut found = Vec::new();
    if !text
        .get(..5)
        .is_some_and(|w| w.eq_ignore_ascii_case(b"call "))
    {
        return found;
    }
    let mut at = 0;
    while let Some(open) = next(text, at, b"%%") {
        at = open + 2;
        let Some(sign) = next(text, at, b":~") else {
            break;
        };
        let name = &text[at..sign];
        if name.is_empty()
            || name
                .iter()
                .any(|c| !c.is_ascii_alphanumeric() && *c != b'_')
        {
            continue;
        }
        // The end is a doubled sign that no loop's variable follows.
        let mut end = sign + 2;
        while let Some(close) = next(text, end, b"%%") {
            let counted = text[sign + 2..close].iter().all(|c| !b"\" %".contains(c));
            let begins = matches!(text[close - 1], b'~' | b',') && counted;
            if !begins {
                if let Some(cut) = Cut::read(&text[at..close]).filter(Cut::may_pass_the_end) {
                    found.push((from + open..from + close + 2, cut));
                    at = close + 2;
                }
                break;
            }
            end = close + 3;
        }
    }
    found
}

fn next(text: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    let rest = text.get(from..)?;
    let at = rest.windows(word.len()).position(|w| w == word)?;
    Some(from + at)
}

/// Where it stays; `counted`: nothing that follows can be believed.
pub(super) fn left(line: usize, counted: bool) -> Quirk {
    Quirk {
        line,
        rule: "substring-left",
        what: LEFT,
        help: HELP,
        reach: if counted {
            Reach::Unjudged
        } else {
            Reach::Course
        },
    }
}

/// The `%NAME:~START%` of a line, which are expanded before anything of it runs. Values that every
/// device has in their length are no matter, nor those that surely have as many signs (`signs`).
pub(super) fn of_line(
    number: usize,
    line: &[u8],
    signs: impl Fn(&str) -> usize,
    out: &mut Vec<Quirk>,
) {
    let text = String::from_utf8_lossy(line).to_lowercase();
    let trimmed = text.trim_start_matches(['@', ' ', '\t']);
    if trimmed.starts_with("rem ") || trimmed.starts_with("::") {
        return;
    }
    for (at, _) in text.match_indices(":~") {
        let head = &text[..at];
        let Some(open) = head.rfind('%') else {
            continue;
        };
        let name = &head[open + 1..];
        let doubled = head[..open].ends_with('%');
        let word = |c: char| c.is_alphanumeric() || "_.-()#$@".contains(c);
        if name.is_empty() || doubled || !name.chars().all(word) || KNOWN.contains(&name) {
            continue;
        }
        let Some((part, _)) = text[at + 2..].split_once('%') else {
            continue;
        };
        let start = part.split(',').next().unwrap_or("");
        let within = start
            .parse::<usize>()
            .is_ok_and(|s| s == 0 || s < signs(name));
        if start.starts_with('-') || within {
            continue;
        }
        out.push(left(number, start.contains('!') || start.is_empty()));
        return;
    }
}

/// Variables whose values are long enough for what is cut of them.
const KNOWN: &[&str] = &[
    "date",
    "time",
    "cd",
    "random",
    "errorlevel",
    "cmdcmdline",
    "cmdextversion",
    "systemroot",
    "windir",
    "systemdrive",
    "comspec",
    "path",
    "pathext",
    "programfiles",
    "programfiles(x86)",
    "programdata",
    "temp",
    "tmp",
    "os",
    "processor_architecture",
    "homedrive",
    "userprofile",
    "allusersprofile",
];

/// `call :shakedown_part NUMBER NAME START LENGTH`. The errorlevel stays.
pub(super) fn routine() -> String {
    const VALUE: &str = "shakedown_value_%~1";
    const PART: &str = "shakedown_part";
    [
        format!(":{LABEL}\r\n@set \"{VALUE}=\"&setlocal EnableDelayedExpansion"),
        // Of a variable that is not there the rest of the text stays, as on Windows.
        format!("set \"{PART}=~%~3\"&(if not \"%~4\"==\"\" set \"{PART}=~%~3,%~4\")"),
        format!("(if defined %~2 set \"{PART}=!%~2!#\"&set shakedown_start=0&(set /a \"shakedown_start=%~3+0\" >nul 2>&1)&(if !shakedown_start! lss 0 set \"{PART}=!%~2:~%~3!#\")&(if !shakedown_start! geq 0 set \"{PART}=!{PART}:~%~3!\")&set \"{PART}=!{PART}:~0,-1!\"&(if defined {PART} if not \"%~4\"==\"\" set \"{PART}=!{PART}:~0,%~4!\"))"),
        format!("(for /f \"delims=\" %%v in (\"!{PART}!\") do endlocal&set \"{VALUE}=%%v\")"),
        "exit /b %errorlevel%\r\n".to_owned(),
    ]
    .join("&")
}
