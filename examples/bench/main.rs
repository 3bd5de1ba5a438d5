//! See `linux.rs`. The engines that are measured exist on Linux alone.

// A path, so that its modules lie beside it.
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod linux;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("bench: the engines that are measured exist on Linux alone");
    std::process::ExitCode::FAILURE
}
