//! What changed between two dumps of one hive. Only what lies between their common beginning and
//! their common end is read.

use super::section::{self, Values};
use std::collections::BTreeMap;

/// One key that changed: its values before and after, none where there was no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Relative to the hive, backslashes single.
    pub path: String,
    pub before: Option<Values>,
    pub after: Option<Values>,
}

/// Path and values by path in lower case.
type Sections = BTreeMap<String, (String, Values)>;

/// Keys that changed, by path in lower case.
pub fn changes(before: &str, after: &str) -> Vec<Changed> {
    if before == after {
        return Vec::new();
    }
    let (before, after, rest) = cut(before, after);
    let (mut old, mut new) = (sections(before), sections(after));
    let next = rest.lines().find(|l| l.starts_with('['));
    let next = next.and_then(section::head).map(|path| path.to_lowercase());
    // A key without values has no section as long as it has keys below, and is there all the same. Those
    // follow it, so that they are in the part that differs or begin the common end.
    let implied = |sections: &Sections, key: &str| {
        let below = format!("{key}\\");
        let mut known = sections.range(below.clone()..).map(|(other, _)| other);
        known.next().is_some_and(|other| other.starts_with(&below))
            || next.as_ref().is_some_and(|other| other.starts_with(&below))
    };
    let unsaid = |from: &Sections, to: &Sections| -> Vec<(String, (String, Values))> {
        from.iter()
            .filter(|(key, _)| !to.contains_key(*key) && implied(to, key))
            .map(|(key, (path, _))| (key.clone(), (path.clone(), Values::new())))
            .collect()
    };
    let (of_old, of_new) = (unsaid(&new, &old), unsaid(&old, &new));
    old.extend(of_old);
    new.extend(of_new);
    let mut found = Vec::new();
    for (key, (path, values)) in new {
        let was = old.remove(&key).map(|(_, values)| values);
        if was.as_ref() != Some(&values) {
            found.push(Changed {
                path,
                before: was,
                after: Some(values),
            });
        }
    }
    found.extend(old.into_values().map(|(path, values)| Changed {
        path,
        before: Some(values),
        after: None,
    }));
    found.sort_by_key(|c| c.path.to_lowercase());
    found
}

/// Both without the sections that they begin and end with alike, and those that they end with.
fn cut<'t>(before: &'t str, after: &'t str) -> (&'t str, &'t str, &'t str) {
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
    let rest = after.get(after.len() - tail..).unwrap_or_default();
    (slice(before), slice(after), rest)
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

fn sections(text: &str) -> Sections {
    let mut found = Sections::new();
    let mut begin = None;
    let mut at = 0;
    let mut add = |section: &str| {
        if let Some((path, values)) = section::read(section) {
            // A key that stands there again adds to its values.
            let entry = found.entry(path.to_lowercase());
            entry
                .or_insert_with(|| (path, Values::new()))
                .1
                .extend(values);
        }
    };
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') {
            if let Some(begin) = begin.replace(at) {
                add(&text[begin..at]);
            }
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
        let after = "\n[A] 5\n\"x\"=\"1\"\n\n[B\\\\D] 1\n@=\"n\"\n\n[C] 1\n\"y\"=\"3\"\n";
        let found = changes(before, after);
        let paths: Vec<&str> = found.iter().map(|c| c.path.as_str()).collect();
        assert_eq!(paths, [r"B\D", "C"]);
        assert_eq!(found[0].before, None);
        let y = |v: &Option<Values>| v.as_ref().unwrap()["y"].1.clone();
        assert_eq!(y(&found[1].before), RegistryData::Sz("2".into()));
        assert_eq!(y(&found[1].after), RegistryData::Sz("3".into()));
        assert!(changes(after, after).is_empty());
    }

    #[test]
    fn a_key_that_only_has_keys_below_is_there() {
        let empty = "\n[A] 1\n\n[B] 1\n";
        let filled = "\n[A\\\\X] 1\n\"x\"=\"1\"\n\n[B] 1\n";
        for (before, after) in [(empty, filled), (filled, empty)] {
            let paths: Vec<String> = changes(before, after).into_iter().map(|c| c.path).collect();
            assert_eq!(paths, [r"A\X"]);
        }
        // Its first value, where what is below is in the common end.
        let valued = "\n[A] 1\n\"v\"=\"1\"\n\n[A\\\\X] 1\n\"x\"=\"1\"\n\n[B] 1\n";
        for (before, after) in [(filled, valued), (valued, filled)] {
            let found = changes(before, after);
            let [one] = &found[..] else {
                panic!("{found:?}")
            };
            assert_eq!(one.path, "A");
            assert!(one.before.is_some() && one.after.is_some(), "{one:?}");
        }
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
