//! `device:` steps.

use super::build::{on_words, step};
use super::{Draft, step_kind};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::Many;
use crate::scenario::form::path::DevicePath;
use crate::scenario::form::reference::Devices;
use crate::scenario::form::scalar::{At, Flag, Text};
use crate::scenario::form::time;
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::read::device::Files;
use crate::scenario::read::double::Doubles;
use crate::scenario::read::expect::Judged;
use crate::scenario::read::facts::ChangedFactsKeys;
use crate::scenario::read::registry::RegistrySets;
use crate::scenario::read::windows::{EventWriteKeys, TaskPath};
use crate::scenario::span::Spanned;
use crate::scenario::step::{Action, DeviceAct, Step};
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// Timeout of a shell command unless given.
const SHELL_TIMEOUT: Duration = Duration::from_secs(60);

keys! {
    /// Something that happens on a device: exactly one of `shell`, `reboot`, `online`, `write`,
    /// `remove`, `kill`, `double`, and on a Windows device `registry`, `task`, `event` and `facts`.
    DeviceStepKeys ("device-step") => Draft {
        /// The device, or several.
        must "device": Devices => on,
        /// A command line, run by `/bin/sh` as root, on Windows one line by `cmd.exe` as SYSTEM, without the Agent's variables. Write `$${` for the shell's own `${`.
        "shell": Text => shell,
        /// Real time after which the command or task is killed; 60s unless given.
        "timeout": time::Span => timeout,
        /// `true`: somebody rebooted it.
        "reboot": At<Flag> => reboot,
        /// Puts it on the platform or takes it off.
        "online": Flag => online,
        /// Files to write: `PATH: text` or `PATH: { text | from, mode }`.
        "write": Files => write,
        /// Files or folders to remove.
        "remove": Many<DevicePath> => remove,
        /// Ends every process of this name.
        "kill": At<Text> => kill,
        /// Doubles that take the place of earlier ones from here on.
        "double": Doubles => double,
        /// Values to write into its registry; `absent` deletes a value or a whole key.
        "registry": RegistrySets => registry,
        /// A scheduled task to run now; its end is waited for.
        "task": TaskPath => task,
        /// An entry to write into its event log.
        "event": Map<EventWriteKeys> => event,
        /// What it tells of itself from here on, in place of its `facts`.
        "facts": Map<ChangedFactsKeys> => facts,
        /// Refused with the reason: no engine can set the clock of one device truthfully.
        "clock": NoClock => clock,
    }
}
step_kind!(DeviceStepKeys);

/// A device's own clock: nothing that could be done would be true for all that its programs see.
struct NoClock;

impl Form for NoClock {
    type Out = ();
    fn expected() -> Cow<'static, str> {
        "nothing: it is refused".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<()> {
        cx.fail(
            Problem::new(
                "scenario::clock",
                "the clock of a device cannot be set: its processes go by that of the machine",
            )
            .at(node.span)
            .label("refused on every engine")
            .help(
                "sandbox and containers: Linux has one wall clock for all, a time namespace shifts only the time since the start, and the kernel writes that clock into the times of files whatever a program is told; Windows devices by Wine take theirs from it; `engine: host` changes no machine's clock. Instead: `advance:` and `world.clock` for the platform's time, dates in `write:` and `touch -d` by `shell:` for files, `double: { date: ... }` for a script that asks `date`",
            ),
        )
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "not": {} })
    }
}

const ACTS: [&str; 11] = [
    "shell", "reboot", "online", "write", "remove", "kill", "double", "registry", "task", "event",
    "facts",
];

pub(super) fn device(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<DeviceStepKeys>::read(node, cx)?;
    let given: Vec<_> = ACTS.into_iter().filter(|a| node.get(a).is_some()).collect();
    let [act] = given.as_slice() else {
        let found = if given.is_empty() { "none" } else { "several" };
        return cx.fail(
            Problem::new(
                "scenario::device-step",
                format!("a device step does exactly one thing; here are {found}"),
            )
            .at(node.span)
            .help(format!(
                "one of: {}",
                crate::scenario::form::cx::list(&ACTS)
            )),
        );
    };
    if let Some(place) = node
        .get("timeout")
        .filter(|_| !matches!(*act, "shell" | "task"))
    {
        return cx.fail(
            Problem::new("scenario::device-step", format!("`{act}` has no `timeout`"))
                .at(place.span),
        );
    }
    let on: Vec<Spanned<String>> = std::mem::take(&mut d.on);
    let title = format!("device {}: {act}", on_words(&on));
    let mut judged = Judged::Nothing;
    let act = match *act {
        "shell" => {
            judged = Judged::Shell;
            let command = d.shell.take()?;
            one_line_on_windows(&command, &on, node, cx)?;
            DeviceAct::Shell {
                command,
                timeout: d.timeout.unwrap_or(SHELL_TIMEOUT),
            }
        }
        "reboot" => {
            let reboot = d.reboot.take()?;
            if !reboot.value {
                return cx.fail(
                    Problem::new("scenario::device-step", "`reboot: false` does nothing")
                        .at(reboot.span)
                        .help("whether a job tried to reboot is expected by `expect: { reboot: none }`"),
                );
            }
            DeviceAct::Reboot
        }
        "online" => DeviceAct::Online(d.online?),
        "write" => DeviceAct::Write(d.write.take()?),
        "remove" => DeviceAct::Remove(d.remove.take()?),
        "kill" => DeviceAct::Kill(d.kill.take()?),
        "registry" => DeviceAct::Registry(d.registry.take()?),
        "task" => {
            judged = Judged::Shell;
            DeviceAct::Task {
                path: d.task.take()?,
                timeout: d.timeout.unwrap_or(SHELL_TIMEOUT),
            }
        }
        "event" => DeviceAct::Event(d.event.take()?),
        "facts" => {
            windows_alone(&on, node, cx)?;
            DeviceAct::Facts(Box::new(d.facts.take()?))
        }
        _ => DeviceAct::Double(d.double.take()?.into_iter().map(|s| s.value).collect()),
    };
    step(d, Action::Device { on, act }, title, judged, node.span, cx)
}

/// Only Windows devices have facts that are declared.
fn windows_alone(on: &[Spanned<String>], step: &Node, cx: &mut Cx) -> Option<()> {
    let Some(other) = on.iter().find(|d| !cx.names.windows.contains(&d.value)) else {
        return Some(());
    };
    let span = step.get("facts").map_or(step.span, |s| s.span);
    cx.fail(
        Problem::new(
            "scenario::device-step",
            format!(
                "`facts` is for Windows devices, and `{}` is none",
                other.value
            ),
        )
        .at(span)
        .help("other devices tell what they are: change their files, or write `antivirus.json`"),
    )
}

/// `cmd.exe /c` ends at the first line feed: what follows would be passed over in silence. The one that
/// a block of YAML ends with is none.
fn one_line_on_windows(
    command: &str,
    on: &[Spanned<String>],
    step: &Node,
    cx: &mut Cx,
) -> Option<()> {
    let windows = on.iter().find(|d| cx.names.windows.contains(&d.value));
    let lines = command.trim_end_matches(['\r', '\n']);
    let (Some(device), true) = (windows, lines.contains(['\r', '\n'])) else {
        return Some(());
    };
    let span = step.get("shell").map_or(step.span, |s| s.span);
    cx.fail(
        Problem::new(
            "scenario::device-step",
            format!(
                "`shell` on the Windows device `{}` has several lines, and `cmd.exe /c` takes one",
                device.value
            ),
        )
        .at(span)
        .help(
            "write the lines into a Batch file (`write: { 'C:\\x.cmd': ... }`) and run it by `shell: 'C:\\x.cmd'`, or join them: `a && b`",
        ),
    )
}
