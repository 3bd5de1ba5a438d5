//! `findstr`: switches, output and exit codes as its help and Microsoft's reference page
//! (windows-commands/findstr) tell.

use super::pattern::{How, Pattern, folded};
use super::read;
use crate::programs::{Call, Ended};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a call asks for.
#[derive(Debug, Default)]
struct Order {
    strings: Vec<Searched>,
    files: Vec<String>,
    /// None: by the strings' look.
    regex: Option<bool>,
    how: How,
    not: bool,
    numbers: bool,
    offsets: bool,
    names_only: bool,
    below: bool,
    /// Letters that are no switches: findstr says so and goes on.
    ignored: Vec<char>,
}

#[derive(Debug)]
struct Searched {
    text: String,
    /// Given by `/C:` or a file: never cut at spaces, literal unless `/R`.
    whole: bool,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match order(&call.args) {
        Ok(order) => order,
        Err(Wrong::Usage(what)) => {
            call.complain(format_args!("FINDSTR: {what}"));
            return Ended::done(2);
        }
        Err(Wrong::NotHere(what)) => return call.refuse(what),
    };
    for letter in &order.ignored {
        call.complain(format_args!("FINDSTR: /{letter} ignored"));
    }
    let patterns = patterns(&order);
    let mut found = false;
    if order.files.is_empty() {
        let mut stdin = std::io::stdin().lock();
        found |= search(&mut stdin, "", &order, &patterns, call.out);
        return Ended::done(i32::from(!found));
    }
    let named =
        order.below || order.files.len() > 1 || order.files.iter().any(|f| f.contains(['*', '?']));
    for name in &order.files {
        let files = if order.below {
            below(name)
        } else {
            read::expand(name)
        };
        if files.is_empty() {
            call.complain(format_args!("FINDSTR: Cannot open {name}"));
        }
        for file in files {
            let shown = file.to_string_lossy();
            match read_bytes(&file) {
                Ok(mut from) => {
                    let prefix = if named || order.names_only {
                        shown.as_ref()
                    } else {
                        ""
                    };
                    found |= search(&mut from, prefix, &order, &patterns, call.out);
                }
                Err(_) => call.complain(format_args!("FINDSTR: Cannot open {shown}")),
            }
        }
    }
    Ended::done(i32::from(!found))
}

/// findstr takes files as bytes: text in UTF-16 is not found by it on Windows either.
fn read_bytes(path: &Path) -> std::io::Result<std::io::BufReader<std::fs::File>> {
    std::fs::File::open(path).map(std::io::BufReader::new)
}

/// Files that fit a name in its folder and all below it, as they are shown.
fn below(name: &str) -> Vec<PathBuf> {
    let cut = name.rfind(['\\', '/', ':']).map_or(0, |at| at + 1);
    let (folder, pattern) = name.split_at(cut);
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(at) = folders.pop() {
        let real = if at.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &at
        };
        found.extend(
            read::matching(real, pattern)
                .into_iter()
                .filter_map(|p| p.file_name().map(|f| at.join(f))),
        );
        let mut inner: Vec<PathBuf> = std::fs::read_dir(real)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
            .map(|e| at.join(e.file_name()))
            .collect();
        inner.sort();
        folders.extend(inner.into_iter().rev());
    }
    found
}

fn search(
    from: &mut dyn std::io::BufRead,
    name: &str,
    order: &Order,
    patterns: &[Pattern],
    out: &mut dyn Write,
) -> bool {
    let (mut found, mut number, mut offset) = (false, 0_u64, 0_u64);
    let read = read::lines(from, |line| {
        number += 1;
        let start = offset;
        offset += line.len() as u64 + 2;
        let text = folded(line, order.how.ignore_case);
        if patterns.iter().any(|p| p.fits(&text, order.how)) == order.not {
            return true;
        }
        found = true;
        if order.names_only {
            let _ = write!(out, "{name}\r\n");
            return false;
        }
        if !name.is_empty() {
            let _ = write!(out, "{name}:");
        }
        if order.numbers {
            let _ = write!(out, "{number}:");
        }
        if order.offsets {
            let _ = write!(out, "{start}:");
        }
        let _ = out.write_all(line);
        // A reader that has gone ends the search.
        out.write_all(b"\r\n").is_ok()
    });
    // What could be read of it counts, as on Windows.
    drop(read);
    found
}

fn patterns(order: &Order) -> Vec<Pattern> {
    let ignore = order.how.ignore_case;
    let looks =
        order.strings.iter().find(|s| !s.whole).is_some_and(|s| {
            looks_like_regex(s.text.split(' ').find(|w| !w.is_empty()).unwrap_or(""))
        });
    let mut all = Vec::new();
    for string in &order.strings {
        let regex = order.regex.unwrap_or(!string.whole && looks);
        let words: Vec<&str> = if string.whole {
            vec![&string.text]
        } else {
            string.text.split(' ').filter(|w| !w.is_empty()).collect()
        };
        all.extend(words.into_iter().map(|w| {
            if regex {
                Pattern::regex(w, ignore)
            } else if order.regex.is_none() && !string.whole {
                Pattern::plain(w, ignore)
            } else {
                Pattern::literal(w, ignore)
            }
        }));
    }
    all
}

/// A character of an expression that no backslash takes its meaning from.
fn looks_like_regex(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('<' | '>') => return true,
                _ => continue,
            },
            '.' | '*' | '^' | '$' | '[' => return true,
            _ => {}
        }
    }
    false
}

#[derive(Debug)]
enum Wrong {
    Usage(String),
    NotHere(String),
}

fn order(args: &[String]) -> Result<Order, Wrong> {
    let mut order = Order::default();
    let mut explicit = false;
    for arg in args {
        // Switches stand before the first string; `/` and `-` both begin one.
        let is_switch = order.files.is_empty() && (explicit || order.strings.is_empty());
        match arg.strip_prefix(['/', '-']) {
            Some(switch) if is_switch && !switch.is_empty() => {
                explicit |= take(&mut order, switch)?;
            }
            _ if explicit || !order.strings.is_empty() => order.files.push(arg.clone()),
            _ => order.strings.push(Searched {
                text: arg.clone(),
                whole: false,
            }),
        }
    }
    if order.strings.iter().all(|s| s.text.is_empty()) {
        return Err(Wrong::Usage("Bad command line".into()));
    }
    Ok(order)
}

/// Takes one argument of switches; whether it gave search strings.
fn take(order: &mut Order, switch: &str) -> Result<bool, Wrong> {
    let lower = switch.to_lowercase();
    if let Some(text) = lower.strip_prefix("c:") {
        order.strings.push(Searched {
            text: switch[switch.len() - text.len()..].to_owned(),
            whole: true,
        });
        return Ok(true);
    }
    if lower.starts_with("g:") {
        return strings_of(order, &switch[2..]);
    }
    if lower.starts_with("f:") || lower.starts_with("d:") {
        return Err(Wrong::NotHere(format!("/{switch} is not played")));
    }
    if lower.starts_with("a:") || lower == "offline" || lower == "off" {
        return Ok(false);
    }
    for letter in lower.chars() {
        match letter {
            'b' => order.how.at_start = true,
            'e' => order.how.at_end = true,
            'l' => order.regex = Some(false),
            'r' => order.regex = Some(true),
            's' => order.below = true,
            'i' => order.how.ignore_case = true,
            'x' => order.how.whole = true,
            'v' => order.not = true,
            'n' => order.numbers = true,
            'm' => order.names_only = true,
            'o' => order.offsets = true,
            'p' => return Err(Wrong::NotHere("/P is not played".into())),
            other => order.ignored.push(other),
        }
    }
    Ok(false)
}

fn strings_of(order: &mut Order, file: &str) -> Result<bool, Wrong> {
    let open = || Wrong::Usage(format!("Cannot open {file}"));
    let mut from = read_bytes(Path::new(file)).map_err(|_| open())?;
    read::lines(&mut from, |line| {
        if !line.is_empty() {
            order.strings.push(Searched {
                text: String::from_utf8_lossy(line).into_owned(),
                whole: true,
            });
        }
        true
    })
    .map_err(|_| open())?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(args: &[&str], text: &str) -> (bool, String) {
        let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        let order = order(&args).unwrap();
        let mut out = Vec::new();
        let found = search(
            &mut text.as_bytes(),
            "",
            &order,
            &patterns(&order),
            &mut out,
        );
        (found, String::from_utf8(out).unwrap())
    }

    #[test]
    fn lines_are_chosen_as_on_windows() {
        let text = "[mail]\r\nmapi=1\r\nversion 1.2\r\n";
        for (args, expected) in [
            (&["/v", "mail"][..], "mapi=1\r\nversion 1.2\r\n"),
            (&["/x", "[mail]"], ""),
            (&["/x", "/l", "[mail]"], "[mail]\r\n"),
            (&["/n", "/c:version 1"], "3:version 1.2\r\n"),
            (&["/o", "mapi"], "8:mapi=1\r\n"),
            (&["/i", "MAIL MAPI"], "[mail]\r\nmapi=1\r\n"),
            (&["1.2"], "version 1.2\r\n"),
            (&[r"1\.2"], "version 1.2\r\n"),
            (&["/l", r"1\.2"], ""),
            (&[r"\[mail\]"], "[mail]\r\n"),
            (&["/c:1x2"], ""),
            (&["/ib", "MAPI"], "mapi=1\r\n"),
            (&["/r", "/c:^ver.*2$"], "version 1.2\r\n"),
        ] {
            assert_eq!(over(args, text).1, expected, "{args:?}");
        }
    }

    #[test]
    fn no_string_is_a_bad_command_line() {
        assert!(matches!(order(&[]), Err(Wrong::Usage(w)) if w == "Bad command line"));
        assert_eq!(order(&["/q".into(), "a".into()]).unwrap().ignored, ['q']);
    }

    #[test]
    fn a_path_after_the_string_is_a_file() {
        let order = order(&["/i".into(), "a".into(), "C:\\x.txt".into()]).unwrap();
        assert_eq!(order.files, ["C:\\x.txt"]);
    }
}
