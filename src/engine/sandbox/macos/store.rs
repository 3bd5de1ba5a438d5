//! Property lists as files, and `plutil`.

use super::plist::{self, Value};
use super::{Done, Refusal};
use std::path::{Path, PathBuf};

/// File of a `defaults` domain.
pub fn path_of(domain: &str) -> PathBuf {
    let home = std::env::var("HOME").unwrap_or_else(|_| "/var/root".into());
    let preferences = PathBuf::from(home).join("Library/Preferences");
    match domain {
        "-g" | "-globalDomain" | "NSGlobalDomain" => preferences.join(".GlobalPreferences.plist"),
        path if path.starts_with('/') => {
            let known = path.ends_with(".plist");
            PathBuf::from(if known {
                path.to_owned()
            } else {
                format!("{path}.plist")
            })
        }
        name => preferences.join(format!("{name}.plist")),
    }
}

/// Reads a file; a missing one is an empty table.
pub fn read(path: &Path) -> Result<Value, Refusal> {
    match std::fs::read(path) {
        Ok(bytes) => {
            plist::parse(&bytes).map_err(|e| Refusal::new(1, format!("{}: {e}", path.display())))
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Value::Table(Vec::new())),
        Err(e) => Err(Refusal::new(1, format!("{}: {e}", path.display()))),
    }
}

/// Writes a file with the folders above it.
pub fn write(path: &Path, value: &Value) -> Result<(), Refusal> {
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(path, plist::print(value)))
        .map_err(|e| Refusal::new(1, format!("{}: {e}", path.display())))
}

/// `plutil -lint`, `-p`, `-convert xml1`, `-extract KEY raw`.
pub fn plutil(args: &[&str], stdin: &[u8]) -> Done {
    let load = |file: &str| {
        let bytes = if file == "-" {
            Ok(stdin.to_vec())
        } else {
            std::fs::read(file)
        };
        bytes
            .map_err(|e| e.to_string())
            .and_then(|b| plist::parse(&b))
            .map_err(|e| Refusal::new(1, format!("{file}: {e}")))
    };
    match args {
        ["-lint", files @ ..] | files @ [_]
            if files.iter().all(|f| !f.starts_with('-') || *f == "-") =>
        {
            let mut out = String::new();
            for file in files {
                load(file)?;
                out.push_str(&format!("{file}: OK\n"));
            }
            Ok(out)
        }
        ["-p", file] => Ok(super::defaults::show(&load(file)?, 0) + "\n"),
        ["-convert", "xml1", file] => write(Path::new(file), &load(file)?).map(|()| String::new()),
        ["-convert", "xml1", "-o", "-", file] | ["-convert", "xml1", file, "-o", "-"] => {
            Ok(plist::print(&load(file)?))
        }
        ["-extract", key, "raw", file]
        | ["-extract", key, "raw", "-o", "-", file]
        | ["-extract", key, "raw", file, "-o", "-"] => {
            let whole = load(file)?;
            let found = key.split('.').try_fold(&whole, |at, part| match at {
                Value::List(items) => part.parse::<usize>().ok().and_then(|i| items.get(i)),
                other => other.get(part),
            });
            match found {
                Some(value) => Ok(super::defaults::show(value, 0) + "\n"),
                None => Err(Refusal::new(
                    1,
                    format!(
                        "{file}: Could not extract value, error: No value at that key path or invalid key path: {key}"
                    ),
                )),
            }
        }
        _ => Err(Refusal::not_played("plutil", args)),
    }
}
