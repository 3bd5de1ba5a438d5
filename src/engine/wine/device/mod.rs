//! A Windows device as the harness holds it: a sandbox device with a resident helper in it.

mod debug;
mod doubles;
mod footprint;
mod launch;
mod power;
mod questions;
mod roots;
mod tasks;

pub use doubles::environment;

use super::paths::DRIVE_C;
use super::runtime::Wine;
use super::store::Stores;
use super::{ENGINE, batch, seed};
use crate::engine::doubles::Replies;
use crate::engine::sandbox::{Planted, SandboxDevice, SandboxEngine};
use crate::engine::windows::launch::get_ready;
use crate::engine::windows::link::{Link, LinkError};
use crate::engine::windows::registry::Registry;
use crate::engine::windows::{
    AttachedBatch, FittedBatch, Hive, KeyContent, KeyPath, NamedValue, RegistryData, Remark,
    ServiceInfo, View, Windows as WindowsSide,
};
use crate::engine::wine::powershell::ready::{Origin, Unpacked};
use crate::engine::{
    Cancel, Device, DeviceSpec, EngineError, EngineLabel, FileStat, Launch, Mark, Outcome,
    OutputSink,
};
use crate::rmm::double::DoubleSpec;
use crate::rmm::facts::Facts;
use crate::rmm::observed::{Footprint, LeftProcess, Observed};
use crate::rmm::service::Fault;
use debug::Debug;
use questions::Questions;
use serde_json::Value;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The CA of a device's services for programs that read a file instead of Windows' store.
const CA_FILE: &str = r"C:\windows\shakedown-ca.crt";
/// Variables that lead such programs to it.
const CA_VARIABLES: [&str; 6] = [
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
];

/// A Windows device played by Wine.
pub struct WineDevice {
    name: String,
    label: EngineLabel,
    wine: Wine,
    sandbox: Arc<SandboxDevice>,
    questions: Arc<Questions>,
    /// The helper of this boot; none while there is none.
    link: RwLock<Option<Arc<Link>>>,
    /// What Wine says on this boot.
    debug: RwLock<Option<Arc<Debug>>>,
    registry: Arc<Registry>,
    facts: Facts,
    /// Root certificates that Wine takes over.
    roots: OnceLock<roots::Below>,
}

/// Hives of the prefix as they are before a device's own values.
pub struct Template {
    pub machine: Vec<u8>,
    pub user: Vec<u8>,
}

impl WineDevice {
    /// Boots a device over these layers; `powershell` is the release in them.
    pub fn boot(
        sandbox: &SandboxEngine,
        spec: &DeviceSpec,
        wine: Wine,
        template: &Template,
        powershell: Option<&Unpacked>,
    ) -> Result<WineDevice, EngineError> {
        let windows = spec.windows.as_deref().cloned().unwrap_or_default();
        let behind = |hive: &[u8], text: &str| [hive, text.as_bytes()].concat();
        let doubled: Vec<String> = spec
            .doubles
            .iter()
            .map(|d| doubles::name_of(&d.command))
            .collect();
        let planted = vec![
            Planted {
                path: "/pfx/system.reg".into(),
                mode: 0o644,
                content: behind(&template.machine, &seed::machine(&windows, &spec.hostname)),
            },
            Planted {
                path: "/pfx/user.reg".into(),
                mode: 0o644,
                content: behind(&template.user, &seed::user(&doubled)),
            },
        ];
        let stores = Stores::new(&windows).map_err(|e| EngineError::Other(e.to_string()))?;
        let facts = stores.facts().clone();
        let replies = Replies::new(&spec.doubles).map_err(EngineError::Other)?;
        let sandbox = Arc::new(sandbox.boot_with(spec, planted)?);
        let registry = Arc::new(Registry::default());
        let questions = Questions::new(stores, replies, &registry, &sandbox);
        let mut device = WineDevice {
            name: spec.name.clone(),
            label: EngineLabel {
                engine: ENGINE.into(),
                reduced: None,
                powershell: None,
            },
            wine,
            sandbox,
            questions,
            link: RwLock::default(),
            debug: RwLock::default(),
            registry,
            facts,
            roots: OnceLock::new(),
        };
        for double in &spec.doubles {
            device.place_double(double)?;
        }
        if let Some(ca) = device.sandbox.ca_pem() {
            device.write_file(CA_FILE, ca.as_bytes(), 0o644)?;
        }
        device.make_hive_folder()?;
        let hello = device.start_windows()?;
        if let Some(version) = &hello.wine {
            device.label.engine = format!("{ENGINE} (Wine {version})");
        }
        let wine = hello.wine.as_deref().unwrap_or_default();
        device.label.powershell = powershell.map(|release| powershell_on(wine, release));
        Ok(device)
    }

    /// The helper of this boot.
    fn link(&self) -> Result<Arc<Link>, EngineError> {
        let link = self.link.read().unwrap_or_else(PoisonError::into_inner);
        link.clone()
            .ok_or_else(|| self.helper_error(LinkError::Down))
    }

    /// All that Wine has said up to now is told when this returns.
    fn hear(&self) {
        let debug = self.debug.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(debug) = debug.clone() {
            debug.drain();
        }
    }

    fn helper_error(&self, error: LinkError) -> EngineError {
        error.on(&self.name)
    }
}

/// `10.0` and `7.6.5`: `PowerShell 7.6 on Wine 10, as 5.1`; of a folder, whose hash nobody knows, with
/// `, hash not checked` behind it.
fn powershell_on(wine: &str, release: &Unpacked) -> String {
    let wine = wine.strip_suffix(".0").unwrap_or(wine);
    let feature: Vec<&str> = release.version.splitn(3, '.').take(2).collect();
    let unchecked = match release.origin {
        Origin::Zip { .. } => "",
        Origin::Folder { .. } => ", hash not checked",
    };
    format!(
        "PowerShell {} on Wine {wine}, as 5.1{unchecked}",
        feature.join(".")
    )
}

impl Device for WineDevice {
    fn label(&self) -> EngineLabel {
        self.label.clone()
    }

    fn trust(&self) -> Vec<(String, String)> {
        if self.sandbox.ca_pem().is_none() {
            return Vec::new();
        }
        let variable = |name: &&str| ((*name).to_owned(), CA_FILE.to_owned());
        CA_VARIABLES.iter().map(variable).collect()
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
        self.sandbox.read_file(&self.place(path)?, limit)
    }

    fn write_file(&self, path: &str, content: &[u8], mode: u32) -> Result<(), EngineError> {
        self.sandbox.write_file(&self.place(path)?, content, mode)
    }

    fn remove(&self, path: &str) -> Result<(), EngineError> {
        let place = self.place(path)?;
        if place == DRIVE_C {
            return Err(EngineError::Other(format!(
                "{}: C: itself cannot be removed",
                self.name
            )));
        }
        self.sandbox.remove(&place)
    }

    fn stat(&self, path: &str) -> Result<Option<FileStat>, EngineError> {
        self.sandbox.stat(&self.place(path)?)
    }

    fn processes(&self) -> Result<Vec<LeftProcess>, EngineError> {
        let processes = self.link()?.processes();
        processes.map_err(|e| self.helper_error(e))
    }

    fn mark(&self) -> Result<Mark, EngineError> {
        self.take_mark()
    }

    fn footprint(&self, since: &Mark) -> Result<Footprint, EngineError> {
        self.compare(since)
    }

    fn stray(&self) -> Observed {
        self.sandbox.stray()
    }

    fn set_double(&self, spec: &DoubleSpec) -> Result<(), EngineError> {
        let set = self.questions.replies.set(spec);
        set.map_err(EngineError::Other)?;
        self.place_double(spec)?;
        let overrides = KeyPath {
            hive: Hive::Hkcu,
            path: seed::OVERRIDES.to_owned(),
            view: View::Bits64,
        };
        let own = NamedValue {
            name: format!("{}.exe", doubles::name_of(&spec.command)),
            data: RegistryData::Sz(seed::NATIVE.to_owned()),
        };
        self.write_values(&overrides, &[own])
    }

    fn set_service_fault(&self, service: &str, fault: Option<Fault>) -> Result<(), EngineError> {
        self.sandbox.set_service_fault(service, fault)
    }

    fn set_online(&self, online: bool) -> Result<(), EngineError> {
        self.sandbox.set_online(online)
    }

    fn reboot(&self) -> Result<(), EngineError> {
        self.boot_again()
    }

    fn windows(&self) -> Option<&dyn WindowsSide> {
        Some(self)
    }

    fn keep(&self) -> Result<String, EngineError> {
        self.stay()
    }
}

impl WindowsSide for WineDevice {
    fn read_key(&self, key: &KeyPath) -> Result<Option<KeyContent>, EngineError> {
        let content = self.link()?.read_key(key);
        content.map_err(|e| self.helper_error(e))
    }

    fn write_values(&self, key: &KeyPath, values: &[NamedValue]) -> Result<(), EngineError> {
        let written = self.registry.write(&*self.link()?, key, values);
        written.map_err(|e| self.helper_error(e))
    }

    fn delete_key(&self, key: &KeyPath, value: Option<&str>) -> Result<(), EngineError> {
        let deleted = self.registry.delete(&*self.link()?, key, value);
        deleted.map_err(|e| self.helper_error(e))
    }

    fn services(&self) -> Result<Vec<ServiceInfo>, EngineError> {
        let services = self.link()?.services();
        services.map_err(|e| self.helper_error(e))
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn fact(&self, name: &str) -> Value {
        self.questions.stores.fact_now(name)
    }

    fn change_fact(&self, name: &str, value: Value) -> bool {
        self.questions.stores.change_fact(name, value);
        true
    }

    fn by_wine(&self) -> bool {
        true
    }

    fn has_powershell(&self) -> bool {
        self.label.powershell.is_some()
    }

    fn powershell(&self) -> Option<String> {
        self.label.powershell.clone()
    }

    fn get_ready(&self, launch: &Launch) {
        // A device that is down has nothing to get ready; the launch will say so.
        if let Ok(link) = self.link() {
            get_ready(&link, launch);
        }
    }

    fn fit_batch(&self, body: &[u8], attached: &[AttachedBatch]) -> FittedBatch {
        batch::fit::fit(body, &batch::fit::version(&self.facts), attached)
    }

    fn remarks_on_batch(&self, output: &[u8]) -> Vec<Remark> {
        batch::fit::remarks(output)
    }

    fn list(&self, store: &str) -> Result<Vec<(String, Value)>, EngineError> {
        Ok(self.questions.stores.list(store))
    }

    fn put(&self, store: &str, key: &str, value: Option<Value>) -> Result<(), EngineError> {
        let put = self.questions.stores.put(store, key, value);
        put.map_err(|e| EngineError::Other(format!("{}: {e}", self.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::powershell_on;
    use crate::engine::wine::powershell::ready::{Origin, Unpacked};

    #[test]
    fn results_name_powershell_by_its_feature_release() {
        let of = |version: &str, origin| Unpacked {
            version: version.into(),
            file_version: "7.6.5.500".into(),
            origin,
        };
        let zip = || Origin::Zip {
            place: "x.zip".into(),
            sha256: "0".into(),
        };
        let told = powershell_on("10.0", &of("7.6.5", zip()));
        assert_eq!(told, "PowerShell 7.6 on Wine 10, as 5.1");
        let told = powershell_on("10.12", &of("7.6", zip()));
        assert_eq!(told, "PowerShell 7.6 on Wine 10.12, as 5.1");
        let folder = Origin::Folder { path: "/x".into() };
        let told = powershell_on("10.0", &of("7.6.5", folder));
        assert_eq!(told, "PowerShell 7.6 on Wine 10, as 5.1, hash not checked");
    }
}
