//! Words of Windows' commands that a script reads: where a filter waits for what Wine says in another
//! way, what `type` gives of a file in UTF-16, what `for /f` keeps of `wmic`'s line ends.

use super::Quirk;
use super::Reach;
use super::note::{Rule, quirk};
use super::scan::{Command, ForF, Scan};

const WORDS_READ: Rule = (
    "words-read",
    Reach::Unjudged,
    "a filter reads the words of `copy`, `move`, `xcopy`, `dir` or `reg`, which under Wine are others or none: it takes the wrong way",
    "go by the exit code, or by `dir /b` and `if exist`, instead of the words",
);
const TYPE: Rule = (
    "type-utf16",
    Reach::Course,
    "`reg export` and `wmic` write UTF-16, which Windows' `type` converts; Wine's cmd gives the first signs and no more",
    "read the values by `reg query`, or by `for /f` over wmic itself",
);
const TYPE_READ: Rule = (
    "type-utf16",
    Reach::Unjudged,
    "what `type` gives of a file that `reg export` or `wmic` wrote is read on: Windows converts its UTF-16, Wine's cmd gives the first signs and no more",
    "read the values by `reg query`, or by `for /f` over wmic itself",
);
const CR: Rule = (
    "wmic-cr",
    Reach::Course,
    "`wmic` ends its lines with two carriage returns: on Windows one stays at the end of this value, so that a comparison with it fails and a path with it is not found; Wine's cmd takes it away",
    "take it away: for /f \"delims=\" %%a in ('wmic ...') do for /f %%b in (\"%%a\") do set NAME=%%b",
);

/// All such places of a script.
pub(super) fn notes(body: &[u8], scan: &Scan, out: &mut Vec<Quirk>) {
    let wide = wide_files(body, scan);
    for command in &scan.commands {
        let behind = filter_behind(body, command);
        if words_differ(&command.name, &command.low(body), &behind) {
            out.push(quirk(command.line, WORDS_READ));
        }
        if command.name == "type" && reads_one_of(&wide, &command.low(body)) {
            let read = !behind.is_empty() || !command.redirects.is_empty();
            out.push(quirk(command.line, if read { TYPE_READ } else { TYPE }));
        }
    }
    for for_f in &scan.for_f {
        let set = text(body, &for_f.set);
        let inner = set.trim().trim_matches(['\'', '`']);
        let (first, behind) = inner.split_once("^|").unwrap_or((inner, ""));
        let name = first.split([' ', '/', '"']).next().unwrap_or("");
        if words_differ(name, &first[name.len()..], behind) {
            out.push(quirk(for_f.line, WORDS_READ));
        }
        if name == "type" && reads_one_of(&wide, first) {
            out.push(quirk(for_f.line, TYPE_READ));
        }
        let last = text(body, &for_f.options).contains("delims=");
        let whole = last || set.contains("/value") || set.contains("/format:");
        if name == "wmic" && whole && compared(body, scan, for_f) {
            out.push(quirk(for_f.line, CR));
        }
    }
}

fn text(body: &[u8], range: &std::ops::Range<usize>) -> String {
    String::from_utf8_lossy(&body[range.clone()]).to_lowercase()
}

/// What a pipe behind a command leads its words into, in lower case.
fn filter_behind(body: &[u8], command: &Command) -> String {
    let behind = body[command.text.end..].trim_ascii_start();
    let line = behind.split(|&c| c == b'\n').next().unwrap_or_default();
    let piped = line.strip_prefix(b"|").filter(|f| !f.starts_with(b"|"));
    String::from_utf8_lossy(piped.unwrap_or_default()).to_lowercase()
}

/// Whether a filter looks for words of a command that Wine gives in another way. The lines of a query's
/// values and bare names are as on Windows.
fn words_differ(name: &str, rest: &str, filter: &str) -> bool {
    let own: &[&str] = match name {
        "copy" | "move" | "xcopy" => &["copied", "moved", "file(s)"],
        "reg" => &["error", "success", "operation"],
        "dir" if !rest.contains("/b") => &["file(s)", "dir(s)"],
        _ => &[],
    };
    filter.contains("find") && own.iter().any(|w| filter.contains(w))
}

/// Names of files that `reg export`, `regedit /e` or `wmic` write, without quotes, in lower case.
fn wide_files(body: &[u8], scan: &Scan) -> Vec<String> {
    let mut files = Vec::new();
    for command in &scan.commands {
        let low = command.low(body);
        let words: Vec<&str> = low.split_whitespace().collect();
        let written = command
            .redirects
            .iter()
            .map(|r| text(body, r))
            .filter_map(|r| {
                Some(
                    r.trim_start_matches('1')
                        .strip_prefix('>')?
                        .trim_start_matches('>')
                        .to_owned(),
                )
            });
        match command.name.as_str() {
            "wmic" => {
                files.extend(written);
                let named = words.iter().find_map(|w| w.strip_prefix("/output:"));
                files.extend(named.map(str::to_owned));
            }
            "reg" if words.first() == Some(&"export") => files.extend(last_name(&words)),
            "regedit" if words.iter().any(|w| w.starts_with("/e")) => {
                let at = words.iter().position(|w| w.starts_with("/e"));
                files.extend(at.and_then(|at| words.get(at + 1)).map(|w| (*w).to_owned()));
            }
            _ => {}
        }
    }
    let bare = |f: String| f.trim().trim_matches('"').to_owned();
    files
        .into_iter()
        .map(bare)
        .filter(|f| f.len() > 2 && f != "nul")
        .collect()
}

/// The last word that is no switch and no redirection.
fn last_name(words: &[&str]) -> Option<String> {
    let mut names = words
        .iter()
        .filter(|w| !w.starts_with('/') && !w.contains('>'));
    names
        .next_back()
        .filter(|w| **w != "export")
        .map(|w| (*w).to_owned())
}

fn reads_one_of(files: &[String], rest: &str) -> bool {
    files.iter().any(|f| rest.contains(f.as_str()))
}

/// Whether a value that this loop takes is compared: itself on the loop's lines, or a variable that is
/// set to it. A loop over the value takes the sign away.
fn compared(body: &[u8], scan: &Scan, for_f: &ForF) -> bool {
    const NEAR: usize = 8;
    let near = |line: usize| line >= for_f.line && line <= for_f.line + NEAR;
    let again = scan.for_f.iter().any(|f| {
        near(f.line) && f.set.start > for_f.set.start && text(body, &f.set).contains("%%")
    });
    if again {
        return false;
    }
    let mut names: Vec<String> = Vec::new();
    for command in scan
        .commands
        .iter()
        .filter(|c| c.name == "set" && near(c.line))
    {
        let low = command.low(body);
        if let Some((name, value)) = low.split_once('=')
            && value.trim_matches(['"', ' ', '\r']).starts_with("%%")
        {
            names.push(name.trim_matches(['"', ' ']).to_owned());
        }
    }
    scan.operands.iter().any(|(line, operand)| {
        let operand = text(body, operand);
        let whole = operand.trim_matches(['"', '%', '!', '[', ']']);
        let loops = operand.contains("%%") && near(*line);
        loops || (*line >= for_f.line && names.iter().any(|n| n == whole))
    })
}
