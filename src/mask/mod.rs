//! Secrets: hides masked values in everything that is written.
//!
//! Each secret is looked for as it is and in every form scripts and formats give it (see
//! [`forms`]); what matches is replaced by `***`. Matches that overlap become one `***`.

mod forms;
mod scanner;
mod stream;

pub use stream::MaskStream;

use scanner::{Pattern, Scanner};
use std::borrow::Cow;
use std::sync::Arc;

/// What stands where a secret was.
pub const MASK: &str = "***";

/// Secrets shorter than this many bytes are hidden only as whole words, and only as they are:
/// their encoded forms are so short that they stand in any text.
pub const SHORT: usize = 4;

/// Something a user should know about a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Index of the secret among those given.
    pub secret: usize,
    pub message: String,
}

/// Finds secrets and hides them. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Masker {
    inner: Option<Arc<Inner>>,
}

#[derive(Debug)]
struct Inner {
    /// Every form as it stands.
    plain: Scanner,
    /// Base64, which tools break into lines: line ends between its letters are passed over.
    wrapped: Scanner,
}

impl Masker {
    /// Prepares for a set of secrets. Empty ones are passed over.
    ///
    /// Lines of a secret with several lines are secrets of their own, because programs print them
    /// one by one. The warnings say which secrets can be hidden in part only.
    pub fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> (Masker, Vec<Warning>) {
        let mut plain: Vec<Pattern> = Vec::new();
        let mut wrapped: Vec<Pattern> = Vec::new();
        let mut warnings = Vec::new();
        for (index, secret) in secrets.enumerate() {
            if secret.is_empty() {
                continue;
            }
            if secret.len() < SHORT {
                plain.push(Pattern {
                    bytes: secret.as_bytes().to_vec(),
                    whole_word: true,
                });
                warnings.push(Warning {
                    secret: index,
                    message: format!("a masked value of {} bytes is hidden as a whole word only; use one of at least {SHORT} bytes", secret.len()),
                });
                continue;
            }
            let lines = secret
                .lines()
                .map(str::trim)
                .filter(|l| l.len() >= SHORT && *l != secret);
            for text in std::iter::once(secret).chain(lines) {
                plain.extend(forms::plain(text).into_iter().map(Pattern::anywhere));
                wrapped.extend(forms::base64(text).into_iter().map(Pattern::anywhere));
            }
        }
        if plain.is_empty() {
            return (Masker::default(), warnings);
        }
        let inner = Inner {
            plain: Scanner::new(plain, false),
            wrapped: Scanner::new(wrapped, true),
        };
        (
            Masker {
                inner: Some(Arc::new(inner)),
            },
            warnings,
        )
    }

    /// Nothing is to be hidden.
    pub fn is_empty(&self) -> bool {
        self.inner.is_none()
    }

    /// The bytes with every secret replaced.
    pub fn mask_bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(inner) = &self.inner else {
            return Cow::Borrowed(bytes);
        };
        let (ranges, _) = inner.ranges(bytes, None, true);
        if ranges.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (start, end) in ranges {
            out.extend_from_slice(&bytes[at..start]);
            out.extend_from_slice(MASK.as_bytes());
            at = end;
        }
        out.extend_from_slice(&bytes[at..]);
        Cow::Owned(out)
    }

    /// The text with every secret replaced.
    pub fn mask_str<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.mask_bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // A UTF-16 form may end inside a character of the text around it.
            Cow::Owned(bytes) => Cow::Owned(
                String::from_utf8(bytes)
                    .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()),
            ),
        }
    }

    /// Masks every text and every key inside a JSON value, in place. Numbers stay: a record must
    /// remain readable, and a number is never where a masked value is kept.
    pub fn mask_json(&self, value: &mut serde_json::Value) {
        use serde_json::Value;
        if self.is_empty() {
            return;
        }
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = self.mask_str(text) {
                    *text = masked;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|v| self.mask_json(v)),
            Value::Object(map) => {
                map.values_mut().for_each(|v| self.mask_json(v));
                if map
                    .keys()
                    .any(|k| matches!(self.mask_str(k), Cow::Owned(_)))
                {
                    *map = std::mem::take(map)
                        .into_iter()
                        .map(|(k, v)| (self.mask_str(&k).into_owned(), v))
                        .collect();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A stream that masks output as it comes.
    pub fn stream(&self) -> MaskStream {
        MaskStream::new(self.clone())
    }
}

impl Inner {
    /// The ranges to hide, in order and disjoint, and from where on bytes may still become part of
    /// a secret when more follows.
    fn ranges(&self, bytes: &[u8], before: Option<u8>, last: bool) -> (Vec<(usize, usize)>, usize) {
        let mut ranges = Vec::new();
        let hold = self.plain.scan(bytes, before, last, &mut ranges);
        let mut more = Vec::new();
        let hold = hold.min(self.wrapped.scan(bytes, before, last, &mut more));
        if !more.is_empty() {
            ranges.append(&mut more);
            ranges.sort_unstable();
            let mut merged: Vec<(usize, usize)> = Vec::with_capacity(ranges.len());
            for (start, end) in ranges {
                match merged.last_mut() {
                    Some(last) if start < last.1 => last.1 = last.1.max(end),
                    _ => merged.push((start, end)),
                }
            }
            ranges = merged;
        }
        (ranges, if last { bytes.len() } else { hold })
    }
}

#[cfg(test)]
mod tests;
