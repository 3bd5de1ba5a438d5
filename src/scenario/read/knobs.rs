//! Knobs of a world.

use crate::rmm::knobs::{self, Knobs};
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::scalar::{Fixed, Whole};
use crate::scenario::form::time::{Minutes, Seconds};
use crate::scenario::form::word::Word;

keys! {
    /// Behaviours of the real Agent that public facts do not settle; FIDELITY.md has the sources.
    KnobKeys ("knobs") => Knobs {
        /// What a script finds on its stdin; `null` unless given.
        "stdin": Word<knobs::Stdin> => stdin,
        /// Status of a job whose script ran into its timeout; `failure` unless given.
        "timeout-status": Word<knobs::TimeoutStatus> => timeout_status,
        /// How many UDFs a device has; 30 unless given.
        "udf-count": Whole<u16, 1, 300> => udf_count,
        /// What happens to a UDF longer than 255 characters; `truncate` unless given.
        "udf-overlong": Word<knobs::UdfOverlong> => udf_overlong,
        /// What the Agent does with a UDF's entry after it synced it; `consume` unless given.
        "udf-after-sync": Word<knobs::UdfAfterSync> => udf_after_sync,
        /// What a line of a result block without `=` becomes; `text` unless given.
        "bare-result-line": Word<knobs::BareResultLine> => bare_result_line,
        /// Which of several result blocks gives the samples; `first` unless given.
        "several-blocks": Word<knobs::SeveralBlocks> => several_blocks,
        /// How long a script may still run once it printed the start of its diagnostic, 0s without limit; 60s unless given.
        "diagnostic-limit": Seconds => diagnostic_seconds,
        /// When an open alert resolves by itself; `next-healthy-run` unless given.
        "auto-resolve": Word<knobs::AutoResolve> => auto_resolve,
        /// Time for `auto-resolve: after-time`, in whole minutes; 60m unless given.
        "auto-resolve-after": Minutes => auto_resolve_minutes,
        /// How booleans reach the script; `lower` unless given.
        "boolean-text": Word<knobs::BooleanText> => boolean_text,
        /// How a user variable with an empty value reaches a Unix script; `set` unless given.
        "empty-variable": Word<knobs::EmptyVariable> => empty_variable,
        /// Pattern of date variables (strftime); `%Y-%m-%d` unless given.
        "date-format": Fixed => date_format,
    }
}
plain!(KnobKeys => Knobs);
