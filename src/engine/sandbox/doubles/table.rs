//! The harness's side of doubles: which reply a call gets, and what is noted of it.

use super::{Facts, FromDouble, ToDouble, base_name, reboot_by};
use crate::engine::doubles::{Found, Replies};
use crate::engine::sandbox::device::calls::job_of;
use crate::engine::sandbox::wire;
use crate::engine::seen::Seen;
use crate::rmm::double::{DoubleReply, DoubleSpec};
use crate::rmm::observed::{DoubleCall, RebootAttempt};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

/// All doubles of a device.
pub struct Table {
    facts: Facts,
    doubles: Replies,
}

impl Table {
    /// # Errors
    /// A pattern that is no regular expression, with the command it belongs to.
    pub fn new(facts: Facts, specs: &[DoubleSpec]) -> Result<Table, String> {
        let doubles = Replies::new(specs)?;
        Ok(Table { facts, doubles })
    }

    /// Adds a double or replaces the one of the same command.
    pub fn set(&self, spec: &DoubleSpec) -> Result<(), String> {
        self.doubles.set(spec)
    }

    /// The answer to a call, and whether it is the engine's own.
    ///
    /// A double of the very path comes before one of the bare name. A scenario's double that has no
    /// reply for these arguments leaves them to the engine's own.
    fn answer(&self, path: &str, args: &[String]) -> (ToDouble, bool) {
        let name = base_name(path);
        let found = self.doubles.find(args, |command| match command {
            c if c == path => Some(0),
            c if c == name => Some(1),
            c => (base_name(c) == name).then_some(2),
        });
        match found {
            Found::Reply(reply) => (say(&reply), false),
            Found::NoCase if !self.is_own(name) => {
                let line = args.join(" ");
                let error = format!("{name}: the scenario's double has no reply for: {line}\n");
                (
                    ToDouble::Say {
                        exit: 127,
                        stdout: Vec::new(),
                        stderr: error.into_bytes(),
                        delay_ms: 0,
                    },
                    false,
                )
            }
            // A copy of a double under another name: nobody can tell what it was to play.
            Found::NoDouble if !self.is_own(name) => (
                ToDouble::Say {
                    exit: 127,
                    stdout: Vec::new(),
                    stderr: format!("{name}: not found: no double has this name\n").into_bytes(),
                    delay_ms: 0,
                },
                true,
            ),
            Found::NoCase | Found::NoDouble => (ToDouble::Own(self.facts.clone()), true),
        }
    }

    fn is_own(&self, name: &str) -> bool {
        super::ALWAYS.contains(&name)
            || self.facts.macos && crate::engine::sandbox::macos::COMMANDS.contains(&name)
    }

    /// Serves one call to its end. The caller's death ends it too.
    pub fn serve(self: &Arc<Self>, socket: &OwnedFd, seen: &Seen) {
        let caller = rustix::net::sockopt::socket_peercred(socket).ok();
        let job = caller.and_then(|c| job_of(c.pid.as_raw_nonzero().get() as u32));
        let Ok(Some((FromDouble::Called { path, args, stdin }, _))) = wire::receive(socket.as_fd())
        else {
            return;
        };
        let place = seen.double_begins();
        if let Some(via) = reboot_by(&path, &args, self.facts.macos) {
            let by = format!("{} {}", base_name(&path), args.join(" "))
                .trim_end()
                .to_owned();
            seen.reboot(job, RebootAttempt { via, by });
        }
        let (answer, built_in) = self.answer(&path, &args);
        let sent = wire::send(socket.as_fd(), &answer, &[]);
        let ended = match sent {
            Ok(()) => wire::receive::<FromDouble>(socket.as_fd()),
            Err(e) => Err(e),
        };
        // A double that was killed before it ended counts as killed by a signal.
        let exit = match ended {
            Ok(Some((FromDouble::Done { exit }, _))) => exit,
            _ => 128 + libc::SIGKILL,
        };
        let call = DoubleCall {
            how: None,
            command: base_name(&path).to_owned(),
            args,
            stdin: String::from_utf8_lossy(&stdin).into_owned(),
            exit,
            built_in,
        };
        seen.double(job, place, &call);
        // The double waits for this, so that the call is noted before the script goes on.
        let _ = wire::send(socket.as_fd(), &ToDouble::Taken, &[]);
    }
}

fn say(reply: &DoubleReply) -> ToDouble {
    let delay_ms = u32::try_from(reply.delay_ms).unwrap_or(u32::MAX);
    match &reply.run {
        Some(script) => ToDouble::Run {
            script: script.clone(),
            delay_ms,
        },
        None => ToDouble::Say {
            exit: reply.exit,
            stdout: reply.stdout.clone().into_bytes(),
            stderr: reply.stderr.clone().into_bytes(),
            delay_ms,
        },
    }
}
