//! Files and lines as the text programs take them.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

/// Longest line that is looked at as one; the rest of a longer one counts as the next line.
const LONGEST_LINE: u64 = 16 << 20;

/// Calls `each` with every line without its end; `false` from it stops.
pub fn lines(from: &mut dyn BufRead, mut each: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut *from)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(());
        }
        if line.last() == Some(&b'\n') {
            line.pop();
            if line.last() == Some(&b'\r') {
                line.pop();
            }
        }
        if !each(&line) {
            return Ok(());
        }
    }
}

/// A file for reading by lines; UTF-16 with a byte order mark comes as UTF-8.
pub fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut file = File::open(path)?;
    let mut start = Vec::new();
    (&mut file).take(2).read_to_end(&mut start)?;
    if start == [0xff, 0xfe] {
        let mut rest = Vec::new();
        file.read_to_end(&mut rest)?;
        let wide: Vec<u16> = rest
            .chunks_exact(2)
            .map(|c| u16::from_le_bytes([c[0], c[1]]))
            .collect();
        return Ok(Box::new(io::Cursor::new(String::from_utf16_lossy(&wide))));
    }
    Ok(Box::new(io::BufReader::new(
        io::Cursor::new(start).chain(file),
    )))
}

/// The files a name with `*` and `?` in its last part stands for, by name; one without them stands
/// for itself, there or not.
pub fn expand(name: &str) -> Vec<PathBuf> {
    if !name.contains(['*', '?']) {
        return vec![PathBuf::from(name)];
    }
    let cut = name.rfind(['\\', '/', ':']).map_or(0, |at| at + 1);
    let (folder, pattern) = name.split_at(cut);
    let mut found = matching(
        Path::new(if folder.is_empty() { "." } else { folder }),
        pattern,
    );
    for path in &mut found {
        if let Some(file) = path.file_name() {
            *path = PathBuf::from(format!("{folder}{}", file.to_string_lossy()));
        }
    }
    found
}

/// Files of a folder whose names fit a pattern, by name.
pub fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|e| e.file_type().is_ok_and(|t| !t.is_dir()))
        .filter(|e| wild(pattern, &e.file_name().to_string_lossy()))
        .map(|e| e.path())
        .collect();
    found.sort();
    found
}

/// Whether a file name fits a pattern with `*` and `?`, case aside; `*.*` fits names without a dot too.
#[must_use]
pub fn wild(pattern: &str, name: &str) -> bool {
    let pattern = if pattern == "*.*" { "*" } else { pattern };
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let name: Vec<char> = name.to_lowercase().chars().collect();
    // Places in the pattern that the name so far can have led to.
    let mut at = vec![false; pattern.len() + 1];
    at[0] = true;
    close(&pattern, &mut at);
    for c in name {
        let mut next = vec![false; pattern.len() + 1];
        for (i, p) in pattern.iter().enumerate() {
            if at[i] {
                match p {
                    '*' => next[i] = true,
                    '?' => next[i + 1] = true,
                    p if *p == c => next[i + 1] = true,
                    _ => {}
                }
            }
        }
        close(&pattern, &mut next);
        at = next;
    }
    at[pattern.len()]
}

fn close(pattern: &[char], at: &mut [bool]) {
    for (i, p) in pattern.iter().enumerate() {
        if at[i] && *p == '*' {
            at[i + 1] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, name, fits) in [
            ("*.ini", "WIN.INI", true),
            ("*.*", "hosts", true),
            ("a?c*", "abcd", true),
            ("a?c", "ac", false),
            ("*a*b", "xaxb", true),
            ("", "x", false),
        ] {
            assert_eq!(wild(pattern, name), fits, "{pattern} {name}");
        }
    }
}
