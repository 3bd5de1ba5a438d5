//! Values found by JSON paths.

use super::text::{number, show};
use super::{Findings, list};
use crate::scenario::matcher::JsonMatcher;
use crate::scenario::span::Spanned;
use serde_json::Value;
use serde_json_path::JsonPath;

/// Most places of a document that are looked at for the one nearest to a path that finds nothing.
const MOST_PLACES: usize = 20_000;

/// Whether a path can find several values.
fn finds_several(path: &str) -> bool {
    let mut quote = None;
    let mut before = ' ';
    for c in path.chars() {
        match quote {
            Some(q) if c == q && before != '\\' => quote = None,
            Some(_) => {}
            None => match c {
                '\'' | '"' => quote = Some(c),
                '*' | '?' | ',' | ':' => return true,
                '.' if before == '.' => return true,
                _ => {}
            },
        }
        before = c;
    }
    false
}

/// What a path finds: nothing, a value, or the list of all it found where it can find several.
pub fn at(body: &Value, path: &str) -> Result<Option<Value>, String> {
    let parsed = JsonPath::parse(path).map_err(|e| e.to_string())?;
    let found = parsed.query(body).all();
    Ok(match finds_several(path) {
        true => Some(Value::Array(found.into_iter().cloned().collect())),
        false => found.first().map(|v| (*v).clone()),
    })
}

/// Holds a matcher against what a path finds in the body; `body` is none where it is no JSON.
pub fn json(
    out: &mut Findings,
    path: &Spanned<String>,
    m: &JsonMatcher,
    body: Result<&Value, &str>,
) {
    let name = format!("json {}", path.value);
    let body = match body {
        Ok(body) => body,
        Err(why) => {
            return out.failed(
                &name,
                "a body of JSON".into(),
                why.to_owned(),
                path.span,
                None,
            );
        }
    };
    let found = match at(body, &path.value) {
        Ok(found) => found,
        Err(e) => return out.failed(&name, "a JSON path".into(), e, path.span, None),
    };
    let several = finds_several(&path.value);
    let nothing = match &found {
        None => true,
        Some(Value::Array(all)) => several && all.is_empty(),
        Some(_) => false,
    };
    if m.absent {
        let seen = || found.as_ref().map_or_else(String::new, brief);
        return out.check(
            nothing,
            &name,
            || "nothing at this path".into(),
            seen,
            m.span,
        );
    }
    // A list of nothing may be what is expected: `count: 0`, `empty`.
    let Some(value) = found.filter(|_| !nothing || (several && *m != only_any(m))) else {
        let near = nearest_place(body, &path.value);
        return out.failed(
            &name,
            expected(m),
            "nothing is at this path".into(),
            path.span,
            near,
        );
    };
    let before = out.0.len();
    held(out, &name, m, &value, several);
    if out.0.len() == before {
        out.met(&name);
    }
}

fn only_any(m: &JsonMatcher) -> JsonMatcher {
    JsonMatcher {
        span: m.span,
        ..JsonMatcher::default()
    }
}

fn expected(m: &JsonMatcher) -> String {
    match (&m.equals, m.contains.first()) {
        (Some(want), _) => brief(want),
        (None, Some(want)) => format!("a value that contains {}", brief(want)),
        (None, None) => "a value".into(),
    }
}

fn held(out: &mut Findings, name: &str, m: &JsonMatcher, value: &Value, several: bool) {
    let seen = || brief(value);
    if let Some(want) = &m.equals {
        out.check(same(want, value), name, || brief(want), seen, m.span);
    }
    if let Some(not) = &m.not {
        let key = format!("{name}.not");
        let what = || format!("anything but {}", brief(not));
        out.check(!same(not, value), &key, what, seen, m.span);
    }
    for want in &m.contains {
        let what = || format!("{} {}", holder(value, several), brief(want));
        out.check(
            holds(value, want),
            &format!("{name}.contains"),
            what,
            seen,
            m.span,
        );
    }
    for want in &m.not_contains {
        let what = || format!("a value without {}", brief(want));
        let key = format!("{name}.not-contains");
        out.check(!holds(value, want), &key, what, seen, m.span);
    }
    for (patterns, wanted, key) in [
        (&m.matches, true, "matches"),
        (&m.not_matches, false, "not-matches"),
    ] {
        for pattern in patterns {
            let key = format!("{name}.{key}");
            match regex::Regex::new(pattern) {
                Ok(r) => {
                    let found = texts(value).any(|t| r.is_match(&t));
                    let verb = if wanted {
                        "that matches"
                    } else {
                        "that does not match"
                    };
                    out.check(
                        found == wanted,
                        &key,
                        || format!("a text {verb} {pattern}"),
                        seen,
                        m.span,
                    );
                }
                Err(e) => out.failed(
                    &key,
                    "a regular expression".into(),
                    e.to_string(),
                    m.span,
                    None,
                ),
            }
        }
    }
    for (bound, least, key) in [
        (m.at_least, true, "at-least"),
        (m.at_most, false, "at-most"),
    ] {
        let Some(bound) = bound else { continue };
        let limit = bound as f64;
        let fits = value
            .as_f64()
            .is_some_and(|n| if least { n >= limit } else { n <= limit });
        let words = key.replace('-', " ");
        let what = || format!("a number of {words} {bound}");
        out.check(fits, &format!("{name}.{key}"), what, seen, m.span);
    }
    if let Some(want) = &m.count {
        let count = match value {
            Value::Array(all) => Some(all.len()),
            Value::Object(all) => Some(all.len()),
            _ => None,
        };
        let key = format!("{name}.count");
        match count {
            Some(n) => number(
                out,
                &key,
                want,
                i64::try_from(n).unwrap_or(i64::MAX),
                "elements",
            ),
            None => out.failed(&key, "a list or an object".into(), seen(), m.span, None),
        }
    }
    if let Some(want) = m.empty {
        let empty = match value {
            Value::Null => true,
            Value::String(t) => t.is_empty(),
            Value::Array(a) => a.is_empty(),
            Value::Object(o) => o.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        let what = || match want {
            true => "nothing in it".to_owned(),
            false => "something in it".to_owned(),
        };
        out.check(empty == want, &format!("{name}.empty"), what, seen, m.span);
    }
}

/// Equal as JSON: the order of keys and the way a number is written do not count.
fn same(want: &Value, value: &Value) -> bool {
    match (want, value) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || a.as_f64().is_some_and(|a| Some(a) == b.as_f64())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, a)| b.get(k).is_some_and(|b| same(a, b)))
        }
        _ => want == value,
    }
}

fn holds(value: &Value, want: &Value) -> bool {
    match (value, want) {
        (Value::Array(all), want) => all.iter().any(|v| same(want, v)),
        (Value::String(text), Value::String(want)) => text.contains(want.as_str()),
        (Value::Object(all), Value::Object(want)) => want
            .iter()
            .all(|(k, want)| all.get(k).is_some_and(|v| same(want, v))),
        _ => false,
    }
}

fn holder(value: &Value, several: bool) -> &'static str {
    match value {
        Value::Array(_) if several => "among what the path finds,",
        Value::Array(_) => "a list with",
        _ => "a value that contains",
    }
}

fn texts(value: &Value) -> Box<dyn Iterator<Item = String> + '_> {
    match value {
        Value::Array(all) => Box::new(all.iter().filter_map(plain)),
        one => Box::new(plain(one).into_iter()),
    }
}

/// A scalar as text; none for null, lists and objects.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(t) => Some(t.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A value for people.
fn brief(value: &Value) -> String {
    match value {
        Value::String(t) if !t.is_empty() => show(t),
        Value::String(_) => "an empty text".into(),
        other => show(&other.to_string())
            .trim_matches('"')
            .replace("\\\"", "\""),
    }
}

/// The path of the document nearest to one that finds nothing, with what is there.
fn nearest_place(body: &Value, path: &str) -> Option<String> {
    let mut places = Vec::new();
    walk(body, "$", &mut places);
    let wanted = path.replace("['", ".").replace("']", "");
    let near = places
        .iter()
        .min_by_key(|(p, _)| strsim::damerau_levenshtein(&wanted, p))
        .filter(|(p, _)| {
            let most = wanted.chars().count().max(p.chars().count()) / 2;
            strsim::damerau_levenshtein(&wanted, p) <= most.min(8)
        });
    if let Some((place, value)) = near {
        return Some(format!(
            "the nearest path that is there: `{place}` = {}",
            brief(value)
        ));
    }
    match body {
        Value::Object(all) => {
            let keys: Vec<String> = all.keys().map(|k| format!("$.{k}")).collect();
            Some(format!("there are: {}", list(&keys, 12)))
        }
        Value::Array(all) => Some(format!("the body is a list of {} elements", all.len())),
        other => Some(format!("the body is {}", brief(other))),
    }
}

fn walk<'v>(value: &'v Value, at: &str, places: &mut Vec<(String, &'v Value)>) {
    if places.len() >= MOST_PLACES || at.len() > 256 {
        return;
    }
    if at != "$" {
        places.push((at.to_owned(), value));
    }
    match value {
        Value::Object(all) => {
            for (key, value) in all {
                walk(value, &format!("{at}.{key}"), places);
            }
        }
        Value::Array(all) => {
            for (n, value) in all.iter().take(20).enumerate() {
                walk(value, &format!("{at}[{n}]"), places);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn failed(path: &str, m: &JsonMatcher, body: &Value) -> Vec<String> {
        let mut f = Findings::default();
        let path = Spanned {
            value: path.into(),
            ..Spanned::default()
        };
        json(&mut f, &path, m, Ok(body));
        assert!(!f.0.is_empty(), "nothing was judged");
        let told =
            |x: &super::super::Failure| format!("{}: {} | {:?}", x.expectation, x.actual, x.help);
        f.failures().map(told).collect()
    }

    fn equal(value: Value) -> JsonMatcher {
        JsonMatcher {
            equals: Some(value),
            ..JsonMatcher::default()
        }
    }

    #[test]
    fn values_are_compared_as_json() {
        let body = json!({ "n": 5, "t": "5", "no": null, "o": { "a": 1, "b": [true] } });
        for (path, want) in [
            ("$.n", json!(5)),
            ("$.n", json!(5.0)),
            ("$.t", json!("5")),
            ("$.no", json!(null)),
            ("$.o", json!({ "b": [true], "a": 1 })),
        ] {
            assert!(failed(path, &equal(want), &body).is_empty(), "{path}");
        }
        for (path, want) in [
            ("$.n", json!("5")),
            ("$.t", json!(5)),
            ("$.no", json!("")),
            ("$.o.b", json!([])),
        ] {
            assert_eq!(failed(path, &equal(want), &body).len(), 1, "{path}");
        }
    }

    #[test]
    fn a_path_that_finds_nothing_is_told_with_the_nearest() {
        let body = json!({ "udf": { "udf5": "x", "udf6": null }, "online": true });
        let told = failed("$.udf.udf55", &equal(json!("x")), &body);
        assert!(told[0].contains("nothing is at this path"), "{told:?}");
        assert!(told[0].contains("`$.udf.udf5`"), "{told:?}");
        let told = failed("$.completelyElsewhere", &equal(json!(1)), &body);
        assert!(told[0].contains("$.udf, $.online"), "{told:?}");
    }

    #[test]
    fn several_values_are_a_list() {
        let body = json!({ "a": [{ "p": "High" }, { "p": "Low" }] });
        let has = |want: &str| JsonMatcher {
            contains: vec![json!(want)],
            ..JsonMatcher::default()
        };
        assert!(failed("$.a[*].p", &has("High"), &body).is_empty());
        assert_eq!(failed("$.a[*].p", &has("Hig"), &body).len(), 1);
        assert!(failed("$.a[0].p", &has("Hig"), &body).is_empty());
        let absent = JsonMatcher {
            absent: true,
            ..JsonMatcher::default()
        };
        assert!(failed("$.a[*].q", &absent, &body).is_empty());
        assert_eq!(failed("$.a[*].p", &absent, &body).len(), 1);
        assert_eq!(failed("$.a[*].q", &JsonMatcher::default(), &body).len(), 1);
        assert!(failed("$.a[*].q", &equal(json!([])), &body).is_empty());
    }

    #[test]
    fn paths_that_can_find_several_are_known() {
        for path in ["$.a[*]", "$..a", "$[?@.a]", "$[0,1]", "$[0:2]"] {
            assert!(finds_several(path), "{path}");
        }
        for path in ["$.a.b[0]", "$['a*b']", "$[\"x:y\"]"] {
            assert!(!finds_several(path), "{path}");
        }
    }
}
