//! Batch scripts and what real Windows gives for them, run on a Windows device.
//!
//! A case either gives what Windows gives (`mended` names the rules that made it so), or is a known
//! difference that a user is told of: by rules that see it in the script (`notes`), or by Wine's own
//! words in its output (`told`), and by a program that is refused itself (`refused`). A known difference that is none any more fails too.

mod case;
mod device;
#[path = "../common/windows.rs"]
mod engine;

use case::{Case, Known};
use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::engine::sandbox::maybe_become_device_process;
use shakedown::engine::wine::batch::{self, Reach};
use shakedown::engine::{Cancel, Device, Launch, NoSink};
use shakedown::rmm::observed::Exit;
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub fn main() -> ExitCode {
    maybe_become_device_process();
    let args = Arguments::from_args();
    let missing = engine::missing();
    let cases = match case::all() {
        Ok(cases) => cases,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let enough = cases.len();
    let mut trials = vec![Trial::test("there_are_at_least_80_cases", move || {
        engine::check(enough >= 80, enough)
    })];
    for (number, case) in cases.into_iter().enumerate() {
        let case = Arc::new(case);
        let seen = Arc::clone(&case);
        let name = format!("{}: {}", case.subject, case.name);
        trials.push(Trial::test(format!("rules: {name}"), move || rules(&seen)));
        trials.push(engine::trial(&name, missing.as_deref(), move || {
            run(&case, number)
        }));
    }
    libtest_mimic::run(&args, trials).exit_code()
}

/// The rules that fire on a script are those its case names, and no others.
fn rules(case: &Case) -> Result<(), Failed> {
    let quirks = batch::quirks(case.body().as_slice());
    let of = |mended: bool| -> BTreeSet<&str> {
        let fired = quirks
            .iter()
            .filter(|q| (q.reach == Reach::Mended) == mended);
        fired.map(|q| q.rule).collect()
    };
    let named = |names: &[String]| -> BTreeSet<String> { names.iter().cloned().collect() };
    for (what, fired, names) in [
        ("mended", of(true), &case.mended),
        ("notes", of(false), &case.notes),
    ] {
        let fired: BTreeSet<String> = fired.into_iter().map(str::to_owned).collect();
        if fired != named(names) {
            return Err(
                format!("{what}: the rules {fired:?} fire, the case names {names:?}").into(),
            );
        }
    }
    let told = case.known.is_none() || case.told || !case.notes.is_empty();
    engine::check(told, "a known difference that nobody is told of")
}

/// One device for all cases.
fn device() -> Result<Arc<dyn Device>, Failed> {
    static DEVICE: OnceLock<Result<Arc<dyn Device>, String>> = OnceLock::new();
    let made = DEVICE.get_or_init(|| device::boot("batch").map_err(|e| format!("{e:?}")));
    made.clone().map_err(Failed::from)
}

fn run(case: &Case, number: usize) -> Result<(), Failed> {
    let device = device()?;
    let folder =
        format!(r"C:\ProgramData\CentraStage\Packages\00000000-0000-4000-8000-{number:012}#");
    let body = batch::fit::fit(&case.body(), device::VERSION, &[]).body;
    device.write_file(&format!(r"{folder}\command.bat"), &body, 0o755)?;
    for (name, text) in &case.files {
        let text = text.replace('\n', "\r\n");
        device.write_file(&format!(r"{folder}\{name}"), text.as_bytes(), 0o755)?;
    }
    let mut launch = Launch::new(r"C:\windows\system32\cmd.exe", &[]);
    launch.command_line = Some("cmd.exe /c command.bat".into());
    launch.cwd.clone_from(&folder);
    launch.env = device::environment();
    launch.timeout = Duration::from_secs(60);
    launch.output_limit = 1 << 16;
    launch.stop_on_input_wait = false;
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    let Exit::Code(code) = outcome.exit else {
        return Err(format!("ended by {:?}", outcome.exit).into());
    };
    let out = engine::text(&outcome.stdout);
    let err = engine::text(&outcome.stderr);
    let differs = case.differs(&folder, &out, &err, code);
    match (&case.known, differs) {
        (None, None) => Ok(()),
        (None, Some(how)) => Err(how.into()),
        (Some(_), None) => Err("the known difference is none any more".into()),
        (Some(Known::Note), Some(how)) => {
            let told = !batch::told(&format!("{out}\n{err}")).is_empty();
            engine::check(told == case.told, format!("told: {told}; {how}"))
        }
        (Some(Known::Refused(names)), Some(how)) => {
            let silent = names.iter().find(|name| {
                !err.lines()
                    .any(|l| l.starts_with(&format!("shakedown: {name}: ")))
            });
            engine::check(
                silent.is_none(),
                format!("{silent:?} does not say that it is refused; {how}"),
            )
        }
    }
}
