//! One launch: start, collect output, watch the clock, see what is left.

use super::command_line;
use super::link::{JobEvent, Link, LinkError};
use crate::engine::{Cancel, EngineError, Launch, Outcome, OutputSink, Stdin};
use crate::rmm::event::Stream;
use crate::rmm::observed::{Exit, InputWait, LeftProcess, Observed, WindowWait};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shakedown_helper::protocol::message::{self, Left, StartOrder};
use shakedown_helper::protocol::{HelperEvent, Reply, Request};
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How often cancellation is looked at.
const TICK: Duration = Duration::from_millis(25);
/// How long the helper may take to end a tree.
const KILLING: Duration = Duration::from_secs(10);
/// Code page of a job's console: UTF-8.
const CODE_PAGE: u32 = 65_001;

/// One output stream while it is collected.
#[derive(Default)]
struct Collected {
    kept: Vec<u8>,
    total: u64,
}

/// A launch while it runs.
struct Run<'a> {
    launch: &'a Launch,
    sink: &'a dyn OutputSink,
    out: Collected,
    err: Collected,
    waits: Vec<InputWait>,
    windows: Vec<WindowWait>,
    /// Where the next line of stdout to be looked at begins.
    looked_at: usize,
    /// When the budget that a line began is used up.
    budget_ends: Option<Instant>,
}

/// How it ended.
enum Ended {
    ByItself {
        exit: u32,
        left: Vec<Left>,
    },
    /// The helper ended it because it waited.
    Waiting,
    TimedOut,
    OverBudget,
    Interrupted,
    DeviceDown,
}

/// Runs one launch to its end as a job of this number. What the helper saw of it is in the outcome's
/// `observed`.
///
/// # Errors
/// The program cannot be started, or the helper does not answer.
pub fn run(
    device: &str,
    link: &Link,
    job: u32,
    launch: &Launch,
    sink: &dyn OutputSink,
    cancel: &Cancel,
) -> Result<Outcome, EngineError> {
    let started = Instant::now();
    let events = link.follow(job);
    let ran = start(device, link, job, launch).map(|()| {
        let mut run = Run::new(launch, sink);
        let ended = run.watch_over(&events, cancel);
        let ended = run.end(link, job, &events, ended);
        (run, ended)
    });
    let duration = started.elapsed();
    link.forget(job);
    let (run, ended) = ran?;
    let (exit, over_budget, left) = match ended {
        Ended::ByItself { exit, left } => (Exit::Code(exit.cast_signed()), false, left),
        Ended::TimedOut | Ended::Waiting => (Exit::TimedOut, false, Vec::new()),
        Ended::OverBudget => (Exit::TimedOut, true, Vec::new()),
        Ended::Interrupted => (Exit::Interrupted, false, Vec::new()),
        Ended::DeviceDown => (Exit::DeviceDown, false, Vec::new()),
    };
    Ok(Outcome {
        exit,
        observed: Observed {
            left: left.into_iter().map(of_left).collect(),
            waits: run.waits,
            windows: run.windows,
            ..Observed::default()
        },
        stdout: run.out.kept,
        stderr: run.err.kept,
        stdout_bytes: run.out.total,
        stderr_bytes: run.err.total,
        duration,
        over_budget,
    })
}

/// Takes what a launch's outcome tells of itself into what else was seen of the job.
pub fn with_seen(mut outcome: Outcome, seen: Observed) -> Outcome {
    let own = std::mem::replace(&mut outcome.observed, seen);
    outcome.observed.left = own.left;
    outcome.observed.waits = own.waits;
    outcome.observed.windows = own.windows;
    outcome
}

fn of_left(l: Left) -> LeftProcess {
    LeftProcess {
        pid: l.pid,
        name: l.name,
        command_line: l.command_line,
        holds_stdout: l.holds_stdout,
        holds_stderr: l.holds_stderr,
    }
}

/// Tells a helper which launch may come next; that it has gone will be told by the launch.
pub fn get_ready(link: &Link, launch: &Launch) {
    let _ = link.tell(Request::GetReady(Box::new(order(0, launch))));
}

/// A launch as the helper takes it.
fn order(job: u32, launch: &Launch) -> StartOrder {
    let own_line = || command_line::join(&launch.program, &launch.args);
    StartOrder {
        job,
        program: (!launch.program.is_empty()).then(|| launch.program.clone()),
        command_line: launch.command_line.clone().unwrap_or_else(own_line),
        env: launch.env.clone(),
        cwd: launch.cwd.clone(),
        stdin: match &launch.stdin {
            Stdin::Null => message::Stdin::Null,
            Stdin::Open => message::Stdin::Open,
            Stdin::Bytes(bytes) => message::Stdin::Bytes {
                base64: STANDARD.encode(bytes),
            },
        },
        code_page: CODE_PAGE,
        stop_on_wait: launch.stop_on_input_wait,
    }
}

fn start(device: &str, link: &Link, job: u32, launch: &Launch) -> Result<(), EngineError> {
    let order = order(job, launch);
    match link.request(Request::Start(Box::new(order))) {
        Ok(Reply::Started { .. }) => Ok(()),
        Ok(other) => Err(LinkError::from(other).on(device)),
        Err(e) => Err(EngineError::Start {
            device: device.to_owned(),
            program: launch.program.clone(),
            source: io::Error::other(e),
        }),
    }
}

impl<'a> Run<'a> {
    fn new(launch: &'a Launch, sink: &'a dyn OutputSink) -> Run<'a> {
        Run {
            launch,
            sink,
            out: Collected::default(),
            err: Collected::default(),
            waits: Vec::new(),
            windows: Vec::new(),
            looked_at: 0,
            budget_ends: None,
        }
    }

    /// Collects output and looks at the clock until the launch ends or is to be ended.
    fn watch_over(&mut self, events: &Receiver<JobEvent>, cancel: &Cancel) -> Ended {
        let deadline = Instant::now().checked_add(self.launch.timeout);
        loop {
            let now = Instant::now();
            if cancel.is_cancelled() {
                return Ended::Interrupted;
            }
            if deadline.is_some_and(|d| now >= d) {
                return Ended::TimedOut;
            }
            if self.budget_ends.is_some_and(|end| now >= end) {
                return Ended::OverBudget;
            }
            let limits = [deadline, self.budget_ends];
            let next = limits.into_iter().flatten().min();
            let wait = next.map_or(TICK, |end| end.saturating_duration_since(now).min(TICK));
            match events.recv_timeout(wait) {
                Ok(event) => {
                    if let Some(ended) = self.take(event) {
                        return ended;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ended::DeviceDown,
            }
        }
    }

    /// Ends what is to be ended, and takes what still comes of it.
    fn end(&mut self, link: &Link, job: u32, events: &Receiver<JobEvent>, ended: Ended) -> Ended {
        match ended {
            Ended::ByItself { exit, left } => {
                if self.launch.kill_left && !left.is_empty() {
                    // A helper that is gone took them with it.
                    let _ = link.request(Request::KillLeft { job });
                    return Ended::ByItself {
                        exit,
                        left: Vec::new(),
                    };
                }
                Ended::ByItself { exit, left }
            }
            Ended::Waiting | Ended::DeviceDown => ended,
            Ended::TimedOut | Ended::OverBudget | Ended::Interrupted => {
                if link.tell(Request::Kill { job }).is_err() {
                    return ended;
                }
                let until = Instant::now() + KILLING;
                while let Some(left) = until.checked_duration_since(Instant::now()) {
                    match events.recv_timeout(left) {
                        Ok(event) => {
                            if self.take(event).is_some() {
                                break;
                            }
                        }
                        Err(_) => break,
                    }
                }
                ended
            }
        }
    }

    fn take(&mut self, event: JobEvent) -> Option<Ended> {
        match event {
            JobEvent::Output { stream, bytes } => {
                let (to, stream) = match stream {
                    2 => (&mut self.err, Stream::Stderr),
                    _ => (&mut self.out, Stream::Stdout),
                };
                to.total += bytes.len() as u64;
                let room = self.launch.output_limit.saturating_sub(to.kept.len());
                to.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
                self.sink.chunk(stream, &bytes);
                self.look_for_budget();
                None
            }
            JobEvent::Waits(HelperEvent::InputWait {
                pid,
                name,
                command_line,
                what,
                ..
            }) => {
                self.waits.push(InputWait {
                    pid,
                    name,
                    command_line,
                    fd: 0,
                    what,
                });
                None
            }
            JobEvent::Waits(HelperEvent::Window {
                pid,
                name,
                title,
                class,
                text,
                ..
            }) => {
                self.windows.push(WindowWait {
                    pid,
                    name,
                    title,
                    class,
                    text,
                });
                None
            }
            JobEvent::Waits(_) => None,
            JobEvent::Ended { killed: true, .. } if self.stopped() => Some(Ended::Waiting),
            JobEvent::Ended { exit, left, .. } => Some(Ended::ByItself { exit, left }),
        }
    }

    /// The helper was to end it when it waits, and it waited.
    fn stopped(&self) -> bool {
        self.launch.stop_on_input_wait && !(self.waits.is_empty() && self.windows.is_empty())
    }

    /// Looks for the line that begins a time budget.
    fn look_for_budget(&mut self) {
        let Some((line, allowed)) = &self.launch.budget_after_line else {
            return;
        };
        while self.budget_ends.is_none() {
            let rest = &self.out.kept[self.looked_at.min(self.out.kept.len())..];
            let Some(end) = rest.iter().position(|b| *b == b'\n') else {
                return;
            };
            if rest[..end].trim_ascii() == line.trim().as_bytes() {
                self.budget_ends = Some(Instant::now() + *allowed);
            }
            self.looked_at += end + 1;
        }
    }
}
