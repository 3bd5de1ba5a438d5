//! Jobs: a process with all its children in a job object, its output as it comes, its end.

use super::ahead::{Ahead, Busy};
use super::consoles::{Console, Consoles};
use super::members::Members;
use super::streams::{self, Feed, Streams};
use super::watches::Watches;
use super::wire::Wire;
use crate::programs::wineboot;
use crate::protocol::message::{HelperEvent, Left, StartOrder, Stdin};
use crate::windows::job::JobObject;
use crate::windows::overlapped::Pipe;
use crate::windows::process::{ItsConsole, Process, Spawn};
use crate::windows::{Owned, SysError, environment, handles, processes};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Exit code of processes that are ended by an order: `STATUS_CONTROL_C_EXIT`, as a console's Ctrl+C gives.
const ENDED_BY_US: u32 = 0xC000_013A;
/// How long a request to restart may take to be told.
const TOLD: Duration = Duration::from_secs(5);
/// Runs consoles.
const HOST_OF_CONSOLES: &str = "conhost.exe";

/// How long an unwanted process may take to end, in milliseconds.
const ENDING: u32 = 5_000;

/// A process in its job object, before anything of it is told.
#[derive(Debug)]
pub struct Begun {
    object: JobObject,
    pub process: Process,
    console: Console,
    streams: Streams,
    /// The process' ends of its output, kept until its end, to be compared with what others hold.
    ends: [Owned; 2],
    stdin: Owned,
    /// What its stdin is fed with once it is a job.
    pub feed: Option<Feed>,
}

/// Every job that runs or left something running.
#[derive(Debug)]
pub struct Jobs {
    wire: Arc<Wire>,
    consoles: Consoles,
    watches: Watches,
    processes: Arc<Members>,
    ahead: Ahead,
    running: Mutex<HashMap<u32, Arc<Job>>>,
}

/// One job.
#[derive(Debug)]
pub struct Job {
    object: JobObject,
    killed: AtomicBool,
    /// Its first process has ended.
    over: AtomicBool,
    stop_on_wait: bool,
    /// Its stdin, where that stays open and gets nothing.
    open_stdin: Option<Owned>,
}

impl Job {
    /// Ids of its processes.
    pub fn pids(&self) -> Vec<u32> {
        self.object.pids().unwrap_or_default()
    }

    /// Processor time that its processes have used, in units of 100 ns.
    pub fn processor_time(&self) -> u64 {
        self.pids().into_iter().map(processes::processor_time).sum()
    }

    /// Its end of a stdin that stays open and gets nothing.
    pub fn open_stdin(&self) -> Option<&Owned> {
        self.open_stdin.as_ref()
    }

    fn kill(&self) -> Result<(), SysError> {
        self.killed.store(true, Ordering::SeqCst);
        self.object.terminate(ENDED_BY_US)
    }
}

impl Jobs {
    /// None yet. `exe`: the helper's own file; `played`: programs of the device are ours.
    pub fn new(wire: Arc<Wire>, exe: String, played: bool) -> Result<Jobs, SysError> {
        Ok(Jobs {
            consoles: Consoles::new(exe)?,
            watches: Watches::new(Arc::clone(&wire)),
            processes: Members::start()?,
            ahead: Ahead::new(played),
            wire,
            running: Mutex::default(),
        })
    }

    /// The job a process belongs to.
    pub fn of(&self, pid: u32) -> Option<u32> {
        let members = self.members().into_iter();
        members
            .filter_map(|(job, pids)| pids.contains(&pid).then_some(job))
            .next()
    }

    /// The job of a process, which may have ended, and its command line; empty where that is not known.
    pub fn whose(&self, pid: u32) -> (Option<u32>, String) {
        match self.processes.find(pid) {
            Some(member) if !member.command_line.is_empty() => {
                (Some(member.job), member.command_line)
            }
            Some(member) => (Some(member.job), processes::name(pid)),
            None => (self.of(pid), processes::command_line(pid)),
        }
    }

    /// Keys whose writes are told before the end of a job is.
    pub fn watches(&self) -> &Watches {
        &self.watches
    }

    /// Makes a console ahead of the first job.
    pub fn prepare(&self) {
        self.consoles.prepare();
    }

    fn running(&self) -> MutexGuard<'_, HashMap<u32, Arc<Job>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Process ids of every job.
    pub fn members(&self) -> Vec<(u32, Vec<u32>)> {
        self.running()
            .iter()
            .map(|(number, job)| (*number, job.pids()))
            .collect()
    }

    fn find(&self, job: u32) -> Option<Arc<Job>> {
        self.running().get(&job).cloned()
    }

    /// Starts what is expected to be ordered next, to be handed over when it is.
    pub fn get_ready(&self, order: &StartOrder) -> Result<(), SysError> {
        let quiet = || self.members().iter().all(|(_, pids)| pids.is_empty());
        self.ahead.get_ready(self, order, quiet)
    }

    /// Starts a job; `started` is called with the process' id before anything of it is told. Returns at
    /// its end.
    pub fn run(&self, order: &StartOrder, started: impl FnOnce(u32)) -> Result<(), SysError> {
        let translated = self.ahead.translated(order);
        let order = translated.as_ref().unwrap_or(order);
        // No other is started ahead until this job's end.
        let busy = self.ahead.busy();
        let begun = match self.ahead.take(self, order) {
            Some(begun) => {
                // It was there before its job object told of its processes.
                self.processes.add(begun.process.pid(), order.job);
                begun
            }
            None => self.begin(order)?,
        };
        let Begun {
            object,
            process,
            console,
            mut streams,
            ends,
            stdin,
            feed,
        } = begun;
        self.processes.follow(&object, order.job)?;
        let job = Arc::new(Job {
            object,
            killed: AtomicBool::new(false),
            over: AtomicBool::new(false),
            stop_on_wait: order.stop_on_wait,
            open_stdin: (order.stdin == Stdin::Open).then_some(stdin),
        });
        self.running().insert(order.job, Arc::clone(&job));
        started(process.pid());
        let _open = feed.map(Feed::start);
        if let Err(e) = streams.send(order.job, process.handle(), &self.wire) {
            self.wire
                .complain(&format!("output of job {} is lost: {e}", order.job));
        }
        let ended = self.watch(order, &job, &process, &ends, busy);
        self.wire.event(ended);
        self.consoles.give_back(console, order.code_page);
        drop(ends);
        // Who fails here has nobody left who writes.
        let _ = streams.drop_late();
        Ok(())
    }

    /// Starts the process of an order in a job object and a console of its own.
    fn begin(&self, order: &StartOrder) -> Result<Begun, SysError> {
        let (stdin, feed) = streams::stdin(&order.stdin)?;
        self.begin_with(order, &order.env, &order.cwd, stdin, feed)
    }

    /// Likewise with another environment, working folder and stdin.
    pub(super) fn begin_with(
        &self,
        order: &StartOrder,
        env: &[(String, String)],
        cwd: &str,
        stdin: Owned,
        feed: Option<Feed>,
    ) -> Result<Begun, SysError> {
        let environment = environment::block(env)?;
        let (out, out_end) = Pipe::inbound()?;
        let (err, err_end) = Pipe::inbound()?;
        let streams = Streams::new(out, err)?;
        let object = JobObject::new()?;
        let ends = [out_end, err_end];
        let (process, console) = self.consoles.with(order.code_page, || {
            Spawn {
                program: order.program.as_deref(),
                command_line: &order.command_line,
                environment: Some(&environment),
                cwd: Some(cwd),
                stdin: &stdin,
                stdout: &ends[0],
                stderr: &ends[1],
                job: &object,
                console: ItsConsole::Ours,
            }
            .start()
        })?;
        Ok(Begun {
            object,
            process,
            console,
            streams,
            ends,
            stdin,
            feed,
        })
    }

    /// Ends a process that was started ahead and is not wanted; returns when it has ended.
    pub(super) fn give_up(&self, begun: Begun, code_page: u32) {
        // One that has ended already is all right.
        let _ = begun.object.terminate(ENDED_BY_US);
        let _ = begun.process.handle().wait(Some(ENDING));
        self.consoles.give_back(begun.console, code_page);
    }

    /// Waits for a job's end; what is to be told of it.
    fn watch(
        &self,
        order: &StartOrder,
        job: &Arc<Job>,
        process: &Process,
        ends: &[Owned; 2],
        busy: Busy<'_>,
    ) -> HelperEvent {
        let _ = process.handle().wait(None);
        job.over.store(true, Ordering::SeqCst);
        asked_to_shut_down(job);
        let left = left(job, ends);
        if left.is_empty() {
            self.running().remove(&order.job);
        }
        self.watches.look();
        // Who hears of the end may ask for the next one at once.
        drop(busy);
        HelperEvent::Ended {
            job: order.job,
            exit: process.exit_code().unwrap_or(u32::MAX),
            killed: job.killed.load(Ordering::SeqCst),
            left,
        }
    }

    /// Ends every process of a job.
    pub fn kill(&self, job: u32) -> Result<(), SysError> {
        let Some(found) = self.find(job) else {
            return Ok(());
        };
        found.kill()
    }

    /// Every job that runs or left something running.
    pub fn all(&self) -> Vec<(u32, Arc<Job>)> {
        let running = self.running();
        running
            .iter()
            .map(|(n, job)| (*n, Arc::clone(job)))
            .collect()
    }

    /// Tells that a job waits, and ends it where that was ordered.
    pub fn tell_wait(&self, number: u32, job: &Job, wait: HelperEvent) {
        if job.over.load(Ordering::SeqCst) {
            return;
        }
        self.wire.event(wait);
        if job.stop_on_wait
            && let Err(e) = job.kill()
        {
            self.wire
                .complain(&format!("job {number} waits and cannot be ended: {e}"));
        }
    }

    /// Ends what a job left running after its end.
    pub fn kill_left(&self, job: u32) -> Result<(), SysError> {
        let Some(found) = self.find(job) else {
            return Ok(());
        };
        found.object.terminate(ENDED_BY_US)?;
        self.running().remove(&job);
        Ok(())
    }
}

/// Waits for the program by which Wine tells that the job asked Windows to restart: it belongs to the
/// call and ends by itself.
fn asked_to_shut_down(job: &Job) {
    let told = format!("{}.exe", wineboot::NAME);
    let until = Instant::now() + TOLD;
    loop {
        let pids = job.pids();
        let tells = !pids.is_empty()
            && processes::all()
                .unwrap_or_default()
                .iter()
                .any(|p| pids.contains(&p.pid) && p.name.eq_ignore_ascii_case(&told));
        if !tells || Instant::now() > until {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Who still runs in an ended job, and which of its outputs each holds. The hosts of consoles belong
/// to Windows.
fn left(job: &Job, outputs: &[Owned; 2]) -> Vec<Left> {
    let pids = job.pids();
    if pids.is_empty() {
        return Vec::new();
    }
    let held = handles::of(&pids).unwrap_or_default();
    let holds = |pid: u32, output: &Owned| {
        held.iter()
            .any(|(holder, handle)| *holder == pid && handles::is_same(pid, *handle, output))
    };
    let running = processes::all().unwrap_or_default();
    running
        .into_iter()
        .filter(|found| {
            pids.contains(&found.pid) && !found.name.eq_ignore_ascii_case(HOST_OF_CONSOLES)
        })
        .map(|found| Left {
            command_line: processes::command_line(found.pid),
            holds_stdout: holds(found.pid, &outputs[0]),
            holds_stderr: holds(found.pid, &outputs[1]),
            pid: found.pid,
            name: found.name,
        })
        .collect()
}
