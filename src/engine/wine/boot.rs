//! From a device's spec to its layers: root, prefix, PowerShell and tools, or why there are none.

use super::device::{Template, WineDevice};
use super::powershell::layer::{self, Held};
use super::powershell::ready::Unpacked;
use super::ready::size;
use super::runtime::Wine;
use super::setup::powershell::state as of_powershell;
use super::setup::state::{self, State};
use super::{ENGINE, WineEngine, helper, tools};
use crate::engine::{DeviceSpec, EngineError, Unavailable};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

impl WineEngine {
    /// What forbids Windows devices here; none when nothing does.
    pub(super) fn missing(&self) -> Option<Unavailable> {
        let unavailable = |why: String, way: &str| {
            Some(Unavailable {
                why,
                ways_out: vec![way.to_owned()],
            })
        };
        match state::look(&self.cache) {
            State::Ready(_) => {}
            State::Unusable(why) => {
                let way = "shakedown setup --remove wine, then shakedown setup wine";
                return unavailable(format!("the Wine root cannot be used: {why}"), way);
            }
            State::Nothing | State::Unfinished => {
                return unavailable(
                    format!("there is no Wine root in {}", self.cache.folder().display()),
                    "shakedown setup wine",
                );
            }
        }
        if helper::embedded().is_none() {
            return unavailable(
                "this binary was built without the helper for Windows devices".into(),
                helper::WAY,
            );
        }
        if !self.sandbox.whole() {
            return unavailable(
                "Windows devices need the rights of root".into(),
                "run as root (sudo)",
            );
        }
        None
    }

    /// What there is, one line each: Wine with its age and size, and the helper.
    pub(super) fn details(&self) -> Vec<String> {
        let folder = self.cache.folder().display();
        let mut lines = Vec::new();
        match state::look(&self.cache) {
            State::Nothing => {}
            State::Unfinished => lines.push(format!("unfinished in {folder}")),
            State::Unusable(why) => lines.push(format!(
                "{why}; way out: shakedown setup --remove wine, then shakedown setup wine"
            )),
            State::Ready(ready) => {
                lines.push(format!(
                    "{}, in {folder}",
                    ready.line(jiff::Timestamp::now(), tools::usage(&self.cache))
                ));
                let ms = ready.first_job_ms;
                lines.push(format!(
                    "first job of a device after {ms} ms when it was made"
                ));
            }
        }
        lines.push(match of_powershell::look(&self.cache) {
            of_powershell::State::Ready(made) => made.line(jiff::Timestamp::now()),
            of_powershell::State::Unusable(why) => format!(
                "PowerShell: {why}; way out: shakedown setup --remove powershell, then shakedown \
                 setup powershell"
            ),
            of_powershell::State::Unfinished { release: Some(r) } => format!(
                "no PowerShell: that of an earlier shakedown, or unfinished; way out: shakedown setup \
                 powershell, which has the release {} already",
                r.version
            ),
            of_powershell::State::Unfinished { release: None } | of_powershell::State::Nothing => {
                "no PowerShell: components in it are not run; way out: shakedown setup powershell".into()
            }
        });
        lines.push(match helper::embedded() {
            Some(exe) => format!(
                "helper: in this binary, {}, {}",
                size(exe.len() as u64),
                helper::origin()
            ),
            None => format!("helper: not in this binary; way out: {}", helper::WAY),
        });
        lines
    }

    pub(super) fn boot_device(&self, spec: &DeviceSpec) -> Result<WineDevice, EngineError> {
        let held = self.powershell().map_err(|source| EngineError::Boot {
            device: spec.name.clone(),
            what: format!("find PowerShell in {}", self.cache.folder().display()),
            source,
        })?;
        let server = spec.windows.as_ref().is_some_and(|w| w.release.is_server());
        let layers = match held {
            Some(held) if server => vec![held.server.clone(), held.layer.clone()],
            Some(held) => vec![held.layer.clone()],
            None => Vec::new(),
        };
        self.boot_over(spec, &layers, held.map(|h| &h.release))
    }

    /// Boots a device with these layers of PowerShell, topmost first, and the release in them.
    pub(super) fn boot_over(
        &self,
        spec: &DeviceSpec,
        powershell: &[PathBuf],
        release: Option<&Unpacked>,
    ) -> Result<WineDevice, EngineError> {
        let unavailable = |unavailable| EngineError::Unavailable {
            engine: ENGINE,
            unavailable,
        };
        if let Some(missing) = self.missing() {
            return Err(unavailable(missing));
        }
        let failed = |what: &str, source: io::Error| EngineError::Boot {
            device: spec.name.clone(),
            what: what.to_owned(),
            source,
        };
        let tools = self.tools().map_err(|e| {
            failed(
                &format!("lay the helper into {}", self.cache.folder().display()),
                e,
            )
        })?;
        let root = spec
            .layers
            .first()
            .cloned()
            .unwrap_or_else(|| self.cache.root());
        let Some(wine) = Wine::find(&root) else {
            return Err(unavailable(Unavailable {
                why: format!("there is no Wine in {}", root.display()),
                ways_out: vec![
                    "let the device have no `root:`, or one with Wine 10 (wine64 and wine32)"
                        .to_owned(),
                ],
            }));
        };
        let template = self
            .template()
            .map_err(|e| failed("read the prefix's hives", e))?;
        let mut layers = vec![tools];
        layers.extend_from_slice(powershell);
        layers.push(self.cache.prefix());
        layers.extend(spec.layers.iter().cloned());
        if spec.layers.is_empty() {
            layers.push(root);
        }
        let spec = DeviceSpec {
            layers,
            ..spec.clone()
        };
        WineDevice::boot(&self.sandbox, &spec, wine, &template, release)
    }

    /// The layer with the helper, in use until this engine ends.
    fn tools(&self) -> io::Result<PathBuf> {
        if let Some(known) = self.tools.get() {
            return Ok(known.path.clone());
        }
        let made = tools::layer(&self.cache, helper::embedded().unwrap_or_default())?;
        Ok(self.tools.get_or_init(|| made).path.clone())
    }

    /// PowerShell for devices, in use until this engine ends; looked for again while there is none.
    fn powershell(&self) -> io::Result<Option<&Held>> {
        if let Some(known) = self.powershell.get() {
            return Ok(Some(known));
        }
        let held = layer::hold(&self.cache)?;
        Ok(held.map(|held| self.powershell.get_or_init(|| held)))
    }

    fn template(&self) -> io::Result<Arc<Template>> {
        if let Some(known) = self.template.get() {
            return Ok(Arc::clone(known));
        }
        let read = |name: &str| fs::read(self.cache.prefix().join("pfx").join(name));
        let template = Arc::new(Template {
            machine: read("system.reg")?,
            user: read("user.reg")?,
        });
        Ok(Arc::clone(self.template.get_or_init(|| template)))
    }
}
