//! Clients that talk nonsense, too slowly, too much or never read: each is answered or closed, and
//! the next one is served as ever.

use super::client::{Served, answer, connect, request};
use shakedown::serve::{Options, Patience, Running, Server};
use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// Heads that are none, and bodies whose length cannot be told.
const MALFORMED: [&[u8]; 19] = [
    b"\r\n\r\n\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET  /api/v2/account  HTTP/1.1\r\n\r\n",
    b"GET /api/v2/account HTTP/9.9\r\nHost: x\r\n\r\n",
    b"G\0T /api/v2/account HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/v2/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/v2/account HTTP/1.1\r\nHost : x\r\n\r\n",
    b"GET /api/v2/account HTTP/1.1\r\nHost: a\0b\r\n\r\n",
    b"GET /api/v2/account HTTP/1.1\r\n folded: x\r\n\r\n",
    b"GET /api/v2/account HTTP/1.1\r\nno colon\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"PUT /api/v2/site HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"PUT /api/v2/site HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"PUT /api/v2/site HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"PUT /api/v2/site HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n{}",
    b"PUT /api/v2/site HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    b"PUT /api/v2/site HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}",
    b"PUT /api/v2/site HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}",
    // A TLS handshake on a port without TLS.
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
];

/// What a server says to these bytes before it ends the connection.
fn said(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(port).expect("a connection");
    // It may be closed before all of it was taken.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    said
}

fn serves(port: u16) {
    let mut stream = connect(port).expect("a connection");
    let text = request("GET", "/shakedown/clock", &[], "");
    stream.write_all(text.as_bytes()).expect("it is sent");
    let got = answer(&mut BufReader::new(stream)).expect("an answer");
    assert_eq!(got.status, 200, "{}", got.text());
}

/// Resident memory of a process, KiB.
fn memory(served: &Served) -> u64 {
    let path = format!("/proc/{}/status", served.child.id());
    let status = std::fs::read_to_string(path).expect("it runs");
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let number = line.and_then(|l| l.split_whitespace().next());
    number.and_then(|n| n.parse().ok()).expect("a size")
}

pub fn nonsense_is_refused_or_closed() {
    let dir = tempfile::tempdir().expect("a folder");
    for args in [&[][..], &["--tls"]] {
        let served = Served::start(dir.path(), args);
        for bytes in MALFORMED {
            let said = String::from_utf8_lossy(&said(served.port, bytes)).into_owned();
            let text = String::from_utf8_lossy(bytes);
            let refused =
                said.is_empty() || said.starts_with("HTTP/1.1 4") || said.starts_with('\u{15}');
            assert!(refused, "{text:?} was answered with {said}");
        }
        let many: String = (0..2000).map(|n| format!("x-{n}: y\r\n")).collect();
        let head = format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n");
        let said = String::from_utf8_lossy(&said(served.port, head.as_bytes())).into_owned();
        assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
        serves(served.port);
    }
}

/// Whole requests with some bytes changed, doubled or left out, from a seed that a failure tells.
pub fn broken_requests_neither_end_it_nor_fill_its_memory() {
    let seed = fastrand::u64(..);
    let mut rng = fastrand::Rng::with_seed(seed);
    let dir = tempfile::tempdir().expect("a folder");
    let served = Served::start(dir.path(), &["--fleet", "20", "--no-rate-limits"]);
    let token = served.token(0);
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
    ];
    let body = r#"{"name":"fuzz","value":"1","masked":false}"#;
    let whole = [
        request("GET", "/api/v2/account/devices?max=10&page=1", &headers, ""),
        request(
            "GET",
            "/api/v2/activity-logs?size=5&from=2026-01-05T09:00:00Z",
            &headers,
            "",
        ),
        request("PUT", "/api/v2/account/variable", &headers, body),
        request(
            "POST",
            "/auth/oauth/token",
            &[],
            "grant_type=password&username=a&password=b",
        ),
        request("DELETE", "/shakedown/calls", &[], ""),
    ];
    let round = |rng: &mut fastrand::Rng| {
        let mut bytes = whole[rng.usize(..whole.len())].clone().into_bytes();
        for _ in 0..rng.usize(1..6) {
            let at = rng.usize(..bytes.len());
            match rng.u8(..4) {
                0 => bytes[at] = rng.u8(..),
                1 => bytes.truncate(at.max(1)),
                2 => drop(bytes.drain(at..(at + rng.usize(1..9)).min(bytes.len()))),
                _ => bytes.extend_from_within(at..),
            }
            if bytes.is_empty() {
                bytes.push(b'\r');
            }
        }
        let said = said(served.port, &bytes);
        let panicked = said.starts_with(b"HTTP/1.1 500");
        assert!(
            !panicked,
            "seed {seed}: {:?}",
            String::from_utf8_lossy(&bytes)
        );
    };
    (0..200).for_each(|_| round(&mut rng));
    let before = memory(&served);
    (0..800).for_each(|_| round(&mut rng));
    let after = memory(&served);
    assert!(
        after < before + (16 << 10),
        "seed {seed}: {before} KiB became {after} KiB"
    );
    serves(served.port);
    let (status, _, err) = served.stopped();
    assert_eq!(status.code(), Some(0), "seed {seed}: {err}");
    assert!(!err.contains("panicked"), "seed {seed}: {err}");
}

pub fn a_thousand_requests_at_once_are_answered_in_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let served = Served::start(dir.path(), &[]);
    let stream = connect(served.port).expect("a connection");
    let mut to = stream.try_clone().expect("a copy");
    let sending = std::thread::spawn(move || {
        let one = |n: usize| request("GET", &format!("/api/v2/nothing-{n}"), &[], "");
        let all: String = (0..1000).map(one).collect();
        to.write_all(all.as_bytes())
    });
    let mut from = BufReader::new(stream);
    for n in 0..1000 {
        let got = answer(&mut from).expect("an answer");
        assert_eq!(got.status, 401, "{n}: {}", got.text());
    }
    sending.join().expect("no panic").expect("all was taken");
}

pub fn chunked_bodies_are_read_and_bounded() {
    let dir = tempfile::tempdir().expect("a folder");
    let served = Served::start(dir.path(), &[]);
    let token = served.token(0);
    let head = |path: &str| {
        format!(
            "PUT {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
    };
    let pieces: String = r#"{"name":"in pieces","value":"1","masked":false}"#
        .chars()
        .map(|c| format!("1;name=x\r\n{c}\r\n"))
        .collect();
    let text = format!("{}{pieces}0\r\n\r\n", head("/api/v2/account/variable"));
    let mut stream = connect(served.port).expect("a connection");
    stream.write_all(text.as_bytes()).expect("it is sent");
    // A client that closes its side at once may get no answer: whole requests are waited for.
    let got = answer(&mut BufReader::new(stream)).expect("an answer");
    assert_eq!(got.status, 200, "{}", got.text());

    let before = memory(&served);
    let mut stream = connect(served.port).expect("a connection");
    let mut sent = stream.write_all(head("/api/v2/account/variable").as_bytes());
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let mut chunks = 0;
    while sent.is_ok() && chunks < 1600 {
        sent = stream.write_all(chunk.as_bytes());
        chunks += 1;
    }
    assert!(sent.is_err(), "100 MiB were taken");
    assert!(memory(&served) < before + (24 << 10), "they were kept");
    serves(served.port);
}

/// A server in this process whose patience ends soon.
fn impatient(fleet: u32) -> Running {
    let options = Options {
        fleet: Some(fleet),
        threads: Some(2),
        patience: Patience {
            head: Duration::from_millis(400),
            body: Duration::from_millis(400),
        },
        ..Options::default()
    };
    Server::start(options).expect("it starts")
}

/// Waits until the other side has ended the connection; gives what it said.
fn closed(stream: &mut TcpStream) -> Vec<u8> {
    let mut said = Vec::new();
    match stream.read_to_end(&mut said) {
        Err(e) if e.kind() == ErrorKind::WouldBlock => panic!("it was left open"),
        _ => said,
    }
}

pub fn slow_clients_lose_their_connections() {
    let server = impatient(1);
    let port = server.address().port();
    let begun = Instant::now();
    let body = "PUT /api/v2/site HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{";
    let kept = request("GET", "/shakedown/clock", &[], "");
    for (beginning, drip, want) in [
        // A head that never ends, one byte at a time.
        ("GET / HTTP/1.1\r\nx: ", true, ""),
        // Nothing at all, and nothing more after an answer.
        ("", false, ""),
        (kept.as_str(), false, "HTTP/1.1 200 "),
        // A body that never ends.
        (body, true, "HTTP/1.1 408 "),
    ] {
        let mut stream = connect(port).expect("a connection");
        stream.write_all(beginning.as_bytes()).expect("it is sent");
        let mut to = stream.try_clone().expect("a copy");
        let dripping = std::thread::spawn(move || {
            for _ in 0..40 {
                std::thread::sleep(Duration::from_millis(50));
                if !drip || to.write_all(b"y").is_err() {
                    return;
                }
            }
            panic!("it took every byte");
        });
        let said = String::from_utf8_lossy(&closed(&mut stream)).into_owned();
        assert!(
            said.starts_with(want) && said.is_empty() == want.is_empty(),
            "{beginning}: {said}"
        );
        dripping.join().expect("its bytes were refused");
    }
    assert!(begun.elapsed() < Duration::from_secs(20));
    serves(port);
}

pub fn a_client_that_takes_no_answer_loses_its_connection() {
    let server = impatient(250);
    let port = server.address().port();
    let keys = &server.keys()[0].keys;
    let form = format!(
        "grant_type=password&username={}&password={}",
        keys.key, keys.secret
    );
    let login = [
        super::client::LOGIN,
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let mut stream = connect(port).expect("a connection");
    let text = request("POST", "/auth/oauth/token", &login, &form);
    stream.write_all(text.as_bytes()).expect("it is sent");
    let got = answer(&mut BufReader::new(stream.try_clone().expect("a copy"))).expect("a token");
    let token = got.json()["access_token"]
        .as_str()
        .map(str::to_owned)
        .expect("a token");

    let bearer = format!("Bearer {token}");
    let page = request(
        "GET",
        "/api/v2/account/devices",
        &[("Authorization", &bearer)],
        "",
    );
    let pages = 40;
    stream
        .write_all(page.repeat(pages).as_bytes())
        .expect("it is sent");
    std::thread::sleep(Duration::from_secs(2));
    let taken = closed(&mut stream);
    let answers = taken.windows(13).filter(|w| *w == b"HTTP/1.1 200 ").count();
    assert!(
        answers > 0 && answers < pages,
        "{answers} answers in {} bytes",
        taken.len()
    );
    serves(port);
}

pub fn more_connections_than_there_is_room_for_wait_for_their_turn() {
    let server = impatient(1);
    let port = server.address().port();
    let idle: Vec<_> = (0..600)
        .map(|_| connect(port).expect("the system takes it"))
        .collect();
    let begun = Instant::now();
    serves(port);
    assert!(begun.elapsed() < Duration::from_secs(10));
    drop(idle);
    serves(port);
}
