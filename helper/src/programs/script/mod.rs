//! `cscript` and `wscript`: the engines of VBScript and JScript are Wine's. Here their command line is
//! judged as Windows judges it, and a script that ended by an error ends with 1, because Wine's own
//! prints nothing of it and gives 0.
//!
//! Source: Microsoft Learn, "cscript" and "wscript" (Windows commands).

mod order;
mod signs;

use super::{Answer, Call, Ended, Program, Question};
use crate::os;
use order::{Engine, Order, Wrong};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Programs of this file.
pub(super) const PROGRAMS: &[Program] = &[
    Program {
        name: "cscript",
        folder: "system32",
        run,
    },
    Program {
        name: "wscript",
        folder: "system32",
        run,
    },
];

/// Properties that tell a script where it lies.
const TELLS_PLACE: [&str; 2] = ["scriptfullname", "scriptname"];

/// The one of the two that says in windows what it says.
const WITH_WINDOWS: &str = "wscript";
/// Largest part of a script that is looked through, in bytes.
const LONGEST: u64 = 16 << 20;

fn run(call: &mut Call<'_>) -> Ended {
    let order = match order::read(&call.args) {
        Ok(order) => order,
        Err(Wrong::Input(what)) => return input_error(call, &Order::default(), &what),
        Err(Wrong::NotHere(what)) => return call.refuse(what),
    };
    let whole = std::path::absolute(&order.script).unwrap_or_else(|_| order.script.clone().into());
    judged(call, &order, &whole)
}

/// Runs the script at a whole path, or says why not.
fn judged(call: &mut Call<'_>, order: &Order, whole: &Path) -> Ended {
    // Windows' host looks for the file by its pattern: `%~f0?.wsf` is a script in a batch file.
    if order.script.contains(['?', '*']) {
        return call.refuse(format_args!(
            "a script by a pattern is not played: {}",
            order.script
        ));
    }
    if !whole.is_file() {
        let what = format!("Can not find script file \"{}\".", whole.display());
        return input_error(call, order, &what);
    }
    let extension = whole
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase());
    match (order.engine, extension.as_deref()) {
        (_, Some(kind @ ("wsf" | "wsc" | "wsh"))) => {
            return call.refuse(format_args!("Wine's script host runs no .{kind} files"));
        }
        (None, None) => {
            let what = format!("There is no file extension in \"{}\".", whole.display());
            return input_error(call, order, &what);
        }
        _ => {}
    }
    let is_vbscript = match order.engine {
        Some(engine) => engine == Engine::VbScript,
        None => matches!(extension.as_deref(), Some("vbs")),
    };
    if is_vbscript && let Some(place) = bad_sign(whole) {
        let shown = whole.display();
        let what = format!(
            "{shown}({}, {}) Microsoft VBScript compilation error: Invalid character",
            place.line, place.column
        );
        return failed(call, order, &what);
    }
    match (order.engine, extension.as_deref()) {
        (Some(engine), known) if known != Some(engine.extension()) => {
            return by_engine(call, order, whole, engine);
        }
        _ => {}
    }
    // Wine's own knows nothing of //E.
    match order.engine {
        Some(_) => own(call, order, &order.line(&order.script)),
        None => own(call, order, call.line),
    }
}

/// A sign in a script that its compiler refuses. What cannot be read is left to Wine's own.
fn bad_sign(script: &Path) -> Option<signs::Place> {
    let mut body = Vec::new();
    let file = std::fs::File::open(script).ok()?;
    file.take(LONGEST).read_to_end(&mut body).ok()?;
    signs::refused(&body)
}

/// An error of the host's itself.
fn input_error(call: &mut Call<'_>, order: &Order, what: &str) -> Ended {
    failed(call, order, &format!("Input Error: {what}"))
}

/// What is said before anything runs: `cscript` on stderr, `wscript` in a window that waits for
/// somebody, neither with `//B`.
fn failed(call: &mut Call<'_>, order: &Order, what: &str) -> Ended {
    if order.batch_mode {
        return Ended::done(1);
    }
    if call.name == WITH_WINDOWS {
        os::screen::message("Windows Script Host", what);
    } else {
        call.complain(what);
    }
    Ended::done(1)
}

/// Runs a script whose file name says nothing of its language: over a copy that does.
fn by_engine(call: &mut Call<'_>, order: &Order, script: &Path, engine: Engine) -> Ended {
    let body = match std::fs::read(script) {
        Ok(body) => body,
        Err(e) => return call.refuse(format_args!("{}: {e}", script.display())),
    };
    if asks_place(&body) {
        return call.refuse(
            "with //E a copy of the script is run, which has another WScript.ScriptFullName and \
             ScriptName; name the file .vbs or .js, or do without them",
        );
    }
    let copy = match Copy::make(script, &body, engine) {
        Ok(copy) => copy,
        Err(e) => return call.refuse(format_args!("a copy of the script cannot be made: {e}")),
    };
    let line = order.line(&copy.file.display().to_string());
    own(call, order, &line)
}

/// Whether a script asks where it lies; bytes of UTF-16 count as letters too.
fn asks_place(body: &[u8]) -> bool {
    let letters: Vec<u8> = body.iter().copied().filter(|b| *b != 0).collect();
    let text = String::from_utf8_lossy(&letters).to_lowercase();
    TELLS_PLACE.iter().any(|name| text.contains(name))
}

/// A script under a name that says its language, gone when this is dropped.
struct Copy {
    folder: PathBuf,
    file: PathBuf,
}

impl Copy {
    fn make(script: &Path, body: &[u8], engine: Engine) -> std::io::Result<Copy> {
        let folder = std::env::temp_dir().join(format!("shakedown-script-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let name = script.file_stem().unwrap_or_default();
        let file = folder.join(name).with_extension(engine.extension());
        // Made first, so that the folder goes with it if the file cannot be written.
        let copy = Copy { folder, file };
        std::fs::write(&copy.file, body)?;
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // A device that ends takes it along anyway.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Hands on to Wine's own, then asks whether the script ended by an error.
fn own(call: &mut Call<'_>, order: &Order, line: &str) -> Ended {
    let (pid, exit) = match os::own::run(call.name, line) {
        Ok(ended) => ended,
        Err(what) => return call.refuse(format_args!("Wine's own cannot be started: {what}")),
    };
    match call.device.ask(&Question::ScriptError { pid }) {
        Ok(Answer::Value { value }) if value == true => {
            if !order.batch_mode {
                let (name, script) = (call.name, &order.script);
                call.complain(format_args!(
                    "shakedown: {name}: {script} ended by an error. Wine tells neither which nor \
                     where; what it lacks (WScript.StdOut, StdErr, StdIn, Sleep, WshShell.Exec) ends \
                     a script so, too"
                ));
            }
            Ended::done(if exit == 0 { 1 } else { exit })
        }
        Ok(Answer::Value { .. }) => Ended::done(exit),
        Ok(other) => call.refuse(format_args!("an answer of another kind: {other:?}")),
        Err(what) => call.refuse(what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::Ask;

    struct Nobody;

    impl Ask for Nobody {
        fn ask(&self, question: &Question) -> Result<Answer, String> {
            Err(format!("nobody asks {question:?}"))
        }
    }

    fn called(args: &[&str]) -> (i32, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let line = args.join(" ");
        let ended = run(&mut Call {
            name: "cscript",
            args: args.iter().map(|a| (*a).to_owned()).collect(),
            line: &line,
            device: &Nobody,
            out: &mut out,
            err: &mut err,
        });
        (ended.exit, String::from_utf8(err).unwrap())
    }

    #[test]
    fn what_cannot_be_run_says_so() {
        let dir = tempfile();
        let file = |name: &str, body: &str| {
            // Windows has no file of a pattern's name.
            if !name.contains('?') {
                std::fs::write(dir.join(name), body).unwrap();
            }
            // Linux' paths begin as an option does.
            std::path::absolute(dir.join(name))
                .unwrap()
                .display()
                .to_string()
        };
        let missing = called(&["//nologo", "none.vbs"]);
        assert_eq!(missing.0, 1);
        assert!(
            missing
                .1
                .starts_with("Input Error: Can not find script file"),
            "{}",
            missing.1
        );
        for (name, body, engine, exit, said) in [
            ("a.wsf", "", None, 120, "runs no .wsf files"),
            ("plain", "", None, 1, "There is no file extension"),
            (
                "d.vbs",
                "WScript.Echo 1\r\n! foo\r\n",
                None,
                1,
                "d.vbs(2, 1) Microsoft VBScript compilation error: Invalid character",
            ),
            (
                "e.bat",
                "::'x\r\n@echo off",
                Some(Engine::VbScript),
                1,
                "e.bat(2, 1) Microsoft VBScript compilation error",
            ),
            // JScript has other signs.
            ("f.js", "var $a = {};", None, 120, "cannot be started"),
            ("g.bat?.wsf", "", None, 120, "by a pattern"),
            (
                "b.bat",
                "WScript.Echo(WScript.ScriptFullName)",
                Some(Engine::JScript),
                120,
                "ScriptFullName",
            ),
            // Without Windows there is no host behind it.
            (
                "c.bat",
                "x",
                Some(Engine::VbScript),
                120,
                "cannot be started",
            ),
        ] {
            let path = PathBuf::from(file(name, body));
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let mut call = Call {
                name: "cscript",
                args: Vec::new(),
                line: "",
                device: &Nobody,
                out: &mut out,
                err: &mut err,
            };
            let order = Order {
                script: path.display().to_string(),
                engine,
                ..Order::default()
            };
            let ended = judged(&mut call, &order, &path);
            let text = String::from_utf8(err).unwrap();
            assert_eq!(ended.exit, exit, "{name}: {text}");
            assert!(text.contains(said), "{name}: {text}");
        }
        std::fs::remove_dir_all(&dir).unwrap();
    }

    fn tempfile() -> PathBuf {
        let dir = std::env::temp_dir().join(format!("shakedown-cscript-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    #[test]
    fn a_copy_goes_with_its_call() {
        let copy = Copy::make(Path::new("x/deploy.bat"), b"x", Engine::JScript).unwrap();
        assert!(copy.file.ends_with("deploy.js") && copy.file.is_file());
        let folder = copy.folder.clone();
        drop(copy);
        assert!(!folder.exists());
        let utf16: Vec<u8> = "W.ScriptName"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(asks_place(&utf16) && !asks_place(b"Script Name"));
    }
}
