//! The limits on calls, as a client meets them.

use super::*;
use crate::api::request::Wire;
use crate::api::table::operations;
use crate::rmm::api_knobs::{ApiKnobs, ApiRateBuckets};
use std::time::Duration;

const READ: &str = "/api/v2/system/pagination";
const RATE: &str = "/api/v2/system/request_rate";

/// Reads so many times; gives the last answer.
fn read_times(w: &World, token: &str, times: usize) -> Answer {
    (0..times)
        .map(|_| w.with(token, "GET", READ, ""))
        .last()
        .expect("it is read at least once")
}

#[test]
fn beyond_600_reads_in_a_minute_the_client_is_told_to_wait() {
    let w = world(settings());
    let token = w.token(0, "ann");
    assert_eq!(read_times(&w, &token, 540).wire, Wire::Whole);
    w.advance(10_000);
    let slow = read_times(&w, &token, 1);
    assert_eq!(
        (slow.status, slow.wire),
        (200, Wire::Later(Duration::from_secs(1)))
    );
    read_times(&w, &token, 59);
    let refused = read_times(&w, &token, 1);
    assert_eq!(
        (refused.status, header(&refused, "retry-after")),
        (429, "50")
    );
    assert!(body(&refused).contains("rate limit"));
    w.advance(49_999);
    assert_eq!(read_times(&w, &token, 1).status, 429);
    w.advance(1);
    assert_eq!(read_times(&w, &token, 1).status, 200);
}

#[test]
fn all_keys_of_an_account_count_together_and_other_accounts_apart() {
    let w = world(settings());
    w.emit(
        0,
        What::UserAdded {
            user: "cy".into(),
            details: UserDetails::default(),
            keys: keys(SEED, 0, "cy"),
        },
    );
    read_times(&w, &w.token(0, "ann"), 600);
    assert_eq!(read_times(&w, &w.token(0, "cy"), 1).status, 429);
    assert_eq!(read_times(&w, &w.token(1, "bob"), 1).status, 200);
}

#[test]
fn who_goes_on_is_blocked_with_all_that_comes_from_the_address() {
    let w = world(settings());
    let (ann, bob) = (w.token(0, "ann"), w.token(1, "bob"));
    assert_eq!(read_times(&w, &ann, 610).status, 429);
    let blocked = read_times(&w, &ann, 1);
    assert_eq!(blocked.status, 403);
    assert!(body(&blocked).contains("blocked"));
    assert_eq!(read_times(&w, &bob, 1).status, 403);
    assert_eq!(w.log_in(&keys(SEED, 0, "ann")).status, 403);
    assert_eq!(w.ask("GET", "/api/v2/system/status", &[], "").status, 403);
    let mut elsewhere = request("GET", "/api/v2/system/status", &[], "");
    elsewhere.peer = "192.0.2.1".parse().expect("an address");
    assert_eq!(w.api.answer(&w.shared, &elsewhere).status, 200);
    w.advance(299_999);
    assert_eq!(read_times(&w, &ann, 1).status, 403);
    w.advance(1);
    assert_eq!(read_times(&w, &ann, 1).status, 200);
}

#[test]
fn the_rate_is_told_exactly_and_itself_counts() {
    let w = world(settings());
    let token = w.token(0, "ann");
    read_times(&w, &token, 5);
    w.with(&token, "PUT", "/api/v2/site", "{\"name\":\"n\"}");
    w.with(&token, "PUT", "/api/v2/site", "bad");
    let rate = json(&w.with(&token, "GET", RATE, ""));
    let mut buckets = serde_json::Map::new();
    for (name, limit) in crate::api::limits::BUCKETS {
        let count = if name == "site-create" { 2 } else { 0 };
        buckets.insert(
            name.into(),
            serde_json::json!({"limit": limit, "count": count}),
        );
    }
    assert_eq!(
        rate,
        serde_json::json!({
            "slidingTimeWindowSizeSeconds": 60, "accountUid": "ab1c0000", "accountCount": 6, "accountRateLimit": 600,
            "accountCutOffRatio": 0.9, "accountWriteRateLimit": 600, "accountWriteCount": 2, "operationWriteStatus": buckets,
        })
    );
    w.advance(60_000);
    assert_eq!(json(&w.with(&token, "GET", RATE, ""))["accountCount"], 1);
}

#[test]
fn an_account_with_one_bucket_is_told_no_writes() {
    let knobs = ApiKnobs {
        rate_buckets: ApiRateBuckets::Single,
        ..ApiKnobs::default()
    };
    let w = world(Settings {
        knobs,
        ..settings()
    });
    let token = w.token(0, "ann");
    w.with(&token, "PUT", "/api/v2/site", "{\"name\":\"n\"}");
    let rate = json(&w.with(&token, "GET", RATE, ""));
    assert_eq!(rate["accountCount"], 2);
    for field in [
        "accountWriteRateLimit",
        "accountWriteCount",
        "operationWriteStatus",
    ] {
        assert!(rate.get(field).is_none(), "{field}");
    }
}

#[test]
fn without_limits_calls_are_counted_and_never_refused() {
    let w = world(Settings {
        rate_limits: false,
        ..settings()
    });
    let token = w.token(0, "ann");
    assert_eq!(read_times(&w, &token, 700).status, 200);
    assert_eq!(json(&w.with(&token, "GET", RATE, ""))["accountCount"], 701);
}

#[test]
fn calls_without_a_token_or_an_operation_count_nowhere() {
    let w = world(settings());
    let token = w.token(0, "ann");
    for _ in 0..1000 {
        assert_eq!(w.ask("GET", READ, &[], "").status, 401);
        assert_eq!(w.with(&token, "GET", "/api/v2/nothing", "").status, 404);
    }
    assert_eq!(json(&w.with(&token, "GET", RATE, ""))["accountCount"], 1);
}

#[test]
fn every_write_has_a_bucket_that_there_is() {
    for o in operations() {
        let known = |b| {
            crate::api::limits::BUCKETS
                .iter()
                .any(|(name, _)| *name == b)
        };
        assert!(o.bucket.is_none_or(known), "{}", o.id);
        assert!(o.method != Method::GET || o.bucket.is_none(), "{}", o.id);
        // Facts, section 2: those that do nothing have none.
        let counted = o.bucket.is_some() || ["muteAlert", "unmuteAlert"].contains(&o.id);
        assert!(o.method == Method::GET || counted, "{}", o.id);
    }
}
