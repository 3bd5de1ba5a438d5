//! What is laid over PowerShell (`powershell/`), which the binary carries.

use crate::helper::hex;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folder of it, and the table of its files that is compiled in.
const FOLDER: &str = "powershell";
const TABLE: &str = "powershell.rs";
/// Files that are taken, by their endings: a backup of an editor is none of them.
const ENDINGS: [&str; 8] = ["ps1", "psm1", "psd1", "ps1xml", "cs", "txt", "json", "toml"];
/// Files at its root that change nothing on a device: they are not part of the digest.
const ABOUT: [&str; 1] = ["release.toml"];

/// Writes the table of files to `OUT_DIR` and names their digest to the compiler:
/// `SHAKEDOWN_POWERSHELL_DIGEST`, sixteen hexadecimal digits.
///
/// # Errors
/// A file cannot be read, or the table not be written.
pub fn embed(root: &Path) -> io::Result<()> {
    println!("cargo:rerun-if-changed=build/powershell.rs");
    println!("cargo:rerun-if-changed={FOLDER}");
    let folder = root.join(FOLDER);
    let mut files = Vec::new();
    below(&folder, &mut files)?;
    let name = |file: &PathBuf| {
        let name = file.strip_prefix(&folder).ok().and_then(Path::to_str);
        name.map(|n| n.replace('\\', "/"))
            .ok_or_else(|| io::Error::other(format!("{}: its name is no text", file.display())))
    };
    let named: io::Result<Vec<_>> = files.into_iter().map(|f| Ok((name(&f)?, f))).collect();
    let mut named = named?;
    // As texts, not as paths: files are looked for by their names.
    named.sort();
    let (mut table, mut hash) = (String::from("[\n"), Sha256::new());
    for (name, file) in named {
        let content = fs::read(&file)?;
        if !ABOUT.contains(&name.as_str()) {
            hash.update(format!("{name}\0{}\0", content.len()));
            hash.update(&content);
        }
        // Writing to a text cannot fail.
        let _ = writeln!(table, "    ({name:?}, include_bytes!({file:?})),");
    }
    table.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join(TABLE), table)?;
    let digest = hex(&hash.finalize()[..8]);
    println!("cargo:rustc-env=SHAKEDOWN_POWERSHELL_DIGEST={digest}");
    Ok(())
}

fn below(folder: &Path, out: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|e| e.to_str());
        if path.is_dir() {
            below(&path, out)?;
        } else if ending.is_some_and(|e| ENDINGS.contains(&e)) {
            out.push(path);
        }
    }
    Ok(())
}
