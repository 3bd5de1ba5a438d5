use super::*;
use crate::rmm::observed::StoreChange;
use crate::rmm::registry::{NamedValue, RegistryData, parse_key};
use crate::scenario::matcher::{NumberMatcher, TextMatcher};
use serde_json::json;

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned {
        value,
        span: Span::default(),
    }
}

fn failures(out: &Findings) -> Vec<String> {
    out.failures()
        .map(|f| format!("{}: {} / {}", f.expectation, f.expected, f.actual))
        .collect()
}

#[test]
fn values_are_held_by_name_type_and_data() {
    let content = KeyContent {
        keys: Vec::new(),
        values: vec![NamedValue {
            name: "Seats".into(),
            data: RegistryData::Dword(5),
        }],
    };
    let path = spanned(parse_key(r"HKLM32\SOFTWARE\Bright").unwrap());
    let judge = |name: &str, m: ValueExpect| {
        let mut out = Findings::default();
        key(
            &mut out,
            &path,
            &KeyExpect::Values(vec![(spanned(name.into()), m)]),
            Some(&content),
        );
        failures(&out)
    };
    let data = |text: &str, kind: Option<&str>| ValueExpect {
        data: Some(TextMatcher {
            equals: Some(text.into()),
            ..TextMatcher::default()
        }),
        kind: kind.map(str::to_owned),
        ..ValueExpect::default()
    };
    assert!(judge("seats", data("5", Some("REG_DWORD"))).is_empty());
    let told = judge("Seats", data("5", Some("REG_SZ")));
    assert_eq!(
        told,
        [r"registry.HKLM\SOFTWARE\WOW6432Node\Bright.Seats.type: REG_SZ / REG_DWORD: 5"]
    );
    let absent = ValueExpect {
        present: Some(false),
        ..ValueExpect::default()
    };
    assert!(judge("Missing", absent.clone()).is_empty());
    assert_eq!(judge("Seats", absent).len(), 1);
    let told = judge("Licence", data("x", None));
    assert!(told[0].ends_with("the key has Seats"), "{told:?}");
}

#[test]
fn entries_of_the_event_log_are_those_of_the_step() {
    let entry = |id: i64| StoreChange {
        store: "events".into(),
        key: format!("Application|{id}"),
        value: Some(
            json!({ "log": "Application", "source": "Bright", "id": id, "type": "Error", "message": "found" }),
        ),
    };
    let mut seen = Seen::default();
    seen.observed.stores = vec![entry(26108), entry(1)];
    let judge = |id: i64, count: Option<i64>| {
        let number = |n| NumberMatcher {
            equals: Some(n),
            ..NumberMatcher::default()
        };
        let m = EventsExpect {
            entries: vec![EventExpect {
                id: Some(number(id)),
                source: Some("bright".into()),
                count: count.map(number),
                ..EventExpect::default()
            }],
            ..EventsExpect::default()
        };
        let mut out = Findings::default();
        events(&mut out, &m, &seen);
        failures(&out)
    };
    assert!(judge(26108, None).is_empty() && judge(26108, Some(1)).is_empty());
    assert_eq!(judge(26108, Some(2)).len(), 1);
    let told = judge(7, None);
    assert!(
        told[0].contains("Application Bright 26108 Error: found"),
        "{told:?}"
    );
}

#[test]
fn rows_are_known_by_the_names_people_use() {
    for (row, name) in [
        (
            json!({ "taskPath": r"\Bright\", "taskName": "Scan" }),
            r"\Bright\Scan",
        ),
        (json!({ "path": r"\", "name": "Scan" }), r"\Scan"),
        (json!({ "Name": "bob" }), "bob"),
    ] {
        assert_eq!(name_of(&row), name);
    }
}
