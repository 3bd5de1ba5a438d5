//! The shipped scenarios, the bad set, the empty run.

use super::engine::trial::set;
use super::run::{self, expect};
use super::whole::whole;
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeSet;

/// In the reason of a scenario that is skipped for want of PowerShell.
const WITHOUT: &str = "installType powershell needs ";

/// What `run --json -` says.
fn report(args: &[&str], code: i32) -> Result<Value, Failed> {
    let record = tempfile::tempdir()?;
    let mut all = vec!["--json", "-"];
    all.extend(args);
    let out = expect(run::run(record.path(), &all), code)?;
    Ok(serde_json::from_slice(&out.stdout)?)
}

fn scenarios(report: &Value) -> Result<&Vec<Value>, Failed> {
    report["scenarios"]
        .as_array()
        .ok_or_else(|| "the report lists no scenarios".into())
}

/// At least 60 pass, none fails, and Bright's whole life on Linux, macOS and, where Windows devices
/// can run, on Windows is among them, by PowerShell where they have it.
pub fn shipped() -> Result<(), Failed> {
    let report = &whole()?.report;
    let passed: Vec<&str> = scenarios(report)?
        .iter()
        .filter(|s| s["verdict"] == "passed")
        .filter_map(|s| s["file"].as_str())
        .collect();
    if passed.len() < 60 {
        return Err(format!("only {} scenarios passed", passed.len()).into());
    }
    let mut parts = vec!["bright-antivirus/linux", "bright-antivirus/macos"];
    for life in [
        "bright-antivirus/windows/whole-life",
        "bright-antivirus/powershell/whole-life",
    ] {
        let looked_at = scenarios(report)?
            .iter()
            .find(|s| s["file"].as_str().is_some_and(|f| f.contains(life)))
            .ok_or_else(|| format!("{life} was not looked at"))?;
        if !cannot_run_here(looked_at) {
            parts.push(life);
        }
    }
    for part in parts {
        if !passed.iter().any(|f| f.contains(part)) {
            return Err(format!("no passed scenario of {part}").into());
        }
    }
    Ok(())
}

/// Skipped because this machine lacks what the scenario says it needs, its Windows devices have no
/// PowerShell, or it cannot have any. Where every engine is required the last is no excuse for root,
/// and the second is none where PowerShell is, which no test can fetch.
fn cannot_run_here(scenario: &Value) -> bool {
    let required = set("SHAKEDOWN_REQUIRE_ENGINES") && rustix::process::geteuid().is_root();
    let powershell = set("SHAKEDOWN_REQUIRE_POWERSHELL");
    scenario["verdict"] == "skipped"
        && scenario["reason"].as_str().is_some_and(|why| {
            why.starts_with("it needs ")
                // Windows PowerShell 5.1 itself is on real Windows machines alone.
                || why.starts_with("it demands the host engine: ")
                || (!powershell && why.contains(WITHOUT))
                || (!required
                    && (why.contains("is a Windows device")
                        || why.contains("it demands the wine engine")))
        })
}

/// Each scenario over a bad component fails, and its failure names the reason it was written for.
pub fn bad() -> Result<(), Failed> {
    let folder = run::root().join("fixtures/bright-antivirus/bad");
    let table = std::fs::read_to_string(folder.join("expected.tsv"))?;
    let report = report(&["fixtures/bright-antivirus/bad/scenarios"], 1)?;
    let all = scenarios(&report)?;
    let mut wrong = Vec::new();
    let mut files = BTreeSet::new();
    for line in table
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
    {
        let [file, expectation, text] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("expected.tsv: not three columns: {line}").into());
        };
        files.insert(file);
        let of_file: Vec<&Value> = all
            .iter()
            .filter(|s| s["file"].as_str().is_some_and(|f| f.ends_with(file)))
            .collect();
        if of_file.iter().any(|s| cannot_run_here(s)) {
            continue;
        }
        let named = of_file.iter().any(|s| {
            let failures = s["failures"].as_array().cloned().unwrap_or_default();
            failures.iter().any(|f| {
                f["expectation"]
                    .as_str()
                    .is_some_and(|e| e.ends_with(expectation))
                    && f.to_string().contains(text)
            })
        });
        if !named {
            wrong.push(format!(
                "{file}: no failure of {expectation} that names {text:?}: {of_file:#?}"
            ));
        }
    }
    let untold = |s: &&Value| {
        !files
            .iter()
            .any(|f| s["file"].as_str().is_some_and(|x| x.ends_with(f)))
    };
    for s in all.iter().filter(untold) {
        wrong.push(format!("{} has no row in expected.tsv", s["file"]));
    }
    if files.len() < 20 {
        wrong.push(format!("only {} bad components", files.len()));
    }
    for s in all
        .iter()
        .filter(|s| s["verdict"] != "failed" && !cannot_run_here(s))
    {
        wrong.push(format!(
            "{} is {} instead of failed",
            s["file"], s["verdict"]
        ));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

/// All that is tagged `powershell`: the shipped pass, the bad set fails, none is skipped for want of
/// PowerShell.
pub fn powershell() -> Result<(), Failed> {
    let mut skipped = Vec::new();
    for (paths, code) in [
        ([].as_slice(), 0),
        (["fixtures/bright-antivirus/bad/scenarios"].as_slice(), 1),
    ] {
        let report = report(&[&["--tag", "powershell"], paths].concat(), code)?;
        let all = scenarios(&report)?;
        if all.len() < 10 {
            return Err(format!("only {} scenarios of {paths:?}", all.len()).into());
        }
        let wanting = |s: &&Value| {
            s["reason"]
                .as_str()
                .is_some_and(|why| why.contains(WITHOUT))
        };
        skipped.extend(all.iter().filter(wanting).map(|s| s["file"].to_string()));
    }
    match skipped.is_empty() {
        true => Ok(()),
        false => Err(format!("skipped: {}", skipped.join(", ")).into()),
    }
}

/// What was not run is not green.
pub fn empty() -> Result<(), Failed> {
    let record = tempfile::tempdir()?;
    expect(
        run::run(record.path(), &["--filter", "no scenario has this name"]),
        4,
    )?;
    expect(run::run(record.path(), &["no/such/folder"]), 2)?;
    Ok(())
}
