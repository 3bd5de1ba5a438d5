//! Lays layers over one another, those too of which one lies within another.

use super::Step;
use crate::engine::sandbox::sys;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Folders of one overlay.
pub struct Overlay<'a> {
    /// Lower layers, topmost first.
    pub lower: &'a [PathBuf],
    pub upper: &'a Path,
    pub work: &'a Path,
    /// Marks go into user attributes: all that a normal user may write.
    pub reduced: bool,
}

/// Lays it on `target`. `number` tells its own folders in `base` from those of others.
///
/// # Errors
/// The kernel's, with the step.
pub fn lay(
    overlay: &Overlay<'_>,
    target: &Path,
    base: &Path,
    number: usize,
) -> Result<(), super::Failure> {
    let what = || format!("lay the files of {}", target.display());
    match mount(overlay, overlay.lower, target) {
        // "Too many links": one layer is part of another, as a cache is of the host's own root.
        Err(e) if e.raw_os_error() == Some(libc::ELOOP) && overlay.lower.len() > 1 => {
            let apart = set_apart(overlay, base, number)
                .step(|| format!("{}, one layer lies within another", what()))?;
            // The kernel stacks two overlays at most.
            mount(overlay, &apart, target).step(|| {
                format!(
                    "{}: one layer lies within another, which a root that is an overlay itself does \
                     not allow; keep them on different file systems",
                    what()
                )
            })
        }
        other => other.step(what),
    }
}

/// The layers above the last as one of another file system: the kernel refuses layers of which one
/// is part of another by their folders, and these are then no longer the same ones.
fn set_apart(overlay: &Overlay<'_>, base: &Path, number: usize) -> io::Result<Vec<PathBuf>> {
    let Some((last, above)) = overlay.lower.split_last() else {
        return Ok(Vec::new());
    };
    let folder = |name: &str| {
        let path = base.join(format!("{name}{number}"));
        fs::create_dir(&path).map(|()| path)
    };
    // An overlay without an upper layer wants two lower ones.
    let (merged, nothing) = (folder("merged")?, folder("nothing")?);
    let mut layers = above.to_vec();
    layers.push(nothing);
    let options = format!("lowerdir={}", listed(&layers));
    sys::mount(
        b"shakedown",
        merged.as_os_str().as_bytes(),
        "overlay",
        0,
        options.as_bytes(),
    )?;
    Ok(vec![merged, last.clone()])
}

fn mount(overlay: &Overlay<'_>, lower: &[PathBuf], target: &Path) -> io::Result<()> {
    let marks = match overlay.reduced {
        true => "userxattr",
        false => "redirect_dir=off,metacopy=off",
    };
    let options = format!(
        "lowerdir={},upperdir={},workdir={},{marks}",
        listed(lower),
        overlay.upper.display(),
        overlay.work.display(),
    );
    let target = target.as_os_str().as_bytes();
    sys::mount(b"shakedown", target, "overlay", 0, options.as_bytes())
}

fn listed(layers: &[PathBuf]) -> String {
    let layers: Vec<String> = layers.iter().map(|l| l.display().to_string()).collect();
    layers.join(":")
}
