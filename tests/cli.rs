//! Drives the built binary as a user does: arguments in; exit code, stdout and stderr out.

#[path = "cli/api.rs"]
mod api;
#[path = "common/engine.rs"]
mod engine;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/output.rs"]
mod output;
#[path = "cli/packages.rs"]
mod packages;
#[path = "cli/policies.rs"]
mod policies;
#[path = "cli/responses.rs"]
mod responses;
#[path = "cli/run.rs"]
mod run;
#[cfg(target_os = "linux")]
#[path = "cli/setup.rs"]
mod setup;
#[cfg(target_os = "linux")]
#[path = "cli/signals.rs"]
mod signals;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Tests by their name.
macro_rules! tests {
    ($($module:ident::$name:ident),+ $(,)?) => {
        vec![$((stringify!($name), $module::$name as fn())),+]
    };
}

type Test = (&'static str, fn());

/// They need `/dev/full`, or `setup`, which Linux alone has.
#[cfg(target_os = "linux")]
fn linux_plain() -> Vec<Test> {
    tests![
        output::what_cannot_be_written_is_exit_2,
        setup::an_empty_cache_tells_how_it_is_filled,
        setup::what_is_half_made_is_told_and_removed,
        setup::only_one_setup_works_in_a_cache,
        setup::without_a_cache_or_with_bad_words_is_exit_2,
    ]
}

/// They do that too, or send signals.
#[cfg(target_os = "linux")]
fn linux_with_devices() -> Vec<Test> {
    tests![
        output::results_that_cannot_be_written_are_exit_2,
        policies::policies_that_do_otherwise_fail,
        responses::responses_that_are_otherwise_fail,
        setup::without_a_network_the_way_out_is_told,
        setup::a_broken_download_is_no_setup,
        setup::a_folder_without_the_packages_is_refused,
        setup::an_interrupted_setup_ends_with_130_and_its_tools,
        signals::an_interrupted_run_writes_its_reports_and_ends_with_130,
    ]
}

#[cfg(not(target_os = "linux"))]
fn linux_plain() -> Vec<Test> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn linux_with_devices() -> Vec<Test> {
    Vec::new()
}

fn main() {
    let args = libtest_mimic::Arguments::from_args();
    let plain = tests![
        help::every_command_is_listed_and_has_help_of_its_own,
        help::commands_of_later_versions_are_no_stubs,
        help::bad_usage_is_exit_2_and_says_what_is_known,
        help::version_goes_to_stdout,
        help::completions_name_the_commands,
        help::the_schema_is_json_with_definitions,
        help::doctor_tells_engines_and_tools_in_both_forms,
        packages::a_folder_survives_pack_and_unpack,
        packages::what_is_no_component_is_refused_with_the_reason,
        packages::a_new_component_in_powershell_is_in_order,
        packages::a_dry_run_tells_the_notes_of_components,
        run::list_shows_and_selects,
        run::nothing_chosen_is_exit_4,
        run::a_dry_run_finds_what_is_wrong_and_runs_nothing,
        run::a_missing_folder_is_exit_2,
        run::exec_takes_the_system_that_the_script_is_for,
        run::a_bad_scenario_shows_neither_its_secrets_nor_control_characters,
        run::an_exact_name_takes_just_that_scenario,
        run::places_that_cannot_be_written_are_told_before_the_run,
        api::an_unknown_operation_is_told_before_the_run,
        api::only_loopback_is_listened_on,
        policies::policies_that_nobody_could_run_are_told_before_the_run,
        policies::expectations_on_monitors_that_never_run_are_refused,
        responses::responses_that_nobody_could_do_are_told_before_the_run,
        responses::expectations_on_responses_that_are_not_there_are_refused,
        output::a_reader_that_went_away_is_no_error,
    ];
    let with_devices = tests![
        run::verdicts_reach_the_exit_code_and_every_report,
        run::colours_only_where_they_are_wanted,
        run::quiet_prints_failures_and_the_summary,
        run::a_report_that_cannot_be_written_is_no_success,
        run::exec_streams_and_tells_what_changed,
        run::exec_fails_with_the_job,
        run::a_secret_of_exec_is_shown_nowhere,
        api::a_failure_tells_path_expected_and_what_is_there,
        api::keys_and_tokens_stay_out_of_the_record,
        api::a_client_outside_is_answered_while_a_step_waits,
        api::a_limit_that_is_met_tells_that_the_clock_stands_still,
    ];
    let missing = engine::missing();
    let done = |test: fn()| {
        move || {
            test();
            Ok(())
        }
    };
    let mut trials: Vec<libtest_mimic::Trial> = plain
        .into_iter()
        .chain(linux_plain())
        .map(|(name, test)| libtest_mimic::Trial::test(name, done(test)))
        .collect();
    trials.extend(
        with_devices
            .into_iter()
            .chain(linux_with_devices())
            .map(|(name, test)| engine::trial(name, missing.as_deref(), done(test))),
    );
    let without = missing.clone().or_else(api::without_curl);
    let background = api::a_client_in_the_background_is_answered_while_a_step_waits as fn();
    trials.push(engine::trial(
        "a_client_in_the_background_is_answered_while_a_step_waits",
        without.as_deref(),
        done(background),
    ));
    libtest_mimic::run(&args, trials).exit();
}

/// What came of one call.
struct Call {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// A folder to call the program in, gone afterwards.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place {
            dir: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file below the folder.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).expect("a folder for the file");
        }
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// Calls the program here with nothing of the caller's environment but PATH.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shakedown"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null());
        command
    }

    fn call(&self, arguments: &[&str]) -> Call {
        let output = self
            .command(arguments)
            .output()
            .expect("the program starts");
        Call::from(output)
    }

    /// A component that passes, and one that fails with a message on stderr.
    fn components(&self) {
        let manifest = |name: &str| {
            format!("name: {name}\ncategory: scripts\ntype: unix\nscript: script.sh\n")
        };
        self.file("good/component.yaml", &manifest("Good"));
        self.file("good/script.sh", "#!/bin/bash\necho all is ready\n");
        self.file("bad/component.yaml", &manifest("Bad"));
        self.file(
            "bad/script.sh",
            "#!/bin/bash\necho half way\necho 'no \u{1b}[31mlicence' >&2\nexit 3\n",
        );
    }

    /// A scenario that runs one of these components.
    fn scenario(&self, file: &str, name: &str, component: &str, tags: &str) {
        let text = format!(
            "scenario: {name}\ntags: [{tags}]\nworld:\n  devices:\n    web-01: {{ os: linux }}\n  components:\n    it: ../{component}\nsteps:\n  - job: it\n    on: web-01\n    expect:\n      stdout:\n        contains: ready\n"
        );
        self.file(file, &text);
    }
}

impl From<Output> for Call {
    fn from(output: Output) -> Call {
        Call {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
