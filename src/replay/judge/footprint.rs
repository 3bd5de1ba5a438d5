//! What a job changed on the device.

use super::set::glob;
use super::{Findings, list};
use crate::rmm::observed::{Change, Footprint, FootprintEntry};
use crate::scenario::Spanned;
use crate::scenario::expect::{FootprintExpect, Only, change_word};

/// Holds a footprint expectation. `residue` are the paths that earlier jobs created and that are
/// still there.
pub fn footprint(out: &mut Findings, m: &FootprintExpect, seen: &Footprint, residue: &[String]) {
    if m.none {
        let all = || list(&lines(seen.entries.iter()), 12);
        out.check(
            seen.entries.is_empty(),
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
    if let Some(may_stay) = &m.residue {
        let globs: Vec<_> = may_stay.value.iter().filter_map(|p| glob(p)).collect();
        let bad: Vec<String> = residue
            .iter()
            .filter(|p| !globs.iter().any(|g| g.is_match(p)))
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

fn listed(m: &FootprintExpect) -> [(&Vec<Spanned<String>>, Change); 4] {
    [
        (&m.created, Change::Created),
        (&m.changed, Change::Changed),
        (&m.metadata, Change::Metadata),
        (&m.deleted, Change::Deleted),
    ]
}

fn takes(pattern: &Spanned<String>, path: &str) -> bool {
    pattern.value == path || glob(pattern).is_some_and(|g| g.is_match(path))
}

/// A glob covers a path, and the folders above a created path that had to be made for it.
fn covers(globs: &[Spanned<String>], e: &FootprintEntry) -> bool {
    let folder = format!("{}/", e.path);
    globs.iter().any(|p| {
        takes(p, &e.path) || (e.change == Change::Created && fixed_part(p).starts_with(&folder))
    })
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
