//! One automaton over bytes: where patterns stand, and from where on one may still be coming.

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::{Anchored, MatchKind, StartKind, dfa, nfa};
use std::collections::HashMap;

/// Above so many bytes of patterns a table would take too much memory (512 bytes for each).
const LARGEST_TABLE: usize = 32 * 1024;

/// Most line ends in a row that are passed over inside base64 (one CR LF).
const MOST_LINE_ENDS: usize = 2;

/// Something to look for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    pub bytes: Vec<u8>,
    /// Counts only where no letter, digit or `_` stands before or behind it.
    pub whole_word: bool,
}

impl Pattern {
    pub fn anywhere(bytes: Vec<u8>) -> Pattern {
        Pattern {
            bytes,
            whole_word: false,
        }
    }
}

#[derive(Debug)]
pub struct Scanner {
    automaton: Kind,
    whole_word: Vec<bool>,
    /// How many bytes of a pattern each state stands for.
    depth: HashMap<StateID, usize>,
    /// Bytes that begin a pattern.
    first: Box<[bool; 256]>,
    /// Line ends inside a pattern are passed over.
    unwrap_lines: bool,
}

#[derive(Debug)]
enum Kind {
    /// No patterns, or none that a searcher could be built for.
    Nothing,
    Table(dfa::DFA),
    Compact(nfa::contiguous::NFA),
}

impl Scanner {
    pub fn new(mut patterns: Vec<Pattern>, unwrap_lines: bool) -> Scanner {
        patterns.sort();
        patterns.dedup();
        let size: usize = patterns.iter().map(|p| p.bytes.len()).sum();
        let bytes: Vec<&[u8]> = patterns.iter().map(|p| p.bytes.as_slice()).collect();
        let mut first = Box::new([false; 256]);
        for b in bytes.iter().filter_map(|p| p.first()) {
            first[usize::from(*b)] = true;
        }
        let mut scanner = Scanner {
            automaton: Kind::Nothing,
            whole_word: patterns.iter().map(|p| p.whole_word).collect(),
            depth: HashMap::new(),
            first,
            unwrap_lines,
        };
        if size == 0 {
            return scanner;
        }
        let table = (size <= LARGEST_TABLE)
            .then(|| {
                dfa::Builder::new()
                    .match_kind(MatchKind::Standard)
                    .start_kind(StartKind::Unanchored)
                    .prefilter(false)
                    .build(&bytes)
                    .ok()
            })
            .flatten();
        if let Some(table) = table {
            scanner.depth = depths(&table, &bytes);
            scanner.automaton = Kind::Table(table);
        } else if let Ok(compact) = nfa::contiguous::Builder::new()
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(&bytes)
        {
            scanner.depth = depths(&compact, &bytes);
            scanner.automaton = Kind::Compact(compact);
        }
        scanner
    }

    /// Adds the ranges of all matches, merged where they overlap, in order. Returns from where on
    /// bytes may be the beginning of a match that ends behind `bytes`.
    ///
    /// `before` is the byte in front of `bytes`; `last` says that nothing follows.
    pub fn scan(
        &self,
        bytes: &[u8],
        before: Option<u8>,
        last: bool,
        ranges: &mut Vec<(usize, usize)>,
    ) -> usize {
        match &self.automaton {
            Kind::Nothing => bytes.len(),
            Kind::Table(a) => self.run(a, bytes, before, last, ranges),
            Kind::Compact(a) => self.run(a, bytes, before, last, ranges),
        }
    }

    fn run<A: Automaton>(
        &self,
        automaton: &A,
        bytes: &[u8],
        before: Option<u8>,
        last: bool,
        ranges: &mut Vec<(usize, usize)>,
    ) -> usize {
        let Ok(root) = automaton.start_state(Anchored::No) else {
            return bytes.len();
        };
        let mut state = root;
        let mut line_ends = 0;
        let mut at = 0;
        while at < bytes.len() {
            if state == root {
                match bytes[at..].iter().position(|b| self.first[usize::from(*b)]) {
                    Some(off) => at += off,
                    None => return bytes.len(),
                }
            }
            let byte = bytes[at];
            at += 1;
            if self.unwrap_lines {
                if matches!(byte, b'\r' | b'\n') {
                    line_ends += 1;
                    if line_ends > MOST_LINE_ENDS {
                        state = root;
                    }
                    continue;
                }
                line_ends = 0;
            }
            state = automaton.next_state(Anchored::No, state, byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                for i in 0..automaton.match_len(state) {
                    let id = automaton.match_pattern(state, i);
                    let start = self.back(bytes, at, automaton.pattern_len(id));
                    let whole_word = self.whole_word.get(id.as_usize()).copied().unwrap_or(false);
                    if !whole_word || alone(bytes, start, at, before, last) {
                        add(ranges, start, at);
                    }
                }
            }
        }
        let depth = self.depth.get(&state).copied().unwrap_or(0);
        self.back(bytes, at, depth)
    }

    /// The place `count` bytes before `at`, line ends not counted where they are passed over.
    fn back(&self, bytes: &[u8], at: usize, count: usize) -> usize {
        if !self.unwrap_lines || count == 0 {
            return at - count;
        }
        let mut left = count;
        let mut place = at;
        while left > 0 && place > 0 {
            place -= 1;
            left -= usize::from(!matches!(bytes[place], b'\r' | b'\n'));
        }
        place
    }
}

/// No word goes on at either side. With more to come, a match at the very end is not decided yet.
fn alone(bytes: &[u8], start: usize, end: usize, before: Option<u8>, last: bool) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
    let left = match start {
        0 => before,
        s => Some(bytes[s - 1]),
    };
    let right = match bytes.get(end) {
        Some(b) => !word(*b),
        None => last,
    };
    !left.is_some_and(word) && right
}

/// Adds a range; those it overlaps become one with it. Ranges come ordered by their ends.
fn add(ranges: &mut Vec<(usize, usize)>, mut start: usize, end: usize) {
    while let Some(&(s, e)) = ranges.last() {
        if e <= start {
            break;
        }
        start = start.min(s);
        ranges.pop();
    }
    ranges.push((start, end));
}

fn depths<A: Automaton>(automaton: &A, patterns: &[&[u8]]) -> HashMap<StateID, usize> {
    let mut out = HashMap::new();
    if let Ok(root) = automaton.start_state(Anchored::No) {
        for pattern in patterns {
            let mut state = root;
            for (i, byte) in pattern.iter().enumerate() {
                state = automaton.next_state(Anchored::No, state, *byte);
                out.insert(state, i + 1);
            }
        }
    }
    out
}
