//! Takes debug information out of Windows programs and libraries.
//!
//! Debian's Wine carries DWARF sections in its PE files, three quarters of their size. They lie at
//! the end of the file under names of the form `/N` (an offset into COFF's string table). Without
//! them the same code is loaded, and faster. Layout of the headers: Microsoft's "PE Format".

/// Bytes of one section header.
const SECTION: usize = 40;
/// Most sections an image may have, as Windows has it.
const MOST_SECTIONS: usize = 96;

/// Where one section lies.
struct Section {
    debug: bool,
    /// Address and size in memory.
    address: u32,
    size: u32,
    /// End of its bytes in the file; 0 where it has none.
    file_end: usize,
}

/// Takes the debug sections from the end of an image; gives how many bytes became less. What is no
/// image, or has no debug sections at its end, stays as it is.
pub fn strip(image: &mut Vec<u8>) -> usize {
    let before = image.len();
    match cut(image) {
        Some(length) => {
            image.truncate(length);
            before - length
        }
        None => 0,
    }
}

/// Changes the headers; gives the new length of the file.
fn cut(image: &mut [u8]) -> Option<usize> {
    if image.get(..2)? != b"MZ" {
        return None;
    }
    let header = usize::try_from(u32_at(image, 0x3c)?).ok()?;
    if image.get(header..header.checked_add(4)?)? != b"PE\0\0" {
        return None;
    }
    let count = usize::from(u16_at(image, header + 6)?);
    let optional = usize::from(u16_at(image, header + 20)?);
    let table = header + 24 + optional;
    let alignment = u32_at(image, header + 24 + 32)?;
    if count > MOST_SECTIONS || optional < 60 || !alignment.is_power_of_two() {
        return None;
    }
    let sections: Vec<Section> = (0..count)
        .map(|i| section(image, table + i * SECTION))
        .collect::<Option<_>>()?;
    let kept = count - sections.iter().rev().take_while(|s| s.debug).count();
    // Sections lie one after another in memory: with the last ones gone the image ends earlier.
    let last = kept.checked_sub(1).map(|i| &sections[i])?;
    let end = sections[..kept].iter().map(|s| s.file_end).max()?;
    let headers = table + count * SECTION;
    if kept == count || end < headers || end > image.len() {
        return None;
    }
    let size = last.address.checked_add(last.size.max(1))?;
    let size = size.checked_next_multiple_of(alignment)?;
    put(image, header + 6, &u16::try_from(kept).ok()?.to_le_bytes())?;
    // Symbols and the strings of the section names lay behind the debug sections.
    put(image, header + 12, &[0; 8])?;
    put(image, header + 24 + 56, &size.to_le_bytes())?;
    image.get_mut(table + kept * SECTION..headers)?.fill(0);
    Some(end)
}

fn section(image: &[u8], at: usize) -> Option<Section> {
    let header = image.get(at..at.checked_add(SECTION)?)?;
    let stored = u32_at(header, 16)?;
    let file_end = match stored {
        0 => 0,
        n => usize::try_from(u32_at(header, 20)?.checked_add(n)?).ok()?,
    };
    Some(Section {
        debug: header[0] == b'/' && header[1].is_ascii_digit(),
        size: u32_at(header, 8)?,
        address: u32_at(header, 12)?,
        file_end,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn put(image: &mut [u8], at: usize, bytes: &[u8]) -> Option<()> {
    image
        .get_mut(at..at.checked_add(bytes.len())?)?
        .copy_from_slice(bytes);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An image with sections of these names, each of 512 bytes in the file and a page in memory.
    fn image(names: &[&str]) -> Vec<u8> {
        let mut bytes = vec![0; 0x400];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3c] = 0x80;
        bytes[0x40..0x50].copy_from_slice(b"Wine builtin DLL");
        bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
        bytes[0x86] = names.len() as u8;
        bytes[0x8c] = 1; // a symbol table
        bytes[0x94] = 240; // size of the optional header
        bytes[0x98 + 32..0x98 + 36].copy_from_slice(&4096u32.to_le_bytes());
        let image_size = 4096 * (names.len() as u32 + 1);
        bytes[0x98 + 56..0x98 + 60].copy_from_slice(&image_size.to_le_bytes());
        for (i, name) in names.iter().enumerate() {
            let at = 0x98 + 240 + i * SECTION;
            bytes[at..at + name.len()].copy_from_slice(name.as_bytes());
            let numbers = [0x321, 4096 * (i as u32 + 1), 512, 0x400 + 512 * i as u32];
            for (k, number) in numbers.into_iter().enumerate() {
                bytes[at + 8 + 4 * k..at + 12 + 4 * k].copy_from_slice(&number.to_le_bytes());
            }
        }
        for i in 0..names.len() {
            bytes.extend(std::iter::repeat_n(i as u8 + 1, 512));
        }
        bytes.extend(b"symbols and strings");
        bytes
    }

    #[test]
    fn debug_sections_at_the_end_go() {
        let mut bytes = image(&[".text", ".data", "/4", "/19"]);
        let before = bytes.len();
        assert_eq!(strip(&mut bytes), before - (0x400 + 1024));
        assert_eq!(bytes[0x86], 2);
        assert_eq!(u32_at(&bytes, 0x8c), Some(0));
        assert_eq!(u32_at(&bytes, 0x98 + 56), Some(3 * 4096));
        assert_eq!(&bytes[0x40..0x50], b"Wine builtin DLL");
        assert_eq!(bytes.last(), Some(&2));
        let gone = 0x98 + 240 + 2 * SECTION;
        assert!(bytes[gone..gone + 2 * SECTION].iter().all(|b| *b == 0));
        assert_eq!(strip(&mut bytes), 0, "a second time changes nothing");
    }

    #[test]
    fn what_has_none_stays_as_it_is() {
        // A debug section before a real one cannot go: what follows would move.
        for names in [&[".text"][..], &["/4", ".text"], &["/4"], &[]] {
            let mut bytes = image(names);
            let before = bytes.clone();
            assert_eq!(strip(&mut bytes), 0, "{names:?}");
            assert_eq!(bytes, before);
        }
        for other in [&b""[..], b"MZ", b"\x7fELF and more", &[b'M', b'Z', 0, 0xff]] {
            let mut bytes = other.to_vec();
            assert_eq!(strip(&mut bytes), 0);
            assert_eq!(bytes, other);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
            strip(&mut bytes);
        }

        #[test]
        fn no_broken_header_makes_it_panic(
            changes in proptest::collection::vec((0usize..0x400, any::<u8>()), 0..24),
            length in 0usize..4000,
        ) {
            let mut bytes = image(&[".text", ".data", "/4", "/19"]);
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            bytes.truncate(length);
            let before = bytes.len();
            let less = strip(&mut bytes);
            prop_assert_eq!(bytes.len() + less, before);
        }
    }
}
