//! Builds the programs of `fixtures/bright-antivirus` for this machine, so that the shipped
//! scenarios have a real product to install. A published crate has no fixtures and builds nothing.

mod bright_windows;
mod helper;
mod powershell;
mod workplace;

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The product's programs: one file under these names.
const NAMES: [&str; 4] = ["BvAntiSrv", "BvCmd", "bvid", "bright-setup"];
/// Program of one deliberately bad component.
const BAD: &str = "raw-reboot";
/// Checksums that the deployment components verify their attachments with.
const CHECKSUMS: &str = "CHECKSUMS";

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let fixture = root.join("fixtures/bright-antivirus");
    println!("cargo:rerun-if-changed=build/main.rs");
    println!("cargo:rerun-if-changed=build/bright_windows.rs");
    helper::build(&root);
    if let Err(why) = powershell::embed(&root) {
        eprintln!("powershell/ cannot be carried: {why}");
        std::process::exit(1);
    }
    if !fixture.join("product/main.rs").exists() || !cfg!(unix) {
        return;
    }
    let product = rust_files(&fixture.join("product"));
    let told = |system: &str, why: &dyn std::fmt::Display| {
        println!(
            "cargo:warning=fixtures/bright-antivirus was not built for {system}, its scenarios \
             cannot run: {why}; run cargo build again once that is mended"
        );
    };
    if let Err(why) = workplace::build(&root) {
        println!(
            "cargo:warning=fixtures/datto-workplace was not built, its scenarios cannot run: {why}"
        );
    }
    match product {
        Ok(mut sources) => {
            sources.sort();
            if let Err(why) = build(&fixture, &sources) {
                told("this machine", &why);
            }
            if let Err(why) = bright_windows::build(&fixture, &sources) {
                told("Windows", &why);
            }
        }
        Err(why) => told("any system", &why),
    }
}

fn build(fixture: &Path, product_sources: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let product = fixture.join("product");
    let bad = fixture.join("bad/programs");
    let built = fixture.join("built");
    let mut sources = product_sources.to_vec();
    sources.extend(rust_files(&bad)?);
    sources.sort();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(&rustc).arg("-vV").output()?.stdout;
    let mut hasher = DefaultHasher::new();
    version.hash(&mut hasher);
    let mut newest = SystemTime::UNIX_EPOCH;
    for source in &sources {
        println!("cargo:rerun-if-changed={}", source.display());
        fs::read(source)?.hash(&mut hasher);
        newest = newest.max(source.metadata()?.modified()?);
    }
    let outputs = NAMES
        .iter()
        .chain([&BAD, &CHECKSUMS])
        .map(|n| built.join(n))
        .collect::<Vec<_>>();
    for output in &outputs {
        println!("cargo:rerun-if-changed={}", output.display());
    }
    let stamp = built.join(".stamp");
    let key = format!("{:016x}", hasher.finish());
    let same = fs::read_to_string(&stamp).is_ok_and(|t| t == key);
    if same && outputs.iter().all(|o| o.exists()) {
        return Ok(());
    }

    fs::create_dir_all(&built)?;
    let part = format!(".{}", std::process::id());
    let mut running = Vec::new();
    for (source, name) in [
        (product.join("main.rs"), NAMES[0]),
        (bad.join("raw-reboot.rs"), BAD),
    ] {
        let output = built.join(format!("{part}.{name}"));
        let crate_name = name.replace('-', "_").to_lowercase();
        let child = Command::new(&rustc)
            .args([
                "--edition",
                "2024",
                "-C",
                "opt-level=1",
                "-C",
                "strip=symbols",
            ])
            .args(["--crate-name", &crate_name, "-o"])
            .arg(&output)
            .arg(&source)
            .stderr(std::process::Stdio::piped())
            .spawn()?;
        running.push((name, output, child));
    }
    for (name, output, child) in running {
        let done = child.wait_with_output()?;
        if !done.status.success() {
            let told = String::from_utf8_lossy(&done.stderr).replace('\n', " | ");
            return Err(format!("rustc on {name}: {told}").into());
        }
        // Cargo builds again when one of these is missing, but not because they are new.
        fs::File::options()
            .append(true)
            .open(&output)?
            .set_modified(newest)?;
        let names: &[&str] = if name == BAD { &[BAD] } else { &NAMES };
        for name in names {
            let link = built.join(format!("{part}.link"));
            fs::hard_link(&output, &link)?;
            fs::rename(&link, built.join(name))?;
        }
        fs::remove_file(&output)?;
    }
    write_checksums(&built, newest)?;
    fs::write(&stamp, key)?;
    Ok(())
}

/// Lines as `sha256sum --check` reads them, made with the product's own `bvid`.
fn checksums(bvid: &Path, folder: &Path, names: &[&str]) -> Result<String, Box<dyn Error>> {
    let mut lines = String::new();
    for name in names {
        let told = Command::new(bvid)
            .arg("--sha256")
            .arg(folder.join(name))
            .output()?;
        if !told.status.success() {
            return Err(format!("bvid --sha256 {name}: {}", told.status).into());
        }
        let sum = String::from_utf8(told.stdout)?;
        lines.push_str(&format!("{}  {name}\n", sum.trim()));
    }
    Ok(lines)
}

fn write_checksums(built: &Path, modified: SystemTime) -> Result<(), Box<dyn Error>> {
    let lines = checksums(&built.join("bvid"), built, &["bright-setup", "bvid"])?;
    let part = built.join(format!(".{}.sums", std::process::id()));
    fs::write(&part, lines)?;
    fs::File::options()
        .append(true)
        .open(&part)?
        .set_modified(modified)?;
    fs::rename(&part, built.join(CHECKSUMS))?;
    Ok(())
}

fn rust_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}
