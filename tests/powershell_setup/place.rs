//! A cache with a Wine that only looks like one, so that all before PowerShell's first start is tried.

use shakedown::engine::Cancel;
use shakedown::engine::wine::WineCache;
use shakedown::engine::wine::powershell::ready::Made;
use shakedown::engine::wine::powershell::release::Release;
use shakedown::engine::wine::ready::{Ready, RootSource};
use shakedown::engine::wine::setup::powershell::{From, Patience, setup};
use shakedown::engine::wine::setup::{SetupError, Step, Watch};
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why nothing of it can be tried; none for root.
pub fn not_root() -> Option<String> {
    (!rustix::process::geteuid().is_root()).then(|| "Windows devices need root".to_owned())
}

/// Short waits, for servers on loopback.
pub const PATIENCE: Patience = Patience {
    silence: Duration::from_millis(400),
    tries: 3,
    pause: Duration::from_millis(10),
};

pub struct Place {
    _dir: tempfile::TempDir,
    pub path: PathBuf,
    pub cache: WineCache,
}

/// Which steps began, and when it is to be cancelled.
#[derive(Default)]
pub struct Steps {
    pub began: RefCell<Vec<Step>>,
    pub cancel: Option<(Step, Cancel)>,
}

impl Watch for Steps {
    fn begin(&self, step: Step, _: &str) {
        self.began.borrow_mut().push(step);
        if let Some((at, cancel)) = &self.cancel
            && *at == step
        {
            cancel.cancel();
        }
    }
    fn at(&self, _: f64) {}
    fn end(&self, _: &str) {}
}

impl Place {
    pub fn new() -> Place {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().to_owned();
        let cache = fill(&path);
        Place {
            _dir: dir,
            path,
            cache,
        }
    }

    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        path
    }

    pub fn run(&self, release: &Release, from: &From) -> (Result<Made, SetupError>, Vec<Step>) {
        let steps = Steps::default();
        let made = setup(
            &self.cache,
            release,
            from,
            PATIENCE,
            &steps,
            &Cancel::default(),
        );
        (made, steps.began.into_inner())
    }

    /// What a setup that fails says; nothing of it is left.
    pub fn refused(&self, release: &Release, from: &From) -> String {
        let before = self.names();
        let (made, _) = self.run(release, from);
        let error = made.expect_err("it is bad");
        assert_eq!(self.names(), before, "something is left after: {error}");
        assert!(error.mend().is_some_and(|m| !m.is_empty()));
        error.to_string()
    }

    /// The same for a zip whose hash is the pinned one.
    pub fn refused_zip(&self, zip: &[u8]) -> String {
        let path = self.file("release.zip", zip);
        let release = super::release::release(zip, "http://127.0.0.1:1");
        self.refused(&release, &From::Path(path))
    }

    /// Names in the cache's folder, but those of the helper, which devices bring.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache.folder()).expect("the cache");
        let mut names: Vec<String> = entries
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.retain(|name| !name.starts_with("tools"));
        names.sort();
        names
    }
}

/// Makes what a cache with Wine has, as far as it is looked at.
pub fn fill(path: &Path) -> WineCache {
    let cache = WineCache::within(&path.join("cache"));
    let put = |path: PathBuf, content: &[u8]| {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    };
    put(cache.root().join("usr/lib/wine/wine64"), b"");
    put(cache.root().join("usr/lib/wine/wineserver64"), b"");
    for file in [
        "system.reg",
        "user.reg",
        "drive_c/windows/system32/kernel32.dll",
    ] {
        put(cache.prefix().join("pfx").join(file), b"");
    }
    let ready = Ready {
        layout: 1,
        shakedown: "0.0.0".into(),
        wine: "10.0".into(),
        loader: "/usr/lib/wine/wine64".into(),
        server: "/usr/lib/wine/wineserver64".into(),
        root: RootSource::Host,
        made: jiff::Timestamp::UNIX_EPOCH,
        seconds: 0.0,
        first_job_ms: 0,
        root_bytes: 0,
        prefix_bytes: 0,
    };
    put(cache.ready(), &serde_json::to_vec(&ready).expect("JSON"));
    cache
}
