//! Programs that answer from a device's facts and stores, called from cmd.

use super::device::{check, engine, run, spec, text, windows};
use libtest_mimic::Failed;
use serde_json::Value;
use shakedown::engine::{Device, Engine, WindowsSpec};
use shakedown::rmm::facts::{Declared, Facts, Identity};
use shakedown::rmm::observed::{Exit, PlayedHow};
use shakedown::rmm::os::WindowsRelease;
use std::sync::Arc;

/// The tests of this file.
pub const TESTS: [(&str, super::Test); 5] = [
    ("events_are_written_and_queried", events),
    ("programs_tell_the_facts", facts),
    ("users_and_services_are_changed", people),
    ("shutdown_is_caught", shutdown),
    ("tasks_run_truly", tasks),
];

/// A device with the default facts of Windows 11.
pub fn boot(name: &str) -> Result<Arc<dyn Device>, Failed> {
    let mut spec = spec(name);
    let hostname = spec.hostname.clone();
    let id = Identity {
        hostname: &hostname,
        serial: "SN-0042",
        mac: "02:11:22:33:44:55",
        ..Identity::default()
    };
    let release = WindowsRelease::Windows11;
    spec.windows = Some(Box::new(WindowsSpec {
        facts: Facts::of(release, &id, &Declared::default()),
        ..WindowsSpec::default()
    }));
    Ok(engine().boot(&spec)?)
}

/// Runs lines one by one and holds exit code and a part of the output against what is wanted.
fn each(device: &Arc<dyn Device>, lines: &[(&str, i32, &str)]) -> Result<(), Failed> {
    for (line, exit, part) in lines {
        // Windows' own PATH has WMI's folder, too.
        let line = &format!("set PATH=%PATH%;C:\\windows\\system32\\wbem& {line}");
        let outcome = run(device, line)?;
        let all = text(&outcome.stdout) + &text(&outcome.stderr);
        check(
            outcome.exit == Exit::Code(*exit),
            (line, &outcome.exit, &all),
        )?;
        check(all.contains(part), (line, &all))?;
    }
    Ok(())
}

fn events() -> Result<(), Failed> {
    let device = boot("events")?;
    each(
        &device,
        &[
            (
                "eventcreate /ID 7 /L Application /T ERROR /SO Bright /D \"scan failed\"",
                0,
                "SUCCESS: An event of type 'ERROR'",
            ),
            (
                "wevtutil qe Application \"/q:*[System[Provider[@Name='Bright'] and (EventID=7)]]\" /f:text /c:1",
                0,
                "\nscan failed\n",
            ),
            ("eventcreate /ID 5000 /T ERROR /D x", 1, "1 - 1000"),
            (
                "wevtutil qe Nothing",
                15007,
                "The specified channel could not be found.",
            ),
            ("wevtutil cl Application && wevtutil qe Application", 0, ""),
        ],
    )?;
    let entries = windows(&device)?.list("events")?;
    let left: Vec<_> = entries
        .iter()
        .filter(|(_, e)| e["log"] == "Application")
        .collect();
    check(left.len() == 1 && left[0].1["cleared"] == true, &left)?;
    let told = entries
        .iter()
        .any(|(_, e)| e["id"] == 104 && e["log"] == "System");
    check(told, &entries)?;
    each(
        &device,
        &[(
            r"reg query HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Bright /v CustomSource",
            0,
            "0x1",
        )],
    )
}

fn facts() -> Result<(), Failed> {
    let today = jiff::Timestamp::now();
    let device = boot("facts")?;
    each(
        &device,
        &[
            (
                "systeminfo",
                0,
                "OS Name:                   Microsoft Windows 11 Pro\n",
            ),
            ("systeminfo", 0, "System Boot Time:          "),
            (
                "wmic os get lastbootuptime /value",
                0,
                &format!("LastBootUpTime={}", today.strftime("%Y%m%d")),
            ),
            (
                "wmic bios get serialnumber /value",
                0,
                "SerialNumber=SN-0042\r\n",
            ),
            (
                "for /f \"tokens=2 delims==\" %a in ('wmic os get caption /value') do @echo [%a",
                0,
                "[Microsoft Windows 11 Pro",
            ),
            (
                "wmic process where \"name='cmd.exe'\" get processid,name",
                0,
                "cmd.exe",
            ),
            ("wmic nowhere get x", 44135, "nowhere - Alias not found."),
            ("quser", 1, "No User exists for *"),
            ("powercfg /getactivescheme", 0, "(Balanced)"),
            (
                "winget install x",
                120,
                "shakedown: winget: not played on this device: install x",
            ),
            ("manage-bde -status C:", 0, "Protection Off"),
        ],
    )
}

fn people() -> Result<(), Failed> {
    let device = boot("people")?;
    each(
        &device,
        &[
            (
                "net user svc P@ss-w0rd /add",
                0,
                "The command completed successfully.",
            ),
            (
                "net localgroup Administrators svc /add",
                0,
                "The command completed successfully.",
            ),
            ("net user svc", 0, "*Administrators"),
            (
                "wmic useraccount where name='svc' get disabled /value",
                0,
                "Disabled=FALSE",
            ),
            ("net start", 0, "These Windows services are started:"),
            ("net start", 0, "   Microsoft Defender Antivirus Service"),
            ("sc query WinDefend", 0, "STATE              : 4  RUNNING"),
            ("sc query w32time", 0, "STATE              : 1  STOPPED"),
            (
                "sc qc LanmanWorkstation",
                0,
                "DISPLAY_NAME       : Workstation",
            ),
            (
                "wmic service where name='Dnscache' get state /value",
                0,
                "State=Running",
            ),
            ("sc start Dnscache", 1056, "FAILED 1056"),
            (
                "sc stop Dnscache",
                120,
                "shakedown: sc: the service Dnscache is told as Windows has it",
            ),
            ("net stop Dnscache", 120, "the service Dnscache is told"),
            ("net start W32Time", 120, "the service W32Time is told"),
            ("sc query BvAntiSrv", 1060, "FAILED 1060"),
            (
                "net start nothing-of-the-kind",
                2,
                "The service name is invalid.",
            ),
        ],
    )?;
    let told = format!("{:?}", windows(&device)?.list("localUsers")?);
    check(told.contains("svc") && !told.contains("P@ss"), &told)
}

fn shutdown() -> Result<(), Failed> {
    let device = boot("shutdown")?;
    let outcome = run(&device, "shutdown /r /t 0 /c \"updates\"")?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    check(outcome.observed.reboots.len() == 1, &outcome.observed)?;
    let call = outcome.observed.doubles.first();
    check(call.is_some_and(|c| c.how == Some(PlayedHow::Facts)), call)?;
    each(
        &device,
        &[
            ("shutdown /r /t 600", 0, ""),
            ("shutdown /s /t 60", 1190, "already been scheduled"),
            ("shutdown /a", 0, ""),
            ("shutdown /a", 1116, "no shutdown was in progress"),
            ("shutdown /?", 0, "Usage: shutdown"),
        ],
    )
}

fn tasks() -> Result<(), Failed> {
    let device = boot("tasks")?;
    each(
        &device,
        &[
            (
                "schtasks /create /tn Bright\\Scan /tr \"cmd.exe /c echo ran>C:\\windows\\temp\\ran.txt & exit 7\" /sc onstart /f",
                0,
                "SUCCESS",
            ),
            (
                "schtasks /query /tn Bright\\Scan /fo csv /nh",
                0,
                "\"\\Bright\\Scan\",\"N/A\",\"Ready\"",
            ),
            (
                "schtasks /run /tn Bright\\Scan",
                0,
                "SUCCESS: Attempted to run the scheduled task",
            ),
        ],
    )?;
    for _ in 0..200 {
        let task = task(&device, "\\bright\\scan")?;
        if task["lastTaskResult"] == 7 {
            let written = device.read_file(r"C:\windows\temp\ran.txt", 100)?;
            check(written.is_some(), "the task wrote no file")?;
            return task_files(&device);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Err("the task's end was not written down".into())
}

/// The object of a task.
fn task(device: &Arc<dyn Device>, address: &str) -> Result<Value, Failed> {
    let tasks = windows(device)?.list("tasks")?.into_iter();
    let mut found = tasks
        .filter(|(key, _)| key == address)
        .map(|(_, task)| task);
    Ok(found.next_back().unwrap_or_default())
}

/// A task has its file while it is there; one that cannot start says why.
fn task_files(device: &Arc<dyn Device>) -> Result<(), Failed> {
    let file = r"C:\windows\system32\tasks\Bright\Scan";
    let content = device.read_file(file, 1 << 20)?.unwrap_or_default();
    check(content.starts_with(&[0xff, 0xfe, b'<', 0]), &content)?;
    each(
        device,
        &[
            ("schtasks /delete /tn Bright\\Scan /f", 0, "SUCCESS"),
            (
                "schtasks /create /tn none /tr C:\\no\\such.exe /sc onstart /f",
                0,
                "SUCCESS",
            ),
            ("schtasks /run /tn none", 0, "SUCCESS: Attempted to run"),
            (
                "schtasks /create /tn ..\\none /tr C:\\x.exe /sc onstart /f",
                1,
                "is not valid",
            ),
        ],
    )?;
    check(
        device.read_file(file, 1)?.is_none(),
        "the task's file is left",
    )?;
    let result = task(device, "\\none")?["lastTaskResult"].as_u64();
    let missing = [Some(0x8007_0002), Some(0x8007_0003)];
    check(missing.contains(&result), result)
}
