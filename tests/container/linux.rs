//! Drives the built binary with devices in containers, under podman and under dockerd.
//!
//! Both are started here, with sockets, data and mounts of their own: see `engines.rs`. Without
//! them, or in a build without the feature `container`, the tests are ignored with the reason.

mod engines;
mod http;
mod images;
mod isolation;
mod lifetime;
mod refusals;
mod scenarios;
mod shakedown;

use engines::Engine;
use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::sync::Arc;

type Test = fn(&Engine) -> Result<(), Failed>;

const TESTS: [(&str, Test); 8] = [
    ("every_shipped_linux_scenario_passes", scenarios::shipped),
    ("an_image_without_our_c_library_serves", scenarios::foreign),
    ("a_device_names_its_image", scenarios::named),
    ("nothing_outlives_a_killed_harness", lifetime::killed),
    ("what_was_left_is_swept_at_the_next_start", lifetime::swept),
    ("a_kept_device_stays_until_it_is_ended", lifetime::kept),
    ("a_job_reaches_nothing_outside", isolation::outside),
    ("an_image_that_is_not_there_is_told", refusals::no_image),
];

pub fn main() -> ExitCode {
    let args = Arguments::from_args();
    let lacking = engines::lacking();
    // No machine gives the files of root's containers to a normal user.
    let required = std::env::var_os("SHAKEDOWN_REQUIRE_ENGINES").is_some_and(|v| v == "1")
        && rustix::process::geteuid().is_root();
    let mut trials = Vec::new();
    let mut running: Vec<Arc<Engine>> = Vec::new();
    for kind in engines::KINDS {
        let wanted = |name: &str| {
            args.filter
                .as_ref()
                .is_none_or(|f| name.contains(f.as_str()))
        };
        let names = TESTS.map(|(name, _)| format!("{}::{name}", kind.name));
        // They take seconds to start: only where one of their tests is run.
        let started = match &lacking {
            Some(why) => Err(why.clone()),
            None if args.list || !names.iter().any(|n| wanted(n)) => Err("not started".to_owned()),
            None => Engine::start(&kind).map(Arc::new),
        };
        running.extend(started.iter().cloned());
        for ((_, test), name) in TESTS.into_iter().zip(names) {
            trials.push(match &started {
                Ok(engine) => {
                    let engine = Arc::clone(engine);
                    Trial::test(name, move || test(&engine))
                }
                Err(why) => {
                    let name = match required || args.list {
                        true => name,
                        false => format!("{name} (ignored: {why})"),
                    };
                    let why = format!("{} is missing: {why}", kind.name);
                    Trial::test(name, move || Err(why.into())).with_ignored_flag(!required)
                }
            });
        }
    }
    trials.push(Trial::test("a_missing_engine_is_told", refusals::missing));
    // Some kill harnesses and look at all containers of their engine: one at a time.
    let args = Arguments {
        test_threads: Some(1),
        ..args
    };
    let code = libtest_mimic::run(&args, trials).exit_code();
    for engine in running {
        engine.end();
    }
    code
}
