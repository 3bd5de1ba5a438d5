//! Identifiers the platform gives out, derived from the run's seed so that a replay repeats them.

/// A GUID in lower case from a seed and a name: the same pair always gives the same GUID.
///
/// The version nibble is 4 and the variant is RFC 4122's, as real ones look.
pub fn guid(seed: u64, name: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut h = Sha256::new();
    h.update(seed.to_le_bytes());
    h.update(name.as_bytes());
    let d = h.finalize();
    let mut b: [u8; 16] = d[..16].try_into().expect("SHA-256 is longer than 16 bytes");
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    let hex: String = b.iter().map(|x| format!("{x:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// Uid of the n-th account: eight hexadecimal digits, unlike every other uid (facts: seen live).
pub fn account_uid(seed: u64, n: u16) -> String {
    let mut uid = guid(seed, &format!("account:{n}"));
    uid.truncate(8);
    uid
}
