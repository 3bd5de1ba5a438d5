//! What only Wine's `cmd.exe` says, and what Windows' says and does in its place.

/// A message of Wine's in the output of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Wine's words, as they stand in the output (at most one line).
    pub wine: String,
    /// What Windows says there; `%1` is the name that Wine's line holds.
    pub windows: &'static str,
    /// How the script goes on Windows, where that differs.
    pub course: Option<&'static str>,
    /// Windows ends the script there, or may: what came after it proves nothing.
    pub unjudged: bool,
}

struct Message {
    wine: &'static str,
    windows: &'static str,
    course: Option<&'static str>,
}

const MESSAGES: &[Message] = &[
    Message {
        wine: "Syntax error: unexpected",
        windows: "%1 was unexpected at this time.",
        course: Some(
            "Windows ends the script here with exit code 255, if it is an error there at all",
        ),
    },
    Message {
        wine: "Mismatch in parentheses.",
        windows: "nothing, or `%1 was unexpected at this time.`",
        course: Some("Windows may run the block: it takes `(` in arguments for text"),
    },
    Message {
        wine: "Badly formed number - must be one of",
        windows: "Invalid number.  Numeric constants are either decimal (17), hexadecimal (0x11), or octal (021).",
        course: Some("the errorlevel on Windows is 1073750991"),
    },
    Message {
        wine: "Division by zero error.",
        windows: "Divide by zero error.",
        course: Some("the errorlevel on Windows is 1073750993"),
    },
    Message {
        wine: "Expected an operand.",
        windows: "Missing operand. (or `Unbalanced parenthesis.`)",
        course: Some("the errorlevel on Windows is 1073750989, or 1073750988 for a parenthesis"),
    },
    Message {
        wine: "Target to GOTO not found",
        windows: "The system cannot find the batch label specified - %1",
        course: Some("a `call` of a label that is missing gives errorlevel 1 on Windows"),
    },
    Message {
        wine: "Can't recognize '",
        windows: "'%1' is not recognized as an internal or external command, operable program or batch file.",
        course: None,
    },
    Message {
        wine: "File not found.",
        windows: "The system cannot find the file specified. (or `... the path specified.`)",
        course: Some("`del` of a file that is missing and `for /f` may leave another errorlevel"),
    },
    Message {
        wine: "Path not found.",
        windows: "The system cannot find the path specified.",
        course: Some("a redirection that fails gives errorlevel 1 on Windows"),
    },
    Message {
        wine: "File already exists.",
        windows: "A subdirectory or file %1 already exists.",
        course: None,
    },
    Message {
        wine: "Directory is not empty.",
        windows: "The directory is not empty.",
        course: None,
    },
    Message {
        wine: "Echo is O",
        windows: "ECHO is on. / ECHO is off.",
        course: None,
    },
];

/// Those where Windows ends the script with 255, or runs what Wine does not.
const ENDS: &[&str] = &["Syntax error: unexpected", "Mismatch in parentheses."];

/// Each of Wine's own messages in an output, once, in the order in which they first stand there.
pub fn told(output: &str) -> Vec<Told> {
    let mut out: Vec<Told> = Vec::new();
    let mut seen = vec![false; MESSAGES.len()];
    for line in output.lines() {
        let line = line.trim();
        let Some(at) = MESSAGES.iter().position(|m| line.starts_with(m.wine)) else {
            continue;
        };
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        out.push(Told {
            wine: line.to_owned(),
            windows: MESSAGES[at].windows,
            course: MESSAGES[at].course,
            unjudged: ENDS.contains(&MESSAGES[at].wine),
        });
    }
    out
}
