//! What the Agent does on a device: variables, package folder, launch, UDFs, monitor output, status.
//!
//! It returns values and writes no events; the caller logs what it is given. Marks in the docs of
//! this folder: `[O]` the platform's own text, `[A]` a real artefact, `[T]` third-party text,
//! `[I]` inference. FIDELITY.md lists every behaviour with its source.

pub mod antivirus;
pub mod environment;
pub mod job;
pub mod launch;
pub mod monitor;
pub mod near_miss;
pub mod outcome;
pub mod package;
pub mod udf;
pub mod values_scan;
pub mod values_xml;
pub mod variables;
pub mod windows;

pub use environment::{Account, DeviceFacts, JobContext, Proxy, Site};
pub use job::{JobError, JobReport, run_job};
pub use monitor::MonitorReading;
pub use package::{Attachment, ComponentView, Content};
pub use variables::{Resolution, Scoped, Scopes, resolve};

use crate::rmm::event::Note;

/// A remark with its stable code, what was seen, and how to mend it.
pub(crate) fn note(code: &str, message: impl Into<String>, help: impl Into<String>) -> Note {
    Note {
        code: code.to_owned(),
        message: message.into(),
        help: help.into(),
    }
}
