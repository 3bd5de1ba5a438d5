//! The way to the harness.

use crate::protocol::message::{HelperEvent, Reply};
use crate::protocol::{Frame, FromHelper};
use crate::windows::Owned;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Frames go out whole and in turn; who writes waits until the harness has taken them, so that output
/// nobody reads fills no memory.
#[derive(Debug)]
pub struct Wire {
    out: Mutex<Owned>,
    err: Owned,
}

impl Wire {
    pub fn new(stdout: Owned, err: Owned) -> Wire {
        Wire {
            out: Mutex::new(stdout),
            err,
        }
    }

    /// A harness that has gone needs no helper: the process ends, and with it every job.
    fn frame(&self, frame: &Frame) {
        let out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if frame.write(&mut &*out).is_err() {
            std::process::exit(0);
        }
    }

    /// One message.
    pub fn send(&self, message: &FromHelper) {
        match Frame::of(message) {
            Ok(frame) => self.frame(&frame),
            // Its types have no map with keys that are no text and no number that JSON lacks.
            Err(e) => self.complain(&format!("a message cannot be written: {e}")),
        }
    }

    /// A line on the helper's own stderr, which no console takes away.
    pub fn complain(&self, what: &str) {
        // There is nobody else to tell.
        let _ = writeln!(&self.err, "shakedown-helper: {what}");
    }

    pub fn reply(&self, id: u64, reply: Reply) {
        self.send(&FromHelper::Reply { id, reply });
    }

    pub fn event(&self, event: HelperEvent) {
        self.send(&FromHelper::Event(event));
    }

    /// Output of a job; `stream` 1 is stdout, 2 stderr.
    pub fn output(&self, job: u32, stream: u8, bytes: Vec<u8>) {
        self.frame(&Frame::Output { job, stream, bytes });
    }
}
