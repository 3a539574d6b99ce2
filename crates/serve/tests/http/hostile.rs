//! What strangers put into names, answers and requests.

use statusquo_alert::{
    Cause, CauseKind, Entry, EntryKind, Incident, IncidentNumber, Phase, Severity, State, Subject, Who,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_serve::{Configured, LastProbe, MonitorView, Packed, ReceiverView};
use statusquo_slo::{Answer, Mark, Phases};

use super::*;

const EVIL: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'";

fn evil_incident() -> Incident {
    let at = now();
    let note = EntryKind::Note(Who(EVIL.to_owned()), EVIL.to_owned());
    Incident {
        number: IncidentNumber(7),
        subject: Subject::Monitor(Name::from(EVIL)),
        title: EVIL.to_owned(),
        target: EVIL.to_owned(),
        phase: Phase::Acknowledged,
        severity: Severity::Failing,
        cause: Some(Cause {
            kind: CauseKind::Status(StatusCode::new(500)),
            severity: Severity::Failing,
            sentence: EVIL.to_owned(),
            retry_after: None,
            evidence: Some(statusquo_exchange::ExchangeId("evil".to_owned())),
        }),
        began: at,
        opened: at,
        resolved: None,
        acknowledged: Some((Who(EVIL.to_owned()), at)),
        bad: 2,
        of: 3,
        affected: vec![Name::from(EVIL)],
        likely: Vec::new(),
        runbook: Some(format!("javascript:{EVIL}")),
        timeline: vec![Entry { at, kind: note }, Entry { at, kind: EntryKind::Held(EVIL.to_owned()) }],
        told: std::collections::BTreeMap::new(),
        escalated: std::collections::BTreeMap::new(),
    }
}

#[tokio::test]
async fn every_stored_string_is_shown_as_text() {
    let mut fixture = Fixture::new(now());
    let name = Name::from(EVIL);
    let mut view =
        MonitorView::new(name.clone(), EVIL.to_owned(), "http", std::time::Duration::from_secs(30));
    (view.title, view.expectations) = (EVIL.to_owned(), EVIL.to_owned());
    (view.group, view.runbook, view.parent) =
        (Some(EVIL.to_owned()), Some(format!("javascript:{EVIL}")), Some(name.clone()));
    let receiver =
        ReceiverView { name: name.clone(), kind: "webhook", target: EVIL.to_owned(), health: None };
    let mut identity = (*fixture.board.snapshot().identity).clone();
    (identity.title, identity.environment, identity.config) =
        (EVIL.to_owned(), EVIL.to_owned(), Packed::of(EVIL));
    fixture.board.write(|board| {
        board.configure(Configured {
            identity,
            monitors: vec![view],
            receivers: vec![receiver],
            planned: Vec::new(),
            public: None,
        });
        board.observed(
            &name,
            LastProbe {
                at: now(),
                answer: Answer::Status(StatusCode::new(500)),
                mark: Mark::Bad,
                phases: Phases { total: 5000, ..Phases::default() },
                sentence: Some(EVIL.to_owned()),
                certificate_expires: None,
            },
        );
        board.state(&name, State::Failing, now());
    });
    let mut exchange = fixture::exchange("evil", name.clone(), EVIL, (now(), 500));
    if let statusquo_exchange::Outcome::Answered(response) = &mut exchange.outcome {
        response.fields.push(EVIL, EVIL);
        response.reason = Some(bytes::Bytes::from(EVIL));
        response.content = statusquo_exchange::Content::Whole(bytes::Bytes::from(EVIL));
    }
    fixture.keep(EVIL, &exchange, Mark::Bad);
    fixture.save_incident(evil_incident()).await;
    let server = serve(fixture.router()).await;
    let segment = percent_encoding::utf8_percent_encode(EVIL, percent_encoding::NON_ALPHANUMERIC).to_string();
    let named = format!("/monitors/{segment}");
    let query = format!("/codes?q={segment}");
    for path in [
        "/",
        "/monitors",
        &named,
        "/incidents",
        "/incidents/7",
        "/alerts",
        "/settings",
        &query,
        "/nothing%3Cscript%3E",
    ] {
        let text = page(server, path).send().await.text();
        assert!(!text.contains("<script>alert") && !text.contains("<img"), "{path}");
        assert!(!text.contains("href=\"javascript:"), "{path}");
        assert!(text.contains("&lt;script&gt;") || path.contains("nothing"), "{path} shows it as text");
    }
    let markdown = page(server, "/incidents/7.md").send().await.text();
    assert!(!markdown.contains("<script>"), "{markdown}");
}

#[tokio::test]
async fn another_name_that_points_here_is_not_answered() {
    let (_fixture, server) = sample().await;
    for host in ["evil.test", "evil.test:8418", "127.0.0.1.evil.test", "localhost.evil.test", ""] {
        let answer = page(server, "/api/v1/monitors").host(host).send().await;
        assert_eq!(answer.status, 421, "{host}");
    }
    for host in ["localhost:8418", "127.0.0.1", "[::1]:8418"] {
        assert_eq!(page(server, "/").host(host).send().await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn paths_lead_nowhere_but_to_pages() {
    let (_fixture, server) = sample().await;
    for path in [
        "/assets/../Cargo.toml",
        "/assets/%2e%2e%2fCargo.toml",
        "/monitors/..%2f..%2fetc%2fpasswd",
        "//evil.test/",
    ] {
        assert_eq!(page(server, path).send().await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_request_id_is_taken_over_only_if_it_is_harmless() {
    let (_fixture, server) = sample().await;
    let id = async |given: &str| {
        let answer = page(server, "/healthz").with("x-request-id", given).send().await;
        answer.field("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id("req_8f3c").await, "req_8f3c");
    for hostile in ["<script>", &"x".repeat(200)] {
        let made = id(hostile).await;
        assert!(made.len() == 32 && made.bytes().all(|byte| byte.is_ascii_hexdigit()), "{made}");
    }
}

#[tokio::test]
async fn who_never_finishes_a_request_is_cut_off() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (_fixture, server) = empty().await;
    let mut slow = tokio::net::TcpStream::connect(server).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await.unwrap();
    tokio::time::pause();
    let mut rest = Vec::new();
    // The clock of the runtime moves by itself when all wait; the server's deadline is what wakes first.
    slow.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn content_that_never_comes_has_a_deadline() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (_fixture, server) = empty().await;
    let mut slow = tokio::net::TcpStream::connect(server).await.unwrap();
    let head = "POST /api/v1/silences HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Connection: close\r\nContent-Length: 10\r\n\r\n{";
    slow.write_all(head.as_bytes()).await.unwrap();
    tokio::time::pause();
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).await.unwrap();
    assert!(rest.starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&rest));
}

#[tokio::test]
async fn the_server_ends_when_it_is_told_to_although_a_live_page_is_open() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (mut fixture, (stop, stopped)) = (Fixture::new(now()), tokio::sync::oneshot::channel::<()>());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let shutdown = async move { drop(stopped.await) };
    let running = tokio::spawn(statusquo_serve::run(listener, fixture.router(), shutdown));
    let mut live = tokio::net::TcpStream::connect(server).await.unwrap();
    live.write_all(b"GET /events?page=/ HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    live.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    stop.send(()).unwrap();
    tokio::time::pause();
    running.await.unwrap().unwrap();
}
