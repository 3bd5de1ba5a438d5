//! Which files are scenarios.

use super::error::{Problem, ScenarioError};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 64;

/// The scenario files of `paths`, each once: a named file as it is; of a folder, sorted by path,
/// every `.yaml` or `.yml` with a top-level `scenario:` key. Files without it (worlds to include,
/// manifests of components) and hidden folders are passed over; a folder that links to itself is
/// looked into once.
///
/// # Errors
/// A path that does not exist, or a folder that cannot be read.
pub fn discover(paths: &[PathBuf]) -> Result<Vec<PathBuf>, ScenarioError> {
    let mut walk = Walk::default();
    for path in paths {
        let meta = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
        if meta.is_dir() {
            walk.folder(path, 0)?;
        } else {
            walk.found(path.clone());
        }
    }
    Ok(walk.files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> ScenarioError {
    let problem = match error.kind() {
        std::io::ErrorKind::NotFound => {
            Problem::new("scenario::not-found", "there is no such file or folder")
        }
        _ => Problem::new("scenario::unreadable", format!("cannot be read: {error}")),
    };
    ScenarioError::one(path, problem)
}

#[derive(Default)]
struct Walk {
    files: Vec<PathBuf>,
    /// Files found, as they are named.
    known: HashSet<PathBuf>,
    /// Folders looked into, by their canonical paths.
    seen: HashSet<PathBuf>,
}

impl Walk {
    fn found(&mut self, path: PathBuf) {
        if self.known.insert(path.clone()) {
            self.files.push(path);
        }
    }

    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), ScenarioError> {
        let canonical = folder.canonicalize().map_err(|e| unreadable(folder, &e))?;
        if depth > MAX_DEPTH || !self.seen.insert(canonical) {
            return Ok(());
        }
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
            entries.push(entry.map_err(|e| unreadable(folder, &e))?);
        }
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            // A link that leads nowhere is no scenario.
            let kind = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => match std::fs::metadata(&path) {
                    Ok(meta) => meta.file_type(),
                    Err(_) => continue,
                },
                Ok(kind) => kind,
                Err(error) => return Err(unreadable(&path, &error)),
            };
            if kind.is_dir() {
                self.folder(&path, depth + 1)?;
            } else if kind.is_file() && has_extension(&path) && is_scenario(&path)? {
                self.found(path);
            }
        }
        Ok(())
    }
}

fn has_extension(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml"))
}

fn is_scenario(path: &Path) -> Result<bool, ScenarioError> {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?
            .take(crate::yaml::MAX_BYTES as u64)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|e| unreadable(path, &e))?;
    Ok(looks_like_scenario(&bytes))
}

/// Whether a line begins with the key `scenario`. Not parsed as YAML, so that a broken scenario is
/// found too, and told of when it is loaded.
fn looks_like_scenario(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.split(|b| *b == b'\n').any(|line| {
        let line = match line.strip_prefix(b"{") {
            Some(inner) => inner.trim_ascii_start(),
            None => line,
        };
        [b"scenario".as_slice(), b"\"scenario\"", b"'scenario'"]
            .iter()
            .filter_map(|key| line.strip_prefix(*key))
            .any(|rest| rest.trim_ascii_start().starts_with(b":"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_told_by_its_key() {
        for yes in [
            "scenario: x",
            "# c\nscenario : x",
            "\u{feff}scenario: x",
            "{ scenario: x }",
            "'scenario': x\r\n",
            "world: {}\nscenario: [",
        ] {
            assert!(looks_like_scenario(yes.as_bytes()), "{yes}");
        }
        for no in [
            "world: {}",
            "a:\n  scenario: x",
            "scenarios: x",
            "# scenario: x",
            "text: |\n scenario: x",
            "",
        ] {
            assert!(!looks_like_scenario(no.as_bytes()), "{no}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn folders_are_walked_in_order_and_links_do_not_loop() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir_all(at("b/c")).unwrap();
        std::fs::create_dir_all(at(".git")).unwrap();
        for name in ["b/z.yaml", "b/c/a.yml", "a.yaml", ".git/x.yaml"] {
            std::fs::write(at(name), "scenario: x\n").unwrap();
        }
        std::fs::write(at("b/component.yaml"), "name: x\n").unwrap();
        std::fs::write(at("b/world.yaml"), "world: {}\n").unwrap();
        std::fs::write(at("b/notes.txt"), "scenario: x\n").unwrap();
        std::os::unix::fs::symlink("..", at("b/up")).unwrap();
        std::os::unix::fs::symlink("nowhere", at("b/dangling.yaml")).unwrap();
        let found = discover(&[dir.path().to_owned(), at("a.yaml"), at("b/world.yaml")]).unwrap();
        let want = ["a.yaml", "b/c/a.yml", "b/z.yaml", "b/world.yaml"].map(at);
        assert_eq!(found, want);
    }

    #[test]
    fn a_path_that_does_not_exist_is_an_error() {
        let error = discover(&[PathBuf::from("no/such/folder")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no/such/folder: there is no such file or folder"
        );
    }
}
