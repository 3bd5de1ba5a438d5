//! What surely stands in variables and files that the script itself sets and writes.

use super::scan::{Command, Guard, Scan};

/// How many signs a variable has at least at a line: more than none where it is set to a text or a
/// number before it where nothing passes by, and nowhere to what may be empty.
pub(super) fn length(body: &[u8], scan: &Scan, name: &str, line: usize) -> usize {
    let mut sure = false;
    let mut least = usize::MAX;
    for command in &scan.commands {
        let before = command.line < line;
        match command.name.as_str() {
            "goto" | "call" | "endlocal" if before && !sure => return 0,
            "endlocal" if before => return 0,
            "set" => {
                let Some(signs) = assigned(&command.low(body), name) else {
                    continue;
                };
                let free = command.guard == Guard::None && command.depth == 0;
                sure |= before && free && !command.after_pipe && alone(body, command);
                least = least.min(signs);
            }
            _ => {}
        }
    }
    if sure { least } else { 0 }
}

/// Nothing stands before it that may keep it from running.
fn alone(body: &[u8], command: &Command) -> bool {
    let head = &body[..command.text.start];
    let begins = head
        .iter()
        .rposition(|&c| c == b'\n')
        .map_or(0, |at| at + 1);
    head[begins..].iter().all(|c| b" \t@".contains(c))
}

/// How many signs a `set` gives this variable at least; none: it sets another.
fn assigned(rest: &str, name: &str) -> Option<usize> {
    let rest = rest.trim();
    if let Some(sum) = rest.strip_prefix("/a") {
        let each = sum.trim().trim_matches('"').split([',', '&']);
        let names = |part: &str| -> bool {
            let target = part.split('=').next().unwrap_or("");
            part.contains('=') && target.trim_matches(|c: char| " +-*/%&^|<>\"".contains(c)) == name
        };
        return each.into_iter().any(names).then_some(1);
    }
    let asked = rest.starts_with("/p");
    let (target, value) = rest.trim_start_matches("/p").trim().split_once('=')?;
    if target.trim_start_matches('"') != name {
        return None;
    }
    let value = value.replace("%errorlevel%", "0");
    let sure = value.chars().take_while(|c| !"%!\"^&|<>".contains(*c));
    Some(if asked { 0 } else { sure.count() })
}

/// Programs whose lines never begin with `;`.
const PLAIN: &[&str] = &[
    "dir",
    "reg",
    "wmic",
    "ipconfig",
    "systeminfo",
    "tasklist",
    "net",
    "netstat",
    "sc",
    "schtasks",
    "ver",
    "whoami",
    "hostname",
    "where",
    "query",
    "driverquery",
    "netsh",
    "ping",
    "icacls",
    "ftype",
    "assoc",
    "vol",
    "w32tm",
    "certutil",
    "wevtutil",
    "gpresult",
    "qwinsta",
    "quser",
    "manage-bde",
];

/// Whether the script itself writes a file of this name by redirections, and no line it writes can
/// begin with `;`.
pub(super) fn writes_plainly(body: &[u8], scan: &Scan, name: &str) -> bool {
    if name.is_empty() {
        return false;
    }
    let into = |range: &std::ops::Range<usize>| {
        let text = String::from_utf8_lossy(&body[range.clone()]).to_lowercase();
        text.contains('>') && text.contains(name)
    };
    let mut written = false;
    for command in &scan.commands {
        let by_block = scan
            .blocks
            .iter()
            .any(|b| into(&b.after) && (b.open..b.after.start).contains(&command.text.start));
        if by_block || command.redirects.iter().any(into) {
            written = true;
            if !plain(body, command) {
                return false;
            }
        }
    }
    written
}

fn plain(body: &[u8], command: &Command) -> bool {
    match command.name.as_str() {
        "echo" => plain_text(&command.low(body)),
        "type" | "copy" => command.low(body).trim_start().starts_with("nul"),
        "rem" | "cd" | "break" => true,
        name => PLAIN.contains(&name),
    }
}

/// Whether the line of an `echo` surely begins with another sign.
pub(super) fn plain_text(rest: &str) -> bool {
    let text = rest.get(1..).unwrap_or("");
    !text.trim_start().starts_with([';', '%', '!', '^'])
}
