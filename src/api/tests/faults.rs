//! Faults on demand, as a client meets them.

use super::*;
use crate::api::request::Wire;
use std::time::Duration;

const ACCOUNT: &str = "/api/v2/account";
const STATUS: &str = "/api/v2/system/status";

#[test]
fn faults_come_instead_of_what_was_asked_and_nothing_is_changed() {
    let w = world(settings());
    let token = w.token(0, "ann");
    let create = || w.with(&token, "PUT", "/api/v2/site", "{\"name\":\"one\"}");
    let sites = || {
        json(&w.with(&token, "GET", "/api/v2/account/sites", ""))["pageDetails"]["totalCount"]
            .clone()
    };
    let before = sites();
    w.api.set_fault("create=504".parse().expect("a fault"));
    let answer = create();
    assert_eq!((answer.status, sites()), (504, before.clone()));
    assert!(body(&answer).contains("create=504"));
    w.api.set_fault("*=cut x2".parse().expect("a fault"));
    assert_eq!(create().wire, Wire::Cut);
    w.api.clear_faults(None);
    assert_eq!(sites(), before);
    w.api.set_fault("create=delay:2s".parse().expect("a fault"));
    let answer = create();
    assert_eq!(
        (answer.status, answer.wire),
        (200, Wire::Later(Duration::from_secs(2)))
    );
    assert_ne!(sites(), before);
}

#[test]
fn a_fault_meets_nobody_without_a_token() {
    let w = world(settings());
    w.api.set_fault("*=504".parse().expect("a fault"));
    assert_eq!(w.ask("GET", ACCOUNT, &[], "").status, 401);
    assert_eq!(w.ask("GET", STATUS, &[], "").status, 504);
}

#[test]
fn a_429_on_demand_says_when_to_come_again() {
    let w = world(settings());
    let token = w.token(0, "ann");
    w.api
        .set_fault("getUserAccount=429 x1".parse().expect("a fault"));
    let refused = w.with(&token, "GET", ACCOUNT, "");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(w.with(&token, "GET", ACCOUNT, "").status, 200);
}

#[test]
fn a_subset_of_the_devices_is_told_in_the_totals() {
    let w = world(settings());
    let token = w.token(0, "ann");
    w.emit(
        0,
        What::FleetAdded {
            devices: 100,
            seed: 3,
            maker: crate::platform::fleet::MAKER,
        },
    );
    let list = || json(&w.with(&token, "GET", "/api/v2/account/devices?max=10", ""));
    let all = list()["pageDetails"]["totalCount"]
        .as_u64()
        .expect("a number");
    w.api
        .set_fault("getUserAccountDevices=subset:50%".parse().expect("a fault"));
    let part = list();
    assert_eq!(part["pageDetails"]["totalCount"].as_u64(), Some(all / 2));
    assert_eq!(part["devices"].as_array().map(Vec::len), Some(10));
    assert_eq!(part, list());
}
