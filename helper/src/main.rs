//! The helper's EXE. `shakedown-helper.exe resident` serves the harness on stdin and stdout; under
//! any other file name it is the program of that name.

fn main() {
    eprintln!("shakedown-helper: this build has no resident helper");
    std::process::exit(3);
}
