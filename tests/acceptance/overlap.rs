//! A monitor that loses what another run wrote, found by its seed and found again.

use super::run;
use libtest_mimic::Failed;
use serde_json::Value;
use std::path::Path;

/// Most seeds until the flaw is found.
const SEEDS: u32 = 200;
/// How often its seed must find it again.
const REPLAYS: u32 = 20;

/// The flawed monitor is caught, and its seed catches it at once, every time.
pub fn found_and_replayed() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let component = run::root().join("scenarios/platform/monitor-overlap/counted");
    let file = dir.path().join("counted.yaml");
    let scenario = format!(
        "scenario: No count is lost\nexplore: {{ seeds: {SEEDS} }}\nworld:\n  devices: {{ pc: {{ os: linux }} }}\n  \
         components: {{ counted: {} }}\nsteps:\n  - {{ monitor: counted, runs: 2, overlapping: explored }}\n  \
         - {{ check: pc, expect: {{ files: {{ /var/lib/vendor/runs: '2' }} }} }}\n",
        component.display()
    );
    std::fs::write(&file, scenario)?;
    let (seeds, seed, order) = explored(dir.path(), &file, 1)?;
    if seeds > SEEDS || order.is_empty() {
        return Err(format!("{seeds} seeds, order {order:?}").into());
    }
    for n in 1..=REPLAYS {
        let (seeds, again, same) = explored(dir.path(), &file, seed)?;
        if (seeds, again) != (1, seed) || same != order {
            return Err(format!(
                "replay {n} of seed {seed}: {seeds} seeds until {again}, order {same:?} instead of {order:?}"
            )
            .into());
        }
    }
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
