//! A real store and a board with plausible data, for tests, benches and the sample server.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each user takes what it needs, and may fail"
)]

#[path = "kept.rs"]
mod kept;
#[path = "parties.rs"]
pub mod parties;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use statusquo_alert::{
    Brief, Cause, CauseKind, Effect, Entry, EntryKind, Incident, IncidentNumber, Notice, Notification, Phase,
    Scope, Severity, Silence, SilenceId, State, Subject, Who,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{
    Certificate, Content, Exchange, ExchangeId, FailureKind, Fields, Name, Origin, Outcome, Request,
    Response, Scheme, Timing, Tls, Version,
};
use statusquo_serve::{
    Configured, Context, Identity, LastProbe, MonitorView, Packed, PlannedWork, Queue, ReceiverView, Reply,
    SharedBoard, Site,
};
use statusquo_slo::{Answer, Mark, Phases, Sample};
use statusquo_store::{Audited, Change, Evidence, Retention, Role, Store, User};
use tokio::sync::mpsc;

/// A store in a folder of its own, a board, and somebody who answers commands.
pub struct Fixture {
    pub board: SharedBoard,
    pub now: Timestamp,
    pub site: Site,
    pub shelf: statusquo_serve::public::Shelf,
    pub asked: Option<mpsc::Receiver<statusquo_serve::Request>>,
    /// History as full as a real one, for benches: each stretch that the store counts has a probe.
    pub dense: bool,
    store: Store,
    commands: mpsc::Sender<statusquo_serve::Request>,
    _folder: tempfile::TempDir,
}

impl Fixture {
    pub fn new(now: Timestamp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Retention::default()).unwrap();
        let (commands, asked) = mpsc::channel(64);
        let board = SharedBoard::default();
        let identity = Identity {
            title: "Acme API".to_owned(),
            environment: "production".to_owned(),
            version: "0.1.0".to_owned(),
            started: before(now, 5 * 3600 + 720),
            config: Packed::of(
                "[serve]\nlisten = \"127.0.0.1:8418\"\n\n[[receiver]]\nname = \"oncall\"\nurl = \"***\"\n",
            ),
        };
        board.write(|board| board.configure(Configured { identity, ..Configured::default() }));
        let site = Site { loopback: true, public: None };
        let shelf = statusquo_serve::public::Shelf::default();
        Self { board, now, site, shelf, asked: Some(asked), dense: false, store, commands, _folder: folder }
    }

    /// The routes. Commands that nobody took the receiver of are answered "done".
    pub fn router(&mut self) -> axum::Router {
        if let Some(mut asked) = self.asked.take() {
            tokio::spawn(async move {
                while let Some(request) = asked.recv().await {
                    let is_correction = matches!(request.command, statusquo_serve::Command::Correct(..));
                    let text = Reply::Text("200 OK".to_owned());
                    let reply = if is_correction { Reply::Correction(1) } else { text };
                    let _ = request.reply.send(Ok(reply));
                }
            });
        }
        statusquo_serve::router(self.context())
    }

    pub fn context(&self) -> Context {
        let (start, now) = (std::time::Instant::now(), self.now);
        Context {
            board: self.board.clone(),
            reader: self.store.reader(),
            writer: self.store.writer(),
            commands: self.commands.clone(),
            clock: Arc::new(move || now + SignedDuration::try_from(start.elapsed()).unwrap()),
            site: self.site.clone(),
            shelf: self.shelf.clone(),
        }
    }

    /// A public status page with these components, each watched by the monitors named with it.
    pub fn publish(&self, components: &[(&str, &[&str])]) {
        use statusquo_serve::public::{Component, PublicSite};
        let component = |(title, monitors): &(&str, &[&str])| Component {
            name: Name::from(title.to_lowercase().replace(' ', "-").as_str()),
            title: (*title).to_owned(),
            about: None,
            group: None,
            monitors: monitors.iter().map(|name| Name::from(*name)).collect(),
        };
        let site = PublicSite {
            name: "Acme".to_owned(),
            url: "https://status.acme.test".to_owned(),
            home: Some("https://acme.test/".to_owned()),
            about: Some("How the Acme API is doing".to_owned()),
            accent: Some("#1f56b3".to_owned()),
            logo: None,
            components: components.iter().map(component).collect(),
        };
        let snapshot = self.board.snapshot();
        self.board.write(|board| {
            board.configure(Configured {
                identity: (*snapshot.identity).clone(),
                monitors: snapshot.monitors.iter().map(|view| (**view).clone()).collect(),
                receivers: snapshot.receivers.values().cloned().collect(),
                planned: (*snapshot.planned).clone(),
                public: Some(site),
            });
        });
    }

    /// Who makes the files of the public page.
    pub fn keeper(&self) -> statusquo_serve::public::Keeper {
        let context = self.context();
        statusquo_serve::public::Keeper::new(context.board, context.reader, context.clock, context.shelf)
    }

    pub async fn add_user(&self, name: &str, password: &str, role: Role) {
        use argon2::PasswordHasher;
        // Weak on purpose: a test checks the wiring, not the hash.
        let params = argon2::Params::new(64, 1, 1, None).unwrap();
        let hasher = argon2::Argon2::from(params);
        let hash = hasher.hash_password(password.as_bytes()).unwrap().to_string();
        let user = User { name: name.to_owned(), role, hash };
        self.store.writer().people(Change::SaveUser(user), self.deed()).await.unwrap().unwrap();
    }

    pub async fn add_token(&self, name: &str, secret: &str, role: Role) {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(secret.as_bytes()).to_vec();
        let token = statusquo_store::Token { name: name.to_owned(), role, hash, created: self.now };
        self.store.writer().people(Change::SaveToken(token), self.deed()).await.unwrap().unwrap();
    }

    fn deed(&self) -> Audited {
        Audited { at: self.now, who: "command line".to_owned(), what: "let somebody in".to_owned() }
    }

    /// Adds monitors with a month of history, incidents, messages, kept exchanges, receivers, a silence.
    pub async fn fill(&mut self, monitors: usize) {
        let plans: Vec<Plan> = (0..monitors).map(Plan::number).collect();
        let (receivers, planned) = (receivers(), planned(self.now));
        let views = plans.iter().map(|plan| plan.view(self.now)).collect();
        let identity = (*self.board.snapshot().identity).clone();
        self.board.write(|board| {
            board.configure(Configured { identity, monitors: views, receivers, planned, public: None });
        });
        let mut samples: Vec<_> = plans.iter().flat_map(|plan| self.history(plan)).collect();
        // As they arrive: in the order of time.
        samples.sort_by_key(|(_, _, sample)| sample.at);
        for part in samples.chunks(20_000) {
            self.store.writer().samples(part.to_vec());
            self.settle().await;
        }
        assert_eq!(self.store.writer().dropped(), 0, "all of it was kept");
        self.store.writer().roll_up(self.now);
        self.board.write(|board| board.parties(parties::parties(self.now)));
        self.store.writer().rows(kept::rows(self.now)).await.unwrap().unwrap();
        self.incidents(&plans).await;
        let silence = Silence {
            id: SilenceId(3),
            scope: Scope::Monitors(vec![Name::from("partner-kiosk")]),
            from: before(self.now, 1800),
            until: self.now + SignedDuration::from_secs(5400),
            by: Who("ann".to_owned()),
            comment: "the partner moves its data centre".to_owned(),
        };
        let queue = |name, length, capacity| Queue { name, length, capacity, dropped: 0 };
        let figures = statusquo_serve::Figures {
            late: Duration::from_millis(3),
            under_way: 4,
            queues: vec![queue("events", 2, 1024), queue("store", 11, 4096), queue("probes", 0, 256)],
            outbox_pending: 1,
            store_bytes: 48_300_000,
            faults: Vec::new(),
        };
        self.board.write(|board| {
            board.silences(vec![silence]);
            board.slos(slos(self.now));
            board.figures(figures);
        });
        self.health().await;
        self.settle().await;
    }

    /// Waits until all that was given to the store is in it.
    pub async fn settle(&self) {
        let (who, what) = (Who("ann".to_owned()), "silenced partner-kiosk".to_owned());
        self.store.writer().audit(self.now, who, what).await.unwrap().unwrap();
    }

    /// Coarse long ago, each probe of the last half hour.
    fn history(&self, plan: &Plan) -> Vec<(Name, Name, Sample)> {
        let name = Name::from(plan.name.as_str());
        let (hourly, often) = if self.dense { (3600, 300) } else { (10_800, 10_800) };
        let long_ago = (7 * 86_400 / 10_800..30 * 8).map(|step| step * 10_800);
        let this_week = (86_400 / hourly..7 * 86_400 / hourly).map(|step| step * hourly);
        let today = (7..=288 * 300 / often).map(|step| step * often).filter(|age| *age > 1800);
        let just_now = (0..60).map(|probe| probe * 30 + 4);
        let mut ages: Vec<i64> = just_now.chain(today).chain(this_week).chain(long_ago).collect();
        ages.reverse();
        let samples: Vec<(Name, Name, Sample)> = ages
            .into_iter()
            .map(|age| (name.clone(), Name::from("vienna"), plan.sample(before(self.now, age), age)))
            .collect();
        for (_, _, sample) in samples.iter().rev().take(60).rev() {
            let mut probe = LastProbe::from(sample);
            probe.sentence = (sample.mark == Mark::Bad).then(|| plan.cause().sentence);
            probe.certificate_expires =
                plan.is_https().then(|| self.now + SignedDuration::from_hours(24 * plan.days));
            self.board.write(|board| board.observed(&name, probe));
        }
        let since = match plan.state {
            State::Failing | State::Degraded => before(self.now, 39 * 60),
            State::Ok | State::Unknown | State::Paused => before(self.now, 6 * 86_400),
        };
        self.board.write(|board| board.state(&name, plan.state, since));
        samples
    }

    async fn incidents(&self, plans: &[Plan]) {
        let mut number = 211;
        let mut effects = Vec::new();
        for plan in plans {
            let evidence = self.evidence(plan);
            let is_down = matches!(plan.state, State::Failing | State::Degraded);
            if !is_down && plan.name != "search" {
                continue;
            }
            number += 1;
            let incident = plan.incident(number, self.now, evidence, is_down);
            effects.push(Effect::Notify(Box::new(notification(&incident, "oncall", Notice::Opened))));
            effects.push(Effect::Notify(Box::new(notification(&incident, "team-mail", Notice::Opened))));
            effects.push(Effect::SaveIncident(Box::new(incident.clone())));
            self.board.write(|board| board.incident(incident));
        }
        self.store.writer().commit(effects).await.unwrap().unwrap();
    }

    async fn health(&self) {
        let due = self.store.reader().due(self.now, 100).unwrap();
        for owed in due {
            let (key, at) = (owed.notification.key, self.now);
            let writer = self.store.writer();
            let answer = match owed.notification.receiver.as_str() {
                "oncall" => writer.sent(&key, at, "200 ok".to_owned()),
                _ => writer.retry(
                    &key,
                    (at, at + SignedDuration::from_secs(60)),
                    2,
                    "the mail server refuses connections".to_owned(),
                ),
            };
            answer.await.unwrap().unwrap();
        }
        for health in self.store.reader().receivers().unwrap() {
            self.board.write(|board| board.receiver(health));
        }
    }

    /// Keeps the last exchange of a plan.
    fn evidence(&self, plan: &Plan) -> Option<ExchangeId> {
        let exchange = plan.exchange(before(self.now, 4))?;
        let id = exchange.id.clone();
        self.keep(&plan.name, &exchange, plan.mark());
        Some(id)
    }

    pub fn keep(&self, monitor: &str, exchange: &Exchange, mark: Mark) {
        self.store.writer().evidence(Evidence {
            id: exchange.id.clone(),
            monitor: Name::from(monitor),
            location: Name::from("vienna"),
            at: exchange.at,
            answer: Answer::of(exchange),
            mark,
            json: statusquo_serve::wire::exchange_json(exchange).to_string(),
        });
    }

    pub async fn save_incident(&self, incident: Incident) {
        let effect = Effect::SaveIncident(Box::new(incident.clone()));
        self.store.writer().commit(vec![effect]).await.unwrap().unwrap();
        self.board.write(|board| board.incident(incident));
    }
}

pub fn before(now: Timestamp, seconds: i64) -> Timestamp {
    now - SignedDuration::from_secs(seconds)
}

/// One made-up monitor.
pub struct Plan {
    name: String,
    title: String,
    path: String,
    kind: &'static str,
    state: State,
    usual_us: u32,
    days: i64,
    seed: u32,
}

const NAMED: [(&str, &str, &str, &str, State, u32); 14] = [
    ("orders", "Orders, create and read back", "/v1/orders", "http", State::Failing, 212_000),
    ("sign-in", "Sign in", "/v1/auth/token", "http", State::Ok, 141_000),
    ("search", "Search \"shoes\"", "/v1/search?q=shoes", "http", State::Ok, 372_000),
    ("payments", "Payments sandbox", "/v1/payments", "http", State::Ok, 588_000),
    ("docs", "Public docs", "/docs", "http", State::Ok, 64_000),
    ("inventory", "Inventory", "/v1/inventory/4711", "http", State::Degraded, 843_000),
    ("cart", "Cart", "/v1/cart", "http", State::Ok, 81_000),
    ("users", "Users", "/v1/users/me", "http", State::Ok, 73_000),
    ("webhooks", "Webhooks", "/v1/webhooks/test", "http", State::Unknown, 104_000),
    ("partner-kiosk", "Partner: kiosk", "/status", "http", State::Failing, 10_000_000),
    ("db", "Database port", "", "tcp", State::Ok, 900),
    ("zone", "DNS of api.acme.test", "", "dns", State::Ok, 2_400),
    ("backup", "Nightly backup", "", "heartbeat", State::Ok, 0),
    ("staging", "Staging", "/health", "http", State::Paused, 51_000),
];

impl Plan {
    fn number(at: usize) -> Self {
        let seed = u32::try_from(at).unwrap().wrapping_mul(2_654_435_761);
        match NAMED.get(at) {
            Some((name, title, path, kind, state, usual_us)) => Self {
                name: (*name).to_owned(),
                title: (*title).to_owned(),
                path: (*path).to_owned(),
                kind,
                state: *state,
                usual_us: *usual_us,
                days: if *name == "cart" { 9 } else { 61 + i64::from(seed % 20) },
                seed,
            },
            None => Self {
                name: format!("service-{at:04}"),
                title: format!("Service {at:04}"),
                path: format!("/v1/service/{at}"),
                kind: "http",
                state: State::Ok,
                usual_us: 20_000 + seed % 400_000,
                days: 30 + i64::from(seed % 60),
                seed,
            },
        }
    }

    fn is_https(&self) -> bool {
        self.kind == "http"
    }

    fn target(&self) -> String {
        match self.kind {
            "tcp" => "tcp db.acme.test:5432".to_owned(),
            "dns" => "dns A api.acme.test".to_owned(),
            "heartbeat" => "a heartbeat each day at 03:00".to_owned(),
            _ => format!("GET https://api.acme.test{}", self.path),
        }
    }

    fn view(&self, now: Timestamp) -> MonitorView {
        let mut view = MonitorView::new(
            Name::from(self.name.as_str()),
            self.target(),
            self.kind,
            Duration::from_secs(30),
        );
        view.title.clone_from(&self.title);
        view.since = now;
        view.group = Some("checkout".to_owned());
        view.expectations = match self.kind {
            "http" => "status 2xx, `$.status` = \"ok\", degraded after 800ms, certificate good for 14 days"
                .to_owned(),
            _ => "an answer in time".to_owned(),
        };
        view.runbook = (self.name == "orders").then(|| "https://wiki.acme.test/runbooks/orders".to_owned());
        view.parent = (self.name == "cart").then(|| Name::from("inventory"));
        view
    }

    fn mark(&self) -> Mark {
        match self.state {
            State::Ok | State::Paused => Mark::Good,
            State::Degraded => Mark::Degraded,
            State::Failing => Mark::Bad,
            State::Unknown => Mark::Unknown,
        }
    }

    /// Bad for 39 minutes if it is bad now, with a rare bad one long ago.
    fn sample(&self, at: Timestamp, age: i64) -> Sample {
        let noise = noise(self.seed ^ u32::try_from(age).unwrap());
        let mut mark = if age < 39 * 60 { self.mark() } else { Mark::Good };
        if self.state == State::Failing && self.name == "orders" && noise.is_multiple_of(3) {
            mark = Mark::Good;
        }
        if age > 39 * 60 && noise.is_multiple_of(97) {
            mark = Mark::Bad;
        }
        if self.name == "docs" && (600..900).contains(&age) {
            mark = Mark::Unknown;
        }
        let total =
            self.usual_us / 2 + noise % self.usual_us.max(1) + if mark == Mark::Bad { 900_000 } else { 0 };
        let answer = match (mark, self.kind) {
            (Mark::Unknown, _) => Answer::None,
            (_, "tcp" | "dns" | "heartbeat") => Answer::None,
            (Mark::Bad, _) if self.name == "partner-kiosk" => Answer::Failure(FailureKind::Timeout),
            (Mark::Bad, _) => Answer::Status(StatusCode::new(503)),
            (Mark::Degraded | Mark::Good, _) => {
                Answer::Status(StatusCode::new(if noise.is_multiple_of(41) { 204 } else { 200 }))
            }
        };
        let part = |share: u32| Some(total / 100 * share);
        let (resolve, connect, tls) = match self.kind {
            "http" => (part(2), part(8), part(14)),
            _ => (part(10), part(90), None),
        };
        let (wait, transfer) = if self.is_https() { (part(68), part(7)) } else { (None, None) };
        Sample { at, answer, mark, phases: Phases { resolve, connect, tls, wait, transfer, total } }
    }

    fn cause(&self) -> Cause {
        let (kind, severity, sentence) = match self.name.as_str() {
            "partner-kiosk" => (
                CauseKind::Failure(FailureKind::Timeout),
                Severity::Failing,
                "does not answer in time: no answer within 10 s".to_owned(),
            ),
            "inventory" => (
                CauseKind::Expectation { status: Some(StatusCode::new(200)), expectation: "latency" },
                Severity::Degraded,
                "answers 200 OK, but takes 1.2s where 800ms is expected".to_owned(),
            ),
            _ => (
                CauseKind::Status(StatusCode::new(503)),
                Severity::Failing,
                "answers 503 Service Unavailable".to_owned(),
            ),
        };
        Cause { kind, severity, sentence, retry_after: None, evidence: None }
    }

    fn incident(&self, number: u64, now: Timestamp, evidence: Option<ExchangeId>, is_open: bool) -> Incident {
        let cause = Cause { evidence, ..self.cause() };
        let began = before(now, if is_open { 39 * 60 } else { 9 * 3600 });
        let later = |seconds: i64| began + SignedDuration::from_secs(seconds);
        let mut timeline = vec![
            Entry { at: later(6), kind: EntryKind::Opened(cause.sentence.clone()) },
            Entry { at: later(6), kind: EntryKind::Told(Name::from("oncall"), Notice::Opened) },
            Entry { at: later(6), kind: EntryKind::Told(Name::from("team-mail"), Notice::Opened) },
        ];
        let acknowledged = (self.name == "inventory").then(|| (Who("ben".to_owned()), later(300)));
        if let Some((who, at)) = &acknowledged {
            timeline.push(Entry { at: *at, kind: EntryKind::Acknowledged(who.clone()) });
            let note = "Slow since the deploy of v2.31.0; rolling back.".to_owned();
            timeline.push(Entry { at: later(420), kind: EntryKind::Note(who.clone(), note) });
        }
        if !is_open {
            timeline.push(Entry { at: later(1500), kind: EntryKind::Resolved });
        }
        let phase = match (is_open, &acknowledged) {
            (false, _) => Phase::Resolved,
            (true, Some(_)) => Phase::Acknowledged,
            (true, None) => Phase::Open,
        };
        Incident {
            number: IncidentNumber(number),
            subject: Subject::Monitor(Name::from(self.name.as_str())),
            title: self.title.clone(),
            target: self.target(),
            phase,
            severity: cause.severity,
            cause: Some(cause),
            began,
            opened: later(6),
            resolved: (!is_open).then(|| later(1500)),
            acknowledged,
            bad: 52,
            of: 78,
            affected: if self.name == "inventory" { vec![Name::from("cart")] } else { Vec::new() },
            likely: Vec::new(),
            runbook: (self.name == "orders").then(|| "https://wiki.acme.test/runbooks/orders".to_owned()),
            timeline,
            told: std::collections::BTreeMap::new(),
            escalated: std::collections::BTreeMap::new(),
        }
    }

    fn exchange(&self, at: Timestamp) -> Option<Exchange> {
        let status = match (self.kind, self.name.as_str()) {
            ("http", "partner-kiosk") => return None,
            ("http", "orders") => 503,
            ("http", _) => 200,
            _ => return None,
        };
        let monitor = Name::from(self.name.as_str());
        Some(exchange(
            &format!("x-{}", self.name),
            monitor,
            &format!("https://api.acme.test{}", self.path),
            (at, status),
        ))
    }
}

/// An exchange over TLS.
pub fn exchange(id: &str, monitor: Name, target: &str, (at, status): (Timestamp, u16)) -> Exchange {
    let ms = |ms| Some(Duration::from_millis(ms));
    let body = if status < 400 {
        r#"{"status":"ok"}"#
    } else {
        r#"{"title":"Service Unavailable","status":503,"detail":"no connection to inventory","request_id":"req_8f3c1a90"}"#
    };
    Exchange {
        id: ExchangeId(id.to_owned()),
        at,
        origin: Origin::Probe { monitor, location: Name::from("vienna") },
        scheme: Some(Scheme::Https),
        request: Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            version: Some(Version::Http2),
            fields: [("user-agent", "Statusquo/0.1.0"), ("authorization", "***")].into_iter().collect(),
            content: Content::Whole(Bytes::new()),
        },
        interim: Vec::new(),
        outcome: Outcome::Answered(Response {
            version: Some(Version::Http2),
            status: StatusCode::new(status),
            reason: None,
            fields: [
                ("date", "Mon, 23 Nov 2026 14:41:07 GMT"),
                ("content-type", "application/problem+json"),
                ("x-request-id", "req_8f3c1a90"),
                ("cache-control", "no-store"),
            ]
            .into_iter()
            .collect(),
            content: Content::Whole(Bytes::from(body)),
            trailers: Fields::new(),
        }),
        timing: Timing {
            resolve: ms(2),
            connect: ms(9),
            tls: ms(18),
            wait: ms(171),
            transfer: ms(4),
            total: Duration::from_millis(212),
        },
        tls: Some(tls(at)),
        peer: Some("192.0.2.7:443".parse().unwrap()),
        raw_response: None,
    }
}

fn tls(at: Timestamp) -> Tls {
    let certificate = |subject: &str, issuer: &str, names: &[&str], days: i64| Certificate {
        subject: subject.to_owned(),
        issuer: issuer.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        not_before: before(at, 30 * 86_400),
        not_after: at + SignedDuration::from_hours(24 * days),
        serial: "04d2".to_owned(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
    };
    Tls {
        version: "TLSv1.3".to_owned(),
        cipher: "TLS_AES_128_GCM_SHA256".to_owned(),
        alpn: Some("h2".to_owned()),
        chain: Arc::from([
            certificate("CN=api.acme.test", "CN=Acme Issuing CA", &["api.acme.test", "www.acme.test"], 61),
            certificate("CN=Acme Issuing CA", "CN=Acme Root", &[], 1400),
        ]),
    }
}

fn receivers() -> Vec<ReceiverView> {
    let receiver = |name: &str, kind, target: &str| ReceiverView {
        name: Name::from(name),
        kind,
        target: target.to_owned(),
        health: None,
    };
    vec![
        receiver("oncall", "slack", "#oncall"),
        receiver("team-mail", "email", "api-team@acme.test"),
        receiver("ticketing", "webhook", "https://tickets.acme.test/hooks/***"),
    ]
}

fn planned(now: Timestamp) -> Vec<PlannedWork> {
    let from = now + SignedDuration::from_hours(9);
    let next = Some((from, from + SignedDuration::from_hours(1)));
    vec![PlannedWork { name: Name::from("database upgrade"), monitors: vec![Name::from("db")], next }]
}

fn notification(incident: &Incident, receiver: &str, notice: Notice) -> Notification {
    Notification {
        key: format!("incident-{}-{receiver}-1", incident.number),
        receiver: Name::from(receiver),
        notice,
        at: incident.opened,
        brief: Brief {
            incident: incident.number,
            subject: incident.subject.clone(),
            title: incident.title.clone(),
            target: incident.target.clone(),
            severity: incident.severity,
            cause: incident.cause.clone(),
            began: incident.began,
            resolved: None,
            resolved_by: None,
            acknowledged: None,
            bad: 2,
            of: 3,
            affected: Vec::new(),
            likely: Vec::new(),
            runbook: None,
        },
    }
}

/// A number that looks random and is the same each time.
fn noise(seed: u32) -> u32 {
    let mut x = seed.wrapping_add(0x9e37_79b9);
    x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}

/// A test that did not count, until somebody thought better of it.
fn corrected(now: Timestamp) -> statusquo_store::Corrected {
    let from = now.as_second() - 86_400;
    statusquo_store::Corrected {
        id: 1,
        slo: Name::from("orders"),
        correction: statusquo_slo::budget::Correction {
            from,
            until: from + 600,
            counted: statusquo_slo::budget::Counted { good: 180, bad: 20 },
        },
        why: "a load test".to_owned(),
        by: statusquo_alert::Who("ann".to_owned()),
        at: now,
        incident: None,
        withdrawn: Some((now, statusquo_alert::Who("ann".to_owned()))),
    }
}

/// An objective that burns, and one of which nothing is known yet.
fn slos(now: Timestamp) -> Vec<statusquo_serve::SloView> {
    use statusquo_slo::budget::{Codes, Indicator, Period, Scope, Slo};
    let slo = |name: &str, title: &str| Slo {
        name: Name::from(name),
        title: title.to_owned(),
        scope: Scope::Monitor(Name::from("orders")),
        indicator: Indicator::Availability(Codes::default()),
        objective: "99.9".parse().unwrap(),
        period: Period::Rolling { days: 30 },
        receivers: Vec::new(),
    };
    let (burning, unknown) = (slo("orders", "Orders can be placed"), slo("nothing-yet", "Nothing yet"));
    let month = 30 * 86_400;
    let start = now.as_second() - month;
    let mut budget = burning.budget(start);
    for minute in 0..month / 60 {
        let is_bad = minute > month / 60 - 40 && minute % 3 == 0;
        let code = StatusCode::new(if is_bad { 503 } else { 200 });
        budget.record(start + minute * 60, Answer::Status(code), 20, 0);
        if minute % 5 == 0 {
            budget.look(start + minute * 60);
        }
    }
    let episodes = budget.spending(now).into_iter().map(|episode| statusquo_serve::Spent {
        share: budget.cost(episode.total(), now),
        forgotten: episode.forgotten(budget.period()),
        episode: episode.clone(),
    });
    let spending = episodes.collect();
    let view = |slo: Slo, budget: &statusquo_slo::budget::ErrorBudget, spending| statusquo_serve::SloView {
        standing: budget.standing(now),
        burning: budget.burning(now.as_second()),
        burn_down: budget.burn_down(now, 60),
        spending,
        corrections: if slo.name.as_str() == "orders" { vec![corrected(now)] } else { Vec::new() },
        slo,
    };
    let untouched = unknown.budget(start);
    vec![view(burning, &budget, spending), view(unknown, &untouched, Vec::new())]
}

impl Fixture {
    /// Two hours of traffic of a shop: orders answer 503 since ten minutes, one of them in four.
    pub async fn trade(&self) {
        use statusquo_slo::kept::Layer;
        use statusquo_slo::traffic::{Counted, EndpointName, Harvest, Measure, Recent, Series};
        let names = [("POST", "/v1/orders"), ("GET", "/v1/orders/{id}"), ("GET", "/v1/search")];
        let (mut view, mut whole) = (statusquo_serve::ServiceView::default(), Series::new());
        let mut counted = Vec::new();
        let now = self.now.as_second();
        for (method, route) in names {
            let (name, mut series, mut recent) =
                (EndpointName::new(method, route), Series::new(), Recent::default());
            for second in (now - 7100..now).step_by(10) {
                let start = second - second.rem_euclid(10);
                let is_broken = route == "/v1/orders" && start >= now - 600;
                for (code, count) in [(200, 30), (404, 1), (503, if is_broken { 10 } else { 0 })] {
                    let measure = Measure::Answer(Answer::Status(StatusCode::new(code)));
                    series.add(start, measure, count);
                    recent.add(start, measure, count);
                }
                let mut latency = statusquo_slo::Histogram::default();
                (1..30).for_each(|step| latency.record(step * 4000));
                series.add_latency(start - start.rem_euclid(300), &latency);
                recent.add_latency(start, &latency);
            }
            whole.merge(&series);
            view.whole.entry(Layer::Edge).or_default().merge(&recent);
            view.endpoints.entry(name.clone()).or_default().insert(Layer::Edge, recent);
            counted.push(Counted { endpoint: Some(name), is_declared: false, layer: Layer::Edge, series });
        }
        counted.push(Counted { endpoint: None, is_declared: false, layer: Layer::Edge, series: whole });
        view.seen_until.insert(Layer::Edge, now);
        let harvest = Harvest { renamed: Vec::new(), counted };
        let batch = statusquo_store::TrafficBatch {
            services: vec![(Name::from("shop"), harvest)],
            ..statusquo_store::TrafficBatch::default()
        };
        self.store.writer().traffic(Arc::new(batch)).await.unwrap().unwrap();
        self.board.write(|board| board.service(Name::from("shop"), view));
    }
}
