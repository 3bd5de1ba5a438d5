//! Monitors that overlap badly, found by a seed and found again by it, and ones that do not.

use super::run;
use libtest_mimic::Failed;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Most seeds until a flaw is found, and how many a sound monitor takes.
const SEEDS: u32 = 200;
/// How often a seed must find its flaw again.
const REPLAYS: u32 = 20;
/// Of scenarios that take longer.
const FEW_REPLAYS: u32 = 5;

/// A scenario with two explored runs of a component, what is expected of them, and the step after.
fn written(
    dir: &Path,
    component: &str,
    kills: bool,
    runs: &str,
    after: &str,
) -> Result<PathBuf, Failed> {
    let component = run::root().join(component);
    let file = dir.join("explored.yaml");
    let scenario = format!(
        "scenario: Two runs at once\nexplore: {{ seeds: {SEEDS}, kills: {kills} }}\nworld:\n  devices: {{ pc: {{ os: linux }} }}\n  \
         components: {{ m: '{}' }}\nsteps:\n  - {{ monitor: m, runs: 2, overlapping: explored{runs} }}\n  - {after}\n",
        component.display()
    );
    std::fs::write(&file, scenario)?;
    Ok(file)
}

/// A flawed monitor is caught, and its seed catches it at once, every time, by the same order.
pub fn found_and_replayed() -> Result<(), Failed> {
    let counted = |count: &str| {
        format!("{{ check: pc, expect: {{ files: {{ /var/lib/vendor/runs: '{count}' }} }} }}")
    };
    let bad = "fixtures/bright-antivirus/bad";
    let looks = "{ monitor: m, expect: { runs: { healthy: 1 } } }";
    for (component, kills, runs, after, replays) in [
        (
            "scenarios/platform/monitor-overlap/counted",
            false,
            ", expect: { alerts: none }",
            counted("2").as_str(),
            REPLAYS,
        ),
        (
            &format!("{bad}/half-written-state"),
            false,
            ", expect: { runs: { healthy: 2 } }",
            looks,
            FEW_REPLAYS,
        ),
        (
            &format!("{bad}/lock-left-by-a-kill"),
            true,
            "",
            looks,
            FEW_REPLAYS,
        ),
    ] {
        let dir = tempfile::tempdir()?;
        let file = written(dir.path(), component, kills, runs, after)?;
        caught(dir.path(), &file, replays).map_err(|e| format!("{component}: {e:?}"))?;
    }
    Ok(())
}

fn caught(dir: &Path, file: &Path, replays: u32) -> Result<(), Failed> {
    let (seeds, seed, order) = explored(dir, file, 1)?;
    if seeds > SEEDS || order.is_empty() {
        return Err(format!("{seeds} seeds, order {order:?}").into());
    }
    for n in 1..=replays {
        let (seeds, again, same) = explored(dir, file, seed)?;
        if (seeds, again) != (1, seed) || same != order {
            return Err(format!(
                "replay {n} of seed {seed}: {seeds} seeds until {again}, order {same:?} instead of {order:?}"
            )
            .into());
        }
    }
    Ok(())
}

/// A count kept under a lock and renamed into place is right with every seed.
pub fn sound_passes() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let file = written(
        dir.path(),
        "scenarios/platform/monitor-overlap/flocked",
        false,
        ", expect: { runs: { healthy: 2 } }",
        "{ check: pc, expect: { files: { /var/lib/vendor/runs: '2' } } }",
    )?;
    let record = tempfile::tempdir_in(dir.path())?;
    let file = file.to_string_lossy().into_owned();
    run::expect(
        run::run(record.path(), &["--quiet", "--seed", "1", &file]),
        0,
    )?;
    Ok(())
}

/// Explores from a seed on and wants a failure: how many seeds it took, which found it, the order
/// of the runs.
fn explored(dir: &Path, file: &Path, seed: u64) -> Result<(u32, u64, Vec<Value>), Failed> {
    let record = tempfile::tempdir_in(dir)?;
    let (file, seed) = (file.to_string_lossy().into_owned(), seed.to_string());
    let all = ["--quiet", "--seed", &seed, &file];
    run::expect(run::run(record.path(), &all), 1)?;
    let (mut found, mut order) = (None, Vec::new());
    for path in run::logs(record.path())? {
        for line in std::fs::read_to_string(path)?.lines() {
            let event: Value = serde_json::from_str(line)?;
            let what = &event["what"];
            match what["event"].as_str() {
                Some("explored") => found = what["seeds"].as_u64().zip(what["seed"].as_u64()),
                Some("runs-interleaved") => {
                    order = what["order"].as_array().cloned().unwrap_or_default();
                }
                _ => {}
            }
        }
    }
    let (seeds, seed) = found.ok_or("nothing was explored")?;
    Ok((u32::try_from(seeds)?, seed, order))
}
