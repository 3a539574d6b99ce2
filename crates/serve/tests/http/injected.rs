//! What strangers can put into the store by their requests, and people by their words: shown as text, everywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use statusquo_alert::{
    AlarmKind, Cause, CauseKind, Diagnosis, Effect, Entry, EntryKind, Incident, IncidentNumber, Phase,
    Severity, Subject, TrafficCause, Who,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_serve::{ServiceView, SourceView};
use statusquo_slo::Answer;
use statusquo_slo::kept::{Layer, Row, Why};
use statusquo_slo::traffic::{Counted, EndpointName, Harvest, Measure, Recent, Series};
use statusquo_store::{Announcement, AnnouncementKind, Impact, Stage, TrafficBatch, Update};

use super::*;

/// A script for those who show it as a page; for spreadsheets, see [`FORMULA`].
const SCRIPT: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'";
const FORMULA: &str = "=cmd|' /C calc'!A1";

/// Everything that comes from outside says this.
async fn poisoned(evil: &str) -> (Fixture, SocketAddr) {
    let mut fixture = Fixture::new(now());
    fixture.fill(3).await;
    fixture.publish(&[("Ordering", &["orders"])]);
    let service = Name::from(evil);
    let endpoint = EndpointName::new("GET", &format!("/{evil}"));
    let second = now().as_second() - 60;
    let (mut series, mut recent) = (Series::new(), Recent::default());
    for (code, count) in [(200, 90), (500, 60)] {
        let measure = Measure::Answer(Answer::Status(StatusCode::new(code)));
        series.add(second - second.rem_euclid(10), measure, count);
        recent.add(second - second.rem_euclid(10), measure, count);
    }
    let counted = [Some(endpoint.clone()), None].map(|endpoint| Counted {
        endpoint,
        is_declared: false,
        layer: Layer::Edge,
        series: series.clone(),
    });
    let batch = TrafficBatch {
        services: vec![(service.clone(), Harvest { renamed: Vec::new(), counted: counted.into() })],
        checkpoints: Vec::new(),
        series: Vec::new(),
        rows: vec![(service.clone(), vec![row(evil)])],
    };
    fixture.context().writer.traffic(Arc::new(batch)).await.unwrap().unwrap();
    let save = Effect::SaveIncident(Box::new(incident(evil)));
    fixture.context().writer.commit(vec![save]).await.unwrap().unwrap();
    let mut view = ServiceView::default();
    view.whole.insert(Layer::Edge, recent.clone());
    view.endpoints.entry(endpoint).or_default().insert(Layer::Edge, recent);
    view.seen_until.insert(Layer::Edge, now().as_second());
    let mut source = SourceView::new(service.clone(), service.clone(), Layer::Edge, "files", evil.to_owned());
    source.format = Some(evil.to_owned());
    source.traps.push(evil.to_owned());
    source.progress.bad.push((evil.to_owned(), evil.to_owned()));
    let mut slos = (*fixture.board.snapshot().slos).clone();
    for slo in &mut slos {
        slo.slo.title = evil.to_owned();
    }
    fixture.board.write(|board| {
        board.service(service, view);
        board.sources(vec![source]);
        board.slos(slos);
        board.incident(incident(evil));
        board.announcements(vec![announcement(evil)]);
    });
    let server = serve(fixture.router()).await;
    (fixture, server)
}

fn row(evil: &str) -> Row {
    Row {
        at_us: now().as_microsecond() - 5_000_000,
        layer: Layer::Edge,
        why: Why::ServerError,
        method: evil.into(),
        target: evil.into(),
        route: evil.into(),
        answer: Answer::Status(StatusCode::new(500)),
        upstream: Some(500),
        duration_us: Some(1),
        bytes: 1,
        host: evil.into(),
        client: evil.into(),
        user_agent: evil.into(),
        error: evil.into(),
        request_id: evil.into(),
        trace_id: "".into(),
    }
}

fn incident(evil: &str) -> Incident {
    let cause = TrafficCause {
        kind: AlarmKind::Clients,
        diagnosis: Some(Diagnosis::Scan),
        endpoint: Some(evil.to_owned()),
        clients: vec![evil.to_owned()],
        receivers: Vec::new(),
        alarms: Vec::new(),
        evidence: vec![evil.to_owned()],
    };
    Incident {
        number: IncidentNumber(900),
        subject: Subject::Traffic(Name::from(evil)),
        title: evil.to_owned(),
        target: evil.to_owned(),
        phase: Phase::Open,
        severity: Severity::Failing,
        cause: Some(Cause {
            kind: CauseKind::Traffic(Box::new(cause)),
            severity: Severity::Failing,
            sentence: evil.to_owned(),
            retry_after: None,
            evidence: None,
        }),
        began: now(),
        opened: now(),
        resolved: None,
        acknowledged: None,
        bad: 0,
        of: 0,
        affected: Vec::new(),
        likely: Vec::new(),
        runbook: None,
        timeline: vec![
            Entry { at: now(), kind: EntryKind::Opened(evil.to_owned()) },
            Entry { at: now(), kind: EntryKind::Note(Who(evil.to_owned()), evil.to_owned()) },
        ],
        told: BTreeMap::new(),
        escalated: BTreeMap::new(),
    }
}

fn announcement(evil: &str) -> Announcement {
    Announcement {
        number: 1,
        title: evil.to_owned(),
        kind: AnnouncementKind::Outage(Impact::Major),
        components: vec![Name::from("ordering")],
        incident: Some(IncidentNumber(900)),
        updates: vec![Update {
            at: now(),
            by: Who(evil.to_owned()),
            stage: Stage::Investigating,
            text: evil.to_owned(),
            workaround: Some(evil.to_owned()),
            next_by: None,
        }],
    }
}

fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The address of the poisoned endpoint, with this ending.
fn endpoint_path(evil: &str, ending: &str) -> String {
    let slug = EndpointName::new("GET", &format!("/{evil}")).slug();
    format!("/endpoints/{}{ending}?service={}", segment(&slug), segment(evil))
}

#[tokio::test]
async fn scripts_of_strangers_are_shown_as_text() {
    let (fixture, server) = poisoned(SCRIPT).await;
    let request = format!("/requests/{}", segment(SCRIPT));
    for path in [
        "/",
        "/?range=24h",
        "/endpoints",
        &endpoint_path(SCRIPT, ""),
        "/codes",
        "/codes/500",
        "/requests",
        &request,
        "/slos",
        "/slos/orders",
        "/incidents",
        "/incidents/900",
        "/public",
        "/settings",
    ] {
        let answer = page(server, path).send().await;
        let text = answer.text();
        assert_eq!(answer.status, 200, "{path}: {text}");
        assert!(!text.contains("<script>alert") && !text.contains("<img"), "{path}: {text}");
        assert!(text.contains("&lt;script&gt;"), "{path} shows it as text");
    }
    // What is not HTML says so, and no browser guesses otherwise.
    for path in ["/requests.txt", "/requests.json", "/requests.csv", "/endpoints.json", "/incidents/900.txt"]
    {
        let answer = page(server, path).send().await;
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"), "{path}");
        assert!(!answer.field("content-type").unwrap().contains("html"), "{path}");
    }
    fixture.keeper().look();
    for path in ["index.html", "incidents/index.html", "incidents/1/index.html", "feed.atom", "feed.rss"] {
        let answer = page(server, &format!("/api/v1/status-page/{path}")).send().await;
        let text = answer.text();
        assert_eq!(answer.status, 200, "{path}: {text}");
        assert!(!text.contains("<script>") && !text.contains("<img src=x"), "{path}: {text}");
    }
    // A live part travels as JSON, and is the same markup.
    let live = page(server, &format!("/api/v1/requests?client={}", segment(SCRIPT))).send().await.json();
    assert_eq!(live["requests"][0]["user_agent"], SCRIPT, "programs get what was said");
}

#[tokio::test]
async fn no_cell_of_a_table_is_taken_for_a_formula() {
    let (_fixture, server) = poisoned(FORMULA).await;
    let mut seen = 0;
    for path in [
        "/index.csv",
        "/monitors.csv",
        "/monitors/orders.csv",
        "/incidents.csv",
        "/endpoints.csv",
        &endpoint_path(FORMULA, ".csv"),
        "/requests.csv",
        "/codes.csv",
        "/slos.csv",
        "/lint.csv",
        "/alerts.csv",
    ] {
        let answer = page(server, path).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        for line in answer.text().lines() {
            for cell in line.split(',').map(|cell| cell.trim_start_matches('"')) {
                let is_formula =
                    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
                assert!(!is_formula, "{path}: {line}");
                seen += usize::from(cell.starts_with("'=cmd"));
            }
        }
    }
    assert!(seen >= 5, "defused {seen} times: in lists of requests and incidents at least");
}

#[tokio::test]
async fn every_answer_of_any_kind_keeps_browsers_from_trusting_it() {
    let (_fixture, server) = sample().await;
    let asks = [
        page(server, "/"),
        page(server, "/sign-in"),
        page(server, "/nothing"),
        page(server, "/monitors.csv"),
        page(server, "/monitors.json"),
        page(server, "/api/v1/monitors"),
        page(server, "/api/v1/nothing"),
        page(server, "/metrics"),
        page(server, "/healthz"),
        page(server, "/search?q=503"),
        page(server, "/").host("evil.test"),
        Ask::new(server, "POST", "/incidents/212/acknowledge").form("csrf=wrong"),
        Ask::new(server, "DELETE", "/"),
    ];
    for ask in asks {
        let (name, answer) = (ask.name(), ask.send().await);
        let policy = answer.field("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{name}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("data:"), "{name}: {policy}");
        assert_eq!(answer.field("x-frame-options"), Some("DENY"), "{name}");
        assert_eq!(answer.field("referrer-policy"), Some("same-origin"), "{name}");
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"), "{name}");
        assert_eq!(answer.field("access-control-allow-origin"), None, "{name}");
    }
}

#[tokio::test]
async fn no_path_leads_out_of_what_is_served() {
    let (fixture, server) = sample().await;
    fixture.publish(&[("Ordering", &["orders"])]);
    fixture.keeper().look();
    for path in [
        "/api/v1/status-page/..%2f..%2fetc%2fpasswd",
        "/api/v1/status-page/../../../../etc/passwd",
        "/api/v1/exchanges/..%2f..%2fstatusquo.db",
        "/requests/..%2f..%2fetc%2fpasswd",
        "/endpoints/..%2f..%2fetc%2fpasswd",
        "/lint/..%2f..%2fetc%2fpasswd",
        "/slos/..%2f..%2fetc%2fpasswd",
        "/codes/..%2f..%2fetc%2fpasswd",
        "/assets/..%5c..%5cetc%5cpasswd",
        "/assets/%00",
        "/%2e%2e/%2e%2e/etc/passwd",
    ] {
        let answer = page(server, path).send().await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("root:"), "{path}");
    }
}
