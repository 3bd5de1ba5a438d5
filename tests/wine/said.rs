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
