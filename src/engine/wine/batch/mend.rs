//! Edits that make Wine's `cmd.exe` do what Windows' does. Each keeps the number of lines.

use super::scan::{Block, Command, Guard, Scan};
use super::{Quirk, Reach};
use std::ops::Range;

/// One place of the script and what stands there instead.
#[derive(Debug)]
pub(super) struct Edit {
    range: Range<usize>,
    with: &'static str,
    pub quirk: Quirk,
}

const NOTHING: &str = "nothing: the script is mended before it runs under Wine";

/// All edits of a script.
pub(super) fn edits(body: &[u8], scan: &Scan) -> Vec<Edit> {
    let mut edits = Vec::new();
    let plain = !has(body, b"disableextensions");
    for command in &scan.commands {
        if plain {
            exit(body, command, &mut edits);
        }
        echo(body, command, &mut edits);
        parens(body, command, &mut edits);
        color(body, command, &mut edits);
    }
    for (line, word, number) in &scan.versions {
        version(body, *line, word, number, &mut edits);
    }
    for block in &scan.blocks {
        redirected(scan, block, &mut edits);
    }
    edits
}

/// The script with its edits.
pub(super) fn apply(body: &[u8], mut edits: Vec<Edit>) -> Vec<u8> {
    edits.sort_by_key(|e| (e.range.start, e.range.end));
    let mut out = Vec::with_capacity(body.len() + edits.len() * 8);
    let mut at = 0;
    for edit in edits {
        // Two edits of one place would be a fault of the rules above: the first holds.
        if edit.range.start < at {
            continue;
        }
        out.extend_from_slice(&body[at..edit.range.start]);
        out.extend_from_slice(edit.with.as_bytes());
        at = edit.range.end;
    }
    out.extend_from_slice(&body[at..]);
    out
}

fn mended(line: usize, rule: &'static str, what: &'static str) -> Quirk {
    Quirk {
        line,
        rule,
        what,
        help: NOTHING,
        reach: Reach::Mended,
    }
}

/// `exit /b` alone keeps the errorlevel, as `goto :eof` does; Wine's sets 0.
fn exit(body: &[u8], command: &Command, edits: &mut Vec<Edit>) {
    if command.name != "exit" || command.after_pipe || command.low(body).trim() != "/b" {
        return;
    }
    let text = &body[command.text.clone()];
    let length = text.trim_ascii_end().len();
    edits.push(Edit {
        range: command.text.start..command.text.start + length,
        with: "goto :eof",
        quirk: mended(
            command.line,
            "exit-b",
            "`exit /b` without a code keeps the errorlevel; Wine's cmd sets it to 0",
        ),
    });
}

/// `echo(` and the like print what follows; Wine's prints the sign or knows no such command.
fn echo(body: &[u8], command: &Command, edits: &mut Vec<Edit>) {
    let at = command.text.start + command.name.len();
    let sign = command.rest(body).first();
    let word = command.low(body);
    let word = word.get(1..).unwrap_or("").trim();
    // Wine's takes `echo.on` for `echo on`.
    if matches!(word, "on" | "off") {
        return;
    }
    if command.name != "echo" || !sign.is_some_and(|c| b"([]+\\,=".contains(c)) {
        return;
    }
    edits.push(Edit {
        range: at..at + 1,
        with: ".",
        quirk: mended(
            command.line,
            "echo-sign",
            "`echo(` prints what follows it, or an empty line; Wine's cmd prints the sign too",
        ),
    });
}

/// Behind an `if` and in blocks an open parenthesis in arguments is text; Wine's cmd takes it for a
/// block.
fn parens(body: &[u8], command: &Command, edits: &mut Vec<Edit>) {
    let guarded = matches!(command.guard, Guard::If | Guard::Else);
    if !(guarded || command.depth > 0) || command.name == "call" {
        return;
    }
    let opens = command.parens.iter().any(|&p| body[p] == b'(');
    for &paren in command.parens.iter().filter(|_| opens) {
        edits.push(Edit {
            range: paren..paren,
            with: "^",
            quirk: mended(
                command.line,
                "paren",
                "a parenthesis in the arguments of a command behind `if` or in a block is text; \
                 Wine's cmd says `Syntax error: unexpected (`",
            ),
        });
    }
}

/// `color` has no console to colour; Wine's sets errorlevel 1.
fn color(body: &[u8], command: &Command, edits: &mut Vec<Edit>) {
    let rest = command.low(body);
    let value = rest.trim();
    let free = command.guard == Guard::None && command.redirects.is_empty() && command.ends_line;
    let valid =
        value.is_empty() || (value.len() <= 2 && value.bytes().all(|c| c.is_ascii_hexdigit()));
    if command.name != "color" || !free || !valid {
        return;
    }
    edits.push(Edit {
        range: command.text.start..command.text.start,
        with: "rem ",
        quirk: mended(
            command.line,
            "color",
            "`color` leaves the errorlevel as it is; Wine's cmd sets it to 1 without a window",
        ),
    });
}

/// `if cmdextversion N`: Windows' extensions have version 2.
fn version(
    body: &[u8],
    line: usize,
    word: &Range<usize>,
    number: &Range<usize>,
    edits: &mut Vec<Edit>,
) {
    let digits = &body[number.clone()];
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return;
    }
    edits.push(Edit {
        range: word.clone(),
        with: "2 geq",
        quirk: mended(
            line,
            "cmdextversion",
            "`if cmdextversion` compares with 2; Wine's cmd calls it a syntax error",
        ),
    });
}

/// `(command >f) 2>nul`: Wine's cmd takes a block of one command for the command itself and mixes
/// both redirections. An `if` within the block keeps them apart.
fn redirected(scan: &Scan, block: &Block, edits: &mut Vec<Edit>) {
    let Some(command) = block.single.and_then(|at| scan.commands.get(at)) else {
        return;
    };
    if block.after.is_empty() || command.redirects.is_empty() {
        return;
    }
    let quirk = mended(
        block.line,
        "block-redirect",
        "a block of one command keeps its redirections apart from the command's own; Wine's cmd \
         mixes them",
    );
    let edit = |at: usize, with| Edit {
        range: at..at,
        with,
        quirk: quirk.clone(),
    };
    if block.guard == Guard::For {
        if !block.ends_line {
            return;
        }
        edits.push(edit(block.open, "("));
        edits.push(edit(block.after.end, ")"));
    }
    edits.push(edit(block.open + 1, "if 1==1 "));
}

/// Whether a word stands anywhere in a script, in any case.
pub(super) fn has(body: &[u8], word: &[u8]) -> bool {
    body.windows(word.len())
        .any(|w| w.eq_ignore_ascii_case(word))
}
