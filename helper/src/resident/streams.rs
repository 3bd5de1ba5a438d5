//! A job's streams: its output as it comes, and what its stdin is fed with.

use super::wire::Wire;
use crate::protocol::message::Stdin;
use crate::windows::overlapped::{Done, Pipe, Until};
use crate::windows::{Owned, SysError, pipe};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::Write;
use std::sync::Arc;
use std::thread;

/// One frame of output at most, in bytes.
const PIECE: usize = 64 << 10;
/// What a pipe can hold at the end of a job is less; who goes on writing is not waited for.
const MOST_LATE: usize = 64 * PIECE;

/// One output stream of a job.
#[derive(Debug)]
pub struct Stream {
    read: Pipe,
    number: u8,
    /// Set at the end of the job's first process.
    pub over: Owned,
    /// Set when all that had been written by then is sent.
    pub drained: Owned,
}

impl Stream {
    pub fn new(read: Pipe, number: u8) -> Result<Arc<Stream>, SysError> {
        Ok(Arc::new(Stream {
            read,
            number,
            over: Owned::event()?,
            drained: Owned::event()?,
        }))
    }

    /// Sends what comes until the job is over and all of it is sent; what is written afterwards is
    /// read and dropped, so that nobody waits for room.
    pub fn copy(&self, job: u32, wire: &Wire) {
        let mut buffer = vec![0; PIECE];
        let until = Until {
            stop: Some(&self.over),
            milliseconds: None,
        };
        while let Ok(Done::Bytes(count)) = self.read.read(&mut buffer, until) {
            wire.output(job, self.number, buffer[..count].to_vec());
        }
        let mut late = 0;
        while late < MOST_LATE && self.read.has_more() {
            match self.read.read(&mut buffer, Until::default()) {
                Ok(Done::Bytes(count)) => wire.output(job, self.number, buffer[..count].to_vec()),
                _ => break,
            }
            late += PIECE;
        }
        self.drained.set();
        while let Ok(Done::Bytes(_)) = self.read.read(&mut buffer, Until::default()) {}
    }
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
