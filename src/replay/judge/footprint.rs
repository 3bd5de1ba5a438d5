//! What a job changed on the device.

use super::set::{is_windows, takes_path, windows_glob};
use super::{Findings, list, registry};
use crate::rmm::observed::{Change, Footprint, FootprintEntry};
use crate::rmm::registry::told;
use crate::scenario::Spanned;
use crate::scenario::expect::{FootprintExpect, Only, change_word};

/// Holds a footprint expectation. `residue` are the paths that earlier jobs created and that are
/// still there.
pub fn footprint(out: &mut Findings, m: &FootprintExpect, seen: &Footprint, residue: &[String]) {
    if m.none {
        let all = || {
            let keys = seen.registry.iter().map(registry::line);
            let all: Vec<String> = lines(seen.entries.iter()).into_iter().chain(keys).collect();
            list(&all, 12)
        };
        out.check(
            seen.entries.is_empty() && seen.registry.is_empty(),
            "footprint",
            || "nothing changed on the device".into(),
            all,
            m.span,
        );
    }
    for (globs, change) in listed(m) {
        for p in globs {
            let key = format!("footprint.{}", change_word(change));
            let holds = seen
                .entries
                .iter()
                .any(|e| e.change == change && takes(p, &e.path));
            let what = || format!("{} {}", p.value, verb(change));
            out.check(holds, &key, what, || near(seen, p, change), p.span);
        }
    }
    match m.only.as_ref().map(|o| (&o.value, o.span)) {
        None => {}
        Some((Only::Listed, span)) => {
            let allowed = |e: &&FootprintEntry| {
                !listed(m)
                    .iter()
                    .any(|(globs, change)| *change == e.change && covers(globs, e))
            };
            let bad = lines(seen.entries.iter().filter(allowed));
            out.check(
                bad.is_empty(),
                "footprint.only",
                || "no other change than the listed ones".into(),
                || list(&bad, 12),
                span,
            );
        }
        Some((Only::Within(globs), span)) => {
            let bad = lines(seen.entries.iter().filter(|e| !covers(globs, e)));
            let names: Vec<String> = globs.iter().map(|g| g.value.clone()).collect();
            out.check(
                bad.is_empty(),
                "footprint.only",
                || format!("no change outside of {}", list(&names, 12)),
                || list(&bad, 12),
                span,
            );
        }
    }
    for p in &m.untouched {
        let bad = lines(seen.entries.iter().filter(|e| takes(p, &e.path)));
        out.check(
            bad.is_empty(),
            "footprint.untouched",
            || format!("{} untouched", p.value),
            || list(&bad, 12),
            p.span,
        );
    }
    if let Some(changes) = &m.registry {
        registry::registry(out, changes, &seen.registry);
    }
    if let Some(may_stay) = &m.residue {
        let bad: Vec<String> = residue
            .iter()
            .filter(|left| !may_stay.value.iter().any(|p| stays(p, left)))
            .cloned()
            .collect();
        let what = || "nothing left of what earlier jobs created".to_owned();
        out.check(
            bad.is_empty(),
            "footprint.residue",
            what,
            || format!("still there: {}", list(&bad, 12)),
            may_stay.span,
        );
    }
}

/// Whether a pattern lets a path, or a key or value of the registry, stay.
fn stays(pattern: &str, left: &str) -> bool {
    match left.starts_with("HK") {
        true => windows_glob(&told(pattern)).is_some_and(|g| g.matches(left)),
        false => takes_path(pattern, left),
    }
}

fn listed(m: &FootprintExpect) -> [(&Vec<Spanned<String>>, Change); 4] {
    [
        (&m.created, Change::Created),
        (&m.changed, Change::Changed),
        (&m.metadata, Change::Metadata),
        (&m.deleted, Change::Deleted),
    ]
}

fn takes(pattern: &Spanned<String>, path: &str) -> bool {
    takes_path(pattern, path)
}

/// A glob covers a path, and the folders above a created path that had to be made for it.
fn covers(globs: &[Spanned<String>], e: &FootprintEntry) -> bool {
    let made_for = |p: &str| match is_windows(&e.path) {
        true => {
            let fixed = fixed_part(p).replace('/', r"\").to_lowercase();
            fixed.starts_with(&format!(r"{}\", e.path.to_lowercase()))
        }
        false => fixed_part(p).starts_with(&format!("{}/", e.path)),
    };
    globs
        .iter()
        .any(|p| takes(p, &e.path) || (e.change == Change::Created && made_for(p)))
}

/// The part of a glob before its first special character.
fn fixed_part(p: &str) -> &str {
    p.find(['*', '?', '[', '{']).map_or(p, |at| &p[..at])
}

fn verb(change: Change) -> &'static str {
    match change {
        Change::Created => "created",
        Change::Changed => "changed",
        Change::Metadata => "with other mode, owner or attributes",
        Change::Deleted => "deleted",
    }
}

fn lines<'a>(entries: impl Iterator<Item = &'a FootprintEntry>) -> Vec<String> {
    entries
        .map(|e| format!("{} {}", change_word(e.change), e.path))
        .collect()
}

/// What was seen instead: the same path with another change, else every change of this kind.
fn near(seen: &Footprint, p: &Spanned<String>, change: Change) -> String {
    let same = lines(seen.entries.iter().filter(|e| takes(p, &e.path)));
    if !same.is_empty() {
        return list(&same, 6);
    }
    list(
        &lines(seen.entries.iter().filter(|e| e.change == change)),
        12,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::observed::EntryKind;

    fn entry(path: &str, change: Change) -> FootprintEntry {
        FootprintEntry {
            path: path.into(),
            change,
            kind: EntryKind::File,
            size: 0,
            mode: 0o644,
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

    #[test]
    fn only_covers_listed_changes_and_the_folders_made_for_them() {
        let seen = Footprint {
            registry: Vec::new(),
            entries: vec![
                entry("/opt/bright", Change::Created),
                entry("/opt/bright/bin/x", Change::Created),
                entry("/etc/hosts", Change::Changed),
            ],
        };
        let only = Some(Spanned {
            value: Only::Listed,
            span: Default::default(),
        });
        let m = FootprintExpect {
            created: globs(&["/opt/bright/**"]),
            only,
            ..FootprintExpect::default()
        };
        let mut f = Findings::default();
        footprint(&mut f, &m, &seen, &[]);
        let bad: Vec<_> = f.failures().collect();
        assert_eq!(bad.len(), 1);
        assert_eq!(bad[0].actual, "changed /etc/hosts");
    }

    #[test]
    fn residue_lists_what_stayed() {
        let m = FootprintExpect {
            residue: Some(Spanned {
                value: vec!["/var/log/**".into()],
                ..Spanned::default()
            }),
            ..FootprintExpect::default()
        };
        let mut f = Findings::default();
        footprint(
            &mut f,
            &m,
            &Footprint::default(),
            &["/var/log/b/x".into(), "/opt/b".into()],
        );
        assert_eq!(f.failures().next().unwrap().actual, "still there: /opt/b");
    }
}
