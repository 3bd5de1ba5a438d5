//! What Wine takes and does not do, and what it writes besides: told, or left out.

use super::device::{boot, check, run};
use libtest_mimic::Failed;
use shakedown::rmm::observed::{Exit, RebootVia};

/// No `shutdown.exe` is called, and the program is gone when it is looked at.
pub fn restart() -> Result<(), Failed> {
    let device = boot("said")?;
    let quiet = run(&device, "echo nothing")?;
    check(quiet.observed.reboots.is_empty(), &quiet.observed.reboots)?;
    let outcome = run(&device, "rundll32.exe ntdll.dll,NtShutdownSystem")?;
    let [attempt] = outcome.observed.reboots.as_slice() else {
        return Err(format!("{:?}", outcome.observed.reboots).into());
    };
    check(attempt.via == RebootVia::Windows, attempt)?;
    check(
        attempt.by.contains("rundll32") && attempt.by.contains("NtShutdownSystem"),
        attempt,
    )?;
    check(outcome.stderr.is_empty(), &outcome.stderr)
}

/// Only the script that ended so is told of, not the one that ended as it was to.
pub fn script() -> Result<(), Failed> {
    let device = boot("said")?;
    for (name, text, told) in [
        ("right", "WScript.Echo \"right\"", false),
        ("wrong", "WScript.Echo 1 / 0", true),
    ] {
        let file = format!(r"C:\windows\temp\{name}.vbs");
        device.write_file(&file, text.as_bytes(), 0o644)?;
        let outcome = run(&device, &format!("cscript //nologo {file}"))?;
        let notes = &outcome.observed.told;
        let found = notes
            .iter()
            .any(|n| n.name == "unavailable" && n.value["command"] == "cscript");
        check(found == told, (name, notes))?;
        check(
            outcome.exit == Exit::Code(i32::from(told)),
            (name, outcome.exit),
        )?;
    }
    Ok(())
}

/// A program that is missing, and one that ends with the same number.
pub fn not_run() -> Result<(), Failed> {
    let device = boot("said")?;
    for (command, told) in [(r"C:\missing.exe /S", true), ("cmd /c exit 2", false)] {
        let text =
            format!("WScript.Echo CreateObject(\"WScript.Shell\").Run(\"{command}\", 0, True)");
        let file = r"C:\windows\temp\run.vbs";
        device.write_file(file, text.as_bytes(), 0o644)?;
        let outcome = run(&device, &format!("cscript //nologo {file}"))?;
        check(outcome.stdout == b"2\r\n", &outcome.stdout)?;
        let notes = &outcome.observed.told;
        let found = notes.iter().find(|n| n.value["command"] == "WshShell.Run");
        check(found.is_some() == told, (command, notes))?;
        let why = found.and_then(|n| n.value["why"].as_str());
        let whole = why.is_none_or(|w| w.contains(command) && w.contains("80070002"));
        check(whole, notes)?;
    }
    Ok(())
}

/// What Wine itself writes with the first download and the first RegExp is nobody's; a script's own is.
pub fn machinery() -> Result<(), Failed> {
    const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    let device = boot("said")?;
    let file = r"C:\windows\temp\own.vbs";
    let text = "Set r = New RegExp\r\nOn Error Resume Next\r\n\
                Set x = CreateObject(\"MSXML2.XMLHTTP\")\r\n\
                x.Open \"GET\", \"http://localhost:9/\", False\r\nx.Send\r\n";
    device.write_file(file, text.as_bytes(), 0o644)?;
    let mark = device.mark()?;
    run(&device, &format!("cscript //nologo {file}"))?;
    let quiet = device.footprint(&mark)?;
    check(quiet.registry.is_empty(), &quiet.registry)?;
    check(quiet.entries.is_empty(), &quiet.entries)?;
    run(
        &device,
        &format!("reg add \"HKCU\\{SETTINGS}\" /v ProxyEnable /t REG_DWORD /d 1 /f"),
    )?;
    let own = device.footprint(&mark)?.registry;
    let [entry] = own.as_slice() else {
        return Err(format!("{own:?}").into());
    };
    check(entry.before.as_deref() == Some("REG_DWORD: 0"), entry)?;
    check(entry.after.as_deref() == Some("REG_DWORD: 1"), entry)
}

/// Roots that Wine takes over are nobody's doing; one that a job adds is.
pub fn root() -> Result<(), Failed> {
    const ROOTS: &str = r"HKLM\SOFTWARE\Microsoft\SystemCertificates\Root\Certificates";
    let device = boot("said")?;
    let mark = device.mark()?;
    // Asking for a page over TLS makes Wine look at the store; nobody answers.
    run(&device, "curl -s https://localhost:9/")?;
    let quiet = device.footprint(&mark)?;
    check(quiet.registry.is_empty(), &quiet.registry)?;
    let thumbprint = "00112233445566778899AABBCCDDEEFF00112233";
    let add = format!(r"reg add {ROOTS}\{thumbprint} /v Blob /t REG_BINARY /d 20000000 /f");
    run(&device, &add)?;
    let added = device.footprint(&mark)?;
    let found = added
        .registry
        .iter()
        .any(|e| e.key == format!(r"{ROOTS}\{thumbprint}") && e.value.is_none());
    check(found && added.registry.len() == 2, &added.registry)
}
