//! `defaults`: reads, writes and deletes for real, in XML property lists among the device's files.

use super::plist::Value;
use super::{Done, Refusal, store};

/// Runs `defaults`.
pub fn run(args: &[&str]) -> Done {
    // Host and user domains are one here.
    let args: Vec<&str> = args
        .iter()
        .copied()
        .filter(|a| *a != "-currentHost")
        .collect();
    match args.as_slice() {
        ["read", domain] => {
            let value = store::read(&store::path_of(domain))?;
            match &value {
                Value::Table(entries) if entries.is_empty() => Err(missing_domain(domain)),
                value => Ok(show(value, 0) + "\n"),
            }
        }
        ["read", domain, key] => find(domain, key).map(|v| show(&v, 0) + "\n"),
        ["read-type", domain, key] => {
            find(domain, key).map(|v| format!("Type is {}\n", type_name(&v)))
        }
        ["write", domain, key, rest @ ..] => {
            let path = store::path_of(domain);
            let mut whole = store::read(&path)?;
            let value = value_of(rest, whole.get(key))?;
            let Value::Table(entries) = &mut whole else {
                return Err(Refusal::new(1, format!("{domain} is no dictionary")));
            };
            match entries.iter_mut().find(|(k, _)| k == key) {
                Some(entry) => entry.1 = value,
                None => entries.push(((*key).to_owned(), value)),
            }
            store::write(&path, &whole).map(|()| String::new())
        }
        ["delete" | "remove", domain] => match std::fs::remove_file(store::path_of(domain)) {
            Ok(()) => Ok(String::new()),
            Err(_) => Err(missing_domain(domain)),
        },
        ["delete" | "remove", domain, key] => {
            let path = store::path_of(domain);
            let mut whole = store::read(&path)?;
            if let Value::Table(entries) = &mut whole {
                let before = entries.len();
                entries.retain(|(k, _)| k != key);
                if entries.len() < before {
                    return store::write(&path, &whole).map(|()| String::new());
                }
            }
            Err(missing_key(domain, key))
        }
        _ => Err(Refusal::not_played("defaults", &args)),
    }
}

fn missing_domain(domain: &str) -> Refusal {
    Refusal::new(1, format!("Domain {domain} does not exist"))
}

fn missing_key(domain: &str, key: &str) -> Refusal {
    Refusal::new(
        1,
        format!("The domain/default pair of ({domain}, {key}) does not exist"),
    )
}

fn find(domain: &str, key: &str) -> Result<Value, Refusal> {
    let whole = store::read(&store::path_of(domain))?;
    whole
        .get(key)
        .cloned()
        .ok_or_else(|| missing_key(domain, key))
}

/// The value of `defaults write DOMAIN KEY ...`.
fn value_of(words: &[&str], present: Option<&Value>) -> Result<Value, Refusal> {
    let number = |text: &str, kind: fn(String) -> Value| match text.parse::<f64>() {
        Ok(_) => Ok(kind(text.to_owned())),
        Err(_) => Err(Refusal::new(255, format!("defaults: {text} is no number"))),
    };
    match words {
        ["-string", text] => Ok(Value::Text((*text).to_owned())),
        ["-int" | "-integer", text] => number(text, Value::Integer),
        ["-float", text] => number(text, Value::Real),
        ["-bool" | "-boolean", text] => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(Value::Bool(true)),
            "false" | "no" | "0" => Ok(Value::Bool(false)),
            _ => Err(Refusal::new(255, format!("defaults: {text} is no boolean"))),
        },
        ["-date", text] => Ok(Value::Date((*text).to_owned())),
        ["-array", items @ ..] => Ok(Value::List(
            items.iter().map(|i| Value::Text((*i).to_owned())).collect(),
        )),
        ["-array-add", items @ ..] => {
            let mut list = match present {
                Some(Value::List(list)) => list.clone(),
                _ => Vec::new(),
            };
            list.extend(items.iter().map(|i| Value::Text((*i).to_owned())));
            Ok(Value::List(list))
        }
        ["-dict", pairs @ ..] | ["-dict-add", pairs @ ..] if pairs.len() % 2 == 0 => {
            let mut entries = match (words[0], present) {
                ("-dict-add", Some(Value::Table(entries))) => entries.clone(),
                _ => Vec::new(),
            };
            for pair in pairs.chunks_exact(2) {
                entries.retain(|(k, _)| k != pair[0]);
                entries.push((pair[0].to_owned(), Value::Text(pair[1].to_owned())));
            }
            Ok(Value::Table(entries))
        }
        [text] if !text.starts_with('-') => Ok(Value::Text((*text).to_owned())),
        _ => Err(Refusal::not_played("defaults write", words)),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "string",
        Value::Integer(_) => "integer",
        Value::Real(_) => "float",
        Value::Bool(_) => "boolean",
        Value::Date(_) => "date",
        Value::Data(_) => "data",
        Value::List(_) => "array",
        Value::Table(_) => "dictionary",
    }
}

/// A value as `defaults read` prints it.
pub fn show(value: &Value, depth: usize) -> String {
    let indent = "    ".repeat(depth + 1);
    let end = "    ".repeat(depth);
    match value {
        Value::Text(t) if depth > 0 => quoted(t),
        Value::Text(t) | Value::Integer(t) | Value::Real(t) | Value::Date(t) => t.clone(),
        Value::Data(t) => format!("<{t}>"),
        Value::Bool(b) => u8::from(*b).to_string(),
        Value::List(items) => {
            let lines: Vec<String> = items
                .iter()
                .map(|i| format!("{indent}{}", show(i, depth + 1)))
                .collect();
            format!("(\n{}\n{end})", lines.join(",\n"))
        }
        Value::Table(entries) => {
            let mut lines: Vec<String> = entries
                .iter()
                .map(|(k, v)| format!("{indent}{} = {};\n", quoted(k), show(v, depth + 1)))
                .collect();
            lines.sort();
            format!("{{\n{}{end}}}", lines.concat())
        }
    }
}

/// Quoted unless it is one plain word.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '/' | ':' | '.'));
    if plain {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed_as_asked() {
        assert_eq!(value_of(&["-bool", "YES"], None), Ok(Value::Bool(true)));
        assert_eq!(
            value_of(&["-int", "7"], None),
            Ok(Value::Integer("7".into()))
        );
        assert!(value_of(&["-int", "x"], None).is_err());
        assert!(value_of(&["-bool", "perhaps"], None).is_err());
        let list = Value::List(vec![Value::Text("a".into())]);
        let more = value_of(&["-array-add", "b c"], Some(&list)).unwrap();
        assert_eq!(show(&more, 0), "(\n    a,\n    \"b c\"\n)");
    }
}
