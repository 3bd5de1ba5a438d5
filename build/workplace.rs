//! Builds the stand-in for Datto Workplace Desktop into `fixtures/datto-workplace/built`: one program
//! for this machine, which plays macOS, and one for Windows devices. What cannot be built leaves
//! `NAME.missing` with the reason, which `needs:` of a scenario tells.

use crate::helper;
use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

const AGAIN: &str = "then remove fixtures/datto-workplace/built and run cargo build again";

/// Builds what is out of date or missing; a published crate has no fixture.
pub fn build(root: &Path) -> Result<(), Box<dyn Error>> {
    let fixture = root.join("fixtures/datto-workplace");
    if !fixture.join("product/main.rs").exists() {
        return Ok(());
    }
    let mut inputs = crate::rust_files(&fixture.join("product"))?;
    inputs.push(fixture.join("template/status-report.xml"));
    inputs.push(root.join("fixtures/bright-antivirus/product/windows/sys/scm.rs"));
    inputs.sort();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let lacking = helper::lacking_compiler();
    let mut hasher = DefaultHasher::new();
    let version = Command::new(&rustc).arg("-vV").output()?.stdout;
    (version, &lacking).hash(&mut hasher);
    fs::read(file!()).unwrap_or_default().hash(&mut hasher);
    println!("cargo:rerun-if-changed={}", file!());
    let mut newest = std::time::SystemTime::UNIX_EPOCH;
    for input in &inputs {
        println!("cargo:rerun-if-changed={}", input.display());
        fs::read(input)?.hash(&mut hasher);
        newest = newest.max(input.metadata()?.modified()?);
    }
    let built = fixture.join("built");
    let here = built.join("workplace-setup");
    let windows = built.join("windows/workplace-setup.exe");
    let missing = built.join("windows/workplace-setup.exe.missing");
    let there = if lacking.is_some() {
        &missing
    } else {
        &windows
    };
    for output in [&here, there] {
        println!("cargo:rerun-if-changed={}", output.display());
    }
    let stamp = built.join(".stamp");
    let key = format!("{:016x}", hasher.finish());
    let same = fs::read_to_string(&stamp).is_ok_and(|t| t == key);
    if same && here.exists() && there.exists() {
        return Ok(());
    }
    fs::create_dir_all(built.join("windows"))?;
    let source = fixture.join("product/main.rs");
    let compile = |output: &Path, more: &[&str]| -> Result<(), Box<dyn Error>> {
        let part: PathBuf = built.join(format!(".{}.part", std::process::id()));
        let done = Command::new(&rustc)
            .args(["--edition", "2024", "--crate-name", "workplace"])
            .args(["-C", "strip=symbols"])
            .args(more)
            .arg("-o")
            .args([&part, &source])
            .output()?;
        if !done.status.success() {
            let told = String::from_utf8_lossy(&done.stderr).replace('\n', " | ");
            return Err(format!("rustc: {told}").into());
        }
        place(&part, output, newest)
    };
    compile(&here, &["-C", "opt-level=1"])?;
    match lacking {
        None => {
            let more = ["--target", helper::TARGET, "-C", "opt-level=s"];
            compile(&windows, &[&more[..], &["-C", "panic=abort"]].concat())?;
            let _ = fs::remove_file(&missing);
        }
        Some(why) => {
            let part = built.join(format!(".{}.part", std::process::id()));
            fs::write(&part, format!("{why}; {AGAIN}\n"))?;
            place(&part, &missing, newest)?;
            let _ = fs::remove_file(&windows);
        }
    }
    fs::write(&stamp, key)?;
    Ok(())
}

/// Cargo builds again when an output is missing, but not because it is new.
fn place(
    part: &Path,
    output: &Path,
    modified: std::time::SystemTime,
) -> Result<(), Box<dyn Error>> {
    fs::File::options()
        .append(true)
        .open(part)?
        .set_modified(modified)?;
    fs::rename(part, output)?;
    Ok(())
}
