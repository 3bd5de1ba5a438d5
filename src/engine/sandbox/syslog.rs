//! What programs send to a device's `/dev/log`: datagrams as syslog(3) of the C library writes them
//! (RFC 3164 without a host name), and the log they are kept in.

use super::sys;
use crate::engine::seen::Seen;
use crate::rmm::observed::StoreChange;
use serde_json::json;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Largest datagram that is read whole; what is longer is cut, as a syslog daemon does.
const LARGEST: usize = 64 << 10;

/// A datagram, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// 0 to 23; 1 (user) where none is given.
    pub facility: u8,
    /// 0 (emerg) to 7 (debug); 5 (notice) where none is given.
    pub severity: u8,
    /// Program that sent it; empty where it gave no name.
    pub tag: String,
    pub pid: Option<u32>,
    pub text: String,
}

const SEVERITIES: [&str; 8] = [
    "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
];

/// Takes a datagram apart: `<PRIORITY>Mon dd hh:mm:ss tag[pid]: text`. Everything but the text may be
/// missing; RFC 3164 has a relay take what it cannot read for the text (4.3.3).
pub fn parse(datagram: &[u8]) -> Entry {
    let text = String::from_utf8_lossy(datagram);
    let text = text.trim_end_matches(['\0', '\n', '\r']);
    let (priority, rest) = priority(text).unwrap_or((13, text));
    let rest = after_time(rest);
    let plain = || (String::new(), None, rest.to_owned());
    let (tag, pid, text) = tagged(rest).unwrap_or_else(plain);
    Entry {
        facility: priority >> 3,
        severity: priority & 7,
        tag,
        pid,
        text,
    }
}

/// What stands in front, with what follows it.
type Tagged = (String, Option<u32>, String);

fn priority(text: &str) -> Option<(u8, &str)> {
    let (number, rest) = text.strip_prefix('<')?.split_once('>')?;
    let plain = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let number = number.parse::<u8>().ok().filter(|n| plain && *n < 192)?;
    Some((number, rest))
}

/// Leaves `Mmm dd hh:mm:ss ` out.
fn after_time(text: &str) -> &str {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let stamp = text.as_bytes();
    let form = b"aaa dd dd:dd:dd ";
    let fits = stamp.len() >= form.len()
        && form.iter().zip(stamp).all(|(f, b)| match f {
            b'a' => b.is_ascii_alphabetic(),
            b'd' => b.is_ascii_digit() || *b == b' ',
            other => other == b,
        });
    match fits && text.get(..3).is_some_and(|m| MONTHS.contains(m)) {
        true => text.get(form.len()..).unwrap_or_default(),
        false => text,
    }
}

fn tagged(text: &str) -> Option<Tagged> {
    let (head, rest) = text.split_once(':')?;
    let (tag, pid) = match head.strip_suffix(']').and_then(|h| h.split_once('[')) {
        Some((tag, pid)) => (tag, Some(pid.parse().ok()?)),
        None => (head, None),
    };
    let name = !tag.is_empty() && tag.len() <= 64 && !tag.contains(char::is_whitespace);
    name.then(|| {
        (
            tag.to_owned(),
            pid,
            rest.strip_prefix(' ').unwrap_or(rest).to_owned(),
        )
    })
}

impl Entry {
    /// As the device's store of events holds it; levels are in Windows' words as well.
    fn stored(self) -> serde_json::Value {
        let level = match self.severity {
            0..=3 => "Error",
            4 => "Warning",
            _ => "Information",
        };
        json!({
            "log": "syslog",
            "source": self.tag,
            "type": level,
            "severity": SEVERITIES[usize::from(self.severity & 7)],
            "facility": self.facility,
            "message": self.text,
            "pid": self.pid,
        })
    }
}

/// The socket behind `/dev/log` of one boot.
pub struct Log {
    socket: Mutex<OwnedFd>,
    /// A second descriptor of it, to wait on.
    waiting: OwnedFd,
    entries: AtomicU64,
}

impl Log {
    /// Takes the socket.
    ///
    /// # Errors
    /// It cannot be made not to block.
    pub fn new(socket: OwnedFd) -> std::io::Result<Log> {
        sys::set_nonblocking(&socket)?;
        Ok(Log {
            waiting: socket.try_clone()?,
            socket: Mutex::new(socket),
            entries: AtomicU64::new(0),
        })
    }

    /// Takes in what was sent. One at a time, so that what is gone from the socket is noted.
    pub fn drain(&self, seen: &Seen) {
        let socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = vec![0; LARGEST];
        while let Ok(Some(n)) = sys::read_some(&*socket, &mut buffer) {
            let number = self.entries.fetch_add(1, Ordering::SeqCst) + 1;
            let entry = parse(&buffer[..n]);
            let change = StoreChange {
                store: "events".into(),
                key: format!("syslog|{number}"),
                value: Some(entry.stored()),
            };
            seen.note(None, |o| o.stores.push(change.clone()));
        }
    }
}

impl AsFd for Log {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.waiting.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, parse};
    use proptest::prelude::*;

    fn entry(facility: u8, severity: u8, tag: &str, pid: Option<u32>, text: &str) -> Entry {
        Entry {
            facility,
            severity,
            tag: tag.into(),
            pid,
            text: text.into(),
        }
    }

    #[test]
    fn as_the_c_library_writes_it() {
        let told = parse(b"<27>Nov  3 07:05:09 bright[412]: threat: found");
        assert_eq!(told, entry(3, 3, "bright", Some(412), "threat: found"));
        assert_eq!(
            parse(b"<13>Nov 23 07:05:09 logger: hi\n\0"),
            entry(1, 5, "logger", None, "hi")
        );
        assert_eq!(parse(b"plain text"), entry(1, 5, "", None, "plain text"));
        // A word before a colon is a tag, whatever it looks like.
        assert_eq!(parse(b"<999>x: y"), entry(1, 5, "<999>x", None, "y"));
        assert_eq!(
            parse(b"<6>no name here: y"),
            entry(0, 6, "", None, "no name here: y")
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            let e = parse(&raw);
            prop_assert!(e.facility < 24 && e.severity < 8);
        }

        #[test]
        fn what_was_sent_comes_back(f in 0u8..24, s in 0u8..8, tag in "[a-z]{1,12}", pid in 1u32..99999, text in "[ -~]{0,40}") {
            let sent = format!("<{}>Jan  1 00:00:00 {tag}[{pid}]: {text}", f * 8 + s);
            prop_assert_eq!(parse(sent.as_bytes()), entry(f, s, &tag, Some(pid), &text));
        }
    }
}
