//! Calls of the last minute.

use std::collections::VecDeque;

/// Length of the window, milliseconds.
pub const WINDOW_MS: i64 = 60_000;

/// How many calls there were in the last [`WINDOW_MS`].
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// Times and how many calls each had, oldest first.
    calls: VecDeque<(i64, u32)>,
    total: u64,
}

impl Window {
    /// Calls in the window that ends at this time.
    pub fn count(&mut self, now: i64) -> u64 {
        while let Some((at, calls)) = self.calls.front()
            && at.saturating_add(WINDOW_MS) <= now
        {
            self.total -= u64::from(*calls);
            self.calls.pop_front();
        }
        self.total
    }

    /// Counts a call. `grain` is how near, in milliseconds, two calls are one entry: it bounds the
    /// memory where no limit does.
    pub fn add(&mut self, now: i64, grain: i64) {
        self.total += 1;
        match self.calls.back_mut() {
            // A clock that was set back adds to the newest entry: times stay in order.
            Some((at, calls)) if now.saturating_sub(*at) < grain && *calls < u32::MAX => {
                *calls += 1
            }
            _ => self.calls.push_back((now, 1)),
        }
    }

    /// When the oldest call leaves the window; none where there is no call.
    pub fn frees(&self) -> Option<i64> {
        self.calls
            .front()
            .map(|(at, _)| at.saturating_add(WINDOW_MS))
    }

    /// How much it holds in memory, in entries.
    #[cfg(test)]
    pub fn entries(&self) -> usize {
        self.calls.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_counts_what_a_list_of_times_would(steps in proptest::collection::vec(0i64..20_000, 0..200)) {
            let (mut w, mut times, mut now) = (Window::default(), Vec::new(), 0);
            for step in steps {
                now += step;
                w.add(now, 1);
                times.push(now);
                let told = times.iter().filter(|t| **t + WINDOW_MS > now).count();
                prop_assert_eq!(w.count(now), told as u64);
                let oldest = times.iter().find(|t| **t + WINDOW_MS > now);
                prop_assert_eq!(w.frees(), oldest.map(|t| t + WINDOW_MS));
            }
        }
    }

    #[test]
    fn a_grain_bounds_the_memory() {
        let mut w = Window::default();
        for n in 0..200_000 {
            w.add(n, 100);
            w.count(n);
        }
        assert!(w.entries() <= 601, "{}", w.entries());
        assert!((59_900..=60_100).contains(&w.count(199_999)));
    }

    #[test]
    fn a_clock_set_back_loses_nothing() {
        let mut w = Window::default();
        w.add(100_000, 1);
        w.add(50_000, 1);
        assert_eq!((w.count(159_999), w.count(160_000)), (2, 0));
    }
}
