//! `setup wine`: makes the root and the prefix of Windows devices once, in the user's cache.
//!
//! ```text
//!  packages/       apt's lists and downloads          kept until all is done
//!  root.partial/   ─► root/, described in root.json   or a link to a folder of somebody else's
//!  prefix.partial/ ─► prefix/                         made by Wine on a device over the root
//!  ready.json                                         last, when both were proved on a device
//! ```
//! Each step writes to a `.partial` name and renames it, so that a run that is ended at any moment
//! leaves nothing a later one takes for whole, and the later one goes on from the last whole step.

mod apt;
mod bench;
mod child;
mod deb;
mod error;
mod finish;
mod lock;
mod pe;
pub mod powershell;
mod prefix;
mod proof;
mod root;
mod share;
mod space;
pub mod state;
mod tar;
mod tree;
mod trim;

pub use error::{Outcome, SetupError};

use super::WineCache;
use super::cache::LAYOUT;
use super::ready::{Ready, RootSource};
use super::runtime::Wine;
use super::usage;
use crate::engine::sandbox::SandboxEngine;
use crate::engine::{Cancel, Engine};
use error::at;
use share::Shared;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Wine's oldest version that Windows devices run on.
pub const OLDEST: u32 = 10;

/// Where the root comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// Debian's packages, by this machine's apt; a mirror other than the machine's own.
    Debian { mirror: Option<String> },
    /// A folder with Debian's packages, downloaded before.
    Packages(PathBuf),
    /// A root folder that has Wine already.
    Root(PathBuf),
    /// This machine's own Wine.
    Host,
}

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Lists,
    Packages,
    Root,
    Prefix,
    /// Of PowerShell: its zip, downloaded and checked.
    Release,
    Unpack,
    Layer,
    Compile,
    Proof,
}

impl Step {
    /// One word for it.
    pub fn word(self) -> &'static str {
        match self {
            Step::Lists => "lists",
            Step::Packages => "packages",
            Step::Root => "root",
            Step::Prefix => "prefix",
            Step::Release => "release",
            Step::Unpack => "unpack",
            Step::Layer => "layer",
            Step::Compile => "compile",
            Step::Proof => "proof",
        }
    }
}

/// Is told how far the work is.
pub trait Watch {
    /// A step begins.
    fn begin(&self, step: Step, detail: &str);
    /// The present step is so far, in percent.
    fn at(&self, percent: f64);
    /// The present step is done.
    fn end(&self, detail: &str);
}

/// What every step needs.
pub(in crate::engine::wine::setup) struct Work<'a> {
    cache: &'a WineCache,
    watch: &'a dyn Watch,
    cancel: &'a Cancel,
}

/// Makes what is not there yet; gives what there is then.
///
/// # Errors
/// What went wrong and how to mend it; what was made so far serves the next run.
pub fn setup(cache: &WineCache, from: &From, watch: &dyn Watch, cancel: &Cancel) -> Outcome<Ready> {
    let started = Instant::now();
    // apt takes whole paths only.
    let whole = std::path::absolute(cache.folder()).map_err(at("find", cache.folder()))?;
    let cache = &match whole.ancestors().nth(2) {
        Some(base) => WineCache::within(base),
        None => cache.clone(),
    };
    devices_are_whole("wine")?;
    let wine = state::wine_folder(cache).unwrap_or_default();
    let _lock = lock::Lock::take(&wine)?;
    fs::create_dir_all(cache.folder()).map_err(at("make", cache.folder()))?;
    if let state::State::Ready(ready) = state::look(cache)
        && same_origin(&ready.root, from)
    {
        return Ok(*ready);
    }
    state::remove_any(&cache.ready())?;
    let work = Work {
        cache,
        watch,
        cancel,
    };
    let source = work.root(from)?;
    let programs = work.programs()?;
    let version = work.version(programs)?;
    work.prefix(programs, &source)?;
    work.finish(source, programs, version, started)
}

/// Windows devices are overlays over a root of their own, which only root may mount.
fn devices_are_whole(part: &str) -> Outcome<()> {
    let what = |why: &str| format!("Windows devices cannot run here: {why}");
    match SandboxEngine::new().probe().state {
        Ok(None) => Ok(()),
        Ok(Some(_)) => Err(SetupError::new(
            what("they need root"),
            format!(
                "run it as root: sudo shakedown setup {part} (and `sudo shakedown run`: root has a \
                 cache of its own)"
            ),
        )),
        Err(u) => {
            let mend = match u.ways_out.is_empty() {
                true => "`shakedown doctor` tells what this machine gives devices".to_owned(),
                false => u.ways_out.join("; or "),
            };
            Err(SetupError::new(what(&u.why), mend))
        }
    }
}

impl Work<'_> {
    fn partial(&self, name: &str) -> PathBuf {
        self.cache.folder().join(format!("{name}.partial"))
    }

    /// Where the root's origin is told until `ready.json` is there.
    fn root_source(&self) -> PathBuf {
        self.cache.folder().join("root.json")
    }

    fn write_root_source(&self, source: &RootSource) -> Outcome<()> {
        self.write(&self.root_source(), source)
    }

    /// Writes a file as a whole or not at all.
    fn write(&self, path: &Path, content: &impl serde::Serialize) -> Outcome<()> {
        let partial = path.with_extension("json.partial");
        let text = serde_json::to_vec_pretty(content).map_err(std::io::Error::from);
        text.and_then(|t| fs::write(&partial, t))
            .and_then(|()| fs::rename(&partial, path))
            .map_err(at("write", path))
    }

    /// The root: as an earlier run left it, or made now.
    fn root(&self, from: &From) -> Outcome<RootSource> {
        let root = self.cache.root();
        let earlier = fs::read_to_string(self.root_source()).ok();
        let earlier = earlier.and_then(|t| serde_json::from_str::<RootSource>(&t).ok());
        if let Some(earlier) = earlier
            && fs::symlink_metadata(&root).is_ok()
            && same_origin(&earlier, from)
        {
            return Ok(earlier);
        }
        // Another root: a prefix made over the old one is of no use.
        for old in [root, self.cache.prefix(), self.root_source()] {
            state::remove_any(&old)?;
        }
        match from {
            From::Debian { mirror } => {
                space::enough(self.cache.folder())?;
                let (place, debs) = root::download(self, mirror.as_deref())?;
                root::make(self, place, debs)
            }
            From::Packages(folder) => {
                space::enough(self.cache.folder())?;
                let (place, debs) = root::of_folder(self, folder)?;
                root::make(self, place, debs)
            }
            From::Root(folder) => {
                let path = fs::canonicalize(folder).map_err(at("find", folder))?;
                self.link_root(RootSource::Folder { path: path.clone() }, &path)
            }
            From::Host => self.link_root(RootSource::Host, Path::new("/")),
        }
    }

    fn link_root(&self, source: RootSource, target: &Path) -> Outcome<RootSource> {
        if Wine::find(target).is_none() {
            return Err(SetupError::new(
                format!("{} has no Wine where it is looked for", target.display()),
                "install Wine 10 or later there, 64- and 32-bit, or let setup make a root: \
                 shakedown setup wine",
            ));
        }
        self.write_root_source(&source)?;
        let partial = self.partial("root");
        state::remove_any(&partial)?;
        std::os::unix::fs::symlink(target, &partial)
            .and_then(|()| fs::rename(&partial, self.cache.root()))
            .map_err(at("link the root to", target))?;
        Ok(source)
    }

    /// The root as a layer: where a link leads.
    fn layer(&self) -> Outcome<PathBuf> {
        let root = self.cache.root();
        fs::canonicalize(&root).map_err(at("find", &root))
    }

    fn programs(&self) -> Outcome<Wine> {
        let root = self.layer()?;
        Wine::find(&root).ok_or_else(|| {
            SetupError::new(
                format!("{} has no Wine where it is looked for", root.display()),
                "run `shakedown setup --remove wine` and set it up again",
            )
        })
    }

    fn version(&self, wine: Wine) -> Outcome<String> {
        let (version, told) = proof::version(vec![self.layer()?], wine, self.cancel)?;
        match proof::major(&version) {
            Some(major) if major >= OLDEST => Ok(version),
            _ => {
                // The next run is not to go on with it.
                state::remove_any(&self.root_source())?;
                Err(SetupError::new(
                    format!("{told} is older than Wine {OLDEST}, the oldest that can be used"),
                    "let setup make a root with Wine 10 of its own: shakedown setup wine",
                ))
            }
        }
    }

    fn prefix(&self, wine: Wine, source: &RootSource) -> Outcome<()> {
        let made = self.cache.prefix();
        if prefix::whole(&made) {
            return Ok(());
        }
        self.watch.begin(Step::Prefix, "");
        let partial = self.partial("prefix");
        state::remove_any(&partial)?;
        let shared = match source {
            RootSource::Packages { .. } => Shared::of(&self.cache.root())?,
            RootSource::Folder { .. } | RootSource::Host => Shared::default(),
        };
        let layers = vec![self.layer()?];
        prefix::make(layers, wine, &shared, &partial, self.cancel, &mut |p| {
            self.watch.at(p);
        })?;
        state::remove_any(&made)?;
        fs::rename(&partial, &made).map_err(at("rename", &partial))?;
        self.watch.end("made by Wine");
        Ok(())
    }

    fn finish(
        &self,
        root: RootSource,
        programs: Wine,
        wine: String,
        started: Instant,
    ) -> Outcome<Ready> {
        self.watch.begin(Step::Proof, "");
        let layers = || Ok(vec![self.cache.prefix(), self.layer()?]);
        // Once to bring the files into memory, once to measure what every later device takes.
        proof::run(layers()?, programs, self.cancel)?;
        self.watch.at(60.0);
        let first_job_ms = proof::run(layers()?, programs, self.cancel)?;
        let mut counted = HashSet::new();
        let usage = |path: &Path, counted: &mut HashSet<(u64, u64)>| {
            usage::disk_usage(path, counted).map_err(at("measure", path))
        };
        let root_bytes = usage(&self.cache.root(), &mut counted)?;
        let prefix_bytes = usage(&self.cache.prefix(), &mut counted)?;
        let ready = Ready {
            layout: LAYOUT,
            shakedown: env!("CARGO_PKG_VERSION").to_owned(),
            wine,
            loader: programs.loader.to_owned(),
            server: programs.server.to_owned(),
            root,
            made: jiff::Timestamp::now(),
            seconds: started.elapsed().as_secs_f64(),
            first_job_ms,
            root_bytes,
            prefix_bytes,
        };
        self.write(&self.cache.ready(), &ready)?;
        state::remove_any(&self.cache.folder().join("packages"))?;
        state::remove_any(&self.root_source())?;
        self.watch.end(&format!(
            "64- and 32-bit programs run, first job after {first_job_ms} ms"
        ));
        Ok(ready)
    }
}

/// Whether a root of an earlier run is the one asked for now.
fn same_origin(earlier: &RootSource, from: &From) -> bool {
    match (earlier, from) {
        (RootSource::Packages { .. }, From::Debian { .. } | From::Packages(_))
        | (RootSource::Host, From::Host) => true,
        (RootSource::Folder { path }, From::Root(folder)) => {
            fs::canonicalize(folder).is_ok_and(|f| &f == path)
        }
        _ => false,
    }
}
