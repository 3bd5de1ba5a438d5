//! Alerts: lists, one alert, resolving, what is about them.

use super::devices::{uid_of, with_device, with_fleet, with_knobs};
use super::*;
use crate::platform::desk::read;
use crate::rmm::api_knobs::{ApiKnobs, ApiOpenAlertsTotal};
use crate::rmm::job::Priority;
use serde_json::json as value;
use std::collections::{BTreeMap, HashSet};

fn raise(world: &World, alert: &str) {
    world.emit(
        0,
        What::AlertOpened {
            alert: alert.into(),
            monitor: "disk".into(),
            device: "pc".into(),
            priority: Priority::High,
            samples: BTreeMap::from([(String::new(), "full".into())]),
            text: "full".into(),
            diagnostic: String::new(),
            context: None,
            autoresolve_minutes: Some(60),
        },
    );
}

fn rows(page: &Value) -> &Vec<Value> {
    page["alerts"].as_array().expect("a page of alerts")
}

#[test]
fn a_component_monitors_alert_tells_its_samples() {
    let (world, token) = with_device(settings());
    raise(&world, "a-1");
    assert_eq!(
        world.get(&token, "/api/v2/alert/a-1"),
        value!({
            "alertUid": "a-1", "priority": "High", "diagnostics": null, "resolved": false,
            "resolvedBy": null, "resolvedOn": null, "muted": false, "ticketNumber": null,
            "timestamp": START,
            "alertMonitorInfo": { "sendsEmails": false, "createsTicket": false },
            "alertContext": { "@class": "comp_script_ctx", "samples": { "": "full" } },
            "alertSourceInfo": {
                "deviceUid": "uid-pc", "deviceName": "PC-01",
                "siteUid": "uid-osaka", "siteName": "Osaka HQ",
            },
            "responseActions": [], "autoresolveMins": 60,
        })
    );
    assert_eq!(world.status(&token, "GET", "/api/v2/alert/none", ""), 404);
}

#[test]
fn a_resolved_alert_changes_lists_and_stays_as_it_is() {
    let (world, token) = with_device(settings());
    raise(&world, "a-1");
    raise(&world, "a-2");
    world.advance(5_000);
    let resolve = |alert: &str| {
        world.status(
            &token,
            "POST",
            &format!("/api/v2/alert/{alert}/resolve"),
            "",
        )
    };
    assert_eq!(resolve("a-1"), 200);
    world.advance(5_000);
    assert_eq!(resolve("a-1"), 200);
    assert_eq!(resolve("none"), 404);
    let alert = world.get(&token, "/api/v2/alert/a-1");
    assert_eq!(
        (
            &alert["resolved"],
            &alert["resolvedOn"],
            &alert["resolvedBy"]
        ),
        (
            &value!(true),
            &value!(START + 5_000),
            &value!("ann@example.test")
        )
    );
    for prefix in ["account", "device/uid-pc", "site/uid-osaka"] {
        let of = |what: &str| world.get(&token, &format!("/api/v2/{prefix}/alerts/{what}"));
        assert_eq!(rows(&of("open"))[0]["alertUid"], "a-2", "{prefix}");
        assert_eq!(rows(&of("open")).len(), 1);
        assert_eq!(rows(&of("resolved"))[0]["alertUid"], "a-1", "{prefix}");
        assert_eq!(rows(&of("resolved")).len(), 1);
    }
    assert_eq!(
        rows(&world.get(&token, "/api/v2/site/uid-kobe/alerts/open")).len(),
        0
    );
    for target in ["site/none/alerts/open", "device/none/alerts/resolved"] {
        assert_eq!(
            world.status(&token, "GET", &format!("/api/v2/{target}"), ""),
            404
        );
    }
}

#[test]
fn muting_does_nothing_and_no_alert_is_muted() {
    let (world, token) = with_device(settings());
    raise(&world, "a-1");
    let seq = read(&world.shared).seq();
    for target in ["a-1/mute", "a-1/unmute"] {
        let answer = world.with(&token, "POST", &format!("/api/v2/alert/{target}"), "");
        assert_eq!((answer.status, answer.body.len()), (200, 0), "{target}");
    }
    assert_eq!(read(&world.shared).seq(), seq);
    let unknown = world.status(&token, "POST", "/api/v2/alert/none/mute", "");
    assert_eq!(unknown, 404);
    for (query, count) in [("", 1), ("?muted=false", 1), ("?muted=true", 0)] {
        let page = world.get(&token, &format!("/api/v2/account/alerts/open{query}"));
        assert_eq!(rows(&page).len(), count, "{query}");
    }
}

#[test]
fn the_total_of_open_alerts_follows_the_knob_and_that_of_resolved_ones_is_there() {
    for (knob, total) in [
        (ApiOpenAlertsTotal::Present, Some(value!(1))),
        (ApiOpenAlertsTotal::Null, Some(Value::Null)),
        (ApiOpenAlertsTotal::Absent, None),
    ] {
        let knobs = ApiKnobs {
            open_alerts_total: knob,
            ..ApiKnobs::default()
        };
        let (world, token) = with_device(with_knobs(knobs));
        raise(&world, "a-1");
        let open = world.get(&token, "/api/v2/account/alerts/open");
        assert_eq!(open["pageDetails"].get("totalCount"), total.as_ref());
        let resolved = world.get(&token, "/api/v2/account/alerts/resolved");
        assert_eq!(resolved["pageDetails"]["totalCount"], 0);
    }
}

#[test]
fn pages_of_alerts_have_their_own_limit() {
    for (most, first) in [(3, 3), (500, 400)] {
        let knobs = ApiKnobs {
            alerts_max: most,
            ..ApiKnobs::default()
        };
        let (world, token) = with_device(with_knobs(knobs));
        (0..400).for_each(|n| raise(&world, &format!("a-{n}")));
        let page = world.get(&token, "/api/v2/account/alerts/open?max=1000");
        assert_eq!(rows(&page).len(), first);
        assert_eq!(
            rows(&page)[0]["alertUid"],
            "a-399",
            "the newest comes first"
        );
    }
}

#[test]
fn alerts_of_a_fleet_are_about_many_things_and_of_its_devices() {
    let (world, token) = with_fleet(400, settings());
    let page = world.get(&token, "/api/v2/account/alerts/resolved");
    let classes: HashSet<String> = rows(&page)
        .iter()
        .map(|a| text(&a["alertContext"]["@class"]))
        .collect();
    assert!(classes.len() > 8, "{classes:?}");
    let one = &rows(&page)[0];
    let uid = text(&one["alertSourceInfo"]["deviceUid"]);
    assert_eq!(uid_of(&world, |d| d.uid == uid), uid);
    let of_device = world.get(&token, &format!("/api/v2/device/{uid}/alerts/resolved"));
    assert!(rows(&of_device).contains(one));
}
