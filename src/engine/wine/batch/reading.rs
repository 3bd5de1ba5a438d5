//! Whether a script goes by what a command leaves: its errorlevel, the lines of a file.

use super::mend::has;
use super::scan::{Command, Guard, Scan};

/// Commands that leave the errorlevel as it is when nothing goes wrong.
const QUIET: &[&str] = &[
    "echo", "set", "del", "erase", "cd", "chdir", "rd", "rmdir", "md", "mkdir", "title",
    "setlocal", "endlocal", "pushd", "popd", "cls", "pause",
];

/// Whether something goes by the errorlevel that a command leaves, as far as the text tells: the
/// next command that surely sets another ends the search.
pub(super) fn by_errorlevel(body: &[u8], scan: &Scan, command: &Command) -> bool {
    let behind = body[command.text.end..].trim_ascii_start();
    if behind.starts_with(b"&&") || behind.starts_with(b"||") {
        return true;
    }
    let mut from = command.text.end;
    let begun = |c: &&Command| c.text.start >= command.text.end;
    for next in scan.commands.iter().filter(begun) {
        if has(&body[from..next.text.end], b"errorlevel") {
            return true;
        }
        from = next.text.end;
        let free = next.guard == Guard::None && next.depth == 0;
        match next.name.as_str() {
            "exit" | "goto" | "call" => {
                let rest = next.low(body);
                let code = rest.trim().trim_start_matches("/b").trim();
                let told = next.name == "exit" && code.parse::<i32>().is_ok();
                if !told {
                    return true;
                }
                if free {
                    return false;
                }
            }
            name if QUIET.contains(&name) => {}
            _ if free => return false,
            _ => {}
        }
    }
    true
}

/// Whether `set /p` reads what may have several lines, or its errorlevel is gone by.
pub(super) fn reads(body: &[u8], scan: &Scan, command: &Command) -> bool {
    let target = |r: &std::ops::Range<usize>| {
        let text = String::from_utf8_lossy(&body[r.clone()]).to_lowercase();
        text.strip_prefix('<').map(|t| t.trim().to_owned())
    };
    let source = command.redirects.iter().find_map(target);
    let of_file = source.is_some_and(|s| s != "nul");
    of_file || command.after_pipe || by_errorlevel(body, scan, command)
}
