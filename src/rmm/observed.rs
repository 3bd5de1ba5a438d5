//! What an engine sees on a device while a job runs: facts only, no judgement.

use serde::{Deserialize, Serialize};

/// How one path changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Created,
    /// Content changed.
    Changed,
    /// Only mode, owner, times set by hand or extended attributes changed.
    Metadata,
    Deleted,
}

/// Kind of a file system entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    File,
    Folder,
    Symlink,
    /// Socket, FIFO or device node.
    Special,
}

/// One changed path on the device.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FootprintEntry {
    /// Absolute path on the device; bytes that are not UTF-8 are shown as `\xNN`.
    pub path: String,
    pub change: Change,
    pub kind: EntryKind,
    /// Size in bytes after the change; 0 where there is none.
    pub size: u64,
    /// Permission bits after the change (before it, for a deleted path).
    pub mode: u32,
}

/// All that changed on a device between two moments, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Footprint {
    pub entries: Vec<FootprintEntry>,
    /// What changed in the registry of a Windows device, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registry: Vec<RegistryEntry>,
}

/// One changed key or value of a Windows device's registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RegistryEntry {
    /// As Windows names it in the 64-bit view: `HKLM\SOFTWARE\WOW6432Node\Bright`. SYSTEM's own hive
    /// is `HKU\S-1-5-18`.
    pub key: String,
    /// The value; none: the key itself; empty: its default value.
    pub value: Option<String>,
    /// Created, changed or deleted.
    pub change: Change,
    /// Data before and after as text, cut at 4 KiB: `REG_SZ: text`, `REG_DWORD: 5`.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A value written below a watched key, in the order of the writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryWrite {
    pub key: String,
    pub value: String,
    /// As text; none: deleted.
    pub data: Option<String>,
}

/// A window or dialog of a job that waits for somebody who is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowWait {
    pub pid: u32,
    pub name: String,
    pub title: String,
    pub class: String,
    /// Texts within it.
    pub text: String,
}

/// What stands behind the answer of a program that the engine plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlayedHow {
    /// Done truly on the device.
    Done,
    /// Answered from the device's facts and stores.
    Facts,
    /// Refused by name.
    Refused,
}

/// A change of one of a Windows device's stores: its event log, tasks, users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoreChange {
    pub store: String,
    pub key: String,
    /// None: removed.
    pub value: Option<serde_json::Value>,
}

/// What a program told the device without changing it: `unavailable`, `rename`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceNote {
    pub name: String,
    pub value: serde_json::Value,
}

/// A process of a job that still runs when the script has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftProcess {
    /// Process id on the device (differs between replays).
    pub pid: u32,
    /// Short name (`comm`).
    pub name: String,
    pub command_line: String,
    /// It still holds the script's stdout.
    pub holds_stdout: bool,
    /// It still holds the script's stderr.
    pub holds_stderr: bool,
}

/// Most bytes of a name that Linux keeps (`comm`).
const COMM: usize = 15;

impl LeftProcess {
    /// Whether it has this name. Linux keeps 15 bytes of one; a longer one is looked for in the
    /// command line, where the program, or the script that its interpreter runs, stands with its
    /// folder, which may have spaces in it.
    pub fn is_called(&self, want: &str) -> bool {
        let whole = |start: usize| {
            let before = &self.command_line[..start];
            let after = &self.command_line[start + want.len()..];
            (before.is_empty() || before.ends_with(['/', ' ']))
                && (after.is_empty() || after.starts_with(' '))
        };
        let cut = want.len() > COMM
            && self.name.len() >= COMM - 3
            && want.starts_with(&self.name)
            && self
                .command_line
                .match_indices(want)
                .any(|(at, _)| whole(at));
        let program = self.command_line.split_whitespace().next();
        let file = program.and_then(|p| p.rsplit('/').next());
        !want.is_empty() && (self.name == want || file == Some(want) || cut)
    }
}

/// A process that waits for input nobody will give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputWait {
    pub pid: u32,
    pub name: String,
    pub command_line: String,
    /// File descriptor it reads from.
    pub fd: i32,
    /// What that descriptor is, for people: "the script's stdin", "/dev/tty".
    pub what: String,
}

/// By which way a reboot or shutdown was attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RebootVia {
    /// `reboot`, `shutdown`, `halt`, `poweroff`, `init 6`, `telinit`.
    Command,
    /// `systemctl reboot` and its kin.
    Systemctl,
    /// The reboot system call (or kexec).
    Syscall,
    /// `/proc/sysrq-trigger`.
    Sysrq,
    /// `launchctl reboot`, `osascript` telling System Events to restart.
    Macos,
    /// A Windows program asked Windows itself: `ExitWindowsEx`, WMI.
    Windows,
}

impl RebootVia {
    /// The way, for people.
    pub fn word(self) -> &'static str {
        match self {
            RebootVia::Command => "command",
            RebootVia::Systemctl => "systemctl",
            RebootVia::Syscall => "system call",
            RebootVia::Sysrq => "sysrq",
            RebootVia::Macos => "macOS command",
            RebootVia::Windows => "Windows call",
        }
    }
}

/// An attempt to reboot or shut down the device. Nothing is ever rebooted by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebootAttempt {
    pub via: RebootVia,
    /// The process or the command line that tried.
    pub by: String,
}

/// A name that a process on the device asked the resolver for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lookup {
    pub name: String,
    /// One of the scenario's services has this name.
    pub answered: bool,
}

/// A connection that a process attempted to an address outside the device.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Connection {
    /// Address and port: `203.0.113.9:443`.
    pub to: String,
    /// `tcp` or `udp`, or the name of another family.
    pub protocol: String,
    /// Name of the process.
    pub process: String,
}

/// A call of a command double.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubleCall {
    pub command: String,
    /// Arguments without the command itself.
    pub args: Vec<String>,
    /// First 64 KiB of what it read on stdin, if anything was piped in.
    pub stdin: String,
    pub exit: i32,
    /// `true` when the double belongs to the engine (macOS played, reboot guards), not to the scenario.
    pub built_in: bool,
    /// For a program that the engine plays on Windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<PlayedHow>,
}

/// A request that reached one of the scenario's services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCall {
    /// Name of the service in the scenario.
    pub service: String,
    pub method: String,
    /// Path with query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    /// Body as text, cut at 64 KiB; bytes that are not UTF-8 are replaced.
    pub body: String,
    /// Status answered; 0 where the connection was cut before any.
    pub status: u16,
    /// Index of the route that matched; none for a request no route takes.
    pub route: Option<usize>,
    /// Name of the fault that was applied, if any.
    pub fault: Option<String>,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exit {
    Code(i32),
    Signal(i32),
    /// It ran into its timeout and its whole tree was killed.
    TimedOut,
    /// The run was interrupted and its whole tree was killed.
    Interrupted,
    /// The device went down under it.
    DeviceDown,
}

/// All an engine observed of one launch, besides its output.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Observed {
    pub left: Vec<LeftProcess>,
    pub waits: Vec<InputWait>,
    pub reboots: Vec<RebootAttempt>,
    pub lookups: Vec<Lookup>,
    pub connections: Vec<Connection>,
    pub doubles: Vec<DoubleCall>,
    pub services: Vec<ServiceCall>,
    /// Windows only, as are all below but the entries of `events` in `stores`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<WindowWait>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registry_writes: Vec<RegistryWrite>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<StoreChange>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<DeviceNote>,
}

#[cfg(test)]
mod tests {
    use super::LeftProcess;

    #[test]
    fn long_names_are_looked_for_in_the_command_line() {
        let process = |name: &str, command_line: &str| LeftProcess {
            pid: 1,
            name: name.into(),
            command_line: command_line.into(),
            holds_stdout: false,
            holds_stderr: false,
        };
        let spaced = process(
            "BrightAntivirus",
            "/opt/Bright AV.app/BrightAntivirusService --x",
        );
        assert!(spaced.is_called("BrightAntivirusService"));
        assert!(!spaced.is_called("BrightAntivirusServ"));
        assert!(!spaced.is_called("AntivirusService"));
        let script = process("brightantivirus", "/bin/sh /opt/brightantivirus-daemon");
        assert!(script.is_called("brightantivirus-daemon"));
        assert!(!script.is_called(""));
        assert!(process("sh", "/bin/sh /opt/x").is_called("sh"));
        let edits = process("vi", "vi /opt/brightantivirus-daemon");
        assert!(!edits.is_called("brightantivirus-daemon"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken(name in ".{0,20}", line in ".{0,60}", want in ".{0,30}") {
            let process = LeftProcess {
                pid: 1,
                name,
                command_line: line,
                holds_stdout: false,
                holds_stderr: false,
            };
            let _ = process.is_called(&want);
        }
    }
}
