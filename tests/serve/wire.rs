//! Connections: kept, pipelined, cut, delayed, bounded.

use super::client::{Served, answer, connect, request};
use std::io::{BufReader, Read, Write};
use std::time::{Duration, Instant};

fn served(args: &[&str]) -> (Served, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    (Served::start(dir.path(), args), dir)
}

pub fn connections_are_kept_and_requests_may_follow_at_once() {
    let (served, _dir) = served(&[]);
    let mut stream = connect(served.port).expect("a connection");
    let clock = request("GET", "/shakedown/clock", &[], "");
    let status = request("GET", "/api/v2/system/status", &[], "");
    let together = format!("{clock}{status}{clock}");
    stream.write_all(together.as_bytes()).expect("it is sent");
    let mut from = BufReader::new(stream.try_clone().expect("a copy"));
    let got: Vec<_> = (0..3)
        .map(|_| answer(&mut from).expect("an answer"))
        .collect();
    assert_eq!(got.iter().map(|g| g.status).collect::<Vec<_>>(), [200; 3]);
    assert!(got[0].json()["ms"].is_i64() && got[2].json()["ms"].is_i64());
    assert!(got[1].json()["ms"].is_null(), "answers come in order");
    stream.write_all(clock.as_bytes()).expect("it is kept");
    assert_eq!(answer(&mut from).expect("an answer").status, 200);
}

pub fn a_cut_ends_the_connection_without_an_answer() {
    let (served, _dir) = served(&["--fault", "getUserAccount=cut x1"]);
    let token = served.token(0);
    let headers = [("Authorization", token.as_str())];
    let cut = served.try_call("GET", "/api/v2/account", &headers, "");
    assert_eq!(
        cut.map(|got| got.head).map_err(|e| e.kind()),
        Err(std::io::ErrorKind::UnexpectedEof)
    );
    assert_eq!(
        served.call("GET", "/api/v2/account", &headers, "").status,
        200
    );
}

pub fn a_delay_is_waited_for() {
    let (served, _dir) = served(&["--fault", "getUserAccount=delay:700ms x1"]);
    let token = served.token(0);
    let headers = [("Authorization", token.as_str())];
    let timed = || {
        let begun = Instant::now();
        assert_eq!(
            served.call("GET", "/api/v2/account", &headers, "").status,
            200
        );
        begun.elapsed()
    };
    assert!(timed() >= Duration::from_millis(700));
    assert!(timed() < Duration::from_millis(600));
}

pub fn a_body_that_is_too_large_is_refused_in_the_form_of_its_endpoint() {
    let (served, _dir) = served(&[]);
    let body = "x".repeat((4 << 20) + 1);
    let got = served.call("PUT", "/shakedown/variables.csv", &[], &body);
    assert_eq!(got.status, 413);
    assert!(got.json()["error"].is_string() && got.json()["help"].is_string());
    let got = served.call("PUT", "/api/v2/site", &[], &body);
    assert_eq!((got.status, &got.json()["status"]), (413, &413.into()));
}

pub fn what_is_too_large_is_refused() {
    let (served, _dir) = served(&[]);
    let body = "x".repeat(5 << 20);
    let mut stream = connect(served.port).expect("a connection");
    let text = request("PUT", "/api/v2/site", &[], &body);
    // The answer may come before all of it was taken.
    let _ = stream.write_all(text.as_bytes());
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    if !said.is_empty() {
        let said = String::from_utf8_lossy(&said);
        assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
    }
    let long = format!("/{}", "x".repeat(100 << 10));
    let got = served.call("GET", &long, &[], "");
    assert!([414, 431].contains(&got.status), "{}", got.head);
    assert_eq!(served.call("GET", "/shakedown/clock", &[], "").status, 200);
}
