//! The harness's end of a resident helper: one thread reads what it says, one writes what is said to it.

use super::{KeyContent, KeyPath, ServiceInfo};
use crate::engine::EngineError;
use crate::rmm::observed::LeftProcess;
use crate::rmm::registry::{Hive, View};
use shakedown_helper::protocol::message::Left;
use shakedown_helper::protocol::{
    Answer, Frame, FromHelper, HelperEvent, Question, Reply, Request, ToHelper, VERSION,
};
use std::collections::HashMap;
use std::io::{self, BufReader, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::Duration;

/// Pieces of output of one job that may wait to be taken; then the helper waits.
const WAITING_PIECES: usize = 256;
/// How long the helper may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The key whose writes are told in order: UDFs are written there.
const WATCHED: &str = r"SOFTWARE\CentraStage";

/// What comes of a job.
#[derive(Debug)]
pub enum JobEvent {
    /// 1 stdout, 2 stderr.
    Output { stream: u8, bytes: Vec<u8> },
    /// It waits for input or shows a window.
    Waits(HelperEvent),
    Ended {
        exit: u32,
        /// By an order or because it waited.
        killed: bool,
        left: Vec<Left>,
    },
}

/// Gets what belongs to no job.
pub trait Listener: Send + Sync {
    fn event(&self, event: HelperEvent);

    /// A program's question; to be answered with [`Link::answer`], at once or from another thread.
    ///
    /// `job` is the one the program belongs to, where that is known.
    fn asked(&self, link: &Arc<Link>, call: u64, job: Option<u32>, question: Question);
}

/// Why a request has no reply.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("its helper has ended")]
    Down,
    #[error("its helper does not answer within {} s", .0.as_secs())]
    Late(Duration),
    /// The helper could not do it.
    #[error("{what}{}", .code.map(|c| format!(" (Windows error {c})")).unwrap_or_default())]
    Refused { what: String, code: Option<u32> },
    #[error("its helper answers something else: {0}")]
    Other(String),
}

impl LinkError {
    /// As an error of a device.
    pub fn on(self, device: &str) -> EngineError {
        match self {
            LinkError::Down => EngineError::Down {
                device: device.to_owned(),
                what: self.to_string(),
            },
            other => EngineError::Other(format!("{device}: {other}")),
        }
    }
}

/// What a helper said of itself and its machine.
#[derive(Debug, Clone)]
pub struct Hello {
    /// Version of Wine; none on a real Windows.
    pub wine: Option<String>,
    /// `10.0.22631`.
    pub windows: String,
    /// Account it runs as: `HOST\SYSTEM`.
    pub user: String,
}

/// One resident helper.
pub struct Link {
    to: Sender<Frame>,
    inner: Mutex<Inner>,
    next: AtomicU64,
}

#[derive(Default)]
struct Inner {
    waiting: HashMap<u64, SyncSender<Reply>>,
    jobs: HashMap<u32, SyncSender<JobEvent>>,
    down: bool,
}

impl Link {
    /// Takes over a helper that was just started, by its stdin and stdout. Dropping the link ends it.
    pub fn start(
        stdin: impl Write + Send + 'static,
        stdout: impl Read + Send + 'static,
        listener: Arc<dyn Listener>,
    ) -> io::Result<Arc<Link>> {
        let (to, frames) = mpsc::channel();
        let link = Arc::new(Link {
            to,
            inner: Mutex::default(),
            next: AtomicU64::new(1),
        });
        Builder::new()
            .name("to helper".into())
            .spawn(move || write(stdin, &frames))?;
        let reader = Arc::downgrade(&link);
        Builder::new().name("from helper".into()).spawn(move || {
            let mut from = BufReader::with_capacity(64 << 10, stdout);
            while let Ok(Some(frame)) = Frame::read(&mut from) {
                let Some(link) = reader.upgrade() else { return };
                if !link.take(frame, &*listener) {
                    break;
                }
            }
            if let Some(link) = reader.upgrade() {
                link.go_down();
            }
        })?;
        Ok(link)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks and waits for the reply.
    pub fn request(&self, request: Request) -> Result<Reply, LinkError> {
        let (tell, told) = mpsc::sync_channel(1);
        let id = self.send(request, Some(tell))?;
        let reply = told.recv_timeout(PATIENCE);
        self.lock().waiting.remove(&id);
        match reply {
            Ok(Reply::Failed { what, code }) => Err(LinkError::Refused {
                what,
                code: (code != 0).then_some(code),
            }),
            Ok(reply) => Ok(reply),
            Err(RecvTimeoutError::Timeout) => Err(LinkError::Late(PATIENCE)),
            Err(RecvTimeoutError::Disconnected) => Err(LinkError::Down),
        }
    }

    /// Greets it, the first thing of all.
    pub fn hello(&self) -> Result<Hello, LinkError> {
        match self.request(Request::Hello { version: VERSION })? {
            Reply::Hello {
                wine,
                windows,
                user,
                ..
            } => Ok(Hello {
                wine,
                windows,
                user,
            }),
            other => Err(other.into()),
        }
    }

    /// Lets it tell every write below the Agent's key from now on, in both views.
    pub fn watch_agent_key(&self) -> Result<(), LinkError> {
        for (watch, view) in [(1, View::Bits64), (2, View::Bits32)] {
            let key = KeyPath {
                hive: Hive::Hklm,
                path: WATCHED.to_owned(),
                view,
            };
            self.order(Request::Watch { watch, key })?;
        }
        Ok(())
    }

    /// One key; none: it is not there.
    pub fn read_key(&self, key: &KeyPath) -> Result<Option<KeyContent>, LinkError> {
        match self.request(Request::ReadKey { key: key.clone() })? {
            Reply::Key { key } => Ok(key),
            other => Err(other.into()),
        }
    }

    /// Processes besides the helper's and the system's own.
    pub fn processes(&self) -> Result<Vec<LeftProcess>, LinkError> {
        match self.request(Request::Processes)? {
            Reply::Processes { processes } => Ok(processes
                .into_iter()
                .map(|p| LeftProcess {
                    pid: p.pid,
                    name: p.name,
                    command_line: p.command_line,
                    holds_stdout: false,
                    holds_stderr: false,
                })
                .collect()),
            other => Err(other.into()),
        }
    }

    /// Services as the service manager tells them.
    pub fn services(&self) -> Result<Vec<ServiceInfo>, LinkError> {
        match self.request(Request::Services)? {
            Reply::Services { services } => Ok(services),
            other => Err(other.into()),
        }
    }

    /// As [`Link::request`] for what is answered by nothing but "done".
    pub fn order(&self, request: Request) -> Result<(), LinkError> {
        match self.request(request)? {
            Reply::Done => Ok(()),
            other => Err(other.into()),
        }
    }

    /// Asks without waiting for a reply.
    pub fn tell(&self, request: Request) -> Result<(), LinkError> {
        self.send(request, None).map(drop)
    }

    fn send(&self, request: Request, tell: Option<SyncSender<Reply>>) -> Result<u64, LinkError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut inner = self.lock();
        if inner.down {
            return Err(LinkError::Down);
        }
        if let Some(tell) = tell {
            inner.waiting.insert(id, tell);
        }
        drop(inner);
        self.put(&ToHelper::Request { id, request })?;
        Ok(id)
    }

    /// Answers a program.
    pub fn answer(&self, call: u64, answer: Answer) {
        // A helper that ended takes its programs with it.
        let _ = self.put(&ToHelper::Answer { call, answer });
    }

    fn put(&self, message: &ToHelper) -> Result<(), LinkError> {
        let frame = Frame::of(message).map_err(|e| LinkError::Other(e.to_string()))?;
        self.to.send(frame).map_err(|_| LinkError::Down)
    }

    /// Takes what comes of a job from now on; ends with the device.
    pub fn follow(&self, job: u32) -> Receiver<JobEvent> {
        let (tell, told) = mpsc::sync_channel(WAITING_PIECES);
        let mut inner = self.lock();
        if !inner.down {
            inner.jobs.insert(job, tell);
        }
        told
    }

    /// What still comes of a job is thrown away.
    pub fn forget(&self, job: u32) {
        self.lock().jobs.remove(&job);
    }

    fn go_down(&self) {
        let mut inner = self.lock();
        inner.down = true;
        inner.waiting.clear();
        inner.jobs.clear();
    }

    fn take(self: &Arc<Self>, frame: Frame, listener: &dyn Listener) -> bool {
        match frame {
            Frame::Output { job, stream, bytes } => {
                self.give(job, JobEvent::Output { stream, bytes });
            }
            Frame::Json(bytes) => match Frame::message::<FromHelper>(&bytes) {
                Ok(FromHelper::Reply { id, reply }) => {
                    let waiting = self.lock().waiting.remove(&id);
                    if let Some(waiting) = waiting {
                        // Whoever asked may have given up.
                        let _ = waiting.try_send(reply);
                    }
                }
                Ok(FromHelper::Event(event)) => self.sort(event, listener),
                Ok(FromHelper::Ask {
                    call,
                    job,
                    question,
                    ..
                }) => listener.asked(self, call, job, question),
                // Helper and harness are built together: a message that is not understood means
                // that the stream is broken.
                Err(_) => return false,
            },
        }
        true
    }

    fn sort(&self, event: HelperEvent, listener: &dyn Listener) {
        match event {
            HelperEvent::Ended {
                job,
                exit,
                killed,
                left,
            } => self.give(job, JobEvent::Ended { exit, killed, left }),
            HelperEvent::InputWait { job, .. } | HelperEvent::Window { job, .. } => {
                self.give(job, JobEvent::Waits(event));
            }
            HelperEvent::Written { .. } | HelperEvent::Shutdown { .. } => listener.event(event),
        }
    }

    fn give(&self, job: u32, event: JobEvent) {
        let to = self.lock().jobs.get(&job).cloned();
        if let Some(to) = to {
            // Waits while the job's pieces are not taken; one that is followed no more takes none.
            let _ = to.send(event);
        }
    }
}

impl From<Reply> for LinkError {
    fn from(reply: Reply) -> LinkError {
        LinkError::Other(format!("{reply:?}").chars().take(200).collect())
    }
}

fn write(mut stdin: impl Write, frames: &Receiver<Frame>) {
    for frame in frames {
        if frame.write(&mut stdin).is_err() {
            return;
        }
    }
}
