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
    /// Windows, played by Wine on Linux; which release it is stands in [`WindowsRelease`].
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

/// Release of Windows that a Windows device is, as written in `os:` of a scenario.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum WindowsRelease {
    #[serde(rename = "windows-10")]
    Windows10,
    /// What `os: windows` alone means.
    #[default]
    #[serde(rename = "windows-11")]
    Windows11,
    #[serde(rename = "windows-server-2012")]
    Server2012,
    #[serde(rename = "windows-server-2012r2")]
    Server2012R2,
    #[serde(rename = "windows-server-2016")]
    Server2016,
    #[serde(rename = "windows-server-2019")]
    Server2019,
    #[serde(rename = "windows-server-2022")]
    Server2022,
    #[serde(rename = "windows-server-2025")]
    Server2025,
}

impl WindowsRelease {
    /// Every release, clients first.
    pub const ALL: [WindowsRelease; 8] = [
        WindowsRelease::Windows10,
        WindowsRelease::Windows11,
        WindowsRelease::Server2012,
        WindowsRelease::Server2012R2,
        WindowsRelease::Server2016,
        WindowsRelease::Server2019,
        WindowsRelease::Server2022,
        WindowsRelease::Server2025,
    ];

    /// The word used in scenario files.
    pub fn word(self) -> &'static str {
        match self {
            WindowsRelease::Windows10 => "windows-10",
            WindowsRelease::Windows11 => "windows-11",
            WindowsRelease::Server2012 => "windows-server-2012",
            WindowsRelease::Server2012R2 => "windows-server-2012r2",
            WindowsRelease::Server2016 => "windows-server-2016",
            WindowsRelease::Server2019 => "windows-server-2019",
            WindowsRelease::Server2022 => "windows-server-2022",
            WindowsRelease::Server2025 => "windows-server-2025",
        }
    }

    /// It is a server.
    pub fn is_server(self) -> bool {
        !matches!(self, WindowsRelease::Windows10 | WindowsRelease::Windows11)
    }
}
