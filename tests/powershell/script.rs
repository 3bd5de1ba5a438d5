//! `scripts/conformance`, with programs of the test's own in the place of cargo, id and uname.

use crate::check;
use libtest_mimic::{Failed, Trial};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// What cargo prints where a case ran.
const TABLE: &str = "echo 'test conformance: a ... ok'; echo 'all 1 0 0 0 0 0'";

pub fn trial() -> Trial {
    Trial::test(
        "script: says why nothing ran, and gives on what it was given",
        ends,
    )
}

/// Arguments, what each program says, exit code, and what is in its output.
type Run<'a> = (&'a [&'a str], [&'a str; 3], i32, &'a str);

fn ends() -> Result<(), Failed> {
    let (root, linux) = ("echo 0", "echo Linux");
    let unbuilt = "echo 'error: no linker' ; echo more; exit 101";
    let none = "case $* in *no-run*) ;; *) echo 'test a (ignored: no Wine)  ... ignored';; esac";
    let arguments = r#"for a; do echo "[$a]"; done; echo 'all 1'"#;
    let failing = "case $* in *no-run*) ;; *) echo 'all 1'; exit 101;; esac";
    let crashing = "case $* in *no-run*) ;; *) exit 134;; esac";
    let runs: [Run; 13] = [
        (
            &["--help"],
            ["exit 1", "exit 1", "exit 1"],
            0,
            "usage: scripts/conformance",
        ),
        (
            &["--hots"],
            [TABLE, root, linux],
            2,
            "no such option: --hots",
        ),
        (
            &["no-such"],
            [TABLE, root, linux],
            2,
            "no such subject: no-such; there are: components",
        ),
        (&[], [TABLE, "echo 1000", linux], 2, "need root"),
        (&[], [TABLE, root, "echo Darwin"], 2, "need Linux"),
        (
            &["--host"],
            [TABLE, root, linux],
            2,
            "needs --yes-change-this-machine",
        ),
        (
            &["--host", "--yes-change-this-machine"],
            [TABLE, root, linux],
            2,
            "needs Windows",
        ),
        (
            &[],
            [unbuilt, root, linux],
            2,
            "was not built: error: no linker",
        ),
        (
            &[],
            [none, root, linux],
            2,
            "no case was run: ignored: no Wine",
        ),
        (
            &[],
            [crashing, root, linux],
            2,
            "ended with 134 before its table",
        ),
        (&[], [failing, root, linux], 1, "all 1"),
        (&["hook"], [TABLE, root, linux], 0, "all 1 0 0 0 0 0"),
        (
            &["hook", "--skip", "two words"],
            [arguments, root, linux],
            0,
            "[conformance: hook: ]\n[--skip]\n[two words]",
        ),
    ];
    for (given, programs, code, wanted) in runs {
        let folder = tempfile::tempdir()?;
        for (name, body) in ["cargo", "id", "uname"].iter().zip(programs) {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{body}\n"))?;
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755))?;
        }
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let ours = std::iter::once(folder.path().to_owned());
        let paths = std::env::join_paths(ours.chain(std::env::split_paths(&paths)))?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/conformance");
        let output = Command::new(script)
            .args(given)
            .env("PATH", paths)
            .output()?;
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        let right = output.status.code() == Some(code) && said.contains(wanted);
        let status = output.status;
        check(
            right,
            format!("{given:?}: {status}, wanted {code} and {wanted:?}: {said}"),
        )?;
    }
    Ok(())
}
