//! Takes secrets out of what is told of a call: a log of calls is read by more people than a vault.

use crate::platform::State;
use crate::platform::state::MASK as STARS;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::BTreeSet;

/// Names that secrets go by in queries, forms and JSON, in lower case without `_` and `-`.
const SECRET: [&str; 8] = [
    "accesstoken",
    "apisecretkey",
    "clientsecret",
    "code",
    "password",
    "refreshtoken",
    "secret",
    "token",
];

/// A path with its query, secrets in the query starred.
pub fn path(path: &str) -> String {
    let Some((bare, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret(&percent_decode_str(name).decode_utf8_lossy()) => {
            format!("{name}={STARS}")
        }
        _ => pair.to_owned(),
    };
    let pairs: Vec<String> = query.split('&').map(pair).collect();
    format!("{bare}?{}", pairs.join("&"))
}

/// The body of an operation's call, secrets starred: passwords, and the values of masked variables
/// of the account. None where it is no JSON, since nobody knows what is secret in it.
pub fn body(operation: &str, body: &str, state: Option<&State>) -> Option<String> {
    let mut value: Value = serde_json::from_str(body).ok()?;
    // An update does not say whether its variable is masked.
    let hides = operation.starts_with("update") && operation.ends_with("Variable");
    let known = state.map(masked).unwrap_or_default();
    match star(&mut value, hides, &known) {
        true => Some(value.to_string()),
        false => Some(body.to_owned()),
    }
}

fn is_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect();
    SECRET.contains(&plain.as_str())
}

/// Values of every masked variable of an account.
fn masked(state: &State) -> BTreeSet<&str> {
    let sites = state.sites.iter().map(|(_, site)| &site.variables);
    std::iter::once(&state.variables)
        .chain(sites)
        .flat_map(|variables| variables.values())
        .filter(|v| v.masked && !v.value.is_empty())
        .map(|v| v.value.as_str())
        .collect()
}

/// Stars what is secret; whether there was any.
fn star(value: &mut Value, hides: bool, known: &BTreeSet<&str>) -> bool {
    match value {
        Value::String(text) if known.contains(text.as_str()) => {
            STARS.clone_into(text);
            true
        }
        Value::Array(all) => all
            .iter_mut()
            .fold(false, |any, v| star(v, hides, known) | any),
        Value::Object(fields) => {
            let said = fields.get("masked").and_then(Value::as_bool);
            let hidden = said.unwrap_or(hides);
            fields.iter_mut().fold(false, |any, (name, v)| {
                let secret = is_secret(name) || (hidden && name == "value");
                if secret && !v.is_null() {
                    *v = STARS.into();
                    return true;
                }
                star(v, hides, known) | any
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::state::Variable;

    fn told(operation: &str, text: &str) -> String {
        let mut state = State::default();
        let licence = Variable {
            value: "hunter2".into(),
            masked: true,
            id: 1,
        };
        state.variables.insert("licence".into(), licence);
        body(operation, text, Some(&state)).unwrap_or_else(|| "none".into())
    }

    #[test]
    fn secrets_of_queries_are_starred() {
        for (sent, want) in [
            ("/api/v2/account", "/api/v2/account"),
            ("/a?max=5&page=1", "/a?max=5&page=1"),
            ("/a?access_token=x&max=5", "/a?access_token=********&max=5"),
            ("/a?Pass%77ord=x", "/a?Pass%77ord=********"),
            ("/a?token=x=y?z", "/a?token=********"),
        ] {
            assert_eq!(path(sent), want);
        }
    }

    #[test]
    fn secrets_of_bodies_are_starred_and_nothing_else() {
        for (operation, sent, want) in [
            ("create", "{\"name\": \"n\"}", "{\"name\": \"n\"}"),
            (
                "createAccountVariable",
                "{\"name\":\"n\",\"value\":\"v\",\"masked\":true}",
                "{\"name\":\"n\",\"value\":\"********\",\"masked\":true}",
            ),
            (
                "createAccountVariable",
                "{\"name\":\"n\",\"value\":\"v\",\"masked\":false}",
                "{\"name\":\"n\",\"value\":\"v\",\"masked\":false}",
            ),
            (
                "updateSiteVariable",
                "{\"name\":\"n\",\"value\":\"v\"}",
                "{\"name\":\"n\",\"value\":\"********\"}",
            ),
            (
                "createQuickJob",
                "{\"variables\":[{\"name\":\"a\",\"value\":\"hunter2\"},{\"name\":\"b\",\"value\":\"v\"}]}",
                "{\"variables\":[{\"name\":\"a\",\"value\":\"********\"},{\"name\":\"b\",\"value\":\"v\"}]}",
            ),
            (
                "createOrUpdateSiteProxy",
                "{\"host\":\"h\",\"password\":\"p\"}",
                "{\"host\":\"h\",\"password\":\"********\"}",
            ),
            ("create", "grant_type=password&password=p", "none"),
            ("create", "{\"password\":\"p\"", "none"),
        ] {
            assert_eq!(told(operation, sent), want);
        }
    }
}
