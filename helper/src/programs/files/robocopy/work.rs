//! The copy itself.

use super::order::Order;
use super::print::{self, Count, Log};
use crate::programs::error_text;
use crate::programs::text::wild;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

const COPIED: i32 = 1;
const EXTRA: i32 = 2;
const MISMATCHED: i32 = 4;
const FAILED: i32 = 8;
const FATAL: i32 = 16;
/// Times of less than this apart are the same: FAT keeps no more.
const CLOCK: Duration = Duration::from_millis(1);
/// Deepest folder that is walked into.
const DEEPEST: usize = 200;

struct Work<'w, 'o> {
    order: &'w Order,
    log: &'w mut Log<'o>,
    exit: i32,
    /// Folders, files, bytes.
    counts: [Count; 3],
}

/// Copies as ordered; robocopy's exit code.
pub fn copy(order: &Order, log: &mut Log<'_>) -> i32 {
    let since = Instant::now();
    print::head(log, order);
    let mut work = Work {
        order,
        log,
        exit: 0,
        counts: [Count::default(); 3],
    };
    if let Err(error) = fs::metadata(&order.from).and_then(|_| fs::read_dir(&order.from)) {
        work.error("Accessing Source Directory", &order.from, &error, true);
        return FATAL;
    }
    work.folder(&order.from, &order.to, 1);
    let (counts, exit) = (work.counts, work.exit);
    print::summary(log, order, counts, since.elapsed().as_secs());
    exit
}

/// What stands in a folder, by name in lower case.
fn entries(folder: &Path) -> io::Result<BTreeMap<String, (PathBuf, fs::Metadata)>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        all.insert(name, (entry.path(), fs::metadata(entry.path())?));
    }
    Ok(all)
}

fn name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

fn excluded(list: &[String], path: &Path) -> bool {
    let full = path.display().to_string();
    let short = name(path);
    list.iter()
        .any(|p| wild(p, &short) || wild(p, &full) || p.eq_ignore_ascii_case(&full))
}

impl Work<'_, '_> {
    fn error(&mut self, doing: &str, path: &Path, error: &io::Error, folder: bool) {
        let code = error.raw_os_error().unwrap_or(1).cast_unsigned();
        let end = if folder { "\\" } else { "" };
        let text = error_text(code);
        self.log.line(&format!(
            "{} ERROR {code} (0x{code:08X}) {doing} {}{end}\n{text}\n",
            print::stamp(),
            path.display()
        ));
    }

    /// Does something again and again, as often as ordered; none where it never worked.
    fn tries<T>(
        &mut self,
        doing: &str,
        path: &Path,
        folder: bool,
        mut act: impl FnMut() -> io::Result<T>,
    ) -> Option<T> {
        for left in (0..=self.order.retries).rev() {
            match act() {
                Ok(done) => return Some(done),
                Err(error) => self.error(doing, path, &error, folder),
            }
            if left > 0 {
                let wait = self.order.wait;
                self.log
                    .line(&format!("Waiting {wait} seconds... Retrying..."));
                std::thread::sleep(Duration::from_secs(wait));
            }
        }
        self.log.line("\nERROR: RETRY LIMIT EXCEEDED.\n");
        self.exit |= FAILED;
        None
    }

    fn wanted(&self, path: &Path, found: &fs::Metadata) -> bool {
        let files = &self.order.files;
        let short = name(path);
        let size = found.len();
        (files.is_empty() || files.iter().any(|p| wild(p, &short)))
            && self.order.most.is_none_or(|m| size <= m)
            && self.order.least.is_none_or(|m| size >= m)
    }

    fn folder(&mut self, from: &Path, to: &Path, level: usize) {
        let order = self.order;
        let Some(here) = self.tries("Scanning Source Directory", from, true, || entries(from))
        else {
            self.counts[0].failed += 1;
            return;
        };
        let there = entries(to).unwrap_or_default();
        self.counts[0].total += 1;
        let files: Vec<&(PathBuf, fs::Metadata)> = here
            .values()
            .filter(|(p, m)| m.is_file() && self.wanted(p, m))
            .collect();
        let new = !to.is_dir();
        let makes = new && (level == 1 || order.empty || !files.is_empty());
        if makes {
            self.counts[0].copied += 1;
        } else {
            self.counts[0].skipped += 1;
        }
        if !order.no_folders {
            let class = if new && level > 1 { "New Dir" } else { "" };
            self.log.line(&format!(
                "\t{class:>10} {:>9}\t{}\\",
                files.len(),
                from.display().to_string().trim_end_matches('\\')
            ));
        }
        if makes && !order.list_only {
            let made = self.tries("Creating Destination Directory", to, true, || {
                fs::create_dir_all(to)
            });
            if made.is_none() {
                self.counts[0].failed += 1;
                return;
            }
            if level > 1 {
                self.exit |= COPIED;
            }
        }
        self.extras(&here, &there, level);
        for (path, found) in files {
            self.file(path, found, &to.join(name(path)));
        }
        let deeper = order.below && (order.levels == 0 || level < order.levels) && level < DEEPEST;
        for (path, found) in here.values().filter(|_| deeper) {
            if found.is_dir() && !excluded(&order.not_folders, path) {
                self.folder(path, &to.join(name(path)), level + 1);
            }
        }
        if order.take_folders && !order.list_only && (level > 1 || order.files.is_empty()) {
            // It stays where something is left in it.
            let _ = fs::remove_dir(from);
        }
    }

    /// What stands in the destination alone.
    fn extras(
        &mut self,
        here: &BTreeMap<String, (PathBuf, fs::Metadata)>,
        there: &BTreeMap<String, (PathBuf, fs::Metadata)>,
        _level: usize,
    ) {
        let order = self.order;
        let alone = there.iter().filter(|(name, _)| !here.contains_key(*name));
        for (_, (path, found)) in alone {
            let folder = found.is_dir();
            let unseen = (folder && !order.below)
                || excluded(
                    if folder {
                        &order.not_folders
                    } else {
                        &order.not_files
                    },
                    path,
                )
                || (!folder && !self.wanted(path, found));
            if unseen {
                continue;
            }
            self.exit |= EXTRA;
            let size = if folder { 0 } else { found.len() };
            self.counts[usize::from(!folder)].extras += 1;
            self.counts[2].extras += size;
            let hidden = if folder {
                order.no_folders
            } else {
                order.no_files
            };
            if !hidden && !order.not_extra {
                let class = if folder { "*EXTRA Dir" } else { "*EXTRA File" };
                let shown = if folder {
                    "-1".to_owned()
                } else {
                    print::size(size)
                };
                self.log
                    .line(&format!("\t{class:<12}\t{shown:>8}\t{}", path.display()));
            }
            if order.purge && !order.not_extra && !order.list_only {
                let removed = || {
                    if folder {
                        fs::remove_dir_all(path)
                    } else {
                        fs::remove_file(path)
                    }
                };
                self.tries("Deleting Extra File", path, folder, removed);
            }
        }
    }

    fn file(&mut self, from: &Path, found: &fs::Metadata, to: &Path) {
        let order = self.order;
        let size = found.len();
        self.counts[1].total += 1;
        self.counts[2].total += size;
        let present = fs::metadata(to).ok();
        if present.as_ref().is_some_and(fs::Metadata::is_dir) {
            self.exit |= MISMATCHED;
            self.counts[1].mismatch += 1;
            self.counts[2].mismatch += size;
            return;
        }
        let class = class(found, present.as_ref());
        let skipped = excluded(&order.not_files, from)
            || match class {
                Class::New => order.not_lonely,
                Class::Same => !order.same_too,
                Class::Newer => order.not_newer,
                Class::Older => order.not_older,
                Class::Changed => order.not_changed,
            };
        if skipped {
            self.counts[1].skipped += 1;
            self.counts[2].skipped += size;
            return;
        }
        if !order.no_files {
            let shown = if order.full_names {
                from.display().to_string()
            } else {
                name(from)
            };
            let word = if order.no_class { "" } else { class.word() };
            let bytes = if order.no_size {
                String::new()
            } else {
                print::size(size)
            };
            self.log
                .line(&format!("\t{word:>12}  \t\t{bytes:>8}\t{shown}"));
        }
        let copied = order.list_only
            || self
                .tries("Copying File", from, false, || copy_file(from, to, found))
                .is_some();
        if !copied {
            self.counts[1].failed += 1;
            self.counts[2].failed += size;
            return;
        }
        if !order.no_files && !order.no_progress && !order.list_only {
            self.log.line("100%  ");
        }
        self.exit |= COPIED;
        self.counts[1].copied += 1;
        self.counts[2].copied += size;
        if order.take_files && !order.list_only {
            self.tries("Deleting Source File", from, false, || {
                fs::remove_file(from)
            });
        }
    }
}

fn copy_file(from: &Path, to: &Path, found: &fs::Metadata) -> io::Result<()> {
    fs::copy(from, to)?;
    let times = fs::FileTimes::new().set_modified(found.modified()?);
    let kept = fs::metadata(to)?.modified()?;
    if apart(kept, found.modified()?) >= CLOCK {
        fs::OpenOptions::new()
            .write(true)
            .open(to)?
            .set_times(times)?;
    }
    Ok(())
}

/// How a file of the source stands to that of the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    New,
    Same,
    Newer,
    Older,
    Changed,
}

impl Class {
    fn word(self) -> &'static str {
        match self {
            Class::New => "New File",
            Class::Same => "Same",
            Class::Newer => "Newer",
            Class::Older => "Older",
            Class::Changed => "Changed",
        }
    }
}

fn apart(a: SystemTime, b: SystemTime) -> Duration {
    a.duration_since(b).unwrap_or_else(|e| e.duration())
}

fn class(from: &fs::Metadata, to: Option<&fs::Metadata>) -> Class {
    let Some(to) = to else { return Class::New };
    let (Ok(a), Ok(b)) = (from.modified(), to.modified()) else {
        return Class::Changed;
    };
    if apart(a, b) < CLOCK {
        return if from.len() == to.len() {
            Class::Same
        } else {
            Class::Changed
        };
    }
    if a > b { Class::Newer } else { Class::Older }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own below the system's temporary one, gone at the end.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Place {
            let path = std::env::temp_dir().join(format!("robocopy-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(path.join("from/deep/empty")).unwrap();
            fs::write(path.join("from/a.txt"), "one").unwrap();
            fs::write(path.join("from/b.log"), "two").unwrap();
            fs::write(path.join("from/deep/c.txt"), "three").unwrap();
            Place(path)
        }

        fn run(&self, options: &str) -> (i32, String) {
            let path = |p: &str| self.0.join(p).display().to_string();
            let mut args = vec![path("from"), path("to")];
            args.extend(options.split_whitespace().map(str::to_owned));
            // On this system paths begin with a slash, as options do.
            let mut order = Order::read(
                &["a".to_owned(), "b".to_owned()]
                    .into_iter()
                    .chain(args[2..].iter().cloned())
                    .collect::<Vec<_>>(),
            )
            .unwrap();
            (order.from, order.to) = (self.0.join("from"), self.0.join("to"));
            let mut out = Vec::new();
            let exit = copy(&order, &mut Log::of(&mut out));
            (exit, String::from_utf8(out).unwrap())
        }

        fn has(&self, name: &str) -> bool {
            self.0.join(name).exists()
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn exit_codes_are_bits() {
        let p = Place::new("bits");
        let (exit, out) = p.run("/E /NP");
        assert_eq!(exit, 1, "{out}");
        assert!(p.has("to/a.txt") && p.has("to/deep/empty"));
        assert!(
            out.contains("New File") && out.contains("   Files :         3         3"),
            "{out}"
        );
        assert_eq!(p.run("/E").0, 0);
        fs::write(p.0.join("to/extra.txt"), "x").unwrap();
        assert_eq!(p.run("/E").0, 2);
        assert!(p.has("to/extra.txt"));
        assert_eq!(p.run("/MIR").0, 2);
        assert!(!p.has("to/extra.txt"));
        fs::create_dir(p.0.join("to/n.txt")).unwrap();
        fs::write(p.0.join("from/n.txt"), "x").unwrap();
        assert_eq!(p.run("").0, 4);
    }

    #[test]
    fn patterns_exclusions_and_moving() {
        let p = Place::new("move");
        assert_eq!(p.run("*.txt").0, 1);
        assert!(p.has("to/a.txt") && !p.has("to/b.log") && !p.has("to/deep"));
        assert_eq!(p.run("/E /XD deep /XF *.log").0, 0);
        assert_eq!(p.run("/S /MOVE /NFL /NDL /NJH /NJS").1, "");
        // What was there already is not copied, and so not taken away.
        assert!(p.has("from/a.txt") && !p.has("from/b.log"));
        assert!(p.has("to/deep/c.txt") && !p.has("to/deep/empty"));
    }

    #[test]
    fn a_missing_source_is_fatal() {
        let p = Place::new("none");
        fs::remove_dir_all(p.0.join("from")).unwrap();
        let (exit, out) = p.run("");
        assert_eq!(exit, 16);
        assert!(
            out.contains("ERROR 2 (0x00000002) Accessing Source Directory"),
            "{out}"
        );
    }
}
