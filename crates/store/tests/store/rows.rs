//! Requests that are kept one by one.

use statusquo_catalogue::StatusCode;
use statusquo_slo::Answer;
use statusquo_slo::kept::{Layer, Row, Why};
use statusquo_store::{Retention, Store, Wanted};

use crate::support::{Home, at, name, ok};

fn row(second: i64, layer: Layer, code: u16, ids: (&str, &str)) -> Row {
    Row {
        at_us: at(second).as_microsecond(),
        layer,
        why: Why::ServerError,
        method: "POST".into(),
        target: "/v1/orders?page=***".into(),
        route: "/v1/orders".into(),
        answer: Answer::Status(StatusCode::new(code)),
        upstream: None,
        duration_us: Some(30_000_000),
        bytes: 17,
        host: "api.test".into(),
        client: "192.0.2.7".into(),
        user_agent: "acme-web/3".into(),
        error: "".into(),
        request_id: ids.0.into(),
        trace_id: ids.1.into(),
    }
}

#[test]
fn a_request_is_found_by_its_id_and_with_it_what_shares_its_trace() {
    let home = Home::new();
    let edge = row(3, Layer::Edge, 502, ("REQ-1", ""));
    let app = row(2, Layer::App, 200, ("req-1", "4bf92f"));
    let called = row(1, Layer::Spans, 504, ("", "4BF92F"));
    let other = row(4, Layer::Edge, 500, ("req-2", "000001"));
    ok(home.writer().rows(vec![
        (name("shop"), vec![edge.clone(), app.clone(), other]),
        (name("stock"), vec![called.clone()]),
    ]));
    for id in ["req-1", "REQ1", "4bf92f"] {
        let found = home.reader().rows_of(id).unwrap();
        let rows: Vec<_> = found.iter().map(|kept| (kept.service.as_str(), kept.row.clone())).collect();
        assert_eq!(rows, [("stock", called.clone()), ("shop", app.clone()), ("shop", edge.clone())], "{id}");
    }
    assert_eq!(home.reader().rows_of("req-3").unwrap(), []);
    assert_eq!(home.reader().rows_of(" - ").unwrap(), []);
    assert_eq!(home.reader().oldest_row().unwrap(), Some(at(1).as_microsecond()));
}

#[test]
fn lists_hold_what_is_wanted_newest_first() {
    let home = Home::new();
    let rows = (0..40).map(|n| row(n, Layer::Edge, if n % 2 == 0 { 503 } else { 404 }, ("", ""))).collect();
    ok(home
        .writer()
        .rows(vec![(name("shop"), rows), (name("stock"), vec![row(90, Layer::App, 500, ("", ""))])]));
    let count = |wanted: Wanted| home.reader().rows(&wanted, 100).unwrap().len();
    let all = Wanted::default;
    assert_eq!(count(all()), 41);
    assert_eq!(count(Wanted { codes: Some((500, 599)), ..all() }), 21);
    assert_eq!(count(Wanted { codes: Some((404, 404)), service: Some(name("shop")), ..all() }), 20);
    assert_eq!(count(Wanted { from_us: Some(at(38).as_microsecond()), ..all() }), 3);
    assert_eq!(count(Wanted { client: Some("192.0.2.8".to_owned()), ..all() }), 0);
    assert_eq!(
        count(Wanted { path: Some("/v1/or".to_owned()), method: Some("POST".to_owned()), ..all() }),
        41
    );
    assert_eq!(count(Wanted { unanswered: true, ..all() }), 0);
    let newest = home.reader().rows(&all(), 2).unwrap();
    assert_eq!(
        newest.iter().map(|kept| kept.row.at_us).collect::<Vec<_>>(),
        [90, 39].map(|s| at(s).as_microsecond())
    );
}

#[test]
fn only_the_newest_are_kept_when_there_is_no_room_for_more() {
    let folder = tempfile::tempdir().unwrap();
    let retention = Retention { most_requests: 100, ..Retention::default() };
    let store = Store::open(folder.path(), retention).unwrap();
    let rows = (0..1000).map(|n| row(n, Layer::Edge, 503, ("", ""))).collect();
    ok(store.writer().rows(vec![(name("shop"), rows)]));
    store.writer().roll_up(at(1000));
    ok(store.writer().commit(Vec::new()));
    ok(store.writer().commit(Vec::new()));
    let left = store.reader().rows(&Wanted::default(), 2000).unwrap();
    assert_eq!((left.len(), left.last().map(|kept| kept.row.at_us)), (100, Some(at(900).as_microsecond())));
    // A week later, what is old goes for its age.
    store.writer().roll_up(at(8 * 86_400));
    ok(store.writer().commit(Vec::new()));
    ok(store.writer().commit(Vec::new()));
    assert_eq!(store.reader().rows(&Wanted::default(), 10).unwrap(), []);
    store.close();
}
