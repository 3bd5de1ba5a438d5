//! Builds the helper EXE for Windows devices where the Windows target is installed. Elsewhere the
//! binary carries none, and `doctor` says how to get it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Target of everything that runs on Windows devices.
pub const TARGET: &str = "x86_64-pc-windows-gnu";

/// Builds the helper and names it to the compiler as `SHAKEDOWN_HELPER`; an empty file stands for none.
pub fn build(root: &Path) {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let wanted = out.join("shakedown-helper.exe");
    println!("cargo:rustc-env=SHAKEDOWN_HELPER={}", wanted.display());
    println!("cargo:rerun-if-changed=build/helper.rs");
    println!("cargo:rerun-if-changed=helper");
    println!("cargo:rerun-if-changed=Cargo.lock");
    let for_linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    let built = if for_linux { make(root, &out) } else { None };
    let placed = match built {
        Some(exe) => std::fs::copy(exe, &wanted).map(drop),
        None => std::fs::write(&wanted, b""),
    };
    if let Err(e) = placed {
        println!("cargo:warning=cannot write {}: {e}", wanted.display());
    }
}

fn make(root: &Path, out: &Path) -> Option<PathBuf> {
    if !has_target() {
        return None;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = out.join("helper");
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
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .output();
    match done {
        Ok(o) if o.status.success() => {
            Some(target.join(TARGET).join("helper/shakedown-helper.exe"))
        }
        Ok(o) => {
            let told = String::from_utf8_lossy(&o.stderr).replace('\n', " | ");
            println!("cargo:warning=the helper for Windows devices was not built: {told}");
            None
        }
        Err(e) => {
            println!("cargo:warning=the helper for Windows devices was not built: {e}");
            None
        }
    }
}

/// The Windows target of this compiler is installed.
pub fn has_target() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    folder.is_ok_and(|told| {
        let path = String::from_utf8(told.stdout).unwrap_or_default();
        !path.trim().is_empty() && Path::new(path.trim()).is_dir()
    })
}
