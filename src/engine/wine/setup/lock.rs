//! One setup at a time in a cache.

use super::error::{Outcome, SetupError, at};
use rustix::fs::FlockOperation;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

/// Held while something is made or removed; the kernel gives it up with the process.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a cache's `wine` folder, which is made where it is not there.
    pub fn take(wine: &Path) -> Outcome<Lock> {
        fs::create_dir_all(wine).map_err(at("make", wine))?;
        let path = wine.join("lock");
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(at("open", &path))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                // Who holds it is only told; without a number the message says as much.
                let _ = (&mut file).take(20).read_to_string(&mut holder);
                let by = match holder.trim().parse::<u32>() {
                    Ok(pid) => format!(" (process {pid})"),
                    Err(_) => String::new(),
                };
                return Err(SetupError::new(
                    format!("another setup{by} works in {}", wine.display()),
                    "wait for its end, or end it, and run this again",
                ));
            }
            Err(e) => return Err(at("lock", &path)(e.into())),
        }
        let pid = format!("{}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.write_all(pid.as_bytes()))
            .map_err(at("write", &path))?;
        Ok(Lock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn the_second_is_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let held = Lock::take(dir.path()).unwrap();
        let second = Lock::take(dir.path()).unwrap_err().to_string();
        let pid = format!("(process {})", std::process::id());
        assert!(second.contains(&pid), "{second}");
        drop(held);
        Lock::take(dir.path()).unwrap();
    }
}
