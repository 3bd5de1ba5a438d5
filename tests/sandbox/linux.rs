//! Drives the sandbox engine through the library.
//!
//! All of it needs devices: see `common/engine.rs`.

mod commands;
mod device;
#[path = "../common/engine.rs"]
mod engine;
mod footprint;
mod host;
mod jobs;
mod lifetime;
mod mounts;
mod network;
mod power;
mod timings;

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
    let tests: [(&str, Test); 29] = [
        ("a_job_runs_and_its_streams_stay_apart", jobs::streams),
        ("the_footprint_is_exact", footprint::footprint),
        (
            "a_replaced_folder_is_seen_through",
            footprint::replaced_folder,
        ),
        (
            "a_remade_folder_loses_what_was_in_it",
            footprint::remade_folder,
        ),
        ("deep_trees_are_walked", footprint::deep_trees),
        ("extended_attributes_are_seen", footprint::attributes),
        (
            "nothing_outlives_a_killed_harness",
            lifetime::killed_harness,
        ),
        ("a_kept_device_outlives_its_handle", lifetime::kept),
        ("overlapping_jobs_are_told_apart", jobs::overlapping),
        ("cancelled_jobs_end_at_once", jobs::cancelled),
        ("fifty_stubborn_children_die", jobs::stubborn_children),
        ("left_processes_are_named", jobs::left_processes),
        ("a_wait_for_input_is_named_at_once", jobs::input_wait),
        ("reboots_are_caught_by_every_way", commands::reboots),
        ("signals_to_pid_1_are_caught", commands::other_reboots),
        ("a_copied_double_is_no_command", commands::copied_double),
        (
            "names_and_connections_are_noted",
            network::names_and_connections,
        ),
        (
            "a_service_answers_over_https_on_its_device_only",
            network::services,
        ),
        ("doubles_answer_and_are_noted", commands::doubles),
        ("a_played_mac_has_its_commands", commands::macos),
        (
            "root_of_a_device_has_no_power_over_the_host",
            power::no_power,
        ),
        (
            "file_systems_of_the_host_cannot_be_mounted",
            mounts::host_file_systems,
        ),
        (
            "mounts_and_shared_memory_are_in_the_footprint",
            mounts::in_the_footprint,
        ),
        ("output_of_any_size_comes_whole", jobs::large_output),
        ("a_device_boots_again_over_its_files", lifetime::boots_again),
        (
            "a_device_boots_again_over_links_out_of_it",
            lifetime::boots_again_over_links,
        ),
        ("a_component_runs_on_the_machine_itself", host::exec),
        ("trees_end_on_the_machine_itself", host::trees),
        ("the_machine_itself_is_not_changed_unasked", host::refused),
    ];
    let mut trials: Vec<Trial> = tests
        .into_iter()
        .map(|(name, test)| engine::trial(name, missing.as_deref(), test))
        .collect();
    let measure = Trial::test("timings", timings::timings).with_kind("measures only");
    trials.push(measure.with_ignored_flag(true));
    libtest_mimic::run(&args, trials).exit_code()
}
