//! Laws of counting.

use jiff::Timestamp;
use proptest::prelude::*;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::FailureKind;
use statusquo_slo::{Answer, Histogram, Mark, Phases, Sample, Tally};

fn sample() -> impl Strategy<Value = Sample> {
    let answer = prop_oneof![
        (1_u16..1000).prop_map(|code| Answer::Status(StatusCode::new(code))),
        prop::sample::select(FailureKind::ALL.to_vec()).prop_map(Answer::Failure),
        Just(Answer::None),
    ];
    (answer, prop::sample::select(Mark::ALL.to_vec()), any::<u32>()).prop_map(|(answer, mark, total)| {
        Sample { at: Timestamp::UNIX_EPOCH, answer, mark, phases: Phases { total, ..Phases::default() } }
    })
}

fn tally(samples: &[Sample]) -> Tally {
    let mut tally = Tally::default();
    samples.iter().for_each(|sample| tally.record(sample));
    tally
}

proptest! {
    #[test]
    fn merge_does_not_depend_on_order(a in prop::collection::vec(sample(), 0..40), b in prop::collection::vec(sample(), 0..40)) {
        let (mut ab, mut ba) = (tally(&a), tally(&b));
        ab.merge(&tally(&b));
        ba.merge(&tally(&a));
        prop_assert_eq!(&ab, &ba);
        prop_assert_eq!(ab, tally(&[a, b].concat()));
    }

    #[test]
    fn a_tally_survives_being_bytes(samples in prop::collection::vec(sample(), 0..80)) {
        let tally = tally(&samples);
        prop_assert_eq!(Tally::decode(&tally.encode()), Ok(tally));
    }

    #[test]
    fn samples_survive_being_bytes(samples in prop::collection::vec(sample(), 0..20), start in 0..2_000_000_000_i64) {
        let start = Timestamp::from_second(start).unwrap();
        let mut bytes = Vec::new();
        samples.iter().for_each(|sample| sample.encode(start, &mut bytes));
        let mut rest = bytes.as_slice();
        for sample in samples {
            prop_assert_eq!(Sample::decode(start, &mut rest), Ok(sample));
        }
        prop_assert!(rest.is_empty());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = Sample::decode(Timestamp::UNIX_EPOCH, &mut bytes.as_slice());
        if let Ok(mut tally) = Tally::decode(&bytes) {
            tally.merge(&tally.clone());
            let _ = tally.latency().quantile(0.5);
        }
    }

    #[test]
    fn a_quantile_is_within_the_error(mut all in prop::collection::vec(1_u32..100_000_000, 1..300), share in 0.0..=1.0_f64) {
        let mut histogram = Histogram::default();
        all.iter().for_each(|us| histogram.record(*us));
        all.sort_unstable();
        let rank = ((share * all.len() as f64).ceil() as usize).max(1);
        let exact = f64::from(all[rank - 1]);
        let estimate = histogram.quantile(share).unwrap();
        prop_assert!((estimate / exact - 1.0).abs() <= 0.022, "{estimate} for {exact}");
    }
}

/// Anything that can be counted by a histogram.
#[derive(Debug, Clone)]
enum Counted {
    Exactly(u32, u64),
    Exponential(i32, i64, u64),
    Between(f64, f64, u64),
    Beyond(f64, u64),
}

fn counted() -> impl Strategy<Value = Counted> {
    let count = 0..1_000_u64;
    prop_oneof![
        (any::<u32>(), count.clone()).prop_map(|(us, count)| Counted::Exactly(us, count)),
        (-12..21_i32, -2_000..2_000_i64, count.clone())
            .prop_map(|(scale, index, count)| Counted::Exponential(scale, index, count)),
        (0.0..10.0_f64, 0.0..10.0_f64, count.clone()).prop_map(|(low, more, count)| Counted::Between(
            low,
            low + more,
            count
        )),
        (0.001..60.0_f64, count).prop_map(|(bound, count)| Counted::Beyond(bound, count)),
    ]
}

fn histogram(all: &[Counted]) -> Histogram {
    let mut histogram = Histogram::default();
    for counted in all {
        match *counted {
            Counted::Exactly(us, count) => histogram.record_many(us, count),
            Counted::Exponential(scale, index, count) => histogram.record_exponential(scale, index, count),
            Counted::Between(low, high, count) => histogram.record_between((low, high), count),
            Counted::Beyond(bound, count) => histogram.record_beyond(bound, count),
        }
    }
    histogram
}

proptest! {
    #[test]
    fn histograms_of_any_kind_merge_in_any_order_and_survive_being_bytes(
        a in prop::collection::vec(counted(), 0..30), b in prop::collection::vec(counted(), 0..30)
    ) {
        let (mut ab, mut ba) = (histogram(&a), histogram(&b));
        ab.merge(&histogram(&b));
        ba.merge(&histogram(&a));
        prop_assert_eq!(&ab, &ba);
        prop_assert_eq!(&ab, &histogram(&[a, b].concat()));
        let mut bytes = Vec::new();
        ab.encode(&mut bytes);
        prop_assert_eq!(Histogram::decode(&mut bytes.as_slice()), Ok(ab.clone()));
        if let Some(estimate) = ab.estimate(0.99) {
            prop_assert!(estimate.microseconds.is_finite() && estimate.error.is_finite());
        }
    }

    /// What an SDK counts at a finer scale is the same as if we had counted it ourselves.
    #[test]
    fn exponential_histograms_of_finer_scales_are_taken_over_exactly(
        mut all in prop::collection::vec(1_u32..1_000_000_000, 1..200), scale in 4..12_i32, share in 0.0..=1.0_f64
    ) {
        let (mut taken, mut own) = (Histogram::default(), Histogram::default());
        for us in &all {
            let index = ((f64::from(*us) / 1e6).log2() * f64::from(1 << scale)).ceil() as i64 - 1;
            taken.record_exponential(scale, index, 1);
            own.record(*us);
        }
        prop_assert_eq!(taken.count(), own.count());
        all.sort_unstable();
        let rank = ((share * all.len() as f64).ceil() as usize).max(1);
        let exact = f64::from(all[rank - 1]);
        let estimate = taken.estimate(share).unwrap();
        prop_assert!((estimate.microseconds / exact - 1.0).abs() <= 0.022, "{estimate:?} for {exact}");
        prop_assert!(estimate.error <= 0.022);
    }

    /// Explicit buckets: the exact quantile is within the error that is said, or beyond the last bound if that is said.
    #[test]
    fn explicit_buckets_say_how_far_off_they_are(
        mut all in prop::collection::vec(1_000_u32..60_000_000, 1..200), share in 0.0..=1.0_f64
    ) {
        const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
        let mut taken = Histogram::default();
        for us in &all {
            let seconds = f64::from(*us) / 1e6;
            match BOUNDS.iter().position(|bound| seconds <= *bound) {
                Some(at) => taken.record_between((if at == 0 { 0.0 } else { BOUNDS[at - 1] }, BOUNDS[at]), 1),
                None => taken.record_beyond(10.0, 1),
            }
        }
        all.sort_unstable();
        let rank = ((share * all.len() as f64).ceil() as usize).max(1);
        let exact = f64::from(all[rank - 1]);
        let estimate = taken.estimate(share).unwrap();
        prop_assert_eq!(estimate.is_more, exact > 10_000_000.0);
        if estimate.is_more {
            prop_assert_eq!(estimate.microseconds, 10_000_000.0);
        } else if exact > 5_000.0 {
            let ratio = (estimate.microseconds / exact).max(exact / estimate.microseconds);
            // Either may be at an end of the range.
            prop_assert!(ratio <= (1.0 + estimate.error).powi(2) * 1.05, "{estimate:?} for {exact}");
        }
    }
}

#[test]
fn what_we_could_not_see_counts_on_neither_side() {
    let of =
        |mark| Sample { at: Timestamp::UNIX_EPOCH, answer: Answer::None, mark, phases: Phases::default() };
    let marks = [Mark::Good, Mark::Good, Mark::Degraded, Mark::Bad, Mark::Unknown];
    assert_eq!(tally(&marks.map(of)).available(), (3, 4));
}
