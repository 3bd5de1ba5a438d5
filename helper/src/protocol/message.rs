//! Messages between the harness and the resident helper.

use super::ask::{Answer, Question};
use serde::{Deserialize, Serialize};

/// From the harness.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "kebab-case")]
pub enum ToHelper {
    /// Answered by [`FromHelper::Reply`] with the same number; several may be under way.
    Request { id: u64, request: Request },
    /// The harness's answer to a program's question.
    Answer { call: u64, answer: Answer },
}

/// What the harness wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "kebab-case")]
pub enum Request {
    /// First of all; answered by [`Reply::Hello`].
    Hello { version: u32 },
    /// Starts a program; answered by [`Reply::Started`], its end told by [`HelperEvent::Ended`].
    Start(Box<StartOrder>),
    /// This may be ordered next: what can be started ahead of it, is. Answered by [`Reply::Done`] at once,
    /// whether anything is. The order's number means nothing.
    GetReady(Box<StartOrder>),
    /// Ends a job's whole tree; [`HelperEvent::Ended`] follows.
    Kill { job: u32 },
    /// Ends what a job left running after its end.
    KillLeft { job: u32 },
    /// One key of the registry; answered by [`Reply::Key`].
    ReadKey { key: KeyPath },
    /// Writes values; missing keys are made. Answered by [`Reply::Done`].
    WriteValues {
        key: KeyPath,
        values: Vec<NamedValue>,
    },
    /// Deletes a value, or without a name the key with all below it. Nothing there is no error.
    DeleteKey { key: KeyPath, value: Option<String> },
    /// Writes the live registry (both machine and user hives) as it is now into files in a folder of
    /// the device; answered by [`Reply::Dumped`].
    DumpHives { folder: String },
    /// Tells every write below a key, in order, as [`HelperEvent::Written`]; answered by `Done`.
    Watch { watch: u32, key: KeyPath },
    /// Processes of the device besides the helper and the system's own; [`Reply::Processes`].
    Processes,
    /// Services by the service manager; [`Reply::Services`].
    Services,
    /// What the account's processes begin with, by Windows; [`Reply::Environment`].
    Environment,
    /// The job of a process, which may have ended; [`Reply::Whose`].
    Whose { pid: u32 },
}

/// How a program is started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartOrder {
    /// Number of the job, chosen by the harness, never used twice on a device.
    pub job: u32,
    /// Full path of the EXE; none: taken from the command line as Windows does.
    pub program: Option<String>,
    /// The whole command line, program's name included, as `CreateProcess` takes it.
    pub command_line: String,
    /// The whole environment; nothing is added to it.
    pub env: Vec<(String, String)>,
    pub cwd: String,
    pub stdin: Stdin,
    /// Code page of its console; 65001 for jobs.
    pub code_page: u32,
    /// End it when one of its processes waits for input or shows a window.
    pub stop_on_wait: bool,
}

/// What a program finds on its stdin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stdin", rename_all = "kebab-case")]
pub enum Stdin {
    /// `NUL`.
    Null,
    /// A pipe that never ends.
    Open,
    /// A pipe with these bytes, base64.
    Bytes { base64: String },
}

/// A key in one view of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyPath {
    pub hive: Hive,
    /// Below the hive, separated by backslashes: `SOFTWARE\CentraStage`.
    pub path: String,
    pub view: View,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Hive {
    Hklm,
    /// Of the account the helper runs as: SYSTEM.
    Hkcu,
    Hku,
    Hkcr,
}

/// Which view of the registry a 64-bit Windows shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum View {
    #[default]
    #[serde(rename = "64")]
    Bits64,
    /// What 32-bit programs see; `Wow6432Node`.
    #[serde(rename = "32")]
    Bits32,
}

/// Data of a registry value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum RegistryData {
    #[serde(rename = "REG_SZ")]
    Sz(String),
    #[serde(rename = "REG_EXPAND_SZ")]
    ExpandSz(String),
    #[serde(rename = "REG_MULTI_SZ")]
    MultiSz(Vec<String>),
    #[serde(rename = "REG_DWORD")]
    Dword(u32),
    #[serde(rename = "REG_QWORD")]
    Qword(u64),
    #[serde(rename = "REG_BINARY")]
    Binary(Vec<u8>),
    /// Any other type, or data that does not fit its type.
    #[serde(rename = "other")]
    Other { kind: u32, bytes: Vec<u8> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedValue {
    /// Empty for the key's default value.
    pub name: String,
    pub data: RegistryData,
}

/// From the helper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum FromHelper {
    Reply {
        id: u64,
        reply: Reply,
    },
    Event(HelperEvent),
    /// A program asks; answered by [`ToHelper::Answer`].
    Ask {
        call: u64,
        pid: u32,
        /// The job it belongs to, where it is one of ours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job: Option<u32>,
        question: Question,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    Hello {
        version: u32,
        /// `wine_get_version()`; none on a real Windows.
        wine: Option<String>,
        /// `10.0.22631`.
        windows: String,
        pid: u32,
        /// Account it runs as: `HOST\SYSTEM`.
        user: String,
    },
    Started {
        pid: u32,
    },
    Done,
    /// None: the key is not there.
    Key {
        key: Option<KeyContent>,
    },
    /// Windows paths of the files, in Wine's text format or as `reg save` writes them.
    Dumped {
        files: Vec<DumpedHive>,
    },
    Processes {
        processes: Vec<ProcessInfo>,
    },
    Services {
        services: Vec<ServiceInfo>,
    },
    Environment {
        variables: Vec<(String, String)>,
    },
    /// None, empty: not known.
    Whose {
        job: Option<u32>,
        command_line: String,
    },
    /// It could not be done.
    Failed {
        what: String,
        /// `GetLastError()`; 0 where there is none.
        code: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyContent {
    pub keys: Vec<String>,
    pub values: Vec<NamedValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpedHive {
    pub hive: Hive,
    pub file: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessInfo {
    pub pid: u32,
    pub parent: u32,
    /// File name: `cmd.exe`.
    pub name: String,
    pub command_line: String,
    /// Job it belongs to, where it is one of ours.
    pub job: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceInfo {
    pub name: String,
    pub display_name: String,
    /// `stopped`, `start-pending`, `stop-pending`, `running`, `continue-pending`, `pause-pending`, `paused`.
    pub state: String,
    /// `boot`, `system`, `auto`, `demand`, `disabled`.
    pub start: String,
    pub binary: String,
    pub account: String,
    pub pid: u32,
}

/// Told without being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum HelperEvent {
    /// The first process of a job has ended and all its output that had been written is sent.
    Ended {
        job: u32,
        /// All 32 bits.
        exit: u32,
        /// It was ended by an order or because it waited.
        killed: bool,
        left: Vec<Left>,
    },
    /// A process of a job waits for input that nobody will give.
    InputWait {
        job: u32,
        pid: u32,
        name: String,
        command_line: String,
        what: String,
    },
    /// A process of a job shows a window or dialog that waits for somebody.
    Window {
        job: u32,
        pid: u32,
        name: String,
        title: String,
        class: String,
        text: String,
    },
    /// A watched value was written; `data` none: deleted.
    Written {
        watch: u32,
        key: KeyPath,
        value: String,
        data: Option<RegistryData>,
    },
    /// A process asked Windows to restart or shut down; nothing was done.
    Shutdown { pid: u32, by: String, restart: bool },
}

/// A process of a job that still runs after its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub pid: u32,
    pub name: String,
    pub command_line: String,
    pub holds_stdout: bool,
    pub holds_stderr: bool,
}
