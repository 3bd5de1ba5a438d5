//! Starts PowerShell as `Start-Process` does without redirection: by `ShellExecuteExW`, the arguments
//! apart from the name. Each line of the file named is one call's arguments; eight at once.
//! It is built for Windows by the tests above, with nothing but the standard library.

use std::ffi::c_void;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

const AT_ONCE: usize = 8;
const SEE_MASK_NOCLOSEPROCESS: u32 = 0x40;
const SEE_MASK_FLAG_NO_UI: u32 = 0x400;
const INFINITE: u32 = u32::MAX;

/// `SHELLEXECUTEINFOW`
#[repr(C)]
struct Info {
    size: u32,
    mask: u32,
    window: *mut c_void,
    verb: *const u16,
    file: *const u16,
    parameters: *const u16,
    directory: *const u16,
    show: i32,
    instance: *mut c_void,
    ids: *mut c_void,
    class: *const u16,
    class_key: *mut c_void,
    hot_key: u32,
    icon: *mut c_void,
    process: *mut c_void,
}

#[link(name = "shell32")]
unsafe extern "system" {
    fn ShellExecuteExW(info: *mut Info) -> i32;
}

#[link(name = "kernel32")]
unsafe extern "system" {
    fn WaitForSingleObject(handle: *mut c_void, milliseconds: u32) -> u32;
    fn CloseHandle(handle: *mut c_void) -> i32;
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// Starts it and waits for its end; false where Windows does not start it.
fn run(arguments: &str) -> bool {
    let (file, parameters) = (wide("powershell.exe"), wide(arguments));
    let mut info = Info {
        size: size_of::<Info>() as u32,
        mask: SEE_MASK_NOCLOSEPROCESS | SEE_MASK_FLAG_NO_UI,
        window: std::ptr::null_mut(),
        verb: std::ptr::null(),
        file: file.as_ptr(),
        parameters: parameters.as_ptr(),
        directory: std::ptr::null(),
        show: 0,
        instance: std::ptr::null_mut(),
        ids: std::ptr::null_mut(),
        class: std::ptr::null(),
        class_key: std::ptr::null_mut(),
        hot_key: 0,
        icon: std::ptr::null_mut(),
        process: std::ptr::null_mut(),
    };
    // SAFETY: the structure has its size and its texts end in NUL; all of it outlives the call. The
    // handle that came back is this process' own and closed once.
    unsafe {
        if ShellExecuteExW(&raw mut info) == 0 || info.process.is_null() {
            return false;
        }
        WaitForSingleObject(info.process, INFINITE);
        CloseHandle(info.process);
    }
    true
}

fn main() -> ExitCode {
    let Some(Ok(all)) = std::env::args().nth(1).map(std::fs::read_to_string) else {
        return ExitCode::from(2);
    };
    let lines: Vec<&str> = all.split('\n').collect();
    let (next, failed) = (AtomicUsize::new(0), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(line) = lines.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if !run(line) {
                        eprintln!("not started: {line}");
                        failed.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    ExitCode::from(u8::from(failed.into_inner() > 0))
}
