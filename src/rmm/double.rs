//! Command doubles: programs on a device that a scenario plays instead of the real ones.

/// A command double. Every call is recorded; the first reply whose `when` matches answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DoubleSpec {
    /// Command name (`osascript`) or absolute path on the device.
    pub command: String,
    pub replies: Vec<DoubleReply>,
}

/// One reply of a double.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DoubleReply {
    /// Regular expression over the arguments joined by one space; none matches every call.
    pub when: Option<String>,
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
    /// A shell script run on the device instead of a fixed answer, with the call's arguments;
    /// its exit code and output are the answer.
    pub run: Option<String>,
    /// Milliseconds before it answers.
    pub delay_ms: u64,
}
