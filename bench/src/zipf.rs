//! Random ranks by Zipf's law: the item of rank n occurs 1/n times as often as the first one.

/// A Zipf distribution over a number of items.
pub(crate) struct Zipf {
    /// The sum of the weights up to each item.
    sums: Vec<f64>,
}

impl Zipf {
    pub(crate) fn new(items: usize) -> Self {
        let mut sum = 0.0;
        let sums = (1..=items)
            .map(|rank| {
                sum += 1.0 / rank as f64;
                sum
            })
            .collect();
        Self { sums }
    }

    /// Returns a random rank, starting at 0.
    pub(crate) fn draw(&self, random: &mut fastrand::Rng) -> usize {
        let whole = self.sums.last().copied().unwrap_or_default();
        let at = random.f64() * whole;
        self.sums.partition_point(|sum| *sum < at).min(self.sums.len() - 1)
    }
}
