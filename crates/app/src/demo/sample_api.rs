//! The sample API: answers as the script wants it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::random::Random;
use super::script::{Mood, PARTS, Script};

/// A request's header section; more is refused.
const MOST_BYTES: usize = 8 << 10;
/// It has to be there within this time.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long a slow part takes.
const SLOW: Duration = Duration::from_millis(620);

/// Answers until it is aborted.
pub(super) async fn serve(listener: TcpListener, script: Script) {
    let count = Arc::new(AtomicU64::new(0));
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (script, number) = (script.clone(), count.fetch_add(1, Ordering::Relaxed));
        tokio::spawn(async move {
            // Whoever leaves early does not want to know.
            let _ = tokio::time::timeout(DEADLINE, answer(stream, &script, number)).await;
        });
    }
}

async fn answer(mut stream: TcpStream, script: &Script, number: u64) -> std::io::Result<()> {
    let Some(path) = read(&mut stream).await? else { return Ok(()) };
    let part = PARTS.iter().find(|part| path.split('/').nth(2) == Some(part.name));
    let mood = part.map_or(Mood::Well, |part| script.mood(part.name));
    let usual = part.map_or(5000, |part| part.usual);
    let mut random = Random::new(script.seed(), number);
    let time = match mood {
        Mood::Slow => SLOW,
        Mood::Well | Mood::Overloaded | Mood::Confused => Duration::from_micros(random.around(usual).into()),
    };
    tokio::time::sleep(time).await;
    stream.write_all(written(part.is_some(), mood).as_bytes()).await?;
    stream.shutdown().await
}

/// The path of a request; `None`: it is not one.
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
    let head = String::from_utf8_lossy(&bytes).into_owned();
    Ok(head.split(' ').nth(1).map(str::to_owned))
}

/// The answer, with what an answer should have; what it lacks is what the linter finds.
fn written(is_known: bool, mood: Mood) -> String {
    let (status, content) = match (is_known, mood) {
        (false, _) => ("404 Not Found", r#"{"title":"Not Found","detail":"there is nothing here"}"#),
        (true, Mood::Well | Mood::Slow) => ("200 OK", r#"{"status":"ok"}"#),
        (true, Mood::Overloaded) => (
            "503 Service Unavailable",
            r#"{"title":"Service Unavailable","detail":"inventory does not answer"}"#,
        ),
        (true, Mood::Confused) => ("401 Unauthorized", r#"{"title":"Unauthorized","detail":"unknown key"}"#),
    };
    let media_type = if status.starts_with('2') { "application/json" } else { "application/problem+json" };
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    format!(
        "HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Type: {media_type}\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{content}",
        content.len()
    )
}
