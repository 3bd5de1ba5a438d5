//! Data of a value as Wine's hives write it: `"text"`, `str(7):"a\0b\0"`, `dword:0000000a`,
//! `hex(b):01,00`; texts with escapes of UTF-16 units (`\x20ac`).

use crate::rmm::registry::RegistryData;

/// Types of data by their numbers on Windows.
const SZ: u32 = 1;
const EXPAND_SZ: u32 = 2;
const BINARY: u32 = 3;
const DWORD: u32 = 4;
const MULTI_SZ: u32 = 7;
const QWORD: u32 = 11;

/// Data after the equals sign.
pub fn read(text: &str) -> Option<RegistryData> {
    if let Some(rest) = text.strip_prefix('"') {
        return Some(RegistryData::Sz(self::text(rest, '"')?.0));
    }
    if let Some(rest) = text.strip_prefix("dword:") {
        let number = u32::from_str_radix(rest.trim(), 16).ok()?;
        return Some(RegistryData::Dword(number));
    }
    if let Some(rest) = text.strip_prefix("str(") {
        let (kind, rest) = rest.split_once("):\"")?;
        let (all, _) = self::text(rest, '"')?;
        return Some(match u32::from_str_radix(kind, 16).ok()? {
            EXPAND_SZ => RegistryData::ExpandSz(all),
            MULTI_SZ => RegistryData::MultiSz(lines(&all)),
            SZ => RegistryData::Sz(all),
            kind => RegistryData::Other {
                kind,
                bytes: units(&all),
            },
        });
    }
    let rest = text.strip_prefix("hex")?;
    let (kind, digits) = match rest.strip_prefix('(') {
        Some(rest) => {
            let (kind, digits) = rest.split_once("):")?;
            (u32::from_str_radix(kind, 16).ok()?, digits)
        }
        None => (BINARY, rest.strip_prefix(':')?),
    };
    let bytes = digits
        .split(',')
        .map(str::trim)
        .filter(|d| !d.is_empty())
        .map(|d| u8::from_str_radix(d, 16).ok())
        .collect::<Option<Vec<u8>>>()?;
    Some(of_bytes(kind, bytes))
}

fn of_bytes(kind: u32, bytes: Vec<u8>) -> RegistryData {
    let text = |bytes: &[u8]| {
        let pairs = bytes
            .chunks_exact(2)
            .map(|p| u16::from_le_bytes([p[0], p[1]]));
        let all = String::from_utf16_lossy(&pairs.collect::<Vec<u16>>());
        all.trim_end_matches('\0').to_owned()
    };
    let number = <[u8; 8]>::try_from(bytes.as_slice());
    match (kind, number) {
        (BINARY, _) => RegistryData::Binary(bytes),
        (QWORD, Ok(number)) => RegistryData::Qword(u64::from_le_bytes(number)),
        (SZ, _) => RegistryData::Sz(text(&bytes)),
        (EXPAND_SZ, _) => RegistryData::ExpandSz(text(&bytes)),
        (MULTI_SZ, _) => RegistryData::MultiSz(lines(&text(&bytes))),
        (DWORD, _) if bytes.len() == 4 => {
            RegistryData::Dword(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        }
        (kind, _) => RegistryData::Other { kind, bytes },
    }
}

fn lines(all: &str) -> Vec<String> {
    let all = all.trim_end_matches('\0');
    if all.is_empty() {
        return Vec::new();
    }
    all.split('\0').map(str::to_owned).collect()
}

fn units(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A text up to its end sign, and what follows that.
pub fn text(from: &str, end: char) -> Option<(String, &str)> {
    let mut found: Vec<u16> = Vec::new();
    let mut rest = from;
    loop {
        let plain = rest.find(['\\', end])?;
        found.extend(rest[..plain].encode_utf16());
        rest = &rest[plain..];
        if let Some(after) = rest.strip_prefix(end) {
            return Some((String::from_utf16_lossy(&found), after));
        }
        let escaped = rest[1..].chars().next()?;
        let after = &rest[1 + escaped.len_utf8()..];
        let simple = |unit: u8| (u16::from(unit), after);
        let (unit, after) = match escaped {
            'a' => simple(7),
            'b' => simple(8),
            'e' => simple(27),
            'f' => simple(12),
            'n' => simple(b'\n'),
            'r' => simple(b'\r'),
            't' => simple(b'\t'),
            'v' => simple(11),
            'x' => digits(after, 4, 16)?,
            '0'..='7' => digits(&rest[1..], 3, 8)?,
            other => {
                let mut pair = [0; 2];
                found.extend_from_slice(other.encode_utf16(&mut pair));
                rest = after;
                continue;
            }
        };
        found.push(unit);
        rest = after;
    }
}

/// At most so many digits of this base.
fn digits(from: &str, most: usize, base: u32) -> Option<(u16, &str)> {
    let count = from
        .chars()
        .take(most)
        .take_while(|c| c.is_digit(base))
        .count();
    let number = u16::from_str_radix(from.get(..count)?, base).ok()?;
    Some((number, &from[count..]))
}
