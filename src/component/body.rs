//! The script body: what its bytes tell before it is run.

use super::error::note;
use crate::rmm::component::InstallType;
use crate::rmm::event::Note;

/// Largest body that is read.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The interpreter line of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shebang {
    /// As written: `/bin/bash`, `/usr/bin/env`.
    pub interpreter: String,
    /// Everything after it, as the kernel passes it: one argument.
    pub argument: Option<String>,
}

/// Takes off one newline at the end, as the platform does when a script is saved.
pub(super) fn stripped(mut body: Vec<u8>) -> Vec<u8> {
    if body.last() == Some(&b'\n') {
        body.pop();
        if body.last() == Some(&b'\r') {
            body.pop();
        }
    }
    body
}

/// The `#!` line; a byte-order mark before it hides it from the kernel, so there is none then.
pub(super) fn shebang(body: &[u8]) -> Option<Shebang> {
    let line = body.strip_prefix(b"#!")?.split(|b| *b == b'\n').next()?;
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    let (interpreter, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    if interpreter.is_empty() {
        return None;
    }
    let rest = rest.trim();
    Some(Shebang {
        interpreter: interpreter.to_owned(),
        argument: (!rest.is_empty()).then(|| rest.to_owned()),
    })
}

/// One body for batch and bash: batch jumps with `goto` to a label over the Unix part, which
/// starts with `#!` or hides the batch part in a here-document.
pub(super) fn is_polyglot(body: &[u8]) -> bool {
    const HEAD: usize = 40;
    let text = String::from_utf8_lossy(body.strip_prefix(BOM).unwrap_or(body));
    let first = text.lines().next().unwrap_or_default().trim_start();
    let for_unix = first.starts_with("#!") || (first.starts_with(':') && first.contains("<<"));
    if !for_unix {
        return false;
    }
    let goto = text.lines().take(HEAD).find_map(|line| {
        let line = line.trim().trim_start_matches('@');
        let (word, label) = line.split_once([' ', '\t'])?;
        let label = label.trim().trim_start_matches(':');
        (word.eq_ignore_ascii_case("goto") && !label.is_empty()).then(|| label.to_owned())
    });
    match goto {
        Some(label) => text.lines().any(|l| {
            l.trim()
                .strip_prefix(':')
                .is_some_and(|l| l.trim_end().eq_ignore_ascii_case(&label))
        }),
        None => {
            first.starts_with(':')
                && text
                    .lines()
                    .take(HEAD)
                    .any(|l| l.trim().eq_ignore_ascii_case("@echo off"))
        }
    }
}

pub(super) fn remarks(body: &[u8], install_type: &InstallType) -> Vec<Note> {
    let mut notes = Vec::new();
    let unix = *install_type == InstallType::Unix;
    if body.iter().all(u8::is_ascii_whitespace) {
        notes.push(note(
            "empty-body",
            "the script is empty: it succeeds and does nothing",
            "write the script",
        ));
    }
    if body.starts_with(BOM) {
        let what = if unix {
            "the script starts with a byte-order mark: its first line is not read as `#!`"
        } else {
            "the script starts with a byte-order mark; exports have none"
        };
        notes.push(note(
            "body-bom",
            what,
            "save it as UTF-8 without a byte-order mark",
        ));
    } else if body.starts_with(&[0xff, 0xfe])
        || body.starts_with(&[0xfe, 0xff])
        || body.contains(&0)
    {
        notes.push(note(
            "body-not-text",
            "the script is UTF-16 or holds NUL bytes; exports are UTF-8",
            "save it as UTF-8",
        ));
    } else if std::str::from_utf8(body).is_err() {
        notes.push(note(
            "body-not-utf8",
            "the script is not UTF-8; exports are",
            "save it as UTF-8",
        ));
    }
    // Line ends of Windows are the usual ones in scripts for Windows.
    if unix && body.windows(2).any(|w| w == b"\r\n") {
        notes.push(note(
            "body-crlf",
            "the script has Windows line ends",
            "save it with LF line ends: bash takes the carriage return for a part of the word",
        ));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_newline_is_taken_off() {
        for (from, to) in [
            ("a\n", "a"),
            ("a\n\n", "a\n"),
            ("a\r\n", "a"),
            ("a", "a"),
            ("", ""),
            ("\n", ""),
        ] {
            assert_eq!(stripped(from.into()), to.as_bytes());
        }
    }

    #[test]
    fn interpreter_lines() {
        let read = |s: &str| shebang(s.as_bytes()).map(|s| (s.interpreter, s.argument));
        assert_eq!(read("#!/bin/bash\nx"), Some(("/bin/bash".into(), None)));
        assert_eq!(
            read("#! /usr/bin/env -S bash -e \r\nx"),
            Some(("/usr/bin/env".into(), Some("-S bash -e".into())))
        );
        assert_eq!(read("# no"), None);
        assert_eq!(read("#!\n"), None);
        assert_eq!(read("\u{feff}#!/bin/bash\n"), None);
    }

    #[test]
    fn polyglots() {
        assert!(is_polyglot(b"#!/bin/bash\n@echo off\ngoto WindowsScript\necho unix\nexit 0\n:WindowsScript\necho win\n"));
        assert!(is_polyglot(
            b":<<\"::BATCH\"\r\n@echo off\r\necho win\r\nexit /b\r\n::BATCH\r\necho unix\r\n"
        ));
        assert!(!is_polyglot(b"#!/bin/bash\necho goto nowhere\n"));
        assert!(!is_polyglot(b"@echo off\ngoto end\n:end\n"));
        assert!(!is_polyglot(b"#!/bin/bash\ngoto x\n"));
    }
}
