//! What a program of Windows says of itself: its machine, and the numbers of its version resource.
//! Layout: Microsoft's "PE Format", section ".rsrc", and `VS_VERSIONINFO`.

/// `IMAGE_FILE_MACHINE_AMD64`.
const X64: u16 = 0x8664;
/// `RT_VERSION`.
const VERSION: u32 = 16;
/// Begins `VS_FIXEDFILEINFO`.
const FIXED: [u8; 4] = 0xfeef_04bd_u32.to_le_bytes();
/// How far behind the beginning of the resource it may begin: the key before it has 16 letters.
const FIXED_WITHIN: usize = 64;
/// Most sections an image may have, as Windows has it, and most entries of a folder of resources.
const MOST_SECTIONS: usize = 96;
const MOST_ENTRIES: usize = 4096;

/// An image's machine and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    machine: u16,
    /// Four numbers; none where it has no version resource.
    pub version: Option<[u16; 4]>,
}

impl About {
    /// Of an image; none where the bytes are no program or library of Windows.
    pub fn of(image: &[u8]) -> Option<About> {
        if image.get(..2)? != b"MZ" {
            return None;
        }
        let header = usize::try_from(u32_at(image, 0x3c)?).ok()?;
        if image.get(header..header.checked_add(4)?)? != b"PE\0\0" {
            return None;
        }
        Some(About {
            machine: u16_at(image, header + 4)?,
            version: resource(image, header).and_then(fixed),
        })
    }

    /// Whether it runs on x64 alone.
    pub fn is_x64(&self) -> bool {
        self.machine == X64
    }

    /// The machine as people call it.
    pub fn machine(&self) -> String {
        match self.machine {
            X64 => "x64".into(),
            0x014c => "x86".into(),
            0xaa64 => "arm64".into(),
            0x01c4 => "arm".into(),
            other => format!("the machine {other:#06x}"),
        }
    }

    /// `7.6.5.500`.
    pub fn told(&self) -> Option<String> {
        let numbers = self.version?.map(|n| n.to_string());
        Some(numbers.join("."))
    }

    /// Whether the first three numbers are those of a version `7.6.5`.
    pub fn is_of(&self, version: &str) -> bool {
        let wanted: Vec<Option<u16>> = version.split('.').map(|n| n.parse().ok()).collect();
        self.version
            .is_some_and(|v| wanted == v[..3].iter().map(|n| Some(*n)).collect::<Vec<_>>())
    }
}

/// The version resource's bytes, whatever its language.
fn resource(image: &[u8], header: usize) -> Option<&[u8]> {
    let optional = header.checked_add(24)?;
    // The table of directories stands further on in 64-bit images.
    let directories = match u16_at(image, optional)? {
        0x020b => optional + 112,
        0x010b => optional + 96,
        _ => return None,
    };
    let root = offset(image, header, u32_at(image, directories + 16)?)?;
    let by_type = entry(image, root, root, Some(VERSION))?;
    let by_name = entry(image, root, by_type, None)?;
    let data = entry(image, root, by_name, None)?;
    let start = offset(image, header, u32_at(image, data)?)?;
    let size = usize::try_from(u32_at(image, data.checked_add(4)?)?).ok()?;
    image.get(start..start.checked_add(size)?)
}

/// Where an entry of a folder of resources leads: the one of this number, or the first.
fn entry(image: &[u8], root: usize, folder: usize, id: Option<u32>) -> Option<usize> {
    let named = usize::from(u16_at(image, folder.checked_add(12)?)?);
    let numbered = usize::from(u16_at(image, folder + 14)?);
    let count = (named + numbered).min(MOST_ENTRIES);
    let first = folder + 16;
    let at = (0..count)
        .map(|i| first + 8 * i)
        .find(|at| id.is_none() || u32_at(image, *at) == id)?;
    let leads = u32_at(image, at + 4)? & 0x7fff_ffff;
    root.checked_add(usize::try_from(leads).ok()?)
}

/// Where an address in memory lies in the file.
fn offset(image: &[u8], header: usize, address: u32) -> Option<usize> {
    let count = usize::from(u16_at(image, header + 6)?).min(MOST_SECTIONS);
    let table = header + 24 + usize::from(u16_at(image, header + 20)?);
    for i in 0..count {
        let section = table + 40 * i;
        let (size, start) = (u32_at(image, section + 16)?, u32_at(image, section + 12)?);
        if address >= start && address - start < size {
            let file = u32_at(image, section + 20)?.checked_add(address - start)?;
            return usize::try_from(file).ok();
        }
    }
    None
}

/// The file's version.
fn fixed(resource: &[u8]) -> Option<[u16; 4]> {
    let head = &resource[..resource.len().min(FIXED_WITHIN)];
    let at = head.windows(4).position(|w| w == FIXED)?;
    // Each pair of numbers has its higher one behind.
    Some([
        u16_at(resource, at + 10)?,
        u16_at(resource, at + 8)?,
        u16_at(resource, at + 14)?,
        u16_at(resource, at + 12)?,
    ])
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn this_projects_own_exe_tells_its_machine() {
        let Some(helper) = crate::engine::wine::helper::embedded() else {
            return;
        };
        let about = About::of(helper).unwrap();
        assert!(about.is_x64());
        assert_eq!(about.told(), None);
        assert!(!about.is_of("7.6.5"));
    }

    #[test]
    fn three_numbers_decide() {
        let about = |version| About {
            machine: 0xaa64,
            version: Some(version),
        };
        let ours = about([7, 6, 5, 500]);
        assert_eq!(ours.told().as_deref(), Some("7.6.5.500"));
        assert!(ours.is_of("7.6.5") && !ours.is_of("7.6.50") && !ours.is_of("7.6"));
        assert_eq!((ours.is_x64(), ours.machine().as_str()), (false, "arm64"));
    }

    #[test]
    fn what_is_no_image_is_none() {
        for bytes in [&b""[..], b"MZ", b"#!/bin/sh", &[0; 200]] {
            assert_eq!(About::of(bytes), None);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 64..600), at in 0u8..64) {
            bytes[..2].copy_from_slice(b"MZ");
            bytes[0x3c..0x40].copy_from_slice(&u32::from(at).to_le_bytes());
            let at = usize::from(at);
            if let Some(place) = bytes.get_mut(at..at + 4) {
                place.copy_from_slice(b"PE\0\0");
            }
            let _ = About::of(&bytes);
        }
    }
}
