//! Every fault, as a real client meets it.

use super::client::{ask, connect, connect_tls, get, is_cut, once};
use super::{World, cloud, route, says, world};
use crate::rmm::service::{Fault, Reply};
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

const TEXT: &str = "The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog again.";

fn faulty(fault: Fault) -> World {
    world(&[cloud(
        false,
        vec![route("/x", vec![says(TEXT)])],
        Some(fault),
    )])
}

/// Status, route and fault of the only call so far.
fn only_call(world: &World) -> (u16, Option<usize>, Option<String>) {
    let (_, calls) = world.network.take();
    assert_eq!(calls.len(), 1, "{calls:?}");
    (calls[0].status, calls[0].route, calls[0].fault.clone())
}

/// All that comes for a request, and how the connection ended when it was not closed in order.
fn all(world: &World, tls: bool) -> (Vec<u8>, Option<std::io::Error>) {
    fn asked(mut stream: impl Read + Write) -> (Vec<u8>, Option<std::io::Error>) {
        let mut got = Vec::new();
        stream.write_all(get("/x").as_bytes()).unwrap();
        let error = stream.read_to_end(&mut got).err();
        (got, error)
    }
    let to = world.http[0];
    if tls {
        asked(connect_tls(to, "cloud.example", world.network.ca_pem().unwrap()).unwrap())
    } else {
        asked(connect(to).unwrap())
    }
}

#[test]
fn status() {
    let world = faulty(Fault::Status(503));
    let answer = once(world.http[0], &get("/x")).unwrap();
    assert_eq!((answer.status, answer.body.len()), (503, 0));
    assert_eq!(only_call(&world), (503, Some(0), Some("status 503".into())));
    assert_eq!(once(world.http[0], &get("/unknown")).unwrap().status, 503);
    assert_eq!(only_call(&world), (503, None, Some("status 503".into())));
}

#[test]
fn delay() {
    let world = faulty(Fault::Delay(150));
    let start = Instant::now();
    assert_eq!(once(world.http[0], &get("/x")).unwrap().text(), TEXT);
    assert!(start.elapsed() >= Duration::from_millis(150));
    assert_eq!(
        only_call(&world),
        (200, Some(0), Some("delay 150 ms".into()))
    );
}

#[test]
fn a_delayed_call_is_recorded_when_it_is_over_even_if_its_client_gives_up() {
    let world = faulty(Fault::Delay(600_000));
    let mut stream = connect(world.http[0]).unwrap();
    stream.write_all(get("/x").as_bytes()).unwrap();
    assert!(world.network.take().1.is_empty());
    // Not only closed: a test that starts a program holds a copy for a moment.
    stream.shutdown(Shutdown::Both).unwrap();
    assert_eq!(
        only_call(&world),
        (0, Some(0), Some("delay 600000 ms".into()))
    );
}

#[test]
fn cut() {
    for tls in [false, true] {
        let world = world(&[cloud(
            tls,
            vec![route("/x", vec![says(TEXT)])],
            Some(Fault::Cut),
        )]);
        let (got, error) = all(&world, tls);
        assert!(got.is_empty(), "tls {tls}");
        assert!(error.as_ref().is_none_or(is_cut), "tls {tls}: {error:?}");
        assert_eq!(only_call(&world), (0, Some(0), Some("cut".into())));
    }
}

#[test]
fn truncate() {
    let long = "0123456789".repeat(500_000);
    for (share, tls) in [(0, false), (50, false), (99, false), (50, true)] {
        for text in [TEXT, &long] {
            let reply = Reply {
                fault: Some(Fault::Truncate(share)),
                ..says(text)
            };
            let world = world(&[cloud(tls, vec![route("/x", vec![reply])], None)]);
            let (got, error) = all(&world, tls);
            assert!(error.as_ref().is_none_or(is_cut), "{error:?}");
            let at = got.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
            let head = String::from_utf8_lossy(&got[..at]).to_lowercase();
            assert!(
                head.contains(&format!("content-length: {}\r\n", text.len())),
                "{head}"
            );
            assert_eq!(
                got.len() - at,
                text.len() * usize::from(share) / 100,
                "{share} %, tls {tls}"
            );
            assert!(text.as_bytes().starts_with(&got[at..]));
            assert_eq!(
                only_call(&world),
                (200, Some(0), Some(format!("truncate to {share} %")))
            );
        }
    }
}

#[test]
fn corrupt_is_the_same_for_the_same_seed() {
    let ask = || {
        let world = faulty(Fault::Corrupt);
        let answer = once(world.http[0], &get("/x")).unwrap();
        assert_eq!(only_call(&world), (200, Some(0), Some("corrupt".into())));
        answer
    };
    let answer = ask();
    assert_eq!(
        answer.header("content-length"),
        Some(TEXT.len().to_string().as_str())
    );
    assert_eq!(answer.body.len(), TEXT.len());
    assert_ne!(answer.body, TEXT.as_bytes());
    assert_eq!(answer.body, ask().body);
}

#[test]
fn hang() {
    let world = faulty(Fault::Hang);
    let mut stream = connect(world.http[0]).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let error = ask(&mut stream, &get("/x")).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{error}"
    );
    assert_eq!(only_call(&world), (0, Some(0), Some("hang".into())));
}

#[test]
fn certificates() {
    for (fault, expected) in [
        (Fault::UntrustedCertificate, "UnknownIssuer"),
        (Fault::ExpiredCertificate, "certificate expired"),
    ] {
        let world = world(&[cloud(
            true,
            vec![route("/x", vec![says(TEXT)])],
            Some(fault.clone()),
        )]);
        let ca = world.network.ca_pem().unwrap();
        let error = connect_tls(world.http[0], "cloud.example", ca).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        let (_, calls) = world.network.take();
        assert_eq!(calls.len(), 1);
        let call = &calls[0];
        assert_eq!(
            (
                call.service.as_str(),
                call.method.as_str(),
                call.path.as_str(),
                call.status
            ),
            ("cloud", "", "", 0)
        );
        assert_eq!(call.fault, Some(fault.word()));

        world.network.set_fault("cloud", None).unwrap();
        let mut stream = connect_tls(world.http[0], "cloud.example", ca).unwrap();
        assert_eq!(ask(&mut stream, &get("/x")).unwrap().text(), TEXT);
        world.network.set_fault("cloud", Some(fault)).unwrap();
        assert!(
            ask(&mut stream, &get("/x")).is_err_and(|e| is_cut(&e)),
            "an open connection outlived the change"
        );
        assert!(connect_tls(world.http[0], "cloud.example", ca).is_err());
    }
}

#[test]
fn refused_and_mended() {
    for start_refused in [false, true] {
        let fault = start_refused.then_some(Fault::Refused);
        let world = world(&[cloud(false, vec![route("/x", vec![says(TEXT)])], fault)]);
        for round in 0..3 {
            if round > 0 || !start_refused {
                let mut open = connect(world.http[0]).unwrap();
                assert_eq!(ask(&mut open, &get("/x")).unwrap().text(), TEXT);
                world
                    .network
                    .set_fault("cloud", Some(Fault::Refused))
                    .unwrap();
                assert!(
                    ask(&mut open, &get("/x")).is_err_and(|e| is_cut(&e)),
                    "an open connection outlived the change"
                );
            }
            let error = connect(world.http[0]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
            world.network.set_fault("cloud", None).unwrap();
            assert_eq!(once(world.http[0], &get("/x")).unwrap().text(), TEXT);
        }
    }
}

#[test]
fn a_replys_own_fault_goes_first_and_an_outage_costs_no_turn() {
    let replies = vec![
        Reply {
            fault: Some(Fault::Cut),
            ..says("never")
        },
        says("second"),
        says("third"),
    ];
    let world = world(&[cloud(
        false,
        vec![route("/x", replies)],
        Some(Fault::Status(500)),
    )]);
    let to = world.http[0];
    assert!(once(to, &get("/x")).is_err_and(|e| is_cut(&e)));
    assert_eq!(once(to, &get("/x")).unwrap().status, 500);
    assert_eq!(once(to, &get("/x")).unwrap().status, 500);
    world.network.set_fault("cloud", None).unwrap();
    assert_eq!(once(to, &get("/x")).unwrap().text(), "second");
    assert_eq!(once(to, &get("/x")).unwrap().text(), "third");
}

#[test]
fn impossible_faults_and_unknown_services_are_named() {
    let world = faulty(Fault::Cut);
    let error = world.network.set_fault("clod", None).unwrap_err();
    assert!(
        error.to_string().contains("\"clod\"") && error.to_string().contains("cloud"),
        "{error}"
    );
    let error = world
        .network
        .set_fault("cloud", Some(Fault::ExpiredCertificate))
        .unwrap_err();
    assert!(error.to_string().contains("needs https"), "{error}");
    assert!(
        once(world.http[0], &get("/x")).is_err(),
        "the former fault is gone"
    );
}
