//! Paths as Windows writes them and as they lie on a Windows device: `C:` is [`DRIVE_C`].

use std::io;

/// The folder on the device that is `C:\`.
pub const DRIVE_C: &str = "/pfx/drive_c";

/// Parts of an absolute path on `C:`, `.` and `..` worked out; none for `C:\` itself.
///
/// # Errors
/// Another drive, a share, or a path that begins nowhere.
pub fn parts(path: &str) -> io::Result<Vec<&str>> {
    let wrong = |why: String| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    let bare = path.strip_prefix(r"\\?\").unwrap_or(path);
    let slash = |c: char| c == '\\' || c == '/';
    let mut chars = bare.chars();
    let (drive, colon) = (chars.next(), chars.next());
    let rest = chars.as_str();
    match (drive, colon) {
        (Some('c' | 'C'), Some(':')) if rest.is_empty() || rest.starts_with(slash) => {}
        (Some(d), Some(':')) if d.is_ascii_alphabetic() && rest.starts_with(slash) => {
            return wrong(format!(
                "the device has no drive {}: its only drive is C:",
                d.to_ascii_uppercase()
            ));
        }
        _ => {
            return wrong(r"a path on a Windows device begins with C:\".to_owned());
        }
    }
    let mut parts = Vec::new();
    for part in rest.split(slash) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part if part.contains([':', '\0']) => {
                return wrong(format!("{part:?} is no name of a file on Windows"));
            }
            part => parts.push(part),
        }
    }
    Ok(parts)
}

/// A path of the device as Windows writes it; none for what lies outside of `C:`.
pub fn to_windows(path: &str) -> Option<String> {
    let rest = path.strip_prefix(DRIVE_C)?;
    match rest {
        "" => Some(r"C:\".to_owned()),
        rest if rest.starts_with('/') => Some(format!("C:{}", rest.replace('/', r"\"))),
        _ => None,
    }
}

/// The place of an absolute path on the device. Names that are there in another case are taken as they
/// are; from the first one that is not there on, the path stays as it is written.
///
/// # Errors
/// As [`parts`].
pub fn place(path: &str, names: impl Fn(&str) -> Option<Vec<String>>) -> io::Result<String> {
    let mut found = DRIVE_C.to_owned();
    let mut there = true;
    for part in parts(path)? {
        let mut name = part.to_owned();
        if there {
            match names(&found).map(|names| best(names, part)) {
                Some(Some(real)) => name = real,
                _ => there = false,
            }
        }
        found.push('/');
        found.push_str(&name);
    }
    Ok(found)
}

/// The very name before one that differs in case only, as Wine chooses.
fn best(names: Vec<String>, wanted: &str) -> Option<String> {
    if names.iter().any(|n| n == wanted) {
        return Some(wanted.to_owned());
    }
    let folded = upper(wanted);
    names.into_iter().find(|n| upper(n) == folded)
}

/// In capitals as Windows compares names: letter by letter, one that would become two stays.
fn upper(name: &str) -> String {
    let each = |c: char| {
        let mut upper = c.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(one), None) => one,
            _ => c,
        }
    };
    name.chars().map(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(folder: &str) -> Option<Vec<String>> {
        let names: &[&str] = match folder {
            "/pfx/drive_c" => &["Program Files", "windows", "Größe"],
            "/pfx/drive_c/Program Files" => &["Bright", "bright"],
            _ => return None,
        };
        Some(names.iter().map(|n| (*n).to_owned()).collect())
    }

    #[test]
    fn names_are_found_whatever_their_case() {
        let at = |path: &str| place(path, names).map_err(|e| e.to_string());
        assert_eq!(
            at(r"C:\PROGRAM FILES\bright\X.txt").unwrap(),
            "/pfx/drive_c/Program Files/bright/X.txt"
        );
        assert_eq!(at("c:/Windows/./a/../b").unwrap(), "/pfx/drive_c/windows/b");
        assert_eq!(
            at(r"\\?\C:\New\windows").unwrap(),
            "/pfx/drive_c/New/windows"
        );
        assert_eq!(at(r"C:\GRÖßE").unwrap(), "/pfx/drive_c/Größe");
        assert_eq!(at(r"C:\GRÖSSE").unwrap(), "/pfx/drive_c/GRÖSSE");
        assert_eq!(at("C:").unwrap(), DRIVE_C);
        assert!(at(r"D:\x").unwrap_err().contains("no drive D:"));
        for wrong in [r"\\server\share", "/etc/passwd", "x", "C:x", r"C:\a:b", ""] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_lies_outside_of_c_has_no_windows_path() {
        assert_eq!(
            to_windows("/pfx/drive_c/a/B c").as_deref(),
            Some(r"C:\a\B c")
        );
        assert_eq!(to_windows("/pfx/drive_c"), Some(r"C:\".into()));
        assert_eq!(to_windows("/pfx/drive_cx"), None);
        assert_eq!(to_windows("/pfx/system.reg"), None);
    }

    proptest! {
        #[test]
        fn no_path_leads_out_of_c(path in ".{0,40}") {
            if let Ok(found) = place(&path, |_| None) {
                prop_assert!(found.starts_with(DRIVE_C));
                prop_assert!(found.split('/').all(|p| p != ".."));
            }
        }
    }
}
