//! The file that tells a server's port: written whole, and never over a file that is none.

use std::io::Read;
use std::path::{Path, PathBuf};

/// More bytes than a port's number and its line end have.
const MORE: u64 = 16;

/// A port file: nothing but its own or a stale one is ever removed.
pub struct PortFile {
    path: PathBuf,
}

impl PortFile {
    /// Takes a place for the file. A stale one of a server that was killed is removed, so that
    /// nobody takes its number for the new one.
    ///
    /// # Errors
    /// Something else stands there; it is left as it is.
    pub fn at(path: &Path) -> Result<PortFile, String> {
        match std::fs::symlink_metadata(path) {
            // A folder that is not there is told when the file is written.
            Err(_) => {}
            Ok(there) if there.is_file() && holds_a_number(path) => {
                std::fs::remove_file(path)
                    .map_err(|e| format!("cannot remove {}: {e}", path.display()))?;
            }
            Ok(_) => {
                return Err(format!(
                    "{} is there and is no port file\n  help: name a file that is not there yet; only one that holds nothing but a number is replaced",
                    path.display()
                ));
            }
        }
        Ok(PortFile {
            path: path.to_owned(),
        })
    }

    /// The port's number, there whole or not at all.
    pub fn write(&self, port: u16) -> std::io::Result<()> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = self
            .path
            .with_file_name(format!(".{name}.{}", std::process::id()));
        std::fs::write(&temporary, text(port))?;
        std::fs::rename(&temporary, &self.path).inspect_err(|_| {
            let _ = std::fs::remove_file(&temporary);
        })
    }

    /// Removes it, where it still tells this port.
    pub fn remove(&self, port: u16) {
        if content(&self.path).is_some_and(|told| told == text(port)) {
            // Gone already is as good.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn text(port: u16) -> String {
    format!("{port}\n")
}

/// The file's text where it is as short as a port's number.
fn content(path: &Path) -> Option<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(MORE).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Nothing is lost with an empty file either: `mktemp` makes such ones.
fn holds_a_number(path: &Path) -> bool {
    content(path).is_some_and(|text| {
        let number = text.trim_end();
        number.is_empty() || number.parse::<u16>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_port_files_are_replaced_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("port");
        for stale in ["", "8080\n", "8080"] {
            std::fs::write(&path, stale).unwrap();
            PortFile::at(&path).unwrap();
            assert!(!path.exists(), "{stale:?} is gone before the start");
        }
        for other in [
            "notes\n",
            "80 81\n",
            "80\n81\n",
            "99999\n",
            "1234567890123456789",
        ] {
            std::fs::write(&path, other).unwrap();
            let error = PortFile::at(&path).err().unwrap_or_default();
            assert!(error.contains("help:"), "{other:?}: {error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), other);
        }
        assert!(PortFile::at(dir.path()).is_err(), "a folder is none");
        std::fs::remove_file(&path).unwrap();
        let file = PortFile::at(&path).unwrap();
        file.write(80).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "80\n");
        std::fs::write(&path, "81\n").unwrap();
        file.remove(80);
        assert!(path.exists(), "it is another server's by now");
        file.remove(81);
        assert!(!path.exists());
    }
}
