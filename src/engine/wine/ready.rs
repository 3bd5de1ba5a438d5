//! What `setup wine` made: `ready.json`, written last, when both layers are whole and were proved.

use super::WineCache;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;

/// Content of `ready.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// [`super::cache::LAYOUT`] of the shakedown that made it.
    pub layout: u32,
    /// Version of the shakedown that made it.
    pub shakedown: String,
    /// Wine's version: `10.0`.
    pub wine: String,
    /// Path on the device of the program that starts 64-bit EXEs: `/usr/lib/wine/wine64`.
    pub loader: String,
    /// Path on the device of the Wine server, for the variable WINESERVER.
    pub server: String,
    pub root: RootSource,
    /// When it was made, RFC 3339 in UTC.
    pub made: jiff::Timestamp,
    /// How long the last run of `setup` took, in seconds.
    pub seconds: f64,
    /// From nothing to the end of a first `cmd /c`, in milliseconds, as measured when it was proved.
    pub first_job_ms: u64,
    /// Bytes on the disk; a file that both layers share counts for the root.
    pub root_bytes: u64,
    pub prefix_bytes: u64,
}

/// Where the root came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "from")]
pub enum RootSource {
    /// Packages of Debian.
    Packages {
        /// Where they were taken from: a mirror's address or a folder.
        place: String,
        packages: Vec<Package>,
    },
    /// A folder that somebody else made; `root` is a link to it.
    Folder { path: PathBuf },
    /// This machine's own root; `root` is a link to `/`.
    Host,
}

/// One package of the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub architecture: String,
}

/// Largest `ready.json` that is read.
const LARGEST: u64 = 1 << 20;

impl Ready {
    /// Reads a cache's `ready.json`; none where there is none.
    ///
    /// # Errors
    /// It cannot be read, or is of another form; its path is in the message.
    pub fn read(cache: &WineCache) -> io::Result<Option<Ready>> {
        use std::io::Read;
        let path = cache.ready();
        let tell = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", path.display()));
        let mut text = String::new();
        match std::fs::File::open(&path) {
            Ok(file) => file.take(LARGEST).read_to_string(&mut text).map_err(tell)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(tell(e)),
        };
        let ready: Ready = serde_json::from_str(&text).map_err(|e| tell(e.into()))?;
        Ok(Some(ready))
    }

    /// What it is in one line: `Wine 10.0, made 3 days ago, 410 MB`; with `tools`, bytes of the layers
    /// with this binary's programs, ` and 60 MB of programs for its devices`.
    pub fn line(&self, now: jiff::Timestamp, tools: u64) -> String {
        let tools = match tools {
            0 => String::new(),
            bytes => format!(" and {} of programs for its devices", size(bytes)),
        };
        format!(
            "Wine {}, made {} ago, {}{tools}",
            self.wine,
            age(self.made, now),
            size(self.root_bytes + self.prefix_bytes)
        )
    }
}

/// `5 minutes`, `3 hours`, `12 days`; never less than a minute.
pub fn age(made: jiff::Timestamp, now: jiff::Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(made.as_second()).max(0);
    let (count, unit) = match seconds {
        0..3_600 => ((seconds / 60).max(1), "minute"),
        3_600..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// `410 MB`, `1.2 GB`: powers of ten, as file managers tell them.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> jiff::Timestamp {
        jiff::Timestamp::from_second(seconds).unwrap_or_default()
    }

    #[test]
    fn ages_and_sizes_are_told_in_one_unit() {
        let ages = [0, 59, 60, 7_199, 90_000, 172_800].map(|s| age(at(0), at(s)));
        let told = [
            "1 minute", "1 minute", "1 minute", "1 hour", "25 hours", "2 days",
        ];
        assert_eq!(ages, told);
        assert_eq!(age(at(100), at(0)), "1 minute");
        let sizes = [0, 1, 999_999, 410_000_000, 1_240_000_000].map(size);
        assert_eq!(sizes, ["0 kB", "1 kB", "1000 kB", "410 MB", "1.2 GB"]);
    }

    #[test]
    fn the_layers_of_programs_are_told_apart() {
        let ready = Ready {
            layout: 1,
            shakedown: "0.1.0".into(),
            wine: "10.0".into(),
            loader: "/w".into(),
            server: "/s".into(),
            root: RootSource::Host,
            made: at(0),
            seconds: 1.0,
            first_job_ms: 1,
            root_bytes: 400_000_000,
            prefix_bytes: 10_000_000,
        };
        let line = "Wine 10.0, made 1 minute ago, 410 MB";
        assert_eq!(ready.line(at(0), 0), line);
        let with = format!("{line} and 690 MB of programs for its devices");
        assert_eq!(ready.line(at(0), 690_000_000), with);
    }

    #[test]
    fn a_broken_file_is_an_error_and_a_missing_one_none() -> io::Result<()> {
        let dir = tempfile::tempdir()?;
        let cache = WineCache::within(dir.path());
        assert_eq!(Ready::read(&cache)?, None);
        std::fs::create_dir_all(cache.folder())?;
        std::fs::write(cache.ready(), "{}")?;
        let error = Ready::read(&cache).map_err(|e| e.to_string());
        assert!(error.is_err_and(|e| e.contains("ready.json: missing field")));
        Ok(())
    }
}
