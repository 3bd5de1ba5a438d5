//! Help texts, unknown words, exit codes of bad usage.

use super::Place;

const COMMANDS: [&str; 11] = [
    "run",
    "exec",
    "serve",
    "new",
    "pack",
    "unpack",
    "schema",
    "doctor",
    "setup",
    "completions",
    "help",
];

pub fn every_command_is_listed_and_has_help_of_its_own() {
    let place = Place::new();
    let all = place.call(&["--help"]);
    assert_eq!(all.code, Some(0));
    assert_eq!(all.stderr, "");
    // What it sets up is for Linux.
    let here = |c: &&str| cfg!(target_os = "linux") || *c != "setup";
    for command in COMMANDS.into_iter().filter(here) {
        let line = format!("\n  {command} ");
        assert!(
            all.stdout.contains(&line),
            "{command} is not in:\n{}",
            all.stdout
        );
        if command == "help" {
            continue;
        }
        let one = place.call(&[command, "--help"]);
        assert_eq!(one.code, Some(0), "{command}");
        assert!(
            one.stdout.contains("Usage: shakedown"),
            "{command}:\n{}",
            one.stdout
        );
        assert!(!one.stdout.contains('\u{1b}'), "{command}");
    }
    assert!(all.stdout.contains("130  interrupted"), "{}", all.stdout);
}

pub fn commands_of_later_versions_are_no_stubs() {
    let place = Place::new();
    for command in ["certify", "replay", "import", "merge"] {
        let call = place.call(&[command]);
        assert_eq!(call.code, Some(2), "{command}");
        assert!(
            call.stderr.contains("unrecognized subcommand"),
            "{}",
            call.stderr
        );
    }
}

pub fn bad_usage_is_exit_2_and_says_what_is_known() {
    let place = Place::new();
    let cases: [(&[&str], &str); 10] = [
        (&[], "Usage: shakedown"),
        (&["run", "--fitler", "x"], "--filter"),
        (&["run", "--filter", "/(/"], "not a regular expression"),
        (&["run", "--jobs", "0"], "0 is not in 1..=256"),
        (&["run", "--json", "a.yaml"], "that is an input"),
        (&["run", "--engine", "docker"], "known are sandbox"),
        (&["exec", "x", "--var", "novalue"], "NAME=VALUE"),
        (
            &["exec", "x", "--os", "dos"],
            "linux, macos, windows, windows-10",
        ),
        (&["exec", "x", "--udf", "400=x"], "no number of a UDF"),
        (&["exec", "x", "--timeout", "5"], "write 90s"),
    ];
    for (arguments, expected) in cases {
        let call = place.call(arguments);
        assert_eq!(call.code, Some(2), "{arguments:?}: {}", call.stderr);
        assert!(
            call.stderr.contains(expected),
            "{arguments:?}: {}",
            call.stderr
        );
        assert_eq!(call.stdout, "", "{arguments:?}");
    }
}

pub fn version_goes_to_stdout() {
    let call = Place::new().call(&["--version"]);
    assert_eq!((call.code, call.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        call.stdout,
        format!("shakedown {}\n", env!("CARGO_PKG_VERSION"))
    );
}

pub fn completions_name_the_commands() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let call = place.call(&["completions", shell]);
        assert_eq!(call.code, Some(0));
        assert!(
            call.stdout.contains("doctor") && call.stdout.contains("dry-run"),
            "{shell}"
        );
    }
}

pub fn the_schema_is_json_with_definitions() {
    let call = Place::new().call(&["schema"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    let schema: serde_json::Value = serde_json::from_str(&call.stdout).expect("JSON");
    assert!(schema["$schema"].is_string());
    // The key every scenario has, and a definition others refer to.
    assert!(call.stdout.contains("\"scenario\""));
    assert!(schema["$defs"]["device"].is_object());
}

/// The engine that `doctor` tells first.
const FIRST: &str = match cfg!(target_os = "linux") {
    true => "sandbox",
    false => "host",
};

pub fn doctor_tells_engines_and_tools_in_both_forms() {
    let place = Place::new();
    let text = place.call(&["doctor"]);
    assert!(matches!(text.code, Some(0 | 3)), "{}", text.stderr);
    assert!(
        text.stdout.contains(FIRST) && text.stdout.contains("bash"),
        "{}",
        text.stdout
    );
    let json = place.call(&["doctor", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    let state = found["engines"][0]["state"].as_str();
    assert!(
        matches!(state, Some("whole" | "reduced" | "missing" | "on request")),
        "{}",
        json.stdout
    );
    assert_eq!(json.code == Some(3), state == Some("missing"));
}
