//! The helper of this machine: this same binary, started under a first argument of its own.

use crate::engine::windows::link::{Link, Listener};
use shakedown_helper::resident::{self, Place};
use std::io;
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The first argument by which this binary is the helper.
const ROLE: &str = "helper-of-this-machine";

/// `DETACHED_PROCESS`: without a console, so that what ends the harness's console is not the end of
/// the helper before its jobs are ended.
const DETACHED: u32 = 0x0000_0008;

/// Makes this process the helper, or the holder of a console, where it was started as one; must be
/// called before anything else is done.
pub fn maybe_become_helper() {
    let role = std::env::args_os().nth(1).unwrap_or_default();
    if role == ROLE {
        std::process::exit(resident::run(Place::Machine));
    }
    if role == resident::HOLD {
        resident::hold();
    }
}

/// Starts the helper; it ends with the link, and every job with it.
pub fn start(listener: Arc<dyn Listener>) -> io::Result<Arc<Link>> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(ROLE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .creation_flags(DETACHED)
        .spawn()?;
    let missing = || io::Error::other("a pipe of the helper is missing");
    let stdin = child.stdin.take().ok_or_else(missing)?;
    let stdout = child.stdout.take().ok_or_else(missing)?;
    Link::start(stdin, stdout, listener)
}

/// A new folder that is gone with this value.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes one in a folder that is there.
    pub fn new(within: &Path) -> io::Result<Folder> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("shakedown-{}-{number}", std::process::id());
        let path = within.join(name);
        std::fs::create_dir(&path)?;
        Ok(Folder(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in a temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
