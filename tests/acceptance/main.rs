//! See `linux.rs`. They watch processes, mounts and files as Linux tells them: elsewhere there is nothing to see.

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
