//! The harness's end of a resident helper, as small as tests need it.

use shakedown_helper::protocol::message::{HelperEvent, StartOrder, Stdin};
use shakedown_helper::protocol::{Answer, Frame, FromHelper, Question, Reply, Request, ToHelper};
use std::collections::HashMap;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::time::{Duration, Instant};

/// Longest time that anything here takes.
const PATIENCE: Duration = Duration::from_secs(180);

#[derive(Default)]
struct Seen {
    replies: HashMap<u64, Reply>,
    events: Vec<HelperEvent>,
    output: HashMap<(u32, u8), Vec<u8>>,
    down: bool,
}

/// One resident helper. The pipe's name is one for the whole machine, so tests share one.
pub struct Harness {
    stdin: Arc<Mutex<Option<ChildStdin>>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    next: AtomicU64,
    child: Mutex<Child>,
}

/// A job's end and output.
#[derive(Debug)]
pub struct Ended {
    pub exit: u32,
    pub killed: bool,
    pub left: Vec<shakedown_helper::protocol::message::Left>,
    pub stdout: String,
    pub stderr: String,
}

/// The helper that tests share.
pub static SHARED: LazyLock<Harness> = LazyLock::new(|| Harness::start("resident"));

/// A job number that no other test has.
pub fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Some command line with what a job of Windows has around it.
pub fn order(job: u32, command_line: &str) -> StartOrder {
    let env = [
        ("SystemRoot", r"C:\windows"),
        ("ComSpec", r"C:\windows\system32\cmd.exe"),
        ("PATH", r"C:\windows\system32;C:\windows"),
        ("PATHEXT", ".COM;.EXE;.BAT;.CMD"),
        ("TEMP", r"C:\windows\temp"),
    ];
    StartOrder {
        job,
        program: None,
        command_line: command_line.to_owned(),
        env: env.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec(),
        cwd: r"C:\windows".into(),
        stdin: Stdin::Null,
        code_page: 65001,
        stop_on_wait: false,
    }
}

impl Harness {
    /// The EXE that was built with these tests: beside this one, or where Cargo built it.
    pub fn start(role: &str) -> Harness {
        let here = std::env::current_exe()
            .unwrap()
            .with_file_name("shakedown-helper.exe");
        let exe = if here.is_file() {
            here
        } else {
            env!("CARGO_BIN_EXE_shakedown-helper").into()
        };
        let mut child = Command::new(exe)
            .arg(role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut from = child.stdout.take().unwrap();
        let stdin = Arc::new(Mutex::new(child.stdin.take()));
        let seen: Arc<(Mutex<Seen>, Condvar)> = Arc::default();
        let (reader, answers) = (Arc::clone(&seen), Arc::clone(&stdin));
        std::thread::spawn(move || {
            while let Ok(Some(frame)) = Frame::read(&mut from) {
                let mut seen = reader.0.lock().unwrap();
                match frame {
                    Frame::Output { job, stream, bytes } => {
                        seen.output.entry((job, stream)).or_default().extend(bytes);
                    }
                    Frame::Json(bytes) => match Frame::message(&bytes).unwrap() {
                        FromHelper::Reply { id, reply } => drop(seen.replies.insert(id, reply)),
                        FromHelper::Event(event) => seen.events.push(event),
                        FromHelper::Ask { call, question, .. } => {
                            let answer = ToHelper::Answer {
                                call,
                                answer: answer(question),
                            };
                            let mut to = answers.lock().unwrap();
                            let to = to.as_mut().unwrap();
                            Frame::of(&answer).unwrap().write(to).unwrap();
                        }
                    },
                }
                drop(seen);
                reader.1.notify_all();
            }
            reader.0.lock().unwrap().down = true;
            reader.1.notify_all();
        });
        Harness {
            stdin,
            seen,
            next: AtomicU64::new(1),
            child: Mutex::new(child),
        }
    }

    fn wait<T>(&self, what: &str, mut find: impl FnMut(&mut Seen) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            if let Some(found) = find(&mut seen) {
                return found;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !seen.down,
                "no {what}: {:?}",
                seen.events
            );
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    pub fn ask(&self, request: Request) -> Reply {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let frame = Frame::of(&ToHelper::Request { id, request }).unwrap();
        let mut to = self.stdin.lock().unwrap();
        frame.write(to.as_mut().unwrap()).unwrap();
        drop(to);
        self.wait("reply", |seen| seen.replies.remove(&id))
    }

    pub fn start_job(&self, order: StartOrder) -> u32 {
        match self.ask(Request::Start(Box::new(order))) {
            Reply::Started { pid } => pid,
            other => panic!("not started: {other:?}"),
        }
    }

    /// Waits for an event.
    pub fn event<T>(&self, what: &str, find: impl Fn(&HelperEvent) -> Option<T>) -> T {
        self.wait(what, |seen| seen.events.iter().find_map(&find))
    }

    /// Events up to now.
    pub fn events(&self) -> Vec<HelperEvent> {
        self.seen.0.lock().unwrap().events.clone()
    }

    pub fn ended(&self, number: u32) -> Ended {
        self.wait("end", |seen| {
            let (exit, killed, left) = seen.events.iter().find_map(|event| match event {
                HelperEvent::Ended {
                    job,
                    exit,
                    killed,
                    left,
                } if *job == number => Some((*exit, *killed, left.clone())),
                _ => None,
            })?;
            let mut text = |stream| {
                let bytes = seen.output.remove(&(number, stream)).unwrap_or_default();
                String::from_utf8(bytes).unwrap()
            };
            Some(Ended {
                exit,
                killed,
                left,
                stdout: text(1),
                stderr: text(2),
            })
        })
    }

    pub fn run(&self, command_line: &str) -> Ended {
        let number = number();
        self.start_job(order(number, command_line));
        self.ended(number)
    }

    /// Closes its stdin and waits for its end.
    pub fn close(self) -> Option<i32> {
        drop(self.stdin.lock().unwrap().take());
        self.child.lock().unwrap().wait().unwrap().code()
    }
}

/// What a device would answer: the length of a note, so that each question has an answer of its own.
fn answer(question: Question) -> Answer {
    match question {
        Question::Note { name, .. } => Answer::Value { value: name.into() },
        _ => Answer::NotDoubled,
    }
}
