//! The sample API: answers as the script wants it, and notes in its access log what it answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use statusquo_catalogue::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::access_log::{AccessLog, Line};
use super::random::Random;
use super::script::{Mood, PARTS, Script};
use super::shop::{self, Endpoint};

/// A request's header section; more is refused.
const MOST_BYTES: usize = 8 << 10;
/// It has to be there within this time.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long a slow part takes.
const SLOW: Duration = Duration::from_millis(620);
/// When a part has no capacity left, so many of a million requests fail; probes always do.
const OVERLOADED: u64 = 750_000;
/// How much longer they take than usual.
const WAITING: u32 = 4;

/// Answers until it is aborted.
pub(super) async fn serve(listener: TcpListener, script: Script, log: AccessLog) {
    let count = Arc::new(AtomicU64::new(0));
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (script, log, number) = (script.clone(), log.clone(), count.fetch_add(1, Ordering::Relaxed));
        tokio::spawn(async move {
            // Whoever leaves early does not want to know.
            let _ = tokio::time::timeout(DEADLINE, answer(stream, &script, &log, number)).await;
        });
    }
}

async fn answer(mut stream: TcpStream, script: &Script, log: &AccessLog, number: u64) -> std::io::Result<()> {
    let began = Instant::now();
    let Some(head) = read(&mut stream).await? else { return Ok(()) };
    let Some(asked) = Asked::parse(&head) else { return Ok(()) };
    let mut random = Random::new(script.seed(), number);
    let (status, time) = asked.decide(script, &mut random);
    tokio::time::sleep(time).await;
    let (text, bytes) = written(status);
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await?;
    // Probes are left out, as proxies are told to.
    if !asked.is_probe() {
        let line = Line {
            client: asked.client,
            user_agent: asked.user_agent,
            method: asked.method,
            target: asked.target,
            status,
            bytes,
            millis: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            request_id: random.next() >> 16,
        };
        log.note(&line, Timestamp::now());
    }
    Ok(())
}

/// A request.
struct Asked<'a> {
    method: &'a str,
    target: &'a str,
    client: &'a str,
    user_agent: &'a str,
}

impl<'a> Asked<'a> {
    fn parse(head: &'a str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?, first.next()?);
        let field = |name: &str| {
            let mut found = head.split("\r\n").filter_map(|line| line.split_once(": "));
            found.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        let client = field("x-forwarded-for").unwrap_or("127.0.0.1");
        Some(Self { method, target, client, user_agent: field("user-agent").unwrap_or("-") })
    }

    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn is_probe(&self) -> bool {
        self.path().ends_with("/health")
    }

    /// What is answered, and after how long.
    fn decide(&self, script: &Script, random: &mut Random) -> (u16, Duration) {
        if self.is_probe() {
            let part = PARTS.iter().find(|part| self.path().split('/').nth(2) == Some(part.name));
            let Some(part) = part else { return (404, Duration::ZERO) };
            let usual = Duration::from_micros(random.around(part.usual).into());
            return match script.mood(part.name) {
                Mood::Well | Mood::Searched => (200, usual),
                Mood::Slow => (200, SLOW),
                Mood::Overloaded => (503, usual),
                Mood::Confused => (401, usual),
            };
        }
        let Some(endpoint) = shop::find(self.method, self.path()) else {
            return (404, Duration::from_millis(3));
        };
        of_endpoint(endpoint, script.mood(endpoint.part), random)
    }
}

fn of_endpoint(endpoint: &Endpoint, mood: Mood, random: &mut Random) -> (u16, Duration) {
    let time = endpoint.time(random);
    let micros = |time: u32| Duration::from_micros(time.into());
    match mood {
        Mood::Overloaded if random.chance(OVERLOADED) => (503, micros(time.saturating_mul(WAITING))),
        Mood::Confused => (401, micros(time)),
        Mood::Slow => (endpoint.answer(random), SLOW),
        Mood::Well | Mood::Overloaded | Mood::Searched => (endpoint.answer(random), micros(time)),
    }
}

/// The header section of a request; `None`: it is not one.
async fn read(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let mut part = [0; 1024];
    while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = stream.read(&mut part).await?;
        bytes.extend_from_slice(part.get(..count).unwrap_or_default());
        if count == 0 || bytes.len() > MOST_BYTES {
            return Ok(None);
        }
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The answer, with what an answer should have, and the length of its content; what it lacks is what the linter finds.
fn written(status: u16) -> (String, usize) {
    let phrase = StatusCode::new(status).phrase();
    let content = match status {
        204 | 304 => String::new(),
        ..=399 => r#"{"status":"ok"}"#.to_owned(),
        503 => r#"{"title":"Service Unavailable","detail":"inventory does not answer"}"#.to_owned(),
        401 => r#"{"title":"Unauthorized","detail":"unknown key"}"#.to_owned(),
        _ => format!(r#"{{"title":"{phrase}"}}"#),
    };
    let media_type = if status < 400 { "application/json" } else { "application/problem+json" };
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    let about = if content.is_empty() {
        String::new()
    } else {
        format!("Content-Type: {media_type}\r\nContent-Length: {}\r\n", content.len())
    };
    let text = format!(
        "HTTP/1.1 {status} {phrase}\r\nDate: {date}\r\n{about}Cache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{content}"
    );
    (text, content.len())
}
