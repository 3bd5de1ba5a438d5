//! Many jobs on one device, many devices at once.

use super::device::{boot, check, cmd, run, text};
use libtest_mimic::Failed;
use shakedown::engine::{Cancel, Device, NoSink};
use shakedown::rmm::observed::Exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const JOBS: u32 = 64;
const AT_ONCE: usize = 8;

fn job(device: &Arc<dyn Device>, n: u32) -> Result<(), Failed> {
    let line = format!(
        "echo out {n}& echo err {n} 1>&2& echo n{n} > C:\\windows\\temp\\job{n}.txt& reg add HKLM\\SOFTWARE\\Jobs /v {n} /d {n} /f >nul& exit {n}"
    );
    let outcome = device.launch(&cmd(&line), &NoSink, &Cancel::default())?;
    check(outcome.exit == Exit::Code(n.cast_signed()), &outcome)?;
    check(text(&outcome.stdout) == format!("out {n}\n"), &outcome)?;
    check(text(&outcome.stderr) == format!("err {n} \n"), &outcome)?;
    check(outcome.observed.left.is_empty(), outcome)
}

fn parallel<T: Send>(
    workers: usize,
    work: impl Fn(u32) -> Result<T, Failed> + Sync,
    jobs: u32,
) -> Result<Vec<T>, Failed> {
    let next = AtomicU32::new(0);
    let (next, work) = (&next, &work);
    std::thread::scope(|s| {
        let threads: Vec<_> = (0..workers)
            .map(|_| {
                s.spawn(move || {
                    let mut done = Vec::new();
                    loop {
                        let n = next.fetch_add(1, Ordering::SeqCst);
                        if n >= jobs {
                            return Ok::<_, Failed>(done);
                        }
                        done.push(work(n)?);
                    }
                })
            })
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a worker panicked")??);
        }
        Ok(all)
    })
}

pub fn jobs_at_once() -> Result<(), Failed> {
    let device = boot("jobs")?;
    parallel(AT_ONCE, |n| job(&device, n), JOBS)?;
    let left = device.processes()?;
    check(left.is_empty(), left)?;
    let outcome = run(&device, r"reg query HKLM\SOFTWARE\Jobs")?;
    let values = text(&outcome.stdout).matches("REG_SZ").count();
    check(values == JOBS as usize, outcome)
}

pub fn devices_at_once() -> Result<(), Failed> {
    let devices = parallel(
        AT_ONCE,
        |n| {
            let device = boot(&format!("many{n}"))?;
            let line =
                format!("echo n{n}> C:\\own.txt& reg add HKLM\\SOFTWARE\\Own /v {n} /d {n} /f");
            run(&device, &line)?;
            Ok((n, device))
        },
        AT_ONCE as u32,
    )?;
    for (n, device) in &devices {
        let outcome = run(
            device,
            r"type C:\own.txt& hostname& reg query HKLM\SOFTWARE\Own",
        )?;
        let told = text(&outcome.stdout).to_lowercase();
        check(told.starts_with(&format!("n{n}\nmany{n}\n")), &told)?;
        check(told.matches("reg_sz").count() == 1, told)?;
    }
    Ok(())
}
