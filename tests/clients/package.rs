//! The npm package `datto-rmm-api`: it calls all operations, and TypeScript's compiler holds the
//! answers against the types it brings. `node/judge.ts` says what exactly is held.

use super::scripts::WORLD;
use super::server::Server;
use super::tools::{node_modules, program, root, run};
use libtest_mimic::Failed;
use std::path::Path;
use std::process::Command;

/// Behaviour that the package's types describe: dates as text, the UDFs of its time.
const AS_TYPED: [&str; 8] = [
    "--knob",
    "api-dates=iso",
    "--knob",
    "api-job-dates=iso",
    "--knob",
    "api-system-dates=iso",
    "--knob",
    "api-udfs=30",
];

/// Compiler settings under which every wrong answer is refused.
const STRICT: [&str; 9] = [
    "--noEmit",
    "--strict",
    "--exactOptionalPropertyTypes",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "answers.ts",
];

/// The server as it is by default; numbers are accepted as dates.
pub fn as_shipped() -> Result<(), Failed> {
    judge(&WORLD, &[])
}

/// Dates as text, held against the types as they are.
pub fn as_typed() -> Result<(), Failed> {
    judge(&[&WORLD[..], &AS_TYPED].concat(), &["--strict-dates"])
}

fn judge(server: &[&str], judgement: &[&str]) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let place = folder.path();
    let sources = root().join("tests/clients/node");
    for file in ["calls.ts", "judge.ts", "package.json", "tsconfig.json"] {
        std::fs::copy(sources.join(file), place.join(file))?;
    }
    // Modules are looked for beside the script that imports them.
    std::os::unix::fs::symlink(node_modules(), place.join("node_modules"))?;
    run(tsc(place).args(["--project", "tsconfig.json"]))?;
    let server = Server::start(server)?;
    run(node(place, "calls.js").args([&server.url, "answers.json"]))?;
    server.finish()?;
    let types = node_modules().join("datto-rmm-api/dist/generated/types.d.ts");
    let said = run(node(place, "judge.js")
        .args(judgement)
        .arg("answers.json")
        .arg(types)
        .arg("answers.ts"))?;
    print!("{said}");
    if !said.contains(" answers of 57 operations") {
        return Err(format!("not all 57 operations were called: {said}").into());
    }
    run(tsc(place).args(STRICT)).map(drop)
}

fn node(place: &Path, script: &str) -> Command {
    let mut command = program("node");
    command.current_dir(place).arg(script);
    command
}

fn tsc(place: &Path) -> Command {
    let script = node_modules().join("typescript/bin/tsc");
    let mut command = program("node");
    command.current_dir(place).arg(script);
    command
}
