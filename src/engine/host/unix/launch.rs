//! One launch on this machine: start, collect output, watch the clock, see what is left.

use super::tree::{self, Started};
use crate::engine::{Cancel, Launch, Outcome, OutputSink};
use crate::rmm::event::Stream;
use crate::rmm::observed::{Exit, Observed};
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// How often the process, the clock and the cancel flag are looked at.
const TICK: Duration = Duration::from_millis(20);
/// How long output is still awaited after the end of the program.
const GRACE: Duration = Duration::from_millis(60);
/// How long a killed tree may take to be gone.
const KILLING: Duration = Duration::from_secs(10);

/// Output of one stream as it is kept.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    total: u64,
}

/// A piece of output; empty at the stream's end.
type Piece = (Stream, Vec<u8>);

/// What the launch has come to.
struct Watched<'a> {
    launch: &'a Launch,
    sink: &'a dyn OutputSink,
    pieces: Receiver<Piece>,
    out: Kept,
    err: Kept,
    open: u8,
    looked_at: usize,
    budget: Option<Instant>,
}

/// Runs a launch to its end.
///
/// # Errors
/// The program cannot be started.
pub fn run(
    launch: &Launch,
    job: u32,
    sink: &dyn OutputSink,
    cancel: &Cancel,
) -> io::Result<Outcome> {
    let begun = Instant::now();
    let Started {
        mut job,
        stdin,
        stdout,
        stderr,
    } = tree::start(launch, job)?;
    // Bounded: a program that floods waits until its output is taken.
    let (to, pieces) = sync_channel(16);
    read(Stream::Stdout, stdout, to.clone());
    read(Stream::Stderr, stderr, to);
    let mut watched = Watched {
        launch,
        sink,
        pieces,
        out: Kept::default(),
        err: Kept::default(),
        open: 2,
        looked_at: 0,
        budget: None,
    };
    let deadline = begun.checked_add(launch.timeout);
    let mut over_budget = false;
    let exit = loop {
        if let Some(exit) = job.ended()? {
            break exit;
        }
        let now = Instant::now();
        let late = deadline.is_some_and(|d| now >= d);
        over_budget = watched.budget.is_some_and(|b| now >= b);
        if late || over_budget || cancel.is_cancelled() {
            job.kill();
            let until = Instant::now() + KILLING;
            while job.ended()?.is_none() && Instant::now() < until {
                watched.take(TICK);
            }
            break if cancel.is_cancelled() {
                Exit::Interrupted
            } else {
                Exit::TimedOut
            };
        }
        watched.take(TICK);
    };
    let duration = begun.elapsed();
    drop(stdin);
    let until = Instant::now() + GRACE;
    while watched.open > 0 && Instant::now() < until {
        watched.take(GRACE / 4);
    }
    let mut observed = Observed {
        left: job.left(),
        ..Observed::default()
    };
    observed.left.sort_by_key(|p| p.pid);
    if launch.kill_left {
        job.kill();
    }
    Ok(Outcome {
        exit,
        stdout_bytes: watched.out.total,
        stderr_bytes: watched.err.total,
        stdout: watched.out.bytes,
        stderr: watched.err.bytes,
        duration,
        over_budget,
        observed,
    })
}

/// Reads a stream to its end on a thread of its own: a process left behind may hold it for long.
fn read(stream: Stream, mut from: Box<dyn Read + Send>, to: SyncSender<Piece>) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        loop {
            match from.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(n) if to.send((stream, buffer[..n].to_vec())).is_err() => return,
                Ok(_) => {}
            }
        }
        // Nobody listens any more when the launch is over.
        let _ = to.send((stream, Vec::new()));
    });
}

impl Watched<'_> {
    /// Takes what has come, waiting for at most `wait`.
    fn take(&mut self, wait: Duration) {
        match self.pieces.recv_timeout(wait) {
            Ok((stream, piece)) => self.keep(stream, &piece),
            Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => {
                self.open = 0;
                std::thread::sleep(wait);
                return;
            }
        }
        while let Ok((stream, piece)) = self.pieces.try_recv() {
            self.keep(stream, &piece);
        }
    }

    fn keep(&mut self, stream: Stream, piece: &[u8]) {
        if piece.is_empty() {
            self.open = self.open.saturating_sub(1);
            return;
        }
        self.sink.chunk(stream, piece);
        let kept = match stream {
            Stream::Stdout => &mut self.out,
            Stream::Stderr => &mut self.err,
        };
        kept.total += piece.len() as u64;
        let room = self.launch.output_limit.saturating_sub(kept.bytes.len());
        kept.bytes
            .extend_from_slice(&piece[..piece.len().min(room)]);
        self.look_for_budget();
    }

    /// Starts the time budget when its line has come.
    fn look_for_budget(&mut self) {
        let Some((line, allowed)) = &self.launch.budget_after_line else {
            return;
        };
        while self.budget.is_none() {
            let rest = &self.out.bytes[self.looked_at..];
            let Some(end) = rest.iter().position(|b| *b == b'\n') else {
                return;
            };
            if rest[..end].trim_ascii() == line.as_bytes() {
                self.budget = Some(Instant::now() + *allowed);
            }
            self.looked_at += end + 1;
        }
    }
}
