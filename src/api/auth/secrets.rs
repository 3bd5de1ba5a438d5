//! Texts that nobody can guess: tokens, codes, keys.

use crate::platform::state::tokens::Digest;
use crate::rmm::portal::ApiKeys;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Where tokens, codes and new API keys come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenSource {
    /// The operating system's random numbers.
    #[default]
    Random,
    /// The seed, so that a replay gives the same ones. Whoever knows the seed can tell them.
    Seeded(u64),
}

/// The random source of the operating system gave nothing.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random numbers: no token can be made")]
pub struct NoRandom;

impl TokenSource {
    /// 32 bytes. `name` tells those of one seed apart: the same name gives the same bytes.
    ///
    /// # Errors
    /// The operating system gave no random numbers.
    pub fn bytes(self, name: &str) -> Result<[u8; 32], NoRandom> {
        match self {
            TokenSource::Seeded(seed) => Ok(derived(seed, name)),
            TokenSource::Random => {
                let mut bytes = [0; 32];
                rustls::crypto::ring::default_provider()
                    .secure_random
                    .fill(&mut bytes)
                    .map_err(|_| NoRandom)?;
                Ok(bytes)
            }
        }
    }

    /// A text of letters, digits, `-` and `_` from 32 bytes.
    ///
    /// # Errors
    /// The operating system gave no random numbers.
    pub fn text(self, name: &str) -> Result<String, NoRandom> {
        Ok(URL_SAFE_NO_PAD.encode(self.bytes(name)?))
    }

    /// API keys; `name` as for [`TokenSource::bytes`].
    ///
    /// # Errors
    /// The operating system gave no random numbers.
    pub fn keys(self, name: &str) -> Result<ApiKeys, NoRandom> {
        Ok(ApiKeys {
            key: upper(&self.bytes(&format!("{name} key"))?),
            secret: upper(&self.bytes(&format!("{name} secret"))?),
        })
    }
}

/// API keys of a user, the same for the same seed, account and user.
pub fn keys(seed: u64, account: u16, user: &str) -> ApiKeys {
    let of = |what: &str| upper(&derived(seed, &format!("api {account} {user} {what}")));
    ApiKeys {
        key: of("key"),
        secret: of("secret"),
    }
}

/// A token of an account. It begins with the account's number, so that it is looked for in that
/// account only; what makes it valid are the bytes after it.
pub(super) fn token(account: u16, bytes: &[u8; 32]) -> String {
    let mut all = [0; 34];
    all[..2].copy_from_slice(&account.to_be_bytes());
    all[2..].copy_from_slice(bytes);
    URL_SAFE_NO_PAD.encode(all)
}

/// The account that a token claims to be of; none where no token can be so.
pub(super) fn account_of(token: &str) -> Option<u16> {
    let mut all = [0; 34];
    match URL_SAFE_NO_PAD.decode_slice(token, &mut all) {
        Ok(34) => Some(u16::from_be_bytes([all[0], all[1]])),
        _ => None,
    }
}

/// SHA-256 of a token: all that is kept of it.
pub fn digest(token: &str) -> Digest {
    Sha256::digest(token.as_bytes()).into()
}

fn derived(seed: u64, name: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(seed.to_le_bytes())
        .chain_update(name.as_bytes())
        .finalize()
        .into()
}

/// 32 upper-case letters and digits. The last four of the 36 come up a little more rarely.
fn upper(bytes: &[u8; 32]) -> String {
    const ALL: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    bytes
        .iter()
        .map(|b| char::from(ALL[usize::from(*b) % ALL.len()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_32_upper_case_letters_and_digits_each() {
        let k = keys(7, 0, "ann");
        for text in [&k.key, &k.secret] {
            assert_eq!(text.len(), 32);
            assert!(
                text.bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            );
        }
        assert_eq!(k, keys(7, 0, "ann"));
        let others = [keys(8, 0, "ann"), keys(7, 1, "ann"), keys(7, 0, "bob")];
        assert!(
            others
                .iter()
                .all(|o| o.key != k.key && o.secret != k.secret)
        );
        assert_ne!(k.key, k.secret);
    }

    #[test]
    fn random_texts_differ_and_seeded_ones_repeat() {
        let two = |s: TokenSource| {
            (
                s.text("a").unwrap_or_default(),
                s.text("a").unwrap_or_default(),
            )
        };
        let (one, other) = two(TokenSource::Random);
        assert!(one.len() == 43 && one != other);
        let (one, other) = two(TokenSource::Seeded(3));
        assert_eq!(one, other);
    }

    #[test]
    fn a_token_tells_its_account_only_where_it_has_the_form_of_one() {
        for account in [0, 1, 300, u16::MAX] {
            assert_eq!(account_of(&token(account, &[7; 32])), Some(account));
        }
        for bad in [
            "",
            "A",
            "é",
            &"A".repeat(45),
            &"A".repeat(47),
            &"A".repeat(5000),
        ] {
            assert_eq!(account_of(bad), None, "{bad}");
        }
    }
}
