//! Looks at the end of a ZIP before anything is parsed: how many entries it claims, and whether
//! the file is the archive and nothing else.

use std::io::{self, Read, Seek, SeekFrom};

/// Most entries that are read.
pub const MAX_ENTRIES: u64 = 10_000;
/// Largest table of contents, bytes.
const MAX_DIRECTORY: u64 = 16 * 1024 * 1024;

const EOCD: usize = 22;
const EOCD64: u64 = 56;
const LOCATOR64: u64 = 20;
const LONGEST_COMMENT: u64 = 0xffff;

/// Why the file is no archive that will be read: a stable code and what is wrong.
#[derive(Debug)]
pub enum Problem {
    Io(io::Error),
    Refused(&'static str, String),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Problem::Io(error)
    }
}

fn refuse<T>(code: &'static str, what: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::Refused(code, what.into()))
}

fn u16_at(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..at + 2)
        .map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])))
}

fn u32_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 4).map_or(0, |b| {
        u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    })
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u32_at(bytes, at) | u32_at(bytes, at + 4) << 32
}

/// Checks the end-of-central-directory records (APPNOTE 4.3.14 to 4.3.16).
///
/// # Errors
/// It cannot be read, or is not one whole archive of bounded size.
pub fn check<R: Read + Seek>(file: &mut R) -> Result<(), Problem> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut head = [0u8; 4];
    file.seek(SeekFrom::Start(0))?;
    let got = file.take(4).read(&mut head)?;
    let starts_as_zip = got == 4 && (head == *b"PK\x03\x04" || head == *b"PK\x05\x06");

    let tail_length = length.min(EOCD as u64 + LONGEST_COMMENT);
    let tail_start = length - tail_length;
    file.seek(SeekFrom::Start(tail_start))?;
    let mut tail = Vec::new();
    file.take(tail_length).read_to_end(&mut tail)?;

    let Some(at) = tail.windows(4).rposition(|w| w == b"PK\x05\x06") else {
        return if starts_as_zip {
            refuse(
                "truncated",
                "the archive is cut short: its table of contents is missing",
            )
        } else {
            refuse("not-a-zip", "this is not a ZIP archive")
        };
    };
    let end = tail.get(at..).unwrap_or_default();
    if end.len() < EOCD {
        return refuse(
            "truncated",
            "the archive is cut short within its last record",
        );
    }
    let comment = u16_at(end, 20) as usize;
    match end.len() - EOCD {
        n if n > comment => {
            return refuse(
                "trailing-data",
                format!("{} bytes follow the end of the archive", n - comment),
            );
        }
        n if n < comment => {
            return refuse("truncated", "the archive is cut short within its comment");
        }
        _ => {}
    }
    if !starts_as_zip {
        return refuse("leading-data", "other data stands before the archive");
    }
    let eocd_start = tail_start + at as u64;
    let (mut disks, mut entries) = (u16_at(end, 4) | u16_at(end, 6), u16_at(end, 10));
    let (mut size, mut offset) = (u32_at(end, 12), u32_at(end, 16));
    let mut records_start = eocd_start;
    if entries == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff {
        let record = zip64_record(file, eocd_start)?;
        if let Some((start, record)) = record {
            records_start = start;
            disks = u32_at(&record, 16) | u32_at(&record, 20);
            entries = u64_at(&record, 32);
            size = u64_at(&record, 40);
            offset = u64_at(&record, 48);
        }
    }
    if disks != 0 {
        return refuse("multi-disk", "the archive is one part of several");
    }
    if entries > MAX_ENTRIES || size > MAX_DIRECTORY {
        return refuse(
            "too-many-entries",
            format!("the archive claims {entries} entries; at most {MAX_ENTRIES} are read"),
        );
    }
    match offset.checked_add(size) {
        Some(sum) if sum == records_start => Ok(()),
        Some(sum) if sum < records_start => refuse(
            "leading-data",
            "other data stands before the archive or within its table of contents",
        ),
        _ => refuse(
            "truncated",
            "the table of contents does not fit into the file: the archive is cut short or altered",
        ),
    }
}

fn zip64_record<R: Read + Seek>(
    file: &mut R,
    eocd_start: u64,
) -> Result<Option<(u64, Vec<u8>)>, Problem> {
    let Some(locator_start) = eocd_start.checked_sub(LOCATOR64) else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(locator_start))?;
    let mut locator = [0u8; LOCATOR64 as usize];
    file.read_exact(&mut locator)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    let start = u64_at(&locator, 8);
    if start
        .checked_add(EOCD64)
        .is_none_or(|end| end > locator_start)
    {
        return refuse(
            "truncated",
            "the ZIP64 record lies outside the file: the archive is cut short or altered",
        );
    }
    file.seek(SeekFrom::Start(start))?;
    let mut record = vec![0u8; EOCD64 as usize];
    file.read_exact(&mut record)?;
    if !record.starts_with(b"PK\x06\x06") {
        return refuse(
            "truncated",
            "the ZIP64 record is not where the archive says: the archive is altered",
        );
    }
    Ok(Some((start, record)))
}
