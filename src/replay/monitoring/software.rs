//! Software that is installed on a device, as the device itself lists it.

use crate::replay::setup::Booted;
use crate::replay::verdict::Stop;
use crate::rmm::os::Os;
use crate::rmm::registry;
use std::collections::BTreeMap;

/// dpkg's list of packages.
const DPKG: &str = "/var/lib/dpkg/status";
/// Largest that is read.
const LARGEST: u64 = 64 << 20;
/// Where Windows keeps its list of programs.
const UNINSTALL: [&str; 2] = [
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall",
    r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
];

/// Version by lower-case name, or why there is no list.
///
/// # Errors
/// The device does not answer.
pub fn installed(booted: &Booted) -> Result<Result<BTreeMap<String, String>, String>, Stop> {
    let Some(windows) = booted.handle.windows() else {
        let none = || match booted.world.os {
            Os::Macos => "no list of software is kept on macOS devices".to_owned(),
            _ => format!("it has no {DPKG}"),
        };
        let told = match booted.world.os {
            Os::Linux => booted.handle.read_file(DPKG, LARGEST)?,
            Os::Macos | Os::Windows => None,
        };
        return Ok(told
            .map(|t| packages(&String::from_utf8_lossy(&t)))
            .ok_or_else(none));
    };
    let mut out = BTreeMap::new();
    for base in UNINSTALL {
        let all = match registry::parse_key(base) {
            Some(key) => windows.read_key(&key)?,
            None => None,
        };
        for name in all.into_iter().flat_map(|k| k.keys) {
            let Some(key) = registry::parse_key(&format!(r"{base}\{name}")) else {
                continue;
            };
            let Some(content) = windows.read_key(&key)? else {
                continue;
            };
            let text =
                |value: &str| registry::value(&content, value).map(|v| registry::text(&v.data));
            if let Some(shown) = text("DisplayName") {
                out.insert(
                    shown.to_lowercase(),
                    text("DisplayVersion").unwrap_or_default(),
                );
            }
        }
    }
    Ok(Ok(out))
}

/// Installed packages of dpkg's status file.
fn packages(status: &str) -> BTreeMap<String, String> {
    let paragraph = |text: &str| {
        let field = |name: &str| {
            text.lines()
                .find_map(|l| l.strip_prefix(name))
                .map(str::trim)
        };
        let installed = field("Status:")?.ends_with(" installed");
        installed.then(|| {
            let version = field("Version:").unwrap_or_default().to_owned();
            Some((field("Package:")?.to_lowercase(), version))
        })?
    };
    status.split("\n\n").filter_map(paragraph).collect()
}

#[cfg(test)]
mod tests {
    use super::packages;
    use proptest::prelude::*;

    #[test]
    fn packages_that_are_installed() {
        let told = "Package: bright\nStatus: install ok installed\nVersion: 1.2\n\n\
                    Package: gone\nStatus: deinstall ok config-files\nVersion: 3\n";
        let list: Vec<_> = packages(told).into_iter().collect();
        assert_eq!(list, [("bright".to_owned(), "1.2".to_owned())]);
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "(.{0,30}\n){0,9}") {
            let _ = packages(&text);
        }
    }
}
