//! Load over kept connections: prepared requests, answers read whole and no more than their length
//! looked at, so that the one who asks costs as little as can be of the cores it shares.

use super::Res;
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections that ask at the same time.
pub const CONNECTIONS: usize = 16;

/// How long a load lasts.
#[derive(Clone, Copy)]
pub enum Until {
    Time(Duration),
    Calls(u64),
}

/// Asks these requests in turn over all connections at once; gives how often it was answered, and
/// in which time.
pub async fn load(port: u16, requests: &Rc<[Vec<u8>]>, until: Until) -> Res<(u64, Duration)> {
    let mut lines = Vec::new();
    for _ in 0..CONNECTIONS {
        lines.push(Line::new(port).await?);
    }
    let sent = Rc::new(Cell::new(0_u64));
    let begun = Instant::now();
    let local = tokio::task::LocalSet::new();
    let asking: Vec<_> = lines
        .into_iter()
        .map(|mut line| {
            let (requests, sent) = (Rc::clone(requests), Rc::clone(&sent));
            local.spawn_local(async move {
                let over = |sent: u64| match until {
                    Until::Time(time) => begun.elapsed() >= time,
                    Until::Calls(most) => sent >= most,
                };
                while !over(sent.get()) {
                    let turn = sent.replace(sent.get() + 1) as usize % requests.len();
                    let request = &requests[turn];
                    line.ask(request).await.map_err(|e| of(request, &*e))?;
                }
                Ok::<(), String>(())
            })
        })
        .collect();
    local
        .run_until(async {
            for one in asking {
                one.await??;
            }
            // Each connection ends with its last request answered.
            Ok((sent.get(), begun.elapsed()))
        })
        .await
}

/// An error with the first line of the request it belongs to.
fn of(request: &[u8], error: &dyn std::error::Error) -> String {
    let line = request.split(|b| *b == b'\r').next().unwrap_or_default();
    format!("{}: {error}", String::from_utf8_lossy(line))
}

/// One kept connection.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub async fn new(port: u16) -> Res<Line> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Line {
            stream,
            buffer: vec![0; 256 << 10],
        })
    }

    /// Sends a request and gives the body of its answer, which must be a 200.
    pub async fn ask(&mut self, request: &[u8]) -> Res<&[u8]> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let mut whole = None;
        loop {
            let got = self.stream.read(&mut self.buffer[filled..]).await?;
            if got == 0 {
                return Err("the connection ended".into());
            }
            filled += got;
            if whole.is_none() {
                whole = length(&self.buffer[..filled])?;
            }
            if let Some((head, length)) = whole {
                if filled >= head + length {
                    return Ok(&self.buffer[head..head + length]);
                }
                if self.buffer.len() < head + length {
                    self.buffer.resize(head + length, 0);
                }
            }
        }
    }
}

/// Bytes of head and body, once the head is whole.
fn length(bytes: &[u8]) -> Res<Option<(usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end])?;
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(format!("not answered: {}", head.lines().next().unwrap_or_default()).into());
    }
    let length = head
        .lines()
        .filter_map(|l| l.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .ok_or("the answer has no length")?;
    Ok(Some((end + 4, length.1.parse()?)))
}
