//! Engines of this version.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub use linux::of_this_machine;
#[cfg(not(target_os = "linux"))]
pub use other::of_this_machine;

use crate::scenario::model::EngineDemand;

/// What a command wants of the engines.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    /// This machine itself may be changed.
    pub host: bool,
    /// Image of devices in containers that name none.
    pub image: Option<&'a str>,
}

/// `--engine`.
pub fn demand(text: &str) -> Result<EngineDemand, String> {
    match text {
        "sandbox" => Ok(EngineDemand::Sandbox),
        "sandbox-full" => Ok(EngineDemand::SandboxFull),
        "host" => Ok(EngineDemand::Host),
        "wine" => Ok(EngineDemand::Wine),
        "container" => Ok(EngineDemand::Container),
        _ => Err(
            "known are sandbox, sandbox-full (not reduced), wine, container and host".to_owned(),
        ),
    }
}
