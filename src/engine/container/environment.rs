//! The one change of this process's environment.

/// Sets a variable. Only for `main`, before any thread starts.
pub fn set(name: &str, value: &str) {
    // SAFETY: the one caller is `main` before it starts any thread, so that nobody reads the
    // environment meanwhile.
    unsafe { std::env::set_var(name, value) };
}
