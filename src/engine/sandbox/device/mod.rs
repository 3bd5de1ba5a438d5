//! A device as the harness holds it.

mod attributes;
pub mod calls;
mod files;
mod footprint;
pub mod house;
mod launch;
mod live;
mod mounted;
mod network;
pub mod points;
pub mod procs;
mod ready;
mod resident;
mod standing;
mod upper;
mod waits;
mod watch;

use super::doubles::table::Table;
use super::plan::Planted;
use super::wire::{self, Area, Report, ToChassis, ToInit};
use super::{garage, inside, plan, sys, trust};
use crate::engine::points::Points;
use crate::engine::{
    Cancel, Device, DeviceSpec, EngineError, EngineLabel, FileStat, Launch, Mark, Outcome,
    OutputSink,
};
use crate::rmm::double::DoubleSpec;
use crate::rmm::observed::{Footprint, LeftProcess, Observed};
use crate::rmm::os::Os;
use crate::rmm::service::Fault;
pub use resident::{Beside, Resident};

use crate::engine::seen::Seen;
use house::House;
use live::Live;
use network::DeviceNetwork;
use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long a device may take to go down before its handle gives up waiting.
const GOING_DOWN: Duration = Duration::from_secs(5);

/// A part of the tree with its upper layer.
struct Part {
    at: Vec<u8>,
    overlay: bool,
    upper: OwnedFd,
}

/// What answers a device and notes what it does; it outlives reboots.
#[derive(Clone)]
struct Watched {
    seen: Arc<Seen>,
    doubles: Arc<Table>,
    network: Arc<DeviceNetwork>,
    points: Arc<points::Holder>,
}

/// One device of the sandbox.
pub struct SandboxDevice {
    name: String,
    /// Its jobs can be held.
    holds: bool,
    label: EngineLabel,
    /// The chassis's socket; taken when the device is kept.
    chassis: Mutex<Option<OwnedFd>>,
    parts: Vec<Part>,
    /// Lower layers on the host, topmost first.
    layers: Vec<PathBuf>,
    live: RwLock<Arc<Live>>,
    watched: Watched,
    /// Of the chassis.
    remarks: Vec<String>,
    jobs: AtomicU32,
    /// Files the harness wrote itself: in no footprint.
    own: Mutex<footprint::Own>,
    kept: AtomicBool,
    /// The last to go.
    house: Option<Box<dyn House>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SandboxDevice {
    /// Boots a device; `planted` are files that stand on it from the start besides the engine's own.
    pub fn boot(
        spec: &DeviceSpec,
        reduced: Option<String>,
        planted: Vec<Planted>,
    ) -> Result<SandboxDevice, EngineError> {
        // It starts while the plan is made.
        let chassis = garage::chassis().map_err(|source| EngineError::Boot {
            device: spec.name.clone(),
            what: "start the process that holds it".into(),
            source,
        })?;
        SandboxDevice::boot_on(chassis, None, spec, reduced, planted)
    }

    /// Boots a device in a house, over the files in it: the one layer of `spec`.
    #[cfg(feature = "container")]
    pub fn boot_in(
        house: Box<dyn House>,
        chassis: OwnedFd,
        spec: &DeviceSpec,
    ) -> Result<SandboxDevice, EngineError> {
        SandboxDevice::boot_on(chassis, Some(house), spec, None, Vec::new())
    }

    fn boot_on(
        chassis: OwnedFd,
        house: Option<Box<dyn House>>,
        spec: &DeviceSpec,
        reduced: Option<String>,
        planted: Vec<Planted>,
    ) -> Result<SandboxDevice, EngineError> {
        let failed = |what: &str, source: io::Error| EngineError::Boot {
            device: spec.name.clone(),
            what: what.to_owned(),
            source,
        };
        let services = spec.served();
        let (wanted, service_names) = network::sockets(&services);
        let mut order = plan::order(spec, reduced.is_some(), wanted, planted);
        let doubles = Table::new(plan::facts(spec), &spec.doubles).map_err(EngineError::Other)?;
        let (ours, theirs) = sys::socket_pair().map_err(|e| failed("make a socket", e))?;
        let areas = order.areas.clone();
        let layers = order
            .layers
            .iter()
            .map(|l| PathBuf::from(OsStr::from_bytes(l)))
            .collect();
        if let Some(house) = &house {
            house.fit(&mut order);
        }
        let boot = ToChassis::Boot(Box::new(order));
        wire::send(chassis.as_fd(), &boot, &[theirs.as_fd()])
            .map_err(|e| failed("order its boot", e))?;
        drop(theirs);
        let (host_pid, remarks, mut uppers) = report(&chassis, &spec.name)?;
        let sockets = uppers.split_off(areas.len().min(uppers.len()));
        let network =
            DeviceNetwork::new(services, &spec.gateways, service_names, spec.seed, sockets)
                .map_err(|e| failed("serve its network", e))?;
        let parts = areas
            .into_iter()
            .zip(uppers)
            .map(|(Area { at, overlay }, upper)| Part { at, overlay, upper })
            .collect();
        let watched = Watched {
            seen: Arc::new(Seen::default()),
            doubles: Arc::new(doubles),
            network: Arc::new(network),
            points: Arc::default(),
        };
        let live = Live::start(ours, host_pid, &spec.name, watched.clone())?;
        let engine = match (&house, spec.os) {
            (Some(house), _) => house.engine(),
            (None, Os::Macos) => "sandbox (macOS played)",
            (None, Os::Linux | Os::Windows) => "sandbox",
        };
        let device = SandboxDevice {
            name: spec.name.clone(),
            holds: spec.points,
            label: EngineLabel {
                engine: engine.into(),
                reduced,
                powershell: None,
            },
            chassis: Mutex::new(Some(chassis)),
            parts,
            layers,
            live: RwLock::new(Arc::new(live)),
            watched,
            remarks,
            jobs: AtomicU32::new(1),
            own: Mutex::default(),
            kept: AtomicBool::new(false),
            house,
        };
        device.trust_services()?;
        Ok(device)
    }

    /// Puts the CA of the device's services into its store.
    fn trust_services(&self) -> Result<(), EngineError> {
        let Some(ca) = self.watched.network.ca_pem() else {
            return Ok(());
        };
        let mut first = None;
        for store in trust::OTHER_STORES.iter().chain([&trust::STORE]) {
            let present = self.read_file(store, trust::LARGEST)?;
            let Some(mut all) = present
                .or_else(|| (*store == trust::STORE).then(|| first.clone().unwrap_or_default()))
            else {
                continue;
            };
            first.get_or_insert_with(|| all.clone());
            if !all.is_empty() && !all.ends_with(b"\n") {
                all.push(b'\n');
            }
            all.extend_from_slice(ca.as_bytes());
            self.write_file(store, &all, 0o644)?;
        }
        Ok(())
    }

    /// What this machine could not give the device, and what it could.
    pub fn remarks(&self) -> Vec<String> {
        [self.remarks.as_slice(), &self.live().remarks].concat()
    }

    /// The device as it runs now.
    fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Waits for the chassis's or PID 1's report: its number, its remarks and its descriptors.
pub fn report(
    socket: &OwnedFd,
    device: &str,
) -> Result<(u32, Vec<String>, Vec<OwnedFd>), EngineError> {
    match wire::receive::<Report>(socket.as_fd()) {
        Ok(Some((Report::Ready { pid, remarks }, fds))) => Ok((pid, remarks, fds)),
        Ok(Some((Report::Failed { what, errno }, _))) => Err(EngineError::Boot {
            device: device.to_owned(),
            what,
            source: io::Error::from_raw_os_error(errno),
        }),
        Ok(None) => Err(EngineError::Boot {
            device: device.to_owned(),
            what: "hear from its processes".into(),
            source: io::Error::from_raw_os_error(libc::ECHILD),
        }),
        Err(source) => Err(EngineError::Boot {
            device: device.to_owned(),
            what: "hear from its processes".into(),
            source,
        }),
    }
}

impl Device for SandboxDevice {
    fn label(&self) -> EngineLabel {
        self.label.clone()
    }

    fn trust(&self) -> Vec<(String, String)> {
        match self.watched.network.ca_pem() {
            Some(_) => trust::environment(),
            None => Vec::new(),
        }
    }

    fn launch(
        &self,
        launch: &Launch,
        sink: &dyn OutputSink,
        cancel: &Cancel,
    ) -> Result<Outcome, EngineError> {
        self.run(launch, sink, cancel)
    }

    fn read_file(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, EngineError> {
        files::read(&self.live().root, path, limit).map_err(|e| self.file_error("read", path, e))
    }

    fn write_file(&self, path: &str, content: &[u8], mode: u32) -> Result<(), EngineError> {
        let live = self.live();
        let made = files::write(&live.root, path, content, mode)
            .map_err(|e| self.file_error("write", path, e))?;
        self.own_entries(&made);
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), EngineError> {
        files::remove(&self.live().root, path).map_err(|e| self.file_error("remove", path, e))?;
        self.own_removed(path);
        Ok(())
    }

    fn stat(&self, path: &str) -> Result<Option<FileStat>, EngineError> {
        files::stat(&self.live().root, path).map_err(|e| self.file_error("look at", path, e))
    }

    fn processes(&self) -> Result<Vec<LeftProcess>, EngineError> {
        Ok(procs::all(&self.live().proc)
            .iter()
            .map(|p| p.left(None))
            .collect())
    }

    fn mark(&self) -> Result<Mark, EngineError> {
        self.take_mark()
    }

    fn footprint(&self, since: &Mark) -> Result<Footprint, EngineError> {
        self.compare(since)
    }

    fn stray(&self) -> Observed {
        self.drain();
        self.watched.seen.take_stray()
    }

    fn set_double(&self, spec: &DoubleSpec) -> Result<(), EngineError> {
        self.watched.doubles.set(spec).map_err(EngineError::Other)?;
        let live = self.live();
        let is_there = |path: &str| matches!(files::stat(&live.root, path), Ok(Some(_)));
        for place in plan::places(&spec.command, is_there) {
            let made = files::link(&live.root, &place, inside::DOUBLE)
                .map_err(|e| self.file_error("put a double at", &place, e))?;
            self.own_entries(&made);
        }
        Ok(())
    }

    fn set_service_fault(&self, service: &str, fault: Option<Fault>) -> Result<(), EngineError> {
        let set = self.watched.network.set_fault(service, fault);
        set.map_err(|e| EngineError::Other(format!("{}: {e}", self.name)))
    }

    fn set_online(&self, online: bool) -> Result<(), EngineError> {
        let set = self.watched.network.set_online(online);
        set.map_err(|e| EngineError::Other(format!("{}: {e}", self.name)))
    }

    fn points(&self) -> Option<&dyn Points> {
        let watched = self.remarks().iter().any(|r| r == inside::SYSCALLS_WATCHED);
        (self.holds && watched).then_some(&*self.watched.points as &dyn Points)
    }

    fn reboot(&self) -> Result<(), EngineError> {
        let chassis = lock(&self.chassis);
        let Some(chassis) = chassis.as_ref() else {
            return Err(self.down("it was kept and cannot be rebooted"));
        };
        let failed = |source| EngineError::Boot {
            device: self.name.clone(),
            what: "boot again".into(),
            source,
        };
        let (ours, theirs) = sys::socket_pair().map_err(failed)?;
        wire::send(chassis.as_fd(), &ToChassis::Again, &[theirs.as_fd()]).map_err(failed)?;
        drop(theirs);
        let (host_pid, _, _) = report(chassis, &self.name)?;
        let live = Live::start(ours, host_pid, &self.name, self.watched.clone())?;
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(live);
        Ok(())
    }

    fn keep(&self) -> Result<String, EngineError> {
        let live = self.live();
        let chassis = lock(&self.chassis);
        let Some(socket) = chassis.as_ref() else {
            return Err(self.down("it was kept before"));
        };
        let reduced = self.label.reduced.is_some();
        wire::send(
            lock(&live.control).as_fd(),
            &ToInit::Keep { open: reduced },
            &[],
        )
        .and_then(|()| wire::send(socket.as_fd(), &ToChassis::Keep, &[]))
        .map_err(|e| self.down(&format!("it does not take orders: {e}")))?;
        self.kept.store(true, std::sync::atomic::Ordering::SeqCst);
        let pid = live.host_pid;
        if let Some(house) = &self.house {
            return house.keep().map_err(|e| self.down(&e));
        }
        let more = if reduced {
            " --preserve-credentials"
        } else {
            ""
        };
        Ok(format!(
            "nsenter -t {pid} -U -m -p -n -i -u -r -w{more}  # end it: kill -9 {pid}"
        ))
    }
}

impl SandboxDevice {
    fn down(&self, what: &str) -> EngineError {
        EngineError::Down {
            device: self.name.clone(),
            what: what.to_owned(),
        }
    }

    fn file_error(&self, what: &'static str, path: &str, source: io::Error) -> EngineError {
        EngineError::File {
            device: self.name.clone(),
            what,
            path: path.to_owned(),
            source,
        }
    }

    /// Takes in what waits to be read from the device.
    fn drain(&self) {
        let live = self.live();
        live.drain_sysrq(&self.watched.seen);
        live.drain_log(&self.watched.seen);
        self.watched.network.drain(&self.watched.seen);
    }
}

impl Drop for SandboxDevice {
    fn drop(&mut self) {
        self.live().stop_watching();
        if self.kept.load(std::sync::atomic::Ordering::SeqCst) {
            return;
        }
        let Some(chassis) = lock(&self.chassis).take() else {
            return;
        };
        // No more orders: the chassis kills PID 1, waits for it and ends, which ends the stream.
        if rustix::net::shutdown(&chassis, rustix::net::Shutdown::Write).is_err() {
            return;
        }
        let started = Instant::now();
        while started.elapsed() < GOING_DOWN {
            let mut fds = [sys::readable(&chassis)];
            match sys::poll(&mut fds, 100) {
                Ok(0) => continue,
                Ok(_) => match sys::read_some(&chassis, &mut [0; 64]) {
                    Ok(Some(n)) if n > 0 => continue,
                    _ => break,
                },
                Err(_) => break,
            }
        }
    }
}
