//! `forfiles` as Microsoft's reference page (windows-commands/forfiles) tells: for each file it really
//! starts the command, in the file's folder.

use crate::programs::text::wild;
use crate::programs::told::clock::{Moment, SECOND};
use crate::programs::{Call, Ended};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

const USAGE: &str = "Type \"FORFILES /?\" for usage.";
const NONE: &str = "No files found with the specified search criteria.";
/// Most days before or after today.
const DAYS: i64 = 32_768;
/// 100 ns of a day.
const DAY: i64 = 86_400 * SECOND;
/// Deepest folder that is walked into.
const DEEPEST: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Order {
    folder: PathBuf,
    mask: String,
    below: bool,
    command: String,
    /// Files of that day or before (`true`), of that day or after.
    day: Option<(Moment, bool)>,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    if call.args.iter().any(|a| a == "/?") {
        return call.refuse("its help text is not played");
    }
    let order = match order(&call.args, Moment::now()) {
        Ok(order) => order,
        Err(what) => {
            call.complain(format_args!("ERROR: {what}"));
            return Ended::done(1);
        }
    };
    if !order.folder.is_dir() {
        call.complain("ERROR: The directory name is invalid.");
        return Ended::done(1);
    }
    let mut found = Vec::new();
    files(&order, &order.folder, 0, &mut found);
    if found.is_empty() {
        call.complain(format_args!("ERROR: {NONE}"));
        return Ended::done(1);
    }
    call.say("");
    for path in &found {
        let _ = call.out.flush();
        let line = filled(&order.command, path, &order.folder);
        let at = path.parent().unwrap_or(&order.folder);
        if let Err(error) = start(&line, at) {
            let code = error.raw_os_error().unwrap_or(2).cast_unsigned();
            let text = crate::programs::error_text(code);
            call.complain(format_args!("ERROR: {text}"));
            return Ended::done(1);
        }
    }
    Ended::done(0)
}

fn order(args: &[String], now: Moment) -> Result<Order, String> {
    let mut order = Order {
        folder: PathBuf::from("."),
        mask: "*".into(),
        below: false,
        command: "cmd /c echo @file".into(),
        day: None,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let lower = arg.to_lowercase();
        let (name, glued) = match lower.split_once(':') {
            Some((name, _)) => (
                name.to_owned(),
                arg.split_once(':').map(|(_, v)| v.to_owned()),
            ),
            None => (lower, None),
        };
        let mut value = || {
            glued
                .clone()
                .or_else(|| args.next().cloned())
                .ok_or_else(|| format!("Invalid syntax. Value expected for '{arg}'.\r\n{USAGE}"))
        };
        match name.trim_start_matches('-').trim_start_matches('/') {
            "p" => order.folder = PathBuf::from(value()?),
            "m" => order.mask = value()?,
            "s" => order.below = true,
            "c" => order.command = value()?,
            "d" => order.day = Some(day(&value()?, now)?),
            _ => return Err(format!("Invalid argument/option - '{arg}'.\r\n{USAGE}")),
        }
    }
    Ok(order)
}

/// `-30`, `+1`, `-01/31/2026`; without a sign it is `+`.
fn day(text: &str, now: Moment) -> Result<(Moment, bool), String> {
    let wrong = || format!("Invalid date specified.\r\n{USAGE}");
    let before = text.starts_with('-');
    let plain = text.trim_start_matches(['+', '-']);
    let today = Moment(now.0.div_euclid(DAY) * DAY);
    if let Ok(days) = plain.parse::<i64>() {
        if !(0..=DAYS).contains(&days) {
            return Err(wrong());
        }
        let days = if before { -days } else { days };
        return Ok((Moment(today.0 + days * DAY), before));
    }
    let parts: Vec<u32> = plain.split('/').filter_map(|p| p.parse().ok()).collect();
    let [month, day, year] = parts.as_slice() else {
        return Err(wrong());
    };
    let at = Moment::of(i64::from(*year), *month, *day, [0; 3]).ok_or_else(wrong)?;
    Ok((at, before))
}

fn modified(path: &Path) -> Option<Moment> {
    let since = std::fs::metadata(path).ok()?.modified().ok()?;
    let since = since.duration_since(UNIX_EPOCH).ok()?;
    Some(Moment(i64::try_from(since.as_nanos() / 100).ok()?))
}

fn fits(order: &Order, path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let named = name.is_some_and(|n| wild(&order.mask, &n));
    let dated = order.day.is_none_or(|(day, before)| {
        modified(path).is_some_and(|m| {
            let of = m.0.div_euclid(DAY);
            let day = day.0.div_euclid(DAY);
            if before { of <= day } else { of >= day }
        })
    });
    named && dated
}

fn files(order: &Order, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    paths.sort();
    found.extend(paths.iter().filter(|p| fits(order, p)).cloned());
    if order.below && depth < DEEPEST {
        for path in paths.iter().filter(|p| p.is_dir() && !p.is_symlink()) {
            files(order, path, depth + 1, found);
        }
    }
}

/// The command with the variables of a file and with `0x22` and the like put in.
fn filled(command: &str, path: &Path, root: &Path) -> String {
    let text = |part: Option<&std::ffi::OsStr>| {
        part.map_or_else(String::new, |p| p.to_string_lossy().into_owned())
    };
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let relative = path.strip_prefix(root).unwrap_or(path);
    let time = modified(path);
    let size = std::fs::metadata(path).map_or(0, |m| if m.is_dir() { 0 } else { m.len() });
    let values = [
        ("@relpath", format!("\".\\{}\"", relative.display())),
        ("@path", format!("\"{}\"", full.display())),
        (
            "@isdir",
            if path.is_dir() { "TRUE" } else { "FALSE" }.to_owned(),
        ),
        ("@fname", format!("\"{}\"", text(path.file_stem()))),
        ("@fsize", size.to_string()),
        ("@fdate", time.map_or_else(String::new, Moment::date)),
        ("@ftime", time.map_or_else(String::new, Moment::time)),
        ("@file", format!("\"{}\"", text(path.file_name()))),
        ("@ext", format!("\"{}\"", text(path.extension()))),
    ];
    let mut out = String::new();
    let mut rest = command;
    while let Some(first) = rest.chars().next() {
        let lower: String = rest.chars().take(8).collect::<String>().to_lowercase();
        if let Some((name, value)) = values.iter().find(|(name, _)| lower.starts_with(name)) {
            out += value;
            rest = &rest[name.len()..];
            continue;
        }
        let hex = lower.strip_prefix("0x").and_then(|h| h.get(..2));
        if let Some(code) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            out.push(char::from(code));
            rest = &rest[4..];
            continue;
        }
        out.push(first);
        rest = &rest[first.len_utf8()..];
    }
    out
}

/// Program and the rest of a command line.
fn parted(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => line.split_once(char::is_whitespace).unwrap_or((line, "")),
    }
}

/// Runs a command to its end.
fn start(line: &str, folder: &Path) -> std::io::Result<()> {
    let (program, rest) = parted(line);
    let mut command = Command::new(program);
    #[cfg(windows)]
    std::os::windows::process::CommandExt::raw_arg(&mut command, rest);
    // Elsewhere programs run in tests only.
    #[cfg(not(windows))]
    command.args(rest.split_whitespace());
    command.current_dir(folder).status().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates() {
        let now = Moment::of(2026, 11, 22, [15, 0, 0]).unwrap();
        let date = |text| day(text, now).map(|(m, before)| (m.date(), before));
        assert_eq!(date("-30"), Ok(("10/23/2026".into(), true)));
        assert_eq!(date("1"), Ok(("11/23/2026".into(), false)));
        assert_eq!(date("-01/31/2026"), Ok(("1/31/2026".into(), true)));
        for wrong in ["x", "-40000", "13/40/2026", ""] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn variables() {
        let line = filled(
            "cmd /c echo @FILE 0x22@fname.@ext0x22 @isdir @nope",
            Path::new("nowhere/a.log"),
            Path::new("nowhere"),
        );
        assert_eq!(line, "cmd /c echo \"a.log\" \"\"a\".\"log\"\" FALSE @nope");
        assert_eq!(parted("\"C:\\a b\\c.exe\" d"), ("C:\\a b\\c.exe", " d"));
    }

    proptest! {
        #[test]
        fn any_command_is_filled(command in "[@a-z0x0-9é ]{0,30}") {
            filled(&command, Path::new("a.b"), Path::new("."));
        }
    }
}
