//! How long a boot and a job take.

use super::device::{boot, check, run, spec};
use libtest_mimic::Failed;
use shakedown::engine::Engine;
use shakedown::engine::sandbox::SandboxEngine;
use std::time::Instant;

fn median(rounds: usize, mut each: impl FnMut() -> Result<(), Failed>) -> Result<f64, Failed> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let started = Instant::now();
        each()?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

pub fn timings() -> Result<(), Failed> {
    let bare = || -> Result<(), Failed> {
        let out = std::process::Command::new("/bin/bash")
            .args(["-c", "true"])
            .output()?;
        check(out.status.success(), out)
    };
    for held in [0usize, 512 << 20] {
        let ballast = vec![1u8; held];
        let engine = SandboxEngine::new();
        let fresh = || -> Result<(), Failed> {
            let device = engine.boot(&spec("fresh"))?;
            run(&device, "true").map(drop)
        };
        let device = boot("warm")?;
        let warm = || run(&device, "true").map(drop);
        let (a, b) = (median(100, bare)?, median(200, warm)?);
        let full = median(100, fresh)?;
        let mut to_end = Vec::new();
        for _ in 0..100 {
            let started = Instant::now();
            let device = engine.boot(&spec("fresh"))?;
            let booted = started.elapsed();
            run(&device, "true")?;
            to_end.push((started.elapsed(), booted));
        }
        to_end.sort();
        let (end, booted) = to_end[to_end.len() / 2];
        eprintln!(
            "{} MiB held: bare {a:.2} ms, warm {b:.2} ms, fresh to its end {:.2} ms (booted after {:.2} ms), with teardown {full:.2} ms",
            ballast.len() >> 20,
            end.as_secs_f64() * 1000.0,
            booted.as_secs_f64() * 1000.0,
        );
    }
    Ok(())
}
