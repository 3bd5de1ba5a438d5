//! Runs the cases as the Agent runs a component: on Windows devices by Wine, or on this very Windows.

use crate::case::Case;
#[cfg(target_os = "linux")]
use crate::device as place;
#[cfg(windows)]
use crate::host as place;
use crate::table::give;
use crate::trial::{needing, set};
use crate::verdict::{Seen, Verdict, Where, judge, left_out};
use libtest_mimic::{Failed, Trial};
use shakedown::component::powershell;
use std::sync::Arc;
use std::time::Duration;

/// How long a case may take.
pub const TIMEOUT: Duration = Duration::from_secs(120);

pub fn trials(cases: &[Arc<Case>]) -> Vec<Trial> {
    let missing = place::missing();
    let demanded = set("SHAKEDOWN_REQUIRE_POWERSHELL");
    let of_case = |case: &Arc<Case>| {
        let name = format!("conformance: {}: {}", case.subject, case.name);
        if let Some(why) = missing
            .is_none()
            .then(|| left_out(case, place::WHERE))
            .flatten()
        {
            let trial = Trial::test(format!("{name} (left out: {why})"), || Ok(()));
            return trial.with_ignored_flag(true);
        }
        let case = Arc::clone(case);
        let what = "it was not run";
        needing(&name, what, missing.as_deref(), demanded, move || {
            run(&case)
        })
    };
    cases.iter().map(of_case).collect()
}

fn run(case: &Case) -> Result<(), Failed> {
    let seen = play(&case.script).inspect_err(|_| give(&case.subject, Verdict::Wrong))?;
    let (verdict, why) = judge(case, &seen, place::WHERE);
    give(&case.subject, verdict);
    if verdict == Verdict::Wrong {
        return Err(why.into());
    }
    Ok(())
}

fn play(script: &str) -> Result<Seen, Failed> {
    let body = format!("\u{feff}{}", script.replace('\n', "\r\n"));
    if place::WHERE == Where::Wine {
        // As the Agent does: what 5.1 does not begin is not begun.
        if let Some(stderr) = powershell::check(body.as_bytes()).refusal(place::SCRIPT, "5.1") {
            return Ok(Seen {
                stderr,
                exit: Some(1),
                ..Seen::default()
            });
        }
    }
    place::play(body.as_bytes())
}
