//! `setup powershell` against good and bad releases, none of which is PowerShell: what is good gets as
//! far as PowerShell's own start, and fails there; nothing that fails leaves anything.

mod bad;
mod downloads;
mod place;
mod release;
mod server;
#[path = "../common/trial.rs"]
mod trial;
mod with_wine;

use libtest_mimic::{Arguments, Trial};
use trial::{needing, set};

/// Tests by their name.
macro_rules! tests {
    ($($module:ident::$name:ident),+ $(,)?) => {
        vec![$((stringify!($name), $module::$name as fn())),+]
    };
}

pub fn main() {
    // The sandbox starts this very binary for what runs inside.
    shakedown::engine::sandbox::maybe_become_device_process();
    if bad::within_a_small_disk() {
        return;
    }
    let args = Arguments::from_args();
    let everywhere = tests![
        bad::a_zip_with_another_hash_is_not_opened,
        bad::what_is_no_whole_zip_is_refused,
        bad::what_is_no_zip_is_told_before_its_hash,
        bad::a_pipe_is_not_opened,
        bad::a_folder_with_the_zip_leads_to_the_zip,
        bad::another_machine_or_version_is_refused,
        bad::names_that_leave_the_folder_are_refused,
        bad::names_that_collide_are_refused,
        bad::links_and_encrypted_entries_are_refused,
        bad::bombs_and_giants_are_refused,
        bad::what_lacks_a_file_is_refused,
        bad::a_folder_is_judged_like_a_zip,
        bad::without_wine_there_is_no_powershell,
        bad::a_full_disk_leaves_nothing,
        bad::too_little_room_is_told_before_a_byte_is_unpacked,
        downloads::a_list_that_disagrees_ends_it_before_the_download,
        downloads::a_download_that_is_cut_goes_on,
        downloads::a_server_without_ranges_is_taken_from_the_beginning,
        downloads::what_a_server_refuses_is_told,
        downloads::a_server_that_hangs_is_given_up,
        downloads::what_is_too_large_is_not_downloaded,
        downloads::an_interrupted_download_goes_on_with_the_next_run,
        downloads::ctrl_c_ends_it_with_130,
        downloads::two_at_once_are_one_too_many,
        downloads::a_mirror_with_another_zip_is_refused_by_the_binary,
    ];
    let with_wine = tests![
        with_wine::what_only_looks_like_powershell_fails_at_its_start,
        with_wine::devices_get_the_layer_and_servers_one_more,
    ];
    let whole = place::not_root();
    let missing = whole.clone().or_else(with_wine::missing);
    // No machine gives Windows devices to a normal user.
    let demanded = set("SHAKEDOWN_REQUIRE_ENGINES") && whole.is_none();
    let of = |tests: Vec<(&'static str, fn())>, missing: Option<String>| {
        let trial = move |(name, test): (&str, fn())| {
            let test = move || {
                test();
                Ok(())
            };
            needing(
                name,
                "the wine engine is missing",
                missing.as_deref(),
                demanded,
                test,
            )
        };
        tests.into_iter().map(trial).collect::<Vec<Trial>>()
    };
    let mut trials = of(everywhere, whole);
    trials.extend(of(with_wine, missing));
    libtest_mimic::run(&args, trials).exit();
}
