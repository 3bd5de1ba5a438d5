//! Stands in PowerShell's place in tests of how it is started: says as JSON what it was given.
//!
//! What it is to run (a script behind `-File`, else the text behind `-Command`) is a list of words:
//! `read` reads stdin to its end, `child` leaves a ping behind, `sleep` waits for a minute, `to PATH`
//! adds the JSON to a file instead of printing it, `exit N` ends with a code of 32 bits. Where
//! there is a folder `C:\told`, the JSON goes into a file of its own there, for callers who give no output.
//! Under `SHAKEDOWN_AHEAD` it waits for its job as PowerShell's startup hook does, and writes its
//! process id into `C:\ahead.log`.

use std::ffi::c_void;
use std::fs;
use std::io::{Read, Write};
use std::process::{Command, ExitCode, exit};

type Handle = *mut c_void;

#[link(name = "kernel32")]
unsafe extern "system" {
    fn GetCommandLineW() -> *const u16;
    fn GetConsoleWindow() -> Handle;
    fn GetConsoleCP() -> u32;
    fn GetConsoleOutputCP() -> u32;
    fn GetStdHandle(which: u32) -> Handle;
    fn GetFileType(file: Handle) -> u32;
    fn GetConsoleMode(file: Handle, mode: *mut u32) -> i32;
    fn IsProcessInJob(process: Handle, job: Handle, result: *mut i32) -> i32;
    fn GetCurrentProcess() -> Handle;
}

#[link(name = "ntdll")]
unsafe extern "system" {
    fn RtlExitUserProcess(code: u32) -> !;
}

/// A text as JSON.
fn json(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn list(parts: impl Iterator<Item = String>) -> String {
    format!("[{}]", parts.collect::<Vec<_>>().join(","))
}

fn command_line() -> String {
    // SAFETY: Windows keeps the command line, ended by NUL, as long as the process lives.
    let units = unsafe {
        let at = GetCommandLineW();
        let length = (0..).take_while(|i| *at.add(*i) != 0).count();
        std::slice::from_raw_parts(at, length)
    };
    String::from_utf16_lossy(units)
}

/// What a standard handle is: -10 stdin, -11 stdout, -12 stderr.
fn kind(which: i32) -> &'static str {
    let mut mode = 0;
    // SAFETY: the handle is this process' own and stays open; `mode` outlives the call.
    let (kind, console) = unsafe {
        let handle = GetStdHandle(which.cast_unsigned());
        (
            GetFileType(handle),
            GetConsoleMode(handle, &raw mut mode) != 0,
        )
    };
    match (console, kind) {
        (true, _) => "console",
        (false, 1) => "disk",
        (false, 2) => "char",
        (false, 3) => "pipe",
        (false, _) => "none",
    }
}

fn in_job() -> bool {
    let mut result = 0;
    // SAFETY: the pseudo handle needs no closing; no job asks for any; `result` outlives the call.
    unsafe { IsProcessInJob(GetCurrentProcess(), std::ptr::null_mut(), &raw mut result) };
    result != 0
}

/// A string of JSON at the beginning of a text: what it says, and what follows.
fn string(text: &str) -> Option<(String, &str)> {
    let mut units = Vec::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((String::from_utf16_lossy(&units), &text[at + 2..])),
            '\\' => match chars.next()?.1 {
                'n' => units.push(10),
                'r' => units.push(13),
                't' => units.push(9),
                'b' => units.push(8),
                'f' => units.push(12),
                'u' => {
                    let (from, _) = chars.next()?;
                    chars.nth(2)?;
                    units.push(u16::from_str_radix(text.get(from + 1..from + 5)?, 16).ok()?);
                }
                other => units.extend(other.encode_utf16(&mut [0; 2]).iter()),
            },
            c => units.extend(c.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    None
}

/// Does what the line that hands a job over says: `{"directory":"..","environment":{"A":"..","B":null}}`.
fn take_over(line: &str) -> Option<()> {
    let rest = line.strip_prefix("{\"directory\":")?;
    let (directory, rest) = string(rest)?;
    let mut rest = rest.strip_prefix(",\"environment\":{")?;
    while rest.starts_with('"') {
        let (name, value) = string(rest)?;
        let value = value.strip_prefix(':')?;
        // SAFETY: this process has one thread.
        unsafe {
            if let Some(after) = value.strip_prefix("null") {
                std::env::remove_var(name);
                rest = after;
            } else {
                let (text, after) = string(value)?;
                std::env::set_var(name, text);
                rest = after;
            }
        }
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    std::env::set_current_dir(directory).ok()?;
    (rest == "}}").then_some(())
}

fn wait_for_a_job() {
    let Ok(ready) = std::env::var("SHAKEDOWN_AHEAD") else {
        return;
    };
    // SAFETY: this process has one thread.
    unsafe { std::env::remove_var("SHAKEDOWN_AHEAD") };
    let log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(r"C:\ahead.log");
    log.and_then(|mut log| writeln!(log, "{}", std::process::id()))
        .unwrap_or_default();
    if fs::write(&ready, "").is_err() {
        exit(90);
    }
    let mut line = Vec::new();
    let mut byte = [0];
    // Not a byte more: what follows is the script's.
    while matches!(std::io::stdin().read(&mut byte), Ok(1)) && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    if byte[0] != b'\n' {
        exit(0);
    }
    if String::from_utf8(line)
        .ok()
        .as_deref()
        .and_then(take_over)
        .is_none()
    {
        exit(91);
    }
}

/// What it is to run.
fn program(args: &[String]) -> String {
    let behind = |name: &str| {
        args.iter()
            .position(|a| a == name)
            .map(|at| &args[at + 1..])
    };
    if let Some([script, ..]) = behind("-File") {
        return fs::read_to_string(script).unwrap_or_default();
    }
    behind("-Command").map_or_else(String::new, |rest| rest.join(" "))
}

/// A name in `C:\told` that nobody has taken, if there is such a folder.
fn own_file() -> Option<String> {
    fs::metadata(r"C:\told").ok()?;
    (0..1000).find_map(|number| {
        let path = format!(r"C:\told\{}-{number}.json", std::process::id());
        fs::File::create_new(&path).ok().map(|_| path)
    })
}

fn main() -> ExitCode {
    // Rust's own stdin reads ahead into a buffer of its own; so the rest is taken from there, too.
    wait_for_a_job();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let program = program(&args);
    let words: Vec<&str> = program
        .trim_start_matches('\u{feff}')
        .split_whitespace()
        .collect();
    let behind = |word: &str| {
        let at = words.iter().position(|w| *w == word)?;
        words.get(at + 1).copied()
    };
    let mut stdin = Vec::new();
    if words.contains(&"read") && std::io::stdin().read_to_end(&mut stdin).is_err() {
        return ExitCode::from(92);
    }
    let env =
        std::env::vars_os().map(|(n, v)| list([n, v].iter().map(|t| json(&t.to_string_lossy()))));
    // SAFETY: no pointers are passed.
    let (window, input, output) = unsafe {
        (
            !GetConsoleWindow().is_null(),
            GetConsoleCP(),
            GetConsoleOutputCP(),
        )
    };
    let told = format!(
        "{{\"line\":{},\"args\":{},\"cwd\":{},\"env\":{},\"window\":{window},\"input\":{input},\"output\":{output},\"handles\":{},\"stdin\":{},\"job\":{},\"pid\":{}}}\n",
        json(&command_line()),
        list(args.iter().map(|a| json(a))),
        json(
            &std::env::current_dir()
                .unwrap_or_default()
                .to_string_lossy()
        ),
        list(env),
        list([-10, -11, -12].into_iter().map(|h| json(kind(h)))),
        json(&String::from_utf8_lossy(&stdin)),
        in_job(),
        std::process::id(),
    );
    let own = own_file();
    let said = match behind("to").or(own.as_deref()) {
        Some(path) => fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .and_then(|mut file| file.write_all(told.as_bytes())),
        None => {
            let mut out = std::io::stdout();
            out.write_all(told.as_bytes()).and_then(|()| out.flush())
        }
    };
    if said.is_err() {
        return ExitCode::from(93);
    }
    eprintln!("probe");
    if words.contains(&"child") {
        let child = Command::new("ping").args(["-n", "60", "127.0.0.1"]).spawn();
        if child.is_err() {
            return ExitCode::from(94);
        }
    }
    if words.contains(&"sleep") {
        std::thread::sleep(std::time::Duration::from_secs(60));
    }
    let code = behind("exit")
        .and_then(|n| n.parse::<i64>().ok())
        .unwrap_or(0);
    // SAFETY: nothing of this process is needed afterwards. All 32 bits count.
    unsafe { RtlExitUserProcess(code as u32) }
}
