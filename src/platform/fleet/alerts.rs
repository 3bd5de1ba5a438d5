//! Alerts of a fleet, open and resolved, of many kinds.

use super::device::{DAY, Kind, MINUTE};
use super::dice::Dice;
use crate::platform::state::{Alert, Device, FleetPlace};
use crate::rmm::alert_context::*;
use crate::rmm::ids::guid;
use crate::rmm::job::Priority;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Share of devices with an open alert, in a hundred.
const OPEN: usize = 9;
/// Most resolved alerts of one device.
const RESOLVED: usize = 4;

/// The alerts of one device, open ones last.
pub(super) fn alerts(place: FleetPlace, key: &str, device: &Device, at: i64) -> Vec<Alert> {
    let mut dice = Dice::of(place.seed, place.index.into(), "alerts");
    let open = usize::from(dice.percent(OPEN));
    let resolved = dice.below(RESOLVED + 1).saturating_sub(1);
    let first = device.details.created.unwrap_or(at);
    (0..resolved + open)
        .map(|n| {
            let is_open = n >= resolved;
            let reach = if is_open { 3 * DAY } else { 120 * DAY };
            let opened = dice.between((at - reach).max(first), (at - MINUTE).max(first));
            let (context, text) = context(Kind::of(place), device, &mut dice, opened);
            let priority = dice.share(&[
                (10, Priority::Critical),
                (20, Priority::High),
                (45, Priority::Moderate),
                (15, Priority::Low),
                (10, Priority::Information),
            ]);
            let until = (opened + dice.between(MINUTE, 2 * DAY)).min(at);
            let by = dice.share(&[(70, "system"), (30, "Service desk")]);
            let samples = match &context {
                Context::CompScript(c) => c.samples.clone(),
                _ => BTreeMap::new(),
            };
            let diagnostic = match samples.is_empty() {
                true => String::new(),
                false => format!("Last check: {text}"),
            };
            Alert {
                id: guid(place.seed, &format!("fleet-alert-{}-{n}", place.index)),
                monitor: "fleet".to_owned(),
                device: key.to_owned(),
                priority,
                samples,
                text,
                diagnostic,
                resolved_by: (!is_open).then(|| by.to_owned()),
                last_alerting: opened,
                opened,
                resolved: (!is_open).then_some(until),
                context: Some(Arc::new(context)),
                autoresolve_minutes: dice.percent(40).then(|| dice.pick(&[15, 60, 240])),
                ticket: None,
                acted: Vec::new(),
            }
        })
        .collect()
}

/// What one is about, and in words.
fn context(kind: Kind, device: &Device, dice: &mut Dice, at: i64) -> (Context, String) {
    let offline = || {
        let context = OnlineOfflineStatusContext {
            status: Some(OnlineStatus::Offline),
        };
        (
            Context::OnlineOfflineStatus(context),
            format!("{} went offline", device.hostname),
        )
    };
    match kind {
        Kind::Printer => supplies(device, dice),
        Kind::Network => match dice.percent(50) {
            true => snmp(dice),
            false => ping(device, dice),
        },
        Kind::Esxi => match dice.below(3) {
            0 => temperature(dice),
            1 => datastore(dice),
            _ => offline(),
        },
        _ => match dice.below(if kind.is_windows() { 12 } else { 5 }) {
            0 => offline(),
            1 => disk(kind, dice),
            2 => resource(dice),
            3 => script(dice),
            4 => process(dice),
            5 => service(dice),
            6 => event_log(dice, at),
            7 => antivirus(device, dice),
            8 => patch(device, dice),
            9 => software(dice),
            10 => threat(dice),
            _ => file(dice),
        },
    }
}

fn disk(kind: Kind, dice: &mut Dice) -> (Context, String) {
    let total = dice.pick(&[237.8, 475.4, 930.5, 1862.6]);
    let percent = dice.between(1, 9) as f64;
    let name = if kind.is_windows() { "C:" } else { "/" };
    let context = DiskUsageContext {
        disk_name: Some(name.to_owned()),
        total_volume: Some(total),
        free_space: Some(percent),
        unit_of_measure: Some(DiskMeasure::Percent),
        disk_name_designation: Some(DiskDesignation::AnyVolume),
    };
    (
        Context::PerfDiskUsage(context),
        format!("{name} has {percent} % free"),
    )
}

fn datastore(dice: &mut Dice) -> (Context, String) {
    let free = dice.between(20, 300) as f64;
    let context = DiskUsageContext {
        disk_name: Some("datastore1".to_owned()),
        total_volume: Some(7_450.0),
        free_space: Some(free),
        unit_of_measure: Some(DiskMeasure::Free),
        disk_name_designation: Some(DiskDesignation::SingleVolume),
    };
    (
        Context::DiskUsage(context),
        format!("datastore1 has {free} GB free"),
    )
}

fn resource(dice: &mut Dice) -> (Context, String) {
    let percent = dice.between(900, 1000) as f64 / 10.0;
    let kind = dice.pick(&[ResourceKind::Cpu, ResourceKind::Memory]);
    let context = PerformanceUsageContext {
        percentage: Some(percent),
        r#type: Some(kind),
    };
    (
        Context::PerfResourceUsage(context),
        format!("{} at {percent} %", kind.word()),
    )
}

fn script(dice: &mut Dice) -> (Context, String) {
    let (name, text) = dice.pick(&[
        ("Alert", "Backup is 3 days old"),
        ("Alert", "Certificate ends in 6 days"),
        ("Status", "Update service is not running"),
        ("Result", "2 failed log-ins of a local administrator"),
    ]);
    let samples = BTreeMap::from([(name.to_owned(), text.to_owned())]);
    (
        Context::CompScript(ScriptContext { samples }),
        text.to_owned(),
    )
}

fn process(dice: &mut Dice) -> (Context, String) {
    let name = dice
        .pick(&["outlook", "sqlservr", "nginx", "backupd"])
        .to_owned();
    let text = format!("process {name} is not running");
    let context = StatusContext {
        process_name: Some(name),
        status: Some(ProcessState::Stopped),
    };
    (Context::ProcessStatus(context), text)
}

fn service(dice: &mut Dice) -> (Context, String) {
    let name = dice.pick(&["Spooler", "wuauserv", "MSSQLSERVER", "W32Time"]);
    let context = ServiceStatusContext {
        service_name: Some(name.to_owned()),
        status: Some(ProcessState::Stopped),
    };
    (
        Context::SrvcStatus(context),
        format!("service {name} has stopped"),
    )
}

fn event_log(dice: &mut Dice, at: i64) -> (Context, String) {
    let (code, source, text) = dice.pick(&[
        ("7", "disk", "The device has a bad block."),
        (
            "41",
            "Microsoft-Windows-Kernel-Power",
            "The system has rebooted without cleanly shutting down first.",
        ),
        (
            "1001",
            "Microsoft-Windows-WER-SystemErrorReporting",
            "The computer has rebooted from a bugcheck.",
        ),
    ]);
    let context = EventLogContext {
        log_name: Some("System".to_owned()),
        code: Some(code.to_owned()),
        r#type: Some("ERROR".to_owned()),
        source: Some(source.to_owned()),
        description: Some(text.to_owned()),
        trigger_count: Some(dice.small(1, 20)),
        last_triggered: jiff::Timestamp::from_millisecond(at).ok(),
        caused_suspension: Some(false),
    };
    (Context::Eventlog(context), text.to_owned())
}

fn antivirus(device: &Device, dice: &mut Dice) -> (Context, String) {
    let product = device.details.antivirus.as_ref().map(|a| a.product.clone());
    let context = AntivirusContext {
        status: Some(dice.pick(&[
            AntivirusState::NotRunning,
            AntivirusState::RunningNotUpToDate,
        ])),
        product_name: product.filter(|p| !p.is_empty()),
    };
    (
        Context::Antivirus(context),
        "the antivirus product needs attention".to_owned(),
    )
}

fn patch(device: &Device, dice: &mut Dice) -> (Context, String) {
    let patch = guid(dice.next(), "patch");
    let context = PatchContext {
        policy_uid: Some(guid(dice.next(), &device.site)),
        patch_uid: Some(patch),
        result: Some("FAILED".to_owned()),
        info: Some("0x80070643".to_owned()),
    };
    (
        Context::Patch(context),
        "a patch could not be installed".to_owned(),
    )
}

fn software(dice: &mut Dice) -> (Context, String) {
    let name = dice.pick(&[
        "Google Chrome",
        "Mozilla Firefox (x64 en-US)",
        "VLC media player",
    ]);
    let context = ActionContext {
        package_name: Some(name.to_owned()),
        action_type: Some(SoftwareAction::Installed),
        prev_version: None,
        version: Some("1.0".to_owned()),
    };
    (Context::SwAction(context), format!("{name} was installed"))
}

fn threat(dice: &mut Dice) -> (Context, String) {
    let text = "Detected threat from Datto AV".to_owned();
    let context = EndpointSecurityThreatContext {
        es_alert_id: Some(dice.between(15_000_000, 16_999_999).to_string()),
        description: Some(text.clone()),
    };
    (Context::EndpointSecurityThreat(context), text)
}

fn file(dice: &mut Dice) -> (Context, String) {
    let size = dice.between(5_000, 40_000) as f64;
    let path = r"C:\inetpub\logs\LogFiles";
    let context = FileSystemContext {
        sample: Some(size),
        threshold: Some(5_000.0),
        path: Some(path.to_owned()),
        object_type: Some(FileSystemObject::Directory),
        condition: Some(FileSystemCondition::AboveThreshold),
    };
    (
        Context::FsObject(context),
        format!("{path} holds {size} MB"),
    )
}

fn supplies(device: &Device, dice: &mut Dice) -> (Context, String) {
    let level = dice.small(0, 9);
    let context = PrinterContext {
        ip_address: Some(device.details.int_ip.clone()),
        mac_address: device.details.macs.first().cloned(),
        marker_supply_index: Some(1),
        current_level: Some(level),
    };
    (
        Context::Printer(context),
        format!("a supply is at {level} %"),
    )
}

fn snmp(dice: &mut Dice) -> (Context, String) {
    let value = dice.between(80, 100);
    let context = CustomSNMPContext {
        display_name: Some("Processor load".to_owned()),
        current_value: Some(value.to_string()),
        monitor_instance: Some("1".to_owned()),
    };
    (
        Context::CustomSnmp(context),
        format!("processor load is {value}"),
    )
}

fn ping(device: &Device, dice: &mut Dice) -> (Context, String) {
    let context = PingContext {
        instance_name: Some(device.details.int_ip.clone()),
        roundtrip_time: Some(dice.small(250, 2000)),
        reasons: vec!["ROUNDTRIP_TIME".to_owned()],
    };
    (
        Context::Ping(context),
        format!("{} answers slowly", device.hostname),
    )
}

fn temperature(dice: &mut Dice) -> (Context, String) {
    let degree = dice.between(70, 95) as f64;
    let context = TemperatureContext {
        degree: Some(degree),
        r#type: Some(ResourceKind::Temperature),
    };
    (Context::Temperature(context), format!("{degree} degrees"))
}
