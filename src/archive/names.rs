//! Names of entries: what may become a file on any device, and what may not.

use std::collections::HashMap;

/// Why a name is refused: a stable code and what is wrong with it.
pub type Refusal = (&'static str, String);

const LONGEST_PART: usize = 255;
const LONGEST_NAME: usize = 1024;
const DEEPEST: usize = 16;

/// A name for messages: control characters escaped, length bounded.
pub fn shown(name: &str) -> String {
    let mut out: String = name
        .chars()
        .take(120)
        .flat_map(char::escape_debug)
        .collect();
    if name.chars().nth(120).is_some() {
        out.push('…');
    }
    out
}

/// Checks a name with `/` between folders; a trailing `/` (a folder's entry) must be taken off before.
///
/// # Errors
/// It leaves its folder, or Windows, macOS or Linux could have no file of that name.
pub fn check(name: &str) -> Result<(), Refusal> {
    let said = |what: &str| format!("the entry name `{}` {what}", shown(name));
    let refuse = |code, what: &str| Err((code, said(what)));
    if name.is_empty() {
        return refuse("bad-name", "is empty");
    }
    if name.len() > LONGEST_NAME {
        return refuse("bad-name", "is longer than 1024 bytes");
    }
    if name.contains('\0') {
        return refuse("bad-name", "holds a NUL character");
    }
    if name.contains('\\') {
        return refuse(
            "path-escape",
            "holds a backslash, which is a folder separator on Windows",
        );
    }
    if name.starts_with('/') {
        return refuse("path-escape", "is an absolute path");
    }
    let drive = name.as_bytes();
    if drive.len() >= 2 && drive[1] == b':' && drive[0].is_ascii_alphabetic() {
        return refuse("path-escape", "starts with a drive letter");
    }
    if name.split('/').count() > DEEPEST {
        return refuse("bad-name", "is nested deeper than 16 folders");
    }
    name.split('/')
        .try_for_each(|part| check_part(part).map_err(|(code, what)| (code, said(what))))
}

fn check_part(part: &str) -> Result<(), (&'static str, &'static str)> {
    match part {
        "" => return Err(("bad-name", "holds an empty folder name")),
        "." | ".." => return Err(("path-escape", "climbs through `.` or `..`")),
        _ => {}
    }
    if part.len() > LONGEST_PART {
        return Err(("bad-name", "has a part longer than 255 bytes"));
    }
    if part.ends_with(['.', ' ']) {
        return Err((
            "bad-name",
            "has a part that ends in a dot or a space, which Windows drops",
        ));
    }
    if part.chars().any(char::is_control) {
        return Err(("bad-name", "holds a control character"));
    }
    if part
        .chars()
        .any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    {
        return Err((
            "bad-name",
            "holds a character that turns the direction of text",
        ));
    }
    if part.contains([':', '<', '>', '"', '|', '?', '*']) {
        return Err((
            "bad-name",
            "holds a character that Windows does not allow in names (`:<>\"|?*`)",
        ));
    }
    if is_device_name(part) {
        return Err((
            "reserved-name",
            "is a device's name on Windows (CON, NUL, COM1, ...)",
        ));
    }
    Ok(())
}

/// `CON`, `nul.txt`, `COM1 .x`, `LPT²`: what Windows takes for a device, with any extension.
fn is_device_name(part: &str) -> bool {
    let stem = part
        .split('.')
        .next()
        .unwrap_or(part)
        .trim_end()
        .to_ascii_uppercase();
    if matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) {
        return true;
    }
    stem.strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"))
        .is_some_and(|rest| {
            let mut chars = rest.chars();
            let digit = chars
                .next()
                .is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'));
            digit && chars.next().is_none()
        })
}

/// Finds names that would become one file: equal, differing in case only, or a file where a folder stands.
#[derive(Default)]
pub struct Taken(HashMap<String, (String, Kind)>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    /// A folder that is only implied by a file below it.
    Implied,
}

impl Taken {
    /// Takes a checked name.
    ///
    /// # Errors
    /// It, or a folder above it, stands in the way of one that was taken before.
    pub fn take(&mut self, name: &str, folder: bool) -> Result<(), Refusal> {
        for (at, _) in name.match_indices('/') {
            self.put(name.get(..at).unwrap_or(name), Kind::Implied)?;
        }
        self.put(name, if folder { Kind::Folder } else { Kind::File })
    }

    fn put(&mut self, name: &str, kind: Kind) -> Result<(), Refusal> {
        let key = name.to_lowercase();
        let Some((held, held_kind)) = self.0.get_mut(&key) else {
            self.0.insert(key, (name.to_owned(), kind));
            return Ok(());
        };
        let both = || format!("`{}` and `{}`", shown(held), shown(name));
        if held != name {
            return Err((
                "names-collide",
                format!(
                    "{} differ only in case: they are one file on Windows and macOS",
                    both()
                ),
            ));
        }
        match (*held_kind, kind) {
            (Kind::Implied, Kind::Folder) => {
                *held_kind = Kind::Folder;
                Ok(())
            }
            (Kind::Implied | Kind::Folder, Kind::Implied) => Ok(()),
            (Kind::File, Kind::File) | (Kind::Folder, Kind::Folder) => Err((
                "duplicate-name",
                format!("the entry name `{}` stands twice", shown(name)),
            )),
            _ => Err((
                "names-collide",
                format!("`{}` is a file and a folder at once", shown(name)),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_or_cannot_be_files_are_refused() {
        for (name, code) in [
            ("../x", "path-escape"),
            ("a/../../x", "path-escape"),
            ("a/./x", "path-escape"),
            ("/etc/passwd", "path-escape"),
            ("..\\x", "path-escape"),
            ("\\\\host\\share", "path-escape"),
            ("C:/x", "path-escape"),
            ("c:x", "path-escape"),
            ("", "bad-name"),
            ("a//b", "bad-name"),
            ("x\0y", "bad-name"),
            ("x\ny", "bad-name"),
            ("x.", "bad-name"),
            ("x ", "bad-name"),
            ("dir./x", "bad-name"),
            ("file.txt:stream", "bad-name"),
            ("a\u{202e}txt.exe", "bad-name"),
            ("NUL", "reserved-name"),
            ("nul.txt", "reserved-name"),
            ("a/COM1.log", "reserved-name"),
            ("lpt²", "reserved-name"),
            ("CON .x", "reserved-name"),
        ] {
            assert_eq!(check(name).map_err(|(code, _)| code), Err(code), "{name:?}");
        }
        for name in [
            "a.txt",
            "dir/b.bin",
            "größe.exe",
            "COM10",
            "console",
            ".hidden",
            "a b#c&d",
            "...x",
        ] {
            assert_eq!(check(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn names_that_become_one_file_are_found() {
        let mut taken = Taken::default();
        assert_eq!(taken.take("a/b.txt", false), Ok(()));
        assert_eq!(taken.take("a", true), Ok(()));
        assert_eq!(taken.take("a/c.txt", false), Ok(()));
        let code = |r: Result<(), Refusal>| r.err().map(|(code, _)| code);
        assert_eq!(code(taken.take("a/b.txt", false)), Some("duplicate-name"));
        assert_eq!(code(taken.take("a/B.txt", false)), Some("names-collide"));
        assert_eq!(code(taken.take("A/z.txt", false)), Some("names-collide"));
        assert_eq!(code(taken.take("a", false)), Some("names-collide"));
        assert_eq!(
            code(taken.take("a/b.txt/deep", false)),
            Some("names-collide")
        );
        assert_eq!(code(taken.take("Ä", false)), None);
        assert_eq!(code(taken.take("ä", false)), Some("names-collide"));
    }
}
