//! Tests that need what this machine may not have: where it is missing they show as ignored, with the
//! reason in their name; where it is demanded they fail instead.

use libtest_mimic::{Failed, Trial};

/// Whether a variable of the environment is set to 1.
pub fn set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|v| v == "1")
}

/// A test that needs `what`; `missing` says why it is not there, `demanded` whether it has to be.
pub fn needing(
    name: &str,
    what: &str,
    missing: Option<&str>,
    demanded: bool,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let Some(why) = missing else {
        return Trial::test(name, test);
    };
    let shown = if demanded {
        name.to_owned()
    } else {
        format!("{name} (ignored: {why})")
    };
    // Asked for with `--include-ignored` it fails as well: it did not hold here.
    let why = format!("{what}: {why}");
    Trial::test(shown, move || Err(why.into())).with_ignored_flag(!demanded)
}
