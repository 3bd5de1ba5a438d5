//! What `setup powershell` made: written last, when the layer is whole and was proved.

use crate::engine::wine::ready::{age, size};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How layers are made of the same files: those of another form are not used.
pub const FORM: u32 = 1;
/// Largest description that is read.
const LARGEST: u64 = 1 << 20;

/// Where a release came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "from")]
pub enum Origin {
    /// The official zip, its hash checked.
    Zip {
        /// Address or file.
        place: String,
        sha256: String,
    },
    /// A folder that somebody else unpacked: only its version was looked at.
    Folder { path: PathBuf },
}

/// An unpacked release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpacked {
    /// `7.6.5`.
    pub version: String,
    /// As pwsh.exe tells it: `7.6.5.500`.
    pub file_version: String,
    pub origin: Origin,
}

/// A layer that devices may use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub form: u32,
    /// Version of the shakedown that made it.
    pub shakedown: String,
    pub release: Unpacked,
    /// Digest of what was laid over it.
    pub digest: String,
    /// When it was made, RFC 3339 in UTC.
    pub made: jiff::Timestamp,
    /// How long that run of `setup` took, in seconds.
    pub seconds: f64,
    /// From the start of `powershell.exe` to the end of the proof, in milliseconds.
    pub proof_ms: u64,
    /// Bytes on the disk of layers and release together.
    pub bytes: u64,
    /// What could not be taken out of PowerShell's own manifests, and why.
    pub remarks: Vec<String>,
}

impl Made {
    /// What it is in one line: `PowerShell 7.6.5 as 5.1, made 3 days ago, 310 MB`.
    pub fn line(&self, now: jiff::Timestamp) -> String {
        format!(
            "PowerShell {} as 5.1, made {} ago, {}",
            self.release.version,
            age(self.made, now),
            size(self.bytes)
        )
    }
}

/// Reads a description; none where there is none.
///
/// # Errors
/// It cannot be read, or is of another form; its path is in the message.
pub fn read<T: serde::de::DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    let tell = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", path.display()));
    let mut text = String::new();
    match fs::File::open(path) {
        Ok(file) => file.take(LARGEST).read_to_string(&mut text).map_err(tell)?,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(tell(e)),
    };
    let read = serde_json::from_str(&text).map_err(|e| tell(e.into()))?;
    Ok(Some(read))
}
