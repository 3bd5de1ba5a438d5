//! Questions of programs, taken on the named pipe and handed on to the harness.
//!
//! A client that is slow, sends no question or never reads its answer costs one thread for a limited
//! time; more clients than the helper serves at once wait for a free end of the pipe.

use super::jobs::Jobs;
use super::wire::Wire;
use crate::protocol::{Answer, DEEPEST, FromHelper, LONGEST, PIPE, Question};
use crate::windows::SysError;
use crate::windows::overlapped::{Done, Pipe, Until};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a client may take to send its question, and to take its answer.
const CLIENT: Duration = Duration::from_secs(20);
/// How long the harness may take to answer.
const HARNESS: Duration = Duration::from_secs(600);
/// Clients at once.
const CLIENTS: usize = 128;
/// What the frame around a question may take.
const AROUND: usize = 4096;
/// `ERROR_ALREADY_EXISTS`
const ALREADY_EXISTS: u32 = 183;
/// Bytes that are read at once.
const PIECE: usize = 16 << 10;

/// Questions that wait for the harness.
#[derive(Debug)]
pub struct Asks {
    wire: Arc<Wire>,
    jobs: Arc<Jobs>,
    next: AtomicU64,
    waiting: Mutex<HashMap<u64, Sender<Answer>>>,
    clients: Mutex<usize>,
    fewer: Condvar,
}

impl Asks {
    pub fn new(wire: Arc<Wire>, jobs: Arc<Jobs>) -> Asks {
        Asks {
            wire,
            jobs,
            next: AtomicU64::new(1),
            waiting: Mutex::default(),
            clients: Mutex::default(),
            fewer: Condvar::new(),
        }
    }

    /// Serves the pipe from now on; it is there when this returns.
    ///
    /// # Errors
    /// Another process has the pipe.
    pub fn serve(self: &Arc<Asks>) -> Result<(), SysError> {
        // Wine lets a second process serve a name that is taken; so it is asked for first.
        if std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(PIPE)
            .is_ok()
        {
            return Err(SysError::of(
                format!("{PIPE} is served by another process"),
                ALREADY_EXISTS,
            ));
        }
        let mut free = Pipe::serve(PIPE, true)?;
        let asks = Arc::clone(self);
        thread::spawn(move || {
            loop {
                let came = free.connect();
                // The next end is there before this client is served.
                let next = loop {
                    match Pipe::serve(PIPE, false) {
                        Ok(next) => break next,
                        Err(_) => thread::sleep(Duration::from_millis(50)),
                    }
                };
                let client = std::mem::replace(&mut free, next);
                if came.is_ok() {
                    asks.enter();
                    let asks = Arc::clone(&asks);
                    thread::spawn(move || {
                        asks.client(&client);
                        asks.leave();
                    });
                }
            }
        });
        Ok(())
    }

    fn enter(&self) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        while *clients >= CLIENTS {
            clients = self
                .fewer
                .wait(clients)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *clients += 1;
    }

    fn leave(&self) {
        *self.clients.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.fewer.notify_one();
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The harness's answer; one that nobody waits for any more is dropped.
    pub fn answered(&self, call: u64, answer: Answer) {
        if let Some(waits) = self.waiting().remove(&call) {
            // The client's thread may have given up meanwhile.
            let _ = waits.send(answer);
        }
    }

    /// One question, one answer.
    fn client(&self, client: &Pipe) {
        let answer = match question(client) {
            Ok(question) => self.relay(client.client(), question),
            Err(what) => Answer::Failed { what },
        };
        let line = serde_json::to_vec(&answer).map(|mut line| {
            line.push(b'\n');
            line
        });
        let Ok(line) = line else { return };
        let deadline = Instant::now() + CLIENT;
        let mut rest = line.as_slice();
        while !rest.is_empty() {
            match client.write(rest, until(deadline)) {
                Ok(Done::Bytes(count)) => rest = &rest[count..],
                _ => return,
            }
        }
        // The client closes its end when it has read; closing ours first could lose the answer.
        let mut ignored = [0; 256];
        while let Ok(Done::Bytes(_)) = client.read(&mut ignored, until(deadline)) {}
    }

    fn relay(&self, pid: u32, question: Question) -> Answer {
        let call = self.next.fetch_add(1, Ordering::Relaxed);
        let (send, receive) = channel();
        self.waiting().insert(call, send);
        self.wire.send(&FromHelper::Ask {
            call,
            pid,
            job: self.jobs.of(pid),
            question,
        });
        receive.recv_timeout(HARNESS).unwrap_or_else(|_| {
            self.waiting().remove(&call);
            Answer::Failed {
                what: format!("the harness gave no answer in {} s", HARNESS.as_secs()),
            }
        })
    }
}

fn until(deadline: Instant) -> Until<'static> {
    let left = deadline.saturating_duration_since(Instant::now());
    Until {
        stop: None,
        milliseconds: Some(u32::try_from(left.as_millis()).unwrap_or(u32::MAX - 1)),
    }
}

/// One line of JSON.
fn question(client: &Pipe) -> Result<Question, String> {
    let deadline = Instant::now() + CLIENT;
    let longest = LONGEST - AROUND;
    let mut line = Vec::new();
    let mut piece = vec![0; PIECE];
    let end = loop {
        match client.read(&mut piece, until(deadline)) {
            Ok(Done::Bytes(count)) => {
                let from = line.len();
                line.extend_from_slice(&piece[..count]);
                if let Some(at) = line[from..].iter().position(|b| *b == b'\n') {
                    break from + at;
                }
                if line.len() > longest {
                    return Err(format!("a question is at most {longest} bytes long"));
                }
            }
            Ok(Done::Closed) => return Err("a question ends with a newline".into()),
            Ok(Done::GivenUp) => {
                return Err(format!("no question came in {} s", CLIENT.as_secs()));
            }
            Err(e) => return Err(e.to_string()),
        }
    };
    let question: Question = serde_json::from_slice(&line[..end])
        .map_err(|e| format!("no question of the protocol: {e}"))?;
    match question.depth() {
        deep if deep > DEEPEST => Err(format!(
            "a value is nested at most {DEEPEST} deep, and this one {deep}"
        )),
        _ => Ok(question),
    }
}
