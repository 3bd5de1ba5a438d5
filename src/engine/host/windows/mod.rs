//! This machine where it is Windows: the same helper that runs in devices by Wine, here beside the
//! harness, as this same binary under a first argument of its own.

mod facts;
mod helper;

pub use helper::maybe_become_helper;

use crate::engine::seen::Seen;
use crate::engine::windows::hives::Names;
use crate::engine::windows::link::{Hello, Link, LinkError, Listener};
use crate::engine::windows::registry::{Hives, Registry, RegistryMark as Marked};
use crate::engine::windows::{KeyContent, KeyPath, NamedValue, ServiceInfo, Windows, launch};
use crate::engine::{Cancel, EngineError, Launch, Outcome, OutputSink};
use crate::rmm::facts::Facts;
use crate::rmm::observed::{LeftProcess, Observed, RegistryEntry};
use serde_json::Value;
use shakedown_helper::protocol::{Answer, HelperEvent, Question, Reply, Request};
use shakedown_helper::windows::system;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where components install to and write.
pub const PLACES: [&str; 9] = [
    r"C:\Program Files",
    r"C:\Program Files (x86)",
    r"C:\ProgramData",
    r"C:\Users",
    r"C:\Windows\Installer",
    r"C:\Windows\System32\config\systemprofile",
    r"C:\Windows\System32\drivers",
    r"C:\Windows\System32\Tasks",
    r"C:\Windows\Temp",
];

/// Folders of which only what is directly in them is looked at, and what came into them since.
pub const TOPS: [&str; 4] = [
    r"C:\",
    r"C:\Windows",
    r"C:\Windows\System32",
    r"C:\Windows\SysWOW64",
];

/// Windows PowerShell 5.1.
const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";

/// The machine, held through its helper.
pub struct Machine {
    device: String,
    hello: Hello,
    link: Arc<Link>,
    noted: Arc<Noted>,
    facts: Facts,
    environment: Vec<(String, String)>,
    jobs: AtomicU32,
}

/// A remembered state of the registry.
pub type RegistryMark = Marked;

/// Gets what the helper sees.
#[derive(Default)]
struct Noted {
    seen: Seen,
    registry: Registry,
}

impl Listener for Noted {
    fn event(&self, event: HelperEvent) {
        if let Some(write) = self.registry.written(&event) {
            self.seen
                .note(None, |o| o.registry_writes.push(write.clone()));
        }
    }

    fn asked(&self, link: &Arc<Link>, call: u64, _: Option<u32>, _: Question) {
        let what = "a real machine's programs ask nobody".to_owned();
        link.answer(call, Answer::Failed { what });
    }
}

/// Why jobs have not all the rights that the Agent has; none where they run as SYSTEM.
pub fn lacking_rights() -> Option<String> {
    match system::account() {
        Ok(account) if account.sid == system::SYSTEM => None,
        Ok(account) => Some(format!(
            "jobs run as {}, not as SYSTEM as the Agent's do",
            account.name
        )),
        Err(e) => Some(format!("the account that jobs run as is not known: {e}")),
    }
}

impl Machine {
    /// Starts the helper of the machine.
    ///
    /// # Errors
    /// It cannot be started or does not answer.
    pub fn start(device: &str) -> Result<Machine, EngineError> {
        let noted = Arc::new(Noted::default());
        let failed = |what: &str, source: io::Error| EngineError::Boot {
            device: device.to_owned(),
            what: what.to_owned(),
            source,
        };
        let link = helper::start(Arc::clone(&noted) as _)
            .map_err(|e| failed("start the helper of this machine", e))?;
        let asked = |what| move |e| failed(what, io::Error::other(e));
        let hello = link.hello().map_err(asked("greet the helper"))?;
        link.watch_agent_key()
            .map_err(asked("watch the registry"))?;
        let facts = facts::read(&link, &hello).map_err(asked("read the registry"))?;
        let environment = match link.request(Request::Environment) {
            Ok(Reply::Environment { variables }) => Ok(variables),
            Ok(other) => Err(other.into()),
            Err(e) => Err(e),
        };
        Ok(Machine {
            environment: environment.map_err(asked("ask for the account's environment"))?,
            device: device.to_owned(),
            hello,
            link,
            noted,
            facts,
            jobs: AtomicU32::new(1),
        })
    }

    /// What it is: `Microsoft Windows Server 2022 Datacenter 10.0.20348`.
    pub fn kind(&self) -> String {
        let caption = self.facts.text("os", "Caption");
        let kind = format!("{caption} {}", self.hello.windows);
        match &self.hello.wine {
            Some(wine) => format!("{}, Wine {wine}", kind.trim_start()),
            None => kind.trim_start().to_owned(),
        }
    }

    fn error(&self, e: LinkError) -> EngineError {
        e.on(&self.device)
    }

    pub fn launch(
        &self,
        launch: &Launch,
        sink: &dyn OutputSink,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError> {
        let job = self.jobs.fetch_add(1, Ordering::SeqCst);
        self.noted.seen.begin(job);
        let ran = launch::run(&self.device, &self.link, job, launch, sink, cancel);
        let seen = self.noted.seen.end(job);
        Ok(launch::with_seen(ran?, seen))
    }

    pub fn processes(&self) -> Result<Vec<LeftProcess>, EngineError> {
        self.link.processes().map_err(|e| self.error(e))
    }

    pub fn mark_registry(&self) -> Result<RegistryMark, EngineError> {
        Ok(self.noted.registry.mark(self.dump()?))
    }

    pub fn registry_since(&self, mark: &RegistryMark) -> Result<Vec<RegistryEntry>, EngineError> {
        let names = match self.hello.wine {
            Some(_) => Names::Wine,
            None => Names::Windows,
        };
        let now = self.dump()?;
        Ok(self.noted.registry.since(mark, &now, names, |_, _| false))
    }

    /// The hives as they are now, through a folder that is gone afterwards.
    fn dump(&self) -> Result<Arc<Hives>, EngineError> {
        let failed = |what: &'static str, path: &Path| {
            let (device, path) = (self.device.clone(), path.display().to_string());
            move |source| EngineError::File {
                device,
                what,
                path,
                source,
            }
        };
        let temp = std::env::temp_dir();
        let folder = helper::Folder::new(&temp).map_err(failed("make a folder in", &temp))?;
        let read = |file: &str| {
            let text = std::fs::read_to_string(file);
            text.map_err(failed("read", Path::new(file)))
        };
        let path = folder.path().to_string_lossy();
        self.noted
            .registry
            .dump(&self.device, &self.link, &path, read)
    }

    pub fn stray(&self) -> Observed {
        self.noted.seen.take_stray()
    }

    pub fn windows(&self) -> Option<&dyn Windows> {
        Some(self)
    }

    fn no_store(&self, store: &str) -> EngineError {
        EngineError::Other(format!(
            "{}: a real machine has no {store} of ours: what they hold is not read or written (host engine)",
            self.device
        ))
    }
}

impl Windows for Machine {
    fn read_key(&self, key: &KeyPath) -> Result<Option<KeyContent>, EngineError> {
        self.link.read_key(key).map_err(|e| self.error(e))
    }

    fn write_values(&self, key: &KeyPath, values: &[NamedValue]) -> Result<(), EngineError> {
        let written = self.noted.registry.write(&self.link, key, values);
        written.map_err(|e| self.error(e))
    }

    fn delete_key(&self, key: &KeyPath, value: Option<&str>) -> Result<(), EngineError> {
        let deleted = self.noted.registry.delete(&self.link, key, value);
        deleted.map_err(|e| self.error(e))
    }

    fn services(&self) -> Result<Vec<ServiceInfo>, EngineError> {
        self.link.services().map_err(|e| self.error(e))
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn environment(&self) -> Option<&[(String, String)]> {
        Some(&self.environment)
    }

    fn by_wine(&self) -> bool {
        self.hello.wine.is_some()
    }

    fn has_powershell(&self) -> bool {
        // Wine has a program of this name that prints nothing and ends with 0.
        self.hello.wine.is_none() && Path::new(POWERSHELL).is_file()
    }

    fn list(&self, store: &str) -> Result<Vec<(String, Value)>, EngineError> {
        Err(self.no_store(store))
    }

    fn put(&self, store: &str, _: &str, _: Option<Value>) -> Result<(), EngineError> {
        Err(self.no_store(store))
    }
}
