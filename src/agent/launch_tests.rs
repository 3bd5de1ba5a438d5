use super::*;
use crate::agent::job::tests::FakeDevice;
use crate::agent::package::{layout, tests::metadata};

fn try_plan(device: &FakeDevice, os: Os, token: &str, body: &[u8]) -> Result<Plan, PlanError> {
    let meta = metadata(token);
    plan(
        device,
        os,
        &ComponentView {
            meta: &meta,
            body,
            polyglot: false,
            attachments: vec![],
        },
        &Knobs::default(),
    )
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.notes.iter().map(|n| n.code.as_str()).collect()
}

#[test]
fn a_shebang_is_honoured_and_bash_is_the_default() {
    let d = FakeDevice::default();
    let p = try_plan(&d, Os::Linux, "unix", b"echo hi\n").unwrap();
    assert_eq!(p.interpreter.as_deref(), Some("/bin/bash"));
    for body in [
        &b"#!/bin/sh\necho"[..],
        b"#! /bin/bash -e",
        b"#!/usr/bin/env bash\n",
    ] {
        let p = try_plan(&d, Os::Linux, "unix", body).unwrap();
        assert_eq!((p.interpreter, p.notes.len()), (None, 0));
    }
}

#[test]
fn carriage_returns_and_byte_order_marks_are_told() {
    let d = FakeDevice::default();
    let p = try_plan(&d, Os::Linux, "unix", b"#!/bin/bash\r\necho\r\n").unwrap();
    assert_eq!(codes(&p), ["crlf-shebang"]);
    let p = try_plan(&d, Os::Linux, "unix", b"\xef\xbb\xbf#!/bin/bash\n").unwrap();
    assert_eq!(codes(&p), ["bom-before-shebang"]);
    assert!(p.interpreter.is_some());
}

#[test]
fn a_missing_interpreter_runs_on_linux_and_skips_on_a_played_mac() {
    let d = FakeDevice::default();
    for body in [&b"#!/bin/zsh\n"[..], b"#!/usr/bin/env -S zsh -e\n"] {
        let p = try_plan(&d, Os::Linux, "unix", body).unwrap();
        assert_eq!(codes(&p), ["interpreter-missing"]);
        let e = try_plan(&d, Os::Macos, "unix", body)
            .unwrap_err()
            .to_string();
        assert!(e.contains("has no ") && e.contains("zsh"), "{e}");
    }
    d.put("/bin/zsh", b"", 0o755);
    assert!(
        try_plan(&d, Os::Macos, "unix", b"#!/bin/zsh\n")
            .unwrap()
            .notes
            .is_empty()
    );
}

#[test]
fn what_cannot_run_for_real_is_skipped_with_its_reason() {
    let d = FakeDevice::default();
    for (os, token, words) in [
        (
            Os::Linux,
            "powershell",
            "installType powershell needs Windows",
        ),
        (Os::Macos, "batch", "macos devices have no cmd.exe"),
        (Os::Linux, "batch", "`--os windows` with exec"),
        (Os::Windows, "unix", "needs a Unix shell"),
        (Os::Windows, "powershell", "needs Windows PowerShell 5.1"),
        (Os::Windows, "python", "needs an interpreter"),
        (Os::Linux, "vbscript", "Windows Script Host"),
        (
            Os::Linux,
            "ruby",
            "needs ruby, which the device does not have",
        ),
        (Os::Linux, "cobol", "not known"),
    ] {
        match try_plan(&d, os, token, b"echo") {
            Err(PlanError::Skip(s)) => assert!(s.reason.contains(words), "{}", s.reason),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_polyglot_batch_body_runs_its_shell_half() {
    let d = FakeDevice::default();
    let meta = metadata("batch");
    let body = b"#!/bin/bash\n@echo off\ngoto WindowsScript\necho unix\nexit\n:WindowsScript\n";
    let view = |polyglot| ComponentView {
        meta: &meta,
        body,
        polyglot,
        attachments: vec![],
    };
    let made = plan(&d, Os::Linux, &view(true), &Knobs::default()).unwrap();
    assert_eq!(codes(&made), ["polyglot-body"]);
    assert!(matches!(
        plan(&d, Os::Linux, &view(false), &Knobs::default()),
        Err(PlanError::Skip(_))
    ));
}

#[test]
fn other_languages_use_the_interpreter_of_the_device() {
    let d = FakeDevice::default();
    d.put("/usr/bin/python3", b"", 0o755);
    let p = try_plan(&d, Os::Linux, "python", b"print(1)").unwrap();
    assert_eq!(p.interpreter.as_deref(), Some("/usr/bin/python3"));
    assert_eq!(
        (p.script_name, codes(&p)),
        ("command.py", vec!["python3-instead"])
    );
}

#[test]
fn timeouts_stdin_and_the_diagnostic_budget_follow_metadata_and_knobs() {
    let d = FakeDevice::default();
    let mut meta = metadata("unix");
    meta.timeout = 0;
    meta.category = Category::Monitors;
    let view = ComponentView {
        meta: &meta,
        body: b"echo",
        polyglot: false,
        attachments: vec![],
    };
    let p = plan(&d, Os::Linux, &view, &Knobs::default()).unwrap();
    let l = layout(Os::Linux, &meta, p.script_name);
    let mut k = Knobs::default();
    let made = launch(&p, &l, &view, vec![], &k);
    assert_eq!(made.timeout, Duration::from_secs(3600));
    assert_eq!(made.cwd, l.folder);
    assert_eq!(
        made.budget_after_line,
        Some((START_DIAGNOSTIC.into(), Duration::from_secs(60)))
    );
    k.diagnostic_seconds = 0;
    k.stdin = knobs::Stdin::Open;
    let made = launch(&p, &l, &view, vec![], &k);
    assert_eq!((made.budget_after_line, made.stdin), (None, Stdin::Open));
}

/// A real machine has PowerShell 5.1 and no script host of Wine's; its own environment is its jobs'.
#[test]
fn a_real_windows_runs_scripts_in_its_own_hosts() {
    let mut d = FakeDevice::of_windows();
    let side = d.windows.as_mut().unwrap();
    side.powershell = true;
    side.environment = Some(vec![("windir".into(), r"D:\Windows".into())]);
    let plan = try_plan(&d, Os::Windows, "powershell", b"exit 5").unwrap();
    assert!(plan.notes.is_empty(), "{:?}", plan.notes);
    let meta = metadata("powershell");
    let component = ComponentView {
        meta: &meta,
        body: b"exit 5",
        polyglot: false,
        attachments: vec![],
    };
    let layout = layout(Os::Windows, &meta, plan.script_name);
    let order = launch(&plan, &layout, &component, Vec::new(), &Knobs::default());
    assert_eq!(
        order.program,
        r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
    );
    let expected = format!(
        "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \"{}\\command.ps1\"",
        layout.folder
    );
    assert_eq!(order.command_line.as_deref(), Some(expected.as_str()));
    assert_eq!(order.cwd, layout.folder);
    let script = try_plan(&d, Os::Windows, "vbscript", b"WScript.Quit 5").unwrap();
    assert!(script.notes.is_empty(), "{:?}", script.notes);
    d.windows.as_mut().unwrap().wine = true;
    let script = try_plan(&d, Os::Windows, "vbscript", b"WScript.Quit 5").unwrap();
    assert_eq!(codes(&script), ["script-host"]);
    let own = crate::agent::windows::environment::of("pc", d.windows());
    assert_eq!(own, [("windir".to_owned(), r"D:\Windows".to_owned())]);
}
