//! Probes are journaled, counted once, and forgotten in time.

use std::collections::BTreeMap;
use std::time::Duration;

use statusquo_exchange::Name;
use statusquo_slo::{Mark, Sample, Tally};
use statusquo_store::{Retention, Store, Width};

use crate::support::{Home, at, name, sample};

fn journal(home: &Home, monitor: &str, samples: &[Sample]) {
    let rows = samples.iter().map(|sample| (name(monitor), name("local"), *sample)).collect();
    home.writer().samples(rows);
    home.settle();
}

fn tally(samples: &[Sample]) -> Tally {
    let mut tally = Tally::default();
    samples.iter().for_each(|sample| tally.record(sample));
    tally
}

fn history(home: &Home, width: Width, range: (i64, i64)) -> BTreeMap<i64, Tally> {
    let all = home.reader().history(&[name("orders")], width, (at(range.0), at(range.1))).unwrap();
    all[&name("orders")].clone()
}

/// A probe every 30 s, one in ten of them bad.
fn day(seconds: i64) -> Vec<Sample> {
    (0..seconds / 30)
        .map(|n| if n % 10 == 3 { sample(n * 30, 503, Mark::Bad) } else { sample(n * 30, 200, Mark::Good) })
        .collect()
}

#[test]
fn history_is_the_same_before_during_and_after_counting() {
    let home = Home::new();
    let samples = day(7200);
    for (part, chunk) in samples.chunks(50).enumerate() {
        journal(&home, "orders", chunk);
        journal(&home, "billing", &chunk[..1]);
        let so_far = tally(&samples[..part * 50 + chunk.len()]);
        assert_eq!(history(&home, Width::Day, (0, 7200)), BTreeMap::from([(at(0).as_second(), so_far)]));
        if part % 2 == 0 {
            home.writer().roll_up(at(7200 + i64::try_from(part).unwrap() * 300));
            home.settle();
        }
    }
    let by_hour = [(at(0), &samples[..120]), (at(3600), &samples[120..])];
    let by_hour = by_hour.map(|(start, samples)| (start.as_second(), tally(samples)));
    assert_eq!(history(&home, Width::Hour, (0, 7200)), BTreeMap::from(by_hour));
    assert_eq!(history(&home, Width::Minutes5, (0, 7200)).len(), 24);
    assert_eq!(history(&home, Width::Minutes5, (300, 900)).len(), 2, "from the first to before the last");
    assert_eq!(history(&home, Width::Minutes5, (301, 901)).len(), 3, "whole stretches");
}

#[test]
fn probes_of_a_time_are_found_one_by_one_wherever_they_are_by_now() {
    let home = Home::new();
    assert_eq!(home.reader().oldest_probe().unwrap(), None);
    let samples = day(3600);
    journal(&home, "orders", &samples[..100]);
    home.writer().roll_up(at(3600));
    journal(&home, "orders", &samples[100..]);
    let found = home.reader().probes((at(600), at(3300))).unwrap();
    let expected = samples[20..110].iter().map(|sample| (name("orders"), name("local"), *sample));
    assert_eq!(found, expected.collect::<Vec<_>>());
    assert_eq!(home.reader().oldest_probe().unwrap(), Some(at(0)));
}

#[test]
fn counting_waits_for_five_minutes_to_be_over() {
    let home = Home::new();
    let rows = |table: &str| -> i64 {
        let other = rusqlite::Connection::open(home.folder.path().join("statusquo.db")).unwrap();
        other.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    journal(&home, "orders", &day(300));
    home.writer().roll_up(at(300));
    home.settle();
    assert_eq!((rows("sample"), rows("packed"), rows("tally")), (0, 1, 3), "the first time at once");
    journal(&home, "orders", &[sample(301, 200, Mark::Good)]);
    for (now, waiting) in [(310, 1), (359, 1), (360, 0), (361, 0)] {
        home.writer().roll_up(at(now));
        home.settle();
        assert_eq!(rows("sample"), waiting, "at {now}");
    }
}

#[test]
fn late_probes_are_counted_where_they_belong() {
    let mut home = Home::new();
    let (first, late) = (sample(10, 200, Mark::Good), sample(20, 503, Mark::Bad));
    journal(&home, "orders", &[first]);
    home.writer().roll_up(at(400));
    journal(&home, "orders", &[late, sample(5000, 200, Mark::Good)]);
    home.writer().roll_up(at(5400));
    home.restart();
    let counted = history(&home, Width::Minutes5, (0, 6000));
    assert_eq!(counted[&at(0).as_second()], tally(&[first, late]));
    assert_eq!(home.reader().latest("orders", at(0), 10).unwrap()[1..], [late, first]);
}

#[test]
fn the_latest_probes_are_the_same_before_and_after_counting() {
    let home = Home::new();
    let samples = day(3000);
    journal(&home, "billing", &day(900));
    journal(&home, "orders", &samples);
    let newest: Vec<Sample> = samples.iter().rev().copied().collect();
    let check = || {
        let reader = home.reader();
        assert_eq!(reader.latest("orders", at(0), 1000).unwrap(), newest);
        assert_eq!(reader.latest("orders", at(0), 7).unwrap(), newest[..7]);
        assert_eq!(reader.latest("orders", at(2910), 1000).unwrap(), newest[..3]);
        assert_eq!(reader.latest("nobody", at(0), 1000).unwrap(), []);
        let recent: Vec<(Name, Sample)> = reader.recent(20).unwrap();
        let expect: Vec<_> = samples[80..].iter().map(|sample| (name("orders"), *sample)).collect();
        assert_eq!(recent, expect);
        assert_eq!(reader.recent(1000).unwrap().len(), 130);
    };
    check();
    home.writer().roll_up(at(2700));
    home.settle();
    check();
}

#[test]
fn locations_add_up() {
    let home = Home::new();
    let one = sample(0, 200, Mark::Good);
    let rows = ["vienna", "graz"].map(|location| (name("orders"), name(location), one));
    home.writer().samples(rows.to_vec());
    home.writer().roll_up(at(600));
    home.settle();
    assert_eq!(history(&home, Width::Day, (0, 100))[&at(0).as_second()].total(), 2);
    assert_eq!(home.reader().latest("orders", at(0), 10).unwrap().len(), 2);
}

#[test]
fn what_is_too_old_is_deleted_and_the_rest_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    let retention = Retention {
        samples: hours(1),
        minutes: hours(2),
        hours: hours(24),
        days: hours(24 * 10),
        incidents: hours(24),
        ..Retention::default()
    };
    let store = Store::open(folder.path(), retention).unwrap();
    let (writer, reader) = (store.writer(), store.reader());
    let settle = || (0..2).for_each(|_| writer.commit(Vec::new()).blocking_recv().unwrap().unwrap());
    let days = 12 * 86_400;
    writer.samples(
        (0..days / 600).map(|n| (name("orders"), name("local"), sample(n * 600, 200, Mark::Good))).collect(),
    );
    settle();
    // Twice, since one roll-up deletes only so much.
    writer.roll_up(at(days));
    writer.roll_up(at(days + 300));
    settle();
    let count = |width| {
        let all = reader.history(&[name("orders")], width, (at(0), at(days))).unwrap();
        all[&name("orders")].len()
    };
    assert_eq!((count(Width::Minutes5), count(Width::Hour), count(Width::Day)), (11, 23, 9));
    assert_eq!(reader.latest("orders", at(0), 10_000).unwrap().len(), 5);
    store.close();
}

#[test]
fn probes_that_do_not_fit_are_dropped_and_counted_and_decisions_go_on() {
    let home = Home::new();
    let writer = home.writer();
    let batch = vec![(name("orders"), name("local"), sample(0, 200, Mark::Good)); 100_000];
    let mut offered = 0;
    while writer.dropped() == 0 {
        writer.samples(batch.clone());
        offered += 100_000;
    }
    home.settle();
    let dropped = writer.dropped();
    assert_eq!(dropped % 100_000, 0, "whole batches");
    let kept = history(&home, Width::Day, (0, 100))[&at(0).as_second()].total();
    assert_eq!(kept + dropped, offered);
    assert!(!writer.is_failing());
}
