//! Real traffic: counted once, found again at every resolution, under the names that endpoints have now.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use statusquo_catalogue::StatusCode;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Counted, EndpointName, Harvest, Measure, Series};
use statusquo_slo::{Answer, Histogram};
use statusquo_store::{Checkpoint, Resolution, TrafficBatch};

use crate::support::{Home, at, name, ok, open, wait};

const START: i64 = 1_767_225_600;

fn answer(code: u16) -> Measure {
    Measure::Answer(Answer::Status(StatusCode::new(code)))
}

fn endpoint(route: &str) -> EndpointName {
    EndpointName::new("GET", route)
}

/// So many answers at a second, of an endpoint and of the whole service.
fn counted(route: &str, second: i64, code: u16, count: u64) -> Vec<Counted> {
    let mut series = Series::new();
    let mut latency = Histogram::default();
    latency.record(2_000);
    series.add(second - second.rem_euclid(10), answer(code), count);
    series.add_latency(second - second.rem_euclid(300), &latency);
    let of = |endpoint| Counted { endpoint, is_declared: false, layer: Layer::Edge, series: series.clone() };
    vec![of(Some(endpoint(route))), of(None)]
}

fn save(home: &Home, batch: TrafficBatch) {
    ok(home.writer().traffic(Arc::new(batch)));
}

fn batch(counted: Vec<Counted>) -> TrafficBatch {
    let harvest = Harvest { renamed: Vec::new(), counted };
    TrafficBatch { services: vec![(name("shop"), harvest)], ..TrafficBatch::default() }
}

#[test]
fn what_was_counted_is_found_before_and_after_the_roll_up_at_every_resolution() {
    let home = Home::new();
    for minute in 0..90 {
        let second = START + minute * 60 + 7;
        save(&home, batch(counted("/orders/{id}", second, 200, 5)));
        save(&home, batch(counted("/orders/{id}", second, 503, 1)));
        if minute == 45 {
            home.writer().roll_up(at(3600));
        }
    }
    home.settle();
    let range = START..START + 7200;
    for round in ["in the journal, partly", "rolled up"] {
        for resolution in Resolution::ALL {
            for of in [Some(endpoint("/orders/{id}")), None] {
                let found = home.reader().traffic("shop", of.as_ref(), resolution, &range).unwrap();
                let series = &found[&Layer::Edge];
                let expected = [(StatusCode::new(200), 450), (StatusCode::new(503), 90)];
                let expected = expected.map(|(code, count)| (Answer::Status(code), count));
                assert_eq!(
                    series.by_answer().into_iter().collect::<Vec<_>>(),
                    expected,
                    "{round}, {resolution:?}"
                );
                assert_eq!(series.all_latency().count(), 180, "{round}, {resolution:?}");
                assert!(series.counts().all(|(start, ..)| start % resolution.seconds() == 0));
            }
        }
        let lately = home.reader().recent_traffic("shop", START + 60).unwrap();
        assert_eq!(lately.len(), 2);
        assert!(lately.iter().all(|(_, _, series)| series.requests() == 89 * 6), "{round}");
        let half = home.reader().traffic("shop", None, Resolution::Minute, &(START..START + 2700)).unwrap();
        assert_eq!(half[&Layer::Edge].requests(), 45 * 6, "{round}");
        for resolution in [Resolution::Seconds10, Resolution::Minute] {
            let all = home.reader().traffic_over_time("shop", resolution, &(START..START + 2700)).unwrap();
            let found: Vec<_> =
                all.iter().map(|(name, _, series)| (name.clone(), series.requests())).collect();
            let whole = [(Some(endpoint("/orders/{id}")), 45 * 6), (None, 45 * 6)];
            assert!(whole.iter().all(|of| found.contains(of)), "{round}, {resolution:?}: {found:?}");
            assert!(all.iter().all(|(.., series)| series.latency().next().is_none()));
        }
        home.writer().roll_up(at(7200));
        home.settle();
    }
    let seen = home.reader().answered("shop", Some(&endpoint("/orders/{id}"))).unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!((seen[1].first, seen[1].last), (START, START + 89 * 60));
    let list = home.reader().traffic_by_endpoint("shop", Resolution::Minute, &range).unwrap();
    let totals = &list[&endpoint("/orders/{id}")][&Layer::Edge];
    assert_eq!((list.len(), totals.requests(), totals.latency.count()), (1, 540, 180));
    assert_eq!(home.reader().services().unwrap(), [name("shop")]);
    assert_eq!(home.reader().known_endpoints("shop").unwrap()[0].requests, 540);
}

#[test]
fn a_merge_of_routes_relabels_history() {
    let home = Home::new();
    let names = ["/users/ann", "/users/bob", "/users/cem"];
    for (number, route) in names.iter().enumerate() {
        save(&home, batch(counted(route, START, 200, 1)));
        if number == 0 {
            home.writer().roll_up(at(60));
        }
    }
    let merged = |old: &str, new: &str| (endpoint(old), endpoint(new));
    let mut both = batch(counted("/users/{id}", START + 60, 200, 10));
    both.services[0].1.renamed = names.iter().map(|old| merged(old, "/users/{id}")).collect();
    save(&home, both);
    // A second merge, of what has itself become another.
    let mut further = batch(counted("/{id}/{id}", START + 120, 200, 100));
    further.services[0].1.renamed = vec![merged("/users/{id}", "/{id}/{id}")];
    save(&home, further);
    let range = START..START + 3600;
    for _ in 0..2 {
        let list = home.reader().traffic_by_endpoint("shop", Resolution::Seconds10, &range).unwrap();
        assert_eq!(list.keys().cloned().collect::<Vec<_>>(), [endpoint("/{id}/{id}")]);
        assert_eq!(list.values().next().unwrap()[&Layer::Edge].requests(), 113);
        for asked in ["/{id}/{id}", "/users/{id}", "/users/ann"] {
            let of = endpoint(asked);
            let found = home.reader().traffic("shop", Some(&of), Resolution::Minute, &range).unwrap();
            assert_eq!(
                found[&Layer::Edge].requests(),
                113,
                "old addresses lead to the new endpoint: {asked}"
            );
        }
        home.writer().roll_up(at(3600));
        home.settle();
    }
    assert_eq!(home.reader().known_endpoints("shop").unwrap().len(), 1);
}

#[test]
fn what_is_too_old_is_deleted_and_coarser_counts_stay() {
    let home = Home::new();
    save(&home, batch(counted("/a", START, 200, 7)));
    home.writer().roll_up(at(0));
    let day = 86_400;
    for (days, finest) in [(1, 10), (3, 60), (16, 3600), (403, 0)] {
        home.writer().roll_up(at(days * day));
        home.settle();
        let found = Resolution::ALL.into_iter().find(|resolution| {
            let range = START - 3600..START + 3600;
            let found = home.reader().traffic("shop", Some(&endpoint("/a")), *resolution, &range).unwrap();
            found.values().any(|series| series.requests() == 7)
        });
        assert_eq!(found.map_or(0, Resolution::seconds), finest, "after {days} days");
    }
    assert_eq!(home.reader().known_endpoints("shop").unwrap(), [], "nothing is left of it");
}

const FOLDER: &str = "STATUSQUO_TRAFFIC_TO_BE_KILLED";

/// Runs in a process of its own, until it is killed: reads a source of numbered lines, ten at a time.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = open(Path::new(&folder)).unwrap();
    let mut line = position(&store.reader());
    loop {
        let mut read = batch(counted("/a", START + line % 7200, 200, 10));
        line += 10;
        let (source, part) = (name("log"), "access.log".to_owned());
        read.checkpoints.push(Checkpoint { source, part, position: Some(line.to_string()) });
        store.writer().roll_up(at(line % 2 * 300));
        wait(store.writer().traffic(Arc::new(read))).unwrap();
        writeln!(std::io::stdout(), "\n{line}").unwrap();
    }
}

fn position(reader: &statusquo_store::Reader) -> i64 {
    reader.checkpoints("log").unwrap().first().map_or(0, |(_, position)| position.parse().unwrap())
}

#[test]
fn counts_and_checkpoints_agree_whenever_we_are_killed() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..10 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "traffic::child", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let numbers = lines.map_while(Result::ok).filter_map(|line| line.parse::<i64>().ok());
        let last = numbers.take(1 + round * 3).last().expect("the child works");
        child.kill().unwrap();
        child.wait().unwrap();
        let store = open(folder.path()).unwrap();
        let (reader, position) = (store.reader(), position(&store.reader()));
        assert!(position >= last, "what was acknowledged is there");
        for resolution in Resolution::ALL {
            let found = reader.traffic("shop", None, resolution, &(START..START + 7200)).unwrap();
            let requests = i64::try_from(found[&Layer::Edge].requests()).unwrap();
            assert_eq!(requests, position, "round {round}, {resolution:?}: each line is counted once");
        }
        store.close();
    }
}
