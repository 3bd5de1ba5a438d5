//! Part of a device list.

/// Leaves a share of a list's rows out: the same ones for the same seed and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subset {
    /// Percent left out, 0 to 100.
    pub share: u8,
    pub seed: u64,
}

impl Subset {
    /// Takes the share of the rows out, rounded up; the others stay in their order. `uid` tells
    /// rows apart.
    pub fn thin<T>(self, rows: &mut Vec<T>, uid: impl Fn(&T) -> &str) {
        let gone = (rows.len() * usize::from(self.share.min(100))).div_ceil(100);
        if gone == 0 {
            return;
        }
        let mut drawn: Vec<(u64, usize)> = rows
            .iter()
            .enumerate()
            .map(|(place, row)| (self.draw(uid(row)), place))
            .collect();
        drawn.sort_unstable();
        let mut left: Vec<bool> = vec![true; rows.len()];
        for (_, place) in &drawn[..gone] {
            left[*place] = false;
        }
        let mut stays = left.into_iter();
        rows.retain(|_| stays.next().unwrap_or(true));
    }

    /// A number of a uid, as good as random: FNV-1a with a last mixing of its bits.
    fn draw(self, uid: &str) -> u64 {
        let start = 0xcbf2_9ce4_8422_2325 ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = uid.bytes().fold(start, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_left_out_the_same_for_the_same_seed() {
        let rows: Vec<String> = (0..1000).map(|n| format!("device {n}")).collect();
        let thinned = |share, seed| {
            let mut left = rows.clone();
            Subset { share, seed }.thin(&mut left, |r| r);
            left
        };
        assert_eq!(thinned(30, 1).len(), 700);
        assert_eq!(thinned(30, 1), thinned(30, 1));
        assert_ne!(thinned(30, 1), thinned(30, 2));
        assert_eq!((thinned(0, 1).len(), thinned(100, 1).len()), (1000, 0));
        let left = thinned(50, 3);
        assert!(left.is_sorted_by_key(|r| rows.iter().position(|x| x == r)));
    }

    #[test]
    fn of_few_rows_at_least_one_is_left_out() {
        let mut rows = vec!["a", "b", "c"];
        Subset { share: 1, seed: 0 }.thin(&mut rows, |r| r);
        assert_eq!(rows.len(), 2);
    }
}
