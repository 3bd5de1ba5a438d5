//! The release's own list of hashes: lines of a hash, blanks, an optional star and a file name.

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};

/// The hash of a file in a list, in small letters; none where it does not stand there.
pub fn of(list: &[u8], file: &str) -> Option<String> {
    text(list).lines().find_map(|line| {
        let (hash, name) = line.trim().split_once(char::is_whitespace)?;
        let name = name.trim_start();
        let same = name.strip_prefix('*').unwrap_or(name) == file;
        same.then(|| hash.to_ascii_lowercase())
    })
}

/// UTF-8, or UTF-16 with its mark, as Windows' programs write lists.
fn text(bytes: &[u8]) -> String {
    let wide = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// SHA-256 of a file from where it stands, in small hexadecimal letters; `step` is told the bytes
/// read so far and may end it.
///
/// # Errors
/// It cannot be read, or `step` ended it.
pub fn sha256<E: From<io::Error>>(
    file: &mut File,
    mut step: impl FnMut(u64) -> Result<(), E>,
) -> Result<String, E> {
    let (mut hash, mut buffer, mut done) = (Sha256::new(), vec![0; 1 << 20], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                hash.update(&buffer[..n]);
                done += n as u64;
                step(done)?;
            }
        }
    }
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_encoding_are_read() {
        let list = "AB12 *PowerShell-7.6.5-win-x86.zip\r\nCD34  PowerShell-7.6.5-win-x64.zip\r\n\r\nEF *a b.zip";
        let wide: Vec<u8> = list.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let swapped: Vec<u8> = list.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            list.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", list.as_bytes()].concat(),
            [&[0xff, 0xfe], &wide[..]].concat(),
            [&[0xfe, 0xff], &swapped[..]].concat(),
        ] {
            let find = |name: &str| of(&bytes, name);
            assert_eq!(
                find("PowerShell-7.6.5-win-x64.zip").as_deref(),
                Some("cd34")
            );
            assert_eq!(
                find("PowerShell-7.6.5-win-x86.zip").as_deref(),
                Some("ab12")
            );
            assert_eq!(find("a b.zip").as_deref(), Some("ef"));
            assert_eq!(find("win-x64.zip"), None);
        }
        assert_eq!(of(b"\xff\xfe\x00", "x"), None);
        assert_eq!(of(b"", "x"), None);
    }
}
