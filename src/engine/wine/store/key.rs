//! Keys of stores: upper and lower case are one, as in all names of Windows; digits count as numbers.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

/// A key as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The key of a name.
    pub fn of(name: &str) -> Key {
        Key(name.to_lowercase())
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        let (mut a, mut b) = (self.0.chars().peekable(), other.0.chars().peekable());
        loop {
            match (a.peek().copied(), b.peek().copied()) {
                (None, None) => return self.0.cmp(&other.0),
                (None, _) => return Ordering::Less,
                (_, None) => return Ordering::Greater,
                (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                    let (x, y) = (digits(&mut a), digits(&mut b));
                    match x.len().cmp(&y.len()).then_with(|| x.cmp(&y)) {
                        Ordering::Equal => {}
                        other => return other,
                    }
                }
                (Some(x), Some(y)) if x != y => return x.cmp(&y),
                _ => {
                    a.next();
                    b.next();
                }
            }
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A run of digits without its leading zeros.
fn digits(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut run = String::new();
    while let Some(c) = chars.next_if(char::is_ascii_digit) {
        if c != '0' || !run.is_empty() {
            run.push(c);
        }
    }
    run
}
