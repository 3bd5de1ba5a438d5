//! What programs of a device ask, and what its helper sees: answered from the scenario's doubles and
//! the device's stores, noted for the jobs that run.

use super::doubles;
use super::tasks::{self, Running};
use crate::engine::doubles::{Found, Replies};
use crate::engine::lock;
use crate::engine::sandbox::SandboxDevice;
use crate::engine::seen::Seen;
use crate::engine::windows::link::{Link, Listener};
use crate::engine::windows::registry::Registry;
use crate::engine::wine::store::Stores;
use crate::rmm::double::DoubleReply;
use crate::rmm::observed::{DoubleCall, PlayedHow, RebootAttempt, RebootVia};
use serde_json::Value;
use shakedown_helper::protocol::ask::How;
use shakedown_helper::protocol::{Answer, HelperEvent, Question};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, Weak};
use std::thread::Builder;
use std::time::Duration;

/// Most processes whose scripts' errors are remembered; the oldest is forgotten.
const MOST_ERRORS: usize = 1024;

/// Tells what Wine has said up to now.
pub trait Hears: Send + Sync {
    /// All that was said is told when this returns.
    fn hear(&self);
}

/// Answers a device; it outlives reboots.
pub struct Questions {
    /// Who hears Wine on this boot.
    hears: Mutex<Option<Weak<dyn Hears>>>,
    /// Processes whose scripts ended by an error, the newest last.
    script_errors: Mutex<VecDeque<u32>>,
    pub stores: Stores,
    pub replies: Replies,
    seen: Arc<Seen>,
    device: Weak<SandboxDevice>,
    /// For threads that work on.
    me: Weak<Questions>,
    /// Scheduled tasks that run.
    pub tasks: Running,
    registry: Arc<Registry>,
}

/// A call of a program that may be doubled.
struct Called {
    job: Option<u32>,
    command: String,
    args: Vec<String>,
    cwd: String,
    stdin: String,
}

impl Questions {
    pub fn new(
        stores: Stores,
        replies: Replies,
        registry: &Arc<Registry>,
        device: &Arc<SandboxDevice>,
    ) -> Arc<Questions> {
        Arc::new_cyclic(|me| Questions {
            me: Weak::clone(me),
            hears: Mutex::default(),
            script_errors: Mutex::default(),
            tasks: Running::default(),
            stores,
            replies,
            seen: device.seen(),
            device: Arc::downgrade(device),
            registry: Arc::clone(registry),
        })
    }

    fn double(&self, called: Called, link: &Arc<Link>, call: u64) {
        let found = self
            .replies
            .find(&called.args, |c| doubles::rank(c, &called.command));
        let reply = match found {
            Found::Reply(reply) => *reply,
            Found::NoCase => {
                let name = doubles::name_of(&called.command);
                let line = called.args.join(" ");
                DoubleReply {
                    exit: 127,
                    stderr: format!("{name}: the scenario's double has no reply for: {line}\r\n"),
                    ..DoubleReply::default()
                }
            }
            Found::NoDouble => return link.answer(call, Answer::NotDoubled),
        };
        if reply.run.is_none() && reply.delay_ms == 0 {
            return give(&self.seen, &called, &reply, link, call);
        }
        // It takes its time, and the helper's other words are not to wait for it.
        let late = Late {
            device: Weak::clone(&self.device),
            seen: Arc::clone(&self.seen),
            link: Arc::clone(link),
            call,
            called,
            reply,
        };
        let started = Builder::new()
            .name("double".into())
            .spawn(move || late.give());
        if let Err(e) = started {
            let what = format!("the double could not be answered: {e}");
            link.answer(call, Answer::Failed { what });
        }
    }

    /// Who is asked what Wine has said, from now on.
    pub fn heard_by(&self, hears: &Arc<impl Hears + 'static>) {
        let weak: Weak<dyn Hears> = Arc::downgrade(hears) as _;
        *lock(&self.hears) = Some(weak);
    }

    /// A script ended by an error in this process.
    pub fn script_failed(&self, pid: u32) {
        let mut errors = lock(&self.script_errors);
        if errors.len() >= MOST_ERRORS {
            errors.pop_front();
        }
        errors.push_back(pid);
    }

    /// Whether one did; the next process of that number begins anew.
    fn had_script_error(&self, pid: u32) -> bool {
        let hears = lock(&self.hears).as_ref().and_then(Weak::upgrade);
        if let Some(hears) = hears {
            hears.hear();
        }
        let mut errors = lock(&self.script_errors);
        let before = errors.len();
        errors.retain(|known| *known != pid);
        errors.len() < before
    }

    /// Where is noted what jobs do.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Answers a question about facts and stores, and notes for the job what that changed.
    pub fn answer(&self, job: Option<u32>, question: &Question) -> Option<Answer> {
        let answered = self.stores.answer_seen(question)?;
        let seen = answered.seen;
        self.seen.note(job, |o| {
            o.stores.extend(seen.stores.iter().cloned());
            o.told.extend(seen.told.iter().cloned());
        });
        Some(answered.answer)
    }

    /// A program would have rebooted the device.
    fn reboot(&self, job: Option<u32>, value: &Value) {
        let by = value["by"].as_str().unwrap_or("a program").to_owned();
        // By a command of that name, else by asking Windows itself.
        let first = by.split_whitespace().next().unwrap_or_default();
        let via = match doubles::name_of(first).as_str() {
            "shutdown" | "logoff" | "tsdiscon" => RebootVia::Command,
            _ => RebootVia::Windows,
        };
        self.seen.reboot(job, RebootAttempt { via, by });
    }
}

/// A double's answer that comes later.
struct Late {
    device: Weak<SandboxDevice>,
    seen: Arc<Seen>,
    link: Arc<Link>,
    call: u64,
    called: Called,
    reply: DoubleReply,
}

impl Late {
    fn give(self) {
        std::thread::sleep(Duration::from_millis(self.reply.delay_ms));
        let reply = match (&self.reply.run, self.device.upgrade()) {
            (Some(text), Some(device)) => doubles::Script {
                device: &device,
                link: &self.link,
                call: self.call,
                text,
                args: &self.called.args,
                cwd: &self.called.cwd,
            }
            .run(),
            _ => self.reply,
        };
        give(&self.seen, &self.called, &reply, &self.link, self.call);
    }
}

/// Notes a call of a double, then answers it.
fn give(seen: &Seen, called: &Called, reply: &DoubleReply, link: &Link, call: u64) {
    let noted = DoubleCall {
        command: doubles::name_of(&called.command),
        args: called.args.clone(),
        stdin: called.stdin.clone(),
        exit: reply.exit,
        built_in: false,
        how: None,
    };
    seen.double(called.job, seen.double_begins(), &noted);
    link.answer(
        call,
        Answer::Double {
            stdout: reply.stdout.clone(),
            stderr: reply.stderr.clone(),
            exit: reply.exit,
        },
    );
}

impl Listener for Questions {
    fn event(&self, event: HelperEvent) {
        if let Some(write) = self.registry.written(&event) {
            self.seen
                .note(None, |o| o.registry_writes.push(write.clone()));
        }
        match event {
            HelperEvent::Shutdown { by, .. } => {
                let via = RebootVia::Windows;
                self.seen.reboot(None, RebootAttempt { via, by });
            }
            // Noted above; those of jobs go to their launches.
            HelperEvent::Written { .. }
            | HelperEvent::Ended { .. }
            | HelperEvent::InputWait { .. }
            | HelperEvent::Window { .. } => {}
        }
    }

    fn asked(&self, link: &Arc<Link>, call: u64, job: Option<u32>, question: Question) {
        let answer = match question {
            Question::Double {
                command,
                args,
                cwd,
                stdin,
            } => {
                let called = Called {
                    job,
                    command,
                    args,
                    cwd,
                    stdin,
                };
                return self.double(called, link, call);
            }
            Question::Played {
                command,
                args,
                stdin,
                exit,
                how,
            } => {
                let how = match how {
                    How::Done => PlayedHow::Done,
                    How::Facts => PlayedHow::Facts,
                    How::Refused => PlayedHow::Refused,
                };
                let played = DoubleCall {
                    command,
                    args,
                    stdin,
                    exit,
                    built_in: true,
                    how: Some(how),
                };
                self.seen.double(job, self.seen.double_begins(), &played);
                Answer::Done
            }
            Question::ScriptError { pid } => {
                let Some(me) = self.me.upgrade() else { return };
                let later = Arc::clone(link);
                // Who hears Wine asks the helper whose process it was, so this thread must be free.
                let asked = Builder::new().name("script".into()).spawn(move || {
                    let value = me.had_script_error(pid).into();
                    later.answer(call, Answer::Value { value });
                });
                match asked {
                    Ok(_) => return,
                    Err(e) => Answer::Failed {
                        what: format!("what Wine said cannot be heard: {e}"),
                    },
                }
            }
            Question::Note { name, value } if name == "reboot" => {
                self.reboot(job, &value);
                Answer::Done
            }
            other => {
                let Some(answer) = self.answer(job, &other) else {
                    let what = "the device does not know this question".into();
                    return link.answer(call, Answer::Failed { what });
                };
                match (&other, self.me.upgrade()) {
                    (Question::Note { name, value }, Some(me)) if name == tasks::RUN => {
                        let task = value["task"].as_str().unwrap_or_default();
                        return me.run_task(task, link, call);
                    }
                    (Question::Note { name, value }, _) if name == tasks::END => {
                        self.end_task(value["task"].as_str().unwrap_or_default(), link);
                    }
                    _ => {}
                }
                answer
            }
        };
        link.answer(call, answer);
    }
}
