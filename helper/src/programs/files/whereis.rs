//! `where` as Microsoft's reference page (windows-commands/where) tells.

use crate::programs::text::wild;
use crate::programs::told::clock::Moment;
use crate::programs::{Call, Ended};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const USAGE: &str = "Type \"WHERE /?\" for usage.";
/// Deepest folder that is walked into.
const DEEPEST: usize = 200;

#[derive(Debug, Default, PartialEq, Eq)]
struct Order {
    /// Searched with all folders below it.
    below: Option<PathBuf>,
    quiet: bool,
    quoted: bool,
    times: bool,
    patterns: Vec<String>,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    if call.args.iter().any(|a| a == "/?") {
        return call.refuse("its help text is not played");
    }
    let order = match order(&call.args) {
        Ok(order) => order,
        Err(what) => {
            call.complain(format_args!("ERROR: {what}\r\n{USAGE}"));
            return Ended::done(2);
        }
    };
    let mut found: Vec<PathBuf> = Vec::new();
    let mut exit = 0;
    for pattern in &order.patterns {
        let before = found.len();
        search(&order, pattern, &mut found);
        if found.len() == before {
            exit = 1;
            if !order.quiet {
                call.complain("INFO: Could not find files for the given pattern(s).");
            }
        }
    }
    if order.quiet {
        return Ended::done(exit);
    }
    for path in found {
        let shown = path.display();
        let shown = if order.quoted {
            format!("\"{shown}\"")
        } else {
            shown.to_string()
        };
        match std::fs::metadata(&path) {
            Ok(known) if order.times => {
                let since = known
                    .modified()
                    .ok()
                    .and_then(|m| m.duration_since(UNIX_EPOCH).ok());
                let ticks = since.and_then(|s| i64::try_from(s.as_nanos() / 100).ok());
                let at = Moment(ticks.unwrap_or(0));
                let (date, time) = (at.date(), at.time());
                call.say(format_args!(
                    "{:>10}   {date:>10}  {time:>11}  {shown}",
                    known.len()
                ));
            }
            _ => call.say(shown),
        }
    }
    Ended::done(exit)
}

fn order(args: &[String]) -> Result<Order, String> {
    let mut order = Order::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.to_lowercase().as_str() {
            "/r" => {
                let folder = args
                    .next()
                    .ok_or_else(|| format!("Invalid syntax. Value expected for '{arg}'."))?;
                order.below = Some(PathBuf::from(folder));
            }
            "/q" => order.quiet = true,
            "/f" => order.quoted = true,
            "/t" => order.times = true,
            lower if lower.starts_with('/') => {
                return Err(format!("Invalid argument/option - '{arg}'."));
            }
            _ => order.patterns.push(arg.clone()),
        }
    }
    if order.patterns.is_empty() {
        return Err("Invalid syntax.".into());
    }
    Ok(order)
}

fn search(order: &Order, pattern: &str, found: &mut Vec<PathBuf>) {
    let extensions = std::env::var("PATHEXT").unwrap_or_else(|_| ".COM;.EXE;.BAT;.CMD".into());
    let extensions: Vec<&str> = extensions.split(';').filter(|e| !e.is_empty()).collect();
    if let Some(folder) = &order.below {
        walk(folder, pattern, &extensions, 0, found);
        return;
    }
    // `$PATH:name` and `C:\a;C:\b:name`.
    let cut = pattern.rfind(':').filter(|at| *at > 1);
    let (places, name) = match cut {
        Some(at) => (pattern[..at].to_owned(), &pattern[at + 1..]),
        None => (String::new(), pattern),
    };
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let places = match places.strip_prefix('$') {
        Some(name) => variable(name),
        None if places.is_empty() => format!(".;{}", variable("PATH")),
        None => places,
    };
    for place in places.split(';').filter(|p| !p.is_empty()) {
        let place = std::path::absolute(place).unwrap_or_else(|_| PathBuf::from(place));
        here(&place, name, &extensions, found);
    }
}

/// Files of one folder that fit, with an extension added where the pattern has none of its own.
fn here(folder: &Path, pattern: &str, extensions: &[&str], found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|e| e.file_type().is_ok_and(|t| !t.is_dir()))
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .filter(|n| {
            wild(pattern, n) || extensions.iter().any(|e| wild(&format!("{pattern}{e}"), n))
        })
        .collect();
    names.sort_by_key(|n| n.to_lowercase());
    for path in names.iter().map(|n| folder.join(n)) {
        if !found.contains(&path) {
            found.push(path);
        }
    }
}

fn walk(folder: &Path, pattern: &str, extensions: &[&str], depth: usize, found: &mut Vec<PathBuf>) {
    here(folder, pattern, extensions, found);
    if depth >= DEEPEST {
        return;
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .map(|e| e.path())
        .collect();
    folders.sort();
    for inner in folders {
        walk(&inner, pattern, extensions, depth + 1, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Order, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        order(&args)
    }

    #[test]
    fn lines() {
        let order = of("/r C:\\x /q *.log").unwrap();
        assert_eq!(order.below, Some(PathBuf::from("C:\\x")));
        assert!(order.quiet && !order.quoted);
        for wrong in ["", "/q", "/z a", "/r"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn folders_are_searched_with_those_below() {
        let folder = std::env::temp_dir().join(format!("where-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("deep")).unwrap();
        std::fs::write(folder.join("deep/a.log"), "").unwrap();
        let mut found = Vec::new();
        walk(&folder, "*.LOG", &[], 0, &mut found);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, [folder.join("deep/a.log")]);
    }
}
