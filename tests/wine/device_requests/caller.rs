//! A program that asks the device as `Invoke-Device` does: one line on the named pipe, one line back.
//! It is built by the test beside it for Windows, with nothing but the standard library, and knows no
//! protocol: what it sends and what came back are the test's to judge.
//!
//! ```text
//! caller each FILE OUT            each line of FILE on a connection of its own, the answers as lines of OUT
//! caller raw FILE OUT             all bytes of FILE on one connection, what came back into OUT
//! caller leave FILE TIMES         all bytes of FILE, then gone without reading, so many times
//! caller hold N FILE OUT          as each, while N connections of this process have said half a line
//! caller count STORE KEY TIMES    adds one so many times by compare and swap; prints the last value
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Error, Read, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const PIPE: &str = r"\\.\pipe\shakedown";
/// `ERROR_PIPE_BUSY`
const BUSY: i32 = 231;
/// As long as the programs of a device wait for a free end.
const PATIENCE: Duration = Duration::from_secs(10);

fn connect() -> Result<File, Error> {
    let since = Instant::now();
    loop {
        match OpenOptions::new().read(true).write(true).open(PIPE) {
            Err(e) if e.raw_os_error() == Some(BUSY) && since.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(2));
            }
            done => return done,
        }
    }
}

/// Sends bytes and reads one line.
fn ask(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut pipe = connect()?;
    pipe.write_all(bytes)?;
    let mut answer = Vec::new();
    BufReader::new(pipe).read_until(b'\n', &mut answer)?;
    Ok(answer)
}

fn each(file: &str, out: &str) -> Result<(), Error> {
    let all = fs::read(file)?;
    let mut answers = Vec::new();
    for line in all.split_inclusive(|b| *b == b'\n') {
        answers.extend(ask(line)?);
    }
    fs::write(out, answers)
}

fn raw(file: &str, out: &str) -> Result<(), Error> {
    let mut pipe = connect()?;
    pipe.write_all(&fs::read(file)?)?;
    let mut answer = Vec::new();
    BufReader::new(pipe)
        .take(1 << 20)
        .read_until(b'\n', &mut answer)?;
    fs::write(out, answer)
}

/// The whole number of `{"answer":...,"value":N}`; 0 for null.
fn number(answer: &[u8]) -> Result<u64, Error> {
    let text = String::from_utf8_lossy(answer);
    let value = text.split("\"value\":").nth(1).unwrap_or_default();
    let value = value.trim_end().trim_end_matches('}');
    match value {
        "null" => Ok(0),
        digits => digits
            .parse()
            .map_err(|e| Error::other(format!("{text}: {e}"))),
    }
}

fn count(store: &str, key: &str, times: &str) -> Result<u64, Error> {
    let times: u64 = times.parse().map_err(Error::other)?;
    let mut last = 0;
    for _ in 0..times {
        loop {
            let get = format!("{{\"ask\":\"get\",\"name\":\"{store}\",\"key\":\"{key}\"}}\n");
            let there = number(&ask(get.as_bytes())?)?;
            let expected = match there {
                0 => "null".to_owned(),
                n => n.to_string(),
            };
            last = there + 1;
            let put = format!(
                "{{\"ask\":\"put\",\"name\":\"{store}\",\"key\":\"{key}\",\"value\":{last},\"expected\":{expected}}}\n"
            );
            let answer = ask(put.as_bytes())?;
            if answer.starts_with(b"{\"answer\":\"done\"") {
                break;
            }
            if !answer.starts_with(b"{\"answer\":\"conflict\"") {
                return Err(Error::other(String::from_utf8_lossy(&answer).into_owned()));
            }
        }
    }
    Ok(last)
}

fn hold(count: &str, file: &str, out: &str) -> Result<(), Error> {
    let count: usize = count.parse().map_err(Error::other)?;
    let mut held = Vec::new();
    for _ in 0..count {
        let mut pipe = connect()?;
        pipe.write_all(b"{\"ask\":\"note\",\"name\":")?;
        held.push(pipe);
    }
    each(file, out)
}

fn leave(file: &str, times: &str) -> Result<(), Error> {
    let bytes = fs::read(file)?;
    for _ in 0..times.parse().map_err(Error::other)? {
        connect()?.write_all(&bytes)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["each", file, out] => each(file, out),
        ["raw", file, out] => raw(file, out),
        ["leave", file, times] => leave(file, times),
        ["hold", number, file, out] => hold(number, file, out),
        ["count", store, key, times] => count(store, key, times).map(|last| println!("{last}")),
        _ => Err(Error::other("each, raw, leave, hold or count")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}
