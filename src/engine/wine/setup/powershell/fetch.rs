//! Downloads, bounded in size and patience; one that was cut is taken up where it ended.

use super::super::error::{Outcome, SetupError, at};
use crate::engine::Cancel;
use crate::engine::wine::ready::size;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// How often a wait looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);
/// Most attempts for one file, whatever came of each.
const MOST_TRIES: u32 = 50;
/// Bytes that are handed over at once.
const CHUNK: usize = 256 << 10;

/// How long a server is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Longest silence.
    pub silence: Duration,
    /// Attempts, one after the other, that bring nothing.
    pub tries: u32,
    /// Wait between two.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            silence: Duration::from_secs(30),
            tries: 4,
            pause: Duration::from_secs(2),
        }
    }
}

/// Downloads for one setup.
pub struct Fetch<'a> {
    pub cancel: &'a Cancel,
    pub patience: Patience,
}

/// Where bytes begin in the file, and where they end if that was told.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u64,
    end: Option<u64>,
}

/// What an attempt hands over: where bytes go, once, and then the bytes.
enum Piece<'a> {
    Begin(Span),
    Bytes(&'a [u8]),
}

/// What a connection gives.
enum Part {
    /// Status, and where its bytes go.
    Begin(u16, Span),
    Bytes(Vec<u8>),
    End,
    Failed(String),
}

/// Why an attempt ended.
enum Ended {
    Whole,
    /// The same may go well a little later; whether bytes came.
    Cut {
        why: String,
        brought: bool,
    },
    Never(SetupError),
}

impl Fetch<'_> {
    /// A small file.
    pub fn text(&self, url: &str, limit: u64) -> Outcome<Vec<u8>> {
        let mut bytes = Vec::new();
        self.again(url, &mut || {
            self.attempt(url, 0, limit, &mut |piece| {
                match piece {
                    Piece::Begin(_) => bytes.clear(),
                    Piece::Bytes(more) => bytes.extend_from_slice(more),
                }
                Ok(())
            })
        })?;
        Ok(bytes)
    }

    /// A large file into `partial`, behind what stands there from an earlier run; `step` is told bytes
    /// and, if known, the size.
    pub fn file(
        &self,
        url: &str,
        partial: &Path,
        limit: u64,
        step: &mut dyn FnMut(u64, Option<u64>) -> Outcome<()>,
    ) -> Outcome<()> {
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(partial)
            .map_err(at("write", partial))?;
        let mut unwritten = false;
        let fetched = self.again(url, &mut || {
            let mut have = match file.metadata() {
                Ok(found) => found.len(),
                Err(e) => return Ended::Never(at("read", partial)(e)),
            };
            let mut whole = None;
            self.attempt(url, have, limit, &mut |piece| {
                match piece {
                    Piece::Begin(Span { start, end }) => {
                        if start < have {
                            file.set_len(start).map_err(at("write", partial))?;
                            have = start;
                        }
                        whole = end;
                    }
                    Piece::Bytes(bytes) => {
                        file.write_all(bytes).map_err(|e| {
                            unwritten = true;
                            at("write", partial)(e)
                        })?;
                        have += bytes.len() as u64;
                    }
                }
                step(have, whole)
            })
        });
        let serves = file
            .metadata()
            .is_ok_and(|f| (1..=limit).contains(&f.len()));
        if fetched.is_err() && (unwritten || !serves) {
            // Nothing of it serves a later run, or it takes the room that is wanted.
            let _ = fs::remove_file(partial);
        }
        fetched
    }

    /// Attempts until one comes to its end, or several in a row bring nothing.
    fn again(&self, url: &str, attempt: &mut dyn FnMut() -> Ended) -> Outcome<()> {
        let mut without = 0;
        for _ in 0..MOST_TRIES {
            let why = match attempt() {
                Ended::Whole => return Ok(()),
                Ended::Never(error) => return Err(error),
                Ended::Cut { why, brought } => {
                    without = if brought { 1 } else { without + 1 };
                    why
                }
            };
            if without >= self.patience.tries {
                return Err(gave_up(url, &why));
            }
            self.wait(self.patience.pause)?;
        }
        Err(gave_up(url, "it was cut again and again"))
    }

    fn wait(&self, time: Duration) -> Outcome<()> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            if self.cancel.is_cancelled() {
                return Err(SetupError::Interrupted);
            }
            std::thread::sleep(LOOK.min(time));
        }
        Ok(())
    }

    /// One connection, what it gives handed to `take`.
    fn attempt(
        &self,
        url: &str,
        have: u64,
        limit: u64,
        take: &mut dyn FnMut(Piece<'_>) -> Outcome<()>,
    ) -> Ended {
        let (send, parts) = sync_channel(4);
        let (address, silence) = (url.to_owned(), self.patience.silence);
        std::thread::spawn(move || connect(&address, have, silence, &send));
        let (mut reach, mut brought) = (have, false);
        loop {
            let part = match self.next(&parts) {
                Ok(part) => part,
                Err(interrupted) => return Ended::Never(interrupted),
            };
            let taken = match part {
                Part::Begin(206 | 200, span) => {
                    if span.end.unwrap_or(span.start) > limit {
                        return Ended::Never(too_large(url, limit));
                    }
                    reach = span.start;
                    take(Piece::Begin(span))
                }
                // What is there is no beginning of what the server has: it is got anew.
                Part::Begin(416, ..) if have > 0 => match take(Piece::Begin(Span::default())) {
                    Ok(()) => {
                        let why = "the file is another now".into();
                        return Ended::Cut { why, brought };
                    }
                    Err(error) => return Ended::Never(error),
                },
                Part::Begin(status @ (408 | 425 | 429 | 500..), ..) => {
                    let why = format!("the server answers {status}");
                    return Ended::Cut { why, brought };
                }
                Part::Begin(status, ..) => {
                    return Ended::Never(gave_up(url, &format!("the server answers {status}")));
                }
                Part::Bytes(bytes) => {
                    (reach, brought) = (reach + bytes.len() as u64, true);
                    if reach > limit {
                        return Ended::Never(too_large(url, limit));
                    }
                    take(Piece::Bytes(&bytes))
                }
                Part::End => return Ended::Whole,
                Part::Failed(why) => return Ended::Cut { why, brought },
            };
            if let Err(error) = taken {
                return Ended::Never(error);
            }
        }
    }

    /// The next part, waited for with patience.
    fn next(&self, parts: &Receiver<Part>) -> Outcome<Part> {
        let began = Instant::now();
        loop {
            if self.cancel.is_cancelled() {
                return Err(SetupError::Interrupted);
            }
            match parts.recv_timeout(LOOK) {
                Ok(part) => return Ok(part),
                Err(RecvTimeoutError::Timeout) if began.elapsed() > self.patience.silence => {
                    let seconds = self.patience.silence.as_secs_f64();
                    return Ok(Part::Failed(format!("nothing came for {seconds:.0} s")));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Ok(Part::Failed("the connection ended".into()));
                }
            }
        }
    }
}

fn gave_up(url: &str, why: &str) -> SetupError {
    SetupError::new(
        format!("cannot download {url}: {why}"),
        "run it again: what was downloaded is kept, and it goes on from there; behind a proxy set \
         HTTPS_PROXY; without a network download the zip elsewhere and say --from FILE",
    )
}

fn too_large(url: &str, limit: u64) -> SetupError {
    SetupError::new(
        format!("cannot download {url}: it is larger than {}", size(limit)),
        "look whether that address, or the mirror, has the right file",
    )
}

/// One request, its answer handed over part by part until nobody listens any more.
fn connect(url: &str, have: u64, silence: Duration, parts: &SyncSender<Part>) {
    let ended = match request(url, have, silence, parts) {
        Ok(()) => Part::End,
        Err(why) => Part::Failed(why),
    };
    // Nobody listens any more: the setup went on.
    let _ = parts.send(ended);
}

fn request(
    url: &str,
    have: u64,
    silence: Duration,
    parts: &SyncSender<Part>,
) -> Result<(), String> {
    let config = ureq::Agent::config_builder()
        .https_only(url.starts_with("https://"))
        .http_status_as_error(false)
        .timeout_resolve(Some(silence))
        .timeout_connect(Some(silence))
        .timeout_recv_response(Some(silence))
        .user_agent(concat!("shakedown/", env!("CARGO_PKG_VERSION")))
        .build();
    let mut get = ureq::Agent::from(config).get(url);
    if have > 0 {
        get = get.header("Range", format!("bytes={have}-"));
    }
    let mut answer = get.call().map_err(|e| e.to_string())?;
    let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok());
    let length = header("content-length").and_then(|v| v.parse::<u64>().ok());
    let start = match answer.status().as_u16() {
        206 => header("content-range")
            .and_then(|v| v.strip_prefix("bytes ")?.split('-').next()?.parse().ok())
            .filter(|start| *start <= have)
            .ok_or("the server answers with another part than was asked for")?,
        _ => 0,
    };
    let end = length.and_then(|l| start.checked_add(l));
    let gone = |_| "nobody listens".to_owned();
    let status = answer.status().as_u16();
    let span = Span { start, end };
    parts.send(Part::Begin(status, span)).map_err(gone)?;
    let mut body = answer.body_mut().as_reader();
    loop {
        let mut chunk = vec![0; CHUNK];
        match body.read(&mut chunk).map_err(|e| e.to_string())? {
            0 => return Ok(()),
            n => {
                chunk.truncate(n);
                parts.send(Part::Bytes(chunk)).map_err(gone)?;
            }
        }
    }
}
