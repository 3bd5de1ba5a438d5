//! The helper EXE for Windows devices, which the binary carries: built from `helper/` where rustc's
//! Windows target and a linker are installed, else the one in `build/prebuilt`, if these sources gave
//! it. `doctor` says which it is.

mod compile;
mod prebuilt;
mod sources;

pub use compile::{TARGET, lacking_compiler, on_path};
use prebuilt::Record;
pub use sources::hex;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The EXE and its record, in `build/prebuilt` and where the build script puts them.
const EXE: &str = "shakedown-helper.exe";
const RECORD: &str = "shakedown-helper.txt";
/// What is told where there is none.
const WAYS: &str = "Windows devices cannot run; install the target and a linker (rustup target add \
                    x86_64-pc-windows-gnu; Debian and Ubuntu: apt-get install \
                    gcc-mingw-w64-x86-64), or take sources whose build/prebuilt was renewed \
                    (scripts/prebuild-helper)";

/// An EXE to carry, and where it is from.
struct Carried {
    exe: Vec<u8>,
    record: Record,
    origin: &'static str,
}

/// Puts the helper into `OUT_DIR` and names it to the compiler: `SHAKEDOWN_HELPER` is its path, an
/// empty file where there is none; `SHAKEDOWN_HELPER_ORIGIN` is `built`, `prebuilt` or `none`.
pub fn build(root: &Path) {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    for input in ["build/helper", "Cargo.toml", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={input}");
    }
    if root.join("helper").is_dir() {
        println!("cargo:rerun-if-changed=helper");
    }
    if let Some(installed) = compile::installed_parts() {
        println!("cargo:rerun-if-changed={}", installed.display());
    }
    let for_linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    let carried = if for_linux { choose(root, &out) } else { None };
    let wanted = out.join(EXE);
    println!("cargo:rustc-env=SHAKEDOWN_HELPER={}", wanted.display());
    let origin = carried.as_ref().map_or("none", |c| c.origin);
    println!("cargo:rustc-env=SHAKEDOWN_HELPER_ORIGIN={origin}");
    if origin != "built" {
        println!("cargo:rerun-if-changed=build");
    }
    let (exe, record) = match &carried {
        Some(c) => (c.exe.as_slice(), c.record.to_string()),
        None => (&b""[..], String::new()),
    };
    let placed =
        fs::write(&wanted, exe).and_then(|()| fs::write(out.join(RECORD), record.as_bytes()));
    if let Err(e) = placed {
        println!("cargo:warning=cannot write {}: {e}", wanted.display());
    }
}

/// Built here, else made before, else none with the reason.
fn choose(root: &Path, out: &Path) -> Option<Carried> {
    // A published crate has the prebuilt one and no sources of it.
    let sources = if root.join("helper/Cargo.toml").is_file() {
        match sources::digest(root) {
            Ok(digest) => Some(digest),
            Err(why) => {
                println!("cargo:warning=the sources of the helper cannot be read: {why}");
                return None;
            }
        }
    } else {
        None
    };
    let lacking = compile::lacking_compiler();
    if let (Some(digest), None) = (&sources, &lacking) {
        let built = compile::compile(root, out)
            .and_then(|exe| Ok((fs::read(exe)?, compile::tools()?)))
            .map(|(exe, tools)| Carried {
                record: Record::new(digest, &exe, &tools),
                exe,
                origin: "built",
            });
        match built {
            Ok(carried) => return Some(carried),
            Err(why) => println!("cargo:warning=the helper was not built here: {why}"),
        }
    }
    match made_before(&root.join("build/prebuilt"), sources.as_deref()) {
        Ok(carried) => Some(carried),
        Err(why) => {
            let lacking = lacking.map(|l| format!("{l}, and ")).unwrap_or_default();
            println!("cargo:warning=no helper: {lacking}{why}: {WAYS}");
            None
        }
    }
}

/// The EXE in the folder, if it is whole and of these sources.
fn made_before(folder: &Path, sources: Option<&str>) -> io::Result<Carried> {
    let exe = fs::read(folder.join(EXE))?;
    let record = Record::parse(&fs::read_to_string(folder.join(RECORD))?)?;
    record.fits(&exe, sources)?;
    Ok(Carried {
        exe,
        record,
        origin: "prebuilt",
    })
}
