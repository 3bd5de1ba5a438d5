//! Writes of devices: user-defined fields, warranties, moves.

use super::devices::{with_device, with_knobs};
use super::*;
use crate::platform::desk::read;
use crate::rmm::api_knobs::ApiKnobs;
use serde_json::json as value;

fn udf(world: &World, token: &str, body: &str) -> u16 {
    world.status(token, "POST", "/api/v2/device/uid-pc/udf", body)
}

#[test]
fn a_write_of_fields_changes_only_those_sent_and_the_empty_text_clears() {
    let (world, token) = with_device(settings());
    let fields = || world.get(&token, "/api/v2/device/uid-pc")["udf"].clone();
    assert_eq!(
        udf(
            &world,
            &token,
            r#"{"udf1":"a","udf300":"z","colour":"red"}"#
        ),
        200
    );
    assert_eq!(
        (&fields()["udf1"], &fields()["udf300"]),
        (&value!("a"), &value!("z"))
    );
    assert_eq!(
        udf(&world, &token, r#"{"udf1":"","udf2":"b","udf300":null}"#),
        200
    );
    assert_eq!(
        (&fields()["udf1"], &fields()["udf2"], &fields()["udf300"]),
        (&Value::Null, &value!("b"), &value!("z"))
    );
    let before = fields();
    assert_eq!(udf(&world, &token, "{}"), 200);
    assert_eq!(fields(), before);
    let answer = world.with(
        &token,
        "POST",
        "/api/v2/device/uid-pc/udf",
        r#"{"udf3":"c"}"#,
    );
    assert!(answer.body.is_empty());
}

#[test]
fn a_field_takes_255_characters_and_no_more() {
    let (world, token) = with_device(settings());
    for (length, status) in [(255, 200), (256, 400)] {
        let body = value!({ "udf1": "é".repeat(length) }).to_string();
        assert_eq!(udf(&world, &token, &body), status);
    }
    assert_eq!(udf(&world, &token, r#"{"udf1":1}"#), 400);
    assert_eq!(udf(&world, &token, "[]"), 400);
    assert_eq!(udf(&world, &token, r#"{"udf1":"a\u0000b"}"#), 400, "NUL");
    let none = world.status(&token, "POST", "/api/v2/device/none/udf", "{}");
    assert_eq!(none, 404);
}

#[test]
fn an_account_of_thirty_fields_shows_and_takes_thirty() {
    let knobs = ApiKnobs {
        udfs: 30,
        ..ApiKnobs::default()
    };
    let (world, token) = with_device(with_knobs(knobs));
    assert_eq!(udf(&world, &token, r#"{"udf30":"a","udf31":"b"}"#), 200);
    let device = world.get(&token, "/api/v2/device/uid-pc");
    assert_eq!(
        device["udf"].as_object().map(serde_json::Map::len),
        Some(30)
    );
    assert_eq!(device["udf"]["udf30"], "a");
    let ledger = read(&world.shared);
    let kept = &ledger.state().devices.get("pc").expect("the device").udfs;
    assert_eq!(kept.keys().collect::<Vec<_>>(), [&30]);
}

#[test]
fn a_warranty_ends_on_a_day_of_the_calendar_or_never() {
    let (world, token) = with_device(settings());
    let target = "/api/v2/device/uid-pc/warranty";
    let date = || world.get(&token, "/api/v2/device/uid-pc")["warrantyDate"].clone();
    for (body, status, after) in [
        (
            r#"{"warrantyDate":"2028-02-29"}"#,
            200,
            value!("2028-02-29"),
        ),
        (
            r#"{"warrantyDate":"2027-02-29"}"#,
            400,
            value!("2028-02-29"),
        ),
        (
            r#"{"warrantyDate":"31.12.2026"}"#,
            400,
            value!("2028-02-29"),
        ),
        (r#"{"warrantyDate":null}"#, 200, Value::Null),
    ] {
        assert_eq!(world.status(&token, "POST", target, body), status, "{body}");
        assert_eq!(date(), after, "{body}");
    }
}

#[test]
fn a_device_moves_to_a_known_site_and_its_own_is_fine() {
    let (world, token) = with_device(settings());
    let to = |site: &str| {
        let target = format!("/api/v2/device/uid-pc/site/{site}");
        world.status(&token, "PUT", &target, "")
    };
    let seq = read(&world.shared).seq();
    assert_eq!(to("uid-osaka"), 200);
    assert_eq!(read(&world.shared).seq(), seq, "nothing happened");
    assert_eq!(to("uid-kobe"), 200);
    assert_eq!(
        world.get(&token, "/api/v2/device/uid-pc")["siteUid"],
        "uid-kobe"
    );
    assert_eq!(to("uid-nowhere"), 404);
    let none = world.status(&token, "PUT", "/api/v2/device/none/site/uid-kobe", "");
    assert_eq!(none, 404);
}
