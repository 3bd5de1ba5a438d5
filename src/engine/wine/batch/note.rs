//! What is left different and can be seen in the script.

use super::eol;
use super::mend::has;
use super::reading::{by_errorlevel, reads};
use super::scan::{Command, Guard, Scan};
use super::surely::length;
use super::{Quirk, Reach, cut, words};
use shakedown_helper::programs::refused_names;

pub(super) type Rule = (&'static str, Reach, &'static str, &'static str);

const DEL: Rule = (
    "del",
    Reach::Course,
    "`del` of a file that is missing leaves errorlevel 0 on Windows and says `Could Not Find`; Wine's cmd sets 1",
    "write `if exist FILE del FILE`, or end the script with `exit /b 0`",
);
const LABEL: Rule = (
    "label",
    Reach::Course,
    "there is no such label: on Windows `call` gives errorlevel 1 and goes on, `goto` ends the script with 1",
    "write the label, or mend its name",
);
const SET_P: Rule = (
    "set-p",
    Reach::Course,
    "`set /p` gives errorlevel 1 where there is nothing to read, takes one line of a file, and in a pipe lasts for its own side alone; Wine's cmd keeps the errorlevel, takes the whole file, and sets the variable",
    "give files of one line, read longer ones by `for /f`, and do not go by the errorlevel",
);
const EOL: Rule = (
    "for-f-eol",
    Reach::Course,
    "`for /f` leaves out lines that begin with `;` unless `eol=` says another sign, and always empty lines; Wine's cmd leaves out no `;`, and with `eol=` gives empty lines too",
    "keep such lines out of what is read",
);
const CARET: Rule = (
    "delayed-caret",
    Reach::Course,
    "under delayed expansion `^!` is an exclamation mark; Wine's cmd begins a variable there",
    "print exclamation marks before `setlocal EnableDelayedExpansion`",
);
const EXIT_CODE: Rule = (
    "exit-code-variable",
    Reach::Course,
    "`%=ExitCode%` is empty in Wine's cmd",
    "use %ERRORLEVEL%",
);
const UNQUOTED: Rule = (
    "if-unquoted",
    Reach::Course,
    "where this variable is empty the line is a syntax error: Windows ends the script with 255, Wine's cmd goes on with the next line",
    "put both sides into quotes",
);
const ELSE: Rule = (
    "else-line",
    Reach::Course,
    "`else` at the start of a line is no command: Windows says so and goes on, Wine's cmd ends the script with 255",
    "write `) else (` on one line",
);
const LINE_CARET: Rule = (
    "caret-line",
    Reach::Course,
    "a sign at the start of the line behind a caret is text on Windows; Wine's cmd takes it for an operator",
    "put a blank before it, or the operator before the caret",
);
const ENCODING: Rule = (
    "non-ascii",
    Reach::Course,
    "Wine's cmd reads scripts in code page 437 whatever `chcp` says: signs beyond ASCII come out as others",
    "keep the script in ASCII and give such text by variables of the component",
);
const CLOCK: Rule = (
    "clock",
    Reach::Course,
    "Wine's cmd gives %DATE%, %TIME%, `date /t` and `time /t` in other columns than Windows",
    "do not cut dates and times by columns",
);
const VER: Rule = (
    "ver-left",
    Reach::Course,
    "`ver` says `Microsoft Windows [Version 10.0.n.r]` on Windows; Wine's cmd leaves out the brackets, the word and the revision",
    "write it without its own redirection, (ver) >FILE, and read it without skip=",
);
const MORE: Rule = (
    "more-switch",
    Reach::Course,
    "`more` skips lines (`+N`) and has switches; Wine's takes them for files",
    "use `for /f \"skip=N\"`",
);
const CMD_VARIABLE: Rule = (
    "cmd-variable",
    Reach::Course,
    "%CMDCMDLINE%, %__CD__% and %__APPDIR__% are empty in Wine's cmd",
    "use %CD% and %SystemRoot%\\System32; a job's command line is known",
);
const SET_CLOCK: Rule = (
    "set-clock",
    Reach::Course,
    "`date` and `time` with a value set the clock; Wine's cmd sets none and gives 1",
    "nothing: a played device keeps its clock",
);
const COPIED: Rule = (
    "copied",
    Reach::Words,
    "`copy`, `move` and `xcopy` say how many files they took; under Wine in other words or not at all",
    "nothing, unless the words are read",
);
const PIPE_KEEPS: Rule = (
    "pipe-keeps",
    Reach::Course,
    "a command in a pipe runs in a cmd of its own; Wine's cmd runs it in this one, so that its changes last",
    "do not set variables or folders in a pipe",
);
const ATTRIBUTES: Rule = (
    "attributes",
    Reach::Course,
    "Wine keeps one of `+r` and `+h` alone, and `%%~ai` has 9 columns instead of 11",
    "set one attribute at a time and ask for none of both",
);
const LARGE: Rule = (
    "set-a-large",
    Reach::Course,
    "`set /a` refuses numbers above 2147483647; Wine's cmd wraps them",
    "keep numbers within 32 bits",
);
const LABEL_ECHO: Rule = (
    "echo-label",
    Reach::Words,
    "lines that are labels are never echoed; Wine's cmd echoes them while echo is on",
    "nothing, unless the output is compared",
);
const GUARDED_VALUE: Rule = (
    "if-value-paren",
    Reach::Course,
    "the value of this variable has parentheses, which Wine's cmd takes for a block behind `if`",
    "put it into quotes: set \"NAME=%VALUE%\"",
);
const COLOR: Rule = (
    "color-chained",
    Reach::Course,
    "`color` leaves the errorlevel as it is; Wine's cmd sets it to 1 without a window",
    "leave `color` out",
);
const CALL_PAREN: Rule = (
    "call-paren",
    Reach::Course,
    "a parenthesis in the arguments of `call` behind `if` or in a block is text; Wine's cmd takes it for a block",
    "put the argument into quotes",
);
const ECHO_WORD: Rule = (
    "echo-word",
    Reach::Course,
    "`echo.on`, `echo(off` and the like print the word; Wine's cmd switches echo",
    "put the word into a sentence",
);
const PAUSE: Rule = (
    "pause",
    Reach::Words,
    "`pause` ends its words with ` . . . ` and a new line; Wine's cmd with `... `",
    "leave `pause` out: nobody presses a key",
);
const REG: Rule = (
    "reg-words",
    Reach::Words,
    "`reg` words its messages as `The operation completed successfully.` and `ERROR: The system was unable to find ...` on stderr; Wine's in another way, and on stdout",
    "go by the exit code",
);
const PROGRAM: Rule = (
    "program",
    Reach::Course,
    "Wine's own program of this name is not whole: it lacks switches or gives other exit codes than Windows'",
    "look at what it printed, or do it in another way",
);
const REFUSED: Rule = (
    "refused-program",
    Reach::Course,
    "this program is refused on a Windows device: it says so on stderr and gives 120",
    "do it in another way, or declare a double of it",
);
const MKLINK: Rule = (
    "mklink",
    Reach::Course,
    "`mklink` makes a link on Windows; Wine's cmd makes none, and without `/j` it says nothing and gives 0",
    "use `mklink /h` for a file, or copy; or test whether the link is there",
);
const XCOPY: Rule = (
    "xcopy-asks",
    Reach::Course,
    "`xcopy` to a name that is not there asks for file or folder, and nobody answers; Wine's asks for ever",
    "say /i for a folder, or use `copy` for a file",
);

pub(super) fn quirk(line: usize, rule: Rule) -> Quirk {
    let (rule, reach, what, help) = rule;
    Quirk {
        line,
        rule,
        what,
        help,
        reach,
    }
}

/// What is left in a script.
pub(super) fn notes(body: &[u8], scan: &Scan) -> Vec<Quirk> {
    let mut out = Vec::new();
    for command in &scan.commands {
        of_command(body, scan, command, &mut out);
    }
    let text =
        |r: &std::ops::Range<usize>| String::from_utf8_lossy(&body[r.clone()]).to_lowercase();
    for (line, operand) in &scan.operands {
        let operand = text(operand);
        let name = operand.trim_matches('%');
        if is_plain_variable(&operand) && length(body, scan, name, *line) == 0 {
            out.push(quirk(*line, UNQUOTED));
        }
    }
    for for_f in &scan.for_f {
        let options = text(&for_f.options);
        let set = text(&for_f.set);
        let command = if options.contains("usebackq") {
            '`'
        } else {
            '\''
        };
        if eol::may_differ(body, scan, &options, &set) {
            out.push(quirk(for_f.line, EOL));
        }
        let inner = set.trim_matches([' ', command]);
        if inner.split([' ', '^']).next() == Some("ver") && options.contains("skip") {
            out.push(quirk(for_f.line, VER));
        }
        if inner.starts_with("date /t") || inner.starts_with("time /t") {
            out.push(quirk(for_f.line, CLOCK));
        }
    }
    words::notes(body, scan, &mut out);
    by_line(body, scan, &mut out);
    out
}

fn of_command(body: &[u8], scan: &Scan, command: &Command, out: &mut Vec<Quirk>) {
    let low = command.low(body);
    let rest = low.trim();
    let guarded = matches!(command.guard, Guard::If | Guard::Else);
    let mut note = |rule| out.push(quirk(command.line, rule));
    match command.name.as_str() {
        "del" | "erase" if !command.if_exists && by_errorlevel(body, scan, command) => note(DEL),
        "goto" | "call" => {
            let name = rest.trim_start_matches([':', ' ']);
            let name = name
                .split([' ', '\t', ',', ';', '=', ':', '+', '('])
                .next()
                .unwrap_or("");
            let a_label = command.name == "goto" || rest.starts_with(':');
            let known =
                name.contains(['%', '!', '^']) || scan.labels.iter().any(|(_, l)| l == name);
            if a_label && !name.is_empty() && name != "eof" && !known {
                note(LABEL);
            }
            if command.name == "call"
                && !command.parens.is_empty()
                && (guarded || command.depth > 0)
            {
                note(CALL_PAREN);
            }
        }
        "set" if rest.starts_with("/p") && reads(body, scan, command) => note(SET_P),
        "set" if rest.starts_with("/a") && has_large_number(rest) => note(LARGE),
        "else" => note(ELSE),
        "ver"
            if command
                .redirects
                .iter()
                .any(|r| !to_nothing(&body[r.clone()])) =>
        {
            note(VER)
        }
        "more" if rest.split_whitespace().any(|w| w.starts_with(['+', '/'])) => note(MORE),
        "date" | "time" if rest.starts_with("/t") => note(CLOCK),
        "date" | "time" if rest.starts_with(|c: char| c.is_ascii_digit()) => note(SET_CLOCK),
        "copy" | "move" if !command.redirects.iter().any(|r| body[r.start] != b'2') => note(COPIED),
        "attrib" if rest.contains("+r") && rest.contains("+h") => note(ATTRIBUTES),
        "color" if !(command.ends_line && !guarded && command.redirects.is_empty()) => note(COLOR),
        "echo" if switches_echo(rest) => note(ECHO_WORD),
        "pause" if command.redirects.is_empty() => note(PAUSE),
        "reg" if command.redirects.is_empty() => note(REG),
        "fc" => note(PROGRAM),
        "sort" if rest.contains("/+") => note(PROGRAM),
        "xcopy" if command.redirects.is_empty() && !asks(rest) => note(COPIED),
        "xcopy" if asks(rest) && !command.after_pipe => note(XCOPY),
        "mklink" if !rest.contains("/h") => note(MKLINK),
        // That PowerShell is not there is told apart.
        "powershell" | "pwsh" => {}
        name if refused_names().any(|refused| refused == name) => note(REFUSED),
        _ => {}
    }
    let keeps = [
        "set", "cd", "chdir", "pushd", "popd", "setlocal", "endlocal",
    ];
    if command.after_pipe && keeps.contains(&command.name.as_str()) {
        note(PIPE_KEEPS);
    }
    if guarded && command.depth == 0 && command.name != "set" && bare(rest, "%programfiles(x86)%") {
        note(GUARDED_VALUE);
    }
}

/// `>nul`, `2> NUL`.
fn to_nothing(redirect: &[u8]) -> bool {
    String::from_utf8_lossy(redirect)
        .trim()
        .to_ascii_lowercase()
        .ends_with("nul")
}

/// `.on`, `(off`: what Wine's cmd takes for `on` and `off`.
fn switches_echo(rest: &str) -> bool {
    let word = rest.trim_start_matches(|c| ".([]+\\,=:/;".contains(c));
    word.len() < rest.len() && matches!(word.trim(), "on" | "off")
}

/// Whether a text stands outside quotes.
fn bare(text: &str, part: &str) -> bool {
    text.find(part)
        .is_some_and(|at| text[..at].matches('"').count().is_multiple_of(2))
}

/// Whether `xcopy` may ask what its target is: two names, no /i, no folder's slash.
fn asks(rest: &str) -> bool {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let names: Vec<&&str> = words.iter().filter(|w| !w.starts_with('/')).collect();
    let target = names.last().map_or("", |t| t.trim_matches('"'));
    names.len() == 2
        && !words.contains(&"/i")
        && !target.ends_with(['\\', '/', '.', '*', ':'])
        && !names[0].contains('*')
}

fn has_large_number(rest: &str) -> bool {
    rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|w| {
            w.bytes().all(|c| c.is_ascii_digit())
                && w.parse::<i64>().is_ok_and(|n| n > i64::from(i32::MAX))
        })
}

/// `%NAME%` alone, of a variable that may be empty.
fn is_plain_variable(operand: &str) -> bool {
    let Some(name) = operand.strip_prefix('%').and_then(|o| o.strip_suffix('%')) else {
        return false;
    };
    let full = [
        "errorlevel",
        "random",
        "processor_architecture",
        "number_of_processors",
        "os",
    ];
    !name.is_empty() && !name.contains(['%', '"', '=']) && !full.contains(&name)
}

fn by_line(body: &[u8], scan: &Scan, out: &mut Vec<Quirk>) {
    let delayed = has(body, b"enabledelayedexpansion") || has(body, b"/v:on");
    let echo_off = scan
        .commands
        .iter()
        .find(|c| c.name == "echo" && c.low(body).trim() == "off");
    let silent_from = echo_off.map_or(usize::MAX, |c| c.line);
    for (line, _) in scan.labels.iter().filter(|(l, _)| *l < silent_from) {
        out.push(quirk(*line, LABEL_ECHO));
    }
    let mut before: &[u8] = b"";
    for (at, line) in body.split(|&c| c == b'\n').enumerate() {
        let number = at + 1;
        if !line.is_ascii() {
            out.push(quirk(number, ENCODING));
        }
        if delayed && line.windows(2).any(|w| w == b"^!") {
            out.push(quirk(number, CARET));
        }
        if ["%cmdcmdline", "%__cd__", "%__appdir__"]
            .iter()
            .any(|v| has(line, v.as_bytes()))
        {
            out.push(quirk(number, CMD_VARIABLE));
        }
        if has(line, b"%=exitcode") {
            out.push(quirk(number, EXIT_CODE));
        }
        if ["%date%", "%date:", "%time%", "%time:"]
            .iter()
            .any(|v| has(line, v.as_bytes()))
        {
            out.push(quirk(number, CLOCK));
        }
        cut::of_line(number, line, |name| length(body, scan, name, number), out);
        if attributes_modifier(line) {
            out.push(quirk(number, ATTRIBUTES));
        }
        if number == 1 && line.starts_with(b"<#") {
            out.push(quirk(number, LABEL_ECHO));
        }
        let goes_on =
            before.trim_ascii_end().ends_with(b"^") && !before.trim_ascii_end().ends_with(b"^^");
        if goes_on && line.first().is_some_and(|c| b"&|<>".contains(c)) {
            out.push(quirk(number, LINE_CARET));
        }
        before = line;
    }
}

/// `%%~ai` or `%~a1`, with nothing behind that would make `a` the variable.
fn attributes_modifier(line: &[u8]) -> bool {
    line.windows(4).enumerate().any(|(at, w)| {
        let variable = w[3].is_ascii_alphanumeric();
        let ends = !line.get(at + 4).is_some_and(u8::is_ascii_alphanumeric);
        w[0] == b'%' && w[1] == b'~' && w[2] == b'a' && variable && ends
    })
}
