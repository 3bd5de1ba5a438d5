//! One call of a program from its start to the journal.

use super::client::Client;
use super::{Ask, Call, Ended, find};
use crate::protocol::ask::How;
use crate::protocol::{Answer, Question};
use std::io::Write;

/// Exit code of `cmd` for a name that it does not find.
const NOT_RECOGNIZED: i32 = 9009;
/// How much of what is piped in is told to the device, in bytes.
#[cfg(windows)]
const STDIN_TOLD: usize = 64 << 10;

/// Runs the program `name` (as it was started: folder and `.exe` do not matter) in this process with
/// its real stdout and stderr, and returns its exit code.
///
/// A declared double of the name comes first; what the program did otherwise is told to the device.
#[must_use]
pub fn run(name: &str, args: Vec<String>) -> i32 {
    let mut out = std::io::stdout().lock();
    let mut err = std::io::stderr().lock();
    let line = typed(&args);
    let exit = run_on(&Client, name, args, &line, &piped_in(), &mut out, &mut err);
    // A reader that has gone is no fault of the program's.
    let _ = out.flush();
    let _ = err.flush();
    exit
}

/// [`run`] against any device and any streams. `line`: what was typed behind the name; `stdin`: what is
/// known to be piped in.
pub fn run_on(
    device: &dyn Ask,
    name: &str,
    args: Vec<String>,
    line: &str,
    stdin: &str,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> i32 {
    let name = plain(name);
    let double = Question::Double {
        command: name.clone(),
        args: args.clone(),
        cwd: std::env::current_dir().map_or_else(|_| String::new(), |d| d.display().to_string()),
        stdin: stdin.to_owned(),
    };
    match device.ask(&double) {
        Ok(Answer::Double {
            stdout,
            stderr,
            exit,
        }) => {
            let _ = out.write_all(stdout.as_bytes());
            let _ = err.write_all(stderr.as_bytes());
            return exit;
        }
        Ok(Answer::NotDoubled) => {}
        Ok(Answer::Failed { what }) | Err(what) => {
            let _ = write!(err, "shakedown: {name}: {what}\r\n");
        }
        Ok(other) => {
            let _ = write!(
                err,
                "shakedown: {name}: an answer of another kind: {other:?}\r\n"
            );
        }
    }
    let ended = match find(&name) {
        Some(program) => (program.run)(&mut Call {
            name: &name,
            args: args.clone(),
            line,
            device,
            out,
            err,
        }),
        None => {
            let _ = write!(err, "shakedown: '{name}' is no program of this device\r\n");
            Ended {
                exit: NOT_RECOGNIZED,
                how: How::Refused,
            }
        }
    };
    let played = Question::Played {
        command: name.clone(),
        args,
        stdin: stdin.to_owned(),
        exit: ended.exit,
        how: ended.how,
    };
    if let Err(what) = device.ask(&played) {
        let _ = write!(
            err,
            "shakedown: {name}: this call is not recorded: {what}\r\n"
        );
    }
    ended.exit
}

/// `C:\windows\system32\TaskList.EXE` -> `tasklist`.
fn plain(name: &str) -> String {
    let file = name.rsplit(['\\', '/']).next().unwrap_or(name);
    let lower = file.to_lowercase();
    lower.strip_suffix(".exe").unwrap_or(&lower).to_owned()
}

/// What was typed behind the program's name.
#[cfg(windows)]
fn typed(_: &[String]) -> String {
    let whole = crate::windows::stdin::command_line();
    let after = match whole.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(_, rest)| rest),
        None => whole.split_once(char::is_whitespace).map(|(_, rest)| rest),
    };
    after.unwrap_or_default().trim().to_owned()
}

/// Elsewhere programs run in tests only.
#[cfg(not(windows))]
fn typed(args: &[String]) -> String {
    args.join(" ")
}

/// What waits on stdin at this moment, left there for the program to read.
#[cfg(windows)]
fn piped_in() -> String {
    String::from_utf8_lossy(&crate::windows::stdin::peek(STDIN_TOLD)).into_owned()
}

/// Elsewhere programs run in tests only.
#[cfg(not(windows))]
fn piped_in() -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// A device that answers every question for a double with `double`, and keeps the rest.
    struct Device {
        double: Result<Answer, String>,
        told: RefCell<Vec<Question>>,
    }

    impl Ask for Device {
        fn ask(&self, question: &Question) -> Result<Answer, String> {
            if matches!(question, Question::Double { .. }) {
                return self.double.clone();
            }
            self.told.borrow_mut().push(question.clone());
            Ok(Answer::Done)
        }
    }

    fn call(double: Result<Answer, String>, name: &str) -> (i32, String, String, Vec<Question>) {
        let device = Device {
            double,
            told: RefCell::default(),
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = run_on(
            &device,
            name,
            vec!["/a".into()],
            "/a",
            "in",
            &mut out,
            &mut err,
        );
        (
            exit,
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
            device.told.into_inner(),
        )
    }

    #[test]
    fn a_double_comes_first_and_is_not_told_twice() {
        let double = Answer::Double {
            stdout: "o".into(),
            stderr: "e".into(),
            exit: 1603,
        };
        assert_eq!(
            call(Ok(double), "tasklist"),
            (1603, "o".into(), "e".into(), Vec::new())
        );
    }

    #[test]
    fn a_name_that_is_no_program_is_refused_and_recorded() {
        let (exit, out, err, told) = call(Ok(Answer::NotDoubled), r"C:\x\NoSuch.EXE");
        assert_eq!((exit, out.as_str()), (NOT_RECOGNIZED, ""));
        assert!(err.contains("'nosuch'"), "{err}");
        assert_eq!(
            told,
            [Question::Played {
                command: "nosuch".into(),
                args: vec!["/a".into()],
                stdin: "in".into(),
                exit: NOT_RECOGNIZED,
                how: How::Refused,
            }]
        );
    }

    #[test]
    fn a_device_that_does_not_answer_is_said() {
        let (_, _, err, _) = call(Err("gone".into()), "nosuch");
        assert!(err.contains("shakedown: nosuch: gone"), "{err}");
    }
}
