//! The state file when starts are cut off, when it was damaged, and when the disk takes no more.

use super::client::{Served, command};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A world without devices: its set-up is many events, and needs no engine.
const WORLD: &str = "\
scenario: Two sites
world:
  sites:
    north: { name: North, variables: { a: one } }
    south: { name: South, variables: { b: two } }
steps:
  - advance: 1m
";

pub fn starts_that_are_cut_off_leave_a_state_that_goes_on() {
    let seed = fastrand::u64(..);
    let mut rng = fastrand::Rng::with_seed(seed);
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("world.yaml"), WORLD).expect("a world");
    for round in 0..8 {
        let state = format!("s{round}.jsonl");
        let args = [
            "--state",
            &state,
            "--fleet",
            "3000",
            "--accounts",
            "3",
            "--world",
            "world.yaml",
        ];
        for _ in 0..3 {
            let mut child = command(dir.path(), &args).spawn().expect("it starts");
            std::thread::sleep(Duration::from_micros(rng.u64(500..60_000)));
            kill_process(Pid::from_child(&child), Signal::KILL).expect("it is there");
            child.wait().expect("it has ended");
        }
        let served = Served::start(dir.path(), &args);
        for account in 0..3 {
            let token = served.token(account);
            let headers = [("Authorization", token.as_str())];
            let page = served
                .call("GET", "/api/v2/account/devices", &headers, "")
                .json();
            assert_eq!(
                page["pageDetails"]["totalCount"], 3000,
                "seed {seed}, round {round}"
            );
        }
        let token = served.token(0);
        let headers = [("Authorization", token.as_str())];
        let page = served
            .call("GET", "/api/v2/account/sites", &headers, "")
            .json();
        let named = |name: &str| {
            let rows = page["sites"].as_array().into_iter().flatten();
            rows.filter(|s| s["name"] == name).count()
        };
        assert_eq!(
            (named("North"), named("South")),
            (1, 1),
            "seed {seed}, round {round}"
        );
    }
}

pub fn a_broken_line_is_refused_with_its_number() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("s");
    Served::start(dir.path(), &["--state", "s", "--fleet", "3"]).stopped();
    let good = std::fs::read_to_string(&file).expect("the state");
    assert!(good.lines().count() >= 3, "{good}");
    let second = good.lines().nth(1).expect("a line");
    let half = &second[..second.len() / 2];
    for broken in [half, "", "{}", "[]x", "\u{0}\u{0}\u{0}"] {
        let text = good.replacen(second, broken, 1);
        std::fs::write(&file, &text).expect("it is written");
        let output = command(dir.path(), &["--state", "s"])
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{broken:?}: {said}");
        assert!(
            said.contains("s:2:") && said.contains("help:"),
            "{broken:?}: {said}"
        );
        let kept = std::fs::read_to_string(&file).expect("the state");
        assert_eq!(kept, text, "it is left as it is");
    }
}

/// The largest size of files of a process; none: without a limit. It makes writes fail in the
/// middle, as a full disk does.
fn limit(served: &Served, most: Option<u64>) {
    let new = Rlimit {
        current: most,
        maximum: None,
    };
    prlimit(Some(Pid::from_child(&served.child)), Resource::Fsize, new).expect("a limit is set");
}

/// A server that outlives writes beyond its limit: the signal for them is ignored.
fn started(dir: &Path) -> Served {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]);
    shell.arg(env!("CARGO_BIN_EXE_shakedown"));
    shell.args(["serve", "--state", "s", "--fleet", "4"]);
    shell.current_dir(dir);
    Served::of(shell)
}

pub fn a_full_disk_refuses_whole_requests_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("s");
    let served = started(dir.path());
    let token = served.token(0);
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
    ];
    let page = served
        .call("GET", "/api/v2/account/devices", &headers, "")
        .json();
    let uid = page["devices"][0]["uid"]
        .as_str()
        .expect("a device")
        .to_owned();
    let fields = |served: &Served| {
        let got = served.call("GET", &format!("/api/v2/device/{uid}"), &headers, "");
        got.json()["udf"].clone()
    };
    let set = |served: &Served, value: &str| {
        let all: Value = (1..=20)
            .map(|n| (format!("udf{n}"), json!(value)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let path = format!("/api/v2/device/{uid}/udf");
        served.call("POST", &path, &headers, &all.to_string())
    };
    assert_eq!(set(&served, "before").status, 200);
    let before = std::fs::read(&file).expect("the state");
    for room in [0, 1, 100, 700] {
        limit(&served, Some(before.len() as u64 + room));
        let refused = set(&served, "during");
        assert_eq!(refused.status, 500, "{}", refused.text());
        let body = json!({ "name": "during", "value": "1", "masked": false }).to_string();
        let made = (room < 100).then(|| {
            served
                .call("PUT", "/api/v2/account/variable", &headers, &body)
                .status
        });
        assert!(made.is_none_or(|status| status == 500), "{made:?}");
        assert_eq!(
            fields(&served)["udf1"],
            "before",
            "reads go on, nothing half-done"
        );
        assert_eq!(fields(&served)["udf20"], "before");
        let now = std::fs::read(&file).expect("the state");
        assert!(
            now == before,
            "with room for {room} bytes something was left in it"
        );
    }
    limit(&served, None);
    assert_eq!(set(&served, "after").status, 200);
    served.signal(Signal::KILL);
    drop(served);
    let served = started(dir.path());
    assert_eq!(fields(&served)["udf20"], "after");
    let variables = served
        .call("GET", "/api/v2/account/variables", &headers, "")
        .text();
    assert!(!variables.contains("during"), "{variables}");
}
