//! Account and site variables.

use super::*;
use crate::platform::desk::read;
use crate::rmm::api_knobs::{ApiDuplicateVariable, ApiKnobs, ApiMaskedValues};
use serde_json::json as value;

/// Account and site by the same rules: base of `/variable` and `/variables`.
const SCOPES: [&str; 2] = ["/api/v2/account", "/api/v2/site/uid-osaka"];

fn platform(knobs: ApiKnobs) -> (World, String) {
    let world = world(Settings {
        knobs,
        ..settings()
    });
    world.emit(
        0,
        What::SiteCreated {
            site: "osaka".into(),
            uid: "uid-osaka".into(),
            name: "Osaka HQ".into(),
        },
    );
    let token = world.token(0, "ann");
    (world, token)
}

fn rows(world: &World, token: &str, base: &str) -> Vec<Value> {
    let answer = json(&world.with(token, "GET", &format!("{base}/variables"), ""));
    answer["variables"].as_array().expect("a list").clone()
}

fn make(world: &World, token: &str, base: &str, body: Value) -> Answer {
    world.with(token, "PUT", &format!("{base}/variable"), &body.to_string())
}

#[test]
fn a_variable_is_made_changed_and_deleted_without_a_word() {
    for base in SCOPES {
        let (world, token) = platform(ApiKnobs::default());
        let made = make(
            &world,
            &token,
            base,
            value!({ "name": "a", "value": "1", "masked": false }),
        );
        assert_eq!((made.status, made.body.len()), (200, 0));
        let id = rows(&world, &token, base)[0]["id"]
            .as_i64()
            .expect("a number");
        let one = format!("{base}/variable/{id}");
        let changed = world.with(&token, "POST", &one, r#"{"name":"b","value":"2"}"#);
        assert_eq!((changed.status, changed.body.len()), (200, 0));
        assert_eq!(
            rows(&world, &token, base),
            [value!({ "id": id, "name": "b", "value": "2", "masked": false })]
        );
        // What is not sent stays.
        assert_eq!(world.with(&token, "POST", &one, "{}").status, 200);
        assert_eq!(
            world.with(&token, "POST", &one, r#"{"value":""}"#).status,
            200
        );
        assert_eq!(
            rows(&world, &token, base),
            [value!({ "id": id, "name": "b", "value": "", "masked": false })]
        );
        let deleted = world.with(&token, "DELETE", &one, "");
        assert_eq!((deleted.status, deleted.body.len()), (200, 0));
        assert!(rows(&world, &token, base).is_empty());
        assert_eq!(world.with(&token, "DELETE", &one, "").status, 404);
        make(&world, &token, base, value!({ "name": "b", "value": "3" }));
        assert_ne!(
            rows(&world, &token, base)[0]["id"],
            id,
            "a number is given once"
        );
    }
}

#[test]
fn a_name_is_there_once_and_the_knob_says_how_another_is_refused() {
    for (knob, status) in [
        (ApiDuplicateVariable::BadRequest, 400),
        (ApiDuplicateVariable::Conflict, 409),
    ] {
        for base in SCOPES {
            let (world, token) = platform(ApiKnobs {
                duplicate_variable: knob,
                ..ApiKnobs::default()
            });
            for name in ["a", "b"] {
                make(&world, &token, base, value!({ "name": name, "value": "1" }));
            }
            let before = rows(&world, &token, base);
            let again = make(&world, &token, base, value!({ "name": "a", "value": "2" }));
            assert_eq!(again.status, status);
            let one = format!("{base}/variable/{}", before[1]["id"]);
            let renamed = world.with(&token, "POST", &one, r#"{"name":"a","value":"2"}"#);
            assert_eq!(renamed.status, status);
            assert_eq!(rows(&world, &token, base), before, "nothing was changed");
            let same = world.with(&token, "POST", &one, r#"{"name":"b","value":"2"}"#);
            assert_eq!(same.status, 200);
        }
    }
}

#[test]
fn a_masked_variable_stays_masked_and_is_listed_by_the_knob() {
    for (knob, shown) in [
        (ApiMaskedValues::Stars, "********"),
        (ApiMaskedValues::Readable, "new-secret"),
    ] {
        for base in SCOPES {
            let (world, token) = platform(ApiKnobs {
                masked_values: knob,
                ..ApiKnobs::default()
            });
            make(
                &world,
                &token,
                base,
                value!({ "name": "a", "value": "old-secret", "masked": true }),
            );
            let id = rows(&world, &token, base)[0]["id"].clone();
            let one = format!("{base}/variable/{id}");
            world.with(
                &token,
                "POST",
                &one,
                r#"{"name":"b","value":"new-secret","masked":false}"#,
            );
            assert_eq!(
                rows(&world, &token, base),
                [value!({ "id": id, "name": "b", "value": shown, "masked": true })]
            );
            let ledger = read(&world.shared);
            let state = ledger.state();
            let kept = [
                &state.variables,
                &state.sites.get("osaka").expect("it is there").variables,
            ];
            assert!(
                kept.iter()
                    .any(|v| v.get("b").is_some_and(|v| v.value == "new-secret"))
            );
        }
    }
}

#[test]
fn what_breaks_a_rule_is_refused() {
    for base in SCOPES {
        let (world, token) = platform(ApiKnobs::default());
        make(&world, &token, base, value!({ "name": "a", "value": "1" }));
        let long = value!({ "name": "l", "value": "x".repeat(20_001) }).to_string();
        let bodies = [
            "",
            "[]",
            "{}",
            r#"{"name":""}"#,
            r#"{"name":1}"#,
            r#"{"name":"x","masked":"yes"}"#,
            &long,
        ];
        for bad in bodies {
            let answer = world.with(&token, "PUT", &format!("{base}/variable"), bad);
            assert_eq!(
                answer.status,
                400,
                "{}",
                bad.chars().take(40).collect::<String>()
            );
        }
        for (id, status) in [
            ("x", 400),
            ("99", 404),
            ("-1", 404),
            ("9223372036854775808", 400),
        ] {
            let one = format!("{base}/variable/{id}");
            assert_eq!(
                world.with(&token, "DELETE", &one, "").status,
                status,
                "{id}"
            );
            assert_eq!(
                world.with(&token, "POST", &one, "{}").status,
                status,
                "{id}"
            );
        }
        assert_eq!(rows(&world, &token, base).len(), 1);
        let most = value!({ "name": "most", "value": "x".repeat(20_000) });
        assert_eq!(make(&world, &token, base, most).status, 200);
    }
}

#[test]
fn a_number_belongs_to_its_own_scope_and_account() {
    let (world, token) = platform(ApiKnobs::default());
    for base in SCOPES {
        make(&world, &token, base, value!({ "name": "a", "value": "1" }));
    }
    let [account, site] = SCOPES.map(|base| rows(&world, &token, base)[0]["id"].clone());
    assert_ne!(account, site);
    let bob = world.token(1, "bob");
    let others = [
        (&token, format!("{}/variable/{site}", SCOPES[0])),
        (&token, format!("{}/variable/{account}", SCOPES[1])),
        (&bob, format!("{}/variable/{account}", SCOPES[0])),
    ];
    for (token, one) in others {
        assert_eq!(
            world.with(token, "POST", &one, r#"{"value":"x"}"#).status,
            404,
            "{one}"
        );
        assert_eq!(world.with(token, "DELETE", &one, "").status, 404, "{one}");
    }
    make(
        &world,
        &bob,
        SCOPES[0],
        value!({ "name": "a", "value": "theirs" }),
    );
    assert_eq!(rows(&world, &token, SCOPES[0])[0]["value"], "1");
}

#[test]
fn a_scenarios_record_hides_masked_values_even_of_refused_calls() {
    let (world, token) = platform(ApiKnobs::default());
    for value in ["first-secret", "refused-secret"] {
        make(
            &world,
            &token,
            SCOPES[0],
            value!({ "name": "a", "value": value, "masked": true }),
        );
    }
    make(
        &world,
        &token,
        SCOPES[0],
        value!({ "name": "b", "value": "open-value" }),
    );
    let id = rows(&world, &token, SCOPES[0])[0]["id"].clone();
    let one = format!("{}/variable/{id}", SCOPES[0]);
    world.with(&token, "POST", &one, r#"{"value":"second-secret"}"#);
    let ledger = read(&world.shared);
    // The secrets of API keys come before them.
    let masked = ["first-secret", "refused-secret", "second-secret"].map(str::to_owned);
    assert!(ledger.secrets().ends_with(&masked));
    assert!(!ledger.secrets().iter().any(|s| s == "open-value"));
}

#[test]
fn what_no_environment_can_carry_is_refused() {
    let long = "n".repeat(256);
    for base in SCOPES {
        let (world, token) = platform(ApiKnobs::default());
        make(&world, &token, base, value!({ "name": "a", "value": "1" }));
        let before = rows(&world, &token, base);
        let one = format!("{base}/variable/{}", before[0]["id"]);
        for (bad, of) in [
            (value!({ "name": "x=y", "value": "" }), "name"),
            (value!({ "name": "x\0", "value": "" }), "name"),
            (value!({ "name": long, "value": "" }), "name"),
            (value!({ "name": "x", "value": "v\0" }), "value"),
        ] {
            let made = make(&world, &token, base, bad.clone());
            assert_eq!(made.status, 400, "{bad}");
            assert!(text(&json(&made)["message"]).starts_with(of), "{bad}");
            let changed = world.with(&token, "POST", &one, &bad.to_string());
            assert_eq!(changed.status, 400, "{bad}");
        }
        assert_eq!(rows(&world, &token, base), before, "nothing was changed");
    }
}
