//! What of Debian's packages a device's root does without.

/// Folders whose content nobody reads on a device.
const FOLDERS: [&str; 21] = [
    "etc/cron.daily",
    "etc/default",
    "etc/dpkg",
    "etc/skel",
    "etc/update-motd.d",
    "usr/games",
    "usr/include",
    "usr/share/applications",
    "usr/share/bug",
    "usr/share/dict",
    "usr/share/doc",
    "usr/share/doc-base",
    "usr/share/icons",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/menu",
    "usr/share/wine/applications",
    "usr/src",
    "var/cache",
];

/// Names of folders at any depth: tables for character sets that glibc converts between; Wine has
/// its own.
const ANYWHERE: [&str; 1] = ["gconv"];

/// Whether a path, relative to the root, is left out.
pub fn left_out(path: &[u8]) -> bool {
    let Ok(path) = std::str::from_utf8(path) else {
        return false;
    };
    let below = |folder: &&str| {
        path.strip_prefix(*folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    FOLDERS.iter().any(below) || path.split('/').any(|part| ANYWHERE.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::left_out;

    #[test]
    fn only_what_lies_in_these_folders_is_left_out() {
        for gone in [
            "usr/share/doc",
            "usr/share/doc/x/y",
            "usr/lib/x86_64-linux-gnu/gconv/X.so",
        ] {
            assert!(left_out(gone.as_bytes()), "{gone}");
        }
        for kept in [
            "",
            "usr/share",
            "usr/share/docs",
            "usr/share/wine/nls/x",
            "usr/lib/gconvert",
        ] {
            assert!(!left_out(kept.as_bytes()), "{kept}");
        }
        assert!(!left_out(b"usr/\xff"));
    }
}
