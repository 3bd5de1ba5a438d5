//! Which route answers, and what is recorded of it.

use super::client::{ask, connect, get, once, read_answer};
use super::{cloud, route, says, world};
use crate::rmm::service::{Reply, Request, Route, ServiceSpec};
use std::io::Write;

#[test]
fn the_first_route_that_matches_answers_in_turns_and_all_is_recorded() {
    let made = Reply {
        status: 201,
        headers: vec![("X-Seat".into(), "17".into())],
        body: b"{}".to_vec(),
        fault: None,
    };
    let only_post = Request {
        method: Some("POST".into()),
        path: Some("/activate".into()),
        ..Default::default()
    };
    let world = world(&[cloud(
        false,
        vec![
            Route {
                when: only_post,
                replies: vec![made],
            },
            route("/jobs/*", vec![says("queued"), says("done")]),
        ],
        None,
    )]);
    let mut stream = connect(world.http[0]).unwrap();
    let post = "POST /activate?seat=1 HTTP/1.1\r\nHost: CLOUD.example:80\r\nX-Key: abc\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
    let answer = ask(&mut stream, post).unwrap();
    assert_eq!(
        (answer.status, answer.header("x-seat"), answer.text()),
        (201, Some("17"), "{}")
    );
    let texts: Vec<_> = (0..3)
        .map(|_| ask(&mut stream, &get("/jobs/4")).unwrap().text().to_owned())
        .collect();
    assert_eq!(texts, ["queued", "done", "done"]);
    let missing = ask(&mut stream, &get("/activate")).unwrap();
    assert_eq!(missing.status, 404);
    assert!(
        missing.text().contains("\"service\":\"cloud\"") && missing.text().contains("no route"),
        "{}",
        missing.text()
    );

    let (_, calls) = world.network.take();
    let seen: Vec<_> = calls
        .iter()
        .map(|c| (c.method.as_str(), c.path.as_str(), c.status, c.route))
        .collect();
    assert_eq!(
        seen,
        [
            ("POST", "/activate?seat=1", 201, Some(0)),
            ("GET", "/jobs/4", 200, Some(1)),
            ("GET", "/jobs/4", 200, Some(1)),
            ("GET", "/jobs/4", 200, Some(1)),
            ("GET", "/activate", 404, None),
        ]
    );
    assert_eq!(
        (
            calls[0].body.as_str(),
            calls[0].service.as_str(),
            &calls[0].fault
        ),
        ("{\"a\":1}", "cloud", &None)
    );
    assert!(calls[0].headers.contains(&("x-key".into(), "abc".into())));
    assert!(world.network.take().1.is_empty());
}

#[test]
fn query_headers_and_body_decide_too() {
    let when = Request {
        query: vec![("site".into(), "Osaka HQ".into())],
        headers: vec![("X-Token".into(), "t1".into())],
        body_contains: Some("needle".into()),
        ..Default::default()
    };
    let world = world(&[cloud(
        false,
        vec![Route {
            when,
            replies: vec![says("yes")],
        }],
        None,
    )]);
    let post = |query: &str, token: &str, body: &str| {
        let length = body.len();
        let head = format!(
            "POST /{query} HTTP/1.1\r\nHost: cloud.example\r\nx-token: {token}\r\nContent-Length: {length}\r\n\r\n"
        );
        once(world.http[0], &format!("{head}{body}"))
            .unwrap()
            .status
    };
    let far = format!("{}needle", "x".repeat(300_000));
    assert_eq!(post("?site=Osaka+HQ", "t1", &far), 200);
    assert_eq!(post("?site=Osaka", "t1", "needle"), 404);
    assert_eq!(post("?site=Osaka%20HQ", "t2", "needle"), 404);
    assert_eq!(post("?site=Osaka%20HQ", "t1", "need"), 404);
    let (_, calls) = world.network.take();
    assert_eq!(calls[0].body.len(), 64 << 10);
}

#[test]
fn services_of_one_host_are_told_apart_by_their_base() {
    let with_base = |name: &str, base: &str| ServiceSpec {
        name: name.into(),
        base_path: base.into(),
        ..cloud(false, vec![route("/who", vec![says(name)])], None)
    };
    let world = world(&[
        with_base("root", ""),
        with_base("api", "/api"),
        with_base("v2", "/api/v2/"),
    ]);
    assert_eq!(world.http.len(), 1);
    let who = |path: &str| once(world.http[0], &get(path)).unwrap().text().to_owned();
    assert_eq!(
        [who("/who"), who("/api/who"), who("/api/v2/who")],
        ["root", "api", "v2"]
    );
    assert!(who("/apiary/who").contains("\"service\":\"root\""));
    let names: Vec<_> = world
        .network
        .take()
        .1
        .into_iter()
        .map(|c| c.service)
        .collect();
    assert_eq!(names, ["root", "api", "v2", "root"]);
}

#[test]
fn a_request_for_another_host_is_nobodys() {
    let world = world(&[cloud(false, vec![route("/**", vec![says("here")])], None)]);
    let to = world.http[0];
    let host = |lines: &str| once(to, &format!("GET /x HTTP/1.1\r\n{lines}\r\n")).unwrap();
    assert_eq!(host("Host: cloud.example\r\n").status, 200);
    let other = host("Host: 127.0.0.1\r\n");
    assert_eq!(other.status, 404);
    assert!(other.text().contains("cloud.example"), "{}", other.text());
    assert_eq!(host("").status, 400);
    assert_eq!(once(to, "GET /x HTTP/1.0\r\n\r\n").unwrap().status, 200);
    assert_eq!(
        once(
            to,
            "GET http://cloud.example/x HTTP/1.1\r\nHost: proxy\r\n\r\n"
        )
        .unwrap()
        .status,
        200
    );
    let routes: Vec<_> = world
        .network
        .take()
        .1
        .into_iter()
        .map(|c| c.route)
        .collect();
    assert_eq!(routes, [Some(0), None, None, Some(0), Some(0)]);
}

#[test]
fn head_gets_the_head_of_what_get_would() {
    let world = world(&[cloud(
        false,
        vec![Route {
            when: Request {
                method: Some("GET".into()),
                ..Default::default()
            },
            replies: vec![says("twelve bytes")],
        }],
        None,
    )]);
    let mut stream = connect(world.http[0]).unwrap();
    let answer = ask(
        &mut stream,
        "HEAD /f HTTP/1.1\r\nHost: cloud.example\r\n\r\n",
    )
    .unwrap();
    assert_eq!(
        (answer.status, answer.header("content-length")),
        (200, Some("12"))
    );
    assert_eq!(ask(&mut stream, &get("/f")).unwrap().text(), "twelve bytes");
    assert_eq!(world.network.take().1[0].method, "HEAD");
}

#[test]
fn chunked_and_awaited_bodies_are_read() {
    let world = world(&[cloud(
        false,
        vec![route(
            "/up",
            vec![
                says("ok"),
                Reply {
                    status: 204,
                    ..Default::default()
                },
            ],
        )],
        None,
    )]);
    let mut stream = connect(world.http[0]).unwrap();
    let head = "POST /up HTTP/1.1\r\nHost: cloud.example\r\n";
    let chunked =
        format!("{head}Transfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n");
    assert_eq!(ask(&mut stream, &chunked).unwrap().text(), "ok");
    let awaited = format!("{head}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_eq!(ask(&mut stream, &awaited).unwrap().status, 100);
    stream.write_all(b"abc").unwrap();
    assert_eq!(read_answer(&mut stream, false).unwrap().status, 204);
    let bodies: Vec<_> = world.network.take().1.into_iter().map(|c| c.body).collect();
    assert_eq!(bodies, ["Wikipedia", "abc"]);
}

#[test]
fn a_body_past_a_gibibyte_is_refused_and_a_big_one_taken() {
    let world = world(&[cloud(false, vec![route("/up", vec![says("ok")])], None)]);
    let head = |length: u64| {
        format!("PUT /up HTTP/1.1\r\nHost: cloud.example\r\nContent-Length: {length}\r\n\r\n")
    };
    assert_eq!(
        once(world.http[0], &head((1 << 30) + 1)).unwrap().status,
        413
    );
    let mut stream = connect(world.http[0]).unwrap();
    stream.write_all(head(16 << 20).as_bytes()).unwrap();
    for _ in 0..16 {
        stream.write_all(&vec![b'z'; 1 << 20]).unwrap();
    }
    assert_eq!(read_answer(&mut stream, false).unwrap().status, 200);
    let (_, calls) = world.network.take();
    assert_eq!(
        calls
            .iter()
            .map(|c| (c.status, c.body.len()))
            .collect::<Vec<_>>(),
        [(413, 0), (200, 64 << 10)]
    );
}

#[test]
fn a_client_that_is_gone_at_once_is_in_the_next_take() {
    for tls in [false, true] {
        let world = world(&[cloud(tls, vec![route("/beat", vec![says("ok")])], None)]);
        for round in 0..50 {
            if tls {
                let ca = world.network.ca_pem().unwrap();
                let mut stream =
                    super::client::connect_tls(world.http[0], "cloud.example", ca).unwrap();
                stream.write_all(get("/beat").as_bytes()).unwrap();
            } else {
                connect(world.http[0])
                    .unwrap()
                    .write_all(get("/beat").as_bytes())
                    .unwrap();
            }
            let (_, calls) = world.network.take();
            assert_eq!(calls.len(), 1, "tls {tls}, round {round}");
        }
    }
}
