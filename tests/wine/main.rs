//! Drives the Wine engine through the library.
//!
//! All of it needs the layers that `shakedown setup wine` makes: see `device.rs`.

mod device;
mod jobs;
mod stores;

use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::engine::sandbox::maybe_become_device_process;
use std::process::ExitCode;

type Test = fn() -> Result<(), Failed>;

fn main() -> ExitCode {
    maybe_become_device_process();
    let args = Arguments::from_args();
    let missing = device::missing();
    let tests: [(&str, Test); 11] = [
        ("a_job_runs_and_its_streams_stay_apart", jobs::streams),
        ("exit_codes_have_all_their_bits", jobs::exit_codes),
        ("the_environment_is_unicode", jobs::environment),
        ("a_timeout_ends_the_whole_tree", jobs::timeout),
        ("cancelled_jobs_end_at_once", jobs::cancelled),
        ("left_children_are_named", jobs::left_child),
        ("events_are_written_and_queried", stores::events),
        ("programs_tell_the_facts", stores::facts),
        ("users_and_services_are_changed", stores::people),
        ("shutdown_is_caught", stores::shutdown),
        ("tasks_run_truly", stores::tasks),
    ];
    let mut trials: Vec<Trial> = tests
        .into_iter()
        .map(|(name, test)| device::trial(name, missing.as_deref(), test))
        .collect();
    let measure = Trial::test("timings", jobs::timings).with_kind("measures only");
    trials.push(measure.with_ignored_flag(true));
    libtest_mimic::run(&args, trials).exit_code()
}
