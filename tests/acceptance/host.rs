//! Nothing a run does reaches the host, not even a run that was killed.

use super::run::{self, expect};
use super::whole::whole;
use libtest_mimic::Failed;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many kills; `SHAKEDOWN_KILLS` changes it.
const KILLS: u64 = 12;

/// What of the machine a run must not change.
#[derive(Debug, PartialEq)]
pub struct Host {
    mounts: String,
    hostname: String,
    namespaces: BTreeSet<String>,
    cgroups: BTreeSet<PathBuf>,
    /// Path -> (inode, size, mode, change time in nanoseconds).
    files: BTreeMap<PathBuf, (u64, u64, u32, i128)>,
}

/// Folders that components write to on devices.
const WATCHED: [&str; 10] = [
    "/etc",
    "/opt",
    "/root",
    "/home",
    "/srv",
    "/usr/local",
    "/var/lib",
    "/var/root",
    "/Library",
    "/Applications",
];

/// Below these other programs of the machine (the build itself, package caches) write on their own.
const PASSED_OVER: [&str; 8] = [
    "target", ".cargo", ".rustup", ".cache", ".npm", ".git", "dpkg", "apt",
];

pub fn host() -> Result<Host, Failed> {
    let mut files = BTreeMap::new();
    for root in WATCHED {
        walk(Path::new(root), &mut files, 0);
    }
    let mut cgroups = BTreeMap::new();
    walk_folders(Path::new("/sys/fs/cgroup"), &mut cgroups, 0);
    Ok(Host {
        mounts: std::fs::read_to_string("/proc/self/mountinfo")?,
        hostname: std::fs::read_to_string("/proc/sys/kernel/hostname")?,
        namespaces: namespaces(),
        cgroups: cgroups.into_keys().collect(),
        files,
    })
}

fn walk(dir: &Path, files: &mut BTreeMap<PathBuf, (u64, u64, u32, i128)>, depth: u32) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for e in entries.flatten() {
        let (path, name) = (e.path(), e.file_name());
        if depth > 6 || PASSED_OVER.iter().any(|p| name == *p) || path.starts_with(run::root()) {
            continue;
        }
        let Ok(meta) = path.symlink_metadata() else {
            continue;
        };
        if meta.is_dir() {
            walk(&path, files, depth + 1);
        } else {
            let ctime = i128::from(meta.ctime()) * 1_000_000_000 + i128::from(meta.ctime_nsec());
            files.insert(path, (meta.ino(), meta.size(), meta.mode(), ctime));
        }
    }
}

fn walk_folders(dir: &Path, found: &mut BTreeMap<PathBuf, ()>, depth: u32) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for e in entries.flatten() {
        if depth < 5 && e.file_type().is_ok_and(|t| t.is_dir()) {
            found.insert(e.path(), ());
            walk_folders(&e.path(), found, depth + 1);
        }
    }
}

/// Process ids of this machine.
fn processes() -> BTreeSet<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return BTreeSet::new();
    };
    entries
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse().ok())
        .collect()
}

/// Every namespace a process lives in, but the test's own.
fn namespaces() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for pid in processes() {
        for kind in ["mnt", "pid", "net", "user", "uts", "ipc"] {
            if let Ok(link) = std::fs::read_link(format!("/proc/{pid}/ns/{kind}")) {
                all.insert(link.display().to_string());
            }
        }
    }
    all
}

/// Processes that run our binary, by whatever name.
fn ours() -> Vec<String> {
    let binary = Path::new(env!("CARGO_BIN_EXE_shakedown"));
    let Ok(id) = binary.metadata().map(|m| (m.dev(), m.ino())) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for pid in processes() {
        let exe = std::fs::metadata(format!("/proc/{pid}/exe")).map(|m| (m.dev(), m.ino()));
        if exe.is_ok_and(|x| x == id) {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            found.push(format!(
                "{pid}: {}",
                String::from_utf8_lossy(&line).replace('\0', " ")
            ));
        }
    }
    found
}

/// Waits until the machine is as it was; says what is not.
pub fn same(before: &Host, patience: Duration) -> Result<(), Failed> {
    let until = Instant::now() + patience;
    loop {
        let changed = difference(before, &host()?, &ours());
        if changed.is_empty() {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(changed.into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// What a run may not do, one line each. Namespaces and control groups that are gone are others': a run
/// can end none but its own.
fn difference(before: &Host, after: &Host, ours: &[String]) -> String {
    let mut out = ours
        .iter()
        .map(|p| format!("process left: {p}"))
        .collect::<Vec<_>>();
    if before.mounts != after.mounts {
        out.push(format!("mounts:\n{}\n---\n{}", before.mounts, after.mounts));
    }
    if before.hostname != after.hostname {
        out.push(format!("host name: {}", after.hostname));
    }
    out.extend(
        after
            .namespaces
            .difference(&before.namespaces)
            .map(|n| format!("namespace left: {n}")),
    );
    out.extend(
        after
            .cgroups
            .difference(&before.cgroups)
            .map(|n| format!("cgroup left: {}", n.display())),
    );
    for (path, meta) in &after.files {
        match before.files.get(path) {
            None => out.push(format!("file made: {}", path.display())),
            Some(m) if m != meta => out.push(format!("file changed: {}", path.display())),
            Some(_) => {}
        }
    }
    out.extend(
        before
            .files
            .keys()
            .filter(|p| !after.files.contains_key(*p))
            .map(|p| format!("file gone: {}", p.display())),
    );
    out.join("\n")
}

/// The whole suite.
pub fn suite() -> Result<(), Failed> {
    let changed = &whole()?.changed;
    if changed.is_empty() {
        Ok(())
    } else {
        Err(changed.clone().into())
    }
}

/// `kill -9` of the harness at random moments.
pub fn killed() -> Result<(), Failed> {
    let kills = std::env::var("SHAKEDOWN_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(KILLS);
    let before = host()?;
    let mut rng = fastrand::Rng::new();
    for n in 0..kills {
        let record = tempfile::tempdir()?;
        let mut child = run::run(record.path(), &["--quiet"])
            .stderr(std::process::Stdio::null())
            .spawn()?;
        let moment = Duration::from_millis(rng.u64(5..1500));
        std::thread::sleep(moment);
        child.kill()?;
        child.wait()?;
        same(&before, Duration::from_secs(5)).map_err(|e| {
            format!(
                "kill {n} after {moment:?}: {}",
                e.message().unwrap_or_default()
            )
        })?;
        for log in run::logs(record.path()).unwrap_or_default() {
            shakedown::report::record::read(&log).map_err(|e| e.to_string())?;
        }
    }
    Ok(())
}

/// 50 children that left their session and ignore TERM.
pub fn timeout() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let marker = format!("{}.{}", 900, std::process::id());
    let script = format!(
        "#!/bin/bash\nfor i in $(seq 50); do ( setsid bash -c 'trap \"\" TERM HUP INT; ( while :; do sleep {marker}; done ) & while :; do sleep {marker}; done' >/dev/null 2>&1 </dev/null & ) ; done\necho started\nsleep {marker}\n"
    );
    let component = dir.path().join("stubborn");
    std::fs::create_dir(&component)?;
    std::fs::write(component.join("command.sh"), script)?;
    std::fs::write(
        component.join("component.yaml"),
        "name: Stubborn [LIN]\ncategory: scripts\ntype: unix\nscript: command.sh\n",
    )?;
    let scenario = "scenario: stubborn children\nworld:\n  devices: { box: { os: linux } }\n  components: { stubborn: stubborn }\nsteps:\n  - job: stubborn\n    on: box\n    timeout: 1s\n    expect: { timed-out: true, status: failure, stdout: started }\n";
    std::fs::write(dir.path().join("stubborn.yaml"), scenario)?;
    let file = dir.path().join("stubborn.yaml");
    let record = dir.path().join("record");
    expect(run::run(&record, &[&file.display().to_string()]), 0)?;
    let left: Vec<u32> = processes()
        .into_iter()
        .filter(|pid| {
            std::fs::read(format!("/proc/{pid}/cmdline"))
                .is_ok_and(|c| String::from_utf8_lossy(&c).contains(&format!("sleep\0{marker}")))
        })
        .collect();
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("{} children survived", left.len()).into())
    }
}
