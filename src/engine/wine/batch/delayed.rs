//! `!name%%i!`: delayed expansion whose name holds a loop's variable.
//!
//! Windows puts loop variables in first (phase 4) and expands `!...!` after them (phase 5); Wine's
//! cmd goes over a command once from left to right, and looks for a variable whose name has the
//! percent sign. The mend fetches such a value before the command, by a routine that the script gets
//! behind its last line: there the name is an argument, which is put in before delayed expansion.

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

/// What to do about each such place: edits, and quirks that are left.
pub(super) fn edits(body: &[u8], scan: &Scan, edits: &mut Vec<Edit>, left: &mut Vec<Quirk>) {
    if !has(body, b"enabledelayedexpansion") && !has(body, b"/v:on") && !has(body, b"/v ") {
        return;
    }
    let free = !scan.labels.iter().any(|(_, l)| l == LABEL) && !reads_itself(body);
    let mut fetched = false;
    for unit in &scan.units {
        let places = places(body, &unit.range);
        if places.is_empty() {
            continue;
        }
        match state(body, scan, unit) {
            State::Off => continue,
            State::On if free && mendable(body, unit, &places) => {}
            State::On | State::Unsure => {
                left.push(unjudged(unit.line));
                continue;
            }
        }
        fetched = true;
        fetch(body, unit, &places, edits);
    }
    if fetched {
        edits.push(Edit {
            range: body.len()..body.len(),
            with: routine(body).into(),
            quirk: mended(1, "delayed-for", WHAT),
        });
    }
}

/// The values are fetched before the command and stand in it by numbered variables.
fn fetch(body: &[u8], unit: &Unit, places: &[Range<usize>], edits: &mut Vec<Edit>) {
    let quirk = mended(unit.line, "delayed-for", WHAT);
    let mut edit = |range: Range<usize>, with: String| {
        edits.push(Edit {
            range,
            with: with.into(),
            quirk: quirk.clone(),
        });
    };
    let start = unit.range.start;
    let chained = unit.place == Place::Chained;
    let mut before = String::from(if chained { "(" } else { "" });
    for (number, place) in (1..).zip(places) {
        let name = String::from_utf8_lossy(&body[place.start + 1..place.end - 1]);
        before.push_str(&format!("call :{LABEL} {number} \"{name}\"&"));
    }
    edit(start..start, before);
    for (number, place) in (1..).zip(places) {
        edit(place.clone(), format!("!{LABEL}_{number}!"));
    }
    if chained {
        let text = &body[unit.range.clone()];
        let end = unit.range.start + text.strip_suffix(b"\r").unwrap_or(text).len();
        edit(end..end, ")".into());
    }
}

/// Keeps the errorlevel, and stands behind an end of the script.
fn routine(body: &[u8]) -> String {
    let line_end = if body.ends_with(b"\n") { "" } else { "\r\n" };
    format!(
        "{line_end}@goto :eof\r\n:{LABEL}\r\n@set \"{LABEL}_%~1=!%~2!\"&exit /b %errorlevel%\r\n"
    )
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

/// The `!...!` of a command whose names hold a loop's variable, with their signs.
fn places(body: &[u8], range: &Range<usize>) -> Vec<Range<usize>> {
    let text = &body[range.clone()];
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = next_mark(text, from) {
        let Some(close) = next_mark(text, open + 1) else {
            break;
        };
        let name = &text[open + 1..close];
        let looped = name
            .windows(3)
            .any(|w| w.starts_with(b"%%") && !w[2].is_ascii_whitespace());
        if looped && !name.contains(&b'\n') {
            found.push(range.start + open..range.start + close + 1);
        }
        from = close + 1;
    }
    found
}

/// The next exclamation mark that no caret escapes.
fn next_mark(text: &[u8], from: usize) -> Option<usize> {
    (from..text.len()).find(|&at| text[at] == b'!' && (at == 0 || text[at - 1] != b'^'))
}

fn mendable(body: &[u8], unit: &Unit, places: &[Range<usize>]) -> bool {
    let names_fit = places
        .iter()
        .all(|p| !body[p.clone()].iter().any(|c| b"\"^&|<>".contains(c)));
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
