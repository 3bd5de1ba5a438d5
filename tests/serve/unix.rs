//! Drives `shakedown serve` as a test suite in any language does.

mod client;
mod control;
mod disk;
#[path = "../common/engine.rs"]
mod engine;
mod hostile;
mod jobs;
mod kills;
mod life;
mod readme;
mod tls;
mod wire;
mod worlds;

/// Tests by their name.
macro_rules! tests {
    ($($module:ident::$name:ident),+ $(,)?) => {
        vec![$((stringify!($name), $module::$name as fn())),+]
    };
}

pub fn main() {
    let args = libtest_mimic::Arguments::from_args();
    let plain = tests![
        life::it_tells_that_it_is_ready_and_ends_cleanly_on_a_signal,
        life::a_port_file_is_never_stale_and_nothing_else_is_replaced,
        life::a_state_with_more_accounts_is_told,
        life::requests_in_flight_are_finished,
        life::what_cannot_be_had_is_said_with_how_to_mend_it,
        life::another_address_needs_the_flag,
        life::the_document_is_printed_without_a_server,
        life::a_state_goes_on_where_it_was,
        life::a_state_of_something_else_is_refused_with_its_place,
        life::several_servers_in_one_process_are_apart,
        readme::keys_in_the_readme_are_those_of_its_command,
        wire::connections_are_kept_and_requests_may_follow_at_once,
        wire::a_cut_ends_the_connection_without_an_answer,
        wire::a_delay_is_waited_for,
        wire::a_body_that_is_too_large_is_refused_in_the_form_of_its_endpoint,
        wire::what_is_too_large_is_refused,
        disk::starts_that_are_cut_off_leave_a_state_that_goes_on,
        disk::a_broken_line_is_refused_with_its_number,
        disk::a_full_disk_refuses_whole_requests_and_nothing_else,
        hostile::nonsense_is_refused_or_closed,
        hostile::broken_requests_neither_end_it_nor_fill_its_memory,
        hostile::a_thousand_requests_at_once_are_answered_in_order,
        hostile::chunked_bodies_are_read_and_bounded,
        hostile::slow_clients_lose_their_connections,
        hostile::a_client_that_takes_no_answer_loses_its_connection,
        hostile::more_connections_than_there_is_room_for_wait_for_their_turn,
        tls::clients_that_trust_the_ca_reach_every_name,
        tls::the_ca_is_kept_and_is_for_its_owner_alone,
        control::only_programs_of_this_machine_are_answered,
        control::faults_are_set_all_or_none,
        control::variables_go_out_and_in_as_csv,
        control::calls_are_told_and_bounded,
        control::calls_tell_no_secret,
        control::the_clock_moves_on,
        control::what_is_not_there_is_said,
        kills::no_acknowledged_write_is_lost,
        worlds::the_api_section_of_a_world_is_obeyed,
        worlds::the_clock_of_a_world_is_where_time_begins,
        worlds::arguments_win_over_the_world,
        worlds::a_world_without_steps_is_no_scenario_to_run,
    ];
    let devices = tests![
        jobs::a_quick_job_runs_on_the_device_and_is_told,
        jobs::a_job_of_a_server_that_ends_is_not_lost_in_silence,
        jobs::a_job_of_a_killed_server_is_not_lost_in_silence,
        jobs::a_device_that_the_world_lost_is_offline,
    ];
    let with_curl = tests![worlds::a_component_on_a_device_reaches_the_served_platform];
    let missing = engine::missing();
    let plain = plain.into_iter().map(|(name, test)| {
        engine::trial(name, None, move || {
            test();
            Ok(())
        })
    });
    let devices = devices.into_iter().map(|(name, test)| {
        engine::trial(name, missing.as_deref(), move || {
            test();
            Ok(())
        })
    });
    let without = missing.clone().or_else(|| client::missing("curl"));
    let with_curl = with_curl.into_iter().map(|(name, test)| {
        engine::trial(name, without.as_deref(), move || {
            test();
            Ok(())
        })
    });
    libtest_mimic::run(&args, plain.chain(devices).chain(with_curl).collect()).exit();
}
