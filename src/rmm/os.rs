//! Operating systems a device may have.

use serde::{Deserialize, Serialize};

/// Operating system of a device, as written in `os:` of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Os {
    /// Runs in the sandbox engine for real.
    Linux,
    /// Played in the sandbox: macOS paths and commands over a Linux kernel.
    Macos,
    /// Windows; its engine is not part of this version, so such devices are skipped with the reason.
    Windows,
}

impl Os {
    /// Every value, in the order help texts list them.
    pub const ALL: [Os; 3] = [Os::Linux, Os::Macos, Os::Windows];

    /// The word used in scenario files and results.
    pub fn word(self) -> &'static str {
        match self {
            Os::Linux => "linux",
            Os::Macos => "macos",
            Os::Windows => "windows",
        }
    }
}

impl std::fmt::Display for Os {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
