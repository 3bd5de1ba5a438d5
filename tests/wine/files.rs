//! Files of a Windows device as the harness sees them, and its footprint.

use super::device::{boot, check, run, text, windows};
use libtest_mimic::Failed;
use shakedown::engine::windows::{Hive, KeyPath, NamedValue, RegistryData, View};
use shakedown::rmm::observed::{Change, EntryKind};

pub fn paths() -> Result<(), Failed> {
    let device = boot("paths")?;
    device.write_file(
        r"C:\ProgramData\CentraStage\Packages\a#\command.bat",
        b"echo hi",
        0o644,
    )?;
    let outcome = run(
        &device,
        r"call C:\PROGRAMDATA\centrastage\packages\A#\COMMAND.BAT",
    )?;
    check(
        text(&outcome.stdout).ends_with("hi\n"),
        text(&outcome.stdout),
    )?;
    run(&device, r"echo x> C:\ProgramData\Größe.txt")?;
    let read = device.read_file("c:/programdata/GRÖSSE.TXT", 100)?;
    check(read.is_none(), "ß is no SS")?;
    let read = device.read_file("c:/programdata/größe.TXT", 100)?;
    check(read.as_deref() == Some(b"x\r\n"), &read)?;
    let stat = device.stat(r"C:\ProgramData")?;
    check(
        stat.as_ref().is_some_and(|s| s.kind == EntryKind::Folder),
        &stat,
    )?;
    check(device.stat(r"C:\none\of\it")?.is_none(), "nothing is there")?;
    device.remove(r"C:\programdata\GRÖßE.txt")?;
    check(
        device.stat(r"C:\ProgramData\Größe.txt")?.is_none(),
        "it was removed",
    )?;
    for (path, why) in [
        (r"D:\x", "no drive D:"),
        ("/etc/passwd", r"C:\"),
        (r"C:\..\..\etc\passwd", ""),
    ] {
        match device.read_file(path, 10) {
            Ok(read) => check(read.is_none() && why.is_empty(), (path, read))?,
            Err(e) => {
                let told = format!("{e}");
                check(!why.is_empty() && told.contains(why), (path, told))?;
            }
        }
    }
    let outcome = run(&device, "dir Z:\\")?;
    check(
        !text(&outcome.stdout).contains("etc"),
        "there is a drive Z:",
    )
}

pub fn footprint() -> Result<(), Failed> {
    let device = boot("footprint")?;
    device.write_file(r"C:\own\harness.txt", b"x", 0o644)?;
    let own = KeyPath {
        hive: Hive::Hklm,
        path: r"SOFTWARE\CentraStage".into(),
        view: View::Bits64,
    };
    let mark = device.mark()?;
    device.write_file(r"C:\own\more.txt", b"x", 0o644)?;
    let value = NamedValue {
        name: "Custom9".into(),
        data: RegistryData::Sz("of the harness".into()),
    };
    windows(&device)?.write_values(&own, &[value])?;
    let quiet = device.footprint(&mark)?;
    check(
        quiet.entries.is_empty() && quiet.registry.is_empty(),
        &quiet,
    )?;
    let script = r"md C:\Bright& echo x> C:\Bright\a.txt& del C:\own\harness.txt& reg add HKLM\SOFTWARE\Bright /v Key /d secret /f& reg add HKLM\SOFTWARE\Bright /v Old /t REG_DWORD /d 32 /f /reg:32& reg add HKCU\Software\Bright /ve /d mine /f& reg add HKLM\SOFTWARE\CentraStage /v Custom5 /d five /f";
    let outcome = run(&device, script)?;
    let found = device.footprint(&mark)?;
    let files: Vec<(&str, Change)> = found
        .entries
        .iter()
        .map(|e| (e.path.as_str(), e.change))
        .collect();
    check(
        files
            == [
                (r"C:\Bright", Change::Created),
                (r"C:\Bright\a.txt", Change::Created),
                (r"C:\own\harness.txt", Change::Deleted),
            ],
        (files, outcome),
    )?;
    let told: Vec<String> = found
        .registry
        .iter()
        .map(|e| format!("{:?} {} {:?} {:?}", e.change, e.key, e.value, e.after))
        .collect();
    let wanted = [
        r#"Created HKLM\SOFTWARE\Bright None None"#,
        r#"Created HKLM\SOFTWARE\Bright Some("Key") Some("REG_SZ: secret")"#,
        r#"Created HKLM\SOFTWARE\CentraStage Some("Custom5") Some("REG_SZ: five")"#,
        r#"Created HKLM\SOFTWARE\WOW6432Node\Bright None None"#,
        r#"Created HKLM\SOFTWARE\WOW6432Node\Bright Some("Old") Some("REG_DWORD: 32")"#,
        r#"Created HKU\S-1-5-18\Software\Bright None None"#,
        r#"Created HKU\S-1-5-18\Software\Bright Some("") Some("REG_SZ: mine")"#,
    ];
    check(told == wanted, told)
}

/// What Windows itself does while a job runs is no job's footprint.
pub fn quiet() -> Result<(), Failed> {
    let device = boot("quiet")?;
    run(&device, "echo")?;
    let mark = device.mark()?;
    for line in [
        "echo",
        "dir C:\\windows >nul",
        "reg query HKLM\\SOFTWARE >nul",
        "net start >nul",
        "ipconfig >nul",
        "cscript //nologo nothing.vbs",
        "msiexec /x {00000000-0000-0000-0000-000000000000} /qn",
    ] {
        run(&device, line)?;
        let found = device.footprint(&mark)?;
        let keys: std::collections::BTreeSet<&String> =
            found.registry.iter().map(|e| &e.key).collect();
        check(
            found.entries.is_empty() && keys.is_empty(),
            (line, &found.entries, keys),
        )?;
    }
    Ok(())
}
