//! What decides where nothing else does: numbers that a seed stands for, and a mark of the way they
//! led.

/// The same seed decides the same (`SplitMix64`).
#[derive(Clone, Debug)]
pub(super) struct Chance {
    state: u64,
    way: u64,
}

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), way: 0xcbf2_9ce4_8422_2325 }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap();
        usize::try_from(self.next() % bound).unwrap()
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Notes a turn of the way: two ways are the same when all of their turns are.
    pub(super) fn turn(&mut self, turn: u64) {
        self.way = (self.way ^ turn).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }

    /// What tells this way from others.
    pub(super) fn way(&self) -> u64 {
        self.way
    }
}
