//! Edits that make Wine's `cmd.exe` do what Windows' does. After each a line has the
//! number it had.

use super::scan::{Block, Command, ForF, Guard, Scan};
use super::{Quirk, Reach};
use std::borrow::Cow;
use std::ops::Range;

/// One place of the script and what stands there instead.
#[derive(Debug)]
pub(super) struct Edit {
    pub range: Range<usize>,
    pub with: Cow<'static, str>,
    pub quirk: Quirk,
}

const NOTHING: &str = "nothing: the script is mended before it runs under Wine";

/// All edits of a script.
pub(super) fn edits(body: &[u8], scan: &Scan, version: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let plain = !has(body, b"disableextensions");
    for command in &scan.commands {
        if plain {
            exit(body, command, &mut edits);
        }
        call(body, command, &mut edits);
        ver(body, command, version, &mut edits);
        echo(body, command, &mut edits);
        parens(body, command, &mut edits);
        color(body, command, &mut edits);
        choice(body, command, &mut edits);
    }
    for for_f in &scan.for_f {
        ver_read(body, for_f, version, &mut edits);
    }
    for (line, word, number) in &scan.versions {
        cmdextversion(body, *line, word, number, &mut edits);
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

pub(super) fn mended(line: usize, rule: &'static str, what: &'static str) -> Quirk {
    Quirk {
        line,
        rule,
        what,
        help: NOTHING,
        reach: Reach::Mended,
    }
}

/// `exit` and `exit /b` without a code give the errorlevel, also where the code is a variable that
/// is empty; Wine's give 0.
fn exit(body: &[u8], command: &Command, edits: &mut Vec<Edit>) {
    if command.name != "exit" || command.after_pipe {
        return;
    }
    let text = &body[command.text.clone()];
    let whole = String::from_utf8_lossy(text.trim_ascii_end());
    let rest = whole["exit".len()..].trim();
    let of_script = rest.get(..2).is_some_and(|r| r.eq_ignore_ascii_case("/b"));
    let code = if of_script { rest[2..].trim() } else { rest };
    let bare = if of_script {
        "goto :eof"
    } else {
        "call exit %%errorlevel%%"
    };
    let with = match code {
        "" => bare.to_owned(),
        code if is_variable(code) => format!("if \"{code}\"==\"\" ({bare}) else {whole}"),
        _ => return,
    };
    edits.push(Edit {
        range: command.text.start..command.text.start + whole.len(),
        with: with.into(),
        quirk: mended(
            command.line,
            "exit-b",
            "`exit` and `exit /b` without a code keep the errorlevel; Wine's cmd gives 0",
        ),
    });
}

/// One `%NAME%` or `!NAME!` that may be empty.
fn is_variable(code: &str) -> bool {
    let name = ['%', '!'].iter().find_map(|&sign| {
        let name = code.strip_prefix(sign)?.strip_suffix(sign)?;
        (!name.contains(sign)).then_some(name)
    });
    name.is_some_and(|name| {
        !name.is_empty()
            && !name.eq_ignore_ascii_case("errorlevel")
            && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
    })
}

/// `(call)` sets errorlevel 1; Wine's leaves it.
fn call(body: &[u8], command: &Command, edits: &mut Vec<Edit>) {
    let Range { start, end } = command.text;
    let enclosed = start > 0 && body[start - 1] == b'(' && body.get(end) == Some(&b')');
    if command.name != "call" || !command.rest(body).is_empty() || !enclosed {
        return;
    }
    edits.push(Edit {
        range: start..end,
        with: "cmd /c exit 1".into(),
        quirk: mended(
            command.line,
            "call-empty",
            "`(call)` sets errorlevel 1; Wine's cmd leaves it",
        ),
    });
}

const VER: &str = "`ver` says `Microsoft Windows [Version 10.0.n.r]`; Wine's cmd leaves out the brackets, the word and the revision";

/// `ver` with its brackets.
fn ver(body: &[u8], command: &Command, version: &str, edits: &mut Vec<Edit>) {
    let alone = command.rest(body).trim_ascii().is_empty();
    if command.name != "ver" || !alone || !command.redirects.is_empty() {
        return;
    }
    edits.push(Edit {
        range: command.text.start..command.text.start + "ver".len(),
        with: format!("(echo.&echo Microsoft Windows [Version {version}])").into(),
        quirk: mended(command.line, "ver", VER),
    });
}

/// `ver` in the command that a `for /f` reads. The empty line before it is left out, as `for /f` does;
/// only `skip=` counts it.
fn ver_read(body: &[u8], for_f: &ForF, version: &str, edits: &mut Vec<Edit>) {
    let set = &body[for_f.set.clone()];
    let blanks = set.len() - set.trim_ascii_start().len();
    let inner = &set[blanks..];
    let sign = inner.first().is_some_and(|c| matches!(c, b'\'' | b'`'));
    let word = inner
        .get(1..4)
        .is_some_and(|w| w.eq_ignore_ascii_case(b"ver"));
    let behind = inner.get(4..).unwrap_or_default().trim_ascii_start();
    let ends = behind
        .first()
        .is_some_and(|c| matches!(c, b'\'' | b'`' | b'^'));
    if !sign || !word || !ends || has(&body[for_f.options.clone()], b"skip") {
        return;
    }
    let start = for_f.set.start + blanks + 1;
    edits.push(Edit {
        range: start..start + "ver".len(),
        with: format!("echo Microsoft Windows [Version {version}]").into(),
        quirk: mended(for_f.line, "ver", VER),
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
        with: ".".into(),
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
            with: "^".into(),
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
        with: "rem ".into(),
        quirk: mended(
            command.line,
            "color",
            "`color` leaves the errorlevel as it is; Wine's cmd sets it to 1 without a window",
        ),
    });
}

/// `choice` is a program, which fails where nobody can answer; Wine's cmd has a word of that name, which
/// takes the default.
fn choice(body: &[u8], command: &Command, edits: &mut Vec<Edit>) {
    let next = command.rest(body).first();
    if command.name != "choice" || !next.is_none_or(|c| b" \t/\r".contains(c)) {
        return;
    }
    let end = command.text.start + command.name.len();
    edits.push(Edit {
        range: end..end,
        with: ".exe".into(),
        quirk: mended(
            command.line,
            "choice",
            "`choice` is a program, which fails with 255 where nothing can be read; Wine's cmd has a word of its own, which takes the default",
        ),
    });
}

/// `if cmdextversion N`: Windows' extensions have version 2.
fn cmdextversion(
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
        with: "2 geq".into(),
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
    let edit = |at: usize, with: &'static str| Edit {
        range: at..at,
        with: with.into(),
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
