//! The images of these tests, made here: nothing is pulled.

use super::http;
use libtest_mimic::Failed;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian 12, with what components use.
pub const DEBIAN: &str = "shakedown-test/debian";
/// One static program and its links: no C library at all.
pub const BUSYBOX: &str = "shakedown-test/busybox";
/// Packages besides Debian's smallest set.
const PACKAGES: &str = "--include=curl,ca-certificates,openssl,iproute2,procps";

/// Gives an engine all of them.
pub fn put_all(socket: &Path) -> Result<(), Failed> {
    let put = |image: &str, tar: &Path| {
        http::post(
            socket,
            &format!("/images/create?fromSrc=-&repo={image}"),
            tar,
        )
    };
    put(DEBIAN, &debian()?)?;
    let folder = tempfile::tempdir()?;
    put(BUSYBOX, &busybox(folder.path())?)
}

/// Debian as a tar, made once by debootstrap and kept in the target folder.
fn debian() -> Result<PathBuf, Failed> {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("container-debian-12.tar");
    if kept.is_file() {
        return Ok(kept);
    }
    let folder = tempfile::Builder::new()
        .prefix("shakedown-debian-")
        .tempdir()?;
    let root = folder.path().join("root");
    let mut made = Command::new("debootstrap");
    made.args(["--variant=minbase", PACKAGES, "bookworm"]);
    made.arg(&root).args(mirror());
    done(&mut made)?;
    for rest in ["var/cache/apt/archives", "var/lib/apt/lists"] {
        fs::remove_dir_all(root.join(rest))?;
        fs::create_dir_all(root.join(rest).join("partial"))?;
    }
    let half = kept.with_extension("half");
    tar(&half, &root)?;
    fs::rename(half, &kept)?;
    Ok(kept)
}

/// The mirror of Debian that this machine's apt takes packages from; debootstrap's own elsewhere.
fn mirror() -> Option<String> {
    let format = [
        "indextargets",
        "--format",
        "$(REPO_URI) $(ORIGIN) $(CODENAME)",
    ];
    let out = Command::new("apt-get").args(format).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    text.lines().find_map(|line| {
        let mut words = line.split(' ');
        let (uri, origin, codename) = (words.next()?, words.next()?, words.next()?);
        (origin == "Debian" && !codename.contains('-')).then(|| uri.to_owned())
    })
}

fn busybox(folder: &Path) -> Result<PathBuf, Failed> {
    let root = folder.join("root");
    for name in [
        "bin", "usr/bin", "usr/sbin", "sbin", "etc", "tmp", "root", "opt", "var",
    ] {
        fs::create_dir_all(root.join(name))?;
    }
    let path = ["/bin/busybox", "/usr/bin/busybox"]
        .into_iter()
        .find(|p| Path::new(p).is_file())
        .ok_or("no busybox")?;
    fs::copy(path, root.join("bin/busybox"))?;
    for name in ["sh", "cat", "ls", "chmod", "rm", "mkdir", "sleep", "true"] {
        symlink("busybox", root.join("bin").join(name))?;
    }
    let file = folder.join("busybox.tar");
    tar(&file, &root)?;
    Ok(file)
}

fn tar(file: &Path, root: &Path) -> Result<(), Failed> {
    let mut c = Command::new("tar");
    c.arg("--numeric-owner")
        .arg("--create")
        .arg("--file")
        .arg(file)
        .arg("--directory")
        .arg(root)
        .arg(".");
    done(&mut c)
}

fn done(c: &mut Command) -> Result<(), Failed> {
    let out = c.output()?;
    if out.status.success() {
        return Ok(());
    }
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    Err(format!(
        "{c:?}: {}\n{}{}",
        out.status,
        text(&out.stdout),
        text(&out.stderr)
    )
    .into())
}
