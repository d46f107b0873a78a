//! Chance that repeats itself: the same seed gives the same population on every machine.

/// SplitMix64 (Steele, Lea and Flood, 2014). Good enough to invent people with, and for nothing else.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for one thing among many.
    pub(crate) fn new(seed: u64, about: u64) -> Self {
        let mut dice = Self(seed ^ about.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is above 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = limit.max(1) as u64;
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    /// A number from `first` to `last`.
    pub(crate) fn between(&mut self, first: i32, last: i32) -> i32 {
        let span = usize::try_from(last - first + 1).unwrap_or(1);
        first + i32::try_from(self.below(span)).unwrap_or(0)
    }

    /// Whether something happens that happens to so many of a thousand.
    pub(crate) fn happens(&mut self, of_a_thousand: usize) -> bool {
        self.below(1000) < of_a_thousand
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    /// One of several with weights.
    pub(crate) fn weighted<'a, T>(&mut self, among: &'a [(T, usize)]) -> &'a T {
        let all: usize = among.iter().map(|(_, weight)| weight).sum();
        let mut at = self.below(all);
        for (item, weight) in among {
            if at < *weight {
                return item;
            }
            at -= weight;
        }
        &among[0].0
    }
}
