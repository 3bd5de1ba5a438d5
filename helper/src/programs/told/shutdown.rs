//! `shutdown`: every form is caught and told to the device as the note `reboot`; nothing goes down.
//!
//! Source: Microsoft Learn, "shutdown" (Windows commands); error numbers from "System Error Codes
//! (1000-1299)": 1115, 1116, 1190.

use super::clock::{Moment, SECOND};
use super::desk::{Desk, Played, Stop, play, same, told};
use super::events::log::{self, Entry};
use crate::programs::{Call, Ended};
use serde_json::{Value, json};

/// Store with the one pending shutdown; the harness empties it when the device has restarted.
pub const PENDING: &str = "pendingShutdown";
/// Its key.
pub const KEY: &str = "pending";

/// ERROR_NO_SHUTDOWN_IN_PROGRESS.
const NONE_IN_PROGRESS: i32 = 1116;
/// ERROR_SHUTDOWN_IS_SCHEDULED.
const SCHEDULED: i32 = 1190;
/// Longest `/t`: ten years in seconds.
const LONGEST: u64 = 315_360_000;
/// Longest `/c` in characters.
const COMMENT: usize = 512;

const USAGE: &str = "Usage: shutdown [/i | /l | /s | /sg | /r | /g | /a | /p | /h | /e | /o] [/hybrid] [/soft] [/fw] [/f]
    [/m \\\\computer][/t xxx][/d [p|u:]xx:yy [/c \"comment\"]]

    No args    Display help. This is the same as typing /?.
    /?         Display help. This is the same as not typing any options.
    /i         Display the graphical user interface (GUI).
               This must be the first option.
    /l         Log off. This cannot be used with /m or /d options.
    /s         Shutdown the computer.
    /sg        Shutdown the computer. On the next boot, if Automatic Restart Sign-On
               is enabled, automatically sign in and lock last interactive user.
               After sign in, restart any registered applications.
    /r         Full shutdown and restart the computer.
    /g         Full shutdown and restart the computer. After the system is rebooted,
               if Automatic Restart Sign-On is enabled, automatically sign in and
               lock last interactive user.
               After sign in, restart any registered applications.
    /a         Abort a system shutdown.
               This can only be used during the time-out period.
    /p         Turn off the local computer with no time-out or warning.
               Can be used with /d and /f options.
    /h         Hibernate the local computer.
               Can be used with the /f option.
    /o         Go to the advanced boot options menu and restart the computer.
               Must be used with /r option.
    /t xxx     Set the time-out period before shutdown to xxx seconds.
               The valid range is 0-315360000 (10 years), with a default of 30.
               If the timeout period is greater than 0, the /f parameter is
               implied.
    /c \"comment\" Comment on the reason for the restart or shutdown.
               Maximum of 512 characters allowed.
    /f         Force running applications to close without forewarning users.
    /d [p|u:]xx:yy  Provide the reason for the restart or shutdown.";

/// What is wanted.
#[derive(Debug, Default)]
struct Order {
    /// The option that says what is to happen, without slash.
    action: String,
    force: bool,
    options: bool,
    computers: Vec<String>,
    seconds: Option<u64>,
    comment: Option<String>,
    reason: Option<Reason>,
}

/// `/d`: planned, and its two numbers.
#[derive(Debug, Clone, Copy)]
struct Reason {
    planned: bool,
    user: bool,
    major: u32,
    minor: u32,
}

impl Reason {
    /// SHTDN_REASON_FLAG_*: user defined 0x40000000, planned 0x80000000.
    fn code(self) -> u32 {
        let flags = u32::from(self.planned) << 31 | u32::from(self.user) << 30;
        flags | self.major << 16 | self.minor
    }
}

/// The program.
pub fn shutdown(call: &mut Call<'_>) -> Ended {
    play(call, run)
}

fn run(desk: &mut Desk<'_, '_>) -> Played {
    let args = desk.args();
    if args.is_empty() || args.iter().any(|a| a == "/?" || a == "-?") {
        desk.out(USAGE);
        return told(0);
    }
    let order = match read(&args) {
        Ok(order) => order,
        Err(Stop::Windows { exit, text }) if text.is_empty() => {
            desk.out(USAGE);
            return told(exit);
        }
        Err(stop) => return Err(stop),
    };
    for computer in &order.computers {
        if !desk.is_this(computer)? {
            return Err(Stop::refused(format!("/m {computer} (another computer)")));
        }
    }
    match order.action.as_str() {
        "i" | "e" => Err(Stop::refused(format!("/{} (a window)", order.action))),
        "a" => abort(desk),
        _ => go_down(desk, &order),
    }
}

/// Bad usage: the usage on stdout, exit code 1.
fn usage() -> Stop {
    Stop::error(1, "")
}

fn read(args: &[String]) -> Result<Order, Stop> {
    let mut order = Order::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let option = arg.strip_prefix(['/', '-']).ok_or_else(usage)?;
        let option = option.to_lowercase();
        let mut value = || args.next().cloned().ok_or_else(usage);
        match option.as_str() {
            "i" | "l" | "s" | "sg" | "r" | "g" | "a" | "p" | "h" | "e" => {
                if !order.action.is_empty() {
                    return Err(usage());
                }
                order.action = option;
            }
            "o" => order.options = true,
            "f" => order.force = true,
            "hybrid" | "soft" | "fw" => {}
            "m" => order.computers.push(value()?),
            "t" => {
                let seconds = value()?.parse().ok().filter(|s| *s <= LONGEST);
                order.seconds = Some(seconds.ok_or_else(usage)?);
            }
            "c" => {
                order.comment = Some(value()?).filter(|c| c.chars().count() <= COMMENT);
                if order.comment.is_none() {
                    return Err(usage());
                }
            }
            "d" => order.reason = Some(reason(&value()?).ok_or_else(usage)?),
            other => match other.strip_prefix("m:") {
                Some(computer) => order.computers.push(computer.to_owned()),
                None => return Err(usage()),
            },
        }
    }
    let action = order.action.as_str();
    let alone = matches!(action, "l" | "a" | "p" | "h");
    let wrong = action.is_empty()
        || order.options && action != "r"
        || alone && order.seconds.is_some()
        || action == "l" && (!order.computers.is_empty() || order.reason.is_some());
    if wrong { Err(usage()) } else { Ok(order) }
}

/// `p:4:1`, `u:2:3`, `4:1`.
fn reason(text: &str) -> Option<Reason> {
    let (flags, numbers) = match text.split_once(':') {
        Some((flag, rest)) if flag.chars().all(|c| c.is_ascii_alphabetic()) => {
            (flag.to_lowercase(), rest)
        }
        _ => (String::new(), text),
    };
    let (major, minor) = numbers.split_once(':')?;
    let planned = match flags.as_str() {
        "p" | "up" | "pu" => true,
        "" | "u" => false,
        _ => return None,
    };
    Some(Reason {
        planned,
        user: flags.contains('u'),
        major: major.parse().ok().filter(|m| *m < 256)?,
        minor: minor.parse().ok().filter(|m| *m < 65_536)?,
    })
}

/// A shutdown that has its time-out still before it; null where there is none.
fn pending(desk: &Desk<'_, '_>) -> Result<Value, Stop> {
    let value = desk.get(PENDING, KEY)?;
    let at = value["at"].as_str().and_then(Moment::parse);
    Ok(match at {
        Some(at) if at > Moment::now() => value,
        _ => Value::Null,
    })
}

fn abort(desk: &mut Desk<'_, '_>) -> Played {
    let pending = pending(desk)?;
    if pending.is_null() {
        return Err(Stop::error(
            NONE_IN_PROGRESS,
            format!(
                "Unable to abort the system shutdown because no shutdown was in progress.({NONE_IN_PROGRESS})"
            ),
        ));
    }
    desk.remove(PENDING, KEY)?;
    desk.note(
        "rebootAborted",
        json!({ "by": "shutdown", "kind": pending["kind"] }),
    )?;
    let host = desk.host()?;
    log::add(
        desk,
        Entry {
            log: "System".into(),
            source: "User32".into(),
            id: 1075,
            kind: "Information".into(),
            message: format!(
                "The attempt to shut down {host} was aborted by NT AUTHORITY\\SYSTEM."
            ),
            category: 0,
        },
    )?;
    told(0)
}

fn go_down(desk: &mut Desk<'_, '_>, order: &Order) -> Played {
    let (kind, shown) = match order.action.as_str() {
        "r" | "g" => ("reboot", "restart"),
        "l" => ("logoff", "logoff"),
        "h" => ("hibernate", "hibernate"),
        "p" => ("poweroff", "power off"),
        _ => ("shutdown", "power off"),
    };
    let timed = matches!(order.action.as_str(), "s" | "sg" | "r" | "g");
    let seconds = if timed {
        order.seconds.unwrap_or(30)
    } else {
        0
    };
    let force = order.force || timed && seconds > 0;
    if timed {
        let value = json!({
            "kind": kind,
            "at": Moment(Moment::now().0 + seconds as i64 * SECOND).iso(),
            "seconds": seconds,
            "comment": order.comment,
        });
        let before = pending(desk)?;
        let there = desk.get(PENDING, KEY)?;
        if !before.is_null() || !desk.swap(PENDING, KEY, there, value)? {
            return Err(Stop::error(
                SCHEDULED,
                format!("A system shutdown has already been scheduled.({SCHEDULED})"),
            ));
        }
    }
    desk.note(
        "reboot",
        json!({
            "by": "shutdown",
            "kind": kind,
            "force": force,
            "seconds": seconds,
            "comment": order.comment,
            "reason": order.reason.map(|r| format!("0x{:x}", r.code())),
        }),
    )?;
    if same(kind, "logoff") || same(kind, "hibernate") {
        return told(0);
    }
    let host = desk.host()?;
    let code = order.reason.map_or(0x8000_00ff, Reason::code);
    let comment = order.comment.clone().unwrap_or_default();
    log::add(
        desk,
        Entry {
            log: "System".into(),
            source: "User32".into(),
            id: 1074,
            kind: "Information".into(),
            message: format!(
                "The process C:\\Windows\\system32\\shutdown.exe ({host}) has initiated the {shown} of computer {host} on behalf of user NT AUTHORITY\\SYSTEM for the following reason: No title for this reason could be found\r\n Reason Code: 0x{code:x}\r\n Shutdown Type: {shown}\r\n Comment: {comment}"
            ),
            category: 0,
        },
    )?;
    told(0)
}
