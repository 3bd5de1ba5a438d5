//! Reads the harness's frames and does what they ask.

use super::asks::Asks;
use super::hives::Hives;
use super::jobs::Jobs;
use super::wire::Wire;
use super::workers::Workers;
use super::{machine, registry, waits};
use crate::programs::wineboot;
use crate::protocol::message::{Hive, KeyPath, NamedValue, RegistryData, StartOrder, View};
use crate::protocol::{Frame, FrameError, Reply, Request, ToHelper, VERSION};
use crate::windows::registry::link;
use crate::windows::{Owned, SysError, console, environment, own, system};
use std::sync::Arc;
use std::thread;

/// Exit code after something on stdin that is no frame of the protocol.
const NOT_UNDERSTOOD: i32 = 2;

/// Where the helper runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On a device that Wine plays, whose programs ask the harness.
    Device,
    /// On a machine that is itself the device: its programs are its own and ask nobody.
    Machine,
}

/// LocalService and NetworkService.
const OTHER_ACCOUNTS: [&str; 2] = ["S-1-5-19", "S-1-5-20"];
/// Keys of every account's hive.
const OF_HIVES: [&str; 4] = ["Control Panel", "Environment", "Software", "System"];

struct Resident {
    wire: Arc<Wire>,
    workers: Workers,
    jobs: Arc<Jobs>,
    asks: Arc<Asks>,
    hives: Hives,
}

/// Serves the harness until stdin ends; the process' exit code.
pub fn run(place: Place) -> i32 {
    match prepare(place) {
        Ok((stdin, resident)) => match serve(&stdin, &resident) {
            Ok(()) => 0,
            Err(e) => {
                resident.wire.complain(&e.to_string());
                NOT_UNDERSTOOD
            }
        },
        Err(e) => {
            eprintln!("shakedown-helper: cannot serve: {e}");
            1
        }
    }
}

fn prepare(place: Place) -> Result<(Owned, Arc<Resident>), SysError> {
    let [stdin, stdout, stderr] = console::take_standard()?;
    let exe = std::env::current_exe()
        .map_err(|e| SysError::of(format!("the helper's own file: {e}"), 0))?
        .to_string_lossy()
        .into_owned();
    let wire = Arc::new(Wire::new(stdout, stderr));
    let jobs = Arc::new(Jobs::new(Arc::clone(&wire), exe, place == Place::Device)?);
    let resident = Arc::new(Resident {
        asks: Arc::new(Asks::new(Arc::clone(&wire), Arc::clone(&jobs))),
        jobs,
        hives: Hives::of(place),
        workers: Workers::default(),
        wire,
    });
    waits::watch(&resident.jobs);
    if place == Place::Device {
        resident.asks.serve()?;
        thread::spawn(|| {
            system::make_desktop();
            loop {
                thread::park();
            }
        });
        if system::wine().is_some() {
            under_wine()?;
        }
    }
    let ahead = Arc::clone(&resident);
    resident.workers.run(move || ahead.jobs.prepare());
    Ok((stdin, resident))
}

/// What only Wine needs.
fn under_wine() -> Result<(), SysError> {
    let key = |hive, path: &str| KeyPath {
        hive,
        path: path.to_owned(),
        view: View::Bits64,
    };
    // Wine's only account stands for SYSTEM; without the link, its hive has another name.
    let own = format!(r"\Registry\User\{}", system::account()?.sid);
    link(&key(Hive::Hku, system::SYSTEM), &own)?;
    // Windows' own accounts beside it have hives that SYSTEM may read, which scripts ask for.
    for account in OTHER_ACCOUNTS {
        for below in OF_HIVES {
            registry::write(&key(Hive::Hku, &format!(r"{account}\{below}")), &[])?;
        }
    }
    own::remember()?;
    // The session is made: from now on who ends it asks us. The own one stays second, because it is
    // what ours passes other calls on to.
    let wineboot = NamedValue {
        name: format!("{}.exe", wineboot::NAME),
        data: RegistryData::Sz("native,builtin".into()),
    };
    registry::write(&key(Hive::Hkcu, r"Software\Wine\DllOverrides"), &[wineboot])
}

fn serve(mut stdin: &Owned, resident: &Arc<Resident>) -> Result<(), FrameError> {
    while let Some(frame) = Frame::read(&mut stdin)? {
        let message = match &frame {
            Frame::Json(bytes) => Frame::message(bytes)?,
            Frame::Output { .. } => return Err(FrameError::Kind(1)),
        };
        match message {
            ToHelper::Request { id, request } => resident.serve(id, request),
            ToHelper::Answer { call, answer } => resident.asks.answered(call, answer),
        }
    }
    Ok(())
}

impl Resident {
    fn serve(self: &Arc<Resident>, id: u64, request: Request) {
        let done = |()| Reply::Done;
        let reply = match request {
            Request::Hello { version } => hello(version),
            Request::Start(order) => return self.start(id, *order),
            Request::GetReady(order) => return self.get_ready(id, *order),
            Request::Kill { job } => self.jobs.kill(job).map(done),
            Request::KillLeft { job } => self.jobs.kill_left(job).map(done),
            Request::ReadKey { key } => registry::read(&key).map(|key| Reply::Key { key }),
            Request::WriteValues { key, values } => registry::write(&key, &values).map(done),
            Request::DeleteKey { key, value } => registry::delete(&key, value.as_deref()).map(done),
            Request::Processes => {
                machine::processes(&self.jobs).map(|processes| Reply::Processes { processes })
            }
            Request::Whose { pid } => {
                let (job, command_line) = self.jobs.whose(pid);
                Ok(Reply::Whose { job, command_line })
            }
            Request::Services => machine::services().map(|services| Reply::Services { services }),
            Request::Environment => {
                environment::of_account().map(|variables| Reply::Environment { variables })
            }
            Request::Watch { watch, key } => self.jobs.watches().add(watch, key).map(done),
            Request::DumpHives { folder } => self
                .hives
                .dump(&folder)
                .map(|files| Reply::Dumped { files }),
        };
        self.wire.reply(id, reply.unwrap_or_else(failed));
    }

    /// What is started ahead starts beside everything else; that it cannot be costs time only.
    fn get_ready(self: &Arc<Resident>, id: u64, order: StartOrder) {
        let resident = Arc::clone(self);
        self.wire.reply(id, Reply::Done);
        thread::spawn(move || {
            if let Err(e) = resident.jobs.get_ready(&order) {
                resident
                    .wire
                    .complain(&format!("nothing was started ahead: {e}"));
            }
        });
    }

    /// A job has a thread to itself from its start to its end.
    fn start(self: &Arc<Resident>, id: u64, order: StartOrder) {
        let resident = Arc::clone(self);
        self.workers.run(move || {
            let started = |pid| resident.wire.reply(id, Reply::Started { pid });
            if let Err(e) = resident.jobs.run(&order, started) {
                resident.wire.reply(id, failed(e));
            }
        });
    }
}

fn failed(e: SysError) -> Reply {
    Reply::Failed {
        what: e.to_string(),
        code: e.code,
    }
}

fn hello(version: u32) -> Result<Reply, SysError> {
    if version != VERSION {
        return Err(SysError::of(
            format!("the harness speaks version {version} of the protocol, this helper {VERSION}"),
            0,
        ));
    }
    Ok(Reply::Hello {
        version: VERSION,
        wine: system::wine(),
        windows: system::version(),
        pid: std::process::id(),
        user: system::account()?.name,
    })
}
