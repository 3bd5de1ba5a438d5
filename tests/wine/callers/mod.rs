//! Every form of PowerShell's command line from callers whose output no job sees: scheduled tasks, and
//! programs that start it as `Start-Process` does.

use super::device::{check, cmd, text};
use super::powershell::{self, compiled, forms, job, run};
use libtest_mimic::Failed;
use serde_json::Value;
use shakedown::engine::Device;
use shakedown::rmm::observed::Exit;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Tasks at once.
const AT_ONCE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(60);

/// A device whose probes say what they were given into files of their own.
fn device(name: &str) -> Result<Arc<dyn Device>, Failed> {
    let device = powershell::device(name)?;
    device.write_file(r"C:\told\none.txt", b"", 0o644)?;
    Ok(device)
}

/// What the probes said once there are so many lines, sorted; it is gone afterwards.
fn told(device: &Arc<dyn Device>, many: usize) -> Result<Vec<String>, Failed> {
    let until = Instant::now() + PATIENCE;
    let said = loop {
        let all = run(device, &cmd(r"for %f in (C:\told\*.json) do @type %f"))?;
        let said = text(&all.stdout);
        if said.matches('\n').count() >= many || Instant::now() > until {
            break said;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    run(device, &cmd(r"del /q C:\told\*.json"))?;
    let line = |said: &str| -> Result<String, Failed> {
        let told: Value = serde_json::from_str(said).map_err(|e| format!("{e}: {said}"))?;
        Ok(told["line"].as_str().unwrap_or_default().trim_end().into())
    };
    let mut lines = said.lines().map(line).collect::<Result<Vec<_>, _>>()?;
    lines.sort();
    Ok(lines)
}

/// Holds what was said against what was to be; names the first that differs.
fn same(mut wanted: Vec<String>, told: &[String]) -> Result<(), Failed> {
    wanted.sort();
    let odd = wanted.iter().zip(told).find(|(a, b)| a != b);
    check(
        odd.is_none() && wanted.len() == told.len(),
        (odd, wanted.len(), told.len()),
    )
}

/// A task's definition as Windows exports it.
fn xml(arguments: &str) -> Vec<u8> {
    let escaped = arguments
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n\
         <Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n\
         <Actions Context=\"Author\"><Exec><Command>powershell.exe</Command>\
         <Arguments>{escaped}</Arguments><WorkingDirectory>C:\\w</WorkingDirectory></Exec></Actions>\r\n\
         </Task>\r\n"
    );
    let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Tasks made from XML and run, eight at once.
pub fn tasks() -> Result<(), Failed> {
    let device = device("tasked")?;
    let rows = forms();
    for (number, rows) in rows.chunks(AT_ONCE).enumerate() {
        let mut script = String::from("@echo off\r\n");
        for (row, (typed, _)) in rows.iter().enumerate() {
            let name = format!("Form{number}-{row}");
            device.write_file(&format!(r"C:\w\{name}.xml"), &xml(typed), 0o644)?;
            script += &format!(
                "schtasks /create /tn {name} /xml C:\\w\\{name}.xml /f >nul || exit /b 1\r\n\
                 schtasks /run /tn {name} >nul || exit /b 2\r\n"
            );
        }
        device.write_file(r"C:\w\tasks.bat", script.as_bytes(), 0o755)?;
        let outcome = run(&device, &cmd(r"C:\w\tasks.bat"))?;
        check(outcome.exit == Exit::Code(0), &outcome)?;
        let wanted = rows.iter().map(|(_, wanted)| wanted.clone()).collect();
        same(wanted, &told(&device, rows.len())?)?;
    }
    Ok(())
}

/// A program that starts it as `Start-Process` does, eight at once.
pub fn shell() -> Result<(), Failed> {
    let device = device("shelled")?;
    let rows = forms();
    let lines: Vec<&str> = rows.iter().map(|(typed, _)| *typed).collect();
    device.write_file(r"C:\w\lines.txt", lines.join("\n").as_bytes(), 0o644)?;
    device.write_file(r"C:\w\shell.exe", &compiled("callers/shell.rs")?, 0o755)?;
    let mut launch = cmd(r"C:\w\shell.exe C:\w\lines.txt");
    launch.env = job("", "").env;
    let outcome = run(&device, &launch)?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let wanted = rows.into_iter().map(|(_, wanted)| wanted).collect();
    same(wanted, &told(&device, lines.len())?)
}
