//! See `unix.rs`. They stop servers by signals and read modes of files: elsewhere there are none.

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
