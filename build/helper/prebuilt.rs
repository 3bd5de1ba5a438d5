//! The record beside a helper EXE: of which sources it is, and what compiled it.

use super::sources::hex;
use sha2::{Digest, Sha256};
use std::fmt;
use std::io;

/// Keys of the record's lines, in their order.
const KEYS: [&str; 4] = ["sources", "exe", "rustc", "linker"];

/// `shakedown-helper.txt`: one `key: value` in a line; lines that begin with `#` are remarks.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// Values by [`KEYS`].
    values: [String; 4],
}

impl Record {
    /// Of an EXE that was just built from these sources with these tools (rustc, linker).
    pub fn new(sources: &str, exe: &[u8], [rustc, linker]: &[String; 2]) -> Self {
        let exe = hex(&Sha256::digest(exe));
        Self {
            values: [sources.to_owned(), exe, rustc.clone(), linker.clone()],
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// A key is missing.
    pub fn parse(text: &str) -> io::Result<Self> {
        let value = |key: &str| {
            let found = text.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                (name == key).then(|| value.trim().to_owned())
            });
            found.ok_or_else(|| {
                io::Error::other(format!("the prebuilt one's record has no `{key}:`"))
            })
        };
        let [sources, exe, rustc, linker] = KEYS.map(value);
        Ok(Self {
            values: [sources?, exe?, rustc?, linker?],
        })
    }

    /// Whether the EXE is the one recorded, and of these sources where they are known.
    ///
    /// # Errors
    /// It is not.
    pub fn fits(&self, exe: &[u8], sources: Option<&str>) -> io::Result<()> {
        let [of_sources, of_exe, ..] = &self.values;
        if *of_exe != hex(&Sha256::digest(exe)) {
            return Err(io::Error::other("the prebuilt one is not the one recorded"));
        }
        if sources.is_some_and(|s| s != of_sources) {
            return Err(io::Error::other("the prebuilt one is of other sources"));
        }
        Ok(())
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Made by scripts/prebuild-helper; SHA-256 of the helper's sources and of the EXE."
        )?;
        for (key, value) in KEYS.iter().zip(&self.values) {
            writeln!(f, "{key}: {value}")?;
        }
        Ok(())
    }
}
