//! What the platform's own monitors find: each looks at the device itself where that can tell.

use super::Due;
use super::software;
use super::volumes::{self, Volume};
use crate::engine::{Launch, NoSink};
use crate::replay::judge::processes::called;
use crate::replay::runner::Runner;
use crate::replay::setup::Booted;
use crate::replay::steps::device::order;
use crate::replay::verdict::Stop;
use crate::rmm::alert_context::{
    ActionContext, AntivirusContext, AntivirusState, Context, DiskDesignation, DiskMeasure,
    DiskUsageContext, FileSystemCondition, FileSystemContext, FileSystemObject,
    OnlineOfflineStatusContext, OnlineStatus, PingContext, ProcessState, ServiceStatusContext,
    SoftwareAction, StatusContext, WmiContext,
};
use crate::rmm::observed::{EntryKind, Exit};
use crate::rmm::os::Os;
use crate::rmm::policy::{DiskCondition, MonitorKind, SizeCondition, SoftwareChange, WmiCondition};
use crate::rmm::wql;
use std::time::Duration;

/// What a look gave.
pub struct Condition {
    pub alerting: bool,
    pub context: Context,
    pub text: String,
}

/// What came of it.
pub enum Finding {
    Judged(Condition),
    /// The device has nothing to look at: why.
    NotJudged(String),
}

/// How long a question to the device may take, real time.
const ASKING: Duration = Duration::from_secs(30);

fn judged(alerting: bool, context: Context, text: String) -> Finding {
    Finding::Judged(Condition {
        alerting,
        context,
        text,
    })
}

/// Looks at what a monitor watches; component and Event Log monitors are run elsewhere.
///
/// # Errors
/// The device does not answer.
pub fn evaluate(
    r: &mut Runner<'_>,
    kind: &MonitorKind,
    due: &Due,
    booted: &Booted,
) -> Result<Finding, Stop> {
    Ok(match kind {
        MonitorKind::Component { .. } | MonitorKind::EventLog(_) => {
            Finding::NotJudged("it is run by another part".into())
        }
        MonitorKind::Online { status, minutes } => online(r, due, *status, *minutes),
        MonitorKind::Process { name, running } => {
            let is = booted.handle.processes()?.iter().any(|p| called(p, name));
            let context = StatusContext {
                process_name: Some(name.clone()),
                status: Some(if is {
                    ProcessState::Running
                } else {
                    ProcessState::Stopped
                }),
            };
            let word = if is { "runs" } else { "does not run" };
            judged(
                is == *running,
                Context::ProcessStatus(context),
                format!("process {name} {word}"),
            )
        }
        MonitorKind::Service { name, running } => service(booted, name, *running)?,
        MonitorKind::FileSize {
            path,
            object,
            condition,
        } => file(r, booted, path, *object, *condition)?,
        MonitorKind::Disk { volume, condition } => disk(r, booted, volume.as_deref(), *condition)?,
        MonitorKind::Ping { host } => ping(r, booted, host)?,
        MonitorKind::Software { name, change } => programs(r, due, booted, name, *change)?,
        MonitorKind::Wmi { query, condition } => wmi(r, booted, query, condition)?,
        MonitorKind::Antivirus { states } => antivirus(r, due, states),
    })
}

fn online(r: &Runner<'_>, due: &Due, status: OnlineStatus, minutes: u32) -> Finding {
    let now = r.ledger.now_ms();
    let Some(row) = r.ledger.state().devices.get(&due.device) else {
        return Finding::NotJudged("the platform does not know it".into());
    };
    let is = if row.online {
        OnlineStatus::Online
    } else {
        OnlineStatus::Offline
    };
    let lasted = now.saturating_sub(row.reach_changed) >= i64::from(minutes) * 60_000;
    let word = if row.online { "online" } else { "offline" };
    judged(
        is == status && lasted,
        Context::OnlineOfflineStatus(OnlineOfflineStatusContext { status: Some(is) }),
        format!("the device is {word}"),
    )
}

fn service(booted: &Booted, name: &str, running: bool) -> Result<Finding, Stop> {
    let Some(windows) = booted.handle.windows() else {
        return Ok(Finding::NotJudged(
            "it watches services of Windows, and the device has none".into(),
        ));
    };
    let services = windows.services()?;
    let Some(found) = services.iter().find(|s| s.name.eq_ignore_ascii_case(name)) else {
        return Ok(Finding::NotJudged(format!(
            "there is no service {name} on it"
        )));
    };
    let state = match found.state.as_str() {
        "running" => ProcessState::Running,
        "start-pending" => ProcessState::StartPending,
        "stop-pending" => ProcessState::StopPending,
        "continue-pending" => ProcessState::ContinuePending,
        "pause-pending" => ProcessState::PausePending,
        "paused" => ProcessState::Paused,
        _ => ProcessState::Stopped,
    };
    let context = ServiceStatusContext {
        service_name: Some(found.name.clone()),
        status: Some(state),
    };
    Ok(judged(
        (state == ProcessState::Running) == running,
        Context::SrvcStatus(context),
        format!("service {} is {}", found.name, found.state),
    ))
}

fn file(
    r: &Runner<'_>,
    booted: &Booted,
    path: &str,
    object: FileSystemObject,
    condition: SizeCondition,
) -> Result<Finding, Stop> {
    let folder = object == FileSystemObject::Directory;
    let kind = if folder {
        EntryKind::Folder
    } else {
        EntryKind::File
    };
    let found = booted.handle.stat(path)?.filter(|s| s.kind == kind);
    let sized = matches!(condition, SizeCondition::Above(_) | SizeCondition::Below(_));
    let size = match &found {
        Some(_) if folder && sized => {
            if booted.world.os == Os::Windows {
                return Ok(Finding::NotJudged(
                    "the size of a folder is measured on Linux and macOS devices alone".into(),
                ));
            }
            let told = ask(r, booted, Launch::new("/usr/bin/du", &["-sb", "--", path]))?;
            match told
                .ok()
                .and_then(|t| t.split_whitespace().next()?.parse().ok())
            {
                Some(bytes) => Some(bytes),
                None => {
                    return Ok(Finding::NotJudged(
                        "`du` does not tell the size of it".into(),
                    ));
                }
            }
        }
        Some(s) => Some(s.size),
        None => None,
    };
    let (alerting, word, threshold) = match condition {
        SizeCondition::Above(n) => (
            size.is_some_and(|s| s > n),
            FileSystemCondition::AboveThreshold,
            Some(n),
        ),
        SizeCondition::Below(n) => (
            size.is_some_and(|s| s < n),
            FileSystemCondition::BelowThreshold,
            Some(n),
        ),
        SizeCondition::Created => (size.is_some(), FileSystemCondition::Created, None),
        SizeCondition::Removed => (size.is_none(), FileSystemCondition::Removed, None),
    };
    let text = match size {
        Some(size) => format!("{path} has {size} bytes"),
        None => format!("{path} is not there"),
    };
    let context = FileSystemContext {
        sample: size.map(number),
        threshold: threshold.map(number),
        path: Some(path.to_owned()),
        object_type: Some(object),
        condition: Some(word),
    };
    Ok(judged(alerting, Context::FsObject(context), text))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the platform tells sizes as numbers with a fraction"
)]
fn number(n: u64) -> f64 {
    n as f64
}

fn disk(
    r: &Runner<'_>,
    booted: &Booted,
    volume: Option<&str>,
    condition: DiskCondition,
) -> Result<Finding, Stop> {
    let all = match booted.handle.windows() {
        Some(windows) => volumes::of_facts(&windows.fact("volumes")),
        None => match ask(r, booted, Launch::new("/bin/df", &["-P", "-B1"]))? {
            Ok(told) => volumes::of_df(&told),
            Err(why) => return Ok(Finding::NotJudged(format!("`df` tells nothing: {why}"))),
        },
    };
    let mine = |v: &&Volume| match volume {
        Some(name) => v.name.eq_ignore_ascii_case(name),
        None => !["/dev", "/proc", "/sys", "/run"]
            .iter()
            .any(|p| v.name.starts_with(p)),
    };
    let watched: Vec<&Volume> = all.iter().filter(mine).collect();
    let Some(first) = watched.first() else {
        let name = volume.unwrap_or("any");
        return Ok(Finding::NotJudged(format!("it has no volume {name}")));
    };
    let full = |v: &Volume| {
        let used = v.size.saturating_sub(v.free);
        match condition {
            DiskCondition::UsedPercent(p) => {
                u128::from(used) * 100 > u128::from(v.size) * u128::from(p)
            }
            DiskCondition::FreeBelow(n) => v.free < n,
            DiskCondition::UsedAbove(n) => used > n,
        }
    };
    let over = watched.iter().find(|v| full(v));
    let told = over.unwrap_or(first);
    let context = DiskUsageContext {
        disk_name: Some(told.name.clone()),
        total_volume: Some(number(told.size)),
        free_space: Some(number(told.free)),
        unit_of_measure: Some(match condition {
            DiskCondition::UsedPercent(_) => DiskMeasure::Percent,
            DiskCondition::FreeBelow(_) => DiskMeasure::Free,
            DiskCondition::UsedAbove(_) => DiskMeasure::Used,
        }),
        disk_name_designation: Some(match volume {
            Some(_) => DiskDesignation::SingleVolume,
            None => DiskDesignation::AnyVolume,
        }),
    };
    let text = format!(
        "{} has {} of {} bytes free",
        told.name, told.free, told.size
    );
    Ok(judged(
        over.is_some(),
        Context::PerfDiskUsage(context),
        text,
    ))
}

fn ping(r: &Runner<'_>, booted: &Booted, host: &str) -> Result<Finding, Stop> {
    if booted.world.os == Os::Windows {
        return Ok(Finding::NotJudged(
            "hosts are pinged from Linux and macOS devices alone".into(),
        ));
    }
    // Every address that a device can resolve is one of its own loopback, which answers.
    let told = ask(r, booted, Launch::new("/usr/bin/getent", &["hosts", host]))?;
    let reasons = match &told {
        Ok(_) => Vec::new(),
        Err(_) => vec![format!("{host} did not answer")],
    };
    let text = match &told {
        Ok(_) => format!("{host} answers"),
        Err(_) => format!("{host} does not answer"),
    };
    let context = PingContext {
        instance_name: Some(host.to_owned()),
        roundtrip_time: told.is_ok().then_some(0),
        reasons,
    };
    Ok(judged(told.is_err(), Context::Ping(context), text))
}

fn programs(
    r: &mut Runner<'_>,
    due: &Due,
    booted: &Booted,
    name: &str,
    change: SoftwareChange,
) -> Result<Finding, Stop> {
    let now = match software::installed(booted)? {
        Ok(list) => list.get(&name.to_lowercase()).cloned(),
        Err(why) => return Ok(Finding::NotJudged(why)),
    };
    let key = (due.policy, due.monitor, due.device.clone());
    let before = r.memory.monitoring.software.insert(key, now.clone());
    let before = before.unwrap_or_else(|| now.clone());
    let (action, alerting) = match (&before, &now) {
        (None, Some(_)) => (
            SoftwareAction::Installed,
            change == SoftwareChange::Installed,
        ),
        (Some(_), None) => (
            SoftwareAction::Uninstalled,
            change == SoftwareChange::Uninstalled,
        ),
        (b, n) => (
            SoftwareAction::VersionChanged,
            b != n && change == SoftwareChange::VersionChanged,
        ),
    };
    let word = |v: &Option<String>| v.clone().unwrap_or_else(|| "none".into());
    let text = format!("{name}: version {}, before {}", word(&now), word(&before));
    let context = ActionContext {
        package_name: Some(name.to_owned()),
        action_type: Some(action),
        prev_version: before,
        version: now,
    };
    Ok(judged(alerting, Context::SwAction(context), text))
}

fn wmi(
    r: &Runner<'_>,
    booted: &Booted,
    query: &str,
    condition: &WmiCondition,
) -> Result<Finding, Stop> {
    let (Some(_), Some(q)) = (booted.handle.windows(), wql::read(query)) else {
        return Ok(Finding::NotJudged("only Windows devices have WMI".into()));
    };
    let filter = q
        .filter
        .map(|f| format!("where \"{f}\" "))
        .unwrap_or_default();
    let command = format!("wmic path {} {filter}get {} /value", q.class, q.property);
    let told = match ask(r, booted, order(booted, &command))? {
        Ok(told) => told,
        Err(why) => return Ok(Finding::NotJudged(format!("{query}: {why}"))),
    };
    let start = format!("{}=", q.property.to_lowercase());
    let value = told.lines().map(str::trim).find_map(|l| {
        let is = l.to_lowercase().starts_with(&start);
        is.then(|| l[start.len()..].trim().to_owned())
    });
    let number = value.as_ref().and_then(|v| v.parse::<f64>().ok());
    if let (WmiCondition::Above(_) | WmiCondition::Below(_), Some(text), None) =
        (condition, &value, number)
    {
        let why = format!("{} of {} is no number: {text}", q.property, q.class);
        return Ok(Finding::NotJudged(why));
    }
    let alerting = match condition {
        WmiCondition::Equals(want) => value.as_ref() == Some(want),
        WmiCondition::NotEquals(want) => value.as_ref().is_some_and(|v| v != want),
        WmiCondition::Above(n) => number.is_some_and(|v| v > *n),
        WmiCondition::Below(n) => number.is_some_and(|v| v < *n),
        WmiCondition::Empty => value.is_none(),
    };
    let shown = value.clone().unwrap_or_else(|| "no row".into());
    let text = format!("{} of {} is {shown}", q.property, q.class);
    Ok(judged(alerting, Context::Wmi(WmiContext { value }), text))
}

fn antivirus(r: &Runner<'_>, due: &Due, states: &[AntivirusState]) -> Finding {
    let row = r.ledger.state().devices.get(&due.device);
    let found = row.and_then(|d| d.details.antivirus.as_ref());
    let state = match found.map(|a| a.status.as_str()) {
        Some("NotRunning") => Some(AntivirusState::NotRunning),
        Some("RunningAndNotUpToDate") => Some(AntivirusState::RunningNotUpToDate),
        Some("RunningAndUpToDate") => None,
        _ => Some(AntivirusState::NotDetected),
    };
    let product = found.map(|a| a.product.clone());
    let text = format!(
        "antivirus {}: {}",
        product.as_deref().unwrap_or("none"),
        found.map_or("NotDetected", |a| a.status.as_str())
    );
    judged(
        state.is_some_and(|s| states.contains(&s)),
        Context::Antivirus(AntivirusContext {
            status: state,
            product_name: product,
        }),
        text,
    )
}

/// Asks a program of the device; what it printed, or why that is no answer.
fn ask(
    r: &Runner<'_>,
    booted: &Booted,
    mut launch: Launch,
) -> Result<Result<String, String>, Stop> {
    launch.timeout = ASKING;
    if booted.world.os != Os::Windows {
        launch.env = vec![
            ("PATH".into(), "/usr/sbin:/usr/bin:/sbin:/bin".into()),
            ("LC_ALL".into(), "C".into()),
        ];
        launch.cwd = "/".into();
    }
    let o = booted.handle.launch(&launch, &NoSink, r.stage.cancel)?;
    if r.stage.cancel.is_cancelled() {
        return Err(Stop::Interrupted);
    }
    let out = String::from_utf8_lossy(&o.stdout).into_owned();
    Ok(match o.exit {
        Exit::Code(0) => Ok(out),
        _ => Err(String::from_utf8_lossy(&o.stderr).trim().to_owned()),
    })
}
