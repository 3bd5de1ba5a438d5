//! What holds for every call, whatever operation it is of.

use super::*;
use crate::api::table::operations;
use crate::api::{Calls, LONGEST_BODY};
use crate::rmm::api_knobs::{ApiErrorBody, ApiKnobs, ApiResetAnswer};
use proptest::prelude::*;
use std::sync::Mutex;

const ACCOUNT: &str = "/api/v2/account";
const STATUS: &str = "/api/v2/system/status";

#[test]
fn the_status_needs_no_token() {
    let w = world(settings());
    let answer = w.ask("GET", STATUS, &[], "");
    assert_eq!(answer.status, 200);
    assert_eq!(json(&answer)["started"], "2026-01-05T09:00:00.000Z");
    w.advance(1000);
    assert_eq!(
        w.ask("GET", STATUS, &[("authorization", "Bearer x")], "")
            .body,
        answer.body
    );
}

#[test]
fn all_other_operations_need_one() {
    let w = world(settings());
    for o in operations().filter(|o| !o.public) {
        let answer = w.ask(o.method.as_str(), &format!("/api{}", o.path), &[], "");
        assert_eq!(answer.status, 401, "{}", o.id);
    }
}

#[test]
fn a_slash_at_the_end_counts_for_nothing() {
    let w = world(settings());
    let token = w.token(0, "ann");
    assert_eq!(w.with(&token, "GET", "/api/v2/account/", "").status, 200);
    assert_eq!(w.with(&token, "GET", "/api/v2/account//", "").status, 404);
}

#[test]
fn a_wrong_prefix_is_not_found() {
    let w = world(settings());
    let token = w.token(0, "ann");
    for path in [
        "/v2/account",
        "/api/account",
        "/api/api/v2/account",
        "/account",
        "/",
        "",
        "/api",
        "/api/v1/account",
        "/API/v2/account",
    ] {
        assert_eq!(w.with(&token, "GET", path, "").status, 404, "{path}");
    }
}

#[test]
fn places_of_documents_are_told_apart_as_seen_live() {
    let w = world(settings());
    for (path, status) in [
        ("/api/v3/api-docs", 200),
        ("/api/v3/api-docs/Datto-RMM", 200),
        ("/api/swagger-ui/index.html", 200),
        ("/api/swagger.json", 401),
        ("/api/v2/api-docs", 401),
        ("/v2/api-docs", 404),
        ("/v3/api-docs", 404),
    ] {
        assert_eq!(w.ask("GET", path, &[], "").status, status, "{path}");
    }
    let document = json(&w.ask(
        "GET",
        "/api/v3/api-docs",
        &[("host", "pinotage-api.centrastage.net")],
        "",
    ));
    assert_eq!(
        document["servers"][0]["url"],
        "http://pinotage-api.centrastage.net/api"
    );
}

#[test]
fn another_method_is_refused_with_those_that_are_done() {
    let w = world(settings());
    let token = w.token(0, "ann");
    for method in ["PATCH", "POST", "TRACE", "PURGE"] {
        let answer = w.with(&token, method, ACCOUNT, "");
        assert_eq!(
            (answer.status, header(&answer, "allow")),
            (405, "GET, HEAD, OPTIONS"),
            "{method}"
        );
    }
    let answer = w.with(&token, "GET", "/api/v2/user/resetApiKeys", "");
    assert_eq!(
        (answer.status, header(&answer, "allow")),
        (405, "POST, OPTIONS")
    );
    assert_eq!(w.ask("PATCH", ACCOUNT, &[], "").status, 401);
}

#[test]
fn options_tells_the_methods_and_needs_no_token() {
    let w = world(settings());
    for (path, allow) in [
        (ACCOUNT, "GET, HEAD, OPTIONS"),
        ("/auth/oauth/token", "POST, OPTIONS"),
        ("/auth/login", "GET, POST, HEAD, OPTIONS"),
        ("/api/v3/api-docs", "GET, HEAD, OPTIONS"),
    ] {
        let answer = w.ask("OPTIONS", path, &[], "");
        assert_eq!(
            (answer.status, header(&answer, "allow"), answer.body.len()),
            (204, allow, 0),
            "{path}"
        );
    }
    assert_eq!(w.ask("OPTIONS", "/v2/account", &[], "").status, 404);
}

#[test]
fn head_is_get_without_its_body() {
    let w = world(settings());
    let token = w.token(0, "ann");
    let (get, head) = (
        w.with(&token, "GET", ACCOUNT, ""),
        w.with(&token, "HEAD", ACCOUNT, ""),
    );
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(header(&head, "content-length"), get.body.len().to_string());
    assert_eq!(
        w.with(&token, "HEAD", "/api/v2/user/resetApiKeys", "")
            .status,
        405
    );
    assert_eq!(w.ask("HEAD", ACCOUNT, &[], "").status, 401);
}

#[test]
fn a_body_longer_than_a_mebibyte_is_refused() {
    let w = world(settings());
    let token = w.token(0, "ann");
    let body = "x".repeat(LONGEST_BODY + 1);
    assert_eq!(w.with(&token, "PUT", "/api/v2/site", &body).status, 413);
    assert_eq!(w.token_call(&body).status, 413);
    assert_ne!(
        w.with(&token, "PUT", "/api/v2/site", &body[1..]).status,
        413
    );
}

#[test]
fn a_body_nested_deeply_is_refused() {
    let w = world(settings());
    let token = w.token(0, "ann");
    for body in [
        "[".repeat(500_000),
        format!("{{\"name\":{}", "{\"a\":".repeat(100_000)),
    ] {
        assert_eq!(w.with(&token, "PUT", "/api/v2/site", &body).status, 400);
    }
}

#[test]
fn unknown_parameters_and_headers_are_ignored_and_of_two_the_first_counts() {
    let w = world(settings());
    let token = w.token(0, "ann");
    let bearer = format!("bearer {token}");
    let target = "/api/v2/account/sites?max=1&max=2&sitename=x&foo&=&page=0";
    let mut odd = request("GET", target, &[("authorization", &bearer)], "");
    let value = HeaderValue::from_bytes(b"\xff\xfe").expect("it may be sent");
    for name in ["x-odd", "accept", "cookie", "host", "content-type"] {
        odd.headers.insert(name, value.clone());
    }
    let answer = w.api.answer(&w.shared, &odd);
    assert_eq!(answer.status, 200);
    let one = w.with(&token, "GET", "/api/v2/account/sites?max=1", "");
    assert_eq!(
        json(&answer)["pageDetails"]["count"],
        json(&one)["pageDetails"]["count"]
    );
}

#[test]
fn an_error_has_the_body_of_the_knob() {
    for (error_body, has) in [
        (ApiErrorBody::Spring, "timestamp"),
        (ApiErrorBody::Errors, "errors"),
    ] {
        let w = world(Settings {
            knobs: ApiKnobs {
                error_body,
                ..ApiKnobs::default()
            },
            ..settings()
        });
        assert!(json(&w.ask("GET", ACCOUNT, &[], "")).get(has).is_some());
    }
    let knobs = ApiKnobs {
        error_body: ApiErrorBody::Empty,
        ..ApiKnobs::default()
    };
    assert!(
        world(Settings {
            knobs,
            ..settings()
        })
        .ask("GET", ACCOUNT, &[], "")
        .body
        .is_empty()
    );
}

#[test]
fn keys_are_reset_at_once_and_answered_by_the_knob() {
    for (reset_answer, told) in [(ApiResetAnswer::Keys, true), (ApiResetAnswer::Name, false)] {
        let w = world(Settings {
            knobs: ApiKnobs {
                reset_answer,
                ..ApiKnobs::default()
            },
            ..settings()
        });
        let token = w.token(0, "ann");
        let other = w.token(1, "bob");
        let answer = w.with(&token, "POST", "/api/v2/user/resetApiKeys", "");
        let body = json(&answer);
        assert_eq!(
            (answer.status, &body["userName"]),
            (200, &"ann@example.test".into())
        );
        assert_eq!(body["apiAccessKey"].is_string(), told);
        assert_eq!(w.with(&token, "GET", ACCOUNT, "").status, 401);
        assert_eq!(w.with(&other, "GET", ACCOUNT, "").status, 200);
        assert_eq!(w.log_in(&keys(SEED, 0, "ann")).status, 400);
        if told {
            let new = ApiKeys {
                key: text(&body["apiAccessKey"]),
                secret: text(&body["apiSecretKey"]),
            };
            let form = |k: &str| {
                k.len() == 32
                    && k.bytes()
                        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            };
            assert!(form(&new.key) && form(&new.secret));
            assert_eq!(w.log_in(&new).status, 200);
            // Reset once more: other keys again.
            let token = text(&json(&w.log_in(&new))["access_token"]);
            let again = json(&w.with(&token, "POST", "/api/v2/user/resetApiKeys", ""));
            assert_ne!(again["apiAccessKey"], body["apiAccessKey"]);
        }
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<(Option<u16>, What)>>);

impl Calls for Heard {
    fn called(&self, account: Option<u16>, call: What) {
        self.0
            .lock()
            .expect("nobody panicked")
            .push((account, call));
    }
}

/// A world with something that hears its calls.
fn heard() -> (World, Arc<Heard>) {
    let World { api, shared } = world(settings());
    let heard = Arc::new(Heard::default());
    let api = api.with_calls(heard.clone());
    (World { api, shared }, heard)
}

#[test]
fn every_call_is_told_with_its_caller() {
    let (w, heard) = heard();
    let token = w.token(1, "bob");
    w.api.set_fault("getSites=504".parse().expect("a fault"));
    w.with(&token, "GET", "/api/v2/account/sites?max=1", "");
    w.with(&token, "PUT", "/api/v2/site", "{\"name\":\"n\"}");
    w.ask("GET", "/nowhere", &[], "");
    let told = heard.0.lock().expect("nobody panicked").split_off(1);
    let call = |operation: Option<&str>, method: &str, path: &str, status, user: Option<&str>| {
        What::ApiCalled {
            operation: operation.map(Into::into),
            method: method.into(),
            path: path.into(),
            status,
            user: user.map(Into::into),
            body: (method == "PUT").then(|| "{\"name\":\"n\"}".into()),
            fault: (status == 504).then(|| "getSites=504".into()),
        }
    };
    let bob = Some("bob@example.test");
    assert_eq!(
        told,
        [
            (
                Some(1),
                call(
                    Some("getSites"),
                    "GET",
                    "/api/v2/account/sites?max=1",
                    504,
                    bob
                )
            ),
            (
                Some(1),
                call(Some("create"), "PUT", "/api/v2/site", 200, bob)
            ),
            (None, call(None, "GET", "/nowhere", 404, None)),
        ]
    );
}

#[test]
fn no_secret_of_a_log_in_is_told_of_a_call() {
    let (w, heard) = heard();
    let k = keys(SEED, 0, "ann");
    let token = w.token(0, "ann");
    let pair = format!(
        "grant_type=password&username={}&password={}",
        k.key, k.secret
    );
    w.ask(
        "POST",
        &format!("/auth/oauth/token?{pair}"),
        &[("authorization", CLIENT)],
        "",
    );
    w.with(&token, "GET", ACCOUNT, "");
    let told = format!("{:?}", heard.0.lock().expect("nobody panicked"));
    for secret in [k.key, k.secret, token] {
        assert!(!told.contains(&secret));
    }
}

#[test]
fn a_long_body_is_told_cut() {
    let (w, heard) = heard();
    let token = w.token(0, "ann");
    w.with(&token, "PUT", "/api/v2/site", &"é".repeat(50_000));
    let told = heard.0.lock().expect("nobody panicked").pop();
    let Some((
        _,
        What::ApiCalled {
            body: Some(body), ..
        },
    )) = told
    else {
        panic!("the call is told with its body: {told:?}");
    };
    assert_eq!(body.len(), 65_536);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_a_client_sends_is_our_fault(
        method in "GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS|[A-Z]{1,8}",
        pick in any::<prop::sample::Index>(),
        odd in "[/a-z0-9%{}._~-]{0,40}",
        known in any::<bool>(),
        query in proptest::option::of("[ -~]{0,60}"),
        names in proptest::collection::vec("[a-z-]{1,12}", 0..3),
        value in "[ -~]{0,40}",
        body in prop_oneof![any::<Vec<u8>>(), "\\{\"name\":.{0,20}\\}".prop_map(String::into_bytes)],
        with_token in any::<bool>(),
    ) {
        let w = world(Settings { rate_limits: false, ..settings() });
        let all: Vec<_> = operations().collect();
        let path = match known {
            true => format!("/api{}", pick.get(&all).path.replace("{siteUid}", &odd.replace('/', ""))),
            false => odd,
        };
        let token = format!("Bearer {}", w.token(0, "ann"));
        let mut headers: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), value.as_str())).collect();
        if with_token {
            headers.push(("authorization", &token));
        }
        let mut r = request(&method, &path, &headers, "");
        r.query = query;
        r.body = body.into();
        let answer = w.api.answer(&w.shared, &r);
        prop_assert!((200..500).contains(&answer.status), "{} {}: {}", method, path, answer.status);
    }
}
