//! Builds Bright Antivirus for Windows devices into `built/windows`: its programs with rustc, an MSI
//! with wixl, a 32-bit setup with makensis. What cannot be built leaves `NAME.missing` with the
//! reason, which `needs:` of a scenario tells.

use crate::helper;
use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The product's programs: one file under these names.
const PROGRAMS: [&str; 3] = ["BvAntiSrv.exe", "BvCmd.exe", "bvid.exe"];
/// The MSI of this version, and of one before it to upgrade from: name, product code, version.
const PACKAGES: [(&str, &str, &str); 2] = [
    (
        "BrightAntivirus.msi",
        "0D3C5C2E-3A53-4D6A-9C61-202601000001",
        "20.26.1",
    ),
    (
        "BrightAntivirus-before.msi",
        "0D3C5C2E-3A53-4D6A-9C61-202600000001",
        "20.26.0",
    ),
];
/// The setup program, and 32-bit programs of deliberately bad components.
const SETUPS: [(&str, &str); 3] = [
    ("bright-setup.exe", "setup.nsi"),
    ("link32.exe", "link32.nsi"),
    ("restart32.exe", "restart32.nsi"),
];
const WIXL: &str = "wixl is not installed (Debian and Ubuntu: apt-get install wixl)";
const NSIS: &str = "makensis is not installed (Debian and Ubuntu: apt-get install nsis)";
const AGAIN: &str = "then remove fixtures/bright-antivirus/built/windows and run cargo build again";

/// What the deployment components in PowerShell verify their attachments with, and the files in it.
const CHECKSUMS: &str = "CHECKSUMS";
const SUMMED: [&str; 3] = [PACKAGES[0].0, SETUPS[0].0, PROGRAMS[2]];

/// Builds what is out of date or missing.
pub fn build(fixture: &Path, sources: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let windows = fixture.join("windows");
    let bad = fixture.join("bad/programs");
    let inputs = [
        windows.join("product.wxs"),
        windows.join("setup.nsi"),
        windows.join("check.rs"),
        bad.join("link32.nsi"),
        bad.join("restart32.nsi"),
    ];
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let lacking = helper::lacking_compiler();
    let (wixl, makensis) = (helper::on_path("wixl"), helper::on_path("makensis"));
    let mut hasher = DefaultHasher::new();
    Command::new(&rustc)
        .arg("-vV")
        .output()?
        .stdout
        .hash(&mut hasher);
    (&lacking, wixl, makensis).hash(&mut hasher);
    fs::read(file!()).unwrap_or_default().hash(&mut hasher);
    let mut newest = std::time::SystemTime::UNIX_EPOCH;
    for input in inputs.iter().chain(sources) {
        println!("cargo:rerun-if-changed={}", input.display());
        fs::read(input)?.hash(&mut hasher);
        newest = newest.max(input.metadata()?.modified()?);
    }
    let key = format!("{:016x}", hasher.finish());

    // Who lacks what: the first reason that holds for an output, if any.
    let reason = |tool: Option<&str>| lacking.clone().or(tool.map(str::to_owned));
    let mut outputs: Vec<(&str, Option<String>)> = Vec::new();
    outputs.extend(PROGRAMS.map(|name| (name, reason(None))));
    outputs.extend(PACKAGES.map(|(name, ..)| (name, reason((!wixl).then_some(WIXL)))));
    outputs.push((SETUPS[0].0, reason((!makensis).then_some(NSIS))));
    for (name, _) in &SETUPS[1..] {
        outputs.push((name, (!makensis).then(|| NSIS.to_owned())));
    }
    let tools = reason((!wixl).then_some(WIXL)).or((!makensis).then(|| NSIS.to_owned()));
    outputs.push((CHECKSUMS, tools));

    let built = fixture.join("built/windows");
    let file_of = |name: &str, lacks: &Option<String>| match lacks {
        Some(_) => built.join(format!("{name}.missing")),
        None => built.join(name),
    };
    let files: Vec<PathBuf> = outputs.iter().map(|(n, l)| file_of(n, l)).collect();
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
    }
    let stamp = built.join(".stamp");
    let same = fs::read_to_string(&stamp).is_ok_and(|t| t == key);
    if same && files.iter().all(|f| f.exists()) {
        return Ok(());
    }

    fs::create_dir_all(&built)?;
    let part = built.join(format!(".{}", std::process::id()));
    fs::create_dir_all(&part)?;
    let made = make(fixture, &part, &rustc, &outputs);
    let placed = made.and_then(|()| {
        for (name, lacks) in &outputs {
            let missing = format!("{name}.missing");
            let (there, gone) = match lacks {
                Some(why) => {
                    fs::write(part.join(&missing), format!("{why}; {AGAIN}\n"))?;
                    (missing.as_str(), *name)
                }
                None => (*name, missing.as_str()),
            };
            // Cargo builds again when one of these is missing, but not because they are new.
            let file = fs::File::options().append(true).open(part.join(there))?;
            file.set_modified(newest)?;
            fs::rename(part.join(there), built.join(there))?;
            let _ = fs::remove_file(built.join(gone));
        }
        Ok(())
    });
    let _ = fs::remove_dir_all(&part);
    placed?;
    fs::write(&stamp, key)?;
    Ok(())
}

/// Makes every output that nothing is lacking for, in `part`.
fn make(
    fixture: &Path,
    part: &Path,
    rustc: &OsStr,
    outputs: &[(&str, Option<String>)],
) -> Result<(), Box<dyn Error>> {
    let wanted = |name: &str| {
        outputs
            .iter()
            .any(|(n, lacks)| *n == name && lacks.is_none())
    };
    let windows = fixture.join("windows");
    if wanted(PROGRAMS[0]) {
        let compile = |kind: &str, source: PathBuf, output: &str| {
            Command::new(rustc)
                .args(["--edition", "2024", "--target", helper::TARGET])
                .args(["-C", "opt-level=s", "-C", "panic=abort"])
                .args(["-C", "strip=symbols", "--crate-name", "bright"])
                .args(["--crate-type", kind, "-o"])
                .arg(part.join(output))
                .arg(source)
                .stderr(Stdio::piped())
                .spawn()
        };
        let product = compile("bin", fixture.join("product/main.rs"), PROGRAMS[0])?;
        let check = compile("cdylib", windows.join("check.rs"), "check.dll")?;
        finish("rustc", product)?;
        finish("rustc", check)?;
        for name in PROGRAMS.iter().skip(1) {
            fs::hard_link(part.join(PROGRAMS[0]), part.join(name))?;
        }
    }
    // wixl takes no absolute paths, and both tools look for files where they are started.
    let tool = |program: &str, args: &[String]| -> Result<(), Box<dyn Error>> {
        let mut command = Command::new(program);
        command.current_dir(part).args(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(program, command.spawn()?)
    };
    for (name, code, version) in PACKAGES.iter().filter(|(name, ..)| wanted(name)) {
        fs::copy(windows.join("product.wxs"), part.join("product.wxs"))?;
        let defined = |text: String| ["-D".to_owned(), text];
        let mut args = vec!["-a".to_owned(), "x64".to_owned()];
        args.extend(defined(format!("ProductCode={code}")));
        args.extend(defined(format!("Version={version}")));
        args.extend(["-o", *name, "product.wxs"].map(str::to_owned));
        tool("wixl", &args)?;
    }
    for (name, script) in SETUPS.iter().filter(|(name, _)| wanted(name)) {
        let folder = match *name {
            "link32.exe" | "restart32.exe" => fixture.join("bad/programs"),
            _ => windows.clone(),
        };
        let script = folder.join(script).to_string_lossy().into_owned();
        let version = format!("-DVERSION={}", PACKAGES[0].2);
        tool(
            "makensis",
            &["-V1".to_owned(), "-NOCD".to_owned(), version, script],
        )?;
    }
    if wanted(CHECKSUMS) {
        let bvid = fixture.join("built/bvid");
        fs::write(
            part.join(CHECKSUMS),
            crate::checksums(&bvid, part, &SUMMED)?,
        )?;
    }
    Ok(())
}

fn finish(program: &str, child: Child) -> Result<(), Box<dyn Error>> {
    let done = child.wait_with_output()?;
    if done.status.success() {
        return Ok(());
    }
    let mut told = String::from_utf8_lossy(&done.stdout).into_owned();
    told.push_str(&String::from_utf8_lossy(&done.stderr));
    Err(format!("{program}: {}", told.replace('\n', " | ")).into())
}
