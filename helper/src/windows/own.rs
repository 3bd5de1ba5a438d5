//! Wine's own programs, which some of ours stand before and hand on to.

use super::{SysError, values};
use std::os::windows::process::CommandExt;
use std::process::Command;

/// Where the resident helper writes down which folder Wine's own programs lie in.
const KEY: &str = r"Software\Wine\shakedown";
const VALUE: &str = "Programs";
/// What tells the folder of 64-bit programs from that of 32-bit ones, in Debian's packages of Wine.
const WIDTHS: [(&str, &str); 2] = [
    ("x86_64-linux-gnu", "i386-linux-gnu"),
    ("x86_64-windows", "i386-windows"),
];

/// Writes down where Wine's own programs lie, which only a session's first processes are told.
///
/// # Errors
/// The registry cannot be written.
pub fn remember() -> Result<(), SysError> {
    let Some(folder) = std::env::var_os("WINEDLLDIR0") else {
        return Ok(());
    };
    let folder = folder.to_string_lossy().replacen(r"\??\", r"\\?\", 1);
    values::set_text(
        true,
        KEY,
        VALUE,
        &format!(r"{folder}\x86_64-windows"),
        false,
    )
}

/// Whether this program was started from the folder of 32-bit programs.
#[must_use]
pub fn is_narrow() -> bool {
    let exe = std::env::current_exe().unwrap_or_default();
    let lower = exe.to_string_lossy().to_lowercase();
    lower.contains(r"\syswow64\")
}

/// Runs Wine's own program `name` of the same width, with `line` as it is behind the name, over this
/// program's streams, and waits for its end: its process id and its exit code.
///
/// # Errors
/// It cannot be started.
pub fn run(name: &str, line: &str) -> Result<(u32, i32), String> {
    let mut folder = values::text(true, KEY, VALUE).ok_or("nobody wrote down where it lies")?;
    if is_narrow() {
        for (wide, narrow) in WIDTHS {
            folder = folder.replace(wide, narrow);
        }
    }
    let mut command = Command::new(format!(r"{folder}\{name}.exe"));
    command.raw_arg(line);
    let mut child = command.spawn().map_err(|e| e.to_string())?;
    let ended = child.wait().map_err(|e| e.to_string())?;
    Ok((child.id(), ended.code().unwrap_or(1)))
}
