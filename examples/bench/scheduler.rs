//! The scheduler of policies: a virtual day of 10,000 devices with a monitor that ends at once.

use super::{Board, Res};
use shakedown::replay::monitoring::{Due, Monitoring};
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

/// Argument with which this program measures in a process of its own: nothing else is in its memory.
pub const BARE: &str = "bare-scheduler";

const DEVICES: u32 = 10_000;
const EVERY_MS: i64 = 300_000;
const DAY_MS: i64 = 86_400_000;

/// Measures in a process of its own and puts the two lines on the board.
pub fn measure(board: &mut Board) -> Res<()> {
    let output = Command::new(std::env::current_exe()?)
        .args([BARE, "10000"])
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let (Some(Ok(micros)), Some(Ok(bytes)), Some(Ok(ticks))) =
        (numbers.next(), numbers.next(), numbers.next())
    else {
        return Err(format!("the scheduler's process said {text:?}").into());
    };
    let what = format!("scheduler, a tick ({ticks} in a virtual day)");
    board.goal(&what, format!("{micros:.3} us"), "<= 2 us", micros <= 2.0);
    let kib = bytes / 1024.0;
    board.goal(
        "scheduler, memory a device",
        format!("{kib:.2} KiB"),
        "<= 8 KiB",
        kib <= 8.0,
    );
    Ok(())
}

/// In the process of its own: microseconds a tick, bytes a device, ticks.
pub fn bare() -> Res<()> {
    let before = resident()?;
    let mut monitoring = Monitoring::default();
    for n in 0..DEVICES {
        let due = Due {
            policy: 0,
            monitor: 0,
            device: format!("device-{n:05}"),
            runs: 0,
        };
        monitoring.add(due, EVERY_MS, EVERY_MS);
    }
    let began = Instant::now();
    let mut ticks = 0u32;
    while let Some(due) = monitoring.take(DAY_MS) {
        for entry in due {
            if let Some(due) = monitoring.begin(entry) {
                ticks += u32::from(!black_box(healthy(due)));
            }
        }
    }
    let took = began.elapsed();
    let after = resident()?;
    println!(
        "{} {} {ticks}",
        took.as_secs_f64() * 1e6 / f64::from(ticks),
        (after - before) * 1024.0 / f64::from(DEVICES),
    );
    Ok(())
}

/// The stub of a monitor: it looks at the run and says that all is well.
fn healthy(due: &Due) -> bool {
    due.runs == 0
}

/// Memory in use by this process, KiB.
fn resident() -> Res<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let number = line.and_then(|l| l.trim().split(' ').next());
    Ok(number.ok_or("no VmRSS in /proc/self/status")?.parse()?)
}
