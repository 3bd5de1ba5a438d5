//! A ZIP writer that writes whatever it is told, for packages no honest tool makes.

/// One entry, every field free.
#[derive(Clone)]
pub struct Raw {
    pub name: Vec<u8>,
    /// Name in the local header, if it shall differ.
    pub local_name: Option<Vec<u8>>,
    pub data: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    /// Unix mode; 0 writes a DOS entry without attributes.
    pub mode: u32,
    pub crc: u32,
    pub size: u32,
    /// Compressed size in both headers; what is written is `data`.
    pub compressed: u32,
}

/// A stored entry that is what it says.
pub fn entry(name: &str, data: &[u8]) -> Raw {
    Raw {
        name: name.as_bytes().to_vec(),
        local_name: None,
        data: data.to_vec(),
        method: 0,
        flags: 0x800,
        mode: 0,
        crc: crc32(data),
        size: data.len() as u32,
        compressed: data.len() as u32,
    }
}

/// The archive of these entries.
pub fn zip(entries: &[Raw]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for e in entries {
        let at = out.len() as u32;
        let common = |name: &[u8]| {
            let mut b = Vec::new();
            b.extend(20u16.to_le_bytes());
            b.extend(e.flags.to_le_bytes());
            b.extend(e.method.to_le_bytes());
            b.extend([0, 0, 0x21, 0]);
            b.extend(e.crc.to_le_bytes());
            b.extend(e.compressed.to_le_bytes());
            b.extend(e.size.to_le_bytes());
            b.extend((name.len() as u16).to_le_bytes());
            b.extend(0u16.to_le_bytes());
            b
        };
        let local = e.local_name.as_deref().unwrap_or(&e.name);
        out.extend(b"PK\x03\x04");
        out.extend(common(local));
        out.extend(local);
        out.extend(&e.data);
        directory.extend(b"PK\x01\x02");
        directory.extend(if e.mode == 0 { [20, 0] } else { [20, 3] });
        directory.extend(common(&e.name));
        directory.extend([0u8; 6]);
        directory.extend((e.mode << 16).to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(&e.name);
    }
    let start = out.len() as u32;
    let (count, size) = (entries.len() as u16, directory.len() as u32);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(0u16.to_le_bytes());
    out
}

/// The end records of a ZIP64 archive over the entries' bytes; the counts are free.
pub fn zip64(entries: &[Raw], claimed: Option<u64>) -> Vec<u8> {
    let mut out = zip(entries);
    let eocd = out.len() - 22;
    let number = |at: usize| u32::from_le_bytes([out[at], out[at + 1], out[at + 2], out[at + 3]]);
    let (size, start) = (u64::from(number(eocd + 12)), u64::from(number(eocd + 16)));
    let count = claimed.unwrap_or(entries.len() as u64);
    out.truncate(eocd);
    let record = out.len() as u64;
    out.extend(b"PK\x06\x06");
    out.extend(44u64.to_le_bytes());
    out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend(record.to_le_bytes());
    out.extend(1u32.to_le_bytes());
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([0xff; 12]);
    out.extend(0u16.to_le_bytes());
    out
}

pub fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| {
            if c & 1 == 1 {
                c >> 1 ^ 0xedb8_8320
            } else {
                c >> 1
            }
        })
    })
}
