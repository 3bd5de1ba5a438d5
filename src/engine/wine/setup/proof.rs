//! Shows that a root and a prefix work, by running something on a device made of them.

use super::bench::Bench;
use super::error::{Outcome, SetupError};
use crate::engine::Cancel;
use crate::engine::wine::runtime::Wine;
use crate::rmm::observed::Exit;
use std::path::PathBuf;
use std::time::Instant;

/// A value written by one process and read by another.
const KEY: &str = r"HKLM\Software\Shakedown\Proof";

/// Runs the proof; gives how long it took from nothing to the end of a first `cmd /c`, in
/// milliseconds.
pub fn run(layers: Vec<PathBuf>, wine: Wine, cancel: &Cancel) -> Outcome<u64> {
    let started = Instant::now();
    let bench = Bench::boot(layers, wine)?;
    let ran = bench.wine(&["cmd", "/c", "ver"], &[], cancel)?;
    let took = started.elapsed();
    let shows = |what: &str, holds: bool, ran: &super::bench::Ran| match holds {
        true => Ok(()),
        false => Err(SetupError::new(
            format!("Wine was set up and does not work: {what}: {}", ran.told()),
            "run `shakedown setup --remove wine` and set it up again; where it stays so, this \
             machine may lack what 32-bit or Windows programs need: say so with this text",
        )),
    };
    let good = ran.exit == Exit::Code(0) && ran.stdout.contains("Windows");
    shows("`cmd /c ver` does not tell Windows", good, &ran)?;
    let ran = bench.wine(&["cmd", "/c", "exit 7"], &[], cancel)?;
    shows("`exit 7` does not give 7", ran.exit == Exit::Code(7), &ran)?;
    let narrow = [
        r"C:\windows\syswow64\cmd.exe",
        "/c",
        "echo %PROCESSOR_ARCHITECTURE%",
    ];
    let ran = bench.wine(&narrow, &[], cancel)?;
    let good = ran.exit == Exit::Code(0) && ran.stdout.trim() == "x86";
    shows("a 32-bit program does not run as one", good, &ran)?;
    let add = [
        "reg",
        "add",
        KEY,
        "/v",
        "Text",
        "/d",
        "written and read",
        "/f",
    ];
    let ran = bench.wine(&add, &[], cancel)?;
    shows(
        "a registry value cannot be written",
        ran.exit == Exit::Code(0),
        &ran,
    )?;
    let ran = bench.wine(&["reg", "query", KEY, "/v", "Text"], &[], cancel)?;
    let good = ran.exit == Exit::Code(0) && ran.stdout.contains("written and read");
    shows("a registry value is not read back", good, &ran)?;
    Ok(u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
}

/// Wine's version as its loader tells it on a device over a root: `10.0`, with the whole text.
pub fn version(layers: Vec<PathBuf>, wine: Wine, cancel: &Cancel) -> Outcome<(String, String)> {
    let bench = Bench::boot(layers, wine)?;
    let ran = bench.wine(&["--version"], &[], cancel)?;
    let told = ran.stdout.trim().to_owned();
    match number(&told) {
        Some(version) => Ok((version.to_owned(), told)),
        None => Err(SetupError::new(
            format!(
                "{} does not tell a version of Wine: {}",
                wine.loader,
                ran.told()
            ),
            "look whether that Wine runs at all",
        )),
    }
}

/// `wine-10.0 (Debian 10.0~repack-6)`: `10.0`.
fn number(told: &str) -> Option<&str> {
    let rest = told.strip_prefix("wine-")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    let number = &rest[..end.unwrap_or(rest.len())];
    major(number).map(|_| number)
}

/// The part before the first point.
pub fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{major, number};

    #[test]
    fn versions_are_read() {
        assert_eq!(number("wine-10.0 (Debian 10.0~repack-6)"), Some("10.0"));
        assert_eq!(number("wine-9.0-rc1"), Some("9.0"));
        assert_eq!(number("wine-staging"), None);
        assert_eq!(number("bash: no"), None);
        assert_eq!(major("10.12"), Some(10));
    }
}
