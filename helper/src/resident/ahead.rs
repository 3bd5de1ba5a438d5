//! PowerShell started ahead of its job.
//!
//! The startup hook of a process that finds `SHAKEDOWN_AHEAD` gets PowerShell warm, makes the file that the
//! variable names and waits for one line on stdin ([`hand_over`]); then the process goes on as one that
//! was started at that moment. It waits in a job object and a console that become the job's.
//!
//! There is at most one, for one script, and only while no job runs: nothing on the device ever sees one
//! that is not its own. It goes unused where the next job is another one, or where what PowerShell reads
//! at its start has changed ([`Surroundings`]).

use super::hand_over;
use super::jobs::{Begun, Jobs};
use super::streams;
use super::surroundings::Surroundings;
use crate::programs::powershell::{self, FRONT, Order, PWSH, settings};
use crate::protocol::message::{StartOrder, Stdin};
use crate::windows::{Owned, SysError, pipe};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Tells the startup hook which file to make.
const AHEAD: &str = "SHAKEDOWN_AHEAD";
/// Beginning of those files' names.
const READY: &str = r"C:\windows\temp\shakedown-ahead-";
/// Where it waits: a folder that nobody deletes.
const WAITS_IN: &str = r"C:\windows";
/// Names the startup hook in PowerShell's folder.
const CONFIGURATION: &str = r"C:\pwsh\pwsh.runtimeconfig.json";
/// How long a process may take to get ready; .NET's first start on a cold machine is slow.
const PATIENCE: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(2);

/// The one that waits.
#[derive(Debug)]
pub struct Ahead {
    /// The device's PowerShell is ours: not so on a real machine.
    played: bool,
    waiting: Mutex<Option<Waiting>>,
    /// Jobs that run.
    busy: AtomicUsize,
    count: AtomicU32,
}

#[derive(Debug)]
struct Waiting {
    begun: Begun,
    /// As the process got it.
    order: StartOrder,
    write: Owned,
    /// The file that tells that it is ready.
    ready: String,
    surroundings: Surroundings,
}

/// A job that runs, until it is dropped.
pub struct Busy<'a>(&'a AtomicUsize);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// See [`Ahead::translated`].
fn translated(order: &StartOrder) -> Option<StartOrder> {
    let typed = powershell::behind_name(&order.command_line);
    let Order::Run(line) =
        powershell::translate(typed, |path| powershell::kind_within(&order.cwd, path))
    else {
        return None;
    };
    Some(StartOrder {
        program: Some(PWSH.to_owned()),
        command_line: line,
        env: settings::OF_51.applied(&order.env),
        // One started ahead has a pipe too: a script finds the same.
        stdin: match &order.stdin {
            Stdin::Null => Stdin::Bytes {
                base64: String::new(),
            },
            other => other.clone(),
        },
        ..order.clone()
    })
}

/// PowerShell waits where it is told to: its startup hook is there.
fn waits() -> bool {
    fs::read_to_string(CONFIGURATION).is_ok_and(|text| text.contains("STARTUP_HOOKS"))
}

impl Ahead {
    /// None yet; `played`: the device's `powershell.exe` is our front.
    pub fn new(played: bool) -> Ahead {
        Ahead {
            played,
            waiting: Mutex::default(),
            busy: AtomicUsize::new(0),
            count: AtomicU32::new(0),
        }
    }

    /// It is an order for our front, with PowerShell behind it.
    fn is_ours(&self, order: &StartOrder) -> bool {
        let front = |program: &str| program.eq_ignore_ascii_case(FRONT);
        self.played && order.program.as_deref().is_some_and(front) && powershell::is_there()
    }

    /// An order for `powershell.exe` as one for PowerShell itself: what the front would start, without
    /// a process between. None: it is for something else, or the front has only something to say.
    pub fn translated(&self, order: &StartOrder) -> Option<StartOrder> {
        if self.is_ours(order) {
            translated(order)
        } else {
            None
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// While what is given back lives, none is started.
    pub fn busy(&self) -> Busy<'_> {
        self.busy.fetch_add(1, Ordering::SeqCst);
        Busy(&self.busy)
    }

    /// Starts one for an order that may come next; `quiet` tells that nothing of a job runs any more.
    pub fn get_ready(
        &self,
        jobs: &Jobs,
        order: &StartOrder,
        quiet: impl Fn() -> bool,
    ) -> Result<(), SysError> {
        if !self.is_ours(order) || !waits() {
            return Ok(());
        }
        let Some(order) = expected(order) else {
            return Ok(());
        };
        let mut waiting = self.waiting();
        if self.busy.load(Ordering::SeqCst) > 0 || !quiet() {
            return Ok(());
        }
        if waiting.as_ref().is_some_and(|w| w.is_for(&order)) {
            return Ok(());
        }
        if let Some(other) = waiting.take() {
            other.give_up(jobs);
        }
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        let ready = format!("{READY}{}-{number}", std::process::id());
        let surroundings = Surroundings::look();
        let mut env = order.env.clone();
        env.retain(|(name, _)| !name.eq_ignore_ascii_case(AHEAD));
        env.push((AHEAD.to_owned(), ready.clone()));
        let (read, write) = pipe::pair()?;
        let begun = jobs.begin_with(&order, &env, WAITS_IN, read, None)?;
        *waiting = Some(Waiting {
            begun,
            order,
            write,
            ready,
            surroundings,
        });
        Ok(())
    }

    /// The one that waits for this very order, handed over; whatever else waits is ended. Called by a job
    /// that is busy.
    pub fn take(&self, jobs: &Jobs, order: &StartOrder) -> Option<Begun> {
        let mut waiting = self.waiting().take()?;
        if waiting.is_for(order) && waiting.gets_ready() && waiting.hand_over(order) {
            return Some(waiting.begun);
        }
        waiting.give_up(jobs);
        None
    }
}

/// The order for a script that is expected: it need not lie there yet.
fn expected(order: &StartOrder) -> Option<StartOrder> {
    let typed = powershell::behind_name(&order.command_line);
    match powershell::translate(typed, |_| powershell::File::There) {
        Order::Run(line) if line.contains(" -File ") => Some(StartOrder {
            program: Some(PWSH.to_owned()),
            command_line: line,
            env: settings::OF_51.applied(&order.env),
            ..order.clone()
        }),
        _ => None,
    }
}

impl Waiting {
    /// It was started for this order, still runs, and nothing that it has read by now has changed.
    fn is_for(&self, order: &StartOrder) -> bool {
        self.order.program == order.program
            && self.order.command_line == order.command_line
            && self.order.code_page == order.code_page
            && hand_over::fits(&self.order.env, &order.env)
            && !self.begun.process.handle().wait(Some(0))
            && self.surroundings == Surroundings::look()
    }

    /// Waits until it is ready; whether it is.
    fn gets_ready(&self) -> bool {
        let until = Instant::now() + PATIENCE;
        let step = u32::try_from(STEP.as_millis()).unwrap_or(1);
        while !Path::new(&self.ready).is_file() {
            if self.begun.process.handle().wait(Some(step)) || Instant::now() > until {
                return false;
            }
        }
        true
    }

    /// Gives it its job; whether it has it.
    fn hand_over(&mut self, order: &StartOrder) -> bool {
        // The script finds nothing of it.
        if fs::remove_file(&self.ready).is_err() {
            return false;
        }
        let feed = self.write.duplicate();
        let Ok(feed) = feed.and_then(|write| streams::feed(&order.stdin, write)) else {
            return false;
        };
        self.begun.feed = feed;
        let line = hand_over::line(&order.cwd, &self.order.env, &order.env);
        // A line that is not whole is none: the process ends without its script.
        (&self.write).write_all(line.as_bytes()).is_ok()
    }

    fn give_up(self, jobs: &Jobs) {
        jobs.give_up(self.begun, self.order.code_page);
        // It may not have come to making it.
        let _ = fs::remove_file(&self.ready);
    }
}
