//! Values that break what is quoted, cut or counted wrongly, through every request.

use super::{asked, at_once, check, device, exact};
use crate::linux::device::windows;
use libtest_mimic::Failed;
use serde_json::{Map, Value, json};
use shakedown_helper::protocol::DEEPEST;

fn deep() -> Value {
    (0..DEEPEST).fold(json!("bottom"), |inner, n| match n % 2 {
        0 => json!({ "in": inner }),
        _ => json!([inner]),
    })
}

fn odd_keys() -> Value {
    let names = [
        "",
        " ",
        ".",
        "$type",
        "a\"b",
        "a\\b",
        "\u{0}",
        "é",
        "👍",
        "~removed",
        "__proto__",
        "Name",
        "name",
        "NAME",
    ];
    let fields = names.iter().enumerate();
    Value::Object(
        fields
            .map(|(n, name)| ((*name).to_owned(), json!(n)))
            .collect::<Map<_, _>>(),
    )
}

fn values() -> Vec<Value> {
    vec![
        json!("it's \"quoted\" `so` $(and) %PATH% !x! ^& | < >"),
        json!("one\ntwo\r\nthree\rfour\u{2028}five\u{85}"),
        json!("Grüße, 日本語, ελληνικά, עברית, e\u{301}"),
        json!("astral 👍🏽 𝒳 \u{10ffff} \u{feff}\u{fffe}"),
        json!("nul \u{0} within, \u{1b}[31m, \u{7f}, \u{1}"),
        json!(r"C:\new\table \\?\pipe\x \u0041 \"),
        json!(""),
        json!("{\"answer\":\"done\"}\n{\"ask\":\"remove\"}"),
        json!(null),
        json!([null, true, false, 0, -1, 1.5, u64::MAX, i64::MIN, 1e300]),
        json!([[], {}, [[]], { "": {} }]),
        json!("x".repeat(1 << 20)),
        json!("🦀".repeat(1 << 18)),
        Value::Array((0..50_000).map(Value::from).collect()),
        deep(),
        odd_keys(),
    ]
}

/// What is asked about one value, and what must be answered; `old` stands there before.
fn asks(store: &str, key: &str, value: &Value) -> Vec<(Value, Value)> {
    let done = json!({ "answer": "done" });
    let is = |value: &Value| json!({ "answer": "value", "value": value });
    let list = format!("{store}-list");
    let other = json!({ "other": true });
    vec![
        (
            json!({ "ask": "put", "name": store, "key": key, "value": value }),
            done.clone(),
        ),
        (
            json!({ "ask": "get", "name": store, "key": key }),
            is(value),
        ),
        (
            json!({ "ask": "put", "name": store, "key": key, "value": 1, "expected": other }),
            json!({ "answer": "conflict", "value": value }),
        ),
        (
            json!({ "ask": "put", "name": store, "key": key, "value": other, "expected": value }),
            done.clone(),
        ),
        (
            json!({ "ask": "get", "name": store, "key": key }),
            is(&other),
        ),
        (
            json!({ "ask": "remove", "name": store, "key": key }),
            is(&json!(true)),
        ),
        (
            json!({ "ask": "remove", "name": store, "key": key }),
            is(&json!(false)),
        ),
        (
            json!({ "ask": "get", "name": store, "key": key }),
            is(&Value::Null),
        ),
        (
            json!({ "ask": "put", "name": list, "key": key, "value": value, "expected": null }),
            done.clone(),
        ),
        (json!({ "ask": "list", "name": list }), is(&json!([value]))),
        (
            json!({ "ask": "remove", "name": list, "key": key }),
            is(&json!(true)),
        ),
        (json!({ "ask": "list", "name": list }), is(&json!([]))),
        (
            json!({ "ask": "note", "name": store, "value": value }),
            done,
        ),
    ]
}

fn of_caller(caller: usize) -> Vec<(Value, Value)> {
    // Names are as hostile as values, and no two callers share a store.
    let keys = [
        "k",
        "a key'\"\\",
        "ключ\n\t",
        "\u{0}",
        "👍",
        "",
        "../..",
        "9",
    ];
    let key = keys[caller % keys.len()];
    let store = format!("of \"{caller}\" é");
    values()
        .iter()
        .flat_map(|value| asks(&store, key, value))
        .collect()
}

pub fn everything() -> Result<(), Failed> {
    let device = device("requests")?;
    let facts = windows(&device)?.facts().get("os").clone();
    at_once(|n| {
        let mut pairs = of_caller(n);
        let is = |value: Value| json!({ "answer": "value", "value": value });
        pairs.push((json!({ "ask": "facts", "name": "os" }), is(facts.clone())));
        pairs.push((
            json!({ "ask": "facts", "name": "no such \"fact\"" }),
            is(Value::Null),
        ));
        for number in 1..=3 {
            let add =
                json!({ "ask": "add", "name": format!("added{n}"), "value": { "n": number } });
            pairs.push((add, is(json!(number))));
        }
        let questions: Vec<Value> = pairs.iter().map(|(q, _)| q.clone()).collect();
        let (answers, outcome) = asked(&device, &format!("asks{n}"), "each", &questions)?;
        for ((question, wanted), answer) in pairs.iter().zip(&answers) {
            let cut = |v: &Value| v.to_string().chars().take(300).collect::<String>();
            check(
                exact(answer, wanted),
                (n, cut(question), cut(answer), cut(wanted)),
            )?;
        }
        journalled(&pairs, &outcome.observed.stores, &outcome.observed.told)
    })?;
    Ok(())
}

/// What changed is journalled for the job that did it, in its order and as it was sent.
fn journalled(
    pairs: &[(Value, Value)],
    stores: &[shakedown::rmm::observed::StoreChange],
    told: &[shakedown::rmm::observed::DeviceNote],
) -> Result<(), Failed> {
    let mut changes = Vec::new();
    let mut notes = Vec::new();
    for (question, answer) in pairs {
        let name = question["name"].as_str().unwrap_or_default().to_owned();
        let value = &question["value"];
        match question["ask"].as_str() {
            Some("put") if answer["answer"] == "done" => changes.push((name, Some(value))),
            Some("add") => changes.push((name, Some(value))),
            Some("remove") if answer["value"] == true => changes.push((name, None)),
            Some("note") => notes.push((name, value)),
            _ => {}
        }
    }
    let same = stores.len() == changes.len()
        && stores.iter().zip(&changes).all(|(seen, (name, value))| {
            seen.store == *name
                && seen.value.as_ref().map(Value::to_string) == value.map(Value::to_string)
        });
    check(same, ("stores", stores.len(), changes.len()))?;
    let same = told.len() == notes.len()
        && told
            .iter()
            .zip(&notes)
            .all(|(seen, (name, value))| seen.name == *name && exact(&seen.value, value));
    check(same, ("notes", told.len(), notes.len()))
}

/// Passwords by any of their names and at any depth; what only tells of them stays.
pub fn passwords() -> Result<(), Failed> {
    let device = device("passwords")?;
    let secret = "Tr0ub4dor&3-\"é👍";
    let value = json!({
        "Name": "svc", "Password": secret, "password": secret, "PASSWORD": [secret], "Secret": secret,
        "clientSecret": secret, "NewPassword": secret, "passphrase": { "plain": secret },
        "deeper": [{ "list": [{ "Credential": { "UserName": "svc", "Password": secret } }] }],
        "PasswordRequired": true, "PasswordNeverExpires": false, "PasswordLastSet": "2026-01-01",
    });
    let stored = |ask: &str| json!({ "ask": ask, "name": "localUsers", "key": "svc" });
    let mut put = stored("put");
    put["value"] = value.clone();
    let mut again = put.clone();
    again["expected"] = value.clone();
    let questions = [
        put,
        again,
        stored("get"),
        json!({ "ask": "add", "name": "vault", "value": value }),
        json!({ "ask": "list", "name": "vault" }),
        json!({ "ask": "note", "name": "newUser", "value": value }),
    ];
    let (answers, outcome) = asked(&device, "secrets", "each", &questions)?;
    check(answers[1]["answer"] == "done", &answers[1])?;
    let kept = &answers[2]["value"];
    check(
        kept["PasswordRequired"] == true
            && kept["PasswordNeverExpires"] == false
            && kept["PasswordLastSet"] == "2026-01-01"
            && kept["deeper"][0]["list"][0]["Credential"]["UserName"] == "svc",
        kept,
    )?;
    let held = windows(&device)?.list("localUsers")?;
    let seen = serde_json::to_string(&(&outcome.observed.stores, &outcome.observed.told))?;
    check(
        outcome.observed.stores.len() == 3 && outcome.observed.told.len() == 1,
        &seen,
    )?;
    for told in [format!("{answers:?}"), format!("{held:?}"), seen] {
        check(!told.contains("Tr0ub4dor"), told)?;
    }
    Ok(())
}
