//! Command doubles: links on a device that lead to this binary, which asks the harness what to
//! answer. Which commands are doubled: the scenario's, and the engine's own (whatever would reboot;
//! the commands of a played macOS).

pub mod reboots;
pub mod role;
pub mod table;

use super::wire::{Message, Reader, Writer};
use crate::rmm::observed::RebootVia;

/// Most of stdin that a double reads and records.
pub const MOST_STDIN: usize = 64 << 10;

/// What doubles of the engine itself need to know of the device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub macos: bool,
    pub hostname: String,
    pub serial: String,
    pub mac: String,
    pub uuid: String,
}

/// Double to harness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromDouble {
    Called {
        /// The path it was started by.
        path: String,
        args: Vec<String>,
        stdin: Vec<u8>,
    },
    /// The answer was given; the double ends when the harness has taken this.
    Done { exit: i32 },
}

impl Message for FromDouble {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        match self {
            FromDouble::Called { path, args, stdin } => {
                w.byte(0).bytes(path.as_bytes());
                w.list(args, |w, a| {
                    w.bytes(a.as_bytes());
                });
                w.bytes(stdin);
            }
            FromDouble::Done { exit } => {
                w.byte(1).number(*exit as u32);
            }
        }
        w.done()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut r = Reader(bytes);
        match r.byte()? {
            0 => Some(FromDouble::Called {
                path: r.text()?,
                args: r.list(Reader::text)?,
                stdin: r.bytes()?,
            }),
            1 => Some(FromDouble::Done {
                exit: r.number()? as i32,
            }),
            _ => None,
        }
    }
}

/// Harness to double.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToDouble {
    /// Print this and end.
    Say {
        exit: i32,
        stdout: Vec<u8>,
        stderr: Vec<u8>,
        delay_ms: u32,
    },
    /// Run this with `/bin/sh`.
    Run { script: String, delay_ms: u32 },
    /// Do what the engine's own double of this command does.
    Own(Facts),
    /// The harness has taken the end; carries nothing.
    Taken,
}

impl Message for ToDouble {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        match self {
            ToDouble::Say {
                exit,
                stdout,
                stderr,
                delay_ms,
            } => {
                w.byte(0)
                    .number(*exit as u32)
                    .bytes(stdout)
                    .bytes(stderr)
                    .number(*delay_ms);
            }
            ToDouble::Run { script, delay_ms } => {
                w.byte(1).bytes(script.as_bytes()).number(*delay_ms);
            }
            ToDouble::Own(facts) => {
                w.byte(2).byte(u8::from(facts.macos));
                for text in [&facts.hostname, &facts.serial, &facts.mac, &facts.uuid] {
                    w.bytes(text.as_bytes());
                }
            }
            ToDouble::Taken => {
                w.byte(3);
            }
        }
        w.done()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut r = Reader(bytes);
        match r.byte()? {
            0 => Some(ToDouble::Say {
                exit: r.number()? as i32,
                stdout: r.bytes()?,
                stderr: r.bytes()?,
                delay_ms: r.number()?,
            }),
            1 => Some(ToDouble::Run {
                script: r.text()?,
                delay_ms: r.number()?,
            }),
            2 => Some(ToDouble::Own(Facts {
                macos: r.byte()? != 0,
                hostname: r.text()?,
                serial: r.text()?,
                mac: r.text()?,
                uuid: r.text()?,
            })),
            3 => Some(ToDouble::Taken),
            _ => None,
        }
    }
}

/// The last part of a path.
pub fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Commands that are doubled on every device.
pub const ALWAYS: [&str; 8] = [
    "reboot",
    "shutdown",
    "halt",
    "poweroff",
    "init",
    "telinit",
    "systemctl",
    "loginctl",
];

/// Those of them that do more than to restart: the real program stays reachable for the rest.
pub const PASSED_ON: [&str; 2] = ["systemctl", "loginctl"];

/// What a command line would do to the device if it were real.
pub fn reboot_by(path: &str, args: &[String], macos: bool) -> Option<RebootVia> {
    let name = base_name(path);
    if macos {
        reboots::macos(name, args)
    } else {
        None
    }
    .or_else(|| reboots::linux(name, args))
}
