//! Numbers that follow from a seed alone: the same on every machine and with every version of
//! every library.

/// A stream of numbers (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn stir(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Dice {
    /// The stream of one thing of a fleet: `about` keeps the streams of one index apart.
    pub(super) fn of(seed: u64, index: u64, about: &str) -> Dice {
        let subject = about.bytes().fold(STEP, |h, b| stir(h ^ u64::from(b)));
        Dice(stir(seed ^ stir(index.wrapping_add(subject))))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        stir(self.0)
    }

    /// 0 to `n` - 1; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.next()) * n as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// `from` to `to`, both included.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let span = usize::try_from(to.saturating_sub(from).saturating_add(1)).unwrap_or(1);
        from.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// As [`Dice::between`], for small numbers.
    pub(super) fn small(&mut self, from: i32, to: i32) -> i32 {
        i32::try_from(self.between(from.into(), to.into())).unwrap_or(from)
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of a list, which must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// One of a list by its share of the whole; the list must not be empty.
    pub(super) fn share<T: Copy>(&mut self, list: &[(usize, T)]) -> T {
        let mut left = self.below(list.iter().map(|(n, _)| n).sum());
        for (share, one) in list {
            match left.checked_sub(*share) {
                Some(rest) => left = rest,
                None => return *one,
            }
        }
        list[0].1
    }
}
