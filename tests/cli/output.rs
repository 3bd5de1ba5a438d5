//! Stdout that is full or that nobody reads.

use super::run::three;
use super::{Call, Place};

#[cfg(target_os = "linux")]
fn into_full_device(place: &Place, arguments: &[&str]) -> Call {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("the full device");
    let mut command = place.command(arguments);
    Call::from(command.stdout(full).output().expect("the program starts"))
}

fn into_closed_pipe(place: &Place, arguments: &[&str]) -> Call {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = place.command(arguments);
    Call::from(command.stdout(writer).output().expect("the program starts"))
}

#[cfg(target_os = "linux")]
pub fn what_cannot_be_written_is_exit_2() {
    let place = three();
    for arguments in [
        &["run", "--list"][..],
        &["run", "--list", "--json"],
        &["schema"],
        &["completions", "bash"],
        &["doctor", "--json"],
    ] {
        let call = into_full_device(&place, arguments);
        assert_eq!(call.code, Some(2), "{arguments:?}: {}", call.stderr);
        assert!(
            call.stderr
                .contains("error: cannot write to stdout: No space"),
            "{arguments:?}: {}",
            call.stderr
        );
    }
    assert_eq!(into_full_device(&place, &["--help"]).code, Some(2));
}

pub fn a_reader_that_went_away_is_no_error() {
    let place = three();
    for arguments in [
        &["run", "--list"][..],
        &["run", "--list", "--json"],
        &["schema"],
    ] {
        let call = into_closed_pipe(&place, arguments);
        assert_eq!(call.code, Some(0), "{arguments:?}: {}", call.stderr);
        assert_eq!(call.stderr, "", "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
pub fn results_that_cannot_be_written_are_exit_2() {
    let place = three();
    let run = &["run", "scenarios/a.yaml", "--json", "-"][..];
    let told = "error: cannot write to stdout";
    for arguments in [run, &["exec", "good"], &["exec", "good", "--json"]] {
        let call = into_full_device(&place, arguments);
        assert_eq!(call.code, Some(2), "{arguments:?}: {}", call.stderr);
        assert_eq!(call.stderr.matches(told).count(), 1, "{}", call.stderr);
    }
    let call = into_closed_pipe(&place, run);
    assert_eq!(call.code, Some(2), "{}", call.stderr);
    let call = into_closed_pipe(&place, &["exec", "good"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    assert!(!call.stderr.contains(told), "{}", call.stderr);
}
