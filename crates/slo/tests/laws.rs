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

#[test]
fn what_we_could_not_see_counts_on_neither_side() {
    let of =
        |mark| Sample { at: Timestamp::UNIX_EPOCH, answer: Answer::None, mark, phases: Phases::default() };
    let marks = [Mark::Good, Mark::Good, Mark::Degraded, Mark::Bad, Mark::Unknown];
    assert_eq!(tally(&marks.map(of)).available(), (3, 4));
}
