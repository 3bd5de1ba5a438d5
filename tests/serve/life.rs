//! Start, ready line, port file, end; the state file.

use super::client::{Served, command};
use rustix::process::Signal;
use serde_json::json;
use shakedown::serve::{Options, Server};
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

fn dir() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn run(dir: &Path, args: &[&str]) -> Output {
    command(dir, args).output().expect("the program runs")
}

pub fn it_tells_that_it_is_ready_and_ends_cleanly_on_a_signal() {
    for signal in [Signal::TERM, Signal::INT] {
        let dir = dir();
        let served = Served::start(dir.path(), &["--port-file", "port"]);
        let port = std::fs::read_to_string(dir.path().join("port")).expect("a port file");
        assert_eq!(port, format!("{}\n", served.port));
        assert_eq!(served.url, format!("http://127.0.0.1:{}", served.port));
        let (key, _) = served.keys(0);
        served.signal(signal);
        let (status, out, err) = served.ended();
        assert_eq!(status.code(), Some(0), "{err}");
        assert_eq!(out, "", "stdout has the ready line alone");
        assert!(err.contains(&key), "{err}");
        let left: Vec<_> = std::fs::read_dir(dir.path()).expect("a folder").collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

pub fn a_port_file_is_never_stale_and_nothing_else_is_replaced() {
    let dir = dir();
    let file = dir.path().join("port");
    std::fs::write(&file, "1\n").expect("a stale one");
    let mut child = command(dir.path(), &["--port-file", "port", "--fleet", "20000"])
        .spawn()
        .expect("it starts");
    let told = loop {
        match std::fs::read_to_string(&file) {
            Ok(text) if text == "1\n" => std::thread::sleep(Duration::from_millis(1)),
            other => break other,
        }
    };
    assert!(told.is_err(), "it is gone while the server boots: {told:?}");
    child.kill().expect("it runs");
    child.wait().expect("it has ended");

    std::fs::write(&file, "my notes\n").expect("a file");
    let output = run(dir.path(), &["--port-file", "port"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("no port file"), "{}", said(&output));
    let kept = std::fs::read_to_string(&file).expect("the file");
    assert_eq!(kept, "my notes\n");
}

pub fn a_state_with_more_accounts_is_told() {
    let dir = dir();
    Served::start(dir.path(), &["--state", "s", "--accounts", "2"]).stopped();
    let output = run(dir.path(), &["--state", "s", "--accounts", "1"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let want = "say --accounts 2 or leave it out";
    assert!(said(&output).contains(want), "{}", said(&output));
    let served = Served::start(dir.path(), &["--state", "s"]);
    served.token(1);
}

pub fn requests_in_flight_are_finished() {
    let dir = dir();
    let args = ["--fault", "getUserAccount=delay:1500ms", "--log"];
    let served = Served::start(dir.path(), &args);
    let token = served.token(0);
    let port = served.port;
    let call = std::thread::spawn(move || {
        let mut stream = super::client::connect(port).expect("a connection");
        let headers = [("Authorization", token.as_str())];
        let text = super::client::request("GET", "/api/v2/account", &headers, "");
        std::io::Write::write_all(&mut stream, text.as_bytes()).expect("it is sent");
        super::client::answer(&mut std::io::BufReader::new(stream))
    });
    std::thread::sleep(Duration::from_millis(500));
    let (status, _, err) = served.stopped();
    assert_eq!(status.code(), Some(0), "{err}");
    let got = call.join().expect("no panic").expect("an answer");
    assert_eq!(got.status, 200, "{}", got.text());
}

pub fn what_cannot_be_had_is_said_with_how_to_mend_it() {
    let dir = dir();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    for (args, code, want) in [
        (
            vec!["--listen", address.as_str()],
            3,
            "help: something listens there",
        ),
        (
            vec!["--port-file", "no/such/folder/port"],
            3,
            "cannot write no/such/folder/port",
        ),
        (
            vec!["--state", "no/such/folder/s"],
            3,
            "cannot open no/such/folder/s",
        ),
        (vec!["--world", "none.yaml"], 2, "none.yaml"),
        (vec!["--knob", "nothing=1"], 2, "no knob `nothing`"),
        (vec!["--fault", "getByUid=often"], 2, "getByUid"),
        (vec!["--ca-file", "ca.pem"], 2, "--tls"),
        (vec!["--platform", "atlantis"], 2, "zinfandel"),
    ] {
        let output = run(dir.path(), &args);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}: {}",
            said(&output)
        );
        assert!(said(&output).contains(want), "{args:?}: {}", said(&output));
        assert!(output.stdout.is_empty(), "{args:?}: it was never ready");
    }
}

pub fn another_address_needs_the_flag() {
    let dir = dir();
    let output = run(dir.path(), &["--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("--allow-remote"),
        "{}",
        said(&output)
    );
}

pub fn the_document_is_printed_without_a_server() {
    let dir = dir();
    let output = run(dir.path(), &["--print-openapi"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let served = Served::start(
        dir.path(),
        &["--public-url", "https://pinotage-api.centrastage.net/"],
    );
    let document = served.call("GET", "/api/v3/api-docs", &[], "").json();
    assert_eq!(printed, document);
}

pub fn a_state_goes_on_where_it_was() {
    let dir = dir();
    let args = ["--state", "s.jsonl", "--fleet", "5", "--accounts", "2"];
    let served = Served::start(dir.path(), &args);
    let token = served.token(1);
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
    ];
    let body = json!({ "name": "kept", "value": "secret-1", "masked": true }).to_string();
    let made = served.call("PUT", "/api/v2/account/variable", &headers, &body);
    assert_eq!((made.status, made.body.len()), (200, 0));
    let second = run(dir.path(), &args);
    assert_eq!(second.status.code(), Some(2), "{}", said(&second));
    assert!(
        said(&second).contains("another server uses s.jsonl"),
        "{}",
        said(&second)
    );
    let devices = served
        .call("GET", "/api/v2/account/devices", &headers, "")
        .json();
    served.signal(Signal::KILL);
    drop(served);

    let text = std::fs::read_to_string(dir.path().join("s.jsonl")).expect("the state");
    assert!(
        text.contains("secret-1"),
        "values are needed at the next start"
    );
    std::fs::write(dir.path().join("s.jsonl"), format!("{text}{{\"seq\":")).expect("torn");
    let served = Served::start(dir.path(), &args);
    let variables = served
        .call("GET", "/api/v2/account/variables", &headers, "")
        .json();
    let rows = variables["variables"].as_array().expect("variables");
    assert!(rows.iter().any(|v| v["name"] == "kept"), "{variables}");
    let again = served
        .call("GET", "/api/v2/account/devices", &headers, "")
        .json();
    let uids = |page: &serde_json::Value| -> Vec<serde_json::Value> {
        let rows = page["devices"].as_array().cloned().unwrap_or_default();
        rows.iter().map(|d| d["uid"].clone()).collect()
    };
    assert_eq!(uids(&again), uids(&devices));
    assert_eq!(uids(&again).len(), 5);
    let (status, _, err) = served.stopped();
    assert_eq!(status.code(), Some(0));
    assert!(err.contains("the last line was cut off"), "{err}");
}

pub fn a_state_of_something_else_is_refused_with_its_place() {
    let dir = dir();
    std::fs::write(dir.path().join("s"), "not ours\n").expect("a file");
    let output = run(dir.path(), &["--state", "s"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("s:1:"), "{}", said(&output));
    assert!(said(&output).contains("help:"), "{}", said(&output));
    let kept = std::fs::read_to_string(dir.path().join("s")).expect("the file");
    assert_eq!(kept, "not ours\n");

    Served::start(dir.path(), &["--state", "t", "--seed", "3"]).stopped();
    let output = run(dir.path(), &["--state", "t", "--seed", "4"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("--seed 3"), "{}", said(&output));
}

pub fn several_servers_in_one_process_are_apart() {
    let one = Server::start(Options::default()).expect("it starts");
    let two = Server::start(Options::default()).expect("it starts");
    assert_ne!(one.url(), two.url());
    assert_eq!(one.keys(), two.keys(), "the same seed gives the same keys");
    let before = (one.now_ms(), two.now_ms());
    one.advance(Duration::from_secs(360_000))
        .expect("it advances");
    assert!(one.now_ms() - before.0 >= 360_000_000);
    assert!(two.now_ms() - before.1 < 360_000_000);
    let address = one.address();
    one.stop();
    TcpListener::bind(address).expect("its port is free again");
}
