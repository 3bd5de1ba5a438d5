//! What the project promises, seen from outside on the built binary.
//!
//! All of it needs devices: see `common/engine.rs`.

#[path = "../common/engine.rs"]
mod engine;
mod host;
mod interrupt;
mod overlap;
mod powershell;
mod replays;
mod run;
mod setup;
mod suite;
mod week;
mod whole;

use libtest_mimic::{Arguments, Failed};

type Test = fn() -> Result<(), Failed>;

pub fn main() {
    let args = Arguments::from_args();
    let missing = engine::missing();
    let tests: [(&str, Test); 11] = [
        ("every_shipped_scenario_passes", suite::shipped),
        ("every_bad_component_fails_for_its_reason", suite::bad),
        ("an_empty_run_is_not_green", suite::empty),
        ("same_seed_same_log", replays::same_log),
        (
            "flaws_of_overlapping_runs_are_found_and_come_again_with_their_seed",
            overlap::found_and_replayed,
        ),
        (
            "a_count_under_a_lock_is_right_with_every_seed",
            overlap::sound_passes,
        ),
        ("a_week_of_a_monitor_is_as_by_hand", week::same_as_by_hand),
        ("host_is_untouched_by_the_suite", host::suite),
        ("host_is_untouched_by_kill_9", host::killed),
        ("no_child_survives_a_timeout", host::timeout),
        (
            "an_interrupted_run_reports_and_leaves_nothing",
            interrupt::interrupted,
        ),
    ];
    let mut trials: Vec<libtest_mimic::Trial> = tests
        .into_iter()
        .map(|(name, test)| engine::trial(name, missing.as_deref(), test))
        .collect();
    let name = "setup_wine_is_made_found_and_removed";
    trials.push(match setup::left_out() {
        None => engine::trial(name, missing.as_deref(), setup::made_found_and_removed),
        Some(why) => libtest_mimic::Trial::test(
            format!("{name} (ignored: {why})"),
            setup::made_found_and_removed,
        )
        .with_ignored_flag(true),
    });
    trials.push(powershell::trial());
    // They watch the whole machine: one at a time.
    let args = Arguments {
        test_threads: Some(1),
        ..args
    };
    libtest_mimic::run(&args, trials).exit();
}
