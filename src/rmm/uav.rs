//! Universal Antivirus (UAV): what a vendor told the platform of its product, so that the Agent can
//! see by itself whether it is there, runs and is up to date (whitepaper, pages 10 and 13).

use super::os::Os;
use std::time::Duration;

/// A product that the Agent knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UavProduct {
    /// As the platform shows it.
    pub name: String,
    pub windows: Option<UavCheck>,
    pub linux: Option<UavCheck>,
    pub macos: Option<UavCheck>,
}

impl UavProduct {
    /// How it is checked on a system; none where the vendor told nothing of it.
    pub fn check(&self, os: Os) -> Option<&UavCheck> {
        match os {
            Os::Windows => self.windows.as_ref(),
            Os::Linux => self.linux.as_ref(),
            Os::Macos => self.macos.as_ref(),
        }
    }
}

/// The vendor's checks on one system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UavCheck {
    /// A file that is there with the product; that of the command unless given.
    pub present: Option<String>,
    /// Name of the process that runs while the product does.
    pub running: String,
    pub update: UpdateCheck,
}

impl UavCheck {
    /// The file that tells that the product is there.
    pub fn installed(&self) -> &str {
        self.present.as_deref().unwrap_or(&self.update.program)
    }
}

/// The command that prints the time of the product's last update, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateCheck {
    /// Absolute path on the device.
    pub program: String,
    pub arguments: Vec<String>,
    /// An update longer ago than this is out of date.
    pub older_than: Duration,
    /// Real time that the command has.
    pub timeout: Duration,
}

impl Default for UpdateCheck {
    fn default() -> Self {
        UpdateCheck {
            program: String::new(),
            arguments: Vec::new(),
            // "any date older than seven days" (whitepaper, page 13).
            older_than: Duration::from_secs(7 * 24 * 3600),
            timeout: Duration::from_secs(30),
        }
    }
}
