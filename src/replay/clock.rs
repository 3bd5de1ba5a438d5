//! Two clocks: devices have this machine's, and the platform's stands still but for the steps that
//! advance it. A date that a product on a device took is brought to the platform's clock by what
//! that showed at the moment.

use std::time::{SystemTime, UNIX_EPOCH};

/// The shortest advance that waits for a new second of the devices' clock, in milliseconds: dates
/// in seconds that were taken before and after it are then never the same.
const WORTH_A_SECOND: i64 = 3_600_000;

/// What the platform's clock showed when.
#[derive(Debug, Clone, Default)]
pub struct Clocks {
    /// When the scenario began, by the devices' clock and by the platform's, in milliseconds.
    real_ms: i64,
    platform_ms: i64,
    /// When the platform's clock was advanced, by the devices' clock, and by how much.
    moved: Vec<(i64, i64)>,
}

/// The devices' clock, in milliseconds since 1970.
pub fn real_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

/// How long an advance waits before it is done, in milliseconds of real time.
pub fn wait_ms(by_ms: i64, real_ms: i64) -> u64 {
    match by_ms >= WORTH_A_SECOND {
        true => u64::try_from(1000 - real_ms.rem_euclid(1000)).unwrap_or(0),
        false => 0,
    }
}

impl Clocks {
    /// Both clocks at a scenario's start.
    pub fn starting(real_ms: i64, platform_ms: i64) -> Clocks {
        Clocks {
            real_ms,
            platform_ms,
            moved: Vec::new(),
        }
    }

    /// The platform's clock was advanced when the devices' showed this.
    pub fn advanced(&mut self, real_ms: i64, by_ms: i64) {
        // One that waited is done at the beginning of its second.
        let real_ms = match by_ms >= WORTH_A_SECOND {
            true => real_ms - real_ms.rem_euclid(1000),
            false => real_ms,
        };
        match self.moved.last_mut() {
            Some((at, sum)) if *at == real_ms => *sum = sum.saturating_add(by_ms),
            _ => self.moved.push((real_ms, by_ms)),
        }
    }

    /// Takes over what a branch saw beyond this.
    pub fn join(&mut self, branch: &Clocks) {
        let new: Vec<_> = branch
            .moved
            .iter()
            .filter(|m| !self.moved.contains(m))
            .copied()
            .collect();
        self.moved.extend(new);
        self.moved.sort_unstable();
    }

    /// Platform time of a Unix date that a product took by its device's clock; `now_ms` is platform
    /// time now. Between steps the platform's clock stands still, so that a date that was taken
    /// since the scenario began counts to the millisecond. A date that lies ahead lies as far ahead
    /// of `now_ms`.
    pub fn platform_ms(&self, date: i64, now_ms: i64) -> i64 {
        let date_ms = date.saturating_mul(1000);
        let ahead = date_ms.saturating_sub(real_ms());
        if ahead > 0 {
            return now_ms.saturating_add(ahead);
        }
        // A date in seconds is rounded down.
        let before = date_ms.saturating_add(999).saturating_sub(self.real_ms);
        let moved: i64 = self
            .moved
            .iter()
            .filter(|(at, _)| *at <= date_ms)
            .fold(0, |sum, (_, by)| sum.saturating_add(*by));
        self.platform_ms
            .saturating_add(before.min(0))
            .saturating_add(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    #[test]
    fn dates_are_brought_to_the_platforms_clock() {
        // The scenario began at second 1000, platform time 0; the clock moved at 1002 and at 1005.
        let mut clocks = Clocks::starting(1_000_400, 0);
        clocks.advanced(1_002_017, 6 * DAY);
        clocks.advanced(1_005_000, 2 * DAY);
        let of = |date| clocks.platform_ms(date, 8 * DAY);
        assert_eq!(of(1000), 0);
        assert_eq!(of(1001), 0);
        assert_eq!(of(1002), 6 * DAY);
        assert_eq!(of(1004), 6 * DAY);
        assert_eq!(of(1005), 8 * DAY);
        assert_eq!(of(1006), 8 * DAY);
        // Before it began, as long before on both clocks; rounded up by what a second hides.
        assert_eq!(of(900), 900_999 - 1_000_400);
        // Ahead of the devices' clock.
        let next_hour = real_ms() / 1000 + 3600;
        let ahead = of(next_hour) - 8 * DAY;
        assert!((3_590_000..=3_600_000).contains(&ahead), "{ahead}");
    }

    #[test]
    fn a_branch_gives_back_what_it_saw() {
        let mut all = Clocks::starting(0, 0);
        all.advanced(1000, DAY);
        let mut branch = all.clone();
        branch.advanced(2000, DAY);
        all.join(&branch);
        all.join(&branch);
        assert_eq!(all.platform_ms(3, 2 * DAY), 2 * DAY);
        assert_eq!(all.platform_ms(1, 2 * DAY), DAY);
    }

    #[test]
    fn only_long_advances_wait_and_at_most_a_second() {
        assert_eq!(wait_ms(DAY, 5_250), 750);
        assert_eq!(wait_ms(DAY, 5_000), 1000);
        assert_eq!(wait_ms(300_000, 5_250), 0);
    }
}
