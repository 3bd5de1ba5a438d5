//! One job on one device, from the package to the job's status.

use super::environment::{JobContext, environment};
use super::launch::{self, PlanError, Skip};
use super::monitor::{self, MonitorReading};
use super::package::{self, ComponentView, PackageError};
use super::variables::Resolution;
use super::{note, outcome, udf, windows};
use crate::engine::{Cancel, Device, EngineError, Outcome, OutputSink};
use crate::rmm::component::Category;
use crate::rmm::event::Note;
use crate::rmm::job::JobStatus;
use crate::rmm::knobs::Knobs;
use crate::rmm::observed::{Exit, Footprint, FootprintEntry, Observed, RegistryEntry};
use crate::rmm::os::Os;
use std::time::Duration;

/// Everything one job gave.
#[derive(Debug, Clone)]
pub struct JobReport {
    pub status: JobStatus,
    pub exit: Exit,
    /// Output and what the engine saw.
    pub outcome: Outcome,
    /// What the job changed, without `agent_files`; empty when the context wants none.
    pub footprint: Footprint,
    /// Changes in the package folder, which is the Agent's and stays anyway, and below Mono's
    /// registry. Writing `values.xml` is the documented way to set a UDF, so
    /// these are kept apart and `footprint: { only: true }` need not list them.
    pub agent_files: Vec<FootprintEntry>,
    /// Likewise the changes below the Agent's own key of a Windows registry.
    pub agent_registry: Vec<RegistryEntry>,
    /// UDF changes by number; `None` clears one.
    pub udfs: Vec<(u16, Option<String>)>,
    /// New `DeviceDescription`; shown on the platform with the next audit.
    pub description: Option<String>,
    /// Only for a monitor.
    pub monitor: Option<MonitorReading>,
    /// Remarks in the order: variables, environment, launch, script, UDFs, monitor output (the
    /// same as in `monitor`).
    pub notes: Vec<Note>,
}

/// Why there is no report. Never means that the script failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// This version cannot run the component on this device for real.
    #[error(transparent)]
    Skip(#[from] Skip),
    #[error("cannot lay the package: {0}")]
    Package(PackageError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<PackageError> for JobError {
    fn from(e: PackageError) -> Self {
        match e {
            PackageError::Engine(e) => JobError::Engine(e),
            other => JobError::Package(other),
        }
    }
}

impl From<PlanError> for JobError {
    fn from(e: PlanError) -> Self {
        match e {
            PlanError::Skip(s) => JobError::Skip(s),
            PlanError::Engine(e) => JobError::Engine(e),
        }
    }
}

/// Runs a component on a device as the Agent does: lays the package, remembers the device's
/// state, runs the script, takes the footprint, syncs UDFs, reads monitor output, judges.
///
/// The package folder is laid before the footprint begins and stays after the job. `values.xml`
/// should have been put there by [`udf::seed`] at boot; where a script deleted it, it is put back.
///
/// # Errors
/// [`JobError::Skip`] when the component cannot run here for real; else an unusable package or a
/// broken engine.
pub fn run_job(
    device: &dyn Device,
    ctx: &JobContext,
    component: &ComponentView<'_>,
    variables: &Resolution,
    knobs: &Knobs,
    cancel: &Cancel,
    sink: &dyn OutputSink,
) -> Result<JobReport, JobError> {
    let plan = launch::plan(device, ctx.os, component, knobs)?;
    let layout = package::layout(ctx.os, component.meta, plan.script_name);
    let laid = ComponentView {
        body: plan.body.as_deref().unwrap_or(component.body),
        ..component.clone()
    };
    let (env, env_notes) = environment(ctx, device.windows(), variables, knobs);
    let mut order = launch::launch(&plan, &layout, component, env, knobs);
    order.stop_on_input_wait = ctx.stop_on_input_wait;
    order.timeout = ctx.timeout.unwrap_or(order.timeout);
    let shell = device
        .windows()
        .filter(|_| plan.script_name == windows::launch::POWERSHELL_SCRIPT);
    if let Some(side) = shell {
        side.get_ready(&order);
    }
    package::lay(device, &layout, &laid)?;
    let mark = if ctx.footprint {
        Some(device.mark()?)
    } else {
        None
    };

    let mut notes = [&variables.notes[..], &env_notes, &plan.notes].concat();
    let refused = windows::powershell::refused(device, &plan, &layout.script, component.body, sink);
    let run = match refused {
        Some(run) => run,
        None => match device.launch(&order, sink, cancel) {
            Ok(run) => run,
            Err(e) => not_started(e, &plan, &mut notes)?,
        },
    };
    let mut footprint = match &mark {
        Some(mark) => device.footprint(mark)?,
        None => Footprint::default(),
    };
    let (agent_files, agent_registry) = split_off(&mut footprint, ctx.os, &layout.folder, knobs);

    let (status, judged) = outcome::judge(component.meta, order.timeout, &run, knobs);
    notes.extend(judged);
    if ctx.os == Os::Windows {
        notes.extend(windows::notes::of_run(&run.observed, &footprint));
        notes.extend(windows::udf::remarks(&footprint));
        if let Some(side) = device
            .windows()
            .filter(|_| plan.script_name == windows::launch::BATCH)
        {
            let output = [&run.stdout[..], &run.stderr].concat();
            notes.extend(windows::notes::of_remarks(&side.remarks_on_batch(&output)));
        }
    }
    let mut synced = udf::Synced::default();
    if !matches!(run.exit, Exit::DeviceDown | Exit::Interrupted) {
        let secrets: Vec<&str> = variables.secrets().collect();
        let values = udf::path(ctx.os);
        let touched = ctx
            .footprint
            .then(|| agent_files.iter().any(|e| e.path == values));
        synced = udf::sync(device, ctx.os, knobs, &ctx.device.udfs, &secrets, touched)?;
        put_back(device, ctx, &synced.notes)?;
    }
    notes.append(&mut synced.notes);
    let again = component.meta.category == Category::Monitors;
    if let Some(side) = shell.filter(|_| again) {
        // The next poll of a monitor is the same launch.
        side.get_ready(&order);
    }
    let reading = again.then(|| {
        let reading = monitor::read(&run.stdout, run.exit, knobs);
        notes.extend(reading.notes.iter().cloned());
        reading
    });
    Ok(JobReport {
        status,
        exit: run.exit,
        outcome: run,
        footprint,
        agent_files,
        agent_registry,
        udfs: synced.udfs,
        description: synced.description,
        monitor: reading,
        notes,
    })
}

/// Puts `values.xml`, or the Agent's key, back where a script took it away or put something else
/// into its place.
fn put_back(device: &dyn Device, ctx: &JobContext, notes: &[Note]) -> Result<(), EngineError> {
    let told = |code: &str| notes.iter().any(|n| n.code == code);
    if told("centrastage-key-missing") {
        return udf::seed(device, ctx.os, &ctx.device.uid);
    }
    if !told("values-xml-missing") && !told("values-xml-unreadable") {
        return Ok(());
    }
    let done = device
        .remove(&udf::path(ctx.os))
        .and_then(|()| udf::seed(device, ctx.os, &ctx.device.uid));
    match done {
        // The folders above it may be links or no folders now: told already, and tried again next time.
        Err(EngineError::File { .. }) => Ok(()),
        other => other,
    }
}

/// A script whose own first line names no usable interpreter fails as it would on a real device:
/// with the code a shell gives for it.
fn not_started(
    error: EngineError,
    plan: &launch::Plan,
    notes: &mut Vec<Note>,
) -> Result<Outcome, EngineError> {
    let code = match &error {
        EngineError::Start { source, .. } if plan.interpreter.is_none() => match source.kind() {
            std::io::ErrorKind::NotFound => 127,
            std::io::ErrorKind::PermissionDenied => 126,
            _ if source.raw_os_error() == Some(libc::ENOEXEC) => 126,
            _ => return Err(error),
        },
        _ => return Err(error),
    };
    notes.push(note(
        "script-not-started",
        format!(
            "the script could not be started: {error}; the exit code is {code}, as a shell gives it"
        ),
        "mend the first line of the script: #!/bin/bash, LF at its end",
    ));
    Ok(Outcome {
        exit: Exit::Code(code),
        stdout: Vec::new(),
        stderr: Vec::new(),
        stdout_bytes: 0,
        stderr_bytes: 0,
        duration: Duration::ZERO,
        over_budget: false,
        observed: Observed::default(),
    })
}

/// Takes the Agent's own entries out of a footprint: the package folder, on Unix Mono's registry
/// and the folder above it, on Windows the UDFs in the Agent's key.
fn split_off(
    footprint: &mut Footprint,
    os: Os,
    package: &str,
    knobs: &Knobs,
) -> (Vec<FootprintEntry>, Vec<RegistryEntry>) {
    let entries = std::mem::take(&mut footprint.entries).into_iter();
    if os == Os::Windows {
        let (own, rest) = entries.partition(|e| windows::below(&e.path, package));
        footprint.entries = rest;
        let keys = std::mem::take(&mut footprint.registry).into_iter();
        let (own_keys, rest) = keys.partition(|e| windows::udf::is_own(e, knobs));
        footprint.registry = rest;
        return (own, own_keys);
    }
    let registry = udf::registry(os);
    let mono = registry.strip_suffix("/registry").unwrap_or(registry);
    let below = |path: &str, folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|r| r.is_empty() || r.starts_with('/'))
    };
    let is_own = |path: &str| path == mono || below(path, registry) || below(path, package);
    let (own, rest) = entries.partition(|e| is_own(&e.path));
    footprint.entries = rest;
    (own, Vec::new())
}

#[cfg(test)]
#[path = "job_tests.rs"]
pub(crate) mod tests;
