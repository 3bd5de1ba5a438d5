use super::*;
use crate::agent::job::tests::FakeDevice;
use crate::engine::NoSink;
use crate::rmm::facts::{Declared, Facts, Identity};
use crate::rmm::os::WindowsRelease;
use std::sync::Mutex;

struct Heard(Mutex<Vec<u8>>);

impl OutputSink for Heard {
    fn chunk(&self, stream: Stream, bytes: &[u8]) {
        assert!(matches!(stream, Stream::Stderr));
        self.0.lock().unwrap().extend_from_slice(bytes);
    }
}

fn plan() -> Plan {
    Plan {
        script_name: POWERSHELL_SCRIPT,
        interpreter: None,
        line: None,
        body: None,
        notes: Vec::new(),
    }
}

fn wine() -> FakeDevice {
    let mut device = FakeDevice::of_windows();
    let side = device.windows.as_mut().unwrap();
    side.wine = true;
    side.facts = Facts::of(
        WindowsRelease::default(),
        &Identity::default(),
        &Declared::default(),
    );
    device
}

#[test]
fn what_5_1_cannot_parse_ends_with_its_words_and_1_where_7_would_run_it() {
    let heard = Heard(Mutex::default());
    let script = r"C:\p\command.ps1";
    let body = b"$a = $env:a ?? 1\r\nexit 0\r\n";
    let end = refused(&wine(), &plan(), script, body, &heard).unwrap();
    assert!(matches!(end.exit, Exit::Code(1)));
    assert_eq!(end.stderr, *heard.0.lock().unwrap());
    let text = String::from_utf8(end.stderr).unwrap();
    assert!(
        text.starts_with("At C:\\p\\command.ps1:1 char:13\r\n"),
        "{text}"
    );
    assert!(text.contains("Unexpected token '??'"), "{text}");
    assert!(refused(&wine(), &plan(), script, b"exit 0", &NoSink).is_none());
    // A real machine runs its own 5.1, and Batch is no PowerShell.
    let own = FakeDevice::of_windows();
    assert!(refused(&own, &plan(), script, body, &NoSink).is_none());
    let mut batch = plan();
    batch.script_name = "command.bat";
    assert!(refused(&wine(), &batch, script, body, &NoSink).is_none());
}

#[test]
fn a_newer_version_that_is_required_is_told_with_that_of_psversiontable() {
    let body = b"#Requires -Version 7.2\n1";
    let end = refused(&wine(), &plan(), "c.ps1", body, &NoSink).unwrap();
    let text = String::from_utf8(end.stderr).unwrap();
    let version = format!("Windows PowerShell {}.\r\n", powershell::VERSION);
    assert!(text.contains(&version), "{text}");
}

#[test]
fn differences_are_noted_where_7_stands_in() {
    let body = b"New-Object -ComObject Schedule.Service";
    assert_eq!(differences(&wine(), body).len(), 1);
    assert_eq!(differences(&FakeDevice::of_windows(), body), []);
    assert_eq!(differences(&wine(), b"exit 0"), []);
    // A script that was not looked through is told of in the result.
    let deep = "(".repeat(400);
    assert_eq!(
        differences(&wine(), deep.as_bytes())[0].code,
        "script-not-looked-through"
    );
}
