//! `setup powershell`: from the official release to a layer of Windows devices.
//!
//! ```text
//!  powershell-release-VERSION.zip.partial   ─► its hash is checked before a byte is unpacked
//!  powershell-release-VERSION.partial/      ─► powershell-release-VERSION/, described in ...json
//!  powershell-VERSION-DIGEST.partial/       ─► adapted, ours laid over it, compiled and proved on
//!                                              devices ─► powershell-VERSION-DIGEST/ and its ...json
//! ```
//! A run that fails leaves nothing but what was there before it and, where the connection was cut or
//! the user ended it, the part of the zip that is here. The release stays, so that a shakedown with
//! other files lays and compiles only its own.

mod adapt;
mod fetch;
mod hashes;
mod lay;
mod manifest;
mod prove;
mod release;
mod source;
pub mod state;
mod version;

pub use fetch::Patience;

use super::error::{Outcome, SetupError, at};
use super::{Step, Watch, Work, devices_are_whole, lock, state as of_wine};
use crate::engine::Cancel;
use crate::engine::wine::WineCache;
use crate::engine::wine::powershell::files::DIGEST;
use crate::engine::wine::powershell::layer::Places;
use crate::engine::wine::powershell::ready::{FORM, Made, Origin, Unpacked};
use crate::engine::wine::powershell::release::Release;
use lay::Layer;
use prove::Bench;
use state::Kept;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Where the release comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// Its own address, or the same files in a folder of another server.
    Web { mirror: Option<String> },
    /// The zip, or the folder it was unpacked to.
    Path(PathBuf),
}

/// Makes the layer if it is not there; gives what there is then.
///
/// # Errors
/// What went wrong and how to mend it.
pub fn setup(
    cache: &WineCache,
    release: &Release,
    from: &From,
    patience: Patience,
    watch: &dyn Watch,
    cancel: &Cancel,
) -> Outcome<Made> {
    let started = Instant::now();
    let wine = of_wine::wine_folder(cache).unwrap_or_default();
    devices_are_whole("powershell")?;
    let _lock = lock::Lock::take(&wine)?;
    if !matches!(of_wine::look(cache), of_wine::State::Ready(_)) {
        return Err(SetupError::new(
            format!(
                "PowerShell is a layer over Wine, and there is none in {} that can be used",
                cache.folder().display()
            ),
            "make it first: shakedown setup wine",
        ));
    }
    let places = Places::of(cache, &release.version);
    let download = release::download_of(cache, release);
    state::sweep(cache, &download, &places, false)?;
    let work = Work {
        cache,
        watch,
        cancel,
    };
    let kept = Kept::of(cache, &release.version);
    let present = kept.read().map_err(at("read", &kept.about))?;
    let present = present.filter(|p| serves(&p.origin, release, from));
    if let Ok(Some(made)) = places.made()
        && present.as_ref() == Some(&made.release)
    {
        return Ok(made);
    }
    let fresh = present.is_none();
    let made = match present {
        Some(present) => Ok(present),
        None => work.release(release, from, &kept, patience),
    };
    let made = made.and_then(|unpacked| work.lay(unpacked, &kept, &places, started));
    if made.is_err() {
        let partial = [places.layer(), places.server()].map(|p| partial_of(&p));
        // What went wrong is told; what cannot be removed now is swept by the next run.
        let _ = partial.iter().try_for_each(|p| of_wine::remove_any(p));
        if fresh {
            let _ = kept.remove();
        }
    }
    let made = made?;
    state::sweep(cache, &download, &places, true)?;
    Ok(made)
}

/// `NAME.partial`.
fn partial_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Whether a release that is there is the one asked for now.
fn serves(origin: &Origin, release: &Release, from: &From) -> bool {
    match (origin, from) {
        (Origin::Zip { sha256, .. }, From::Web { .. }) => *sha256 == release.sha256,
        (Origin::Zip { sha256, .. }, From::Path(path)) => {
            *sha256 == release.sha256 && !path.is_dir()
        }
        (Origin::Folder { path }, From::Path(asked)) => {
            fs::canonicalize(asked).is_ok_and(|asked| asked.is_dir() && *path == asked)
        }
        (Origin::Folder { .. }, From::Web { .. }) => false,
    }
}

impl Kept {
    fn remove(&self) -> Outcome<()> {
        of_wine::remove_any(&self.about)?;
        of_wine::remove_any(&partial_of(&self.folder))?;
        of_wine::remove_any(&self.folder)
    }
}

impl Work<'_> {
    /// The layers of a release, proved.
    fn lay(
        &self,
        release: Unpacked,
        kept: &Kept,
        places: &Places,
        started: Instant,
    ) -> Outcome<Made> {
        let [partial, server] = [places.layer(), places.server()].map(|p| partial_of(&p));
        self.watch.begin(Step::Layer, "");
        let layer = Layer::begin(&partial)?;
        let remarks = layer.lay_release(&kept.folder, self.cancel)?;
        layer.lay_modules("modules")?;
        Layer::begin(&server)?.lay_modules("modules-server")?;
        self.watch.end("5.1's modules over it");
        self.watch.begin(Step::Compile, "");
        let layers = |all: &[&Path]| all.iter().map(|p| p.to_path_buf()).collect();
        Bench::new(self.cache, self.cancel, layers(&[&partial])).compile(&layer)?;
        layer.hook()?;
        self.watch.end("by PowerShell itself");
        self.watch.begin(Step::Proof, "");
        let proof_ms = Bench::new(self.cache, self.cancel, layers(&[&server, &partial])).prove()?;
        self.watch
            .end(&format!("a script in it ended after {proof_ms} ms"));
        state::clear(places)?;
        for (from, to) in [(&server, places.server()), (&partial, places.layer())] {
            fs::rename(from, &to).map_err(at("rename", from))?;
        }
        let made = Made {
            form: FORM,
            shakedown: env!("CARGO_PKG_VERSION").to_owned(),
            release,
            digest: DIGEST.to_owned(),
            made: jiff::Timestamp::now(),
            seconds: started.elapsed().as_secs_f64(),
            proof_ms,
            bytes: state::usage(self.cache),
            remarks,
        };
        self.write(&places.ready(), &made)?;
        Ok(made)
    }
}
