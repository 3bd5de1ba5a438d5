//! The helper's EXE. `shakedown-helper.exe resident` serves the harness on stdin and stdout; under
//! any other file name it is the program of that name.

fn main() {
    std::process::exit(role());
}

#[cfg(windows)]
fn role() -> i32 {
    use shakedown_helper::resident;

    let argument = std::env::args_os().nth(1);
    match argument.as_deref().and_then(|a| a.to_str()) {
        Some("resident") => resident::run(),
        Some("hold-console") => resident::hold(),
        _ => {
            eprintln!("shakedown-helper: 'resident' is the one thing it can be asked for");
            3
        }
    }
}

#[cfg(not(windows))]
fn role() -> i32 {
    eprintln!("shakedown-helper: it runs inside Windows devices only");
    3
}
