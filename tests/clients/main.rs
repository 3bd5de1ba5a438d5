//! See `unix.rs`. The clients are installed on Unix alone: elsewhere there is nothing to drive.

// A path, so that its modules lie beside it.
#[cfg(unix)]
#[path = "unix.rs"]
mod unix;

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(not(unix))]
fn main() {}
