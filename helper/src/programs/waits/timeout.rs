//! `timeout` as Microsoft's reference page (windows-commands/timeout) tells; with redirected stdin, as
//! under the Agent, it fails as Windows' own does.

use crate::os;
use crate::programs::{Call, Ended};
use std::time::Duration;

const USAGE: &str = "Type \"TIMEOUT /?\" for usage.";
/// Longest wait in seconds.
const MOST: i64 = 99_999;

#[derive(Debug, PartialEq, Eq)]
struct Order {
    /// Seconds; -1 waits for a key.
    seconds: i64,
    no_break: bool,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match order(&call.args) {
        Ok(order) => order,
        Err(what) => {
            call.complain(format_args!("ERROR: {what}"));
            return Ended::done(1);
        }
    };
    if !os::stdin::is_console() {
        call.complain(
            "ERROR: Input redirection is not supported, exiting the process immediately.",
        );
        return Ended::done(1);
    }
    if order.seconds < 0 {
        call.say("\r\nPress any key to continue ...");
        while !os::stdin::key(Duration::from_secs(60)) {}
        return Ended::done(0);
    }
    let how = if order.no_break {
        "press CTRL+C to quit ..."
    } else {
        "press a key to continue ..."
    };
    for left in (1..=order.seconds).rev() {
        let _ = write!(call.out, "\rWaiting for {left} seconds, {how}");
        let _ = call.out.flush();
        if order.no_break {
            std::thread::sleep(Duration::from_secs(1));
        } else if os::stdin::key(Duration::from_secs(1)) {
            break;
        }
    }
    call.say("");
    Ended::done(0)
}

fn order(args: &[String]) -> Result<Order, String> {
    let (mut seconds, mut no_break) = (None, false);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let lower = arg.to_lowercase();
        let value = match lower.strip_prefix(['/', '-']) {
            Some("nobreak") => {
                no_break = true;
                continue;
            }
            Some("t") => args.next().cloned().unwrap_or_default(),
            Some(glued) if glued.starts_with("t:") => glued[2..].to_owned(),
            // -1 is a value and no switch.
            _ if lower.parse::<i64>().is_ok() => lower,
            _ => return Err(format!("Invalid argument/option - '{arg}'.\r\n{USAGE}")),
        };
        if seconds.replace(value).is_some() {
            return Err(format!(
                "Invalid syntax. /T option is not allowed more than '1' time(s).\r\n{USAGE}"
            ));
        }
    }
    let value = seconds
        .ok_or_else(|| format!("Invalid syntax. Timeout value must be specified.\r\n{USAGE}"))?;
    match value.parse::<i64>() {
        Ok(seconds) if (-1..=MOST).contains(&seconds) => Ok(Order { seconds, no_break }),
        _ => Err(format!(
            "Invalid value for timeout (/T) specified. Valid range is -1 to {MOST} seconds."
        )),
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
    fn forms() {
        let plain = |seconds, no_break| Ok(Order { seconds, no_break });
        assert_eq!(of("/t 5 /nobreak"), plain(5, true));
        assert_eq!(of("/T:5"), plain(5, false));
        assert_eq!(of("10"), plain(10, false));
        assert_eq!(of("/t -1"), plain(-1, false));
        for wrong in ["", "/t", "/t 100000", "/t 5 /t 6", "/x", "/t x"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
