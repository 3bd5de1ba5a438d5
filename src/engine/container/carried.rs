//! What a container must have of this machine to run this program, whatever its image: the program,
//! its dynamic loader and its libraries.

use std::io;
use std::path::{Path, PathBuf};

/// A file of this machine and its name in the folder that carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    pub name: String,
    pub path: PathBuf,
}

/// This program's files.
#[derive(Debug, Clone)]
pub struct Files {
    pub program: PathBuf,
    /// None in a program that is linked statically.
    pub loader: Option<PathBuf>,
    pub libraries: Vec<Carried>,
}

impl Files {
    /// Reads which files this process runs from.
    ///
    /// # Errors
    /// When `/proc` is not there, and when the program was replaced since it was started: the file
    /// at its path would be another one.
    pub fn of_this_process() -> io::Result<Files> {
        let program = std::fs::read_link("/proc/self/exe")?;
        let running = rustix::fs::stat("/proc/self/exe")?;
        let same = rustix::fs::stat(&program)
            .is_ok_and(|s| (s.st_dev, s.st_ino) == (running.st_dev, running.st_ino));
        if !same {
            let text = format!("{} was replaced since it was started", program.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, text));
        }
        let maps = std::fs::read_to_string("/proc/self/maps")?;
        let mut loader = None;
        let mut libraries = Vec::new();
        for path in mapped(&maps, &program) {
            match name_of(&path) {
                Some(name) if name.starts_with("ld-") => loader = Some(path),
                Some(name) => libraries.push(Carried {
                    name: asked_for(&path).unwrap_or(name),
                    path,
                }),
                None => {}
            }
        }
        Ok(Files {
            program,
            loader,
            libraries,
        })
    }
}

/// Shared objects of a `/proc/PID/maps`, each once.
fn mapped(maps: &str, program: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = maps
        .lines()
        .filter_map(|line| line.find('/').map(|at| PathBuf::from(&line[at..])))
        .filter(|path| path != program)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The link by which a library is found whose file has its release in its name instead:
/// `libc.so.6` leads to `libc-2.31.so`.
fn asked_for(path: &Path) -> Option<String> {
    let file = path.file_name()?.to_str()?;
    if !file.ends_with(".so") {
        return None;
    }
    let links = std::fs::read_dir(path.parent()?).ok()?.flatten();
    links
        .filter(|link| std::fs::read_link(link.path()).is_ok_and(|t| t.as_os_str() == file))
        .filter_map(|link| link.file_name().into_string().ok())
        .find(|name| name.contains(".so."))
}

/// The name of a library's file. Files that are no libraries are mapped too (locales, caches).
fn name_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let is = name.ends_with(".so") || name.contains(".so.");
    is.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Files, asked_for, mapped, name_of};
    use std::path::{Path, PathBuf};

    #[test]
    fn each_library_counts_once_and_the_program_does_not() {
        let maps = "1-2 r-xp 00000000 08:01 1    /opt/shakedown\n\
                    2-3 r--p 00000000 08:01 2    /lib/x/libc.so.6\n\
                    3-4 r-xp 00001000 08:01 2    /lib/x/libc.so.6\n\
                    4-5 rw-p 00000000 00:00 0    [heap]\n\
                    5-6 r--p 00000000 08:01 3    /usr/lib/locale/C.utf8/LC_CTYPE\n";
        let found = mapped(maps, Path::new("/opt/shakedown"));
        let names: Vec<_> = found.iter().filter_map(|p| name_of(p)).collect();
        assert_eq!(names, ["libc.so.6"]);
    }

    #[test]
    fn a_library_goes_by_the_link_that_leads_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("libc-2.31.so");
        std::fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink("libc-2.31.so", dir.path().join("libc.so.6")).unwrap();
        assert_eq!(asked_for(&file).as_deref(), Some("libc.so.6"));
        assert_eq!(asked_for(&dir.path().join("libc.so.6")), None);
    }

    #[test]
    fn this_process_has_a_program() {
        let files = Files::of_this_process().unwrap();
        assert_ne!(files.program, PathBuf::new());
        assert_eq!(files.loader.is_some(), !files.libraries.is_empty());
    }
}
