//! Other scripts that a script calls: attachments of the component, which are laid as they are, and
//! scripts that nothing here has seen.

use super::scan::{Command, scan};
use super::{LARGEST, Quirk, Reach, prepare};
use crate::engine::windows::{AttachedBatch, Remark};
use std::collections::BTreeSet;

const UNSEEN: &str = "calls a script that is no attachment of the component: what Wine's cmd takes otherwise in it is neither mended nor told";
const UNSEEN_HELP: &str =
    "keep what it does in the main script, or try the component on a Windows machine";
const HELP: &str = "only the main script is mended: move these lines there, or try the component on a Windows machine";

/// Remarks on the scripts that a script calls, and on those that they call.
pub(super) fn remarks(body: &[u8], attached: &[AttachedBatch], version: &str) -> Vec<Remark> {
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![(None, body)];
    while let Some((file, body)) = waiting.pop() {
        for (line, called) in calls(body) {
            let named = |a: &&AttachedBatch| is_named(&called, &a.name);
            match attached.iter().find(named) {
                Some(script) if seen.insert(script.name.as_str()) => {
                    out.extend(of_script(script, version));
                    waiting.push((Some(script.name.as_str()), script.body.as_slice()));
                }
                Some(_) => {}
                None if is_script(&called) => out.push(unseen(file, line)),
                None => {}
            }
        }
    }
    out
}

/// What an attachment holds, each with its file and lines.
fn of_script(script: &AttachedBatch, version: &str) -> Vec<Remark> {
    let quirks = prepare(&script.body, version).quirks;
    let told = quirks.iter().filter(|q| q.reach != Reach::Words);
    by_rule(told)
        .into_iter()
        .map(|(quirk, lines)| Remark {
            line: None,
            unjudged: quirk.reach == Reach::Unjudged,
            what: format!("{}, {lines}: {}", script.name, quirk.what),
            help: match quirk.reach {
                Reach::Mended => HELP.into(),
                _ => quirk.help.into(),
            },
        })
        .collect()
}

/// Each rule once, with its lines: `line 3` or `lines 3, 5, 8`.
pub(super) fn by_rule<'q>(quirks: impl Iterator<Item = &'q Quirk>) -> Vec<(&'q Quirk, String)> {
    let mut found: Vec<(&Quirk, Vec<usize>)> = Vec::new();
    for quirk in quirks {
        match found.iter_mut().find(|(q, _)| q.what == quirk.what) {
            Some((_, lines)) if lines.contains(&quirk.line) => {}
            Some((_, lines)) => lines.push(quirk.line),
            None => found.push((quirk, vec![quirk.line])),
        }
    }
    let told = |lines: Vec<usize>| {
        let each: Vec<String> = lines.iter().map(usize::to_string).collect();
        let word = if each.len() == 1 { "line" } else { "lines" };
        format!("{word} {}", each.join(", "))
    };
    found
        .into_iter()
        .map(|(q, lines)| (q, told(lines)))
        .collect()
}

fn unseen(file: Option<&str>, line: usize) -> Remark {
    Remark {
        line: file.is_none().then_some(line),
        unjudged: false,
        what: file.map_or_else(|| UNSEEN.into(), |f| format!("{f}, line {line}: {UNSEEN}")),
        help: UNSEEN_HELP.into(),
    }
}

/// What a script may start as other scripts: the line and the name, in lower case.
fn calls(body: &[u8]) -> Vec<(usize, String)> {
    if body.len() > LARGEST {
        return Vec::new();
    }
    let of = |command: &Command| -> Option<(usize, String)> {
        let text = String::from_utf8_lossy(&body[command.text.clone()]).to_lowercase();
        Some((command.line, called(&text)?))
    };
    scan(body).commands.iter().filter_map(of).collect()
}

/// The program that a command starts in the end: behind `call`, `start` and `cmd /c`, without folders.
fn called(text: &str) -> Option<String> {
    let mut words = words(text).into_iter().peekable();
    let mut word = words.next()?;
    loop {
        let bare = word.trim_end_matches(".exe").to_owned();
        match bare.as_str() {
            "call" => word = words.next()?,
            "cmd" | "%comspec%" | "start" => {
                // `start` may have a title first, which stands in quotes.
                let title = bare == "start";
                let skipped = |w: &String| w.starts_with('/') || (title && w.is_empty());
                while words.next_if(skipped).is_some() {}
                word = words.next()?;
            }
            _ => break,
        }
    }
    let at_folder = ["%~dp0", "%cd%"].iter().find_map(|f| word.strip_prefix(f));
    let name = at_folder.unwrap_or(&word).rsplit(['\\', '/']).next()?;
    let plain = !name.is_empty() && !name.starts_with([':', '%']);
    (plain || is_script(name)).then(|| name.to_owned())
}

/// Words without their quotes; the text of `cmd /c "..."` is taken apart too.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            // The quote that encloses all of a child's text.
            '"' if word.is_empty() && child(words.last()) && !encloses_name(&text[at + 1..]) => {}
            '"' => quoted = !quoted,
            ' ' | '\t' | '\r' | '&' | '|' | '<' | '>' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                if "&|<>".contains(c) {
                    break;
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn child(last: Option<&String>) -> bool {
    last.is_some_and(|w| w == "/c" || w == "/k")
}

/// Whether the text up to the next quote is the name of a script.
fn encloses_name(rest: &str) -> bool {
    is_script(rest.split('"').next().unwrap_or(""))
}

fn is_script(name: &str) -> bool {
    name.ends_with(".bat") || name.ends_with(".cmd")
}

/// Whether this name, which may lack its extension, is that attachment.
fn is_named(called: &str, attached: &str) -> bool {
    let attached = attached.to_lowercase();
    let file = attached.rsplit(['/', '\\']).next().unwrap_or("");
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    is_script(file) && (called == file || called == stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(main: &str, attached: &[(&str, &str)]) -> Vec<(Option<usize>, String)> {
        let attached: Vec<AttachedBatch> = attached
            .iter()
            .map(|(name, text)| AttachedBatch {
                name: (*name).into(),
                body: text.as_bytes().to_vec(),
            })
            .collect();
        let remarks = remarks(main.as_bytes(), &attached, "10.0").into_iter();
        remarks.map(|r| (r.line, r.what)).collect()
    }

    #[test]
    fn attachments_that_are_called_are_gone_through() {
        const HELPER: &str = "@echo off\nif a==b exit /b\nexit /b\n";
        for main in [
            "call helper.cmd\n",
            "call \"%~dp0Helper.cmd\" x\n",
            "cmd /c helper.cmd x\n",
            "cmd /c \"C:\\a b\\helper.cmd\"\n",
            "cmd /c \"helper.cmd x\"\n",
            "cmd.exe /c \"\"%~dp0helper.cmd\" x\"\n",
            "start /wait \"\" helper.cmd\n",
            "helper\n",
            "if a==b (\ncall .\\helper.cmd\n)\n",
        ] {
            let found = told(main, &[("helper.cmd", HELPER)]);
            assert_eq!(found.len(), 1, "{main}: {found:?}");
            assert!(
                found[0].1.starts_with("helper.cmd, lines 2, 3: "),
                "{found:?}"
            );
        }
        assert_eq!(told("echo helper.cmd\n", &[("helper.cmd", HELPER)]), []);
        let second = told(
            "call a\n",
            &[("a.bat", "call b\n"), ("b.bat", "del x || y\n")],
        );
        assert!(second[0].1.starts_with("b.bat, line 1: "), "{second:?}");
    }

    #[test]
    fn a_script_that_is_no_attachment_is_told() {
        for main in [
            "call C:\\gen.bat\n",
            "cmd /c \"%TEMP%\\x.cmd\"\n",
            "call %x%.bat\n",
        ] {
            assert_eq!(told(main, &[]), [(Some(1), UNSEEN.to_owned())], "{main}");
        }
        let in_it = told("call a\n", &[("a.bat", "rem\ncall b.cmd\n")]);
        assert_eq!(in_it, [(None, format!("a.bat, line 2: {UNSEEN}"))]);
        assert_eq!(
            told("call :label\n:label\ncall msiexec /i x\ndel x.bat\n", &[]),
            []
        );
    }
}
