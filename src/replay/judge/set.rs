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
