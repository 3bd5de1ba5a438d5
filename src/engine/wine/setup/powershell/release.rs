//! The release as it comes: found, its hash checked, looked at, and then unpacked.

use super::super::error::{Outcome, SetupError, at};
use super::super::{Step, Work, space, state as of_wine};
use super::fetch::{Fetch, Patience};
use super::lay::Layer;
use super::source::Source;
use super::state::Kept;
use super::{From, hashes, partial_of};
use crate::engine::wine::WineCache;
use crate::engine::wine::powershell::HOME;
use crate::engine::wine::powershell::ready::{Origin, Unpacked};
use crate::engine::wine::powershell::release::Release;
use crate::engine::wine::ready::size;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Largest zip and largest list of hashes.
const LARGEST_ZIP: u64 = 1 << 30;
const LARGEST_LIST: u64 = 1 << 20;
/// Name of the list beside a zip.
const LIST: &str = "hashes.sha256";
/// What can be given in the place of a download.
const GIVE: &str = "give the zip, or the folder it was unpacked to";

/// How a zip begins: with its first file, or, where it has none, with the end of its directory.
const ZIP_BEGINS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// What lies where the user says that a release is. Nothing else is opened: a pipe would wait.
fn given(path: &Path) -> Outcome<fs::Metadata> {
    let found = fs::metadata(path)
        .map_err(|e| SetupError::new(format!("cannot read {}: {e}", path.display()), GIVE))?;
    if !found.is_file() && !found.is_dir() {
        let what = format!("{} is neither a zip nor a folder", path.display());
        return Err(SetupError::new(what, GIVE));
    }
    Ok(found)
}

/// Refuses a file that is empty or does not begin as a zip.
fn begins_as_zip(path: &Path) -> Outcome<()> {
    use io::Read;
    let mut begin = Vec::new();
    let file = File::open(path).map_err(at("open", path))?;
    file.take(4)
        .read_to_end(&mut begin)
        .map_err(at("read", path))?;
    if ZIP_BEGINS.contains(&begin.as_slice()) {
        return Ok(());
    }
    let what = match begin.is_empty() {
        true => "is empty",
        false => "is no zip",
    };
    Err(SetupError::new(format!("{} {what}", path.display()), GIVE))
}

/// Where a download of this release stands until it is whole.
pub fn download_of(cache: &WineCache, release: &Release) -> PathBuf {
    let name = format!(
        "powershell-release-{}-{}.zip.partial",
        release.version,
        &release.sha256[..release.sha256.len().min(16)]
    );
    cache.folder().join(name)
}

/// An error on the way through a file: of the system, or an interruption.
enum Hashing {
    Read(io::Error),
    Interrupted,
}

impl std::convert::From<io::Error> for Hashing {
    fn from(error: io::Error) -> Hashing {
        Hashing::Read(error)
    }
}

impl Work<'_> {
    /// Unpacks the release into the cache.
    pub(super) fn release(
        &self,
        release: &Release,
        from: &From,
        kept: &Kept,
        patience: Patience,
    ) -> Outcome<Unpacked> {
        let (mut source, origin) = match from {
            From::Web { mirror } => {
                let release = match mirror {
                    Some(mirror) => release.at(mirror),
                    None => release.clone(),
                };
                let path = self.download(&release, patience)?;
                let opened = self.checked(&path, &release.sha256);
                // An open file stays readable; nothing of it is left, whatever becomes of it.
                of_wine::remove_any(&path)?;
                let origin = Origin::Zip {
                    place: release.url.clone(),
                    sha256: release.sha256.clone(),
                };
                (
                    Source::zip(opened?, Path::new(release.file_name()))?,
                    origin,
                )
            }
            From::Path(path) if given(path)?.is_dir() => {
                let path = fs::canonicalize(path).map_err(at("find", path))?;
                (Source::folder(&path)?, Origin::Folder { path })
            }
            From::Path(path) => {
                self.watch.begin(Step::Release, &path.display().to_string());
                begins_as_zip(path)?;
                check_list_beside(path, release)?;
                let file = self.checked(path, &release.sha256)?;
                self.watch
                    .end(&format!("{}, its hash is right", path.display()));
                let origin = Origin::Zip {
                    place: path.display().to_string(),
                    sha256: release.sha256.clone(),
                };
                (Source::zip(file, path)?, origin)
            }
        };
        let file_version = source.judge(&release.version)?;
        kept.remove()?;
        self.unpack(&mut source, &partial_of(&kept.folder))?;
        fs::rename(partial_of(&kept.folder), &kept.folder).map_err(at("rename", &kept.folder))?;
        let unpacked = Unpacked {
            version: release.version.clone(),
            file_version,
            origin,
        };
        self.write(&kept.about, &unpacked)?;
        Ok(unpacked)
    }

    /// Downloads the zip, after its list of hashes has told that it is the one that is wanted.
    fn download(&self, release: &Release, patience: Patience) -> Outcome<PathBuf> {
        let name = release.file_name();
        self.watch.begin(Step::Release, name);
        let fetch = Fetch {
            cancel: self.cancel,
            patience,
        };
        let list = fetch.text(&release.hashes, LARGEST_LIST)?;
        agrees(&list, &release.hashes, name, &release.sha256)?;
        let path = download_of(self.cache, release);
        fetch.file(&release.url, &path, LARGEST_ZIP, &mut |have, whole| {
            if let Some(whole) = whole {
                if have == 0 {
                    space::room(self.cache.folder(), whole)?;
                }
                self.watch.at(have as f64 / whole.max(1) as f64 * 100.0);
            }
            Ok(())
        })?;
        let bytes = fs::metadata(&path).map_err(at("read", &path))?.len();
        self.watch.end(&size(bytes));
        Ok(path)
    }

    /// Opens a file whose hash is this one, and no other.
    fn checked(&self, path: &Path, sha256: &str) -> Outcome<File> {
        let mut file = File::open(path).map_err(at("open", path))?;
        let bytes = file.metadata().map_err(at("read", path))?;
        if !bytes.is_file() || bytes.len() > LARGEST_ZIP {
            let what = format!("{} is no zip of PowerShell", path.display());
            return Err(SetupError::new(what, GIVE));
        }
        let found = hashes::sha256(&mut file, |_| match self.cancel.is_cancelled() {
            true => Err(Hashing::Interrupted),
            false => Ok(()),
        });
        let found = found.map_err(|e| match e {
            Hashing::Read(e) => at("read", path)(e),
            Hashing::Interrupted => SetupError::Interrupted,
        })?;
        if found != sha256 {
            return Err(SetupError::new(
                format!(
                    "{} is not the release that this shakedown takes: its SHA-256 is {found}, not \
                     {sha256}",
                    path.file_name().unwrap_or_default().display()
                ),
                "it is broken, another release, or changed by somebody: download it again from the \
                 release page",
            ));
        }
        file.seek(SeekFrom::Start(0)).map_err(at("read", path))?;
        Ok(file)
    }

    fn unpack(&self, source: &mut Source, partial: &Path) -> Outcome<()> {
        let total = source.size();
        self.watch.begin(Step::Unpack, &size(total));
        space::room(self.cache.folder(), total)?;
        let layer = Layer::begin(partial)?;
        let mut done = 0;
        for entry in source.entries.clone() {
            if self.cancel.is_cancelled() {
                return Err(SetupError::Interrupted);
            }
            let content = source.read(&entry)?;
            layer.write(&format!("{HOME}/{}", entry.name), &content)?;
            done += entry.size;
            self.watch.at(done as f64 / total.max(1) as f64 * 100.0);
        }
        let files = source.entries.len();
        self.watch.end(&format!("{files} files, {}", size(total)));
        Ok(())
    }
}

/// A list beside the zip must say the same, if it is there.
fn check_list_beside(zip: &Path, release: &Release) -> Outcome<()> {
    use io::Read;
    let list = zip.with_file_name(LIST);
    let mut bytes = Vec::new();
    // A pipe would be waited for without end.
    if list.metadata().is_ok_and(|m| !m.is_file()) {
        return Err(SetupError::new(
            format!("{} is no file", list.display()),
            "take it away, or put the release's own list there",
        ));
    }
    match File::open(&list) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened
            .and_then(|f| f.take(LARGEST_LIST).read_to_end(&mut bytes))
            .map_err(at("read", &list))?,
    };
    let place = list.display().to_string();
    agrees(&bytes, &place, release.file_name(), &release.sha256)
}

/// Whether the release's own list tells the hash that this binary knows.
fn agrees(list: &[u8], place: &str, file: &str, sha256: &str) -> Outcome<()> {
    let advice = "the release was changed, or this is another: do not use it; a newer shakedown may \
                  know it";
    match hashes::of(list, file) {
        Some(told) if told == sha256 => Ok(()),
        Some(told) => Err(SetupError::new(
            format!(
                "{place} tells {told} as the SHA-256 of {file}, and this shakedown knows {sha256}"
            ),
            advice,
        )),
        None => Err(SetupError::new(
            format!("{place} does not name {file}"),
            advice,
        )),
    }
}
