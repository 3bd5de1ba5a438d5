//! Knobs: behaviours of the real Agent that public facts do not settle, each with a default.
//! Scenario key: `world.knobs`. FIDELITY.md lists every one with its source.

use super::api_knobs::ApiKnobs;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $var:ident = $word:literal),+ $(,)? } default $def:ident) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[doc = $vdoc])* #[serde(rename = $word)] $var),+ }
        impl $name {
            /// Every value with its word in scenario files and its meaning.
            pub const ALL: &'static [(&'static str, $name, &'static str)] = &[$(($word, $name::$var, concat!($($vdoc),*))),+];
            /// The word in scenario files.
            pub fn word(self) -> &'static str { match self { $($name::$var => $word),+ } }
        }
        impl Default for $name { fn default() -> Self { $name::$def } }
    };
}
pub(super) use words;

words! {
    /// What a script finds on its stdin.
    Stdin {
        /// `/dev/null`: a read ends at once.
        Null = "null",
        /// An open pipe that never ends: a read hangs.
        Open = "open",
    } default Null
}
words! {
    /// Status of a job whose script ran into its timeout.
    TimeoutStatus {
        /// Failure, with the partial output.
        Failure = "failure",
        /// Expired, with the partial output.
        Expired = "expired",
    } default Failure
}
words! {
    /// What happens to a UDF longer than 255 characters.
    UdfOverlong {
        /// Cut to 255 characters, with a note.
        Truncate = "truncate",
        /// Not taken, with a note.
        Reject = "reject",
    } default Truncate
}
words! {
    /// What the Agent does with a value in the registry or values.xml after it synced it.
    UdfAfterSync {
        /// The entry is removed.
        Consume = "consume",
        /// The entry stays.
        Keep = "keep",
    } default Consume
}
words! {
    /// Lines of a result block without `=`.
    BareResultLine {
        /// The raw line becomes the alert's text.
        Text = "text",
        /// The line is dropped.
        Drop = "drop",
    } default Text
}
words! {
    /// Which of several result blocks gives the samples.
    SeveralBlocks {
        /// The first one.
        First = "first",
        /// The last one.
        Last = "last",
    } default First
}
words! {
    /// When an open alert resolves by itself.
    AutoResolve {
        /// On the next healthy run.
        NextHealthyRun = "next-healthy-run",
        /// After `auto-resolve-after` without another alerting run.
        AfterTime = "after-time",
        /// Never by itself.
        Never = "never",
    } default NextHealthyRun
}
words! {
    /// How booleans reach the script.
    BooleanText {
        /// `true` and `false`.
        Lower = "lower",
        /// `True` and `False`.
        Capital = "capital",
    } default Lower
}
words! {
    /// How a user variable with an empty value reaches a Unix script.
    EmptyVariable {
        /// Set to the empty string.
        Set = "set",
        /// Not set at all.
        Unset = "unset",
    } default Set
}
words! {
    /// How a variable with an empty value reaches a script on Windows.
    EmptyVariableWindows {
        /// Not set at all, as `set NAME=` leaves it.
        Unset = "unset",
        /// Set to the empty string.
        Set = "set",
    } default Unset
}
words! {
    /// In which views of a Windows registry the Agent looks for UDFs.
    UdfRegistryView {
        /// In that of 64-bit programs.
        Bits64 = "64",
        /// In that of 32-bit programs too, which gives way to the other.
        Both = "both",
    } default Bits64
}
words! {
    /// How VBScript and JScript are started.
    ScriptHost {
        /// `cscript //Nologo`: errors are printed.
        Plain = "plain",
        /// `cscript //B //Nologo`: neither errors nor prompts.
        Quiet = "quiet",
    } default Plain
}

words! {
    /// What the platform does first when it tries again to make a ticket.
    TicketRetry {
        /// It asks the PSA for a ticket of this alert, and makes none where there is one.
        LookFirst = "look-first",
        /// It makes the ticket again, whatever became of the try before.
        Again = "again",
    } default LookFirst
}

/// All knobs of a world, with their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knobs {
    pub stdin: Stdin,
    pub timeout_status: TimeoutStatus,
    /// How many UDFs scripts may write and always find set: 30 by the help pages. One above that the
    /// API gave a value is set too.
    pub udf_count: u16,
    pub udf_overlong: UdfOverlong,
    pub udf_after_sync: UdfAfterSync,
    pub bare_result_line: BareResultLine,
    pub several_blocks: SeveralBlocks,
    /// Seconds a script may still run once it printed the start of its diagnostic; 0 is without limit.
    pub diagnostic_seconds: u32,
    pub auto_resolve: AutoResolve,
    /// Minutes for `auto-resolve: after-time`.
    pub auto_resolve_minutes: u32,
    /// Minutes between two refreshes of policies, with which monitors get the UDFs of their device
    /// anew; 0: with each run.
    pub monitor_udf_refresh_minutes: u32,
    /// Minutes of platform time before a failed webhook or ticket is tried again; twice as long
    /// before each further try.
    pub response_retry_minutes: u32,
    /// How often a webhook or ticket is tried, the first try included.
    pub response_tries: u32,
    /// Real seconds that a webhook or a call of the PSA may take.
    pub response_timeout_seconds: u32,
    pub ticket_retry: TicketRetry,
    pub boolean_text: BooleanText,
    pub empty_variable: EmptyVariable,
    pub empty_variable_windows: EmptyVariableWindows,
    pub udf_registry_view: UdfRegistryView,
    pub script_host: ScriptHost,
    /// Pattern of date variables, strftime; ISO by default.
    pub date_format: String,
    /// Where the Agent looks for `antivirus.json` on Linux and macOS.
    pub antivirus_json: String,
    /// Those of the REST API, in scenario files with the prefix `api-`.
    pub api: ApiKnobs,
}

impl Default for Knobs {
    fn default() -> Self {
        Knobs {
            stdin: Stdin::default(),
            timeout_status: TimeoutStatus::default(),
            udf_count: 30,
            udf_overlong: UdfOverlong::default(),
            udf_after_sync: UdfAfterSync::default(),
            bare_result_line: BareResultLine::default(),
            several_blocks: SeveralBlocks::default(),
            diagnostic_seconds: 60,
            auto_resolve: AutoResolve::default(),
            auto_resolve_minutes: 60,
            monitor_udf_refresh_minutes: 1440,
            response_retry_minutes: 5,
            response_tries: 4,
            response_timeout_seconds: 10,
            ticket_retry: TicketRetry::default(),
            boolean_text: BooleanText::default(),
            empty_variable: EmptyVariable::default(),
            empty_variable_windows: EmptyVariableWindows::default(),
            udf_registry_view: UdfRegistryView::default(),
            script_host: ScriptHost::default(),
            date_format: "%Y-%m-%d".to_owned(),
            antivirus_json: "/usr/local/share/CentraStage/AEMAgent/antivirus.json".to_owned(),
            api: ApiKnobs::default(),
        }
    }
}
