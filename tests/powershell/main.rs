//! What is laid over PowerShell, and scripts with what Windows PowerShell 5.1 gives for them.
//!
//! Modules and cases are looked at everywhere. The cases run on Windows devices by Wine that
//! `shakedown setup powershell` gave PowerShell, or in a Windows machine's own 5.1 where that is allowed,
//! and are left out elsewhere.

mod case;
mod components;
mod differences;
mod grammar;
mod judged;
mod modules;
mod table;
mod verdict;
mod wanted;

#[cfg(any(target_os = "linux", windows))]
mod conformance;
// Windows devices by Wine exist on Linux alone.
#[cfg(target_os = "linux")]
mod device;
#[cfg(windows)]
mod host;
#[cfg(unix)]
mod script;
#[cfg(any(target_os = "linux", windows))]
#[path = "../common/trial.rs"]
mod trial;

use case::Case;
use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::component::powershell;
use std::process::ExitCode;
use std::sync::Arc;
use verdict::{Seen, Verdict, Where, judge};

/// Fewest cases that there are to be.
const CASES: usize = 400;

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
    trials.extend(judged::trials());
    trials.extend(differences::trials(&cases));
    trials.extend(of_cases(&cases));
    #[cfg(unix)]
    trials.push(script::trial());
    #[cfg(any(target_os = "linux", windows))]
    trials.extend(conformance::trials(&cases));
    let conclusion = libtest_mimic::run(&args, trials);
    #[cfg(any(target_os = "linux", windows))]
    table::print(&cases);
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
    trials.push(Trial::test(
        "cases: what a device says of itself is no Windows'",
        move || {
            let of_device = |c: &&Arc<Case>| c.source.starts_with("none") && !c.played;
            let places: Vec<_> = all.iter().filter(of_device).map(|c| &c.place).collect();
            check(places.is_empty(), format!("not `played`: {places:?}"))
        },
    ));
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
    let seen = Seen {
        stderr,
        exit: Some(1),
        ..Seen::default()
    };
    match judge(case, &seen, Where::Wine) {
        (Verdict::Right | Verdict::KnownDifference, _) => None,
        (_, why) => Some(format!("{}: it is not begun: {why}", case.place)),
    }
}

fn check(holds: bool, what: impl std::fmt::Display) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(what.to_string().into())
    }
}
