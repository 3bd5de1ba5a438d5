//! `!name%%i!`: delayed expansion whose name holds a loop's variable.
//!
//! Windows puts loop variables in first (phase 4) and expands `!...!` after them (phase 5); Wine's
//! cmd goes over a command once from left to right, and looks for a variable whose name has the
//! percent sign. The mend fetches such a value before the command, by a routine that the script gets
//! behind its last line: there the name is an argument, which is put in before delayed expansion.
//! Parts of values that may begin past the end are fetched in the same way, by the routine of [`cut`].

use super::cut::{self, Cut};
use super::mend::{Edit, has, mended};
use super::scan::{Guard, Place, Scan, Unit};
use super::{Quirk, Reach};
use std::ops::Range;

const LABEL: &str = "shakedown_value";
const WHAT: &str = "`!name%%i!` is expanded after the loop's variable; Wine's cmd looks for a variable with the percent sign in its name";

/// Whether delayed expansion is on at a place of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    On,
    Off,
    Unsure,
}

/// A place whose value is fetched before its command.
#[derive(Debug)]
struct Fetch {
    range: Range<usize>,
    how: How,
}

#[derive(Debug)]
enum How {
    /// `!NAME!`: what stands between the signs.
    Value(String),
    /// A part of a value; within `call` it stands in doubled percent signs.
    Part { cut: Cut, percent: bool },
}

/// What to do about each such place: edits, and quirks that are left.
pub(super) fn edits(body: &[u8], scan: &Scan, edits: &mut Vec<Edit>, left: &mut Vec<Quirk>) {
    let delays = has(body, b"enabledelayedexpansion") || has(body, b"/v:on") || has(body, b"/v ");
    let labels = [LABEL, cut::LABEL];
    let taken = |(_, l): &(usize, String)| labels.contains(&l.as_str());
    let free = !scan.labels.iter().any(taken) && !reads_itself(body);
    let (mut values, mut parts) = (false, false);
    for unit in &scan.units {
        let text = &body[unit.range.clone()];
        let delayed = if delays {
            fetches(body, &unit.range)
        } else {
            Vec::new()
        };
        let state = if delayed.is_empty() {
            State::Off
        } else {
            state(body, scan, unit)
        };
        let child = state == State::Off && is_child(text);
        let mut found = if state == State::Off && !child {
            Vec::new()
        } else {
            delayed
        };
        if !child {
            let called = cut::called(text, unit.range.start).into_iter();
            found.extend(called.map(|(range, cut)| Fetch {
                range,
                how: How::Part { cut, percent: true },
            }));
        }
        if found.is_empty() {
            continue;
        }
        let sure = state != State::Unsure && !child;
        if !(sure && free && mendable(body, unit, &found)) {
            left.extend(found.iter().map(|f| f.left(unit.line)));
            continue;
        }
        values |= found.iter().any(|f| matches!(f.how, How::Value(_)));
        parts |= found.iter().any(|f| matches!(f.how, How::Part { .. }));
        fetch(body, unit, &found, edits);
    }
    let routines = [
        (values, "delayed-for", WHAT, routine()),
        (parts, cut::RULE, cut::WHAT, cut::routine()),
    ];
    let mut line_end = if body.ends_with(b"\n") {
        "@goto :eof\r\n"
    } else {
        "\r\n@goto :eof\r\n"
    };
    for (_, rule, what, text) in routines.into_iter().filter(|r| r.0) {
        edits.push(Edit {
            range: body.len()..body.len(),
            with: format!("{line_end}{text}").into(),
            quirk: mended(1, rule, what),
        });
        line_end = "";
    }
}

/// A `cmd` with delayed expansion of its own, whose words are no commands of this script.
fn is_child(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_lowercase();
    let program = text.split([' ', '/', '"']).next().unwrap_or("");
    matches!(program, "cmd" | "cmd.exe" | "%comspec%") && text.contains("/v")
}

/// The values are fetched before the command and stand in it by numbered variables.
fn fetch(body: &[u8], unit: &Unit, found: &[Fetch], edits: &mut Vec<Edit>) {
    let start = unit.range.start;
    let chained = unit.place == Place::Chained;
    let mut before = String::from(if chained { "(" } else { "" });
    for (number, place) in (1..).zip(found) {
        before.push_str(&match &place.how {
            How::Value(name) => format!("call :{LABEL} {number} \"{name}\"&"),
            How::Part { cut, .. } => cut.call(number),
        });
    }
    let quirk = found[0].mended(unit.line);
    let mut edit = |range: Range<usize>, with: String, quirk: Quirk| {
        edits.push(Edit {
            range,
            with: with.into(),
            quirk,
        });
    };
    edit(start..start, before, quirk.clone());
    for (number, place) in (1..).zip(found) {
        let sign = match place.how {
            How::Part { percent: true, .. } => "%%",
            _ => "!",
        };
        let with = format!("{sign}{LABEL}_{number}{sign}");
        edit(place.range.clone(), with, place.mended(unit.line));
    }
    if chained {
        let text = &body[unit.range.clone()];
        let end = unit.range.start + text.strip_suffix(b"\r").unwrap_or(text).len();
        edit(end..end, ")".into(), quirk);
    }
}

impl Fetch {
    fn mended(&self, line: usize) -> Quirk {
        match self.how {
            How::Value(_) => mended(line, "delayed-for", WHAT),
            How::Part { .. } => mended(line, cut::RULE, cut::WHAT),
        }
    }

    fn left(&self, line: usize) -> Quirk {
        match &self.how {
            How::Value(_) => unjudged(line),
            // A name that a loop's variable makes is lost altogether.
            How::Part {
                cut,
                percent: false,
            } if cut.looped() => unjudged(line),
            How::Part { cut, .. } => cut::left(line, cut.counted()),
        }
    }
}

/// Keeps the errorlevel, and stands behind an end of the script.
fn routine() -> String {
    format!(":{LABEL}\r\n@set \"{LABEL}_%~1=!%~2!\"&exit /b %errorlevel%\r\n")
}

fn unjudged(line: usize) -> Quirk {
    Quirk {
        line,
        rule: "delayed-for-left",
        what: "`!name%%i!` is expanded after the loop's variable; Wine's cmd looks for a variable with the percent sign in its name, and here this cannot be mended",
        help: "write `call set \"VALUE=%%name%%i%%\"` before it, or try the component on a Windows machine",
        reach: Reach::Unjudged,
    }
}

/// The `!...!` of a command that Wine's cmd expands to something else: with a loop's variable in the
/// name, or a part of a value that may begin past its end.
fn fetches(body: &[u8], range: &Range<usize>) -> Vec<Fetch> {
    let text = &body[range.clone()];
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = next_mark(text, from) {
        let Some(close) = next_mark(text, open + 1) else {
            break;
        };
        let name = &text[open + 1..close];
        from = close + 1;
        if name.contains(&b'\n') {
            continue;
        }
        let looped = name
            .windows(3)
            .any(|w| w.starts_with(b"%%") && !w[2].is_ascii_whitespace());
        let how = match Cut::read(name) {
            Some(cut) if cut.may_pass_the_end() => How::Part {
                cut,
                percent: false,
            },
            _ if looped => How::Value(String::from_utf8_lossy(name).into_owned()),
            _ => continue,
        };
        found.push(Fetch {
            range: range.start + open..range.start + close + 1,
            how,
        });
    }
    found
}

/// The next exclamation mark that no caret escapes.
fn next_mark(text: &[u8], from: usize) -> Option<usize> {
    (from..text.len()).find(|&at| text[at] == b'!' && (at == 0 || text[at - 1] != b'^'))
}

fn mendable(body: &[u8], unit: &Unit, found: &[Fetch]) -> bool {
    let names_fit = found
        .iter()
        .all(|f| !body[f.range.clone()].iter().any(|c| b"\"^&|<>".contains(c)));
    let parens = body[unit.range.clone()].iter().any(|c| b"()".contains(c));
    names_fit
        && match unit.place {
            Place::Free => true,
            Place::Chained => unit.simple && !parens,
            Place::Fixed => false,
        }
}

/// By the `setlocal` and `endlocal` before it, in the order of the text. An `endlocal` deeper in
/// blocks than its `setlocal` is taken for one on a way out.
fn state(body: &[u8], scan: &Scan, unit: &Unit) -> State {
    let mut stack: Vec<(usize, State)> = Vec::new();
    let labelled = scan.labels.iter().any(|(line, _)| *line < unit.line);
    let bottom = if labelled || !has(body, b"enabledelayedexpansion") {
        State::Unsure
    } else {
        State::Off
    };
    let top = |stack: &[(usize, State)]| stack.last().map_or(bottom, |(_, s)| *s);
    for command in &scan.commands {
        if command.text.start >= unit.range.start {
            break;
        }
        let depth = command.depth + usize::from(command.guard != Guard::None);
        let rest = command.low(body);
        match command.name.as_str() {
            "setlocal" if rest.contains("enabledelayedexpansion") => stack.push((depth, State::On)),
            "setlocal" if rest.contains("disabledelayedexpansion") => {
                stack.push((depth, State::Off));
            }
            "setlocal" => stack.push((depth, top(&stack))),
            "endlocal" if stack.last().is_some_and(|(d, _)| *d >= depth) => {
                stack.pop();
            }
            _ => {}
        }
    }
    top(&stack)
}

/// Whether something else than cmd may read the script itself, which lines behind it would disturb.
fn reads_itself(body: &[u8]) -> bool {
    let itself = ["%~f0", "%~dpnx0", "%~dpf0", "%~nx0", "%~s0", "%~0", "%0"];
    let readers = [
        "cscript",
        "wscript",
        "find",
        "type ",
        "more",
        "certutil",
        " in (",
        "mshta",
        "powershell",
    ];
    let text = String::from_utf8_lossy(body).to_lowercase();
    text.lines()
        .any(|l| itself.iter().any(|w| l.contains(w)) && readers.iter().any(|w| l.contains(w)))
}
