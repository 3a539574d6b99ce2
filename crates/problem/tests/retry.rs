//! When a request is sent again: the decision for every code and method, and the schedule in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use expect_test::expect;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use statusquo_problem::client::{Asked, Budget, Decision, Ending, Leave, Policy, Random, Reason, Retry};
use tokio::time::Instant;
use tower::retry::RetryLayer;
use tower::{Layer, ServiceExt, service_fn};

const METHODS: [&str; 9] = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY", "POST", "PATCH"];
const LONGEST: u64 = u64::MAX;

fn decide(policy: &Policy, method: &str, has_key: bool, ending: Ending<'_>, attempt: u32) -> Decision {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let asked = Asked { method: &method, has_key, attempts: attempt };
    policy.decide(asked, ending, SystemTime::UNIX_EPOCH, LONGEST)
}

/// Every number that can be a status code, and a failure.
fn endings(headers: &HeaderMap) -> impl Iterator<Item = Ending<'_>> {
    let codes = (100..1000).map(|code| Ending::Answered(StatusCode::from_u16(code).unwrap(), headers));
    codes.chain([Ending::Failed])
}

#[test]
fn a_post_is_never_repeated_without_leave() {
    let headers = HeaderMap::new();
    for ending in endings(&headers) {
        for method in ["POST", "PATCH", "CONNECT", "LOCK", "FROBNICATE"] {
            let of = |policy: Policy, has_key| decide(&policy, method, has_key, ending, 1);
            let none = Policy { leave: Leave::Idempotent, ..Policy::default() };
            assert!(matches!(of(Policy::default(), false), Decision::GiveUp(_)), "{method} {ending:?}");
            assert!(matches!(of(none, true), Decision::GiveUp(_)), "{method} {ending:?}");
            // With leave it is as any other.
            let all = Policy { leave: Leave::Everything, ..Policy::default() };
            let get = decide(&Policy::default(), "GET", false, ending, 1);
            assert_eq!((of(all, false), of(Policy::default(), true)), (get, get), "{method} {ending:?}");
        }
    }
}

#[test]
fn the_catalogue_decides_which_codes_are_repeated() {
    let headers = HeaderMap::new();
    let mut table = String::new();
    let mut last = String::new();
    for ending in endings(&headers) {
        let decision = |method| match decide(&Policy::default(), method, false, ending, 1) {
            Decision::Wait(_) => "again".to_owned(),
            Decision::GiveUp(Reason::NotRepeatable(_, retry)) => retry.name().to_owned(),
            Decision::GiveUp(reason) => format!("{reason:?}"),
        };
        let by_method: Vec<String> = METHODS.into_iter().map(decision).collect();
        let safe = &by_method[0];
        assert!(by_method[..7].iter().all(|found| found == safe), "{ending:?}");
        let row = format!("{safe}, POST {}", by_method[7]);
        let name = match ending {
            Ending::Answered(status, _) => status.as_u16().to_string(),
            Ending::Failed => "failed".to_owned(),
        };
        if row != last {
            writeln!(table, "{name}: {row}").unwrap();
        }
        last = row;
    }
    expect![[r#"
        100: Answered, POST Answered
        400: after a change, POST after a change
        408: again, POST NoLeave
        409: after a change, POST after a change
        410: never, POST never
        411: after a change, POST after a change
        418: never, POST never
        419: after a change, POST after a change
        420: again, POST NoLeave
        422: after a change, POST after a change
        425: again, POST NoLeave
        426: after a change, POST after a change
        429: again, POST NoLeave
        430: after a change, POST after a change
        444: never, POST never
        445: after a change, POST after a change
        450: never, POST never
        452: after a change, POST after a change
        460: again, POST NoLeave
        461: after a change, POST after a change
        463: never, POST never
        464: after a change, POST after a change
        499: again, POST NoLeave
        501: never, POST never
        502: again, POST NoLeave
        505: after a change, POST after a change
        506: never, POST never
        509: again, POST NoLeave
        510: after a change, POST after a change
        512: again, POST NoLeave
        525: never, POST never
        527: again, POST NoLeave
        530: never, POST never
        531: again, POST NoLeave
        600: never, POST never
        783: after a change, POST after a change
        784: never, POST never
        800: again, POST NoLeave
        999: never, POST never
        failed: again, POST NoLeave
    "#]]
    .assert_eq(&table);
}

#[test]
fn retry_after_is_read_in_both_forms_and_never_cut_short() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    for (value, random, expect) in [
        ("30", 0, Decision::Wait(Duration::from_secs(30))),
        ("30", LONGEST, Decision::Wait(Duration::from_secs(31))),
        ("0", 0, Decision::Wait(Duration::ZERO)),
        ("120", 0, Decision::Wait(Duration::from_secs(120))),
        ("121", 0, Decision::GiveUp(Reason::TooLong(Duration::from_secs(121)))),
        ("99999999999999999999999", 0, Decision::GiveUp(Reason::TooLong(Duration::from_secs(u64::MAX)))),
        ("Sun, 06 Nov 1994 08:50:07 GMT", 0, Decision::Wait(Duration::from_secs(30))),
        ("Sunday, 06-Nov-94 08:50:07 GMT", 0, Decision::Wait(Duration::from_secs(30))),
        ("Sun Nov  6 08:50:07 1994", 0, Decision::Wait(Duration::from_secs(30))),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0, Decision::Wait(Duration::ZERO)),
        ("soon", LONGEST, Decision::Wait(Duration::from_secs(1))),
        ("-5", LONGEST, Decision::Wait(Duration::from_secs(1))),
        ("", LONGEST, Decision::Wait(Duration::from_secs(1))),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE] {
            let asked = Asked { method: &Method::GET, has_key: false, attempts: 1 };
            let found = Policy::default().decide(asked, Ending::Answered(status, &headers), now, random);
            assert_eq!(found, expect, "{value}");
        }
    }
}

#[test]
fn pauses_double_up_to_their_bound_and_are_spread_over_the_whole() {
    let policy = Policy { most_attempts: u32::MAX, ..Policy::default() };
    let longest: Vec<u64> = (1..=9)
        .map(|attempt| match decide(&policy, "GET", false, Ending::Failed, attempt) {
            Decision::Wait(wait) => wait.as_secs(),
            Decision::GiveUp(reason) => panic!("{reason}"),
        })
        .collect();
    assert_eq!(longest, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!(decide(&policy, "GET", false, Ending::Failed, 4000), Decision::Wait(Duration::from_secs(60)));
    let mut random = Random::seeded(7);
    let asked = Asked { method: &Method::GET, has_key: false, attempts: 3 };
    let mut quarters = [0; 4];
    for _ in 0..4000 {
        let decision = policy.decide(asked, Ending::Failed, SystemTime::UNIX_EPOCH, random.draw());
        let Decision::Wait(wait) = decision else { panic!("{decision:?}") };
        quarters[wait.as_secs() as usize] += 1;
    }
    assert!(quarters.iter().all(|count| (900..1100).contains(count)), "{quarters:?}");
    let forever = Policy { first_pause: Duration::MAX, longest_pause: Duration::MAX, ..policy };
    assert!(matches!(decide(&forever, "GET", false, Ending::Failed, 9), Decision::Wait(_)));
}

/// Sends one request against a service that always ends so, and tells when it was asked.
async fn schedule(method: &str, status: Option<u16>, retry_after: Option<&str>) -> Vec<f64> {
    let began = Instant::now();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let retry_after = retry_after.map(str::to_owned);
    let service = service_fn(move |_: Request<()>| {
        seen.lock().unwrap().push(began.elapsed().as_secs_f64());
        let response = status.map(|status| {
            let mut response = Response::builder().status(status);
            if let Some(value) = &retry_after {
                response = response.header(header::RETRY_AFTER, value);
            }
            response.body(()).unwrap()
        });
        async move { response.ok_or("connection refused") }
    });
    let retry =
        Retry::with(Policy::default(), Budget::new(10, 10), Random::seeded(1), || SystemTime::UNIX_EPOCH);
    let request = Request::builder().method(method).body(()).unwrap();
    let _ = RetryLayer::new(retry).layer(service).oneshot(request).await;
    let asked = asked.lock().unwrap();
    asked.iter().map(|seconds| (seconds * 1000.0).round() / 1000.0).collect()
}

#[tokio::test(start_paused = true)]
async fn the_schedule_in_virtual_time() {
    let mut table = String::new();
    let with_wait = Some("30");
    for (status, retry_after) in [
        (Some(200), None),
        (Some(308), None),
        (Some(400), None),
        (Some(404), None),
        (Some(408), None),
        (Some(409), None),
        (Some(421), None),
        (Some(425), None),
        (Some(429), None),
        (Some(429), with_wait),
        (Some(500), None),
        (Some(501), None),
        (Some(502), None),
        (Some(503), None),
        (Some(503), with_wait),
        (Some(503), Some("3600")),
        (Some(504), None),
        (Some(507), None),
        (Some(520), None),
        (None, None),
    ] {
        let get = schedule("GET", status, retry_after).await;
        for method in METHODS {
            let found = schedule(method, status, retry_after).await;
            if matches!(method, "POST" | "PATCH") {
                assert_eq!(found, [0.0], "{method} {status:?}");
            } else {
                assert_eq!(found, get, "{method} {status:?}");
            }
        }
        let name = status.map_or_else(|| "failed".to_owned(), |status| status.to_string());
        writeln!(table, "{name} {}: {get:?}", retry_after.unwrap_or("-")).unwrap();
    }
    expect![[r#"
        200 -: [0.0]
        308 -: [0.0]
        400 -: [0.0]
        404 -: [0.0]
        408 -: [0.0, 0.567, 2.059, 5.944]
        409 -: [0.0]
        421 -: [0.0, 0.567, 2.059, 5.944]
        425 -: [0.0, 0.567, 2.059, 5.944]
        429 -: [0.0, 0.567, 2.059, 5.944]
        429 30: [0.0, 30.567, 62.059, 95.944]
        500 -: [0.0, 0.567, 2.059, 5.944]
        501 -: [0.0]
        502 -: [0.0, 0.567, 2.059, 5.944]
        503 -: [0.0, 0.567, 2.059, 5.944]
        503 30: [0.0, 30.567, 62.059, 95.944]
        503 3600: [0.0]
        504 -: [0.0, 0.567, 2.059, 5.944]
        507 -: [0.0]
        520 -: [0.0, 0.567, 2.059, 5.944]
        failed -: [0.0, 0.567, 2.059, 5.944]
    "#]]
    .assert_eq(&table);
}

#[tokio::test(start_paused = true)]
async fn an_answer_ends_it_and_the_budget_is_shared() {
    let count = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&count);
    let service = service_fn(move |request: Request<()>| {
        let mut count = seen.lock().unwrap();
        *count += 1;
        let status = if request.uri() == "/once" && *count > 1 { 200 } else { 503 };
        async move { Ok::<_, Infallible>(Response::builder().status(status).body(()).unwrap()) }
    });
    let retry =
        Retry::with(Policy::default(), Budget::new(0, 2), Random::seeded(1), || SystemTime::UNIX_EPOCH);
    let layer = RetryLayer::new(retry);
    let ask = |path: &'static str| layer.layer(service.clone()).oneshot(Request::get(path).body(()).unwrap());
    assert_eq!(ask("/once").await.unwrap().status(), 200);
    assert_eq!(*count.lock().unwrap(), 2);
    assert_eq!(ask("/").await.unwrap().status(), 503);
    assert_eq!(*count.lock().unwrap(), 4, "one retry was left");
    assert_eq!(ask("/").await.unwrap().status(), 503);
    assert_eq!(*count.lock().unwrap(), 5, "none was left");
}
