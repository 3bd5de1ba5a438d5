//! As much of HTTP over a Unix socket as the engines' API needs here.

use libtest_mimic::Failed;
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Longest wait for a part of an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// `GET` of a JSON document.
pub fn get(socket: &Path, path: &str) -> Result<Value, Failed> {
    let head = format!("GET {path} HTTP/1.0\r\nHost: d\r\n\r\n");
    let body = ask(socket, &head, None)?;
    Ok(serde_json::from_slice(&body)?)
}

/// `POST` of a file.
pub fn post(socket: &Path, path: &str, file: &Path) -> Result<(), Failed> {
    let file = File::open(file)?;
    let length = file.metadata()?.len();
    let head = format!(
        "POST {path} HTTP/1.0\r\nHost: d\r\nContent-Type: application/x-tar\r\nContent-Length: {length}\r\n\r\n"
    );
    ask(socket, &head, Some(file)).map(drop)
}

fn ask(socket: &Path, head: &str, body: Option<File>) -> Result<Vec<u8>, Failed> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(head.as_bytes())?;
    if let Some(mut body) = body {
        std::io::copy(&mut body, &mut stream)?;
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n");
    let end = end.ok_or("the answer has no end of its head")?;
    let status = String::from_utf8_lossy(&answer[..end.min(15)]).into_owned();
    let body = answer.split_off(end + 4);
    if status.split(' ').nth(1).is_some_and(|s| s.starts_with('2')) {
        Ok(body)
    } else {
        let text = String::from_utf8_lossy(&body).into_owned();
        Err(format!("{head}: {status}: {text}").into())
    }
}
