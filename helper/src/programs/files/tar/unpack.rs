//! Listing and unpacking.

use super::Trouble;
use super::order::{Mode, Order};
use crate::programs::Call;
use crate::programs::text::wild;
use flate2::read::MultiGzDecoder;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const UNKNOWN: &str = "Error opening archive: Unrecognized archive format";

/// One file of an archive.
struct Entry<'e> {
    name: String,
    folder: bool,
    modified: Option<SystemTime>,
    content: &'e mut dyn Read,
}

/// Reads an archive of any form that is known; exit code.
pub fn read(call: &mut Call<'_>, order: &Order) -> Result<i32, Trouble> {
    let shown = order.archive.display();
    let opened = File::open(&order.archive);
    let mut file = opened
        .map_err(|_| Trouble::Words(format!("Error opening archive: Failed to open '{shown}'")))?;
    let mut start = [0_u8; 8];
    let got = fill(&mut file, &mut start).map_err(|e| Trouble::Words(e.to_string()))?;
    file.rewind().map_err(|e| Trouble::Words(e.to_string()))?;
    match &start[..got] {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => zip_entries(call, order, file),
        [0x1F, 0x8B, ..] => tar_entries(call, order, MultiGzDecoder::new(BufReader::new(file))),
        [b'B', b'Z', b'h', ..] => Err(Trouble::NotHere("an archive of bzip2".into())),
        [0xFD, b'7', b'z', ..] | [b'7', b'z', 0xBC, 0xAF, ..] => {
            Err(Trouble::NotHere("an archive of xz or 7z".into()))
        }
        [b'M', b'S', b'C', b'F', ..] => Err(Trouble::NotHere("a cabinet".into())),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Err(Trouble::NotHere("an archive of zstd".into())),
        _ => tar_entries(call, order, BufReader::new(file)),
    }
}

fn fill(file: &mut File, start: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < start.len() {
        match file.read(&mut start[got..])? {
            0 => break,
            n => got += n,
        }
    }
    Ok(got)
}

fn zip_entries(call: &mut Call<'_>, order: &Order, file: File) -> Result<i32, Trouble> {
    let damaged = |e: &dyn std::fmt::Display| Trouble::Words(format!("Error opening archive: {e}"));
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(&e))?;
    let mut seen = Seen::new(order);
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|e| damaged(&e))?;
        let name = entry.name().map_err(|e| damaged(&e))?.replace('\\', "/");
        let folder = entry.is_dir();
        let modified = entry.last_modified().and_then(|t| {
            let time = [t.hour(), t.minute(), t.second().min(59)].map(u32::from);
            let moment = crate::programs::told::clock::Moment::of(
                i64::from(t.year()),
                u32::from(t.month()),
                u32::from(t.day()),
                time,
            )?;
            let ticks = u64::try_from(moment.0).ok()?;
            Some(UNIX_EPOCH + Duration::from_nanos(ticks.checked_mul(100)?))
        });
        seen.entry(
            call,
            Entry {
                name,
                folder,
                modified,
                content: &mut entry,
            },
        );
    }
    Ok(seen.end(call))
}

fn tar_entries(call: &mut Call<'_>, order: &Order, from: impl Read) -> Result<i32, Trouble> {
    let mut archive = ::tar::Archive::new(from);
    let mut seen = Seen::new(order);
    let entries = archive
        .entries()
        .map_err(|e| Trouble::Words(e.to_string()))?;
    for (at, entry) in entries.enumerate() {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(_) if at == 0 => return Err(Trouble::Words(UNKNOWN.into())),
            Err(error) => return Err(Trouble::Words(error.to_string())),
        };
        let kind = entry.header().entry_type();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if !kind.is_file() && !kind.is_dir() && order.mode == Mode::Extract {
            seen.failed(call, &name, "links and devices cannot be made here");
            continue;
        }
        let seconds = entry.header().mtime().unwrap_or(0);
        seen.entry(
            call,
            Entry {
                name,
                folder: kind.is_dir(),
                modified: UNIX_EPOCH.checked_add(Duration::from_secs(seconds)),
                content: &mut entry,
            },
        );
    }
    Ok(seen.end(call))
}

/// What was met of an archive.
struct Seen<'o> {
    order: &'o Order,
    /// Names that were asked for, and whether each was met.
    asked: Vec<(String, bool)>,
    failed: bool,
}

impl<'o> Seen<'o> {
    fn new(order: &'o Order) -> Seen<'o> {
        let plain = |n: &String| n.replace('\\', "/").trim_end_matches('/').to_owned();
        Seen {
            order,
            asked: order.names.iter().map(|n| (plain(n), false)).collect(),
            failed: false,
        }
    }

    fn failed(&mut self, call: &mut Call<'_>, name: &str, what: &str) {
        call.complain(format_args!("{name}: {what}"));
        self.failed = true;
    }

    fn wanted(&mut self, name: &str) -> bool {
        let plain = name.trim_end_matches('/');
        if self
            .order
            .exclude
            .iter()
            .any(|p| wild(p, plain) || wild(&format!("*/{p}"), plain))
        {
            return false;
        }
        let mut wanted = self.asked.is_empty();
        for (asked, met) in &mut self.asked {
            if wild(asked, plain) || wild(&format!("{asked}/*"), plain) {
                (*met, wanted) = (true, true);
            }
        }
        wanted
    }

    fn entry(&mut self, call: &mut Call<'_>, mut entry: Entry<'_>) {
        if !self.wanted(&entry.name) {
            return;
        }
        if self.order.mode == Mode::List {
            call.say(&entry.name);
            return;
        }
        if self.order.verbose {
            // bsdtar tells this on stderr.
            call.complain(format_args!("x {}", entry.name));
        }
        if self.order.to_stdout {
            let copied = io::copy(&mut entry.content, &mut call.out);
            if let Err(error) = copied {
                self.failed(call, &entry.name, &error.to_string());
            }
            return;
        }
        let name = entry.name.clone();
        match place(&name, self.order.strip) {
            Ok(Some(below)) => {
                let to = self.order.folder.join(below);
                if let Err(error) = self.write(&mut entry, &to) {
                    self.failed(call, &name, &error.to_string());
                }
            }
            Ok(None) => {}
            Err(what) => self.failed(call, &name, what),
        }
    }

    fn write(&self, entry: &mut Entry<'_>, to: &Path) -> io::Result<()> {
        if entry.folder {
            return fs::create_dir_all(to);
        }
        if self.order.keep_old && to.exists() {
            return Ok(());
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = File::create(to)?;
        io::copy(&mut entry.content, &mut file)?;
        if let Some(modified) = entry.modified {
            file.set_modified(modified)?;
        }
        Ok(())
    }

    fn end(mut self, call: &mut Call<'_>) -> i32 {
        for (name, met) in std::mem::take(&mut self.asked) {
            if !met {
                call.complain(format_args!("tar: {name}: Not found in archive"));
                self.failed = true;
            }
        }
        if self.failed {
            call.complain("tar: Error exit delayed from previous errors.");
        }
        i32::from(self.failed)
    }
}

/// Where an entry goes below the folder; none where nothing of its name is left.
fn place(name: &str, strip: usize) -> Result<Option<PathBuf>, &'static str> {
    let name = name.replace('\\', "/");
    // A drive or a root in front is taken off, as bsdtar does.
    let name = match name.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => rest,
        Some(_) => return Err("Invalid argument"),
        None => &name,
    };
    let mut path = PathBuf::new();
    let parts = Path::new(name.trim_start_matches('/')).components();
    for part in parts
        .filter(|p| !matches!(p, Component::CurDir))
        .skip(strip)
    {
        match part {
            Component::Normal(part) => path.push(part),
            _ => return Err("Path contains '..'"),
        }
    }
    Ok((!path.as_os_str().is_empty()).then_some(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entries_stay_below_the_folder() {
        assert_eq!(place("a/b.txt", 0), Ok(Some("a/b.txt".into())));
        assert_eq!(place("./a/b.txt", 1), Ok(Some("b.txt".into())));
        assert_eq!(place("a/", 1), Ok(None));
        assert_eq!(place("C:\\x", 0), Ok(Some("x".into())));
        assert!(place("../x", 0).is_err() && place("a/../../x", 0).is_err());
    }

    proptest! {
        #[test]
        fn no_name_leaves_it(name in "[a-z./:\\\\]{0,20}", strip in 0_usize..3) {
            if let Ok(Some(path)) = place(&name, strip) {
                prop_assert!(path.components().all(|c| matches!(c, Component::Normal(_))));
            }
        }
    }
}
