//! A week of a monitor by the platform's clock, against the same runs done one by one.

use super::run;
use libtest_mimic::Failed;
use serde_json::Value;
use std::path::Path;

/// What a component whose health is a file's content is run with, and when that changes.
const WORLD: &str = "\
world:
  devices: { pc: { os: linux } }
  components: { health: health }
";

/// Days, and what is wrong in them.
const DAYS: [(u32, &str); 4] = [(2, ""), (1, "the disk"), (3, ""), (1, "the fan")];

/// Runs of a 5-minute monitor in a day.
const RUNS_A_DAY: u32 = 288;

/// Every run of a week gives what it gives when it is run by hand, and the same alerts come of it
/// at the same platform times.
pub fn same_as_by_hand() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let health = dir.path().join("health");
    std::fs::create_dir(&health)?;
    std::fs::write(
        health.join("component.yaml"),
        "name: Health\ncategory: monitors\ntype: unix\nscript: command.sh\n",
    )?;
    std::fs::write(
        health.join("command.sh"),
        "trouble=$(cat /var/lib/trouble)\necho '<-Start Result->'\necho \"Status=${trouble:-well}\"\n\
         echo '<-End Result->'\n[ -z \"$trouble\" ]\n",
    )?;
    let mut by_clock = format!(
        "scenario: By the clock\n{WORLD}  policies: {{ all: {{ monitors: {{ health: {{ component: health, every: 5m }} }} }} }}\nsteps:\n"
    );
    let mut by_hand = format!("scenario: By hand\n{WORLD}steps:\n");
    for (days, trouble) in DAYS {
        let write = format!("  - {{ device: pc, write: {{ /var/lib/trouble: '{trouble}' }} }}\n");
        by_clock += &format!("{write}  - advance: {days}d\n");
        by_hand += &format!(
            "{write}  - advance: 5m\n  - {{ monitor: health, every: 5m, runs: {} }}\n",
            days * RUNS_A_DAY
        );
    }
    let clock = ran(dir.path(), "clock", &by_clock)?;
    let hand = ran(dir.path(), "hand", &by_hand)?;
    let runs = clock
        .iter()
        .filter(|e| e.1 != "opened" && e.1 != "resolved")
        .count();
    let week = usize::try_from(7 * RUNS_A_DAY)?;
    if runs != week {
        return Err(format!("{runs} runs in a week instead of {week}").into());
    }
    if let Some((a, b)) = clock.iter().zip(&hand).find(|(a, b)| a != b) {
        return Err(format!("by the clock {a:?}, by hand {b:?}").into());
    }
    match clock.len() == hand.len() && clock.iter().filter(|e| e.1 == "opened").count() == 2 {
        true => Ok(()),
        false => Err(format!(
            "{} events by the clock, {} by hand",
            clock.len(),
            hand.len()
        )
        .into()),
    }
}

/// Runs and alerts in their order: platform time, and what it was.
fn ran(dir: &Path, name: &str, scenario: &str) -> Result<Vec<(i64, String)>, Failed> {
    let file = dir.join(format!("{name}.yaml"));
    std::fs::write(&file, scenario)?;
    let record = dir.join(format!("record-{name}"));
    let file = file.to_string_lossy().into_owned();
    run::expect(run::run(&record, &["--quiet", &file]), 0)?;
    let mut seen = Vec::new();
    for path in run::logs(&record)? {
        for line in std::fs::read_to_string(path)?.lines() {
            let event: Value = serde_json::from_str(line)?;
            let what = &event["what"];
            let word = match what["event"].as_str() {
                Some("monitor-ran") if what["alerting"] == true => "alerting",
                Some("monitor-ran") => "healthy",
                Some("alert-opened") => "opened",
                Some("alert-resolved") => "resolved",
                _ => continue,
            };
            seen.push((event["at"].as_i64().unwrap_or_default(), word.to_owned()));
        }
    }
    Ok(seen)
}
