//! Times of things that are done often.

use super::Res;
use std::time::{Duration, Instant};

/// Medians of several things that are done in turn; the first few rounds only warm up.
pub fn medians<const N: usize>(
    rounds: usize,
    mut each: [&mut dyn FnMut() -> Res<Duration>; N],
) -> Res<[Duration; N]> {
    let mut taken = [const { Vec::new() }; N];
    for round in 0..rounds + rounds / 10 {
        for (one, taken) in each.iter_mut().zip(&mut taken) {
            let time = one()?;
            if round >= rounds / 10 {
                taken.push(time);
            }
        }
    }
    Ok(taken.map(middle))
}

pub fn timed(one: impl FnOnce() -> Res<()>) -> Res<Duration> {
    let began = Instant::now();
    one()?;
    Ok(began.elapsed())
}

pub fn middle(mut taken: Vec<Duration>) -> Duration {
    taken.sort();
    taken.get(taken.len() / 2).copied().unwrap_or_default()
}

/// Median of the time one call takes.
pub fn median(rounds: usize, mut one: impl FnMut() -> Res<()>) -> Res<Duration> {
    let [time] = medians(rounds, [&mut || timed(&mut one)])?;
    Ok(time)
}
