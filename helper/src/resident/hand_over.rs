//! What a process that was started ahead is told when its job comes, and what of it must have been the
//! same from its start on.

use serde_json::{Map, Value};

/// Variables by these beginnings are read once, at the start of a process: by .NET, by PowerShell, by its
/// startup hook, by Wine.
const AT_START: [&str; 8] = [
    "DOTNET_",
    "COMPLUS_",
    "CORECLR_",
    "COREHOST_",
    "POWERSHELL_",
    "SHAKEDOWN_",
    "WINE",
    "NO_COLOR",
];

/// Names and values.
pub type Environment = [(String, String)];

/// A process with the first environment can be given the second: none that is read at its start differs.
#[must_use]
pub fn fits(started: &Environment, wanted: &Environment) -> bool {
    let read = |env: &Environment| {
        let mut read: Vec<(String, String)> = env
            .iter()
            .map(|(name, value)| (name.to_uppercase(), value.clone()))
            .filter(|(name, _)| AT_START.iter().any(|begin| name.starts_with(begin)))
            .collect();
        read.sort();
        read
    };
    read(started) == read(wanted)
}

/// The line: its working folder, and what makes its environment the wanted one, name by name; null takes
/// a variable away. What differs in the case of its name only is taken away first.
#[must_use]
pub fn line(directory: &str, started: &Environment, wanted: &Environment) -> String {
    let mut changes = Map::new();
    for (name, _) in started {
        if !wanted.iter().any(|(n, _)| n == name) {
            changes.insert(name.clone(), Value::Null);
        }
    }
    for (name, value) in wanted {
        if !started.iter().any(|had| had.0 == *name && had.1 == *value) {
            changes.insert(name.clone(), Value::from(value.as_str()));
        }
    }
    let mut whole = Map::new();
    whole.insert("directory".into(), Value::from(directory));
    whole.insert("environment".into(), Value::Object(changes));
    let mut line = Value::Object(whole).to_string();
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        owned.collect()
    }

    #[test]
    fn only_what_differs_is_told_and_old_names_go_first() {
        let started = env(&[("Path", "a"), ("same", "x"), ("gone", "1"), ("value", "1")]);
        let wanted = env(&[
            ("PATH", "a"),
            ("same", "x"),
            ("value", ""),
            ("neu", "Größe\n漢\""),
        ]);
        assert_eq!(
            line(r"C:\p #", &started, &wanted),
            "{\"directory\":\"C:\\\\p #\",\"environment\":{\"Path\":null,\"gone\":null,\"PATH\":\"a\",\"value\":\"\",\"neu\":\"Größe\\n漢\\\"\"}}\n"
        );
        assert_eq!(
            line("C:", &started, &started),
            "{\"directory\":\"C:\",\"environment\":{}}\n"
        );
    }

    #[test]
    fn what_is_read_at_the_start_must_be_the_same() {
        let started = env(&[("DOTNET_TieredPGO", "0"), ("usrName", "a")]);
        assert!(fits(
            &started,
            &env(&[("usrName", "b"), ("DOTNET_TieredPGO", "0")])
        ));
        assert!(!fits(&started, &env(&[("DOTNET_TieredPGO", "1")])));
        assert!(!fits(&started, &env(&[])));
        assert!(!fits(
            &started,
            &env(&[("dotnet_tieredpgo", "0"), ("No_Color", "1")])
        ));
    }
}
