//! A body is taken if and only if its schema says so.

use super::*;
use proptest::prelude::*;
use schemars::generate::SchemaSettings;
use serde_json::json;
use std::sync::LazyLock;

fn validator<T: JsonSchema>() -> jsonschema::Validator {
    let schema = SchemaSettings::draft2020_12()
        .for_deserialize()
        .into_generator()
        .into_root_schema_for::<T>();
    jsonschema::validator_for(schema.as_value()).unwrap()
}

/// Values at the edges of the rules, whatever the field.
fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop_oneof![
            Just(0_i64),
            Just(1),
            Just(-1),
            Just(65535),
            Just(65536),
            any::<i64>()
        ]
        .prop_map(Value::from),
        prop_oneof![
            Just(1.0),
            Just(80.0),
            Just(80.5),
            Just(65535.5),
            Just(1e300),
            Just(-0.0)
        ]
        .prop_map(Value::from),
        prop_oneof![
            Just(0_usize),
            Just(1),
            Just(254),
            Just(255),
            Just(256),
            Just(19_999),
            Just(20_000),
            Just(20_001)
        ]
        .prop_flat_map(|n| prop_oneof![Just("x".repeat(n)), Just("é".repeat(n))])
        .prop_map(Value::from),
        prop_oneof![
            Just("http"),
            Just("HTTP"),
            Just("socks4"),
            Just("socks5"),
            Just("socks6"),
            Just("2024-02-29"),
            Just("2023-02-29"),
            Just("1900-02-29"),
            Just("2000-02-29"),
            Just("2026-12-31"),
            Just("2026-13-01"),
            Just("2026-04-31"),
            Just("2026-1-1"),
            Just("2026-01-01\n"),
            Just(" 2026-01-01"),
            Just("0000-01-01"),
            Just("a=b"),
            Just("a\0b"),
            Just("a\n"),
            Just("=\n\0")
        ]
        .prop_map(Value::from),
        "[0-9]{4}-[0-1][0-9]-[0-3][0-9]".prop_map(Value::from),
    ]
}

const KEYS: &[&str] = &[
    "name",
    "description",
    "notes",
    "onDemand",
    "splashtopAutoInstall",
    "proxySettings",
    "host",
    "password",
    "port",
    "type",
    "username",
    "value",
    "masked",
    "jobName",
    "jobComponent",
    "componentUid",
    "variables",
    "warrantyDate",
    "udf1",
    "udf300",
    "udf301",
    "udf01",
    "moon",
];

fn nested() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..6).prop_map(object),
        ]
    })
}

fn object<K: Into<String>>(fields: Vec<(K, Value)>) -> Value {
    Value::Object(fields.into_iter().map(|(k, v)| (k.into(), v)).collect())
}

/// A good body with some of its fields, at any depth, replaced, added or taken out.
fn near(good: Value) -> impl Strategy<Value = Value> {
    prop::collection::vec(
        (any::<prop::sample::Index>(), prop::option::of(nested())),
        0..3,
    )
    .prop_map(move |changes| {
        let mut body = good.clone();
        for (at, new) in changes {
            let mut places = Vec::new();
            places_of(&body, String::new(), &mut places);
            let place = places[at.index(places.len())].clone();
            match new {
                Some(new) => {
                    if let Some(slot) = body.pointer_mut(&place) {
                        *slot = new;
                    }
                }
                None => {
                    if let Some((parent, key)) = place.rsplit_once('/')
                        && let Some(Value::Object(map)) = body.pointer_mut(parent)
                    {
                        map.shift_remove(key);
                    }
                }
            }
        }
        body
    })
}

fn places_of(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(k, v)| places_of(v, format!("{at}/{k}"), out)),
        Value::Array(rows) => {
            rows.iter()
                .enumerate()
                .for_each(|(n, v)| places_of(v, format!("{at}/{n}"), out));
        }
        _ => {}
    }
    out.push(at);
}

macro_rules! agree {
    ($($test:ident: $kind:ty, $good:expr;)+) => {
        $(#[test]
        fn $test() {
            static CHECK: LazyLock<jsonschema::Validator> = LazyLock::new(validator::<$kind>);
            assert!(read::<$kind>(&$good).is_ok(), "the good body is taken");
            proptest!(ProptestConfig::with_cases(400), |(body in prop_oneof![3 => near($good), 1 => nested()])| {
                let said = CHECK.is_valid(&body);
                let done = read::<$kind>(&body);
                prop_assert_eq!(said, done.is_ok(), "{}: {:?}", body, done.err());
                let sent = serde_json::to_vec(&body).unwrap();
                prop_assert_eq!(said, parse::<$kind>(&sent).is_ok());
            });
        })+
    };
}

agree! {
    making_a_site_agrees: CreateSiteRequest, json!({"name": "Osaka", "description": null, "onDemand": false,
        "proxySettings": {"host": "proxy.test", "port": 8080, "type": "socks5", "username": "u", "password": "p"}});
    changing_a_site_agrees: SiteRequest, json!({"name": "Osaka", "notes": "n", "splashtopAutoInstall": true});
    a_proxy_agrees: ProxySettingsRequest, json!({"host": "proxy.test", "port": 1, "type": "http"});
    making_a_variable_agrees: VariableCreationRequest, json!({"name": "a", "value": "b", "masked": true});
    changing_a_variable_agrees: VariableUpdateRequest, json!({"name": "a", "value": "b"});
    a_quick_job_agrees: CreateQuickJobRequest, json!({"jobName": "j", "jobComponent": {"componentUid": "c",
        "variables": [{"name": "a", "value": "b"}, {"name": "c", "value": null}]}});
    udfs_agree: UdfRequest, json!({"udf1": "a", "udf2": null, "udf300": ""});
    a_warranty_agrees: Warranty, json!({"warrantyDate": "2026-12-31"});
}

fn problem<T: Body>(body: Value) -> String {
    match read::<T>(&body) {
        Ok(_) => panic!("it was taken: {body}"),
        Err(e) => e.to_string(),
    }
}

#[test]
fn a_problem_says_where_what_and_how_to_mend() {
    assert_eq!(
        problem::<CreateQuickJobRequest>(json!({"jobName": "j", "jobComponent":
            {"componentUid": "c", "variables": [{"name": "a"}, {"name": 5}]}})),
        "jobComponent.variables[1].name: is a number; send a text"
    );
    assert_eq!(
        problem::<SiteRequest>(json!({"name": ""})),
        "name: has 0 characters; send at least 1"
    );
    assert_eq!(
        problem::<SiteRequest>(json!([])),
        "is an array; send a JSON object"
    );
    assert_eq!(
        problem::<ProxySettingsRequest>(json!({"port": 65536})),
        "port: is 65536; send a whole number from 1 to 65535, or null"
    );
    assert_eq!(
        problem::<CreateSiteRequest>(json!({"name": "a", "proxySettings": {"type": "ftp"}})),
        "proxySettings.type: is `ftp`; send one of http, socks4, socks5"
    );
    let Err(torn) = parse::<SiteRequest>(b"{\"name\": ") else {
        panic!("torn JSON was taken");
    };
    assert!(
        torn.to_string().starts_with("the body is no JSON: "),
        "{torn}"
    );
}

#[test]
fn variables_of_a_quick_job_may_be_null_or_missing() {
    for body in [
        json!({"jobName": "j", "jobComponent": {"componentUid": "c", "variables": null}}),
        json!({"jobName": "j", "jobComponent": {"componentUid": "c"}}),
    ] {
        let job = read::<CreateQuickJobRequest>(&body).unwrap();
        assert_eq!(job.job_component.variables, None);
    }
}
