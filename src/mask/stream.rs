//! Masking of output that comes in pieces.

use super::{MASK, Masker};

/// Masks a stream. Whatever the pieces, the output is that of the whole at once.
///
/// It holds back only what may still turn out to be the beginning of a secret.
#[derive(Debug)]
pub struct MaskStream {
    masker: Masker,
    /// Bytes not given out yet.
    held: Vec<u8>,
    /// So many bytes at the start of `held` belong to a match whose mask was given out.
    hidden: usize,
    /// The byte in front of `held`.
    before: Option<u8>,
}

impl MaskStream {
    pub(super) fn new(masker: Masker) -> MaskStream {
        MaskStream {
            masker,
            held: Vec::new(),
            hidden: 0,
            before: None,
        }
    }

    /// How many bytes wait for what follows.
    pub fn held_len(&self) -> usize {
        self.held.len()
    }

    /// Takes a piece; gives what is certain.
    pub fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        if self.masker.is_empty() {
            return piece.to_vec();
        }
        self.held.extend_from_slice(piece);
        self.release(false)
    }

    /// Ends the stream; gives what was held back.
    pub fn finish(&mut self) -> Vec<u8> {
        self.release(true)
    }

    fn release(&mut self, last: bool) -> Vec<u8> {
        let Some(inner) = &self.masker.inner else {
            return Vec::new();
        };
        let held = &self.held;
        let (ranges, hold) = inner.ranges(held, self.before, last);
        let mut out = Vec::with_capacity(hold);
        let mut at = self.hidden;
        for (start, end) in ranges {
            // A match that begins within a hidden one goes on with it.
            if start >= at {
                if start >= hold {
                    break;
                }
                out.extend_from_slice(&held[at..start]);
                out.extend_from_slice(MASK.as_bytes());
            }
            at = at.max(end);
        }
        if at < hold {
            out.extend_from_slice(&held[at..hold]);
        }
        self.hidden = at.saturating_sub(hold);
        if hold > 0 {
            self.before = Some(held[hold - 1]);
        }
        self.held.drain(..hold);
        out
    }
}
