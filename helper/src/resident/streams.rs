//! A job's streams: its output as it comes, and what its stdin is fed with.

use super::wire::Wire;
use crate::protocol::message::Stdin;
use crate::windows::overlapped::{Pipe, Reading, first_of};
use crate::windows::{Owned, SysError, pipe};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::Write;
use std::thread;

/// One frame of output at most, in bytes.
const PIECE: usize = 64 << 10;
/// What a pipe can hold at the end of a job is less; who goes on writing is not waited for.
const MOST_LATE: usize = 64 * PIECE;

/// The two output streams of a job.
#[derive(Debug)]
pub struct Streams {
    /// stdout, stderr.
    both: [Reading; 2],
}

impl Streams {
    /// Of the helper's ends of stdout and stderr.
    pub fn new(out: Pipe, err: Pipe) -> Result<Streams, SysError> {
        Ok(Streams {
            both: [out.reading(PIECE)?, err.reading(PIECE)?],
        })
    }

    /// Sends what comes until the process has ended and all that had been written by then is sent.
    pub fn send(&mut self, job: u32, process: &Owned, wire: &Wire) -> Result<(), SysError> {
        while let Some(stream) = self.next(Some(process))? {
            let bytes = self.both[stream].take()?;
            if !bytes.is_empty() {
                wire.output(job, number(stream), bytes);
            }
        }
        for (stream, reading) in self.both.iter_mut().enumerate() {
            let rest = reading.take_rest(MOST_LATE)?;
            for piece in rest.chunks(PIECE) {
                wire.output(job, number(stream), piece.to_vec());
            }
        }
        Ok(())
    }

    /// Reads and drops what is written after the job's end, so that nobody waits for room; returns
    /// when nobody can write any more.
    pub fn drop_late(mut self) -> Result<(), SysError> {
        for reading in &mut self.both {
            reading.go_on()?;
        }
        while let Some(stream) = self.next(None)? {
            self.both[stream].take()?;
        }
        Ok(())
    }

    /// The stream that has something, waited for; none: the process has ended or both are closed.
    fn next(&self, process: Option<&Owned>) -> Result<Option<usize>, SysError> {
        let open = self.both.iter().enumerate();
        let open = open.filter_map(|(stream, r)| Some((Some(stream), r.signal()?)));
        let waited: Vec<_> = process.map(|p| (None, p)).into_iter().chain(open).collect();
        if waited.is_empty() {
            return Ok(None);
        }
        let signals: Vec<_> = waited.iter().map(|(_, signal)| *signal).collect();
        Ok(waited[first_of(&signals)?].0)
    }
}

/// As frames number the streams: 1 stdout, 2 stderr.
fn number(stream: usize) -> u8 {
    if stream == 0 { 1 } else { 2 }
}

/// What a job's stdin is fed with.
#[derive(Debug)]
pub struct Feed {
    write: Owned,
    bytes: Vec<u8>,
}

impl Feed {
    /// Writes the bytes, if there are any, and closes the pipe; without any the pipe stays open as
    /// long as what is returned.
    pub fn start(self) -> Option<Owned> {
        if self.bytes.is_empty() {
            return Some(self.write);
        }
        thread::spawn(move || {
            // A program need not read what it is given.
            let _ = (&self.write).write_all(&self.bytes);
        });
        None
    }
}

/// The bytes of a stdin that is a pipe.
fn bytes_of(stdin: &Stdin) -> Result<Vec<u8>, SysError> {
    match stdin {
        Stdin::Null | Stdin::Open => Ok(Vec::new()),
        Stdin::Bytes { base64 } => STANDARD
            .decode(base64)
            .map_err(|e| SysError::of(format!("stdin is no base64: {e}"), 0)),
    }
}

/// The child's end of its stdin, and ours where there is one.
pub fn stdin(stdin: &Stdin) -> Result<(Owned, Option<Feed>), SysError> {
    if *stdin == Stdin::Null {
        return Ok((pipe::nul()?, None));
    }
    let (read, write) = pipe::pair()?;
    Ok((read, feed(stdin, write)?))
}

/// What goes on with the writing end of a pipe that is a job's stdin; none: it ends.
pub fn feed(stdin: &Stdin, write: Owned) -> Result<Option<Feed>, SysError> {
    let bytes = bytes_of(stdin)?;
    let ends = bytes.is_empty() && *stdin != Stdin::Open;
    Ok((!ends).then_some(Feed { write, bytes }))
}
