//! Whether a count is more, or less, than usual.

/// How a cell stands against what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// Nothing came.
    Nothing,
    /// Fewer than usual, beyond chance.
    Fewer,
    /// As usual.
    Usual,
    /// More than usual, beyond chance: 1.2, 2, 4 or 8 times as many.
    More(u8),
}

/// How unlikely chance has to be: one in a million, as there are thousands of cells.
const BEYOND_CHANCE: f64 = 13.8;
/// What never came is not expected to stay away for ever: so many in a column are taken as usual.
const LEAST_USUAL: f64 = 0.1;

/// How a count stands against the usual one. The bound is Chernoff's for a Poisson distribution: it never calls unusual
/// what the exact tail would not.
#[expect(clippy::cast_precision_loss, reason = "counts of requests in a column are far below 2^52")]
pub(crate) fn level(count: u64, usual: f64) -> Level {
    let (many, usual) = (count as f64, usual.max(LEAST_USUAL));
    let surprise = if count == 0 { usual } else { many * (many / usual).ln() - (many - usual) };
    let is_beyond_chance = surprise > BEYOND_CHANCE;
    match many / usual {
        ratio if is_beyond_chance && ratio >= 8.0 => Level::More(4),
        ratio if is_beyond_chance && ratio >= 4.0 => Level::More(3),
        ratio if is_beyond_chance && ratio >= 2.0 => Level::More(2),
        ratio if is_beyond_chance && ratio >= 1.2 => Level::More(1),
        ratio if is_beyond_chance && ratio <= 1.0 / 1.2 => Level::Fewer,
        _ if count == 0 => Level::Nothing,
        _ => Level::Usual,
    }
}

/// The usual count of a column: the median of all of them. Half of an hour of trouble does not make trouble usual.
#[expect(clippy::cast_precision_loss, reason = "counts of requests in a column are far below 2^52")]
pub(crate) fn usual(counts: &[u64]) -> f64 {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    match sorted.len() {
        0 => 0.0,
        many => sorted.get(many / 2).copied().unwrap_or(0) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_chance_does_not_explain_is_unusual() {
        let cases = [
            (0, 0.0, Level::Nothing),
            (1, 0.0, Level::Usual),
            (3, 1.0, Level::Usual),
            (100, 100.0, Level::Usual),
            (130, 100.0, Level::Usual),
            (13_000, 10_000.0, Level::More(1)),
            (25_000, 10_000.0, Level::More(2)),
            (50, 10.0, Level::More(3)),
            (500, 10.0, Level::More(4)),
            (9, 0.0, Level::More(4)),
            (0, 100.0, Level::Fewer),
            (6000, 10_000.0, Level::Fewer),
            (0, 5.0, Level::Nothing),
        ];
        for (count, usual, expect) in cases {
            assert_eq!(level(count, usual), expect, "{count} where {usual} are usual");
        }
    }
}
