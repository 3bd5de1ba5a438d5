//! Bytes of registry values as data of their type, and back.

use crate::protocol::message::RegistryData;

/// `REG_SZ` and the other types, as `winnt.h` numbers them.
const SZ: u32 = 1;
const EXPAND_SZ: u32 = 2;
const BINARY: u32 = 3;
const DWORD: u32 = 4;
const MULTI_SZ: u32 = 7;
const QWORD: u32 = 11;

/// Reads a value's bytes by its type. What does not fit its type stays as it is.
#[must_use]
pub fn read(kind: u32, bytes: Vec<u8>) -> RegistryData {
    let fitting = match kind {
        SZ => text(&bytes).map(RegistryData::Sz),
        EXPAND_SZ => text(&bytes).map(RegistryData::ExpandSz),
        MULTI_SZ => texts(&bytes).map(RegistryData::MultiSz),
        DWORD => <[u8; 4]>::try_from(bytes.as_slice())
            .ok()
            .map(|b| RegistryData::Dword(u32::from_le_bytes(b))),
        QWORD => <[u8; 8]>::try_from(bytes.as_slice())
            .ok()
            .map(|b| RegistryData::Qword(u64::from_le_bytes(b))),
        BINARY => return RegistryData::Binary(bytes),
        _ => None,
    };
    fitting.unwrap_or(RegistryData::Other { kind, bytes })
}

/// Type and bytes of data, as `RegSetValueEx` takes them.
#[must_use]
pub fn write(data: &RegistryData) -> (u32, Vec<u8>) {
    match data {
        RegistryData::Sz(text) => (SZ, utf16([text.as_str()], false)),
        RegistryData::ExpandSz(text) => (EXPAND_SZ, utf16([text.as_str()], false)),
        RegistryData::MultiSz(texts) => (MULTI_SZ, utf16(texts.iter().map(String::as_str), true)),
        RegistryData::Dword(number) => (DWORD, number.to_le_bytes().to_vec()),
        RegistryData::Qword(number) => (QWORD, number.to_le_bytes().to_vec()),
        RegistryData::Binary(bytes) => (BINARY, bytes.clone()),
        RegistryData::Other { kind, bytes } => (*kind, bytes.clone()),
    }
}

/// Each text with its NUL; a list has one more.
fn utf16<'a>(texts: impl IntoIterator<Item = &'a str>, list: bool) -> Vec<u8> {
    let units = texts
        .into_iter()
        .flat_map(|text| text.encode_utf16().chain([0]));
    let end = list.then_some(0_u16);
    units.chain(end).flat_map(u16::to_le_bytes).collect()
}

fn units(bytes: &[u8]) -> Option<Vec<u16>> {
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return None;
    };
    Some(pairs.iter().map(|p| u16::from_le_bytes(*p)).collect())
}

/// A text; the NUL at its end may be missing, as Windows allows.
fn text(bytes: &[u8]) -> Option<String> {
    let units = units(bytes)?;
    let text = units.strip_suffix(&[0]).unwrap_or(&units);
    if text.contains(&0) {
        return None;
    }
    String::from_utf16(text).ok()
}

/// Texts, each with a NUL, and one more NUL at the end, which may be missing. An empty text would be
/// that end, so there is none within.
fn texts(bytes: &[u8]) -> Option<Vec<String>> {
    let units = units(bytes)?;
    let list = units.strip_suffix(&[0]).unwrap_or(&units);
    let list = list.strip_suffix(&[0]).unwrap_or(list);
    if list.is_empty() {
        return Some(Vec::new());
    }
    list.split(|unit| *unit == 0)
        .map(|text| (!text.is_empty()).then(|| String::from_utf16(text).ok())?)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one() -> impl Strategy<Value = RegistryData> {
        let text = "[^\0]{0,12}";
        prop_oneof![
            text.prop_map(RegistryData::Sz),
            text.prop_map(RegistryData::ExpandSz),
            prop::collection::vec("[^\0]{1,8}", 0..4).prop_map(RegistryData::MultiSz),
            any::<u32>().prop_map(RegistryData::Dword),
            any::<u64>().prop_map(RegistryData::Qword),
            any::<Vec<u8>>().prop_map(RegistryData::Binary),
            (12u32.., any::<Vec<u8>>())
                .prop_map(|(kind, bytes)| RegistryData::Other { kind, bytes }),
        ]
    }

    proptest! {
        #[test]
        fn data_comes_back(data in one()) {
            let (kind, bytes) = write(&data);
            prop_assert_eq!(read(kind, bytes), data);
        }

        #[test]
        fn no_bytes_are_lost(kind in 0u32..13, bytes: Vec<u8>) {
            let (back_kind, back) = write(&read(kind, bytes.clone()));
            prop_assert_eq!(back_kind, kind);
            // Only the NULs that texts end with are made up for.
            prop_assert!(back.starts_with(&bytes) || bytes.starts_with(&back));
        }
    }

    #[test]
    fn what_does_not_fit_its_type_stays() {
        let odd = RegistryData::Other {
            kind: DWORD,
            bytes: vec![1, 2],
        };
        assert_eq!(read(DWORD, vec![1, 2]), odd);
        let inner = RegistryData::Other {
            kind: SZ,
            bytes: vec![65, 0, 0, 0, 66, 0, 0, 0],
        };
        assert_eq!(read(SZ, vec![65, 0, 0, 0, 66, 0, 0, 0]), inner);
        assert_eq!(read(SZ, vec![65, 0]), RegistryData::Sz("A".into()));
    }
}
