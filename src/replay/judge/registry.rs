//! What a step changed in the registry of a Windows device.

use super::set::windows_glob;
use super::{Findings, list};
use crate::rmm::observed::{Change, RegistryEntry};
use crate::rmm::registry::told;
use crate::scenario::Spanned;
use crate::scenario::expect::{Only, change_word};
use crate::scenario::windows::RegistryChanges;

/// Holds a footprint's expectation on the registry.
pub fn registry(out: &mut Findings, m: &RegistryChanges, seen: &[RegistryEntry]) {
    let all = || list(&lines(seen.iter()), 12);
    if m.none {
        let wanted = || "nothing changed in the registry".to_owned();
        out.check(seen.is_empty(), "footprint.registry", wanted, all, m.span);
    }
    for (globs, change) in listed(m) {
        for p in globs {
            let holds = seen.iter().any(|e| e.change == change && takes(p, e));
            let key = format!("footprint.registry.{}", change_word(change));
            let wanted = || format!("{} {}", p.value, change_word(change));
            out.check(holds, &key, wanted, || near(seen, p, change), p.span);
        }
    }
    for p in &m.untouched {
        let bad = lines(seen.iter().filter(|e| takes(p, e)));
        let wanted = || format!("{} untouched", p.value);
        out.check(
            bad.is_empty(),
            "footprint.registry.untouched",
            wanted,
            || list(&bad, 12),
            p.span,
        );
    }
    let Some(only) = &m.only else { return };
    let bad = match &only.value {
        Only::Listed => lines(seen.iter().filter(|e| {
            !listed(m)
                .iter()
                .any(|(globs, change)| *change == e.change && covers(globs, e))
        })),
        Only::Within(globs) => lines(seen.iter().filter(|e| !covers(globs, e))),
    };
    let wanted = || match &only.value {
        Only::Listed => "no other change of the registry than the listed ones".to_owned(),
        Only::Within(globs) => {
            let names: Vec<String> = globs.iter().map(|g| g.value.clone()).collect();
            format!("no change of the registry outside of {}", list(&names, 12))
        }
    };
    out.check(
        bad.is_empty(),
        "footprint.registry.only",
        wanted,
        || list(&bad, 12),
        only.span,
    );
}

fn listed(m: &RegistryChanges) -> [(&Vec<Spanned<String>>, Change); 3] {
    [
        (&m.created, Change::Created),
        (&m.changed, Change::Changed),
        (&m.deleted, Change::Deleted),
    ]
}

/// Key of an entry, or `KEY\VALUE` of a value.
pub fn path(e: &RegistryEntry) -> String {
    match &e.value {
        None => e.key.clone(),
        Some(name) if name.is_empty() => format!(r"{}\(default)", e.key),
        Some(name) => format!(r"{}\{name}", e.key),
    }
}

fn takes(pattern: &str, e: &RegistryEntry) -> bool {
    let path = path(e);
    let pattern = told(pattern);
    pattern.eq_ignore_ascii_case(&path) || windows_glob(&pattern).is_some_and(|g| g.matches(&path))
}

/// A glob covers an entry, and the keys above one that had to be made for it.
fn covers(globs: &[Spanned<String>], e: &RegistryEntry) -> bool {
    let below = format!(r"{}\", e.key.to_lowercase());
    let made_for = |p: &str| {
        let p = told(p).to_lowercase();
        let fixed = p.find(['*', '?', '[']).map_or(p.as_str(), |at| &p[..at]);
        e.change == Change::Created && e.value.is_none() && fixed.starts_with(&below)
    };
    globs.iter().any(|p| takes(p, e) || made_for(p))
}

fn lines<'a>(entries: impl Iterator<Item = &'a RegistryEntry>) -> Vec<String> {
    entries.map(line).collect()
}

/// `changed HKLM\...\Name (REG_SZ: a -> REG_SZ: b)`.
pub fn line(e: &RegistryEntry) -> String {
    let data = match (&e.before, &e.after) {
        (Some(before), Some(after)) => format!(" ({before} -> {after})"),
        (Some(one), None) | (None, Some(one)) => format!(" ({one})"),
        (None, None) => String::new(),
    };
    format!("{} {}{data}", change_word(e.change), path(e))
}

/// What was seen instead: the same entry with another change, else every change of this kind.
fn near(seen: &[RegistryEntry], p: &str, change: Change) -> String {
    let same = lines(seen.iter().filter(|e| takes(p, e)));
    match same.is_empty() {
        false => list(&same, 6),
        true => list(&lines(seen.iter().filter(|e| e.change == change)), 12),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, value: Option<&str>, change: Change) -> RegistryEntry {
        RegistryEntry {
            key: key.into(),
            value: value.map(str::to_owned),
            change,
            before: None,
            after: None,
        }
    }

    fn globs(list: &[&str]) -> Vec<Spanned<String>> {
        list.iter()
            .map(|g| Spanned {
                value: (*g).into(),
                ..Spanned::default()
            })
            .collect()
    }

    fn failures(m: &RegistryChanges, seen: &[RegistryEntry]) -> Vec<String> {
        let mut out = Findings::default();
        registry(&mut out, m, seen);
        out.failures().map(|f| f.actual.clone()).collect()
    }

    #[test]
    fn globs_take_keys_and_values_in_any_case_and_either_view() {
        let seen = [
            entry(r"HKLM\SOFTWARE\WOW6432Node\Bright", None, Change::Created),
            entry(
                r"HKLM\SOFTWARE\WOW6432Node\Bright\{0B4C}",
                Some("Licence"),
                Change::Created,
            ),
            entry(r"HKU\S-1-5-18\Environment", Some(""), Change::Changed),
        ];
        let m = RegistryChanges {
            created: globs(&[
                r"hklm32\software\bright",
                r"HKLM32\SOFTWARE\Bright\{0B4C}\Licence",
                r"**\Licence",
            ]),
            changed: globs(&[r"HKCU\Environment\(default)"]),
            only: Some(Spanned {
                value: Only::Listed,
                span: Default::default(),
            }),
            ..RegistryChanges::default()
        };
        assert_eq!(failures(&m, &seen), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_listed_or_must_stay_is_told() {
        let seen = [
            entry(r"HKLM\SOFTWARE\Bright", None, Change::Created),
            entry(r"HKLM\SOFTWARE\Bright\Av", Some("Seats"), Change::Created),
            entry(r"HKLM\SOFTWARE\Other", None, Change::Deleted),
        ];
        let m = RegistryChanges {
            created: globs(&[r"HKLM\SOFTWARE\Bright\Av\**"]),
            untouched: globs(&[r"HKLM\SOFTWARE\Other"]),
            only: Some(Spanned {
                value: Only::Listed,
                span: Default::default(),
            }),
            ..RegistryChanges::default()
        };
        let told = r"deleted HKLM\SOFTWARE\Other";
        assert_eq!(failures(&m, &seen), [told, told]);
    }
}
