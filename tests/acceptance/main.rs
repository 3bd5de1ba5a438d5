//! What the project promises, seen from outside on the built binary.
//!
//! A test whose engine is missing here shows as ignored with the reason in its name; with
//! `SHAKEDOWN_REQUIRE_ENGINES=1` it fails instead.

mod host;
mod interrupt;
mod replays;
mod run;
mod suite;

use libtest_mimic::{Arguments, Failed, Trial};

type Test = fn() -> Result<(), Failed>;

fn main() {
    let args = Arguments::from_args();
    let missing = run::missing_engine();
    let required = std::env::var_os("SHAKEDOWN_REQUIRE_ENGINES").is_some();
    let tests: [(&str, Test); 8] = [
        ("every_shipped_scenario_passes", suite::shipped),
        ("every_bad_component_fails_for_its_reason", suite::bad),
        ("an_empty_run_is_not_green", suite::empty),
        ("same_seed_same_log", replays::same_log),
        ("host_is_untouched_by_the_suite", host::suite),
        ("host_is_untouched_by_kill_9", host::killed),
        ("no_child_survives_a_timeout", host::timeout),
        (
            "an_interrupted_run_reports_and_leaves_nothing",
            interrupt::interrupted,
        ),
    ];
    let trials = tests
        .into_iter()
        .map(|(name, test)| match (&missing, required) {
            (Some(why), false) => {
                Trial::test(format!("{name} (ignored: {why})"), || Ok(())).with_ignored_flag(true)
            }
            (Some(why), true) => {
                let why = why.clone();
                Trial::test(name, move || {
                    Err(format!("the sandbox engine is missing: {why}").into())
                })
            }
            (None, _) => Trial::test(name, test),
        })
        .collect();
    // They watch the whole machine: one at a time.
    let args = Arguments {
        test_threads: Some(1),
        ..args
    };
    libtest_mimic::run(&args, trials).exit();
}
