//! Jobs that wait for somebody: for input, or for an answer to a window.
//!
//! What can be told: a job is looked at once its processes have used hardly any processor time for a while. A
//! thread that is then blocked reading the job's open stdin, or reading keys or lines from its
//! console, waits for input; a visible window of the job waits for somebody. What cannot: a program that
//! asks for input in a loop without blocking; a window whose program works on; a window that is on
//! another desktop; and an idle window that merely shows progress looks like one that waits. That a
//! console read as the file `CONIN$` is told was seen under Wine alone.

use super::jobs::{Job, Jobs};
use crate::protocol::message::HelperEvent;
use crate::windows::screen::{self, Window};
use crate::windows::threads::{self, Blocked, Call, Calls};
use crate::windows::{handles, parameters, processes};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// How often jobs are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How long a job must be idle, and what it waits for must last.
const IDLE: Duration = Duration::from_millis(750);
/// Processor time between two looks, in units of 100 ns, above which a job is at work, where these
/// are [`LOOK`] apart; the later a look comes, the more may have been used. Clocks count in steps of
/// 10 to 16 ms.
const BUSY: u64 = 200_000;

/// Wine's codes for reading lines, files and events of a console (`wine/condrv.h`), and the code under
/// which Windows' console driver takes every request that can block.
const CONSOLE_READS: [u32; 4] = [0x50_4028, 0x50_402c, 0x50_4030, 0x50_0016];

/// Windows of Windows itself: the desktop, menus, tips, input methods, consoles.
const NO_DIALOGS: [&str; 7] = [
    "#32768",
    "#32769",
    "tooltips_class32",
    "IME",
    "MSCTFIME UI",
    "ConsoleWindowClass",
    "WineConsoleClass",
];

/// What is known of one job.
struct Known {
    time: u64,
    looked: Instant,
    idle_since: Instant,
    /// What it was seen waiting for, and since when.
    seen: HashMap<Wait, Instant>,
    told: HashSet<Wait>,
}

/// One wait.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Wait {
    Input {
        pid: u32,
        thread: u32,
        stack: usize,
        console: bool,
    },
    Window {
        pid: u32,
        handle: usize,
        class: String,
    },
}

/// Looks at jobs as long as there are any; runs until the process ends.
pub fn watch(jobs: &Arc<Jobs>) {
    let jobs = Arc::clone(jobs);
    thread::spawn(move || {
        let calls = Calls::known();
        let mut known: HashMap<u32, Known> = HashMap::new();
        loop {
            thread::sleep(LOOK);
            let running = jobs.all();
            known.retain(|number, _| running.iter().any(|(n, _)| n == number));
            for (number, job) in running {
                let time = job.processor_time();
                let now = Instant::now();
                let known = known.entry(number).or_insert_with(|| Known {
                    time,
                    looked: now,
                    idle_since: now,
                    seen: HashMap::new(),
                    told: HashSet::new(),
                });
                if time.saturating_sub(known.time) > may_use(now - known.looked) {
                    known.idle_since = now;
                    known.seen.clear();
                }
                known.time = time;
                known.looked = now;
                if now - known.idle_since >= IDLE {
                    look(&jobs, number, &job, known, calls);
                }
            }
        }
    });
}

/// What an idle job may have used in such a time, in units of 100 ns.
fn may_use(time: Duration) -> u64 {
    let looks = time.as_secs_f64() / LOOK.as_secs_f64();
    (BUSY as f64 * looks.max(1.0)) as u64
}

fn look(jobs: &Jobs, number: u32, job: &Job, known: &mut Known, calls: Option<Calls>) {
    let now = Instant::now();
    let pids = job.pids();
    let mut waits = windows(&pids);
    if let Some(calls) = calls {
        waits.extend(inputs(job, &pids, calls));
    }
    known.seen.retain(|wait, _| waits.contains(wait));
    for wait in waits {
        let since = *known.seen.entry(wait.clone()).or_insert(now);
        if now - since >= LOOK && known.told.insert(wait.clone()) {
            jobs.tell_wait(number, job, event(number, &wait));
        }
    }
}

fn windows(pids: &[u32]) -> Vec<Wait> {
    screen::visible()
        .into_iter()
        .filter(|w| pids.contains(&w.pid) && !NO_DIALOGS.contains(&w.class.as_str()))
        .map(|w| Wait::Window {
            pid: w.pid,
            handle: w.handle,
            class: w.class,
        })
        .collect()
}

fn inputs(job: &Job, pids: &[u32], calls: Calls) -> Vec<Wait> {
    let mut waits = Vec::new();
    for (pid, thread) in threads::of(pids).unwrap_or_default() {
        let Some(blocked) = threads::blocked(pid, thread, calls) else {
            continue;
        };
        let console = match blocked.call {
            Call::Control(code) if CONSOLE_READS.contains(&code) => true,
            Call::Control(_) => continue,
            Call::Read => {
                let stdin = parameters::of(pid).unwrap_or_default().standard_input;
                let open = job.open_stdin();
                let reads = open.is_some_and(|open| {
                    blocked.may_be_on(stdin) && handles::is_same(pid, stdin, open)
                });
                if !reads && !on_console(pid, &blocked) {
                    continue;
                }
                !reads
            }
        };
        waits.push(Wait::Input {
            pid,
            thread,
            stack: blocked.stack,
            console,
        });
    }
    waits
}

/// `copy con` and others read the console as a file.
fn on_console(pid: u32, blocked: &Blocked) -> bool {
    let open = handles::of(&[pid]).unwrap_or_default();
    open.into_iter()
        .any(|(_, handle)| blocked.may_be_on(handle) && handles::is_console(pid, handle))
}

fn event(job: u32, wait: &Wait) -> HelperEvent {
    match wait {
        Wait::Input { pid, console, .. } => HelperEvent::InputWait {
            job,
            pid: *pid,
            name: processes::name(*pid),
            command_line: processes::command_line(*pid),
            what: if *console {
                "a key or a line from its console".into()
            } else {
                "its stdin, which is open and gets nothing".into()
            },
        },
        Wait::Window { pid, handle, class } => {
            let window = Window {
                handle: *handle,
                pid: *pid,
                class: class.clone(),
            };
            HelperEvent::Window {
                job,
                pid: *pid,
                name: processes::name(*pid),
                title: window.title(),
                text: window.text(),
                class: window.class,
            }
        }
    }
}
