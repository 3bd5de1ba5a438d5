//! See `linux.rs`. Windows devices to run them on exist on Linux alone: elsewhere there is nothing to drive.

// A path, so that its modules lie beside it.
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod linux;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {}
