//! Remarks on what a script asks or uses that Wine answers otherwise than Windows.

use super::notes::LONGEST;
use crate::agent::note;
use crate::rmm::event::Note;

/// What a script asks that the machine below a device answers, whatever the device's facts are: a word
/// of its text in lower case, and what is asked.
const ASKED_BELOW: [(&str, &str); 6] = [
    ("winmgmts:", "WMI by COM (winmgmts:)"),
    (
        "wbemscripting.swbemlocator",
        "WMI by COM (WbemScripting.SWbemLocator)",
    ),
    (".freespace", "the free space of a drive (FreeSpace)"),
    (
        ".availablespace",
        "the free space of a drive (AvailableSpace)",
    ),
    (".totalsize", "the size of a drive (TotalSize)"),
    (
        "bytes free",
        "the free space that `dir` prints (bytes free)",
    ),
];

/// What VBScript's engine of Wine answers otherwise than Windows': a word of the script's text in lower
/// case without blanks, and what is otherwise.
const OTHERWISE: [(&str, &str); 4] = [
    ("isdate(", "IsDate, which takes fewer texts for dates"),
    (
        "ubound(split(",
        "UBound(Split()), which is 0 for an empty text where Windows gives -1",
    ),
    (
        "err.description",
        "Err.Description, which has no text for VBScript's own errors",
    ),
    (
        ".specialfolders(",
        "WshShell.SpecialFolders, whose folders are not those of SYSTEM",
    ),
];

/// What stands in the text of a script for cmd or the script host, or in lines that it writes into one:
/// questions that Wine answers itself, each with its first line.
pub fn asked_below(body: &[u8]) -> Vec<Note> {
    let text = String::from_utf8_lossy(&body[..body.len().min(LONGEST)]).to_lowercase();
    let comment = ["rem ", "::", "'", "//"];
    let lines = || {
        text.lines()
            .enumerate()
            .filter(|(_, line)| !comment.iter().any(|c| line.trim_start().starts_with(c)))
    };
    let asked = ASKED_BELOW.iter().filter_map(|(word, what)| {
        let (number, _) = lines().find(|(_, line)| line.contains(word))?;
        Some(note(
            "not-judged-here",
            format!("line {} of the script asks for {what}: Wine answers with what the machine below the device has, not with the device's facts", number + 1),
            "ask by wmic or fsutil, which tell the device's facts, or try the component on a Windows machine",
        ))
    });
    let otherwise = OTHERWISE.iter().filter_map(|(word, what)| {
        Some((lines().find(|(_, l)| packed(l).contains(word))?.0, *what))
    });
    let number = lines().find(|(_, line)| compares_error(&packed(line)));
    let number = number.map(|(at, _)| {
        (
            at,
            "the number of an error, which is another than Windows' for VBScript's own",
        )
    });
    let logo = lines().find(|(_, line)| takes_logo(line));
    let logo = logo.map(|(at, _)| {
        (
            at,
            "cscript's output without //nologo, whose first lines are its logo on Windows alone",
        )
    });
    let otherwise = otherwise.chain(number).chain(logo).map(|(at, what)| {
        note(
            "not-judged-here",
            format!("line {} of the script uses {what}", at + 1),
            "do without it, or try the component on a Windows machine",
        )
    });
    asked.chain(otherwise).collect()
}

/// A line without its blanks.
fn packed(line: &str) -> String {
    line.split_whitespace().collect()
}

/// Whether a packed line compares the number of an error with others than 0.
fn compares_error(line: &str) -> bool {
    if line.contains("selectcaseerr.number") {
        return true;
    }
    line.match_indices("err.number=").any(|(at, word)| {
        let value = line[at + word.len()..].chars().next();
        value.is_some_and(|c| matches!(c, '1'..='9' | '-' | '&'))
    })
}

/// Whether a line of cmd reads what `cscript` prints and did not say that it prints no logo.
fn takes_logo(line: &str) -> bool {
    let reads = line.contains('|') || packed(line).contains("for/f");
    reads && line.contains("cscript") && !line.contains("/nologo") && !line.contains("//b")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(notes: &[Note]) -> Vec<&str> {
        notes.iter().map(|n| n.code.as_str()).collect()
    }

    #[test]
    fn questions_that_wine_answers_are_told_once_with_their_line() {
        let body = b"' winmgmts: is asked below\r\n\
            Set w = GetObject(\"WinMgmts:\\\\.\\root\\cimv2\")\r\n\
            Set v = GetObject(\"winmgmts:\")\r\n\
            WScript.Echo fso.GetDrive(\"C:\").FreeSpace\r\n";
        let notes = asked_below(body);
        assert_eq!(codes(&notes), ["not-judged-here", "not-judged-here"]);
        assert!(notes[0].message.starts_with("line 2 ") && notes[0].message.contains("winmgmts"));
        assert!(notes[1].message.starts_with("line 4 ") && notes[1].message.contains("FreeSpace"));
        for line in [
            "wmic logicaldisk get size,freespace",
            "rem winmgmts:",
            "sc query winmgmt",
        ] {
            assert!(asked_below(line.as_bytes()).is_empty(), "{line}");
        }
        for line in [
            "If IsDate (x) Then",
            "n = UBound(Split(x, \",\"))",
            "WScript.Echo Err.Description",
            "If Err.Number = 11 Then",
            "Select Case Err.Number",
            "p = sh.SpecialFolders(\"Desktop\")",
            "for /f %%a in ('cscript a.vbs') do set a=%%a",
            "cscript a.vbs | find \"ok\"",
        ] {
            let notes = asked_below(line.as_bytes());
            assert_eq!(codes(&notes), ["not-judged-here"], "{line}");
            assert!(notes[0].message.starts_with("line 1 of the script uses "));
        }
        for line in [
            "If Err.Number <> 0 Then",
            "If Err.Number = 0 Then",
            "cscript a.vbs",
            "for /f %%a in ('cscript //nologo a.vbs') do set a=%%a",
        ] {
            assert!(asked_below(line.as_bytes()).is_empty(), "{line}");
        }
        let line = b"for /f %%a in ('dir C:\\ ^| find \"bytes free\"') do set f=%%a";
        assert_eq!(codes(&asked_below(line)), ["not-judged-here"]);
    }
}
