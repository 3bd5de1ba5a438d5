//! Makes the root: Debian's packages unpacked, without what no device reads.

use super::apt::{Apt, Deb, keyring, mirror, wanted};
use super::error::{Outcome, SetupError, at};
use super::tree::Tree;
use super::{Step, Work, deb, finish, state};
use crate::engine::wine::ready::{Package, RootSource, size};
use std::fs;
use std::path::Path;

/// Downloads what the root is made of; gives the packages and where they came from.
pub fn download(work: &Work<'_>, mirror: Option<&str>) -> Outcome<(String, Vec<Deb>)> {
    let folder = work.cache.folder().join("packages");
    fs::create_dir_all(&folder).map_err(at("make", &folder))?;
    let mirror = match mirror {
        Some(given) => given.to_owned(),
        None => mirror::of_this_machine(Path::new("/etc/apt")).ok_or_else(|| {
            SetupError::new(
                "this machine's apt names no mirror of Debian",
                "name one: shakedown setup wine --mirror http://MIRROR/debian",
            )
        })?,
    };
    work.watch.begin(Step::Lists, &mirror);
    let keyring = keyring::find(Path::new("/"), &folder, work.cancel)?;
    let apt = Apt::new(&folder, &mirror, &keyring, work.cancel)?;
    apt.update(work.cancel, &mut |p| work.watch.at(p))?;
    let left = apt.left(work.cancel)?;
    work.watch.end(&format!("of {mirror}"));
    work.watch.begin(Step::Packages, &size(left));
    let debs = apt.download(work.cancel, &mut |p| work.watch.at(p))?;
    work.watch
        .end(&format!("{} packages, {}", debs.len(), size(left)));
    Ok((mirror, debs))
}

/// The packages of a folder, which must have all that the root needs.
pub fn of_folder(work: &Work<'_>, folder: &Path) -> Outcome<(String, Vec<Deb>)> {
    work.watch
        .begin(Step::Packages, &folder.display().to_string());
    let debs = deb::in_folder(folder, work.cancel)?;
    let lacking: Vec<&str> = wanted::WANTED
        .into_iter()
        .filter(|wanted| {
            let (name, architecture) = wanted.split_once(':').unwrap_or((wanted, "amd64"));
            !debs.iter().any(|d| {
                let has = d.package.architecture.as_str();
                d.package.name == name && (has == architecture || has == "all")
            })
        })
        .collect();
    if !lacking.is_empty() {
        return Err(SetupError::new(
            format!(
                "{} lacks the packages {}",
                folder.display(),
                lacking.join(", ")
            ),
            format!(
                "put them there with all that they depend on, from Debian's release {}; a setup \
                 with a network keeps what it downloads in CACHE/wine/1/packages until it is done",
                wanted::SUITE
            ),
        ));
    }
    work.watch.end(&format!("{} packages", debs.len()));
    let folder = fs::canonicalize(folder).map_err(at("find", folder))?;
    Ok((folder.display().to_string(), debs))
}

/// Unpacks packages into the cache's root.
pub fn make(work: &Work<'_>, place: String, debs: Vec<Deb>) -> Outcome<RootSource> {
    work.watch.begin(Step::Root, "");
    let sizes: Vec<u64> = debs
        .iter()
        .map(|d| deb::installed_size(&d.file, work.cancel))
        .collect::<Outcome<_>>()?;
    let total = sizes.iter().sum::<u64>().max(1) as f64;
    let partial = work.cache.folder().join("root.partial");
    state::remove_any(&partial)?;
    fs::create_dir_all(&partial).map_err(at("make", &partial))?;
    let tree = Tree::open(&partial).map_err(at("open", &partial))?;
    let mut done = 0;
    // `base-files` has the links from /bin to /usr/bin that others write through.
    let first = |d: &&(Deb, u64)| d.0.package.name != "base-files";
    let mut all: Vec<(Deb, u64)> = debs.into_iter().zip(sizes).collect();
    all.sort_by_key(|d| first(&d));
    let mut packages: Vec<Package> = Vec::new();
    for (deb, size) in all {
        deb::unpack(&deb.file, &tree, work.cancel, &mut |taken| {
            work.watch
                .at((done + taken.min(size)) as f64 * 100.0 / total);
        })?;
        done += size;
        packages.push(deb.package);
    }
    finish::finish(&tree)?;
    packages.sort();
    let source = RootSource::Packages { place, packages };
    work.write_root_source(&source)?;
    let root = work.cache.root();
    fs::rename(&partial, &root).map_err(at("rename", &partial))?;
    work.watch.end("unpacked");
    Ok(source)
}
