//! Ctrl-C and SIGTERM: everything goes, the reports are there.

use super::{Call, Place};
use std::process::Stdio;
use std::time::{Duration, Instant};

pub fn an_interrupted_run_writes_its_reports_and_ends_with_130() {
    let place = Place::new();
    place.components();
    place.file("good/script.sh", "#!/bin/bash\nsleep 300\necho ready\n");
    place.scenario("scenarios/a.yaml", "Alpha sleeps", "good", "x");
    place.scenario("scenarios/b.yaml", "Beta waits", "good", "x");
    let child = place
        .command(&["run", "--jobs", "1", "--json", "-", "--junit", "junit.xml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let began = Instant::now();
    let log = place
        .path()
        .join(".shakedown/runs/latest/001-alpha-sleeps.jsonl");
    let started = || std::fs::read_to_string(&log).is_ok_and(|t| t.contains("job-started"));
    while !started() && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it still runs");
    let call = Call::from(child.wait_with_output().expect("it ends"));
    assert_eq!(call.code, Some(130), "{}", call.stderr);
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "it ended by itself"
    );
    let report: serde_json::Value = serde_json::from_str(&call.stdout).expect("JSON");
    assert_eq!(report["summary"]["interrupted"], 1, "{}", call.stdout);
    assert_eq!(report["summary"]["not_run"], 1, "{}", call.stdout);
    let junit = std::fs::read_to_string(place.path().join("junit.xml")).expect("a report");
    assert!(junit.contains("the run was interrupted"), "{junit}");
    assert!(
        call.stderr.contains("2 scenarios: 1 stopped, 1 not run"),
        "{}",
        call.stderr
    );
}
