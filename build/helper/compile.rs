//! Compiles the helper so that the same sources give the same bytes in any folder, for any user.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Target of everything that runs on Windows devices.
pub const TARGET: &str = "x86_64-pc-windows-gnu";
/// What rustc links for it with, where no other linker is set.
const LINKER: &str = "x86_64-w64-mingw32-gcc";
/// What sets another one.
const LINKER_SETTING: &str = "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER";

/// Builds the EXE below `out` and gives its path.
pub fn compile(root: &Path, out: &Path) -> io::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = sorted_first(&out.join("helper"));
    let done = Command::new(cargo)
        .current_dir(root)
        .args(["build", "--quiet", "--profile", "helper", "--package"])
        .args(["shakedown-helper", "--bin", "shakedown-helper", "--target"])
        .args([TARGET, "--target-dir"])
        .arg(&target)
        // Wrappers and flags of the outer build (clippy, sanitizers) are not meant for the helper.
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .env("CARGO_ENCODED_RUSTFLAGS", flags(root))
        .output()?;
    if !done.status.success() {
        let told = String::from_utf8_lossy(&done.stderr).replace('\n', " | ");
        return Err(io::Error::other(told));
    }
    Ok(target.join(TARGET).join("helper/shakedown-helper.exe"))
}

/// The same folder under a name that sorts before `/usr`: the linker lays out the table of imported
/// DLLs by the paths of the libraries that name them, some of which are in this folder, some there.
fn sorted_first(folder: &Path) -> PathBuf {
    let root = Path::new("/proc/self/root");
    match folder.strip_prefix("/") {
        Ok(below) if root.is_dir() => root.join(below),
        _ => folder.to_owned(),
    }
}

/// Flags of rustc, separated as cargo wants them: no folder of this machine and no time in the EXE.
fn flags(root: &Path) -> OsString {
    let home = env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    );
    // Of two that fit rustc takes the later.
    let mut renamed = vec![(root.to_owned(), "/shakedown"), (home.clone(), "/cargo")];
    for kind in ["registry/src", "git/checkouts"] {
        let folders = fs::read_dir(home.join(kind))
            .into_iter()
            .flatten()
            .flatten();
        renamed.extend(folders.map(|f| (f.path(), "/registry")));
    }
    let mut flags = OsString::from("-Clink-arg=-Wl,--no-insert-timestamp");
    for (folder, name) in renamed {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(folder);
        flags.push("=");
        flags.push(name);
    }
    flags
}

/// What the EXE depends on besides its sources: rustc with the host it runs on, and the linker.
pub fn tools() -> io::Result<[String; 2]> {
    let version = told(&rustc(), &["-vV"])?;
    let host = version.lines().find_map(|l| l.strip_prefix("host: "));
    let rustc = format!(
        "{} on {}",
        version.lines().next().unwrap_or_default(),
        host.unwrap_or("an unknown host")
    );
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let linker = env::var_os(LINKER_SETTING).unwrap_or_else(|| LINKER.into());
    let compiler = first(told(&linker, &["--version"])?);
    let linker = first(told(&linker, &["-Wl,--version"])?);
    Ok([rustc, format!("{compiler}; {linker}")])
}

fn told(program: &OsStr, args: &[&str]) -> io::Result<String> {
    let output = Command::new(program).args(args).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn rustc() -> OsString {
    env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// Why no program for Windows can be compiled here.
pub fn lacking_compiler() -> Option<String> {
    if !has_target() {
        Some(format!(
            "the Rust target {TARGET} is not installed (rustup target add {TARGET})"
        ))
    } else if env::var_os(LINKER_SETTING).is_none() && !on_path(LINKER) {
        Some("no linker for Windows is installed (Debian and Ubuntu: apt-get install gcc-mingw-w64-x86-64)".to_owned())
    } else {
        None
    }
}

pub fn on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The Windows target of this compiler is installed.
fn has_target() -> bool {
    let folder = told(&rustc(), &["--print", "target-libdir", "--target", TARGET]);
    folder.is_ok_and(|path| !path.trim().is_empty() && Path::new(path.trim()).is_dir())
}

/// The file that rustup rewrites when it adds a target, so that a build after it sees that.
pub fn installed_parts() -> Option<PathBuf> {
    let sysroot = told(&rustc(), &["--print", "sysroot"]).ok()?;
    let file = Path::new(sysroot.trim()).join("lib/rustlib/components");
    file.is_file().then_some(file)
}
