//! What a job changed in the files of its device.

use super::device::{boot, check, run, spec};
use libtest_mimic::Failed;
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::{Device, Engine, Mark};
use shakedown::rmm::observed::{Change, Exit};
use std::path::Path;
use std::sync::Arc;

fn changes(device: &Arc<dyn Device>, mark: &Mark) -> Result<Vec<(Change, String)>, Failed> {
    let footprint = device.footprint(mark)?;
    Ok(footprint
        .entries
        .into_iter()
        .map(|e| (e.change, e.path))
        .collect())
}

pub fn footprint() -> Result<(), Failed> {
    use Change::{Changed, Created, Deleted, Metadata};
    let device = boot("footprint")?;
    device.write_file("/opt/agent/before", b"old", 0o644)?;
    device.write_file("/opt/agent/gone", b"old", 0o644)?;
    let mark = device.mark()?;
    check(changes(&device, &mark)?.is_empty(), "nothing was done")?;
    device.write_file("/opt/agent/own", b"agent", 0o600)?;
    device.write_file("/opt/agent/later", b"agent", 0o600)?;
    let outcome = run(
        &device,
        "echo new > /opt/agent/before; rm /opt/agent/gone; echo more >> /opt/agent/later; \
         mkdir -p /opt/vendor/x; echo hi > /opt/vendor/x/f; ln -s f /opt/vendor/x/l; mkfifo /opt/vendor/p; \
         chmod 600 /etc/passwd; rm /etc/shells; echo x >> /etc/group; touch /etc/hostname; \
         echo same > /tmp/s; touch /opt/vendor/$'\\xff\\n'; cat /etc/hosts > /dev/null; true",
    )?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let expected: Vec<(Change, String)> = [
        (Metadata, "/etc/hostname"),
        (Changed, "/etc/group"),
        (Metadata, "/etc/passwd"),
        (Deleted, "/etc/shells"),
        (Changed, "/opt/agent/before"),
        (Deleted, "/opt/agent/gone"),
        (Changed, "/opt/agent/later"),
        (Created, "/opt/vendor"),
        (Created, "/opt/vendor/\\xff\n"),
        (Created, "/opt/vendor/p"),
        (Created, "/opt/vendor/x"),
        (Created, "/opt/vendor/x/f"),
        (Created, "/opt/vendor/x/l"),
        (Created, "/tmp/s"),
    ]
    .map(|(c, p)| (c, p.to_owned()))
    .to_vec();
    let (mut seen, mut expected) = (changes(&device, &mark)?, expected);
    seen.sort();
    expected.sort();
    check(seen == expected, &seen)?;
    let mark = device.mark()?;
    device.remove("/opt/vendor")?;
    device.remove("/opt/agent/own")?;
    check(
        changes(&device, &mark)?.is_empty(),
        changes(&device, &mark)?,
    )
}

/// A folder of the layer replaced by a new one of the same name: what was in it is gone.
/// The layer is of another file system than the root below it, or part of it, as a cache is.
pub fn replaced_folder() -> Result<(), Failed> {
    replaced_in(Path::new("/dev/shm"))?;
    replaced_in(Path::new(env!("CARGO_TARGET_TMPDIR")))
}

fn replaced_in(folder: &Path) -> Result<(), Failed> {
    let layer = tempfile::tempdir_in(folder)?;
    let data = layer.path().join("data/sub");
    std::fs::create_dir_all(&data)?;
    std::fs::write(data.join("old"), "old")?;
    std::fs::write(layer.path().join("data/both"), "before")?;
    let mut spec = spec("replaced");
    spec.layers = vec![layer.path().to_path_buf(), "/".into()];
    let device = SandboxEngine::new().boot(&spec)?;
    if device.label().reduced.is_some() {
        return Ok(());
    }
    let mark = device.mark()?;
    let script = "cat /data/sub/old; rm -rf /data; mkdir -p /data; echo after > /data/both";
    let outcome = run(&device, script)?;
    check(outcome.stdout == b"old", &outcome)?;
    let mut seen = changes(&device, &mark)?;
    seen.sort();
    let expected = [
        (Change::Changed, "/data/both".to_owned()),
        (Change::Deleted, "/data/sub".to_owned()),
        (Change::Deleted, "/data/sub/old".to_owned()),
    ];
    check(seen == expected, &seen)
}

/// Folders the layer has and the upper layer too, made anew: what was in them is gone.
pub fn remade_folder() -> Result<(), Failed> {
    let device = boot("remade")?;
    device.write_file("/etc/skel/agent", b"agent", 0o644)?;
    let gone = run(&device, "cd /etc/skel && find . -name '.?*'")?;
    let count = gone.stdout.iter().filter(|b| **b == b'\n').count();
    check(count > 0, &gone)?;
    let first = run(&device, "rm /etc/skel/.profile")?;
    check(first.exit == Exit::Code(0), &first)?;
    let mark = device.mark()?;
    let outcome = run(
        &device,
        "rm -rf /etc/skel && mkdir /etc/skel && echo x > /etc/skel/new",
    )?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let seen = changes(&device, &mark)?;
    let has = |change, path: &str| seen.contains(&(change, path.to_owned()));
    check(
        has(Change::Deleted, "/etc/skel/.bashrc")
            && has(Change::Deleted, "/etc/skel/agent")
            && has(Change::Created, "/etc/skel/new")
            && !has(Change::Deleted, "/etc/skel/.profile"),
        &seen,
    )
}

/// Attributes set on files and folders that came from the layer, and on ones that did not.
pub fn attributes() -> Result<(), Failed> {
    let device = boot("attributes")?;
    if device.label().reduced.is_some() {
        // The device's root owns no file of the host's root there.
        return Ok(());
    }
    device.write_file("/opt/agent/own", b"agent", 0o755)?;
    let mark = device.mark()?;
    // An ACL of version 2: owner rwx, user 1 r, group r-x, mask r-x, others r-x.
    let script = r#"export SET=$([ $(uname -m) = x86_64 ] && echo 188 || echo 5); perl - <<'P'
my $acl = pack 'V(vvV)5', 2, 1, 7, -1, 2, 4, 1, 4, 5, -1, 16, 5, -1, 32, 5, -1;
sub set {
    my ($path, $name, $value) = @_;
    syscall($ENV{SET} + 0, $path, $name, $value, length $value, 0) == 0 or die "$path: $!";
}
set($_, 'system.posix_acl_access', $acl)
    for '/usr/bin/env', '/usr/share', '/opt/agent', '/opt/agent/own';
set('/usr/bin/tail', 'security.capability', pack 'V5', 0x02000001, 1 << 10, 0, 0, 0);
for ('/usr/bin/sort', '/usr/lib') { chmod((stat)[2] & 07777, $_) or die }
P"#;
    let outcome = run(&device, script)?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let seen = changes(&device, &mark)?;
    let expected = [
        "/opt/agent",
        "/opt/agent/own",
        "/usr/bin/env",
        "/usr/bin/tail",
        "/usr/share",
    ]
    .map(|path| (Change::Metadata, path.to_owned()));
    check(seen == expected, &seen)
}

/// A tree deeper than any folder is entered, and one with names as long as they may be.
pub fn deep_trees() -> Result<(), Failed> {
    let device = boot("deep")?;
    let mark = device.mark()?;
    let script = r#"cd /tmp && perl -e '
for my $tree (["d", 4300], ["n" x 255, 80]) {
    my ($name, $depth) = @$tree;
    chdir "/tmp" or die;
    for (1 .. $depth) { mkdir $name or die "$!"; chdir $name or die "$!" }
}'"#;
    let outcome = run(&device, script)?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let seen = changes(&device, &mark)?;
    let not_listed: Vec<_> = seen
        .iter()
        .filter(|(_, path)| path.ends_with("/... (deeper folders are not listed)"))
        .map(|(_, path)| path.matches('/').count())
        .collect();
    check(not_listed == [4_098, 66], &not_listed)?;
    check(
        seen.iter().all(|(change, _)| *change == Change::Created),
        "created only",
    )?;
    let mark = device.mark()?;
    check(changes(&device, &mark)?.is_empty(), "nothing was done")?;
    device.remove("/tmp/d")?;
    device.reboot()?;
    let left = run(&device, "ls -A /tmp")?;
    check(left.stdout.is_empty(), &left)
}
