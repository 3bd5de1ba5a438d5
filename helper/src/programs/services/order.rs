//! `key= value` pairs of `sc create`, `sc config` and their like.

use super::Settings;

/// Reads the pairs. The value is the next argument, or stands at once after the `=`.
///
/// # Errors
/// A key or value that sc does not have; the text names it.
pub fn settings(args: &[String]) -> Result<Settings, String> {
    let mut all = Settings::default();
    for (key, value) in pairs(args)? {
        let text = Some(value.clone());
        match key.as_str() {
            "type" => all.kind = Some(all.kind.unwrap_or(0) | kind(&value)?),
            "start" => {
                let lower = value.to_lowercase();
                all.delayed = match lower.as_str() {
                    "delayed-auto" => Some(true),
                    "auto" => Some(false),
                    _ => None,
                };
                all.start = Some(match lower.as_str() {
                    "boot" => 0,
                    "system" => 1,
                    "auto" | "delayed-auto" => 2,
                    "demand" => 3,
                    "disabled" => 4,
                    _ => return Err(format!("start= {value}")),
                });
            }
            "error" => {
                all.error = Some(match value.to_lowercase().as_str() {
                    "ignore" => 0,
                    "normal" => 1,
                    "severe" => 2,
                    "critical" => 3,
                    _ => return Err(format!("error= {value}")),
                });
            }
            "binpath" => all.binary = text,
            "group" => all.group = text,
            "displayname" => all.display = text,
            "obj" => all.account = text,
            "password" => all.password = text,
            "depend" => {
                let names = value.split('/').filter(|n| !n.is_empty());
                all.depends = Some(names.map(str::to_owned).collect());
            }
            "tag" if value.eq_ignore_ascii_case("no") => {}
            _ => return Err(format!("{key}= {value}")),
        }
    }
    Ok(all)
}

/// Arguments as `key= value`, keys in lower case.
///
/// # Errors
/// An argument that is no key, or a key without a value.
pub fn pairs(args: &[String]) -> Result<Vec<(String, String)>, String> {
    let mut all = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (key, glued) = arg.split_once('=').ok_or_else(|| arg.clone())?;
        let value = if glued.is_empty() {
            args.next().ok_or_else(|| arg.clone())?.clone()
        } else {
            glued.to_owned()
        };
        all.push((key.to_lowercase(), value));
    }
    Ok(all)
}

fn kind(value: &str) -> Result<u32, String> {
    Ok(match value.to_lowercase().as_str() {
        "own" => 0x10,
        "share" => 0x20,
        "interact" => 0x100,
        "kernel" => 0x1,
        "filesys" => 0x2,
        "rec" => 0x8,
        _ => return Err(format!("type= {value}")),
    })
}

/// Bytes that Windows keeps as `FailureActions` of a service: `reset= SECONDS actions= a/ms/...`.
///
/// # Errors
/// What is no number or action.
pub fn failure_actions(reset: &str, actions: &str) -> Result<Vec<u8>, String> {
    let reset: u32 = match reset.to_lowercase().as_str() {
        "infinite" => u32::MAX,
        other => other.parse().map_err(|_| format!("reset= {reset}"))?,
    };
    let parts: Vec<&str> = actions.split('/').collect();
    let wrong = || format!("actions= {actions}");
    let mut rows: Vec<(u32, u32)> = Vec::new();
    for pair in parts.chunks(2).filter(|p| *p != [""]) {
        let kind = match pair[0].to_lowercase().as_str() {
            "" => 0,
            "restart" => 1,
            "reboot" => 2,
            "run" => 3,
            _ => return Err(wrong()),
        };
        let delay = match pair.get(1) {
            None | Some(&"") => 0,
            Some(delay) => delay.parse().map_err(|_| wrong())?,
        };
        rows.push((kind, delay));
    }
    let count = u32::try_from(rows.len()).map_err(|_| wrong())?;
    // Reset period, no message, no command, number of actions, where they start.
    let mut bytes: Vec<u8> = Vec::new();
    for number in [reset, 0, 0, count, 20] {
        bytes.extend(number.to_le_bytes());
    }
    for (kind, delay) in rows {
        bytes.extend(kind.to_le_bytes());
        bytes.extend(delay.to_le_bytes());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(args: &[&str]) -> Result<Settings, String> {
        settings(&args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn both_forms_of_a_pair() {
        let got = of(&[
            "binPath=",
            r"C:\a b.exe /x=1",
            "start=delayed-auto",
            "depend=",
            "A/B",
        ])
        .unwrap();
        assert_eq!(got.binary.as_deref(), Some(r"C:\a b.exe /x=1"));
        assert_eq!((got.start, got.delayed), (Some(2), Some(true)));
        assert_eq!(got.depends, Some(vec!["A".into(), "B".into()]));
        assert_eq!(
            of(&["type=", "own", "type=", "interact"]).unwrap().kind,
            Some(0x110)
        );
    }

    #[test]
    fn wrong_pairs() {
        for args in [
            &["start="][..],
            &["start=", "x"],
            &["auto"],
            &["foo=", "1"],
            &["error=", "x"],
        ] {
            assert!(of(args).is_err(), "{args:?}");
        }
    }

    #[test]
    fn failure_actions_are_kept_as_windows_keeps_them() {
        assert!(failure_actions("86400", "jump/60000").is_err());
        let bytes = failure_actions("86400", "restart/60000//0").unwrap();
        assert_eq!(bytes.len(), 20 + 2 * 8);
        assert_eq!(bytes[..4], 86400_u32.to_le_bytes());
        assert_eq!(bytes[20..28], [1, 0, 0, 0, 0x60, 0xea, 0, 0]);
    }
}
