//! Windows devices to test on, from the cache that `shakedown setup wine` fills.

#[path = "trial.rs"]
mod trial;

use libtest_mimic::{Failed, Trial};
use shakedown::engine::Engine;
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::wine::{WineCache, WineEngine};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use trial::{needing, set};

/// The cache as the binary finds it.
pub fn cache() -> PathBuf {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    folder("SHAKEDOWN_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|c| c.join("shakedown")))
        .or_else(|| folder("HOME").map(|h| h.join(".cache/shakedown")))
        .unwrap_or_default()
}

/// The one engine of a test binary.
pub fn engine() -> &'static WineEngine {
    static ENGINE: OnceLock<WineEngine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        WineEngine::new(WineCache::within(&cache()), Arc::new(SandboxEngine::new()))
    })
}

/// Why there are no Windows devices here; none when there are.
pub fn missing() -> Option<String> {
    let unavailable = engine().probe().state.err()?;
    let ways_out = unavailable.ways_out.join("; ");
    Some(format!("{}; {ways_out}", unavailable.why))
}

/// A test that needs a Windows device: ignored with the reason where there are none, failed where
/// engines are required.
pub fn trial(
    name: &str,
    missing: Option<&str>,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    // No machine gives Windows devices to a normal user.
    let demanded = set("SHAKEDOWN_REQUIRE_ENGINES") && rustix::process::geteuid().is_root();
    needing(name, "the wine engine is missing", missing, demanded, test)
}

/// What a program printed, line ends as on Linux.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

pub fn check(holds: bool, what: impl std::fmt::Debug) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what:?}").into())
    }
}
