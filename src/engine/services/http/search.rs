//! Finds texts in a body that goes by in pieces, without keeping it.

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, BuildError, MatchError};

/// Texts to look for.
pub(in crate::engine::services) struct Needles(NFA);

impl Needles {
    pub fn new(texts: &[String]) -> Result<Needles, BuildError> {
        NFA::new(texts).map(Needles)
    }

    /// Begins a search through one body.
    pub fn search(&self) -> Result<Search<'_>, MatchError> {
        let state = self.0.start_state(Anchored::No)?;
        let mut search = Search {
            nfa: &self.0,
            state,
            found: vec![false; self.0.patterns_len()],
        };
        search.note();
        Ok(search)
    }
}

/// A search under way.
pub(in crate::engine::services) struct Search<'a> {
    nfa: &'a NFA,
    state: StateID,
    found: Vec<bool>,
}

impl Search<'_> {
    /// Looks through the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        for &byte in piece {
            self.state = self.nfa.next_state(Anchored::No, self.state, byte);
            if self.nfa.is_special(self.state) {
                self.note();
            }
        }
    }

    fn note(&mut self) {
        if self.nfa.is_match(self.state) {
            for index in 0..self.nfa.match_len(self.state) {
                if let Some(found) = self
                    .found
                    .get_mut(self.nfa.match_pattern(self.state, index).as_usize())
                {
                    *found = true;
                }
            }
        }
    }

    /// Which of the texts were there.
    pub fn found(self) -> Vec<bool> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_do_not_hide_a_text(
            needles in proptest::collection::vec("[ab]{0,4}", 1..5),
            pieces in proptest::collection::vec("[abc]{0,5}", 0..8),
        ) {
            let whole = pieces.concat();
            let automaton = Needles::new(&needles).unwrap();
            let mut search = automaton.search().unwrap();
            for piece in &pieces {
                search.feed(piece.as_bytes());
            }
            let expected: Vec<bool> = needles.iter().map(|n| whole.contains(n.as_str())).collect();
            prop_assert_eq!(search.found(), expected);
        }
    }
}
