//! Packing.

use super::Trouble;
use super::order::Order;
use crate::programs::Call;
use crate::programs::text::wild;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

/// Deepest folder that is walked into.
const DEEPEST: usize = 200;

/// Makes an archive; exit code.
pub fn create(call: &mut Call<'_>, order: &Order) -> Result<i32, Trouble> {
    if order.names.is_empty() {
        return Err(Trouble::Words("no files or directories specified".into()));
    }
    let name = order.archive.to_string_lossy().to_lowercase();
    let named = |ends: &[&str]| order.by_name && ends.iter().any(|e| name.ends_with(e));
    if named(&[".bz2", ".xz", ".7z", ".zst", ".iso", ".cab"]) {
        return Err(Trouble::NotHere(format!("an archive like {name}")));
    }
    let zip = match order.format.as_str() {
        "" => named(&[".zip"]),
        "zip" => true,
        "ustar" | "pax" | "paxr" | "gnutar" => false,
        other => return Err(Trouble::NotHere(format!("--format {other}"))),
    };
    let mut failed = false;
    let mut all = Vec::new();
    for name in &order.names {
        let path = order.folder.join(name);
        if fs::symlink_metadata(&path).is_err() {
            call.complain(format_args!(
                "tar: {name}: Couldn't visit directory: No such file or directory"
            ));
            failed = true;
            continue;
        }
        walk(order, &path, name.replace('\\', "/"), 0, &mut all);
    }
    let file = File::create(&order.archive)
        .map_err(|_| Trouble::Words(format!("Failed to open '{}'", order.archive.display())))?;
    if order.verbose {
        for (_, name) in &all {
            call.complain(format_args!("a {name}"));
        }
    }
    let file = BufWriter::new(file);
    let done = if zip {
        write_zip(file, &all)
    } else if order.gzip || named(&[".gz", ".tgz"]) {
        let packed = GzEncoder::new(file, Compression::default());
        write_tar(packed, &all).and_then(|p| p.finish()?.flush())
    } else {
        write_tar(file, &all).and_then(|mut f| f.flush())
    };
    done.map_err(|e| Trouble::Words(e.to_string()))?;
    if failed {
        call.complain("tar: Error exit delayed from previous errors.");
    }
    Ok(i32::from(failed))
}

fn walk(order: &Order, path: &Path, name: String, depth: usize, all: &mut Vec<(PathBuf, String)>) {
    let last = name.rsplit('/').next().unwrap_or(&name);
    if order
        .exclude
        .iter()
        .any(|p| wild(p, &name) || wild(p, last))
    {
        return;
    }
    let folder = path.is_dir();
    if folder && depth < DEEPEST {
        all.push((path.to_owned(), format!("{}/", name.trim_end_matches('/'))));
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut inner: Vec<_> = entries.map(|e| e.file_name()).collect();
        inner.sort();
        for entry in inner {
            let name = format!("{}/{}", name.trim_end_matches('/'), entry.to_string_lossy());
            walk(order, &path.join(&entry), name, depth + 1, all);
        }
    } else if !folder {
        all.push((path.to_owned(), name));
    }
}

/// An archive holds no drive and no root.
fn relative(name: &str) -> &str {
    let name = match name.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => rest,
        _ => name,
    };
    name.trim_start_matches('/')
}

fn write_tar<W: Write>(to: W, all: &[(PathBuf, String)]) -> io::Result<W> {
    let mut archive = ::tar::Builder::new(to);
    for (path, name) in all {
        match relative(name) {
            "" => {}
            name if name.ends_with('/') => archive.append_dir(name, path)?,
            name => archive.append_path_with_name(path, name)?,
        }
    }
    archive.into_inner()
}

fn write_zip(to: BufWriter<File>, all: &[(PathBuf, String)]) -> io::Result<()> {
    let mut archive = zip::ZipWriter::new(to);
    let options = SimpleFileOptions::default();
    for (path, name) in all {
        match relative(name) {
            "" => {}
            name if name.ends_with('/') => archive.add_directory(name, options)?,
            name => {
                let large = fs::metadata(path)?.len() >= u64::from(u32::MAX);
                archive.start_file(name, options.large_file(large))?;
                io::copy(&mut File::open(path)?, &mut archive)?;
            }
        }
    }
    archive.finish()?.flush()
}
