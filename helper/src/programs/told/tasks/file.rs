//! Files of tasks: Windows keeps each definition in `System32\Tasks`, in UTF-16 with its mark.

use std::io;
use std::path::PathBuf;

/// Where a task's file is; none off Windows, and for an address that leads elsewhere.
fn place(address: &str) -> Option<PathBuf> {
    if !cfg!(windows) {
        return None;
    }
    let mut path = PathBuf::from(std::env::var_os("SystemRoot")?);
    path.push(r"System32\Tasks");
    for part in parts(address)? {
        path.push(part);
    }
    Some(path)
}

/// Folders and name of an address; none where one of them is no name of a file.
pub fn parts(address: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = address.split('\\').filter(|p| !p.is_empty()).collect();
    let plain = |p: &&str| {
        !p.contains(['/', ':', '*', '?', '"', '<', '>', '|', '\0'])
            && !p.trim_matches(['.', ' ']).is_empty()
    };
    (!parts.is_empty() && parts.iter().all(plain)).then_some(parts)
}

/// A definition as the file has it.
pub fn content(document: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(document.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Writes a task's file, with its folders.
pub fn write(address: &str, document: &str) -> io::Result<()> {
    let Some(path) = place(address) else {
        return Ok(());
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, content(document))
}

/// Removes a task's file; folders stay, as on Windows.
pub fn remove(address: &str) {
    if let Some(path) = place(address) {
        // A declared task has no file.
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_below_its_folder() {
        assert_eq!(parts(r"\Bright\Scan"), Some(vec!["Bright", "Scan"]));
        for bad in [
            "",
            r"\",
            r"\..\x",
            r"\a\..",
            r"\a\ . \b",
            r"\C:\x",
            r"\a|b",
            "\\a\0b",
        ] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_file_is_utf_16_with_its_mark() {
        assert_eq!(content("<é"), [0xff, 0xfe, b'<', 0, 0xe9, 0]);
    }
}
