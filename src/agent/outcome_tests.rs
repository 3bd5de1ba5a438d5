//! Status and remarks by how a script ended.

use super::*;
use crate::agent::package::tests::metadata;
use crate::rmm::component::Streams;
use crate::rmm::observed::{InputWait, LeftProcess, RebootAttempt, RebootVia, WindowWait};
use std::time::Duration;

pub(crate) fn outcome(exit: Exit, stdout: &str, stderr: &str) -> Outcome {
    Outcome {
        exit,
        stdout: stdout.into(),
        stderr: stderr.into(),
        stdout_bytes: stdout.len() as u64,
        stderr_bytes: stderr.len() as u64,
        duration: Duration::ZERO,
        over_budget: false,
        observed: Observed::default(),
    }
}

fn run(o: &Outcome, conditions: &[(bool, bool, &str, bool)]) -> (JobStatus, Vec<String>) {
    let mut meta = metadata("unix");
    meta.post_conditions = conditions
        .iter()
        .map(|(stdout, stderr, text, found)| PostCondition {
            streams: Streams {
                stdout: *stdout,
                stderr: *stderr,
            },
            text: (*text).into(),
            found: *found,
        })
        .collect();
    let (status, notes) = judge(&meta, Duration::from_secs(60), o, &Knobs::default());
    (status, notes.into_iter().map(|n| n.code).collect())
}

#[test]
fn the_exit_decides_the_status() {
    for (exit, status) in [
        (Exit::Code(0), JobStatus::Success),
        (Exit::Code(3010), JobStatus::Failure),
        (Exit::Signal(11), JobStatus::Failure),
        (Exit::TimedOut, JobStatus::Failure),
        (Exit::DeviceDown, JobStatus::Failure),
    ] {
        assert_eq!(run(&outcome(exit, "", ""), &[]).0, status);
    }
    let k = Knobs {
        timeout_status: TimeoutStatus::Expired,
        ..Knobs::default()
    };
    let (status, notes) = judge(
        &metadata("unix"),
        Duration::from_secs(60),
        &outcome(Exit::TimedOut, "part", ""),
        &k,
    );
    assert_eq!(
        (status, notes[0].code.as_str()),
        (JobStatus::Expired, "timed-out")
    );
    assert!(notes[0].message.contains("60 s"));
}

#[test]
fn post_conditions_warn_only_a_success_and_mind_case_and_stream() {
    let ok = outcome(Exit::Code(0), "one\nScript Failed!\n", "x");
    for (condition, status, codes) in [
        (
            (true, false, "Script Failed!", true),
            JobStatus::Warning,
            vec!["post-condition"],
        ),
        (
            (false, true, "Script Failed!", true),
            JobStatus::Success,
            vec!["exit-0-after-failure"],
        ),
        (
            (true, true, "script failed!", true),
            JobStatus::Success,
            vec!["post-condition-case", "exit-0-after-failure"],
        ),
        (
            (true, true, "ready", false),
            JobStatus::Warning,
            vec!["post-condition"],
        ),
        (
            (true, false, "one", false),
            JobStatus::Success,
            vec!["exit-0-after-failure"],
        ),
        (
            (true, true, "", true),
            JobStatus::Warning,
            vec!["post-condition"],
        ),
    ] {
        let (s, c) = run(&ok, &[condition]);
        assert_eq!(
            (s, c),
            (status, codes.into_iter().map(str::to_owned).collect()),
            "{condition:?}"
        );
    }
    let failed = outcome(Exit::Code(1), "Script Failed!", "");
    assert_eq!(
        run(&failed, &[(true, false, "Script Failed!", true)]),
        (JobStatus::Failure, vec![])
    );
}

#[test]
fn exit_0_after_a_failure_needs_strong_evidence() {
    for (stdout, stderr) in [
        ("", "/x/command.sh: line 3: instal: command not found"),
        ("", "command.sh: 3: instal: not found"),
        ("ERROR: no licence", ""),
        ("Bright: installation failed (7)", ""),
    ] {
        let (_, codes) = run(&outcome(Exit::Code(0), stdout, stderr), &[]);
        assert_eq!(codes, ["exit-0-after-failure"], "{stdout}{stderr}");
    }
    for (stdout, stderr) in [
        (
            "0 errors",
            "ls: cannot access 'x': No such file or directory",
        ),
        ("nothing failed", "warning: slow"),
        (
            "",
            "/x/command.sh: line 2: @echo: command not found\n/x/command.sh: line 3: goto: command not found",
        ),
    ] {
        assert!(
            run(&outcome(Exit::Code(0), stdout, stderr), &[])
                .1
                .is_empty(),
            "{stdout}{stderr}"
        );
    }
}

#[test]
fn what_the_engine_saw_is_told() {
    let mut o = outcome(Exit::TimedOut, "abc", "");
    o.over_budget = true;
    o.stdout_bytes = 10;
    let left = |holds| LeftProcess {
        pid: 7,
        name: "bvd".into(),
        command_line: "/opt/bvd -f".into(),
        holds_stdout: holds,
        holds_stderr: false,
    };
    o.observed.left = vec![left(true), left(false)];
    o.observed.waits = vec![InputWait {
        pid: 8,
        name: "read".into(),
        command_line: "bash".into(),
        fd: 0,
        what: "the script's stdin".into(),
    }];
    o.observed.reboots = vec![RebootAttempt {
        via: RebootVia::Command,
        by: "shutdown -r now".into(),
    }];
    assert_eq!(
        run(&o, &[]).1,
        [
            "diagnostic-over-budget",
            "output-cut",
            "left-process-holds-output",
            "waits-for-input",
            "reboot-attempt"
        ]
    );
}

#[test]
fn a_script_that_waits_is_told_to_have_been_ended_early() {
    let mut o = outcome(Exit::TimedOut, "", "");
    o.duration = Duration::from_millis(2700);
    assert_eq!(run(&o, &[]).1, ["timed-out"]);
    o.observed.windows = vec![WindowWait {
        pid: 1,
        name: "setup.exe".into(),
        title: "Setup".into(),
        class: "#32770".into(),
        text: String::new(),
    }];
    let meta = metadata("unix");
    let (_, notes) = judge(&meta, Duration::from_secs(60), &o, &Knobs::default());
    assert_eq!(notes[0].code, "ended-early");
    let told = &notes[0].message;
    assert!(
        told.contains("after 2.7 s, before its timeout of 60 s"),
        "{told}"
    );
    o.duration = Duration::from_secs(60);
    assert_eq!(run(&o, &[]).1, ["timed-out"]);
}
