//! The same fact through every door that needs no PowerShell: what a scenario declares of a device, and
//! what each release has by default, asked of its programs, of the registry and of the helper itself.

use super::device::{check, engine, run, spec, text};
use super::device_requests::{exact, facts_of};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use shakedown::engine::{Device, Engine, WindowsSpec};
use shakedown::rmm::facts::declared::{
    Adapter, Antivirus, Battery, Hotfix, LogEvent, Printer, Processor, Task, User, Volume,
};
use shakedown::rmm::facts::{Declared, Facts, Identity};
use shakedown::rmm::observed::Exit;
use shakedown::rmm::os::WindowsRelease;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The tests of this file.
pub const TESTS: [(&str, super::Test); 2] = [
    ("declared_facts_are_told_by_every_door", declared),
    ("defaults_of_each_release_are_told_by_every_door", defaults),
];

/// Facts whose entries are objects of a store from the start, and so told as empty lists.
const STORED: [&str; 2] = ["events", "scheduledTasks"];

/// What no default is.
fn odd() -> Declared {
    let more = [
        (
            "bitLocker",
            json!([{ "MountPoint": "C:", "ProtectionStatus": "On" }]),
        ),
        (
            "computerSystemProduct",
            json!({ "UUID": "0DD00DD0-0000-4000-8000-00000000B00B" }),
        ),
        ("os", json!({ "Organization": "Bright & Sons" })),
        (
            "optionalFeatures",
            json!([{ "FeatureName": "BrightFeature", "State": "Enabled" }]),
        ),
        (
            "smbShares",
            json!([{ "Name": "bright$", "Path": "C:\\bright" }]),
        ),
        (
            "timeZone",
            json!({ "Id": "Tokyo Standard Time", "StandardName": "Tokyo Standard Time", "Bias": -540 }),
        ),
    ];
    Declared {
        build: Some("20123".into()),
        maker: Some("Bright & Co.".into()),
        model: Some("B-1 (odd)".into()),
        bios_version: Some("9.8.7".into()),
        workgroup: Some("BRIGHTWG".into()),
        user: Some("ann".into()),
        memory: Some(5 << 30),
        processors: vec![Processor {
            name: Some("Bright CPU 9000".into()),
            cores: Some(3),
            ..Processor::default()
        }],
        volumes: vec![
            Volume {
                letter: Some("C".into()),
                size: Some(200 << 30),
                free: Some(77 << 30),
                ..Volume::default()
            },
            Volume {
                letter: Some("Q".into()),
                label: Some("Bright Data".into()),
                ..Volume::default()
            },
        ],
        adapters: vec![Adapter {
            name: "LAN 7".into(),
            mac: Some("02:aa:bb:cc:dd:ee".into()),
            ip: Some("10.9.8.7".into()),
            gateway: Some("10.9.8.1".into()),
            dns: vec!["10.9.8.2".into()],
            ..Adapter::default()
        }],
        batteries: Some(vec![Battery {
            charge: Some(41),
            ..Battery::default()
        }]),
        printers: vec![Printer {
            name: "Bright Printer".into(),
            ..Printer::default()
        }],
        antivirus: Some(vec![Antivirus {
            name: "Bright Antivirus".into(),
            ..Antivirus::default()
        }]),
        hotfixes: Some(vec![Hotfix {
            id: "KB9990001".into(),
            ..Hotfix::default()
        }]),
        users: vec![User {
            name: "ann".into(),
            full_name: Some("Ann O'Neil".into()),
            ..User::default()
        }],
        groups: vec![("Bright Ops".into(), vec!["ann".into()])],
        tasks: vec![Task {
            path: r"\Bright\Scan".into(),
            run: r"C:\bright.exe".into(),
            arguments: Some("/scan".into()),
            ..Task::default()
        }],
        events: vec![LogEvent {
            source: "Bright".into(),
            id: 77,
            level: Some("Critical".into()),
            message: "odd event".into(),
            ..LogEvent::default()
        }],
        more: more
            .map(|(n, v)| (n.to_owned(), v))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        ..Declared::default()
    }
}

/// A door, and what it must tell of the odd facts.
const DOORS: &[(&str, &str)] = &[
    // computerSystem
    (
        "wmic computersystem get manufacturer /value",
        "Manufacturer=Bright & Co.",
    ),
    ("wmic computersystem get model /value", "Model=B-1 (odd)"),
    ("wmic computersystem get domain /value", "Domain=BRIGHTWG"),
    (
        "wmic computersystem get username /value",
        "UserName=DOORS\\ann",
    ),
    (
        "wmic computersystem get totalphysicalmemory /value",
        "TotalPhysicalMemory=5368709120",
    ),
    ("systeminfo", "System Manufacturer:       Bright & Co.\n"),
    ("systeminfo", "System Model:              B-1 (odd)\n"),
    ("systeminfo", "Domain:                    BRIGHTWG\n"),
    ("systeminfo", "Total Physical Memory:     5,120 MB\n"),
    // bios, computerSystemProduct
    (
        "wmic bios get smbiosbiosversion /value",
        "SMBIOSBIOSVersion=9.8.7",
    ),
    (
        "wmic csproduct get uuid /value",
        "UUID=0DD00DD0-0000-4000-8000-00000000B00B",
    ),
    ("systeminfo", "9.8.7, "),
    // os, currentVersion
    ("wmic os get buildnumber /value", "BuildNumber=20123"),
    (
        "wmic os get organization /value",
        "Organization=Bright & Sons",
    ),
    ("systeminfo", "Build 20123\n"),
    ("systeminfo", "Registered Organization:   Bright & Sons\n"),
    (
        r#"reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuild"#,
        "20123\n",
    ),
    (
        r#"reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuild /reg:32"#,
        "20123\n",
    ),
    (
        r#"reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v RegisteredOrganization"#,
        "Bright & Sons\n",
    ),
    // processors
    ("wmic cpu get name /value", "Name=Bright CPU 9000"),
    ("wmic cpu get numberofcores /value", "NumberOfCores=3"),
    // volumes, bitLocker
    (
        "wmic logicaldisk where deviceid='Q:' get volumename /value",
        "VolumeName=Bright Data",
    ),
    (
        "wmic logicaldisk where deviceid='C:' get freespace /value",
        "FreeSpace=82678120448",
    ),
    ("fsutil volume diskfree C:", "82,678,120,448"),
    ("manage-bde -status C:", "Protection On"),
    // networkAdapters
    ("ipconfig /all", "10.9.8.7"),
    ("ipconfig /all", "02-AA-BB-CC-DD-EE"),
    ("ipconfig /all", "10.9.8.2"),
    ("getmac", "02-AA-BB-CC-DD-EE"),
    (
        "wmic nic get macaddress /value",
        "MACAddress=02:AA:BB:CC:DD:EE",
    ),
    ("wmic nicconfig get ipaddress /value", "10.9.8.7"),
    ("netsh interface ip show addresses", "10.9.8.7"),
    ("systeminfo", "[01]: 10.9.8.7"),
    ("route print", "10.9.8.1"),
    // batteries, printers, antivirus, hotfixes
    (
        "wmic path win32_battery get estimatedchargeremaining /value",
        "EstimatedChargeRemaining=41",
    ),
    ("wmic printer get name /value", "Name=Bright Printer"),
    (
        r"wmic /namespace:\\root\securitycenter2 path antivirusproduct get displayname /value",
        "displayName=Bright Antivirus",
    ),
    ("wmic qfe get hotfixid /value", "HotFixID=KB9990001"),
    ("systeminfo", "[01]: KB9990001\n"),
    // localUsers, localGroups, userProfiles
    ("net user ann", "Ann O'Neil"),
    ("net user ann", "*Bright Ops"),
    ("net localgroup \"Bright Ops\"", "\nann\n"),
    ("net localgroup", "*Event Log Readers\n"),
    (
        "wmic useraccount where name='ann' get fullname /value",
        "FullName=Ann O'Neil",
    ),
    (
        "wmic group where name='Bright Ops' get name /value",
        "Name=Bright Ops",
    ),
    (
        "wmic path win32_userprofile get localpath /value",
        r"LocalPath=C:\Users\ann",
    ),
    // optionalFeatures, smbShares
    ("dism /online /get-features", "BrightFeature"),
    ("net share", "bright$"),
    // scheduledTasks
    (
        r"schtasks /query /tn \Bright\Scan /fo list /v",
        r"C:\bright.exe /scan",
    ),
    (
        r"schtasks /query /fo csv",
        r#""\Microsoft\Windows\Defrag\ScheduledDefrag""#,
    ),
    // events, eventLogs
    (
        "wevtutil qe Application /q:*[System[EventID=77]] /f:text",
        "odd event",
    ),
    (
        "wevtutil qe Application /q:*[System[Level=1]] /f:text",
        "Level: Critical\n",
    ),
    (
        "wevtutil qe System /q:*[System[EventID=6005]] /f:text",
        "The Event log service was started.",
    ),
    ("wevtutil el", "Microsoft-Windows-Bits-Client/Operational\n"),
    ("wevtutil gl \"Windows PowerShell\"", "maxSize: 15728640\n"),
    (
        "wevtutil gl Microsoft-Windows-TaskScheduler/Operational",
        "enabled: false\n",
    ),
    // timeZone
    ("tzutil /g", "Tokyo Standard Time"),
    ("wmic timezone get bias /value", "Bias=540"),
    ("systeminfo", "(UTC+09:00) Tokyo Standard Time\n"),
    // Clocks run in UTC whatever is declared, and the registry tells the clocks' offset.
    (
        r"reg query HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation /v ActiveTimeBias",
        "ActiveTimeBias    REG_DWORD    0x0\n",
    ),
];

fn boot(
    name: &str,
    release: WindowsRelease,
    declared: &Declared,
) -> Result<(Arc<dyn Device>, Facts), Failed> {
    let mut spec = spec(name);
    let hostname = spec.hostname.clone();
    let id = Identity {
        hostname: &hostname,
        serial: "SN-0042",
        mac: "02:11:22:33:44:55",
        ..Identity::default()
    };
    let facts = Facts::of(release, &id, declared);
    spec.windows = Some(Box::new(WindowsSpec {
        release,
        facts: facts.clone(),
        ..WindowsSpec::default()
    }));
    Ok((engine().boot(&spec)?, facts))
}

/// What a door prints; its exit code must be 0.
fn told(device: &Arc<dyn Device>, line: &str) -> Result<String, Failed> {
    let outcome = run(
        device,
        &format!("set PATH=%PATH%;C:\\windows\\system32\\wbem& {line}"),
    )?;
    let all = text(&outcome.stdout).replace('\r', "") + &text(&outcome.stderr);
    check(outcome.exit == Exit::Code(0), (line, &outcome.exit, &all))?;
    Ok(all)
}

/// The helper gives each fact as it is.
fn by_the_helper(device: &Arc<dyn Device>, facts: &Facts) -> Result<(), Failed> {
    let names: Vec<&str> = facts.0.keys().map(String::as_str).collect();
    let answers = facts_of(device, &names)?;
    for (name, mut answer) in names.iter().zip(answers) {
        // A device that declares no start tells its real one.
        if let ("os", Some(os)) = (*name, answer.as_object_mut())
            && facts.get("os")["LastBootUpTime"].is_null()
        {
            let started = os.remove("LastBootUpTime");
            let started: Option<jiff::civil::DateTime> =
                started.and_then(|at| at.as_str()?.parse().ok());
            let ago = jiff::Timestamp::now()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .datetime();
            let ago = started.map(|at| ago.duration_since(at).as_secs());
            check(ago.is_some_and(|s| (0..600).contains(&s)), (started, ago))?;
        }
        let wanted = match STORED.contains(name) {
            true => &Value::Array(Vec::new()),
            false => facts.get(name),
        };
        check(exact(&answer, wanted), (name, &answer, wanted))?;
    }
    Ok(())
}

fn declared() -> Result<(), Failed> {
    let (device, facts) = boot("doors", WindowsRelease::Windows11, &odd())?;
    by_the_helper(&device, &facts)?;
    let mut known: BTreeMap<&str, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (door, wanted) in DOORS {
        let all = match known.get(door) {
            Some(all) => all.clone(),
            None => match told(&device, door) {
                Ok(all) => all,
                Err(e) => {
                    wrong.push(format!("{door}: {e:?}"));
                    continue;
                }
            },
        };
        if !all.contains(wanted) {
            wrong.push(format!("{door}: no {wanted:?} in {all:?}"));
        }
        known.insert(door, all);
    }
    check(wrong.is_empty(), wrong)
}

fn defaults() -> Result<(), Failed> {
    for release in WindowsRelease::ALL {
        let (device, facts) = boot("release", release, &Declared::default())?;
        by_the_helper(&device, &facts)?;
        let version = r#"reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v"#;
        let of = |fact: &str, property: &str| facts.text(fact, property);
        let tasks = facts.get("scheduledTasks")[0]["taskName"].clone();
        let rows = [
            ("wmic os get caption /value".to_owned(), of("os", "Caption")),
            ("wmic os get version /value".to_owned(), of("os", "Version")),
            ("systeminfo".to_owned(), of("os", "Caption")),
            (
                "systeminfo".to_owned(),
                format!("Build {}", of("os", "BuildNumber")),
            ),
            (
                format!("{version} ProductName"),
                of("currentVersion", "ProductName"),
            ),
            (format!("{version} CurrentBuild"), of("os", "BuildNumber")),
            (format!("{version} EditionID"), of("os", "EditionID")),
            ("tzutil /g".to_owned(), of("timeZone", "Id")),
            (
                "schtasks /query".to_owned(),
                tasks.as_str().unwrap_or("-").chars().take(40).collect(),
            ),
            (
                "wmic csproduct get name /value".to_owned(),
                of("computerSystem", "Model"),
            ),
        ];
        for (door, wanted) in rows {
            let all = told(&device, &door)?;
            check(
                !wanted.is_empty() && all.contains(&wanted),
                (release, door, wanted, all),
            )?;
        }
    }
    Ok(())
}
