//! Remarks by texts of scripts and by what was seen of them.

use super::*;
use crate::rmm::observed::{Change, DeviceNote, DoubleCall, RegistryEntry, WindowWait};
use serde_json::json;

fn codes(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|n| n.code.as_str()).collect()
}

#[test]
fn msiexec_without_a_quiet_switch_is_told_with_its_line() {
    for line in [
        "msiexec /i bright.msi",
        "start /wait MsiExec.exe -x {0B4C1A7E-0000-4000-8000-000000000001}",
        "msiexec.exe /i \"a b.msi\" /norestart",
        "msiexec /x{0B4C1A7E-0000-4000-8000-000000000001}",
        r#"if "%x%"=="1" "%SystemRoot%\System32\msiexec.exe" /i a.msi"#,
        "if %x%==1 (msiexec /i a.msi) else msiexec /i b.msi /qn",
        "reg query HKLM\\x && msiexec /i a.msi",
        "CreateObject(\"WScript.Shell\").Run \"msiexec /i a.msi\", 0, True",
        "Start-Process msiexec.exe -ArgumentList '/i a.msi' -Wait",
        "cmd /c \"msiexec /i a.msi\"",
    ] {
        let notes = of_body(format!("@echo off\r\n{line}\r\n").as_bytes());
        assert_eq!(codes(&notes), ["msi-not-silent"], "{line}");
        assert!(notes[0].message.starts_with("line 2 "), "{line}");
    }
    for line in [
        "msiexec /i bright.msi /qn",
        "msiexec /i bright.msi /quiet",
        "msiexec /qb! /i bright.msi",
        "rem msiexec /i bright.msi",
        "echo msiexec /i bright.msi",
        "net start msiserver",
        "sc query msiexec",
        r#"reg add HKLM\SOFTWARE\x /v UninstallString /d "MsiExec.exe /X{0B4C1A7E-0000-4000-8000-000000000001}" /f"#,
        "reg add HKLM\\SOFTWARE\\x /v UninstallString /d MsiExec.exe /X{0B4C1A7E-0000-4000-8000-000000000001}",
        "set UNINSTALL=msiexec /x{0B4C1A7E-0000-4000-8000-000000000001}",
        "if exist a.msi echo msiexec /i a.msi",
        "Write-Output 'run msiexec /i a.msi yourself'",
    ] {
        assert!(of_body(line.as_bytes()).is_empty(), "{line}");
    }
}

#[test]
fn a_script_that_names_a_service_that_is_stopped_here_is_told() {
    for line in [
        "sc query Spooler",
        "Get-Service -Name 'Spooler'",
        "net stop spooler",
        "sc query Winmgmt",
    ] {
        let told = stopped_service(format!("rem spooler\n{line}\n").as_bytes());
        assert!(
            told.is_some_and(|n| n.message.starts_with("line 2 ")),
            "{line}"
        );
    }
    for line in ["echo spooler", "net stop BrightSpooler", "dir"] {
        assert_eq!(stopped_service(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn a_package_registered_for_wines_user_is_told() {
    let of = |sid: &str| Footprint {
        registry: vec![RegistryEntry {
            key: format!(
                r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\{sid}\Products"
            ),
            value: None,
            change: Change::Created,
            before: None,
            after: None,
        }],
        ..Footprint::default()
    };
    let notes = |sid: &str| of_run(&Observed::default(), &of(sid));
    assert_eq!(codes(&notes(WINE_USER)), ["not-judged-here"]);
    assert!(notes("S-1-5-18").is_empty());
}

#[test]
fn what_the_engine_saw_is_told_once() {
    let mut observed = Observed {
        windows: vec![WindowWait {
            pid: 1,
            name: "setup.exe".into(),
            title: "Bright Setup".into(),
            class: "#32770".into(),
            text: String::new(),
        }],
        ..Observed::default()
    };
    let call = DoubleCall {
        command: "dism".into(),
        args: Vec::new(),
        stdin: String::new(),
        exit: 50,
        built_in: true,
        how: Some(PlayedHow::Refused),
    };
    observed.doubles = vec![call.clone(), call];
    let key = |key: &str| RegistryEntry {
        key: key.into(),
        value: Some("x".into()),
        change: Change::Created,
        before: None,
        after: Some("REG_SZ: 1".into()),
    };
    let told = |name: &str, value| DeviceNote {
        name: name.into(),
        value,
    };
    let healthy = json!({ "command": "dism", "what": "all is well", "declare": "imageHealth" });
    observed.told = vec![
        told("byDefault", healthy.clone()),
        told("byDefault", healthy),
        told("taskTrigger", json!({ "task": r"\Bright\Update" })),
    ];
    let footprint = Footprint {
        registry: vec![
            key(r"HKU\S-1-5-18\Software\Wine\Fonts"),
            key(r"HKU\s-1-5-18\Software\Bright"),
            key(r"HKLM\SOFTWARE\Bright"),
        ],
        ..Footprint::default()
    };
    let notes = of_run(&observed, &footprint);
    assert_eq!(
        codes(&notes),
        [
            "window-waits",
            "not-judged-here",
            "answered-by-default",
            "trigger-never-fires",
            "hkcu-written"
        ]
    );
    assert!(notes[3].message.contains(r"\Bright\Update"));
    assert!(notes[0].message.contains("Bright Setup"));
    assert!(notes[4].message.contains(r"Software\Bright"));
    assert!(of_run(&Observed::default(), &Footprint::default()).is_empty());
}
