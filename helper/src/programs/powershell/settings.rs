//! Variables that PowerShell 7 is started with on a device.

/// What a front sets where nobody has set it, and takes away.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub set: &'static [(&'static str, &'static str)],
    pub removed: &'static [&'static str],
}

/// Has the startup hook leave PowerShell 7 as it is.
const NO_HOOK: &str = "SHAKEDOWN_COMPAT51";

/// PowerShell 7 with 5.1's ways. The first two make .NET start sooner under Wine, where compiled code
/// is used once; the others keep PowerShell 7 from what 5.1 does not do: colours, reports and questions
/// about newer versions.
pub const OF_51: Settings = Settings {
    set: &[
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_EnableWriteXorExecute", "0"),
        ("NO_COLOR", "1"),
        ("POWERSHELL_TELEMETRY_OPTOUT", "1"),
        ("POWERSHELL_UPDATECHECK", "Off"),
    ],
    removed: &[NO_HOOK],
};

/// PowerShell 7 as itself.
pub const OF_7: Settings = Settings {
    set: &[
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_EnableWriteXorExecute", "0"),
        ("NO_COLOR", "1"),
        ("POWERSHELL_TELEMETRY_OPTOUT", "1"),
        ("POWERSHELL_UPDATECHECK", "Off"),
        (NO_HOOK, "0"),
    ],
    removed: &[],
};

impl Settings {
    /// Those that nobody has set; names without regard to case, as Windows has them.
    pub fn missing(&self, is_set: impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str)> {
        let mut missing = self.set.to_vec();
        missing.retain(|(name, _)| !is_set(name));
        missing
    }

    /// An environment with them.
    pub fn applied(&self, env: &[(String, String)]) -> Vec<(String, String)> {
        let is = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
        let mut with: Vec<(String, String)> = env
            .iter()
            .filter(|(name, _)| !self.removed.iter().any(|r| is(name, r)))
            .cloned()
            .collect();
        let missing = self.missing(|name| with.iter().any(|(n, _)| is(n, name)));
        with.extend(
            missing
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        with
    }
}
