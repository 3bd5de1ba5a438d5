//! How much is told of one script, and where the reading of it ended.

use super::{Raw, Reach};
use std::collections::BTreeMap;

/// Most findings that are told of one script, beside those that keep it from running.
pub(super) const MOST: usize = 200;

/// Why a script was not looked through to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is larger than what is read of one.
    Large,
    /// It is nested deeper than is followed.
    Deep,
    /// It has more commands, variables, types or the like than are remembered.
    Many,
}

/// Where the reading of a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// From 1.
    pub line: usize,
    /// From 1, in UTF-16 units.
    pub column: usize,
    pub why: Why,
}

/// What is told, in the order of the script, and how many of each reach are not. What keeps the script
/// from running stays; of the rest each thing comes once before any comes again.
pub(super) fn kept(mut raw: Vec<Raw>) -> (Vec<Raw>, BTreeMap<Reach, usize>) {
    // Stable: of two at one place the first found stays first.
    raw.sort_by_key(|r| r.start);
    let (mut told, rest): (Vec<Raw>, Vec<Raw>) = raw
        .into_iter()
        .partition(|r| matches!(r.reach, Reach::Refused | Reach::Unmet));
    let mut rest = by_turns(rest, |r| (r.reach, r.what.clone()));
    let mut left_out = BTreeMap::new();
    for one in rest.drain(MOST.min(rest.len())..) {
        *left_out.entry(one.reach).or_insert(0) += 1;
    }
    told.extend(rest);
    told.sort_by_key(|r| r.start);
    (told, left_out)
}

/// The first of each kind in their order, then the second of each, and so on.
pub(super) fn by_turns<T, K: Ord>(all: Vec<T>, kind: impl Fn(&T) -> K) -> Vec<T> {
    let mut turns: BTreeMap<K, usize> = BTreeMap::new();
    let mut numbered: Vec<(usize, T)> = all
        .into_iter()
        .map(|one| {
            let turn = turns.entry(kind(&one)).or_insert(0);
            *turn += 1;
            (*turn, one)
        })
        .collect();
    numbered.sort_by_key(|(turn, _)| *turn);
    numbered.into_iter().map(|(_, one)| one).collect()
}
