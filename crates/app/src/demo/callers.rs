//! Those who use the sample API: as many requests as at this hour of any other day, over real connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::MissedTickBehavior;

use super::random::Random;
use super::script::{Mood, Script};
use super::shop::{ENDPOINTS, SCANNER, caller};

/// Requests begin so often.
const TICK: Duration = Duration::from_millis(100);
/// So many are under way at most; those that do not fit are not asked.
const TOGETHER: usize = 64;
/// Nobody waits for longer.
const PATIENCE: Duration = Duration::from_secs(3);
/// No answer of the sample API is longer.
const MOST_BYTES: u64 = 64 << 10;
/// What somebody asks for who looks for a way in.
const WAYS_IN: [&str; 8] = [
    "/.env",
    "/.git/config",
    "/wp-login.php",
    "/phpmyadmin/index.php",
    "/backup.sql",
    "/admin/config.bak",
    "/cgi-bin/test.cgi",
    "/.aws/credentials",
];

/// One request.
struct Call {
    method: &'static str,
    target: String,
    client: &'static str,
    user_agent: &'static str,
}

/// Asks until it is aborted.
pub(super) async fn ask(api: SocketAddr, script: Script) {
    let room = Arc::new(Semaphore::new(TOGETHER));
    let mut random = Random::new(script.seed(), 3);
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        for call in calls(&script, Timestamp::now().as_second(), &mut random) {
            let Ok(place) = room.clone().try_acquire_owned() else { continue };
            tokio::spawn(async move {
                // What comes back is in the log of the API.
                let _ = tokio::time::timeout(PATIENCE, send(api, &call)).await;
                drop(place);
            });
        }
    }
}

/// What is asked within one tick.
fn calls(script: &Script, second: i64, random: &mut Random) -> Vec<Call> {
    let mut calls = Vec::new();
    for endpoint in &ENDPOINTS {
        for _ in 0..random.count(endpoint.millionths(second, 1) / 10) {
            let (client, user_agent) = caller(random);
            let (method, target) = (endpoint.method, endpoint.target(random));
            calls.push(Call { method, target, client, user_agent });
        }
    }
    if script.mood("docs") == Mood::Searched && random.chance(500_000) {
        let target = WAYS_IN.get(random.below(WAYS_IN.len())).copied().unwrap_or("/.env");
        let target = format!("{target}?{:x}", random.next() % 1000);
        calls.push(Call { method: "GET", target, client: SCANNER, user_agent: "sqlmap/1.8" });
    }
    calls
}

async fn send(api: SocketAddr, call: &Call) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(api).await?;
    let Call { method, target, client, user_agent } = call;
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {api}\r\nX-Forwarded-For: {client}\r\nUser-Agent: {user_agent}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut answer).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::script::Pace;
    use super::*;

    #[test]
    fn as_many_are_asked_as_the_past_has() {
        let (script, mut random) = (Script::new(Pace::Usual, 7), Random::new(7, 0));
        let noon = 12 * 3600;
        let asked: usize = (0..6_000).map(|_| calls(&script, noon, &mut random).len()).sum();
        let expected: u64 = ENDPOINTS.iter().map(|endpoint| endpoint.millionths(noon, 600)).sum();
        let expected = usize::try_from(expected / 1_000_000).unwrap();
        assert!(asked.abs_diff(expected) < expected / 20, "{asked} instead of {expected}");
    }
}
