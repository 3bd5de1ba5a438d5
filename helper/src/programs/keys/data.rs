//! Types and data of registry values as `reg query` shows them.

/// Names of the types, each at the place of its number.
const TYPES: [&str; 12] = [
    "REG_NONE",
    "REG_SZ",
    "REG_EXPAND_SZ",
    "REG_BINARY",
    "REG_DWORD",
    "REG_DWORD_BIG_ENDIAN",
    "REG_LINK",
    "REG_MULTI_SZ",
    "REG_RESOURCE_LIST",
    "REG_FULL_RESOURCE_DESCRIPTOR",
    "REG_RESOURCE_REQUIREMENTS_LIST",
    "REG_QWORD",
];

/// Number of a type.
#[must_use]
pub fn kind(name: &str) -> Option<u32> {
    let at = TYPES.iter().position(|t| t.eq_ignore_ascii_case(name))?;
    u32::try_from(at).ok()
}

/// Name of a type; one that Windows does not name is REG_NONE to `reg`.
#[must_use]
pub fn name(kind: u32) -> &'static str {
    let at = usize::try_from(kind).unwrap_or(usize::MAX);
    TYPES.get(at).copied().unwrap_or(TYPES[0])
}

/// Data as text; `separator` stands between the texts of a `REG_MULTI_SZ`.
#[must_use]
pub fn shown(kind: u32, bytes: &[u8], separator: &str) -> String {
    match (kind, bytes.len()) {
        (1 | 2, _) => text(bytes)
            .split('\0')
            .next()
            .unwrap_or_default()
            .to_owned(),
        (7, _) => {
            let all = text(bytes);
            all.trim_end_matches('\0')
                .split('\0')
                .collect::<Vec<_>>()
                .join(separator)
        }
        (4 | 11, 4 | 8) => format!("0x{:x}", number(bytes.iter().rev())),
        (5, 4) => format!("0x{:x}", number(bytes.iter())),
        _ => bytes.iter().map(|b| format!("{b:02X}")).collect(),
    }
}

fn text(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

/// The number of some bytes, at most eight, the highest first.
fn number<'b>(bytes: impl Iterator<Item = &'b u8>) -> u64 {
    bytes.fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn data_is_shown_by_its_type() {
        for (kind, bytes, text) in [
            (1, wide("a b\0"), "a b"),
            (1, wide("unended"), "unended"),
            (2, wide("%x%\0"), "%x%"),
            (3, vec![0, 0xab], "00AB"),
            (4, 0x123_u32.to_le_bytes().to_vec(), "0x123"),
            (4, vec![1], "01"),
            (5, vec![0, 0, 1, 2], "0x102"),
            (7, wide("a\0b\0\0"), "a|b"),
            (11, 0x1_0000_0000_u64.to_le_bytes().to_vec(), "0x100000000"),
            (0, Vec::new(), ""),
        ] {
            assert_eq!(shown(kind, &bytes, "|"), text, "{kind}");
        }
        assert_eq!(
            (kind("reg_qword"), name(11), name(77)),
            (Some(11), "REG_QWORD", "REG_NONE")
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_shown(kind in 0_u32..14, bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
            prop_assert!(shown(kind, &bytes, "\\0").len() <= 2 * bytes.len() + 18);
        }
    }
}
