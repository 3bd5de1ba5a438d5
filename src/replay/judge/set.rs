//! Sets of words, held against globs.

use super::{Findings, list};
use crate::scenario::expect::SetExpect;
use globset::{Glob, GlobMatcher};

/// Compiles a glob in which `*` stays within a path segment and `**` crosses them.
pub fn glob(pattern: &str) -> Option<GlobMatcher> {
    globset::GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .ok()
        .map(|g| g.compile_matcher())
}

/// A glob of Windows paths or keys.
pub struct WindowsGlob(GlobMatcher);

impl WindowsGlob {
    /// Whether it takes a path with backslashes.
    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(path.replace('\\', "/"))
    }
}

/// Compiles a glob in which backslashes separate, case does not matter, and braces without a comma
/// stand for themselves, as in `{GUID}`.
pub fn windows_glob(pattern: &str) -> Option<WindowsGlob> {
    globset::GlobBuilder::new(&literal_braces(&pattern.replace('\\', "/")))
        .literal_separator(true)
        .case_insensitive(true)
        .build()
        .ok()
        .map(|g| WindowsGlob(g.compile_matcher()))
}

fn literal_braces(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = from.find('}') else {
            rest = from;
            break;
        };
        let inner = &from[1..end];
        match inner.contains(',') {
            true => out.push_str(&from[..=end]),
            false => out.push_str(&format!("[{{]{inner}[}}]")),
        }
        rest = &from[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Whether a path is a Windows one: it begins with a drive.
pub fn is_windows(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
}

/// Whether a glob or plain path takes a path of a device.
pub fn takes_path(pattern: &str, path: &str) -> bool {
    if is_windows(path) {
        let slashed = pattern.replace('/', r"\");
        return slashed.eq_ignore_ascii_case(path)
            || windows_glob(pattern).is_some_and(|g| g.matches(path));
    }
    pattern == path || glob(pattern).is_some_and(|g| g.is_match(path))
}

/// Compiles a glob over plain words, where `*` takes everything.
fn word_glob(pattern: &str) -> Option<GlobMatcher> {
    Glob::new(pattern).ok().map(|g| g.compile_matcher())
}

fn takes(pattern: &str, word: &str) -> bool {
    pattern == word || word_glob(pattern).is_some_and(|g| g.is_match(word))
}

/// Holds a set expectation against words; `what` names them for people ("names looked up").
pub fn set(out: &mut Findings, name: &str, m: &SetExpect, words: &[String], what: &str) {
    let seen = || list(words, 12);
    if m.none {
        out.check(
            words.is_empty(),
            name,
            || format!("no {what}"),
            seen,
            m.span,
        );
    }
    for p in &m.contains {
        let key = format!("{name}.contains");
        out.check(
            words.iter().any(|w| takes(p, w)),
            &key,
            || format!("{} among the {what}", p.value),
            seen,
            p.span,
        );
    }
    for p in &m.not_contains {
        let bad: Vec<String> = words.iter().filter(|w| takes(p, w)).cloned().collect();
        let key = format!("{name}.not-contains");
        out.check(
            bad.is_empty(),
            &key,
            || format!("no {} among the {what}", p.value),
            || list(&bad, 12),
            p.span,
        );
    }
    if let Some(only) = &m.only {
        let bad: Vec<String> = words
            .iter()
            .filter(|w| !only.iter().any(|p| takes(p, w)))
            .cloned()
            .collect();
        let allowed: Vec<String> = only.iter().map(|p| p.value.clone()).collect();
        let key = format!("{name}.only");
        out.check(
            bad.is_empty(),
            &key,
            || format!("no {what} but {}", list(&allowed, 12)),
            || list(&bad, 12),
            m.span,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_paths_are_taken_in_any_case_with_either_slash() {
        let path = r"C:\ProgramData\Bright\{0B4C-1}\av.LOG";
        for good in [
            r"C:\ProgramData\Bright\**",
            r"c:\programdata\*\{0b4c-1}\*.log",
            "C:/ProgramData/Bright/{0B4C-1}/av.log",
            r"**\av.log",
            r"C:\ProgramData\{Bright,Other}\**",
            path,
        ] {
            assert!(takes_path(good, path), "{good}");
        }
        for bad in [
            r"C:\ProgramData\*",
            r"D:\**",
            r"C:\ProgramData\Bright\0B4C-1\**",
            "{",
        ] {
            assert!(!takes_path(bad, path), "{bad}");
        }
        assert!(!takes_path("/OPT/x", "/opt/x") && takes_path("/opt/*", "/opt/x"));
    }
}
