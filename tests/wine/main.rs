//! Drives the Wine engine through the library.
//!
//! All of it needs the layers that `shakedown setup wine` makes: see `device.rs`.

mod device;
mod jobs;
mod programs;

use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::engine::sandbox::maybe_become_device_process;
use std::process::ExitCode;

type Test = fn() -> Result<(), Failed>;

fn main() -> ExitCode {
    maybe_become_device_process();
    let args = Arguments::from_args();
    let missing = device::missing();
    let tests: [(&str, Test); 8] = [
        ("a_job_runs_and_its_streams_stay_apart", jobs::streams),
        ("exit_codes_have_all_their_bits", jobs::exit_codes),
        ("the_environment_is_unicode", jobs::environment),
        ("a_timeout_ends_the_whole_tree", jobs::timeout),
        ("cancelled_jobs_end_at_once", jobs::cancelled),
        ("left_children_are_named", jobs::left_child),
        ("programs_do_what_windows_own_do", programs::done),
        ("programs_without_an_answer_are_refused", programs::refused),
    ];
    let mut trials: Vec<Trial> = tests
        .into_iter()
        .map(|(name, test)| device::trial(name, missing.as_deref(), test))
        .collect();
    let measure = Trial::test("timings", jobs::timings).with_kind("measures only");
    trials.push(measure.with_ignored_flag(true));
    libtest_mimic::run(&args, trials).exit_code()
}
