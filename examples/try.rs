use shakedown::rmm::event::*;
use std::sync::Arc;
struct R;
impl EventReader for R {
    fn read(&self, log: LogId, e: &Event) {
        match &e.what {
            What::ExpectationFailed { .. } | What::Noted { .. }
                if std::env::var_os("V").is_some() =>
            {
                println!("{log:?} {}", serde_json::to_string(&e.what).unwrap())
            }
            What::ExpectationFailed { .. } => {
                println!("{log:?} {}", serde_json::to_string(&e.what).unwrap())
            }
            What::ScenarioEnded { verdict, .. } if *verdict != Verdict::Passed => {
                println!("{log:?} {verdict:?}")
            }
            What::ScenarioStarted { file, .. } if std::env::var_os("V").is_some() => {
                println!("{log:?} {file}")
            }
            _ => {}
        }
    }
}
fn main() {
    shakedown::engine::sandbox::maybe_become_device_process();
    let paths: Vec<std::path::PathBuf> = std::env::args_os().skip(1).map(Into::into).collect();
    let files = match shakedown::scenario::discover(&paths) {
        Ok(f) => f,
        Err(e) => {
            println!("{e:?}");
            return;
        }
    };
    let (s, errs) = shakedown::scenario::load_all(&files, 2);
    for e in &errs {
        println!(
            "{:?}",
            miette::Report::new_boxed(Box::new(Dbg(format!("{e}"))))
        );
    }
    println!("{} scenarios, {} errors", s.len(), errs.len());
    let names: Vec<_> = s
        .iter()
        .map(|x| format!("{} {}", x.path().unwrap().display(), x.name.value))
        .collect();
    let t = std::time::Instant::now();
    let o = shakedown::replay::RunOptions {
        jobs: 2,
        seed: 7,
        fail_fast: false,
        retries: 0,
        keep: false,
        bless: false,
        engine: None,
        record_root: "/tmp/rec".into(),
    };
    let r = shakedown::replay::run(
        s,
        Arc::new(shakedown::engine::sandbox::SandboxEngine::new()),
        &o,
        Arc::new(R),
        &Default::default(),
    );
    println!("{r:?} {:?}", t.elapsed());
    if std::env::var_os("N").is_some() {
        for (i, n) in names.iter().enumerate() {
            println!("{i} {n}");
        }
    }
}
#[derive(Debug)]
struct Dbg(String);
impl std::fmt::Display for Dbg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Dbg {}
impl miette::Diagnostic for Dbg {}
