//! See `linux.rs`. The Wine engine exists on Linux alone: elsewhere there is nothing to set up.

// A path, so that its modules lie beside it.
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod linux;

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {}
