//! Tokens that were given out, known by digests of them.

use std::collections::{HashMap, VecDeque};

/// SHA-256 of a token.
pub type Digest = [u8; 32];

/// Most access tokens of an account that are valid at a time: a client that logs in for every call
/// loses its oldest ones instead of filling the memory.
pub const MOST: usize = 10_000;

/// How long a refresh token is valid, milliseconds: 30 days, the default of the platform's kind of
/// server. Nobody measured it.
pub const REFRESH_MS: i64 = 30 * 24 * 3_600_000;

/// An access token that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Key of the user.
    pub user: String,
    /// Platform time, milliseconds.
    pub expires: i64,
    /// The API key it was given for is no longer the user's.
    pub of_old_keys: bool,
}

/// A refresh token that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// Key of the user.
    pub user: String,
    /// The access token it would replace.
    pub access: Digest,
    /// Platform time, milliseconds.
    pub expires: i64,
    /// The API key it was given for is no longer the user's.
    pub of_old_keys: bool,
}

/// The tokens of one account.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    access: HashMap<Digest, Token>,
    refresh: HashMap<Digest, Refresh>,
    /// In the order they were given out, which is the order they expire in.
    order: VecDeque<Digest>,
    refresh_order: VecDeque<Digest>,
    issued: u64,
}

impl Tokens {
    /// The access token with this digest, whether it is still valid or not.
    pub fn get(&self, access: &Digest) -> Option<&Token> {
        self.access.get(access)
    }

    /// The refresh token with this digest, whether it is still valid or not.
    pub fn refresh(&self, refresh: &Digest) -> Option<&Refresh> {
        self.refresh.get(refresh)
    }

    /// How many were ever given out.
    pub fn issued(&self) -> u64 {
        self.issued
    }

    /// How many access tokens are kept.
    pub fn len(&self) -> usize {
        self.access.len()
    }

    pub fn is_empty(&self) -> bool {
        self.access.is_empty()
    }

    /// Takes in a token given out at a platform time. A refresh token that is known already was
    /// used for it: the access token it came with before ends.
    pub(super) fn issue(
        &mut self,
        now: i64,
        access: Digest,
        refresh: Option<Digest>,
        token: &Token,
    ) {
        self.issued += 1;
        self.forget(now);
        if let Some(refresh) = refresh {
            match self.refresh.get_mut(&refresh) {
                Some(known) => {
                    self.access.remove(&known.access);
                    known.access = access;
                }
                None => {
                    let new = Refresh {
                        user: token.user.clone(),
                        access,
                        expires: now.saturating_add(REFRESH_MS),
                        of_old_keys: token.of_old_keys,
                    };
                    self.refresh.insert(refresh, new);
                    self.refresh_order.push_back(refresh);
                }
            }
        }
        if self.access.insert(access, token.clone()).is_none() {
            self.order.push_back(access);
        }
    }

    /// Marks a user's tokens as those of old keys.
    pub(super) fn reset(&mut self, user: &str) {
        for token in self.access.values_mut().filter(|t| t.user == user) {
            token.of_old_keys = true;
        }
        for token in self.refresh.values_mut().filter(|t| t.user == user) {
            token.of_old_keys = true;
        }
    }

    /// Drops what has expired, and the oldest while there is no room for one more.
    fn forget(&mut self, now: i64) {
        while let Some(oldest) = self.order.front() {
            let over = self.order.len() >= MOST;
            if !over && self.access.get(oldest).is_some_and(|t| t.expires > now) {
                break;
            }
            self.access.remove(oldest);
            self.order.pop_front();
        }
        while let Some(oldest) = self.refresh_order.front() {
            let over = self.refresh_order.len() >= MOST;
            if !over && self.refresh.get(oldest).is_some_and(|t| t.expires > now) {
                break;
            }
            self.refresh.remove(oldest);
            self.refresh_order.pop_front();
        }
    }
}

/// A digest as hexadecimal digits, as events hold it.
pub fn to_hex(digest: &Digest) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::with_capacity(64), |mut out, b| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// A digest of hexadecimal digits; none where they are not that of one.
pub fn from_hex(text: &str) -> Option<Digest> {
    let bytes = text.as_bytes();
    let mut out = [0; 32];
    if bytes.len() != 64 {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(bytes.chunks(2)) {
        let digit = |b: u8| {
            char::from(b)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        *byte = digit(pair[0])? * 16 + digit(pair[1])?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(expires: i64) -> Token {
        Token {
            user: "u".into(),
            expires,
            of_old_keys: false,
        }
    }

    #[test]
    fn expired_tokens_are_forgotten_when_a_new_one_comes() {
        let mut t = Tokens::default();
        t.issue(0, [1; 32], Some([101; 32]), &token(10));
        t.issue(10, [2; 32], None, &token(20));
        assert_eq!((t.len(), t.issued()), (1, 2));
        assert!(t.get(&[1; 32]).is_none() && t.refresh(&[101; 32]).is_some());
        t.issue(REFRESH_MS, [3; 32], None, &token(REFRESH_MS + 10));
        assert!(t.refresh(&[101; 32]).is_none());
    }

    #[test]
    fn an_account_keeps_a_bounded_number_of_tokens() {
        let mut t = Tokens::default();
        let digest = |n: usize| {
            let mut d = [0; 32];
            d[..8].copy_from_slice(&n.to_le_bytes());
            d
        };
        for n in 0..MOST + 5 {
            t.issue(0, digest(n), Some(digest(n)), &token(10));
        }
        assert_eq!((t.len(), t.refresh.len()), (MOST, MOST));
        assert!(t.get(&digest(4)).is_none() && t.get(&digest(5)).is_some());
    }

    #[test]
    fn a_refresh_token_used_again_ends_the_access_token_before() {
        let mut t = Tokens::default();
        t.issue(0, [1; 32], Some([9; 32]), &token(10));
        t.issue(1, [2; 32], Some([9; 32]), &token(11));
        assert!(t.get(&[1; 32]).is_none() && t.get(&[2; 32]).is_some());
    }

    #[test]
    fn digests_go_through_hexadecimal_digits() {
        let digest = std::array::from_fn(|n| u8::try_from(n * 8).unwrap_or_default());
        assert_eq!(from_hex(&to_hex(&digest)), Some(digest));
        for bad in ["", "zz", &"g".repeat(64), &"é".repeat(32), &"0".repeat(63)] {
            assert_eq!(from_hex(bad), None);
        }
    }
}
