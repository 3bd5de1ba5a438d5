//! Parameters of a query, read by what the table says of them.

use super::Refusal;
use super::table::{Kind, Param};

/// The parameters of a call; what the operation does not know is not in it.
#[derive(Debug, Clone, Default)]
pub struct Query {
    values: Vec<(&'static str, Value)>,
}

#[derive(Debug, Clone)]
enum Value {
    Number(i64),
    Boolean(bool),
    Text(String),
    Texts(Vec<String>),
    Numbers(Vec<i64>),
}

impl Query {
    /// Reads a query string.
    ///
    /// # Errors
    /// 400 where a value is not what its parameter takes.
    pub fn read(query: Option<&str>, params: &'static [Param]) -> Result<Query, Refusal> {
        let mut values: Vec<(&'static str, Value)> = Vec::new();
        for (name, text) in pairs(query.unwrap_or_default())? {
            let Some(param) = params.iter().find(|p| p.name == name) else {
                continue;
            };
            let new = value(param, &text)?;
            match (values.iter_mut().find(|(n, _)| *n == param.name), new) {
                (Some((_, Value::Texts(all))), Value::Texts(more)) => all.extend(more),
                (Some((_, Value::Numbers(all))), Value::Numbers(more)) => all.extend(more),
                // Of several, the first counts.
                (Some(_), _) => {}
                (None, new) => values.push((param.name, new)),
            }
        }
        Ok(Query { values })
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(n) => Some(*n),
            _ => None,
        }
    }

    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Boolean(b) => Some(*b),
            _ => None,
        }
    }

    /// A text; an empty one is as none.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(t) if !t.is_empty() => Some(t),
            _ => None,
        }
    }

    pub fn texts(&self, name: &str) -> &[String] {
        match self.get(name) {
            Some(Value::Texts(t)) => t,
            _ => &[],
        }
    }

    pub fn numbers(&self, name: &str) -> &[i64] {
        match self.get(name) {
            Some(Value::Numbers(n)) => n,
            _ => &[],
        }
    }
}

/// Names and values of a query or form, decoded.
///
/// # Errors
/// 400 where they are no UTF-8 text.
pub fn pairs(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| Refusal::bad("the query is no UTF-8 text"))
    };
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn value(param: &Param, text: &str) -> Result<Value, Refusal> {
    let wrong = |what: &str| {
        Err(Refusal::bad(format!(
            "`{}` must be {what}, not `{text}`",
            param.name
        )))
    };
    let number =
        |text: &str, most: i64| text.parse::<i64>().ok().filter(|n| (0..=most).contains(n));
    match param.kind {
        Kind::Int32 => match number(text, i64::from(i32::MAX)) {
            Some(n) => Ok(Value::Number(n)),
            None => wrong("a whole number from 0 to 2147483647"),
        },
        Kind::Int64 => match number(text, i64::MAX) {
            Some(n) => Ok(Value::Number(n)),
            None => wrong("a whole number, not negative"),
        },
        Kind::Boolean => match text {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            _ => wrong("`true` or `false`"),
        },
        Kind::Text => Ok(Value::Text(text.to_owned())),
        Kind::OneOf(words) => match words.contains(&text) {
            true => Ok(Value::Text(text.to_owned())),
            false => wrong(&format!("one of {}", words.join(", "))),
        },
        Kind::DateTime => match time(text) {
            Some(t) => Ok(Value::Number(t.as_millisecond())),
            None => wrong("a time in UTC like 2026-01-05T09:00:00Z"),
        },
        Kind::Texts => Ok(Value::Texts(split(text))),
        Kind::Cursor => {
            let given = split(text);
            let is_place = |w: &String| w.len() <= 18 && w.bytes().all(|b| b.is_ascii_digit());
            match given.iter().all(is_place) {
                true => Ok(Value::Texts(given)),
                false => wrong("taken from the address of a page"),
            }
        }
        Kind::Words(words) => {
            let given = split(text);
            match given.iter().all(|w| words.contains(&w.as_str())) {
                true => Ok(Value::Texts(given)),
                false => wrong(&format!("of the words {}", words.join(", "))),
            }
        }
        Kind::Numbers => {
            let all: Option<Vec<i64>> = split(text)
                .iter()
                .map(|one| number(one, i64::MAX))
                .collect();
            match all {
                Some(all) => Ok(Value::Numbers(all)),
                None => wrong("whole numbers, comma-separated"),
            }
        }
    }
}

/// A time with its offset. The last hours of the year 9999, which clients take for always, are as
/// late as times go here.
fn time(text: &str) -> Option<jiff::Timestamp> {
    use jiff::{Timestamp, fmt::temporal::Pieces};
    if let Ok(t) = text.parse() {
        return Some(t);
    }
    let pieces = Pieces::parse(text).ok()?;
    pieces.time()?;
    pieces.to_numeric_offset()?;
    (pieces.date().year() == 9999).then_some(Timestamp::MAX)
}

fn split(text: &str) -> Vec<String> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
