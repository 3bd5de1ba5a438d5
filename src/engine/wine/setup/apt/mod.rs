//! Gets packages of Debian with this machine's own apt, and leaves the machine as it is: apt is
//! given lists, sources, keys, a cache and a table of installed packages of its own in a private
//! folder, and is asked to download only. What is there already is kept and not downloaded again.

pub mod keyring;
pub mod mirror;
pub mod wanted;

use super::child::Tool;
use super::error::{Outcome, SetupError, at};
use crate::engine::Cancel;
use crate::engine::wine::ready::Package;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What to do where apt or dpkg is missing.
pub const NO_APT: &str = "this machine is no Debian or Ubuntu: give a root folder that has Wine 10 in it \
                          (`shakedown setup wine --root FOLDER`), or install Wine 10 or later with this \
                          machine's own package manager and use that (`shakedown setup wine --host`)";

/// Settings of this machine's apt that hold for the private one too: proxies, certificates, retries,
/// and whether the clock may be trusted.
const TAKEN_OVER: [&str; 7] = [
    "Acquire::http::",
    "Acquire::https::",
    "Acquire::Retries ",
    "Acquire::ForceIPv4 ",
    "Acquire::ForceIPv6 ",
    "Acquire::Check-Valid-Until ",
    "Acquire::Check-Date ",
];

/// How long after a try the lists of a mirror that is being renewed are asked for again.
const RENEWED_IN: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(20)];

/// A private apt.
pub struct Apt {
    folder: PathBuf,
    mirror: String,
}

/// A package file that was downloaded and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deb {
    pub package: Package,
    pub file: PathBuf,
}

impl Apt {
    /// Writes the private settings into a folder; what was downloaded into it before stays.
    pub fn new(folder: &Path, mirror: &str, keyring: &Path, cancel: &Cancel) -> Outcome<Apt> {
        for part in ["lists/partial", "cache/archives/partial", "etc"] {
            let path = folder.join(part);
            fs::create_dir_all(&path).map_err(at("make", &path))?;
        }
        let settings = settings(folder, keyring, &machine_settings(cancel)?)?;
        for (name, text) in [("status", wanted::status()), ("apt.conf", settings)] {
            let path = folder.join(name);
            fs::write(&path, text).map_err(at("write", &path))?;
        }
        let apt = Apt {
            folder: folder.to_owned(),
            mirror: mirror.to_owned(),
        };
        apt.sources(wanted::SUITE)?;
        Ok(apt)
    }

    fn sources(&self, suite: &str) -> Outcome<()> {
        let architectures = wanted::ARCHITECTURES.join(",");
        let line = format!("deb [arch={architectures}] {} {suite} main\n", self.mirror);
        let path = self.folder.join("sources.list");
        fs::write(&path, line).map_err(at("write", &path))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("apt-get");
        command
            .env("APT_CONFIG", self.folder.join("apt.conf"))
            .arg("-q")
            .args(arguments);
        command
    }

    /// Runs apt; `percent` gets its progress, the returned lines are its output.
    fn run(
        &self,
        arguments: &[&str],
        cancel: &Cancel,
        percent: &mut dyn FnMut(f64),
    ) -> Outcome<Vec<String>> {
        let tool = Tool::start(&mut self.command(arguments)).map_err(|m| m.failure(NO_APT))?;
        let mut lines = Vec::new();
        let ended = tool.lines(cancel, &mut |line| match progress(line) {
            Some(p) => percent(p),
            None => lines.push(line.to_owned()),
        })?;
        if ended.success {
            Ok(lines)
        } else {
            Err(failure(&ended.stderr, &ended.status))
        }
    }

    /// Gets the lists of packages. A mirror that is just being renewed has lists that do not fit
    /// each other: they are asked for again after each of [`RENEWED_IN`], and then by the release's
    /// other name, which some mirrors renew at another time. Signed they are under each name.
    pub fn update(&self, cancel: &Cancel, percent: &mut dyn FnMut(f64)) -> Outcome<()> {
        let failed = match self.lists(cancel, percent) {
            Err(e) if being_renewed(&e.to_string()) && !cancel.is_cancelled() => e,
            got => return got,
        };
        self.sources(wanted::SUITE_TOO)?;
        let status = ["-o", "APT::Status-Fd=1", "update"];
        if self.run(&status, cancel, percent).is_ok() && self.is_the_release() {
            return Ok(());
        }
        self.sources(wanted::SUITE)?;
        Err(failed)
    }

    /// Whether the lists under the other name are those of the release.
    fn is_the_release(&self) -> bool {
        let ending = format!("_dists_{}_InRelease", wanted::SUITE_TOO);
        let codename = format!("Codename: {}", wanted::SUITE);
        let lists = fs::read_dir(self.folder.join("lists"))
            .into_iter()
            .flatten();
        lists
            .flatten()
            .filter(|e| e.file_name().to_str().is_some_and(|n| n.ends_with(&ending)))
            .filter_map(|e| fs::read_to_string(e.path()).ok())
            .any(|text| text.lines().any(|l| l == codename))
    }

    fn lists(&self, cancel: &Cancel, percent: &mut dyn FnMut(f64)) -> Outcome<()> {
        let status = ["-o", "APT::Status-Fd=1", "update"];
        let mut pauses = RENEWED_IN.into_iter();
        loop {
            let got = self.run(&status, cancel, percent).map(drop);
            let unsettled = matches!(&got, Err(e) if being_renewed(&e.to_string()));
            match pauses.next() {
                Some(pause) if unsettled && !pause_for(pause, cancel) => {}
                _ => return got,
            }
        }
    }

    /// What will be downloaded, in bytes.
    pub fn left(&self, cancel: &Cancel) -> Outcome<u64> {
        let mut arguments = vec!["--print-uris", "-y", "install"];
        arguments.extend(wanted::WANTED);
        let lines = self.run(&arguments, cancel, &mut |_| {})?;
        Ok(lines.iter().filter_map(|l| uri_size(l)).sum())
    }

    /// Downloads the packages; gives their files.
    pub fn download(&self, cancel: &Cancel, percent: &mut dyn FnMut(f64)) -> Outcome<Vec<Deb>> {
        let mut arguments = vec!["-o", "APT::Status-Fd=1", "-y", "--download-only", "install"];
        arguments.extend(wanted::WANTED);
        self.run(&arguments, cancel, percent)?;
        let mut arguments = vec!["-s", "-y", "install"];
        arguments.extend(wanted::WANTED);
        let lines = self.run(&arguments, cancel, &mut |_| {})?;
        let packages: Vec<Package> = lines.iter().filter_map(|l| chosen(l)).collect();
        let archives = self.folder.join("cache/archives");
        packages
            .into_iter()
            .map(|package| {
                let file = archives.join(file_name(&package));
                let there = fs::metadata(&file);
                there.map_err(at("find the downloaded", &file))?;
                Ok(Deb { package, file })
            })
            .collect()
    }
}

/// Settings of this machine's apt that are taken over.
fn machine_settings(cancel: &Cancel) -> Outcome<String> {
    let tool =
        Tool::start(Command::new("apt-config").arg("dump")).map_err(|m| m.failure(NO_APT))?;
    let mut kept = String::new();
    tool.lines(cancel, &mut |line| {
        if TAKEN_OVER.iter().any(|t| line.starts_with(t)) && line.ends_with(';') {
            kept.push_str(line);
            kept.push('\n');
        }
    })?;
    Ok(kept)
}

/// The private apt.conf(5).
fn settings(folder: &Path, keyring: &Path, machine: &str) -> Outcome<String> {
    let quoted = |path: &Path| match path.to_str() {
        Some(p) if !p.contains(['"', '\n', '\\']) => Ok(p.to_owned()),
        _ => Err(SetupError::new(
            format!("apt takes no folder of this name: {}", path.display()),
            "set SHAKEDOWN_CACHE to a folder without quotes and backslashes in its name",
        )),
    };
    let (folder, keyring) = (quoted(folder)?, quoted(keyring)?);
    let mut out = machine.to_owned();
    for (name, value) in [
        ("Dir::State", format!("{folder}/")),
        ("Dir::State::Lists", format!("{folder}/lists/")),
        ("Dir::State::status", format!("{folder}/status")),
        (
            "Dir::State::extended_states",
            format!("{folder}/extended_states"),
        ),
        ("Dir::Cache", format!("{folder}/cache/")),
        ("Dir::Log", format!("{folder}/")),
        ("Dir::Etc::SourceList", format!("{folder}/sources.list")),
        ("Dir::Etc::Trusted", keyring),
        // Nothing of the machine's own is read: neither its sources nor its hooks.
        ("Dir::Etc::Main", "/dev/null".into()),
        ("Dir::Etc::Parts", "/dev/null".into()),
        ("Dir::Etc::SourceParts", "/dev/null".into()),
        ("Dir::Etc::TrustedParts", "/dev/null".into()),
        ("Dir::Etc::Preferences", "/dev/null".into()),
        ("Dir::Etc::PreferencesParts", "/dev/null".into()),
        ("Acquire::Languages", "none".into()),
        ("APT::Architecture", wanted::ARCHITECTURES[0].into()),
        ("APT::Install-Recommends", "false".into()),
        ("APT::Get::AllowUnauthenticated", "false".into()),
        ("Acquire::AllowInsecureRepositories", "false".into()),
        // A list that cannot be had is an error and no warning.
        ("APT::Update::Error-Mode", "any".into()),
        // The private folder is closed to apt's own user.
        ("APT::Sandbox::User", "root".into()),
    ] {
        // Writing into a string cannot fail.
        let _ = writeln!(out, "{name} \"{value}\";");
    }
    let architectures = wanted::ARCHITECTURES.map(|a| format!("\"{a}\";")).join(" ");
    let _ = writeln!(out, "APT::Architectures {{ {architectures} }};");
    Ok(out)
}

/// `dlstatus:12:34.5:Retrieving file ...`: how far it is, in percent.
fn progress(line: &str) -> Option<f64> {
    let mut parts = line.strip_prefix("dlstatus:")?.splitn(3, ':');
    parts.next()?;
    parts
        .next()?
        .parse()
        .ok()
        .filter(|p| (0.0..=100.0).contains(p))
}

/// `'URI' FILE SIZE HASH`: the size.
fn uri_size(line: &str) -> Option<u64> {
    let rest = line.strip_prefix('\'')?;
    rest.split_whitespace().nth(2)?.parse().ok()
}

/// `Inst NAME[:ARCH] (VERSION Debian:13.1/stable [ARCH]) ...`: the package.
fn chosen(line: &str) -> Option<Package> {
    let (name, rest) = line.strip_prefix("Inst ")?.split_once(' ')?;
    let (inside, _) = rest.split_once('(')?.1.split_once(')')?;
    let (version, rest) = inside.split_once(' ')?;
    let architecture = rest.rsplit_once('[')?.1.strip_suffix(']')?;
    let plain = |text: &str| {
        let good = |c: char| c.is_ascii_alphanumeric() || ".+-~:_".contains(c);
        !text.is_empty() && text.chars().all(good)
    };
    let name = name.split(':').next()?;
    [name, version, architecture]
        .into_iter()
        .all(plain)
        .then(|| Package {
            name: name.to_owned(),
            version: version.to_owned(),
            architecture: architecture.to_owned(),
        })
}

/// The name apt gives a package's file: `libx_1%3a2.0-1_amd64.deb`.
fn file_name(package: &Package) -> String {
    let version = package.version.replace(':', "%3a");
    format!("{}_{version}_{}.deb", package.name, package.architecture)
}

/// The last lines in which apt tells errors.
pub fn last_errors(stderr: &str, status: &str) -> String {
    let errors: Vec<&str> = stderr
        .lines()
        .filter_map(|l| l.strip_prefix("E: ").or_else(|| l.strip_prefix("W: ")))
        .filter(|l| !l.starts_with("Some index files failed") && !l.contains("legacy trusted.gpg"))
        .collect();
    let last = &errors[errors.len().saturating_sub(3)..];
    match last {
        [] => match stderr.trim() {
            "" => status.to_owned(),
            all => all.lines().last().unwrap_or(status).to_owned(),
        },
        _ => last.join("; "),
    }
}

/// Whether apt says that the mirror's lists do not fit each other.
fn being_renewed(told: &str) -> bool {
    [
        "Mirror sync in progress",
        "Hash Sum mismatch",
        "unexpected size",
    ]
    .iter()
    .any(|w| told.contains(w))
}

/// Lets time pass; `true`: it was cancelled.
fn pause_for(pause: Duration, cancel: &Cancel) -> bool {
    let end = Instant::now() + pause;
    while Instant::now() < end && !cancel.is_cancelled() {
        std::thread::sleep(Duration::from_millis(100));
    }
    cancel.is_cancelled()
}

/// What apt's errors mean for whoever runs setup.
fn failure(stderr: &str, status: &str) -> SetupError {
    let has = |words: &[&str]| words.iter().any(|w| stderr.contains(w));
    let mend = if has(&[
        "NO_PUBKEY",
        "is not signed",
        "Missing key",
        "EXPKEYSIG",
        "BADSIG",
    ]) {
        "this machine's keys of Debian are too old or missing: install the newest \
         debian-archive-keyring, then run it again"
    } else if being_renewed(stderr) {
        "this mirror is being renewed, its lists do not fit each other yet: run it again in some \
         minutes, or name another mirror with --mirror URL"
    } else if has(&["No space left"]) {
        "make room there, or set SHAKEDOWN_CACHE to a folder on another disk, and run it again"
    } else if has(&[
        "Unable to locate package",
        "404",
        "does not have a Release file",
    ]) {
        "this mirror lacks Debian 13: name another with --mirror URL"
    } else if has(&["is not valid yet", "is expired"]) {
        "set this machine's clock, then run it again"
    } else {
        "look after the network (apt's own proxy settings are used), or name another mirror with \
         --mirror URL; what was downloaded is kept: run it again"
    };
    let told = last_errors(stderr, status);
    SetupError::new(format!("apt could not get Debian's packages: {told}"), mend)
}

#[cfg(test)]
mod tests;
