//! From 5.1's command line to PowerShell 7's.

use super::switches::{Check, Kind, find};
use super::{PWSH, line, texts};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// 5.1's exit code for a command line that it refuses.
const BAD_COMMAND_LINE: u32 = 0xFFFD_0000;

/// Styles of a window, in the order of their numbers.
const STYLES: [&str; 4] = ["normal", "hidden", "minimized", "maximized"];

/// What is at the path behind `-File`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    There,
    Missing,
}

/// What a command line of 5.1 comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The whole command line of PowerShell 7.
    Run(String),
    /// Nothing is run.
    Say { out: String, err: String, exit: u32 },
}

/// Refused with a text on stderr.
fn refused(text: impl AsRef<str>) -> Order {
    let text = text.as_ref();
    let end = if text.ends_with('\n') { "" } else { "\r\n" };
    Order::Say {
        out: String::new(),
        err: format!("{text}{end}"),
        exit: BAD_COMMAND_LINE,
    }
}

/// Likewise, with the syntax on stdout.
fn refused_with_usage(text: impl AsRef<str>) -> Order {
    match refused(text) {
        Order::Say { err, exit, .. } => Order::Say {
            out: texts::USAGE.to_owned(),
            err,
            exit,
        },
        run @ Order::Run(_) => run,
    }
}

/// Translates what was typed behind the program's name; what is to be run is taken over byte for byte.
/// `file` tells what is at a path.
pub fn translate(typed: &str, file: impl Fn(&str) -> File) -> Order {
    let mut whole = format!("\"{PWSH}\"");
    let mut add = |part: &str| {
        whole.push(' ');
        whole.push_str(part);
    };
    let (mut encoded, mut apartment) = (false, None);
    let mut rest = typed.trim_start_matches([' ', '\t']);
    while !rest.is_empty() {
        let from = rest;
        let (argument, behind) = line::next(rest);
        rest = behind;
        if argument.trim().is_empty() {
            continue;
        }
        match find(&argument) {
            Some(Kind::Help) => {
                return Order::Say {
                    out: texts::USAGE.to_owned(),
                    err: String::new(),
                    exit: 0,
                };
            }
            Some(Kind::Dropped) => {}
            Some(Kind::Flag(name)) => add(name),
            Some(Kind::Apartment(name)) => {
                if apartment.replace(name).is_some() {
                    return refused_with_usage(texts::TWO_APARTMENTS);
                }
                add(name);
            }
            Some(Kind::DroppedValue) => {
                if rest.is_empty() {
                    return refused(texts::MISSING_VALUE);
                }
                rest = line::next(rest).1;
            }
            Some(Kind::Value(name, check)) => {
                if rest.is_empty() {
                    return missing(check);
                }
                let (value, behind) = line::next(rest);
                rest = behind;
                if let Some(order) = wrong(check, &value) {
                    return order;
                }
                add(name);
                add(&line::quoted(&value));
            }
            Some(Kind::Encoded) => {
                if std::mem::replace(&mut encoded, true) {
                    return refused_with_usage(texts::TWO_COMMANDS);
                }
                if rest.is_empty() {
                    return refused_with_usage(texts::MISSING_COMMAND);
                }
                let (value, behind) = line::next(rest);
                rest = behind;
                if !is_base64(&value) {
                    return refused_with_usage(texts::BAD_COMMAND);
                }
                add("-EncodedCommand");
                add(&line::quoted(&value));
            }
            Some(Kind::Script) => {
                if rest.is_empty() {
                    return refused_with_usage(texts::MISSING_FILE);
                }
                if let Some(order) = unfit(&line::next(rest).0, file) {
                    return order;
                }
                add("-File");
                add(rest);
                break;
            }
            Some(Kind::Command) if rest.is_empty() => {
                return refused_with_usage(texts::MISSING_COMMAND);
            }
            Some(Kind::Command) | None if encoded => {
                return refused_with_usage(texts::TWO_COMMANDS);
            }
            Some(Kind::Command) => {
                add("-Command");
                add(rest);
                break;
            }
            // What is no switch begins a command.
            None => {
                add("-Command");
                add(from);
                break;
            }
        }
    }
    Order::Run(whole)
}

/// A switch at the end of the line that wants a value.
fn missing(check: Check) -> Order {
    match check {
        Check::InputFormat => refused_with_usage(texts::missing_input_format()),
        Check::OutputFormat => refused_with_usage(texts::missing_output_format()),
        Check::WindowStyle => refused(texts::MISSING_STYLE),
        Check::Arguments => refused_with_usage(texts::MISSING_ARGUMENTS),
        Check::Policy => refused_with_usage(texts::MISSING_POLICY),
        Check::Configuration => refused(texts::MISSING_CONFIGURATION),
    }
}

/// What 5.1 says of a value that it does not take.
fn wrong(check: Check, value: &str) -> Option<Order> {
    match check {
        Check::Policy | Check::Configuration => None,
        Check::InputFormat | Check::OutputFormat => {
            let known = ["text", "xml", "none", "0", "1", "2"];
            let fits = known.contains(&value.trim().to_lowercase().as_str());
            (!fits).then(|| refused_with_usage(texts::bad_format(value)))
        }
        Check::WindowStyle => (!is_style(value)).then(|| refused(texts::bad_style(value))),
        Check::Arguments => (!is_base64(value)).then(|| refused_with_usage(texts::BAD_ARGUMENTS)),
    }
}

/// A style's number, its name, or the beginning of one name alone.
fn is_style(value: &str) -> bool {
    let value = value.trim().to_lowercase();
    let number = value.parse::<i32>().is_ok();
    let begun = STYLES.iter().filter(|s| s.starts_with(&value)).count() == 1;
    number || !value.is_empty() && begun
}

/// As .NET takes it: blanks within are no matter, the padding is.
fn is_base64(value: &str) -> bool {
    let dense: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(dense).is_ok()
}

/// What 5.1 says of a path behind `-File` that it does not run; `-` is stdin.
fn unfit(path: &str, file: impl Fn(&str) -> File) -> Option<Order> {
    if path == "-" {
        return None;
    }
    if file(path) == File::Missing {
        // The home folder is PowerShell's to find.
        let home = path.len() > 1 && path.starts_with('~');
        return (!home).then(|| refused(texts::no_such_file(path)));
    }
    let script = path.to_lowercase().ends_with(".ps1");
    (!script).then(|| refused(texts::no_script(path)))
}
