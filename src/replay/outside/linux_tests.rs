//! Calls over real connections of loopback.

use super::*;
use crate::rmm::service::{Reply, Route};
use crate::scenario::Spanned;
use crate::scenario::psa::Psa as WorldPsa;

fn world(replies: Vec<Reply>, fault: Option<Fault>) -> World {
    let route = Route {
        replies,
        ..Route::default()
    };
    let spec = |name: &str| ServiceSpec {
        name: name.into(),
        tls: true,
        host: format!("{name}.example"),
        port: 443,
        ..ServiceSpec::default()
    };
    World {
        services: vec![Spanned {
            value: ServiceSpec {
                routes: vec![route],
                fault,
                ..spec("hooks")
            },
            span: crate::scenario::Span::default(),
        }],
        psa: Some(WorldPsa {
            spec: ServiceSpec {
                base_path: "/v1".into(),
                ..spec(PSA)
            },
            ..WorldPsa::default()
        }),
        ..World::default()
    }
}

fn call(outside: &Outside, url: &str) -> Result<Answered, String> {
    let call = Call {
        method: "POST".into(),
        url: url.into(),
        headers: vec![("X-A".into(), "b".into())],
        body: "{}".into(),
        patience: Duration::from_secs(1),
    };
    outside.call(&call, &Cancel::default())
}

const HOOKS: &str = "https://hooks.example/a";

#[test]
fn a_service_is_called_by_its_own_name_and_recorded() {
    let reply = |status, headers: Vec<(String, String)>| Reply {
        status,
        headers,
        body: b"taken".to_vec(),
        fault: None,
    };
    let elsewhere = vec![("Location".into(), "https://psa.example/v1".into())];
    let world = world(vec![reply(202, Vec::new()), reply(302, elsewhere)], None);
    let outside = Outside::new(&world, 7).unwrap();
    let answered = call(&outside, HOOKS).unwrap();
    assert_eq!((answered.status, answered.body.as_str()), (202, "taken"));
    // Redirects are not followed.
    assert_eq!(call(&outside, HOOKS).unwrap().status, 302);
    let calls = outside.take();
    let told = |c: &ServiceCall| (c.service.clone(), c.path.clone(), c.status, c.body.clone());
    let want = |status| ("hooks".to_owned(), "/a".to_owned(), status, "{}".to_owned());
    assert_eq!(
        calls.iter().map(told).collect::<Vec<_>>(),
        [want(202), want(302)]
    );
    let host = |c: &ServiceCall| {
        c.headers
            .iter()
            .any(|(n, v)| n == "host" && v == "hooks.example")
    };
    assert!(calls.iter().all(host), "{calls:?}");
}

#[test]
fn nothing_but_the_world_can_be_called() {
    let outside = Outside::new(&world(vec![Reply::default()], None), 7).unwrap();
    for url in [
        "https://localhost/",
        "https://127.0.0.1/",
        "https://hooks.example:444/",
    ] {
        assert_eq!(call(&outside, url), Err(NO_NAME.to_owned()), "{url}");
    }
}

#[test]
fn each_fault_has_words_of_its_own() {
    let world = world(vec![Reply::default()], Some(Fault::UnknownName));
    let outside = Outside::new(&world, 7).unwrap();
    assert_eq!(call(&outside, HOOKS), Err(NO_NAME.to_owned()));
    for (fault, why) in [
        (Fault::Cut, CUT),
        (Fault::Hang, "no answer came within 1 s"),
        (Fault::Refused, REFUSED),
        (Fault::UntrustedCertificate, CERTIFICATE),
        (Fault::ExpiredCertificate, CERTIFICATE),
    ] {
        outside
            .set_fault("hooks", Some(fault.clone()), false)
            .unwrap();
        assert_eq!(call(&outside, HOOKS), Err(why.to_owned()), "{fault:?}");
        outside.set_fault(PSA, Some(fault.clone()), false).unwrap();
        let psa = call(&outside, "https://psa.example/v1/Tickets");
        assert_eq!(psa, Err(why.to_owned()), "{fault:?}");
    }
    outside.set_fault("hooks", None, false).unwrap();
    outside.set_fault(PSA, None, false).unwrap();
    assert_eq!(call(&outside, HOOKS).map(|a| a.status), Ok(200));
    // It wants credentials.
    let psa = call(&outside, "https://psa.example/v1/Tickets");
    assert_eq!(psa.map(|a| a.status), Ok(401));
}

#[test]
fn an_interrupt_does_not_wait_for_an_answer() {
    let world = world(vec![Reply::default()], Some(Fault::Hang));
    let outside = Outside::new(&world, 7).unwrap();
    let cancel = Cancel::default();
    cancel.cancel();
    let begun = Instant::now();
    let call = Call {
        method: "POST".into(),
        url: HOOKS.into(),
        headers: Vec::new(),
        body: String::new(),
        patience: Duration::from_secs(60),
    };
    assert!(outside.call(&call, &cancel).is_err());
    assert!(begun.elapsed() < Duration::from_secs(10));
}
