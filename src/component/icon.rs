//! Icons: what `icon.png` really holds.

use super::error::note;
use crate::rmm::event::Note;

/// The bytes that stand for "no icon" in exports: base64 decoding of the word `null`.
pub(super) const NULL_ICON: [u8; 3] = [0x9e, 0xe9, 0x65];
/// Largest icon that is read.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Formats the portal takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    Png,
    Jpeg,
    Gif,
}

/// A component's icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Icon {
    /// No entry at all.
    Missing,
    /// The three junk bytes exports carry for a component without an icon.
    Null,
    /// Width and height in pixels.
    Image {
        format: ImageFormat,
        width: u32,
        height: u32,
        bytes: Vec<u8>,
    },
    /// Not PNG, JPG or GIF.
    Unknown { bytes: Vec<u8> },
}

impl Icon {
    /// Reads the header of the image.
    pub(super) fn read(bytes: Vec<u8>) -> Icon {
        if bytes == NULL_ICON {
            return Icon::Null;
        }
        match png(&bytes).or_else(|| gif(&bytes)).or_else(|| jpeg(&bytes)) {
            Some((format, width, height)) => Icon::Image {
                format,
                width,
                height,
                bytes,
            },
            None => Icon::Unknown { bytes },
        }
    }

    /// What a package stores.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Icon::Missing => None,
            Icon::Null => Some(&NULL_ICON),
            Icon::Image { bytes, .. } | Icon::Unknown { bytes } => Some(bytes),
        }
    }

    pub(super) fn remark(&self) -> Option<Note> {
        match self {
            Icon::Missing => None,
            Icon::Null => Some(note(
                "null-icon",
                "icon.png is 3 bytes long: the export of a component without an icon, not an image",
                "give the component a 48x48 PNG icon; the ComStore wants one",
            )),
            Icon::Unknown { .. } => Some(note(
                "bad-icon",
                "the icon is not a PNG, JPG or GIF image",
                "use a 48x48 PNG",
            )),
            Icon::Image {
                format,
                width,
                height,
                ..
            } if (*width, *height) != (48, 48) => {
                let fate = if *format == ImageFormat::Gif {
                    "the portal does not resize GIF images"
                } else {
                    "the portal resizes it"
                };
                Some(note(
                    "icon-size",
                    format!("the icon is {width}x{height}; {fate}"),
                    "use a 48x48 PNG",
                ))
            }
            Icon::Image { .. } => None,
        }
    }
}

fn be32(b: &[u8], at: usize) -> Option<u32> {
    b.get(at..at + 4)
        .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

fn be16(b: &[u8], at: usize) -> Option<u32> {
    b.get(at..at + 2)
        .map(|b| u32::from(u16::from_be_bytes([b[0], b[1]])))
}

fn png(b: &[u8]) -> Option<(ImageFormat, u32, u32)> {
    if !b.starts_with(b"\x89PNG\r\n\x1a\n") || b.get(12..16) != Some(b"IHDR") {
        return None;
    }
    Some((ImageFormat::Png, be32(b, 16)?, be32(b, 20)?))
}

fn gif(b: &[u8]) -> Option<(ImageFormat, u32, u32)> {
    if !b.starts_with(b"GIF87a") && !b.starts_with(b"GIF89a") {
        return None;
    }
    let le16 = |at: usize| {
        b.get(at..at + 2)
            .map(|b| u32::from(u16::from_le_bytes([b[0], b[1]])))
    };
    Some((ImageFormat::Gif, le16(6)?, le16(8)?))
}

fn jpeg(b: &[u8]) -> Option<(ImageFormat, u32, u32)> {
    if !b.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    while *b.get(at)? == 0xff {
        let marker = *b.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((ImageFormat::Jpeg, be16(b, at + 7)?, be16(b, at + 5)?));
            }
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => at += 2 + be16(b, at + 2)?.max(2) as usize,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 0, 48, 0, 0, 0, 32]);
        assert!(matches!(
            Icon::read(png),
            Icon::Image {
                format: ImageFormat::Png,
                width: 48,
                height: 32,
                ..
            }
        ));
        assert!(matches!(
            Icon::read(b"GIF89a\x10\0\x20\0".to_vec()),
            Icon::Image {
                format: ImageFormat::Gif,
                width: 16,
                height: 32,
                ..
            }
        ));
        let jpeg = [
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 5, 0, 7,
        ];
        assert!(matches!(
            Icon::read(jpeg.to_vec()),
            Icon::Image {
                format: ImageFormat::Jpeg,
                width: 7,
                height: 5,
                ..
            }
        ));
        assert_eq!(Icon::read(NULL_ICON.to_vec()), Icon::Null);
        assert!(matches!(
            Icon::read(b"<svg/>".to_vec()),
            Icon::Unknown { .. }
        ));
        assert!(matches!(
            Icon::read(vec![0xff, 0xd8, 0xff, 0xc0]),
            Icon::Unknown { .. }
        ));
    }
}
