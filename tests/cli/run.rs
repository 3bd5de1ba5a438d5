//! `run` and `exec`: selection, checks without devices, verdicts, reports.

use super::{Call, Place};

/// A scenario's file as this system writes paths.
fn shown(name: &str) -> String {
    std::path::Path::new("scenarios")
        .join(name)
        .display()
        .to_string()
}

pub fn three() -> Place {
    let place = Place::new();
    place.components();
    place.scenario("scenarios/a.yaml", "Alpha deploys", "good", "deploy, quick");
    place.scenario("scenarios/b.yaml", "Beta deploys", "bad", "deploy");
    place.scenario("scenarios/c.yaml", "Gamma watches", "good", "monitor");
    place
}

pub fn list_shows_and_selects() {
    let place = three();
    let names = |arguments: &[&str]| {
        let mut all = vec!["run", "--list"];
        all.extend(arguments);
        let call = place.call(&all);
        assert_eq!(call.code, Some(0), "{}", call.stderr);
        ["Alpha", "Beta", "Gamma"]
            .into_iter()
            .filter(|n| call.stdout.contains(n))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["Alpha", "Beta", "Gamma"]);
    assert_eq!(names(&["--filter", "beta"]), ["Beta"]);
    assert_eq!(
        names(&["--filter", "/^(Alpha|Gamma) /"]),
        ["Alpha", "Gamma"]
    );
    assert_eq!(names(&["--tag", "deploy", "--tag", "!quick"]), ["Beta"]);
    assert_eq!(names(&["scenarios/c.yaml"]), ["Gamma"]);
    let json = place.call(&["run", "--list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(listed[0]["name"], "Alpha deploys");
    assert_eq!(listed[0]["tags"], serde_json::json!(["deploy", "quick"]));
    assert_eq!(listed[0]["file"], shown("a.yaml"));
}

pub fn nothing_chosen_is_exit_4() {
    let place = three();
    for arguments in [
        &["run", "--filter", "delta"][..],
        &["run", "--list", "--tag", "x"],
    ] {
        let call = place.call(arguments);
        assert_eq!(call.code, Some(4), "{}", call.stderr);
        assert!(
            call.stderr.contains("none of the 3 scenarios"),
            "{}",
            call.stderr
        );
    }
}

pub fn a_dry_run_finds_what_is_wrong_and_runs_nothing() {
    let place = three();
    let call = place.call(&["run", "--dry-run"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    assert!(
        call.stderr
            .contains("3 scenarios in 3 files, 2 components: in order"),
        "{}",
        call.stderr
    );
    assert!(
        !place.path().join(".shakedown").exists(),
        "a dry run leaves no record"
    );
    place.scenario("scenarios/d.yaml", "Delta", "missing", "x");
    let call = place.call(&["run", "--dry-run"]);
    assert_eq!(call.code, Some(2), "{}", call.stderr);
    let place_told = format!("{}:", shown("d.yaml"));
    assert!(call.stderr.contains(&place_told), "{}", call.stderr);
    place.file("scenarios/d.yaml", "scenario: x\nstpes: []\n");
    let call = place.call(&["run", "--dry-run"]);
    assert_eq!(call.code, Some(2), "{}", call.stderr);
    assert!(
        call.stderr.contains("stpes") && call.stderr.contains("steps"),
        "{}",
        call.stderr
    );
    assert!(!call.stderr.contains('\u{1b}'), "no colours into a pipe");
}

pub fn a_missing_folder_is_exit_2() {
    let call = Place::new().call(&["run"]);
    assert_eq!(call.code, Some(2), "{}", call.stderr);
    assert!(call.stderr.contains("scenarios"), "{}", call.stderr);
}

pub fn a_bad_scenario_shows_neither_its_secrets_nor_control_characters() {
    let place = Place::new();
    let world = |more: &str, name: &str| {
        format!(
            "scenario: {name}\nworld:\n  sites: {{ o: {{ variables: {{ licence: {{ value: 'TopSecret-1234', {more} }} }} }} }}\n  devices: {{ d: {{ os: linux }} }}\nsteps: [ {{ check: d, expect: {{ online: true }} }} ]\n"
        )
    };
    let long = format!("masked: true, oops: {}", "x".repeat(100_000));
    let cases = [
        world("masked: true, oops: 1", "unknown key"),
        world("masked: yess", "wrong type"),
        world("masked: true ]", "no YAML"),
        world("masked: true, \"TopSecret-1234\": 1", "as a key"),
        world("masked: true, oops: 1", "\"a\u{202e}b\" # \u{9b}31m"),
        world("masked: true, oops\u{1b}]0;x: 1", "a control character"),
        world("masked: true, oops: \0", "NUL"),
        world(&long, "a long line"),
    ];
    for text in &cases {
        place.file("a.yaml", text);
        for more in [&["run", "a.yaml"][..], &["run", "a.yaml", "--dry-run"]] {
            let call = place.call(more);
            assert_eq!(call.code, Some(2), "{}", call.stderr);
            assert!(call.stderr.contains("a.yaml:3:"), "{}", call.stderr);
            assert!(!call.stderr.contains("TopSecret"), "{}", call.stderr);
            assert!(
                !call.stderr.contains(['\u{1b}', '\0', '\u{202e}', '\u{9b}']),
                "{:?}",
                call.stderr
            );
            assert!(call.stderr.len() < 4000, "{} bytes", call.stderr.len());
        }
    }
}

pub fn an_exact_name_takes_just_that_scenario() {
    let place = three();
    place.scenario("scenarios/d.yaml", "Alpha deploys again", "good", "deploy");
    let call = place.call(&["run", "--list", "--filter", "=Alpha deploys"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    assert!(
        call.stdout.contains("  Alpha deploys  ["),
        "{}",
        call.stdout
    );
    assert_eq!(call.stdout.matches("Alpha").count(), 1, "{}", call.stdout);
}

pub fn places_that_cannot_be_written_are_told_before_the_run() {
    let place = three();
    let call = place.call(&["run", "--record", "good/script.sh/runs"]);
    assert_eq!(call.code, Some(2), "{}", call.stderr);
    assert!(call.stderr.contains("`--record DIR`"), "{}", call.stderr);
    for report in ["--junit", "--json"] {
        let call = place.call(&["run", report, "nope/deep/x.out"]);
        assert_eq!(call.code, Some(2), "{}", call.stderr);
        assert!(
            call.stderr.contains("there is no folder nope/deep"),
            "{}",
            call.stderr
        );
        assert!(!call.stderr.contains("Alpha"), "{}", call.stderr);
        assert!(!place.path().join("nope").exists());
    }
}

pub fn verdicts_reach_the_exit_code_and_every_report() {
    let place = three();
    let call = place.call(&["run", "--seed", "7", "--json", "-", "--junit", "junit.xml"]);
    assert_eq!(call.code, Some(1), "{}", call.stderr);
    let report: serde_json::Value = serde_json::from_str(&call.stdout).expect("JSON");
    assert_eq!(report["seed"], 7);
    assert_eq!(report["summary"]["passed"], 2, "{}", call.stdout);
    assert_eq!(report["summary"]["failed"], 1);
    assert_eq!(report["scenarios"][1]["verdict"], "failed");
    let junit = std::fs::read_to_string(place.path().join("junit.xml")).expect("a report");
    assert!(
        junit.contains("tests=\"3\"") && junit.contains("failures=\"1\""),
        "{junit}"
    );
    for expected in [
        "FAILED",
        "scenarios/b.yaml:",
        "half way",
        "no \\x1b[31mlicence",
        "exit 3",
        "shakedown run scenarios/b.yaml --filter '=Beta deploys' --seed 7",
        "3 scenarios: 2 passed, 1 failed",
        "record  .shakedown/runs/",
    ] {
        assert!(
            call.stderr.contains(expected),
            "{expected} is not in:\n{}",
            call.stderr
        );
    }
    assert!(
        !call.stderr.contains('\u{1b}'),
        "no escape codes into a pipe:\n{}",
        call.stderr
    );
    assert!(
        place
            .path()
            .join(".shakedown/runs/latest/run.jsonl")
            .is_file()
    );
}

pub fn colours_only_where_they_are_wanted() {
    let place = three();
    let run = |more: &[&str], no_color: &str| {
        let mut arguments = vec!["run", "scenarios/a.yaml"];
        arguments.extend(more);
        let mut command = place.command(&arguments);
        if !no_color.is_empty() {
            command.env("NO_COLOR", no_color);
        }
        let output = command.output().expect("the program starts");
        String::from_utf8_lossy(&output.stderr).contains('\u{1b}')
    };
    assert!(!run(&[], ""));
    assert!(!run(&["--color", "never"], ""));
    assert!(run(&["--color", "always"], "1"));
}

pub fn quiet_prints_failures_and_the_summary() {
    let call = three().call(&["run", "--quiet"]);
    assert_eq!(call.code, Some(1));
    assert!(!call.stderr.contains("Alpha"), "{}", call.stderr);
    assert!(call.stderr.contains("Beta"), "{}", call.stderr);
}

pub fn a_report_that_cannot_be_written_is_no_success() {
    let call = three().call(&["run", "scenarios/a.yaml", "--junit", "good"]);
    assert_eq!(call.code, Some(2), "{}", call.stderr);
    assert!(call.stderr.contains("cannot write good"), "{}", call.stderr);
}

pub fn exec_streams_and_tells_what_changed() {
    let place = Place::new();
    place.components();
    place.file(
        "good/script.sh",
        "#!/bin/bash\necho \"got $word\"\necho aside >&2\nmkdir -p /opt/shakedown-test\necho x > /opt/shakedown-test/file\n",
    );
    place.file("good/component.yaml", "name: Good\ncategory: scripts\ntype: unix\nscript: script.sh\nvariables:\n  - name: word\n    type: string\n");
    let call = place.call(&["exec", "good", "--var", "word=hello"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    assert_eq!(call.stdout, "got hello\n");
    assert!(call.stderr.starts_with("aside\n"), "{}", call.stderr);
    for expected in ["success, exit 0", "/opt/shakedown-test", "+ file"] {
        assert!(
            call.stderr.contains(expected),
            "{expected} is not in:\n{}",
            call.stderr
        );
    }
    let json = place.call(&["exec", "good", "--var", "word=hello", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(report["stdout"]["text"], "got hello\n");
    assert_eq!(report["status"], "success");
}

pub fn exec_fails_with_the_job() {
    let place = Place::new();
    place.components();
    let call = place.call(&["exec", "bad"]);
    assert_eq!(call.code, Some(1), "{}", call.stderr);
    assert_eq!(call.stdout, "half way\n");
    assert!(call.stderr.contains("failure, exit 3"), "{}", call.stderr);
    assert_eq!(place.call(&["exec", "missing"]).code, Some(2));
}

pub fn a_secret_of_exec_is_shown_nowhere() {
    let place = Place::new();
    place.components();
    let secret = "BRGT-2025-OSAK-0001";
    place.file("good/component.yaml", "name: Good\ncategory: scripts\ntype: unix\nscript: script.sh\nvariables:\n  - name: key\n    type: string\n");
    place.file(
        "good/script.sh",
        "#!/bin/bash\nprintf '%s' \"${key:0:9}\"; sleep 0.05; echo \"${key:9}\"\nprintf '%s' \"$key\" | base64 >&2\necho x > \"/opt/$key\"\n",
    );
    let variable = format!("key={secret}");
    for form in [&["exec", "good"][..], &["exec", "good", "--json"]] {
        let call = place.call(&[form, &["--secret", &variable]].concat());
        assert_eq!(call.code, Some(0), "{}", call.stderr);
        for shown in [secret, "QlJHVC0yMDI1LU9TQUstMDAwM", "OSAK-0001"] {
            let all = format!("{}{}", call.stdout, call.stderr);
            assert!(!all.contains(shown), "{shown} is in:\n{all}");
            assert!(all.contains("***"), "{all}");
        }
    }
}

pub fn exec_takes_the_system_that_the_script_is_for() {
    let place = Place::new();
    for (language, script) in [
        ("batch", "@echo off\r\necho done\r\n"),
        ("powershell", "Write-Output done\r\n"),
    ] {
        place.file(&format!("{language}/script"), script);
        place.file(
            &format!("{language}/component.yaml"),
            &format!("name: Good\ncategory: scripts\ntype: {language}\nscript: script\n"),
        );
        let mut command = place.command(&["exec", language]);
        // Without layers there no Windows device runs, and why is told.
        command.env("SHAKEDOWN_CACHE", place.path().join("cache"));
        let call = Call::from(command.output().expect("the program starts"));
        assert_eq!(call.code, Some(4), "{}", call.stderr);
        let on_linux = call.stderr.contains("installType");
        assert!(
            call.stderr.contains("not run") && !on_linux,
            "{}",
            call.stderr
        );
    }
}
