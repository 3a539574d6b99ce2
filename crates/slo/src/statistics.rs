//! How likely counts are by chance.

/// The natural logarithm of the gamma function (Lanczos' approximation, g = 7, nine terms; relative error below 1e-13).
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // The reflection formula.
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let sum =
        (1_u8..).zip(TERMS).fold(0.999_999_999_999_809_9, |sum, (at, term)| sum + term / (x + f64::from(at)));
    let t = x + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

fn ln_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// The probability of at least `k` of `n` when each has the probability `p`.
#[must_use]
pub fn binomial_tail(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 || p >= 1.0 {
        return 1.0;
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    let (ln_p, ln_q, odds) = (p.ln(), (-p).ln_1p(), p / (1.0 - p));
    let ln_term = |k: f64, n: f64| ln_choose(n, k) + k * ln_p + (n - k) * ln_q;
    tail(k, n, p, ln_term, |k, n| (n - k) / (k + 1.0) * odds)
}

/// The probability of at least `k` of `n` when the share itself varies around `mean` with the strength `s` of a beta
/// distribution: a large `s` is the binomial, a small one an endpoint that is noisy by nature.
#[must_use]
pub fn beta_binomial_tail(k: u64, n: u64, mean: f64, s: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if k > n || mean <= 0.0 {
        return 0.0;
    }
    let (a, b) = (mean * s, (1.0 - mean) * s);
    let base = ln_beta(a, b);
    let ln_term = |k: f64, n: f64| ln_choose(n, k) + ln_beta(k + a, n - k + b) - base;
    tail(k, n, mean, ln_term, |k, n| (n - k) * (k + a) / ((k + 1.0) * (n - k - 1.0 + b)))
}

/// Adds up the terms from `k` on, away from the mean, until they no longer count: each is the one before times `ratio`.
#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
fn tail(
    k: u64,
    n: u64,
    mean: f64,
    ln_term: impl Fn(f64, f64) -> f64,
    ratio: impl Fn(f64, f64) -> f64,
) -> f64 {
    let (from, total) = (k as f64, n as f64);
    let is_upper = from > mean * total;
    let mut at = if is_upper { from } else { from - 1.0 };
    let mut term = ln_term(at, total).exp();
    let mut sum = 0.0_f64;
    loop {
        sum += term;
        let is_end = if is_upper { at >= total } else { at <= 0.0 };
        if is_end || term <= sum * 1e-16 {
            break;
        }
        if is_upper {
            term *= ratio(at, total);
            at += 1.0;
        } else {
            at -= 1.0;
            term /= ratio(at, total);
        }
    }
    if is_upper { sum.min(1.0) } else { (1.0 - sum).max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(found: f64, expect: f64) -> bool {
        (found / expect - 1.0).abs() < 1e-6
    }

    #[test]
    fn tails_are_those_of_the_tables() {
        for ((k, n, p), expect) in [
            ((2, 10, 0.001), 4.476_063e-5),
            ((3, 60, 0.001), 3.278_937e-5),
            ((3, 360, 0.001), 5.913_705e-3),
            ((5, 1000, 0.001), 3.636_878e-3),
            ((50, 1000, 0.02), 7.884_717e-9),
        ] {
            assert!(is_near(binomial_tail(k, n, p), expect), "{k} {n} {p}: {}", binomial_tail(k, n, p));
        }
        for ((k, n, p, s), expect) in [
            ((50, 1000, 0.02, 99.0), 4.605_114e-2),
            ((120, 1000, 0.02, 99.0), 8.393_971e-5),
            ((5, 25, 0.02, 199.0), 5.248_124e-4),
            ((100, 5000, 0.005, 999.0), 4.824_760e-5),
            ((300, 5000, 0.02, 99.0), 1.708_075e-2),
        ] {
            assert!(
                is_near(beta_binomial_tail(k, n, p, s), expect),
                "{k} {n} {p} {s}: {}",
                beta_binomial_tail(k, n, p, s)
            );
        }
    }

    #[test]
    fn the_fewest_bad_requests_that_mean_something_are_those_of_the_research() {
        let fewest = |n| (0..).find(|k| binomial_tail(*k, n, 0.001) < 1e-3).unwrap();
        for (n, expect) in [
            (10, 2),
            (20, 2),
            (50, 3),
            (100, 3),
            (200, 4),
            (360, 4),
            (500, 5),
            (1000, 6),
            (2000, 9),
            (5000, 14),
        ] {
            assert_eq!(fewest(n), expect, "{n}");
        }
    }
}
