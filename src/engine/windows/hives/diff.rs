//! What changed between two dumps of one hive. Only what lies between their common beginning and
//! their common end is read.

use super::section::{self, Values};
use std::collections::{BTreeMap, HashSet};

/// One key that changed: its values before and after, none where there was no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Relative to the hive, backslashes single.
    pub path: String,
    pub before: Option<Values>,
    pub after: Option<Values>,
}

/// Keys of a hive as its head lines write them, those too that only lead to others and have no line of
/// their own.
struct Keys<'t>(HashSet<&'t str>);

impl<'t> Keys<'t> {
    fn of(text: &'t str) -> Keys<'t> {
        let mut keys = HashSet::new();
        for line in text.split("\n[").skip(1) {
            let head = line.lines().next().unwrap_or_default();
            let Some((mut path, _)) = head.rsplit_once(']') else {
                continue;
            };
            // What leads to a known key is known.
            while keys.insert(path) {
                let Some((above, _)) = path.rsplit_once("\\\\") else {
                    break;
                };
                path = above;
            }
        }
        Keys(keys)
    }
}

/// Keys that changed, by path in lower case. A key without values whose first key is made, or whose
/// last one is deleted, is there before and after.
pub fn changes(before: &str, after: &str) -> Vec<Changed> {
    if before == after {
        return Vec::new();
    }
    let (old_part, new_part) = cut(before, after);
    let (old, new) = (sections(old_part), sections(new_part));
    let differ = old.len() != new.len() || old.keys().any(|k| !new.contains_key(k));
    let keys = |text| match differ {
        true => Keys::of(text),
        false => Keys(HashSet::new()),
    };
    let (old_keys, new_keys) = (keys(before), keys(after));
    let values = |of: &Sections, keys: &Keys<'_>, folded: &String, raw: &str| {
        let found = of.get(folded).map(|s| s.values.clone());
        found.or_else(|| keys.0.contains(raw).then(Values::new))
    };
    let mut found = BTreeMap::new();
    for (folded, section) in old.iter().chain(&new) {
        let was = values(&old, &old_keys, folded, &section.raw);
        let is = values(&new, &new_keys, folded, &section.raw);
        if was == is {
            continue;
        }
        // Keys on the way to it that were made or deleted with it.
        for (made, keys) in [(true, &old_keys), (false, &new_keys)] {
            if (if made { &was } else { &is }).is_some() {
                continue;
            }
            let mut raw = section.raw.as_str();
            let mut path = section.path.as_str();
            while let (Some((above, _)), Some((to, _))) =
                (raw.rsplit_once("\\\\"), path.rsplit_once('\\'))
            {
                if keys.0.contains(above) {
                    break;
                }
                let changed = Changed {
                    path: to.to_owned(),
                    before: (!made).then(Values::new),
                    after: made.then(Values::new),
                };
                found.entry(to.to_lowercase()).or_insert(changed);
                (raw, path) = (above, to);
            }
        }
        let changed = Changed {
            path: section.path.clone(),
            before: was,
            after: is,
        };
        found.insert(folded.clone(), changed);
    }
    found.into_values().collect()
}

/// Both without the sections that they begin and end with alike.
fn cut<'t>(before: &'t str, after: &'t str) -> (&'t str, &'t str) {
    let (a, b) = (before.as_bytes(), after.as_bytes());
    let head = section_before(a, common_head(a, b));
    let (a, b) = (&a[head..], &b[head..]);
    let tail = common_tail(a, b);
    // To the first section that lies wholly in the common end.
    let end = &a[a.len() - tail..];
    let skipped = find(end, b"\n[").map_or(tail, |at| at + 1);
    let tail = tail - skipped;
    // A section begins with an ASCII sign, so both cuts are between characters.
    let slice = |text: &'t str| text.get(head..text.len() - tail).unwrap_or(text);
    (slice(before), slice(after))
}

/// How much is compared at once.
const BLOCK: usize = 4 << 10;

fn common_head(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK));
    let whole = blocks.take_while(|(a, b)| a == b).count() * BLOCK;
    let rest = a[whole..].iter().zip(&b[whole..]);
    whole + rest.take_while(|(a, b)| a == b).count()
}

fn common_tail(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK));
    let whole = blocks.take_while(|(a, b)| a == b).count() * BLOCK;
    let (a, b) = (&a[..a.len() - whole], &b[..b.len() - whole]);
    let rest = a.iter().rev().zip(b.iter().rev());
    whole + rest.take_while(|(a, b)| a == b).count()
}

/// Where the section begins in which a place lies.
fn section_before(text: &[u8], place: usize) -> usize {
    let mut at = place.min(text.len());
    while at > 0 {
        let begins = text.get(at) == Some(&b'[') && text[at - 1] == b'\n';
        if begins && at < place {
            return at;
        }
        at -= 1;
    }
    0
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|w| w == what)
}

/// One key of a part of a hive.
struct Section {
    /// As its head line writes it.
    raw: String,
    path: String,
    values: Values,
}

/// Keys by path in lower case.
type Sections = BTreeMap<String, Section>;

fn sections(text: &str) -> Sections {
    let mut found = Sections::new();
    let mut begin = None;
    let mut at = 0;
    let mut add = |section: &str| {
        let head = section.lines().next().unwrap_or_default();
        let raw = head.rsplit_once(']').map_or("", |(raw, _)| raw);
        if let Some((path, values)) = section::read(section) {
            // A key that stands there again adds to its values.
            let entry = found.entry(path.to_lowercase()).or_insert_with(|| Section {
                raw: raw.trim_start_matches('[').to_owned(),
                path,
                values: Values::new(),
            });
            entry.values.extend(values);
        }
    };
    for line in text.split_inclusive('\n') {
        if line.starts_with('[')
            && let Some(begin) = begin.replace(at)
        {
            add(&text[begin..at]);
        }
        at += line.len();
    }
    if let Some(begin) = begin {
        add(&text[begin..]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::registry::RegistryData;
    use proptest::prelude::*;

    const HEAD: &str = "WINE REGISTRY Version 2\n;; All keys relative to REGISTRY\\\\Machine\n\n";

    fn hive(keys: &BTreeMap<String, u32>) -> String {
        let mut text = HEAD.to_owned();
        for (key, value) in keys {
            text.push_str(&format!("[{key}] 1\n#time=1\n\"v\"=dword:{value:08x}\n\n"));
        }
        text
    }

    #[test]
    fn what_changed_is_found() {
        let before = "\n[A] 1\n\"x\"=\"1\"\n\n[B] 1\n\n[C] 1\n\"y\"=\"2\"\n";
        let after = "\n[A] 5\n\"x\"=\"1\"\n\n[B\\\\D\\\\E] 1\n@=\"n\"\n\n[C] 1\n\"y\"=\"3\"\n";
        let paths = |found: &[Changed]| -> Vec<String> {
            found
                .iter()
                .map(|c| format!("{} {} {}", c.path, c.before.is_some(), c.after.is_some()))
                .collect()
        };
        let found = changes(before, after);
        assert_eq!(
            paths(&found),
            [r"B\D false true", r"B\D\E false true", "C true true"]
        );
        let y = |v: &Option<Values>| v.as_ref().unwrap()["y"].1.clone();
        assert_eq!(y(&found[2].before), RegistryData::Sz("2".into()));
        assert_eq!(y(&found[2].after), RegistryData::Sz("3".into()));
        let back = changes(after, before);
        assert_eq!(
            paths(&back),
            [r"B\D true false", r"B\D\E true false", "C true true"]
        );
        assert!(changes(after, after).is_empty());
    }

    proptest! {
        #[test]
        fn every_change_is_found_and_no_other(
            before in prop::collection::btree_map("[abc]{1,3}", 0u32..3, 0..12),
            after in prop::collection::btree_map("[abc]{1,3}", 0u32..3, 0..12),
        ) {
            let found = changes(&hive(&before), &hive(&after));
            let mut expected: Vec<&String> = before.keys().chain(after.keys()).collect();
            expected.sort();
            expected.dedup();
            expected.retain(|k| before.get(*k) != after.get(*k));
            let found: Vec<&String> = found.iter().map(|c| &c.path).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_texts_are_taken(a in "(\\[|\\]|\n|\"|=|x|\u{e4}){0,40}", b in "(\\[|\\]|\n|\"|=|x|\u{e4}){0,40}") {
            let _ = changes(&a, &b);
        }
    }
}
