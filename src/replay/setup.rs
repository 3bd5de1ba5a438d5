//! A world set up: its account, sites and components written to the ledger, its devices booted.

use super::audit::{Checked, antivirus, audit};
use super::clock::{Clocks, real_ms};
use super::spec::{engine_of, spec};
use super::verdict::Stop;
use super::work::release_key;
use crate::component::{self, Component};
use crate::engine::{Cancel, Device, DeviceSpec, Engine, GatewayHost};
use crate::platform::{Ledger, accounts};
use crate::rmm::component::Metadata;
use crate::rmm::event::{Origin, What};
use crate::rmm::ids::guid;
use crate::rmm::portal::{MailRecipient, ProxyKind, ProxySettings, SiteDetails};
use crate::scenario::model::EngineDemand;
use crate::scenario::world::{self, FileContent};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A device of the world, booted.
pub struct Booted {
    pub handle: Arc<dyn Device>,
    pub spec: DeviceSpec,
    pub world: world::Device,
}

/// Name of the site made for a world without sites.
const DEFAULT_SITE: &str = "default";

/// Hosts that somebody outside answers for on a device, by its place in the world.
pub type Gateways<'g> = &'g dyn Fn(usize, &world::Device) -> Vec<GatewayHost>;

/// Components and devices of a world that is set up.
#[derive(Default)]
pub struct SetUp {
    pub components: BTreeMap<String, Component>,
    pub devices: BTreeMap<String, Booted>,
}

/// A world to be set up, with what does it.
pub struct Setting<'s> {
    pub world: &'s world::World,
    pub seed: u64,
    pub engine: &'s dyn Engine,
    pub cancel: &'s Cancel,
    /// The event that causes those of the setting up.
    pub cause: Option<u64>,
    /// Nothing of the world stands in the ledger yet.
    pub fresh: bool,
    pub gateways: Gateways<'s>,
    /// The engine demanded of all devices that name none themselves.
    pub demanded: Option<EngineDemand>,
    /// Jobs of its devices are to be held at their system calls on files.
    pub holds: bool,
}

/// Sets a world up in the first account. What stands in the ledger already, by its key, is not
/// written again, nor are the account's variables unless it is fresh; devices are booted in any
/// case.
///
/// # Errors
/// A component that cannot be read, a device that does not boot, or an interrupt.
pub fn set_up(setting: &Setting<'_>, ledger: &mut Ledger) -> Result<SetUp, Stop> {
    let Setting {
        world,
        seed,
        cancel,
        cause,
        fresh,
        gateways,
        ..
    } = *setting;
    if ledger.state().account.uid.is_empty() {
        let details = accounts::details(seed, 0, &world.account.name);
        ledger.emit_in(0, What::AccountSet { details }, cause);
    }
    if fresh {
        variables("account", &world.account.variables, ledger, cause);
    }
    sites(world, seed, ledger, cause);
    let mut components = BTreeMap::new();
    for c in &world.components {
        let loaded = add_component(c, seed, ledger, cause)?;
        components.insert(c.key.value.clone(), loaded);
    }
    for stocked in &world.comstore {
        for (release, path) in (1u32..).zip(&stocked.releases) {
            let key = &stocked.key.value;
            let mut loaded = component::load(&path.value).map_err(|e| broken_component(key, &e))?;
            give_uid(&mut loaded, seed, key);
            components.insert(release_key(key, release), loaded);
        }
    }
    let mut devices = BTreeMap::new();
    for (number, d) in world.devices.iter().enumerate() {
        if cancel.is_cancelled() {
            return Err(Stop::Interrupted);
        }
        devices.insert(
            d.key.value.clone(),
            boot(
                d,
                DeviceSpec {
                    points: setting.holds,
                    ..spec(
                        d,
                        world,
                        seed,
                        engine_of(d, setting.demanded),
                        gateways(number, d),
                    )
                },
                setting,
                ledger,
            )?,
        );
    }
    Ok(SetUp {
        components,
        devices,
    })
}

/// Loads a component and adds it to the account's library, where it is not in it as it is.
fn add_component(
    c: &world::ComponentRef,
    seed: u64,
    ledger: &mut Ledger,
    cause: Option<u64>,
) -> Result<Component, Stop> {
    let mut loaded = component::load(&c.path).map_err(|e| broken_component(&c.key, &e))?;
    give_uid(&mut loaded, seed, &c.key);
    let meta = &loaded.metadata;
    let there = ledger.state().components.get(&c.key.value);
    if there.is_some_and(|t| t.listed.as_deref() == Some(meta)) {
        return Ok(loaded);
    }
    let added = ledger.emit_in(
        0,
        listed_component(&c.key.value, meta, relative(&c.path)),
        cause,
    );
    for note in &loaded.notes {
        ledger.caused(
            added,
            What::Noted {
                job: None,
                note: note.clone(),
            },
        );
    }
    Ok(loaded)
}

/// That an account's library has a component from now on.
pub fn listed_component(key: &str, meta: &Metadata, source: String) -> What {
    What::ComponentAdded {
        component: key.to_owned(),
        uid: meta.uid.clone(),
        name: meta.name.clone(),
        version: meta.version,
        source,
        listed: Some(Box::new(meta.clone())),
    }
}

/// Gives a component without a GUID one derived from the seed, as the platform does on import.
pub fn give_uid(component: &mut Component, seed: u64, key: &str) {
    if component.metadata.uid.is_empty() {
        component.metadata.uid = guid(seed, &format!("component:{key}"));
    }
}

fn broken_component(key: &str, e: &component::ComponentError) -> Stop {
    let help = miette::Diagnostic::help(e).map(|h| h.to_string());
    Stop::Broken {
        reason: format!("component {key} cannot be read: {e}"),
        help,
    }
}

/// Sites with their variables, before any device.
fn sites(world: &world::World, seed: u64, ledger: &mut Ledger, cause: Option<u64>) {
    let create = |key: &str, name: &str, ledger: &mut Ledger| {
        if ledger.state().sites.contains_key(key) {
            return None;
        }
        let created = What::SiteCreated {
            site: key.to_owned(),
            uid: guid(seed, &format!("site:{key}")),
            name: name.to_owned(),
        };
        Some(ledger.emit_in(0, created, cause))
    };
    if world.sites.is_empty() {
        create(DEFAULT_SITE, "Default Site", ledger);
    }
    for site in &world.sites {
        let key = site.key.value.as_str();
        let Some(created) = create(key, &site.name, ledger) else {
            continue;
        };
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let plain = SiteDetails {
            name: site.name.clone(),
            ..SiteDetails::default()
        };
        let details = SiteDetails {
            description: given(&site.description),
            notes: given(&site.notes),
            on_demand: site.on_demand,
            mail_recipients: site.mail_recipients.iter().map(|m| recipient(m)).collect(),
            ..plain.clone()
        };
        if details != plain {
            let set = What::SiteSet {
                site: key.to_owned(),
                details,
                origin: Origin::World,
            };
            ledger.caused(created, set);
        }
        if let Some(proxy) = &site.proxy {
            let proxy = ProxySettings {
                host: given(&proxy.host),
                port: Some(proxy.port),
                kind: Some(ProxyKind::Http),
                username: given(&proxy.username),
                password: given(&proxy.password),
            };
            let set = What::SiteProxySet {
                site: key.to_owned(),
                proxy: Some(proxy),
                origin: Origin::World,
            };
            ledger.caused(created, set);
        }
        variables(&format!("site:{key}"), &site.variables, ledger, cause);
    }
}

fn recipient(email: &str) -> MailRecipient {
    MailRecipient {
        name: email.to_owned(),
        email: email.to_owned(),
        kind: "Text".into(),
        receives_alerts: true,
        ..MailRecipient::default()
    }
}

fn variables(scope: &str, list: &[world::WorldVariable], ledger: &mut Ledger, cause: Option<u64>) {
    for v in list {
        if v.masked {
            ledger.hide(&v.value);
        }
        let set = What::VariableSet {
            scope: scope.to_owned(),
            name: v.name.value.clone(),
            value: Some(v.value.clone()),
            masked: v.masked,
            origin: Origin::World,
        };
        ledger.emit_in(0, set, cause);
    }
}

fn boot(
    d: &world::Device,
    spec: DeviceSpec,
    setting: &Setting<'_>,
    ledger: &mut Ledger,
) -> Result<Booted, Stop> {
    let Setting {
        world,
        seed,
        engine,
        cause,
        ..
    } = *setting;
    let key = d.key.value.as_str();
    let uid = guid(seed, &format!("device:{key}"));
    let new = !ledger.state().devices.contains_key(key);
    let cause = match new {
        true => Some(enroll(d, world, &uid, ledger, cause)),
        false => cause,
    };
    let handle = engine.boot(&spec)?;
    let label = handle.label();
    let booted = What::DeviceBooted {
        device: key.into(),
        engine: label.engine,
        reduced: label.reduced,
        powershell: label.powershell,
    };
    ledger.emit_in(0, booted, cause);
    if let Some(date) = d.listed.warranty.as_ref().filter(|_| new) {
        let warranty = What::WarrantySet {
            device: key.to_owned(),
            date: Some(date.clone()),
            origin: Origin::World,
        };
        ledger.emit_in(0, warranty, cause);
    }
    crate::agent::udf::seed(&*handle, d.os, &uid)?;
    if let Some(windows) = handle.windows() {
        super::steps::windows::write(windows, &d.registry, &|text| Ok(text.to_owned()))?;
    }
    for f in &d.files {
        write(&*handle, f)?;
    }
    if new {
        first_audit(&*handle, d, &spec, setting, ledger, cause)?;
    }
    if !ledger.state().devices.get(key).is_some_and(|d| d.online) {
        handle.set_online(false)?;
    }
    Ok(Booted {
        handle,
        spec,
        world: d.clone(),
    })
}

/// The audit of a device that comes to the platform, with all that its world has laid on it.
fn first_audit(
    handle: &dyn Device,
    d: &world::Device,
    spec: &DeviceSpec,
    setting: &Setting<'_>,
    ledger: &mut Ledger,
    cause: Option<u64>,
) -> Result<(), Stop> {
    let now_ms = ledger.now_ms();
    let mut details = audit(handle, d, spec, now_ms)?;
    let mut notes = Vec::new();
    // Nothing on the device reaches the platform while it is off it.
    if d.online {
        let checked = Checked {
            world: setting.world,
            device: d,
            clocks: &Clocks::starting(real_ms(), now_ms),
            now_ms,
            cancel: setting.cancel,
        };
        let found = antivirus(handle, &checked)?;
        details.antivirus = Some(found.antivirus);
        notes = found.notes;
    }
    let told = What::DeviceAudited {
        device: d.key.value.clone(),
        details: Box::new(details),
    };
    let audited = ledger.emit_in(0, told, cause);
    for note in notes {
        ledger.caused(audited, What::Noted { job: None, note });
    }
    Ok(())
}

/// Writes a device's record as it comes to the platform.
fn enroll(
    d: &world::Device,
    world: &world::World,
    uid: &str,
    ledger: &mut Ledger,
    cause: Option<u64>,
) -> u64 {
    let key = d.key.value.as_str();
    let site = match (&d.site, world.sites.first()) {
        (Some(s), _) => s.value.clone(),
        (None, Some(first)) => first.key.value.clone(),
        (None, None) => DEFAULT_SITE.to_owned(),
    };
    let created = What::DeviceCreated {
        device: key.into(),
        uid: uid.to_owned(),
        site,
        os: d.os.word().into(),
        hostname: d.hostname.clone(),
    };
    let created = ledger.emit_in(0, created, cause);
    for (number, text) in &d.udfs {
        let set = What::UdfSet {
            device: key.into(),
            number: *number,
            value: Some(text.clone()),
            origin: Origin::World,
        };
        ledger.caused(created, set);
    }
    if !d.description.is_empty() {
        let set = What::DescriptionSet {
            device: key.into(),
            text: d.description.clone(),
            origin: Origin::World,
        };
        ledger.caused(created, set);
    }
    if !d.online {
        let off = What::DeviceOnline {
            device: key.into(),
            online: false,
        };
        ledger.caused(created, off);
    }
    created
}

/// Lays a file of the scenario on a device.
pub fn write(device: &dyn Device, f: &world::DeviceFile) -> Result<(), Stop> {
    match &f.content {
        FileContent::Text(text) => device.write_file(&f.path, text.as_bytes(), f.mode)?,
        FileContent::From(path) => {
            let bytes = std::fs::read(&path.value).map_err(|e| Stop::Mistake {
                message: format!("cannot read {}: {e}", path.value.display()),
                span: path.span,
                help: "the path is relative to the file that names it".into(),
            })?;
            device.write_file(&f.path, &bytes, f.mode)?;
        }
    }
    Ok(())
}

/// A path as a replay on another machine would tell it: without the folder the run was started in.
pub fn relative(path: &std::path::Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here)
        .unwrap_or(path)
        .display()
        .to_string()
}
