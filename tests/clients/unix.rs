//! Clients that others wrote, against the built binary: what works with the real platform works
//! with `shakedown serve`, unmodified.
//!
//! The clients are installed by `scripts/install-clients`: see `tools.rs`.

mod compare;
#[path = "../common/engine.rs"]
mod engine;
mod package;
mod scripts;
mod server;
mod tools;

use libtest_mimic::{Arguments, Failed};

type Test = fn() -> Result<(), Failed>;

pub fn main() {
    let mut args = Arguments::from_args();
    // Each is a server and a busy client; more than two would only measure each other's patience.
    args.test_threads = args.test_threads.or(Some(2));
    let missing = tools::missing();
    let clients: [(&str, Test); 6] = [
        (
            "schemathesis_finds_no_failure_in_any_operation",
            scripts::schemathesis,
        ),
        (
            "schemathesis_finds_no_way_from_account_to_account",
            scripts::schemathesis_accounts,
        ),
        (
            "the_served_document_is_strictly_valid",
            scripts::valid_document,
        ),
        (
            "drmmsdk_logs_in_over_tls_by_the_real_name",
            scripts::drmmsdk_login,
        ),
        (
            "every_answer_is_accepted_by_the_types_of_datto_rmm_api",
            package::as_shipped,
        ),
        (
            "answers_with_dates_as_text_are_accepted_as_they_are",
            package::as_typed,
        ),
    ];
    let generated = "a_generated_client_works_and_runs_a_quick_job";
    let generated = match &missing {
        Some(why) => tools::trial(generated, Some(why), scripts::generated_client),
        None => engine::trial(
            generated,
            engine::missing().as_deref(),
            scripts::generated_client,
        ),
    };
    let no_python = tools::no_python();
    let comparisons: [(&str, Test); 3] = [
        (
            "compare_reference_names_all_that_is_missing",
            compare::missing,
        ),
        (
            "compare_reference_says_nothing_where_nothing_is_missing",
            compare::nothing,
        ),
        (
            "compare_reference_refuses_what_it_cannot_read",
            compare::refused,
        ),
    ];
    let trials = clients
        .into_iter()
        .map(|(name, test)| tools::trial(name, missing.as_deref(), test))
        .chain(
            comparisons
                .into_iter()
                .map(|(name, test)| tools::trial(name, no_python.as_deref(), test)),
        )
        .chain([generated])
        .collect();
    libtest_mimic::run(&args, trials).exit();
}
