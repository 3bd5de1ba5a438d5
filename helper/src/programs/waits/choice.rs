//! `choice` as Microsoft's reference page (windows-commands/choice) tells; without a valid character
//! in what is piped in it ends with 255.

use crate::os;
use crate::programs::{Call, Ended};
use std::io::Read;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const USAGE: &str = "Type \"CHOICE /?\" for usage.";
/// Exit code of a wrong call and of input without a choice.
const FAILED: i32 = 255;
/// Longest wait in seconds.
const MOST: u64 = 9999;

#[derive(Debug, PartialEq, Eq)]
struct Order {
    choices: Vec<char>,
    hidden: bool,
    exact: bool,
    /// Seconds, and the choice after them.
    default: Option<(u64, char)>,
    message: String,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match order(&call.args) {
        Ok(order) => order,
        Err(what) => {
            call.complain(format_args!("ERROR: {what}"));
            return Ended::done(FAILED);
        }
    };
    let _ = write!(call.out, "{}", prompt(&order));
    let _ = call.out.flush();
    let chosen = if os::stdin::is_console() {
        let since = Instant::now();
        wait(&order, || os::stdin::character(left(&order, since)))
    } else {
        let from = characters();
        let since = Instant::now();
        wait(&order, || match from.recv_timeout(left(&order, since)) {
            Ok(c) => Some(c),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => Some('\0'),
        })
    };
    match chosen {
        Some((index, c)) => {
            call.say(c);
            Ended::done(index)
        }
        None => {
            call.complain("ERROR: The file is either empty or does not contain the valid choices.");
            Ended::done(FAILED)
        }
    }
}

fn left(order: &Order, since: Instant) -> Duration {
    order.default.map_or(Duration::MAX, |(seconds, _)| {
        Duration::from_secs(seconds).saturating_sub(since.elapsed())
    })
}

/// What is piped in, character by character.
fn characters() -> mpsc::Receiver<char> {
    let (to, from) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        for byte in std::io::stdin().lock().bytes().map_while(Result::ok) {
            if to.send(char::from(byte)).is_err() {
                return;
            }
        }
    });
    from
}

/// The first valid choice; `next` gives none when the time is over, NUL at the end of the input.
fn wait(order: &Order, mut next: impl FnMut() -> Option<char>) -> Option<(i32, char)> {
    loop {
        let c = match next() {
            None => order.default?.1,
            Some('\0') => return None,
            Some(c) => c,
        };
        let fits = |choice: &char| {
            *choice == c || !order.exact && choice.to_lowercase().eq(c.to_lowercase())
        };
        if let Some(at) = order.choices.iter().position(fits) {
            return Some((i32::try_from(at + 1).unwrap_or(FAILED), order.choices[at]));
        }
    }
}

fn prompt(order: &Order) -> String {
    let space = if order.message.is_empty() { "" } else { " " };
    let mut text = format!("{}{space}", order.message);
    if !order.hidden {
        let list: Vec<String> = order.choices.iter().map(char::to_string).collect();
        text += &format!("[{}]?", list.join(","));
    }
    text
}

fn order(args: &[String]) -> Result<Order, String> {
    let wrong = |what: &str| format!("Invalid syntax. {what}\r\n{USAGE}");
    let (mut choices, mut hidden, mut exact) = ("YN".to_owned(), false, false);
    let (mut seconds, mut default, mut message) = (None, None, String::new());
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let switch = arg.strip_prefix(['/', '-']).unwrap_or("");
        let (key, glued) = switch
            .split_once(':')
            .map_or((switch, None), |(k, v)| (k, Some(v.to_owned())));
        let mut value = || {
            glued
                .clone()
                .or_else(|| args.next().cloned())
                .ok_or_else(|| wrong(&format!("Value expected for '{arg}'.")))
        };
        match key.to_lowercase().as_str() {
            "c" => choices = value()?,
            "n" => hidden = true,
            "cs" => exact = true,
            "t" => seconds = Some(value()?),
            "d" => default = Some(value()?),
            "m" => message = value()?,
            _ => return Err(format!("Invalid argument/option - '{arg}'.\r\n{USAGE}")),
        }
    }
    let choices: Vec<char> = if exact {
        choices.chars().collect()
    } else {
        choices.to_uppercase().chars().collect()
    };
    let twice = (1..choices.len()).any(|i| choices[..i].contains(&choices[i]));
    if choices.is_empty() || twice || !choices.iter().all(|c| c.is_alphanumeric()) {
        return Err("CHOICE contains duplicate or invalid characters.".into());
    }
    let default = match (seconds, default) {
        (None, None) => None,
        (Some(seconds), Some(default)) => {
            let seconds: u64 = seconds
                .parse()
                .ok()
                .filter(|s| *s <= MOST)
                .ok_or_else(|| wrong(&format!("Valid range for /t is (0 - {MOST}).")))?;
            let mut letters = default.chars();
            let default = letters.next().filter(|_| letters.next().is_none());
            let default = default
                .map(|c| if exact { c } else { c.to_ascii_uppercase() })
                .filter(|c| choices.contains(c))
                .ok_or_else(|| wrong("/D must be one of the choices."))?;
            Some((seconds, default))
        }
        _ => return Err(wrong("/T and /D need each other.")),
    };
    Ok(Order {
        choices,
        hidden,
        exact,
        default,
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(args: &[&str]) -> Result<Order, String> {
        order(&args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn choices_and_defaults() {
        let order = of(&["/c", "abc", "/t", "0", "/d", "b", "/m", "Go"]).unwrap();
        assert_eq!(prompt(&order), "Go [A,B,C]?");
        assert_eq!(wait(&order, || None), Some((2, 'B')));
        let mut typed = "xC".chars();
        assert_eq!(wait(&order, || typed.next()), Some((3, 'C')));
        let mut nothing = "x\0".chars();
        assert_eq!(wait(&order, || nothing.next()), None);
        let exact = of(&["/c:aA", "/cs", "/n"]).unwrap();
        assert_eq!(prompt(&exact), "");
        assert_eq!(wait(&exact, || Some('A')), Some((2, 'A')));
    }

    #[test]
    fn wrong_calls() {
        for args in [
            &["/t", "5"][..],
            &["/d", "y"],
            &["/c", "aa"],
            &["/t", "x", "/d", "y"],
            &["/t", "1", "/d", "z"],
            &["/q"],
            &["/c"],
        ] {
            assert!(of(args).is_err(), "{args:?}");
        }
    }
}
