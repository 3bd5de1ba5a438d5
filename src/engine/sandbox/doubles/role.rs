//! The process a double's link leads to.

use super::{Facts, FromDouble, MOST_STDIN, ToDouble, base_name, reboot_by};
use crate::engine::sandbox::inside::{DOUBLE, DOUBLES_SOCKET, REAL, guest};
use crate::engine::sandbox::{macos, sys, wire};
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long a double waits for more on a stdin that stays open.
const STDIN_PAUSE_MS: i32 = 50;

/// Whether this process was started through a double's link, or as a copy of one: on a device this
/// program is nothing else.
pub fn is_one() -> bool {
    std::fs::read_link("/proc/self/exe").is_ok_and(|p| p.as_os_str() == DOUBLE)
        || rustix::fs::lstat(DOUBLES_SOCKET).is_ok_and(|found| {
            rustix::fs::FileType::from_raw_mode(found.st_mode) == rustix::fs::FileType::Socket
        })
}

/// Answers as told and ends.
pub fn run() -> ! {
    let mut args: Vec<String> = std::env::args_os()
        .map(|a| a.to_string_lossy().into_owned())
        .collect();
    // In a container a script starts this program and hands the double's path on.
    let path = if args.get(1).is_some_and(|a| a == guest::DOUBLE_MARK) && args.len() > 2 {
        args.drain(..3).next_back()
    } else {
        let name = (!args.is_empty()).then(|| args.remove(0));
        sys::started_as().or(name)
    };
    let path = path.unwrap_or_default();
    let stdin = piped_stdin();
    let exit = match ask(&path, &args, &stdin) {
        Ok(exit) => exit,
        Err(e) => {
            eprintln!(
                "{}: its double cannot reach the harness: {e}",
                base_name(&path)
            );
            126
        }
    };
    sys::exit_now(exit);
}

fn ask(path: &str, args: &[String], stdin: &[u8]) -> io::Result<i32> {
    let socket = UnixStream::connect(DOUBLES_SOCKET)?;
    let called = FromDouble::Called {
        path: path.to_owned(),
        args: args.to_vec(),
        stdin: stdin.to_vec(),
    };
    wire::send(socket.as_fd(), &called, &[])?;
    let exit = match wire::receive::<ToDouble>(socket.as_fd())? {
        Some((
            ToDouble::Say {
                exit,
                stdout,
                stderr,
                delay_ms,
            },
            _,
        )) => {
            pause(delay_ms);
            // A reader that went away is the caller's affair.
            let _ = io::stdout()
                .write_all(&stdout)
                .and_then(|()| io::stdout().flush());
            let _ = io::stderr().write_all(&stderr);
            exit
        }
        Some((ToDouble::Run { script, delay_ms }, _)) => {
            pause(delay_ms);
            run_script(&script, base_name(path), args, stdin)?
        }
        Some((ToDouble::Own(facts), _)) => own(path, args, stdin, &facts),
        Some((ToDouble::Taken, _)) | None => {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
    };
    wire::send(socket.as_fd(), &FromDouble::Done { exit }, &[])?;
    wire::receive::<ToDouble>(socket.as_fd())?;
    Ok(exit)
}

fn pause(ms: u32) {
    std::thread::sleep(Duration::from_millis(u64::from(ms)));
}

/// What was piped in: only from a pipe or socket, and only what comes without a long wait, since a
/// real command might not read at all.
fn piped_stdin() -> Vec<u8> {
    use rustix::fs::FileType;
    let stdin = io::stdin();
    let Ok(stat) = rustix::fs::fstat(&stdin) else {
        return Vec::new();
    };
    if !matches!(
        FileType::from_raw_mode(stat.st_mode),
        FileType::Fifo | FileType::Socket
    ) {
        return Vec::new();
    }
    let mut got = Vec::new();
    let mut buffer = [0; 4096];
    while got.len() < MOST_STDIN {
        match sys::poll(&mut [sys::readable(&stdin)], STDIN_PAUSE_MS) {
            Ok(ready) if ready > 0 => {}
            _ => break,
        }
        let most = buffer.len().min(MOST_STDIN - got.len());
        match sys::read_some(&stdin, &mut buffer[..most]) {
            Ok(Some(n)) if n > 0 => got.extend_from_slice(&buffer[..n]),
            _ => break,
        }
    }
    got
}

fn run_script(script: &str, name: &str, args: &[String], stdin: &[u8]) -> io::Result<i32> {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(script).arg(name).args(args);
    if !stdin.is_empty() {
        // What was read for the record is still the script's: it fits into one pipe.
        let (read, write) = sys::pipe()?;
        sys::set_nonblocking(&write)?;
        let mut write = std::fs::File::from(write);
        write.write_all(stdin)?;
        command.stdin(Stdio::from(read));
    }
    let status = command.status()?;
    Ok(status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0)))
}

/// The engine's own doubles.
fn own(path: &str, args: &[String], stdin: &[u8], facts: &Facts) -> i32 {
    if reboot_by(path, args, facts.macos).is_some() {
        // As if it had worked: the script goes on, the device does not go down.
        return 0;
    }
    let name = base_name(path);
    if facts.macos
        && let Some(exit) = macos::run(name, args, stdin, facts)
    {
        return exit;
    }
    match name {
        "reboot" | "halt" | "poweroff" | "shutdown" | "init" | "telinit" => 0,
        _ => real(name, args),
    }
}

/// Runs the real program a double hides.
fn real(name: &str, args: &[String]) -> i32 {
    let path = format!("{REAL}/{name}");
    if std::path::Path::new(&path).exists() {
        match Command::new(&path)
            .arg0(OsString::from(name))
            .args(args)
            .status()
        {
            Ok(status) => {
                return status
                    .code()
                    .unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
            }
            Err(e) => eprintln!("{name}: {e}"),
        }
        return 126;
    }
    eprintln!(
        "System has not been booted with systemd as init system (PID 1). Can't operate.\n\
         {name}: this device has no real {name} to pass this on to"
    );
    1
}
