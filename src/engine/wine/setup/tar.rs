//! Reads the tar stream of a Debian package (deb(5): ustar and GNU's long names).

use std::io::{self, Read};

/// Bytes of a header and of the blocks content is padded to.
const BLOCK: usize = 512;
/// Longest name; Linux takes none longer.
const LONGEST_NAME: u64 = 4096;

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    /// A symbolic link and where it leads.
    Link(Vec<u8>),
    /// Another name of an earlier file of the archive.
    HardLink(Vec<u8>),
}

/// One entry; the content of a file is read from the archive before the next entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the root, without `./`; empty for the root itself.
    pub path: Vec<u8>,
    pub kind: Kind,
    /// Permission bits.
    pub mode: u32,
    /// Seconds since 1970.
    pub modified: u64,
    /// Bytes of content.
    pub size: u64,
}

/// Why a stream is no archive that can be read.
#[derive(Debug, thiserror::Error)]
pub enum TarError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error("damaged archive: {0}")]
    Damaged(&'static str),
    #[error("{0}: {1}")]
    Refused(String, &'static str),
}

/// An archive that is read from front to end.
pub struct Archive<R> {
    stream: R,
    /// Content of the present entry that was not read yet, and the padding behind it.
    content: u64,
    padding: u64,
    /// Bytes taken from the stream.
    taken: u64,
}

impl<R: Read> Archive<R> {
    pub fn new(stream: R) -> Archive<R> {
        Archive {
            stream,
            content: 0,
            padding: 0,
            taken: 0,
        }
    }

    /// Bytes taken from the stream so far.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// What is left of the stream.
    pub fn into_stream(self) -> R {
        self.stream
    }

    /// The next entry; none at the end.
    ///
    /// # Errors
    /// The stream cannot be read or is no such archive, or an entry would lie outside of the root.
    pub fn entry(&mut self) -> Result<Option<Entry>, TarError> {
        let (mut name, mut target) = (None, None);
        loop {
            let rest = self.content + self.padding;
            self.skip(rest)?;
            let Some(header) = self.header()? else {
                return Ok(None);
            };
            let size = number(&header[124..136]).ok_or(TarError::Damaged("a size is no number"))?;
            self.content = size;
            self.padding = size.next_multiple_of(BLOCK as u64) - size;
            let kind = header[156];
            match kind {
                b'L' => name = Some(self.long_name()?),
                b'K' => target = Some(self.long_name()?),
                _ => return self.described(&header, name, target).map(Some),
            }
        }
    }

    fn described(
        &mut self,
        header: &[u8; BLOCK],
        name: Option<Vec<u8>>,
        target: Option<Vec<u8>>,
    ) -> Result<Entry, TarError> {
        let name = name.unwrap_or_else(|| {
            let short = text(&header[..100]);
            // POSIX's ustar splits long names; GNU's form uses these bytes for other things.
            let prefix: &[u8] = match &header[257..263] {
                b"ustar\0" => text(&header[345..500]),
                _ => b"",
            };
            match prefix {
                b"" => short.to_vec(),
                _ => [prefix, b"/", short].concat(),
            }
        });
        let target = target.unwrap_or_else(|| text(&header[157..257]).to_vec());
        let path = inside(&name)?;
        let kind = match header[156] {
            b'0' | b'\0' | b'7' => Kind::File,
            b'5' => Kind::Folder,
            b'2' => Kind::Link(target),
            b'1' => Kind::HardLink(inside(&target)?),
            _ => return Err(refused(&name, "it is neither file, folder nor link")),
        };
        let field = |range: std::ops::Range<usize>| {
            number(&header[range]).ok_or(TarError::Damaged("a field is no number"))
        };
        Ok(Entry {
            path,
            mode: (field(100..108)? & 0o7777) as u32,
            modified: field(136..148)?,
            size: if kind == Kind::File { self.content } else { 0 },
            kind,
        })
    }

    /// A header whose sum is right; none at the end of the archive.
    fn header(&mut self) -> Result<Option<[u8; BLOCK]>, TarError> {
        let mut header = [0; BLOCK];
        let mut have = 0;
        while have < BLOCK {
            match self.stream.read(&mut header[have..])? {
                0 if have == 0 => return Ok(None),
                0 => return Err(TarError::Damaged("it ends within a header")),
                n => have += n,
            }
        }
        self.taken += BLOCK as u64;
        if header.iter().all(|b| *b == 0) {
            return Ok(None);
        }
        let told = number(&header[148..156]).ok_or(TarError::Damaged("a sum is no number"))?;
        let sum: u64 = header
            .iter()
            .enumerate()
            .map(|(i, b)| u64::from(if (148..156).contains(&i) { b' ' } else { *b }))
            .sum();
        if sum != told {
            return Err(TarError::Damaged("the sum of a header is wrong"));
        }
        Ok(Some(header))
    }

    fn long_name(&mut self) -> Result<Vec<u8>, TarError> {
        if self.content > LONGEST_NAME {
            return Err(TarError::Damaged("a name is longer than 4096 bytes"));
        }
        let mut name = Vec::new();
        self.read_to_end(&mut name)?;
        Ok(text(&name).to_vec())
    }

    fn skip(&mut self, bytes: u64) -> Result<(), TarError> {
        let skipped = io::copy(&mut (&mut self.stream).take(bytes), &mut io::sink())?;
        self.taken += skipped;
        (self.content, self.padding) = (0, 0);
        if skipped < bytes {
            return Err(TarError::Damaged("it ends within a file"));
        }
        Ok(())
    }
}

/// Content of the present entry.
impl<R: Read> Read for Archive<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.content)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let n = self.stream.read(&mut buffer[..most])?;
        if n == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the archive ends within a file",
            ));
        }
        self.content -= n as u64;
        self.taken += n as u64;
        Ok(n)
    }
}

fn refused(name: &[u8], why: &'static str) -> TarError {
    TarError::Refused(String::from_utf8_lossy(name).into_owned(), why)
}

/// A path made relative to the root; one that climbs out of it is refused.
fn inside(name: &[u8]) -> Result<Vec<u8>, TarError> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in name.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => return Err(refused(name, "it leads out of the archive")),
            _ => parts.push(part),
        }
    }
    Ok(parts.join(&b'/'))
}

/// A field up to its first zero byte.
fn text(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|b| *b == 0).unwrap_or(field.len());
    &field[..end]
}

/// A number in octal digits, or in GNU's form for large ones.
fn number(field: &[u8]) -> Option<u64> {
    let first = *field.first()?;
    if first & 0x80 != 0 {
        let start = u64::from(first & 0x7f);
        return field[1..].iter().try_fold(start, |n, byte| {
            let n = n.checked_mul(256)? + u64::from(*byte);
            (n < 1 << 48).then_some(n)
        });
    }
    let digits = std::str::from_utf8(text(field)).ok()?.trim();
    match digits {
        "" => Some(0),
        _ => u64::from_str_radix(digits, 8).ok(),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One entry with its content, as `tar` writes it.
    pub fn block(name: &str, kind: u8, target: &str, content: &[u8]) -> Vec<u8> {
        let mut header = [0u8; BLOCK];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000755");
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[136..147].copy_from_slice(b"00000000144");
        header[156] = kind;
        header[157..157 + target.len()].copy_from_slice(target.as_bytes());
        header[257..265].copy_from_slice(b"ustar  \0");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        let mut out = header.to_vec();
        out.extend(content);
        out.resize(out.len().next_multiple_of(BLOCK), 0);
        out
    }

    fn all(bytes: &[u8]) -> Result<Vec<(String, Kind, Vec<u8>)>, TarError> {
        let mut archive = Archive::new(bytes);
        let mut out = Vec::new();
        while let Some(entry) = archive.entry()? {
            let mut content = Vec::new();
            archive.read_to_end(&mut content)?;
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            out.push((path, entry.kind, content));
        }
        Ok(out)
    }

    #[test]
    fn files_folders_and_links_are_read() -> Result<(), TarError> {
        let long = "x/".repeat(100) + "end";
        let bytes = [
            block("./", b'5', "", b""),
            block("./usr/a", b'0', "", b"content"),
            block("./usr/l", b'2', "../b", b""),
            block("./usr/h", b'1', "./usr/a", b""),
            block("././@LongLink", b'L', "", format!("./{long}\0").as_bytes()),
            block("./cut", b'0', "", &[7; 600]),
            vec![0; 2 * BLOCK],
        ]
        .concat();
        let found = all(&bytes)?;
        let expected: Vec<(String, Kind, Vec<u8>)> = vec![
            (String::new(), Kind::Folder, Vec::new()),
            ("usr/a".into(), Kind::File, b"content".to_vec()),
            ("usr/l".into(), Kind::Link(b"../b".to_vec()), Vec::new()),
            (
                "usr/h".into(),
                Kind::HardLink(b"usr/a".to_vec()),
                Vec::new(),
            ),
            (long, Kind::File, vec![7; 600]),
        ];
        assert_eq!(found, expected);
        Ok(())
    }

    #[test]
    fn numbers_come_in_two_forms() {
        assert_eq!(number(b"0000755\0"), Some(0o755));
        assert_eq!(number(b"\x80\0\0\0\0\0\x01\0"), Some(256));
        assert_eq!(number(b"\xff\xff\xff\xff\xff\xff\xff\xff"), None);
        assert_eq!(number(b"12x"), None);
    }

    #[test]
    fn content_that_is_not_read_is_passed_over() -> Result<(), TarError> {
        let bytes = [block("a", b'0', "", &[1; 1000]), block("b", b'0', "", b"")].concat();
        let mut archive = Archive::new(&bytes[..]);
        let first = archive.entry()?.map(|e| (e.size, e.mode, e.modified));
        assert_eq!(first, Some((1000, 0o755, 100)));
        assert_eq!(archive.entry()?.map(|e| e.path), Some(b"b".to_vec()));
        assert_eq!(archive.entry()?, None);
        Ok(())
    }

    #[test]
    fn what_leads_out_or_is_cut_is_refused() {
        let told = |bytes: &[u8]| {
            all(bytes)
                .map_err(|e| e.to_string())
                .err()
                .unwrap_or_default()
        };
        assert_eq!(
            told(&block("../etc/passwd", b'0', "", b"")),
            "../etc/passwd: it leads out of the archive"
        );
        assert!(told(&block("d", b'3', "", b"")).contains("neither file"));
        let whole = block("a", b'0', "", &[1; 1000]);
        assert!(told(&whole[..700]).contains("ends within a file"));
        assert!(told(&whole[..100]).contains("ends within a header"));
        let mut wrong = whole;
        wrong[0] ^= 1;
        assert!(told(&wrong).contains("sum of a header is wrong"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
            let _ = all(&bytes);
        }

        #[test]
        fn no_field_makes_it_panic(field in proptest::collection::vec(any::<u8>(), 0..13)) {
            let _ = number(&field);
        }
    }
}
