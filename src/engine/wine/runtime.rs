//! Wine itself as it lies in a root, and the settings it runs with.

use std::path::Path;

/// Where Wine's loader and server may lie in a root: Debian's folder first, then those of WineHQ's
/// packages and of other distributions.
const PLACES: [(&str, &str); 8] = [
    ("/usr/lib/wine/wine64", "/usr/lib/wine/wineserver64"),
    (
        "/opt/wine-stable/bin/wine64",
        "/opt/wine-stable/bin/wineserver",
    ),
    (
        "/opt/wine-stable/bin/wine",
        "/opt/wine-stable/bin/wineserver",
    ),
    ("/opt/wine-devel/bin/wine", "/opt/wine-devel/bin/wineserver"),
    (
        "/opt/wine-staging/bin/wine",
        "/opt/wine-staging/bin/wineserver",
    ),
    ("/usr/bin/wine64", "/usr/bin/wineserver"),
    ("/usr/bin/wine", "/usr/bin/wineserver"),
    ("/usr/local/bin/wine", "/usr/local/bin/wineserver"),
];

/// Where the prefix lies on the device.
pub const PREFIX: &str = "/pfx";

/// Wine as it lies in a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wine {
    /// Starts a program of Windows.
    pub loader: &'static str,
    pub server: &'static str,
}

impl Wine {
    /// Wine in a root, if there is one.
    pub fn find(root: &Path) -> Option<Wine> {
        let there = |path: &str| {
            root.join(path.trim_start_matches('/'))
                .symlink_metadata()
                .is_ok()
        };
        let mut places = PLACES.iter();
        let (loader, server) = places.find(|(loader, server)| there(loader) && there(server))?;
        Some(Wine { loader, server })
    }

    /// The environment that Wine is started with: no display, nothing said, UTF-8, the account SYSTEM.
    pub fn environment(&self) -> Vec<(String, String)> {
        [
            ("HOME", "/root"),
            ("USER", "SYSTEM"),
            ("LC_ALL", "C.UTF-8"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("XDG_RUNTIME_DIR", "/tmp"),
            ("WINEPREFIX", PREFIX),
            ("WINESERVER", self.server),
            ("WINEDEBUG", "-all"),
            // `mscoree=` is for the making of a prefix only: at run time it breaks .NET.
            ("WINEDLLOVERRIDES", "mshtml=;winemenubuilder.exe=d"),
        ]
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_without_a_server_has_no_wine() {
        let dir = tempfile::tempdir().unwrap();
        let put = |path: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        };
        put("usr/lib/wine/wine64");
        assert_eq!(Wine::find(dir.path()), None);
        put("usr/lib/wine/wineserver64");
        let found = Wine::find(dir.path()).map(|w| w.loader);
        assert_eq!(found, Some("/usr/lib/wine/wine64"));
    }
}
