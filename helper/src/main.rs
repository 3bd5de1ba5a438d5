//! The helper's EXE. As `shakedown-helper.exe resident` it serves the harness on stdin and stdout;
//! under any other file name it is the program of that name.

/// Exit code of a wrong use.
const WRONG_USE: i32 = 3;

fn main() {
    std::process::exit(role());
}

#[cfg(windows)]
fn role() -> i32 {
    use shakedown_helper::programs::{self, installer, wineboot};
    use shakedown_helper::resident;
    use shakedown_helper::windows::msi;

    let name = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.file_stem()?.to_string_lossy().into_owned()))
        .unwrap_or_default();
    // Windows' C runtime and Rust's library split a command line by the same rules.
    let args: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|a| a.to_string_lossy().into_owned())
        .collect();
    if !name.eq_ignore_ascii_case(env!("CARGO_BIN_NAME")) {
        // Wine starts a session with it, before there is a device to ask.
        if name.eq_ignore_ascii_case(wineboot::NAME) && !wineboot::ends(&args) {
            return wineboot::pass_on(&args);
        }
        // Custom actions are no call of a program: Windows Installer talks to it.
        if name.eq_ignore_ascii_case(installer::NAME)
            && let [option, client] = args.as_slice()
            && option.eq_ignore_ascii_case("-Embedding")
        {
            let served = client
                .parse()
                .map_err(|_| format!("no process: {client}"))
                .and_then(|client| msi::serve(client).map_err(|e| e.to_string()));
            return match served {
                Ok(()) => 0,
                Err(what) => {
                    eprintln!("shakedown: {name}: {what}");
                    1
                }
            };
        }
        return programs::run(&name, args);
    }
    match args.first().map(String::as_str) {
        Some("resident") => resident::run(resident::Place::Device),
        Some(resident::HOLD) => resident::hold(),
        _ => {
            eprintln!(
                "{name}: 'resident' serves shakedown on stdin and stdout; to run a program of a \
                 device, start it under its own name"
            );
            WRONG_USE
        }
    }
}

#[cfg(not(windows))]
fn role() -> i32 {
    eprintln!(
        "{}: it runs inside Windows devices only",
        env!("CARGO_BIN_NAME")
    );
    WRONG_USE
}
