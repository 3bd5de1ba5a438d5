//! What is laid over PowerShell, and scripts with what Windows PowerShell 5.1 gives for them.
//!
//! Modules and cases are looked at everywhere. The cases run on Windows devices by Wine that
//! `shakedown setup powershell` gave PowerShell, and are left out elsewhere.

mod case;
mod components;
mod grammar;
mod modules;

// Windows devices by Wine exist on Linux alone.
#[cfg(target_os = "linux")]
mod conformance;
#[cfg(target_os = "linux")]
mod device;
#[cfg(target_os = "linux")]
#[path = "../common/trial.rs"]
mod trial;
#[cfg(target_os = "linux")]
mod verdict;

use case::Case;
use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::component::powershell;
use std::process::ExitCode;
use std::sync::Arc;

/// Fewest cases that there are to be.
const CASES: usize = 330;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    shakedown::engine::sandbox::maybe_become_device_process();
    let args = Arguments::from_args();
    let cases = match case::all() {
        Ok(cases) => cases,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let cases: Vec<Arc<Case>> = cases.into_iter().map(Arc::new).collect();
    let mut trials = modules::trials();
    trials.extend(components::trials());
    trials.extend(of_cases(&cases));
    #[cfg(target_os = "linux")]
    trials.extend(conformance::trials(&cases));
    let conclusion = libtest_mimic::run(&args, trials);
    #[cfg(target_os = "linux")]
    verdict::print(&cases);
    conclusion.exit_code()
}

/// What can be said of the cases without PowerShell.
fn of_cases(cases: &[Arc<Case>]) -> Vec<Trial> {
    let all = cases.to_vec();
    let mut trials = vec![Trial::test("cases: there are enough", move || {
        check(all.len() >= CASES, format!("{} cases", all.len()))
    })];
    let all = cases.to_vec();
    trials.push(Trial::test("cases: names are unique", move || {
        let mut names: Vec<(&str, &str)> = all
            .iter()
            .map(|c| (c.name.as_str(), c.subject.as_str()))
            .collect();
        names.sort_unstable();
        let twice: Vec<_> = names.windows(2).filter(|w| w[0].0 == w[1].0).collect();
        check(twice.is_empty(), format!("more than once: {twice:?}"))
    }));
    let all = cases.to_vec();
    trials.push(Trial::test("cases: scripts are parsed", move || {
        let broken: Vec<String> = all
            .iter()
            .filter(|c| !c.broken)
            .filter_map(|c| Some(format!("{}: {}", c.place, grammar::errors(&c.script)?)))
            .collect();
        check(broken.is_empty(), broken.join("\n"))
    }));
    let all = cases.to_vec();
    trials.push(Trial::test(
        "cases: what is not begun is right",
        move || {
            let wrong: Vec<String> = all.iter().filter_map(|c| wrongly_refused(c)).collect();
            check(wrong.is_empty(), wrong.join("\n"))
        },
    ));
    trials
}

/// What is wrong with a case whose script the static check ends, which is all that comes of it.
fn wrongly_refused(case: &Case) -> Option<String> {
    let body = format!("\u{feff}{}", case.script.replace('\n', "\r\n"));
    let stderr = powershell::check(body.as_bytes()).refusal(r"C:\command.ps1", "5.1")?;
    let right = case.stdout.is("")
        && case.stderr.as_ref().is_none_or(|w| w.is(&stderr))
        && case.exit == 1
        && case.reboots.is_none_or(|n| n == 0);
    match (right, &case.known_difference) {
        (true, None) | (false, Some(_)) => None,
        (true, Some(_)) => Some(format!("{}: it is no difference", case.place)),
        (false, None) => Some(format!("{}: it is not begun: {stderr}", case.place)),
    }
}

fn check(holds: bool, what: impl std::fmt::Display) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(what.to_string().into())
    }
}
