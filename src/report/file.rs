//! Report files are written whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder that a report was to go to.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: there is no folder {}", .path.display(), .folder.display())]
pub struct NoFolder {
    pub path: PathBuf,
    pub folder: PathBuf,
}

/// Checks that the folder of a report file is there; `-` needs none.
///
/// # Errors
/// It is not: none is made, a mistyped path is likelier than a wanted one.
pub fn has_folder(path: &Path) -> Result<(), NoFolder> {
    let folder = folder_of(path);
    if folder.is_dir() {
        return Ok(());
    }
    Err(NoFolder {
        path: path.to_owned(),
        folder: folder.to_owned(),
    })
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}

/// A report file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", .path.display())]
pub struct WriteError {
    pub path: PathBuf,
    pub source: std::io::Error,
}

/// Writes a file beside its place and renames it there; its folder must be there.
/// A device such as `/dev/stdout` is written in place.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    let fail = |source| WriteError {
        path: path.to_owned(),
        source,
    };
    if let Ok(meta) = std::fs::metadata(path)
        && !meta.is_file()
        && !meta.is_dir()
    {
        return std::fs::write(path, content).map_err(fail);
    }
    let folder = folder_of(path);
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = folder.join(name);
    let written = (|| {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    })();
    written.map_err(|e| {
        let _ = std::fs::remove_file(&beside);
        fail(e)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() -> Result<(), Box<dyn std::error::Error>>
    {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("report.xml");
        write_whole(&path, b"one")?;
        write_whole(&path, b"two")?;
        assert_eq!(std::fs::read(&path)?, b"two");
        assert_eq!(std::fs::read_dir(dir.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn a_missing_folder_is_named_and_not_made() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let error = has_folder(&dir.path().join("deep/er/x.xml")).expect_err("no such folder");
        assert!(error.to_string().ends_with("deep/er"), "{error}");
        assert!(write_whole(&dir.path().join("deep/er/x.xml"), b"one").is_err());
        assert!(!dir.path().join("deep").exists());
        assert!(has_folder(&dir.path().join("x.xml")).is_ok());
        assert!(has_folder(Path::new("-")).is_ok() && has_folder(Path::new("x.xml")).is_ok());
        Ok(())
    }

    #[test]
    fn a_folder_in_the_way_is_an_error_that_names_it() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("report.xml");
        std::fs::create_dir(&path)?;
        let error = write_whole(&path, b"one").expect_err("a folder is no file");
        assert!(error.to_string().contains("report.xml"), "{error}");
        assert_eq!(std::fs::read_dir(dir.path())?.count(), 1);
        Ok(())
    }
}
