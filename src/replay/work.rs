//! One job on a device of a world that is set up: prepared, run, told. The steps of a scenario use
//! it, and so does the crew that runs what the API queued.

use super::setup::Booted;
use super::verdict::Stop;
use crate::agent::{self, ComponentView, JobContext, JobReport, Resolution, Scoped, Scopes};
use crate::component::Component;
use crate::engine::{Cancel, NoSink};
use crate::platform::state::Variable;
use crate::platform::{Ledger, State};
use crate::rmm::event::{Note, Origin, Stream, What};
use crate::rmm::knobs::{Knobs, Stdin};
use crate::rmm::observed::Observed;
use crate::scenario::world::World;
use std::collections::BTreeMap;
use std::time::Duration;

/// Most bytes of one stream that an event carries; the rest is counted.
const EVENT_OUTPUT: usize = 1 << 20;

/// Why a job failed that ran when the platform ended.
pub const ENDED: &str = "the platform ended while the job ran";

/// What jobs run on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub world: &'a World,
    pub devices: &'a BTreeMap<String, Booted>,
    pub components: &'a BTreeMap<String, Component>,
    /// Set, it ends every job.
    pub cancel: &'a Cancel,
}

/// What a job is to do.
pub struct Order<'o> {
    /// Key of the component.
    pub component: &'o str,
    /// Key of the device.
    pub device: &'o str,
    pub variables: &'o BTreeMap<String, Scoped>,
    /// Real time; the component's own unless given.
    pub timeout: Option<Duration>,
    /// Real time that it has at most in any case.
    pub most: Option<Duration>,
    /// The world's knob unless given.
    pub stdin: Option<Stdin>,
    /// The footprint is wanted.
    pub footprint: bool,
}

/// A job that only has to be started: everything it needs from the platform is in it.
pub struct Ready<'a> {
    pub id: String,
    pub component: &'a Component,
    pub context: JobContext,
    pub resolution: Resolution,
    pub knobs: Knobs,
}

/// Why a job cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    #[error("there is no component {0}")]
    NoComponent(String),
    #[error("no device {0} runs here")]
    NoDevice(String),
    /// The platform refuses its variables.
    #[error("{0}")]
    Variables(String),
}

/// Key of one release of a component of the ComStore among loaded components; no name of a
/// scenario has an `@`.
pub fn release_key(component: &str, release: u32) -> String {
    format!("{component}@{release}")
}

/// The component that an account's library has under a key; of one from the ComStore, the release
/// that the account took.
pub fn of_library<'a>(
    loaded: &'a BTreeMap<String, Component>,
    state: &State,
    key: &str,
) -> Option<&'a Component> {
    match state.releases.get(key) {
        Some(release) => loaded.get(&release_key(key, *release)),
        None => loaded.get(key),
    }
}

/// Gathers what a job needs: variables by precedence, UDFs as they are now, names and addresses.
///
/// # Errors
/// The component or device is not there, or the platform refuses its variables.
pub fn prepare<'a>(
    ground: Ground<'a>,
    state: &State,
    order: &Order<'_>,
    id: String,
) -> Result<Ready<'a>, Unready> {
    let component = of_library(ground.components, state, order.component)
        .ok_or_else(|| Unready::NoComponent(order.component.to_owned()))?;
    let booted = ground
        .devices
        .get(order.device)
        .ok_or_else(|| Unready::NoDevice(order.device.to_owned()))?;
    let record = state.devices.get(order.device).cloned().unwrap_or_default();
    let site = state.sites.get(&record.site).cloned().unwrap_or_default();
    let (site_vars, account_vars) = (scoped(&site.variables), scoped(&state.variables));
    let mut knobs = ground.world.knobs.clone();
    if let Some(stdin) = order.stdin {
        knobs.stdin = stdin;
    }
    let scopes = Scopes {
        job: order.variables,
        site: &site_vars,
        account: &account_vars,
    };
    let resolution = agent::resolve(&component.metadata, scopes, &knobs)
        .map_err(|e| Unready::Variables(e.to_string()))?;
    let own = Duration::from_secs(u64::from(component.metadata.timeout));
    let timeout = order.timeout.unwrap_or(own);
    let context = JobContext {
        os: booted.world.os,
        platform: ground.world.platform.clone(),
        account: agent::Account {
            uid: state.account.uid.clone(),
            name: state.account.name.clone(),
        },
        site: agent::Site {
            uid: site.uid,
            name: site.name,
            description: site.details.description.unwrap_or_default(),
            proxy: site.proxy.map(|p| agent::Proxy {
                host: p.host.unwrap_or_default(),
                port: p.port.unwrap_or_default(),
                username: p.username.unwrap_or_default(),
                password: p.password.unwrap_or_default(),
            }),
        },
        device: agent::DeviceFacts {
            uid: record.uid,
            hostname: record.hostname,
            domain: booted.world.domain.clone(),
            udfs: record.udfs,
        },
        trust: booted.handle.trust(),
        footprint: order.footprint,
        stop_on_input_wait: true,
        timeout: Some(order.most.map_or(timeout, |most| timeout.min(most))),
    };
    Ok(Ready {
        id,
        component,
        context,
        resolution,
        knobs,
    })
}

/// Starts a job and waits for its end. Touches no log, so that several can run at once.
///
/// # Errors
/// The component cannot run here for real, or the engine broke.
pub fn launch(ground: Ground<'_>, device: &str, ready: &Ready<'_>) -> Result<JobReport, Stop> {
    let Some(booted) = ground.devices.get(device) else {
        return Err(Stop::Broken {
            reason: format!("device {device} is not there"),
            help: None,
        });
    };
    let view = ComponentView::of(ready.component);
    Ok(agent::run_job(
        &*booted.handle,
        &ready.context,
        &view,
        &ready.resolution,
        &ready.knobs,
        ground.cancel,
        &NoSink,
    )?)
}

/// Adds a note for each stream in which the script showed a masked value, in any form.
pub fn remark_secrets(ledger: &Ledger, report: &mut JobReport) {
    let o = &report.outcome;
    for (name, bytes) in [("stdout", &o.stdout), ("stderr", &o.stderr)] {
        let masked = ledger.mask(bytes);
        let Some(at) = masked.iter().zip(bytes).position(|(a, b)| a != b) else {
            continue;
        };
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        report.notes.push(Note {
            code: "secret-in-output".into(),
            message: format!("line {line} of {name} shows the value of a masked variable; here it is hidden, on the platform everybody who sees the job reads it"),
            help: "print that there is a value, never the value itself; mind `set -x` and verbose programs".into(),
        });
    }
}

/// Tells in the job's stderr and in a note that it was ended with the platform, as a restart tells
/// of one that was killed with it.
pub fn remark_end(report: &mut JobReport) {
    let message = format!("{}; it was ended with it", ENDED);
    let o = &mut report.outcome;
    let line = match o.stderr.last() {
        None | Some(b'\n') => format!("shakedown: {message}\n"),
        Some(_) => format!("\nshakedown: {message}\n"),
    };
    o.stderr.extend_from_slice(line.as_bytes());
    o.stderr_bytes += line.len() as u64;
    report.notes.push(Note {
        code: "job-lost".into(),
        message,
        help: "queue it again".into(),
    });
}

/// Events that tell what a job did and what its Agent synced, its end the last. Secrets among its
/// variables are hidden from here on.
pub fn told(ledger: &mut Ledger, device: &str, ready: &Ready<'_>, report: &JobReport) -> Vec<What> {
    let job = &ready.id;
    for secret in ready.resolution.secrets() {
        ledger.hide(secret);
    }
    let o = &report.outcome;
    let mut events = Vec::new();
    for (stream, bytes, all) in [
        (Stream::Stdout, &o.stdout, o.stdout_bytes),
        (Stream::Stderr, &o.stderr, o.stderr_bytes),
    ] {
        if all > 0 {
            events.push(output(ledger, job, stream, bytes, all));
        }
    }
    events.push(What::Observed {
        job: job.clone(),
        observed: o.observed.clone(),
    });
    events.extend(logged(device, &o.observed));
    if ready.context.footprint {
        events.push(What::FootprintTaken {
            job: job.clone(),
            footprint: report.footprint.clone(),
        });
    }
    events.extend(report.udfs.iter().map(|(number, value)| What::UdfSet {
        device: device.into(),
        number: *number,
        value: value.clone(),
        origin: Origin::Agent,
    }));
    events.extend(report.notes.iter().map(|note| What::Noted {
        job: Some(job.clone()),
        note: note.clone(),
    }));
    events.push(What::JobEnded {
        job: job.clone(),
        status: report.status,
        exit: report.exit,
    });
    events
}

/// Entries that were written into the device's event log, as events.
pub fn logged(device: &str, observed: &Observed) -> impl Iterator<Item = What> {
    let entries = observed.stores.iter().filter(|s| s.store == "events");
    let values = entries.filter_map(|s| s.value.as_ref());
    values.filter(|e| e["cleared"] != true).map(move |e| {
        let text = |key: &str| e[key].as_str().unwrap_or_default().to_owned();
        What::EventLogged {
            device: device.to_owned(),
            log: text("log"),
            source: text("source"),
            code: e["id"].as_u64().and_then(|id| u32::try_from(id).ok()),
            level: text("type"),
            text: text("message"),
        }
    })
}

/// One stream as an event carries it.
pub fn output(ledger: &Ledger, job: &str, stream: Stream, bytes: &[u8], all: u64) -> What {
    use base64::Engine as _;
    // Masked before it is encoded, so that the base64 stays whole.
    let bytes = ledger.mask(bytes);
    let kept = &bytes[..bytes.len().min(EVENT_OUTPUT)];
    let cut = u64::try_from(kept.len()).unwrap_or(u64::MAX) < all;
    // A cut within a character must not turn a text into base64.
    let text = match std::str::from_utf8(kept) {
        Ok(t) => Some(t),
        Err(e) if cut && e.error_len().is_none() => {
            std::str::from_utf8(&kept[..e.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    let base64 = text
        .is_none()
        .then(|| base64::engine::general_purpose::STANDARD.encode(kept));
    What::Output {
        job: job.into(),
        stream,
        text: text.map(str::to_owned),
        base64,
        bytes: all,
        cut,
    }
}

fn scoped(variables: &BTreeMap<String, Variable>) -> BTreeMap<String, Scoped> {
    variables
        .iter()
        .map(|(k, v)| {
            (
                k.clone(),
                Scoped {
                    value: v.value.clone(),
                    masked: v.masked,
                },
            )
        })
        .collect()
}
