//! One launch: start, collect output, watch the clock, see what is left.

use super::procs::{self, Pipes};
use super::{SandboxDevice, lock, waits};
use crate::engine::sandbox::sys;
use crate::engine::sandbox::wire::{self, Answer, ToInit};
use crate::engine::{Cancel, EngineError, Launch, Outcome, OutputSink, Stdin};
use crate::rmm::event::Stream;
use crate::rmm::observed::{Exit, InputWait, LeftProcess, Observed};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often cancellation and input waits are looked at.
const TICK: Duration = Duration::from_millis(25);
/// How long output is still collected, after the script's end, from processes about to end.
const GRACE: Duration = Duration::from_millis(20);
/// How long left processes may take to settle; one that is always busy takes all of it.
const SETTLING: Duration = Duration::from_millis(100);
/// Between two looks at them.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// How long PID 1 may take to kill a tree.
const KILLING: Duration = Duration::from_secs(10);

/// One output stream while it is collected.
struct Collector {
    pipe: OwnedFd,
    stream: Stream,
    open: bool,
    kept: Vec<u8>,
    total: u64,
    limit: usize,
}

impl Collector {
    fn new(pipe: OwnedFd, stream: Stream, limit: usize) -> io::Result<Collector> {
        sys::set_nonblocking(&pipe)?;
        Ok(Collector {
            pipe,
            stream,
            open: true,
            kept: Vec::new(),
            total: 0,
            limit,
        })
    }

    /// Reads until nothing is there, but no more than `most` bytes.
    fn drain(&mut self, sink: &dyn OutputSink, most: u64) -> Result<(), io::Error> {
        let mut buffer = [0; 64 << 10];
        let mut taken = 0;
        while self.open && taken < most {
            match sys::read_some(&self.pipe, &mut buffer)? {
                None => break,
                Some(0) => self.open = false,
                Some(n) => {
                    taken += n as u64;
                    self.total += n as u64;
                    let room = self.limit.saturating_sub(self.kept.len());
                    self.kept.extend_from_slice(&buffer[..n.min(room)]);
                    sink.chunk(self.stream, &buffer[..n]);
                }
            }
        }
        Ok(())
    }
}

/// Finds the line that starts a time budget in a stream that comes in pieces.
struct Budget<'a> {
    line: &'a str,
    allowed: Duration,
    looked_at: usize,
    ends: Option<Instant>,
}

impl Budget<'_> {
    fn look(&mut self, so_far: &[u8]) {
        while self.ends.is_none() {
            let rest = &so_far[self.looked_at.min(so_far.len())..];
            let Some(end) = rest.iter().position(|b| *b == b'\n') else {
                return;
            };
            if rest[..end].trim_ascii() == self.line.as_bytes() {
                self.ends = Some(Instant::now() + self.allowed);
            }
            self.looked_at += end + 1;
        }
    }
}

/// Why a launch was ended from outside.
enum Ended {
    ByItself(Answer),
    TimedOut,
    OverBudget,
    Interrupted,
    Waiting,
    DeviceDown,
}

/// The harness's side of a launch: its ends of the pipes, and what came of them.
struct Ends {
    answer: OwnedFd,
    /// Kept open for [`Stdin::Open`]; the inode of the pipe behind it.
    stdin: Option<(OwnedFd, u64)>,
    /// What is still to be written to stdin.
    feed: Option<(OwnedFd, Vec<u8>)>,
    pipes: Pipes,
    out: Collector,
    err: Collector,
    /// Waits for input so far.
    waits: Vec<InputWait>,
}

impl SandboxDevice {
    /// Runs one launch to its end.
    pub(super) fn run(
        &self,
        launch: &Launch,
        sink: &dyn OutputSink,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError> {
        let live = self.live();
        let job = self.jobs.fetch_add(1, Ordering::SeqCst);
        self.drain();
        let started = Instant::now();
        let start_error = |source| EngineError::Start {
            device: self.name.clone(),
            program: launch.program.clone(),
            source,
        };
        // Before the start: what it does first must not count as nobody's.
        self.watched.seen.begin(job);
        let mut ends = self.start(&live, job, launch).map_err(|source| {
            self.watched.seen.end(job);
            start_error(source)
        })?;
        let watched = self.watch_over(&live, job, launch, &mut ends, sink, cancel);
        let ended = match watched {
            Ok(ended) => ended,
            Err(e) => {
                self.kill_job(&live, job);
                self.watched.seen.end(job);
                return Err(EngineError::Other(format!("{}: {e}", self.name)));
            }
        };
        let duration = started.elapsed();
        let (exit, over_budget, kill) = match ended {
            Ended::ByItself(Answer::Code(code)) => (Exit::Code(code), false, launch.kill_left),
            Ended::ByItself(Answer::Signal(signal)) => {
                (Exit::Signal(signal), false, launch.kill_left)
            }
            Ended::ByItself(Answer::NotStarted(errno)) => {
                self.watched.seen.end(job);
                return Err(start_error(io::Error::from_raw_os_error(errno)));
            }
            Ended::ByItself(Answer::Killed(_) | Answer::NotKilled(_)) | Ended::DeviceDown => {
                (Exit::DeviceDown, false, false)
            }
            Ended::TimedOut | Ended::Waiting => (Exit::TimedOut, false, true),
            Ended::OverBudget => (Exit::TimedOut, true, true),
            Ended::Interrupted => (Exit::Interrupted, false, true),
        };
        if kill {
            self.kill_job(&live, job);
        }
        self.last_output(&mut ends, sink);
        let left = if kill || exit == Exit::DeviceDown {
            Vec::new()
        } else {
            left_processes(&live.proc, job, ends.pipes)
        };
        self.drain();
        let mut observed: Observed = self.watched.seen.end(job);
        observed.left = left;
        observed.waits = ends.waits;
        Ok(Outcome {
            exit,
            stdout: ends.out.kept,
            stderr: ends.err.kept,
            stdout_bytes: ends.out.total,
            stderr_bytes: ends.err.total,
            duration,
            over_budget,
            observed,
        })
    }

    fn start(&self, live: &super::Live, job: u32, launch: &Launch) -> io::Result<Ends> {
        let (out_read, out_write) = sys::pipe()?;
        let (err_read, err_write) = sys::pipe()?;
        let (answer, answer_write) = sys::pipe()?;
        let inode = |fd: &OwnedFd| rustix::fs::fstat(fd).map(|s| s.st_ino);
        let pipes = Pipes {
            stdout: inode(&out_read)?,
            stderr: inode(&err_read)?,
        };
        let (mut held, mut feed) = (None, None);
        let stdin = match &launch.stdin {
            Stdin::Null => OwnedFd::from(std::fs::File::open("/dev/null")?),
            Stdin::Open => {
                let (read, write) = sys::pipe()?;
                held = Some((write, inode(&read)?));
                read
            }
            Stdin::Bytes(bytes) => {
                let (read, write) = sys::pipe()?;
                sys::set_nonblocking(&write)?;
                feed = Some((write, bytes.clone()));
                read
            }
        };
        let mut argv = vec![launch.program.as_bytes().to_vec()];
        argv.extend(launch.args.iter().map(|a| a.as_bytes().to_vec()));
        let order = ToInit::Spawn {
            job,
            program: launch.program.as_bytes().to_vec(),
            argv,
            env: launch
                .env
                .iter()
                .map(|(n, v)| format!("{n}={v}").into_bytes())
                .collect(),
            cwd: launch.cwd.as_bytes().to_vec(),
        };
        let fds = [
            stdin.as_fd(),
            out_write.as_fd(),
            err_write.as_fd(),
            answer_write.as_fd(),
        ];
        wire::send(lock(&live.control).as_fd(), &order, &fds)?;
        Ok(Ends {
            answer,
            stdin: held,
            feed,
            pipes,
            out: Collector::new(out_read, Stream::Stdout, launch.output_limit)?,
            err: Collector::new(err_read, Stream::Stderr, launch.output_limit)?,
            waits: Vec::new(),
        })
    }

    /// Collects output and looks at the clock until the launch ends or is to be ended.
    fn watch_over(
        &self,
        live: &super::Live,
        job: u32,
        launch: &Launch,
        ends: &mut Ends,
        sink: &dyn OutputSink,
        cancel: &Cancel,
    ) -> io::Result<Ended> {
        let deadline = Instant::now().checked_add(launch.timeout);
        let mut budget = launch
            .budget_after_line
            .as_ref()
            .map(|(line, allowed)| Budget {
                line: line.trim(),
                allowed: *allowed,
                looked_at: 0,
                ends: None,
            });
        let mut watcher = waits::Watcher::new(ends.stdin.as_ref().map(|(_, inode)| *inode));
        let mut next_tick = Instant::now() + TICK;
        loop {
            let mut wake = next_tick;
            for limit in [deadline, budget.as_ref().and_then(|b| b.ends)]
                .into_iter()
                .flatten()
            {
                wake = wake.min(limit);
            }
            let ms = wake
                .saturating_duration_since(Instant::now())
                .as_micros()
                .div_ceil(1000);
            let mut fds = vec![sys::readable(&ends.answer)];
            for collector in [&ends.out, &ends.err] {
                if collector.open {
                    fds.push(sys::readable(&collector.pipe));
                }
            }
            if let Some((pipe, _)) = &ends.feed {
                let mut fd = sys::readable(pipe);
                fd.events = libc::POLLOUT;
                fds.push(fd);
            }
            sys::poll(&mut fds, ms as i32)?;
            if fds[1..].iter().any(|f| f.revents != 0) {
                feed_stdin(&mut ends.feed);
                ends.out.drain(sink, 1 << 20)?;
                ends.err.drain(sink, 1 << 20)?;
            }
            if let Some(budget) = &mut budget {
                budget.look(&ends.out.kept);
            }
            if fds[0].revents != 0 {
                let mut bytes = [0; Answer::LENGTH];
                return Ok(match sys::read_some(&ends.answer, &mut bytes) {
                    Ok(Some(n)) => match Answer::from_bytes(&bytes[..n]) {
                        Some(answer) => Ended::ByItself(answer),
                        None => Ended::DeviceDown,
                    },
                    _ => Ended::DeviceDown,
                });
            }
            let now = Instant::now();
            if deadline.is_some_and(|d| now >= d) {
                return Ok(Ended::TimedOut);
            }
            if budget
                .as_ref()
                .and_then(|b| b.ends)
                .is_some_and(|end| now >= end)
            {
                return Ok(Ended::OverBudget);
            }
            if now >= next_tick {
                next_tick = now + TICK;
                if cancel.is_cancelled() {
                    return Ok(Ended::Interrupted);
                }
                for wait in watcher.look(&live.proc, job) {
                    if !ends
                        .waits
                        .iter()
                        .any(|w| w.pid == wait.pid && w.fd == wait.fd)
                    {
                        ends.waits.push(wait);
                    }
                }
                if launch.stop_on_input_wait && !ends.waits.is_empty() {
                    return Ok(Ended::Waiting);
                }
            }
        }
    }

    /// Kills a job's processes, wherever they went.
    fn kill_job(&self, live: &super::Live, job: u32) {
        let Ok((answer, write)) = sys::pipe() else {
            return;
        };
        let sent = wire::send(
            lock(&live.control).as_fd(),
            &ToInit::Kill { job },
            &[write.as_fd()],
        );
        drop(write);
        if sent.is_ok() {
            // PID 1 answers after five seconds at the latest; its end closes the pipe.
            let _ = sys::poll(&mut [sys::readable(&answer)], KILLING.as_millis() as i32);
        }
    }

    /// What was in the pipes when the script ended, and what comes of processes about to end.
    fn last_output(&self, ends: &mut Ends, sink: &dyn OutputSink) {
        let until = Instant::now() + GRACE;
        for collector in [&mut ends.out, &mut ends.err] {
            let most = sys::bytes_waiting(&collector.pipe).max(1);
            if collector.drain(sink, most).is_err() {
                collector.open = false;
            }
        }
        while (ends.out.open || ends.err.open) && Instant::now() < until {
            let mut fds: Vec<_> = [&ends.out, &ends.err]
                .into_iter()
                .filter(|c| c.open)
                .map(|c| sys::readable(&c.pipe))
                .collect();
            if sys::poll(&mut fds, 2).is_err() {
                return;
            }
            for collector in [&mut ends.out, &mut ends.err] {
                if collector.drain(sink, 64 << 10).is_err() {
                    collector.open = false;
                }
            }
        }
    }
}

fn feed_stdin(feed: &mut Option<(OwnedFd, Vec<u8>)>) {
    let done = match feed {
        Some((pipe, rest)) if !rest.is_empty() => match rustix::io::write(&*pipe, rest) {
            Ok(n) => {
                rest.drain(..n);
                rest.is_empty()
            }
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => false,
            // The script closed its stdin.
            Err(_) => true,
        },
        Some(_) => true,
        None => false,
    };
    if done {
        *feed = None;
    }
}

/// Processes left, once they have settled: those about to end have ended and those about to become
/// another program have become it.
fn left_processes(proc: &OwnedFd, job: u32, pipes: Pipes) -> Vec<LeftProcess> {
    let until = Instant::now() + SETTLING;
    let mut before: Option<Vec<LeftProcess>> = None;
    loop {
        let found = procs::of_job(proc, job);
        let busy = found.iter().any(|p| p.running);
        let left: Vec<LeftProcess> = found.iter().map(|p| p.left(Some(pipes))).collect();
        let settled = !busy && before.as_ref() == Some(&left);
        if left.is_empty() || settled || Instant::now() >= until {
            return left;
        }
        before = Some(left);
        std::thread::sleep(LOOK_AGAIN);
    }
}
