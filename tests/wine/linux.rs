//! Drives the Wine engine through the library.
//!
//! All of it needs the layers that `shakedown setup wine` makes: see `common/windows.rs`.

mod ahead;
mod callers;
mod device;
mod device_requests;
mod doors;
mod doubles;
#[path = "../common/windows.rs"]
mod engine;
mod files;
mod host;
mod jobs;
mod lifetime;
mod many;
mod network;
mod powershell;
mod programs;
mod registry;
mod said;
mod stores;

use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::engine::sandbox::maybe_become_device_process;
use std::process::ExitCode;

type Test = fn() -> Result<(), Failed>;

pub fn main() -> ExitCode {
    maybe_become_device_process();
    if std::env::args().nth(1).as_deref() == Some(lifetime::VICTIM) {
        return lifetime::victim(&std::env::args().nth(2).unwrap_or_default());
    }
    let args = Arguments::from_args();
    let missing = engine::missing();
    let tests: [(&str, Test); 44] = [
        ("a_job_runs_and_its_streams_stay_apart", jobs::streams),
        ("exit_codes_have_all_their_bits", jobs::exit_codes),
        ("the_environment_is_unicode", jobs::environment),
        ("a_timeout_ends_the_whole_tree", jobs::timeout),
        ("cancelled_jobs_end_at_once", jobs::cancelled),
        ("left_children_are_named", jobs::left_child),
        ("programs_of_32_bits_run", jobs::narrow),
        ("the_start_of_windows_is_nobodys_doing", jobs::quiet_start),
        ("files_are_found_by_windows_paths", files::paths),
        ("the_footprint_is_exact", files::footprint),
        ("windows_itself_leaves_no_footprint", files::quiet),
        ("the_registry_has_two_views", registry::both_views),
        (
            "writes_of_udfs_are_told_in_order",
            registry::writes_in_order,
        ),
        ("a_device_is_who_it_says", registry::identity),
        ("a_device_boots_again_over_its_files", lifetime::reboot),
        (
            "nothing_outlives_a_killed_harness",
            lifetime::killed_harness,
        ),
        ("a_kept_device_outlives_its_handle", lifetime::kept),
        ("many_jobs_at_once_are_told_apart", many::jobs_at_once),
        (
            "devices_at_once_know_nothing_of_each_other",
            many::devices_at_once,
        ),
        ("doubles_answer_and_are_noted", doubles::doubles),
        (
            "what_nobody_doubles_is_not_there",
            doubles::plain_device_has_none,
        ),
        ("what_programs_write_down_is_told", doubles::stores),
        ("a_service_answers_over_https", network::services),
        (
            "names_and_connections_are_noted",
            network::names_and_connections,
        ),
        ("a_restart_by_a_call_of_windows_is_told", said::restart),
        ("an_error_that_ends_a_script_is_told", said::script),
        ("a_program_that_run_did_not_find_is_told", said::not_run),
        (
            "what_wine_writes_itself_is_in_no_footprint",
            said::machinery,
        ),
        ("a_root_certificate_is_in_the_footprint", said::root),
        ("programs_do_what_windows_own_do", programs::done),
        ("programs_without_an_answer_are_refused", programs::refused),
        ("powershell_gets_what_its_launch_says", powershell::contract),
        (
            "each_command_line_of_powershell_keeps_its_meaning",
            powershell::forms_from_programs,
        ),
        (
            "batch_scripts_call_powershell",
            powershell::forms_from_batch,
        ),
        ("everybody_calls_powershell", powershell::callers),
        ("tasks_call_powershell_in_every_form", callers::tasks),
        ("the_shell_calls_powershell_in_every_form", callers::shell),
        ("a_timeout_ends_powershells_tree", powershell::timeout),
        ("powershell_started_ahead_is_as_fresh", ahead::same),
        ("powershell_started_ahead_fits_or_goes", ahead::unused),
        ("a_component_runs_on_the_machine_itself", host::exec),
        ("trees_end_on_the_machine_itself", host::trees),
        ("a_scenario_runs_on_the_machine_itself", host::scenario),
        ("the_machine_itself_is_not_changed_unasked", host::refused),
    ];
    let mut trials: Vec<Trial> = tests
        .into_iter()
        .chain(stores::TESTS)
        .chain(device_requests::TESTS)
        .chain(doors::TESTS)
        .map(|(name, test)| engine::trial(name, missing.as_deref(), test))
        .collect();
    let measure = Trial::test("timings", jobs::timings).with_kind("measures only");
    trials.push(measure.with_ignored_flag(true));
    let measure = Trial::test("timings_of_powershell", ahead::timings).with_kind("measures only");
    trials.push(measure.with_ignored_flag(true));
    libtest_mimic::run(&args, trials).exit_code()
}
