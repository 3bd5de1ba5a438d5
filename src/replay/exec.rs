//! One job on a fresh device, outside of any scenario.

use super::ReplayError;
use crate::agent::{self, JobContext, Scoped, Scopes};
use crate::component::{self, Component};
use crate::engine::{Cancel, Engine, EngineKind, EngineLabel, OutputSink};
use crate::rmm::component::InstallType;
use crate::rmm::event::Note;
use crate::rmm::ids::{account_uid, guid};
use crate::rmm::job::JobStatus;
use crate::rmm::knobs::Knobs;
use crate::rmm::observed::{Exit, Footprint, Observed};
use crate::rmm::os::{Os, WindowsRelease};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// What to run and with what.
#[derive(Debug, Clone)]
pub struct ExecOptions {
    /// A component folder or an exported `.cpt`.
    pub component: PathBuf,
    pub variables: Vec<(String, String)>,
    /// UDFs the device has before the job.
    pub udfs: BTreeMap<u16, String>,
    /// None: the one the component is for, see [`usual_os`].
    pub os: Option<Os>,
    /// Of a Windows device: another release than the usual one.
    pub release: Option<WindowsRelease>,
    /// Instead of the engine that devices of this system have.
    pub engine: Option<EngineKind>,
    /// Image of a container that is the device, a Linux one.
    pub image: Option<String>,
    /// Instead of the component's own timeout.
    pub timeout: Option<Duration>,
    pub keep: bool,
    pub knobs: Knobs,
    pub seed: u64,
}

/// How it went.
#[derive(Debug, Clone)]
pub struct ExecReport {
    pub component: String,
    pub label: EngineLabel,
    pub status: JobStatus,
    pub exit: Exit,
    pub duration: Duration,
    pub observed: Observed,
    pub footprint: Footprint,
    /// UDFs the Agent synced; none means cleared.
    pub udfs: Vec<(u16, Option<String>)>,
    pub description: Option<String>,
    /// For a monitor: alerting, samples, diagnostic.
    pub monitor: Option<agent::MonitorReading>,
    pub notes: Vec<Note>,
    /// With `keep`: how to enter the device.
    pub enter: Option<String>,
}

/// The system that a component's script is for: Windows for PowerShell and for Batch that is no
/// shell script too, else Linux.
fn usual_os(component: &Component) -> Os {
    match component.metadata.install_type {
        InstallType::Powershell => Os::Windows,
        InstallType::Batch if !component.is_polyglot() => Os::Windows,
        _ => Os::Linux,
    }
}

/// Runs one job on a fresh device; output goes to `sink` as it comes.
///
/// # Errors
/// [`ReplayError::Skipped`] when the component's language has no engine here; a component that
/// cannot be read, variables the platform would refuse, a device that does not boot. A script that
/// fails is no error.
pub fn exec(
    options: &ExecOptions,
    engine: &dyn Engine,
    sink: &dyn OutputSink,
    cancel: &Cancel,
) -> Result<ExecReport, ReplayError> {
    let mut component = component::load(&options.component)?;
    let seed = options.seed;
    let os = options.os.unwrap_or_else(|| match options.image {
        Some(_) => Os::Linux,
        None => usual_os(&component),
    });
    let mut spec = super::spec::bare("device", os, seed);
    spec.engine = options.engine.unwrap_or(spec.engine);
    if let Some(release) = options.release {
        if spec.engine == EngineKind::Host {
            return Err(ReplayError::Usage {
                message: format!("this machine cannot be made {}", release.word()),
                help: "leave out --os: with --engine host the device is what this machine is"
                    .into(),
            });
        }
        spec = super::spec::of_release(spec, release);
    }
    if options.image.is_some() {
        spec.engine = EngineKind::Container;
        spec.image.clone_from(&options.image);
    }
    if [EngineKind::Wine, EngineKind::Container].contains(&spec.engine)
        && let Err(lacking) = engine.probe_of(spec.engine).state
    {
        let ways = lacking.ways_out.join("; ");
        return Err(ReplayError::Skipped(format!("{}; {ways}", lacking.why)));
    }
    let job_values: BTreeMap<String, Scoped> = options
        .variables
        .iter()
        .map(|(k, v)| {
            (
                k.clone(),
                Scoped {
                    value: v.clone(),
                    masked: false,
                },
            )
        })
        .collect();
    let none = BTreeMap::new();
    let scopes = Scopes {
        job: &job_values,
        site: &none,
        account: &none,
    };
    let resolution = agent::resolve(&component.metadata, scopes, &options.knobs).map_err(|e| {
        ReplayError::Usage {
            message: e.to_string(),
            help: "give variables as --var NAME=VALUE".into(),
        }
    })?;
    let device = engine.boot(&spec)?;
    agent::udf::seed(&*device, os, &guid(seed, "device:device"))?;
    let context = JobContext {
        os,
        platform: "pinotage".into(),
        account: agent::Account {
            uid: account_uid(seed, 0),
            name: "Rehearsal Account".into(),
        },
        site: agent::Site {
            uid: guid(seed, "site:default"),
            name: "Default Site".into(),
            ..agent::Site::default()
        },
        device: agent::DeviceFacts {
            uid: guid(seed, "device:device"),
            hostname: spec.hostname.clone(),
            domain: String::new(),
            udfs: options.udfs.clone(),
        },
        trust: device.trust(),
        footprint: true,
        stop_on_input_wait: true,
        timeout: options.timeout,
    };
    super::setup::give_uid(&mut component, seed, "component");
    let view = agent::ComponentView::of(&component);
    let report = agent::run_job(
        &*device,
        &context,
        &view,
        &resolution,
        &options.knobs,
        cancel,
        sink,
    )
    .map_err(|e| match e {
        agent::JobError::Skip(skip) => ReplayError::Skipped(skip.reason),
        agent::JobError::Engine(e) => e.into(),
        other => ReplayError::Usage {
            message: other.to_string(),
            help: "see the component's manifest".into(),
        },
    })?;
    let enter = if options.keep {
        Some(device.keep()?)
    } else {
        None
    };
    let mut notes = component.notes.clone();
    notes.extend(report.notes);
    Ok(ExecReport {
        component: component.metadata.name.clone(),
        label: device.label(),
        status: report.status,
        exit: report.exit,
        duration: report.outcome.duration,
        observed: report.outcome.observed,
        footprint: report.footprint,
        udfs: report.udfs,
        description: report.description,
        monitor: report.monitor,
        notes,
        enter,
    })
}
