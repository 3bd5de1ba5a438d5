//! A server on loopback that gives a zip and its list of hashes, well or badly.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How it gives the zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Well,
    /// Every answer is this status.
    Status(u16),
    /// The connection ends after so many bytes, each time.
    Cut(usize),
    /// The same, and it knows no ranges.
    CutWhole(usize),
    /// Some bytes, and then nothing for ever.
    Hang,
    /// Says that it has more than it may.
    Huge,
}

pub struct Server {
    pub base: String,
    /// Requests for the zip so far.
    pub asked: Arc<AtomicUsize>,
}

impl Server {
    pub fn start(zip: Vec<u8>, list: String, manner: Manner) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (zip, list, counted) = (zip.clone(), list.clone(), Arc::clone(&counted));
                // A client that goes away is part of the tests.
                std::thread::spawn(move || drop(answer(stream, &zip, &list, manner, &counted)));
            }
        });
        Server { base, asked }
    }
}

fn answer(
    mut stream: TcpStream,
    zip: &[u8],
    list: &str,
    manner: Manner,
    asked: &AtomicUsize,
) -> std::io::Result<()> {
    let (mut path, mut start) = (String::new(), 0_usize);
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(rest) = line.strip_prefix("GET ") {
            path = rest.split(' ').next().unwrap_or_default().to_owned();
        } else if let Some(range) = lower.strip_prefix("range: bytes=") {
            start = range.trim_end_matches('-').parse().unwrap_or(0);
        }
    }
    let mut head = |status: &str, length: usize, more: &str| {
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n"
        )
    };
    if path.ends_with("hashes.sha256") {
        head("200 OK", list.len(), "")?;
        return stream.write_all(list.as_bytes());
    }
    asked.fetch_add(1, Ordering::SeqCst);
    if let Manner::Status(status) = manner {
        return head(&format!("{status} No"), 0, "");
    }
    if start > 0 && start >= zip.len() {
        return head("416 Range Not Satisfiable", 0, "");
    }
    let length = zip.len() - start;
    match (manner, start) {
        (Manner::Huge, _) => head("200 OK", 3 << 30, "")?,
        (Manner::CutWhole(_), _) | (_, 0) => {
            start = 0;
            head("200 OK", zip.len(), "")?;
        }
        _ => {
            let range = format!(
                "Content-Range: bytes {start}-{}/{}\r\n",
                zip.len() - 1,
                zip.len()
            );
            head("206 Partial Content", length, &range)?;
        }
    }
    let rest = &zip[start..];
    match manner {
        Manner::Cut(most) | Manner::CutWhole(most) => {
            stream.write_all(&rest[..most.min(rest.len())])
        }
        Manner::Hang => {
            stream.write_all(&rest[..rest.len() / 2])?;
            std::thread::sleep(Duration::from_secs(60));
            Ok(())
        }
        _ => stream.write_all(rest),
    }
}
