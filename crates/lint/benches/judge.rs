//! How many exchanges a core judges in a second, with all passive rules; and what a large content costs.
//!
//! `cargo bench -p statusquo-lint --bench judge` judges the examples of all rule pages, and four ordinary answers. With
//! `httplint` from PyPI for the `python3` of the path, that judges the same exchanges in the same run.

#![allow(clippy::print_stdout, clippy::unwrap_used, unreachable_pub, reason = "a benchmark")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use bytes::Bytes;
use statusquo_exchange::{Content, Exchange, Name, Outcome};
use statusquo_lint::{Basis, Judge, RULES};

/// The best of so many rounds counts, so that what else the machine does counts little.
const ROUNDS: usize = 60;
const LARGE_BYTES: usize = 10 << 20;

/// What most answers of an API look like.
const ORDINARY: [&str; 4] = [
    "GET /v1/orders/17 HTTP/1.1\nHost: api.example\nAccept: application/json\nAuthorization: Bearer x\n\n\
     HTTP/1.1 200 OK\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nContent-Type: application/json\nContent-Length: 76\n\
     Cache-Control: private, max-age=60\nETag: \"a1b2c3\"\nVary: Accept, Accept-Encoding\nX-Request-Id: 01HXZ\n\
     X-Content-Type-Options: nosniff\nStrict-Transport-Security: max-age=31536000\n\n\
     {\"id\":17,\"customer\":\"c-9\",\"items\":[{\"sku\":\"a-1\",\"count\":2}],\"state\":\"packed\"}",
    "GET /v1/orders/17 HTTP/1.1\nHost: api.example\nIf-None-Match: \"a1b2c3\"\n\n\
     HTTP/1.1 304 Not Modified\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nCache-Control: private, max-age=60\n\
     ETag: \"a1b2c3\"\nVary: Accept, Accept-Encoding\nX-Request-Id: 01HXZ\n\n",
    "GET /v1/orders/18 HTTP/1.1\nHost: api.example\nAccept: application/json\n\n\
     HTTP/1.1 404 Not Found\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nContent-Type: application/problem+json\n\
     Content-Length: 98\nCache-Control: no-store\nX-Request-Id: 01HXZ\nX-Content-Type-Options: nosniff\n\n\
     {\"type\":\"https://api.example/problems/no-order\",\"title\":\"no such order\",\"status\":404,\"code\":\"no_order\"}",
    "POST /v1/orders HTTP/1.1\nHost: api.example\nContent-Type: application/json\nContent-Length: 15\n\n{\"sku\":\"a-1\"}  \n\
     HTTP/1.1 503 Service Unavailable\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nContent-Type: application/json\n\
     Content-Length: 80\nRetry-After: 30\nCache-Control: no-store\nX-Request-Id: 01HXZ\n\n\
     {\"error\":{\"code\":\"busy\",\"message\":\"try again in 30 s\",\"request_id\":\"01HXZ\"}}  ",
];

fn main() {
    println!("{} rules\n", RULES.len());
    println!("| exchanges | | per second and core | findings |\n|---|---|---:|---:|");
    let judge = Judge::default();
    let ordinary: Vec<Exchange> = ORDINARY.iter().cycle().take(400).map(|text| parse(text)).collect();
    let examples: Vec<Exchange> = RULES
        .iter()
        .filter(|rule| rule.basis != Basis::Description)
        .flat_map(|rule| rule.page.flagged.iter().chain(&rule.page.clean))
        .flat_map(support::exchanges)
        .collect();
    for (name, exchanges) in [("ordinary answers", &ordinary), ("examples of the rule pages", &examples)] {
        let name = format!("{}, {name}", exchanges.len());
        row(&name, &judge, exchanges);
        peer(&name, exchanges);
    }
    println!();
    large(&judge);
}

fn parse(text: &str) -> Exchange {
    Exchange::parse_http1(&Bytes::from(text.to_owned()), Name::from("bench")).unwrap()
}

fn row(name: &str, judge: &Judge, exchanges: &[Exchange]) {
    let mut found = 0;
    let best = best(ROUNDS, || {
        found = exchanges.iter().map(|exchange| judge.judge(exchange).findings.len()).sum();
    });
    #[expect(clippy::cast_precision_loss, reason = "a count of examples")]
    let rate = exchanges.len() as f64 / best;
    println!("| {name} | Statusquo | {rate:.0} | {found} |");
}

/// The seconds of the quickest of so many runs.
fn best(rounds: usize, mut work: impl FnMut()) -> f64 {
    let seconds = (0..rounds).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64()
    });
    seconds.fold(f64::MAX, f64::min)
}

/// What a large content costs, beside what it costs to read it.
fn large(judge: &Judge) {
    let item = br#"{"id":17,"name":"a name that is neither short nor long","tags":["a","b"]},"#;
    let mut json = b"[".to_vec();
    json.extend(item.iter().cycle().take(LARGE_BYTES / item.len() * item.len()));
    json.pop();
    json.push(b']');
    let page = b"<p>A paragraph of some length, with a <a href=\"/somewhere\">link</a> in it.</p>\n";
    let page: Vec<u8> = page.iter().copied().cycle().take(LARGE_BYTES).collect();
    println!("| 10 MB of | judged in | its bytes added up in | hashed one by one in |\n|---|---:|---:|---:|");
    for (status, kind, content) in [
        ("200 OK", "application/json", &json),
        ("500 Internal Server Error", "application/json", &json),
        ("200 OK", "text/html", &page),
        ("500 Internal Server Error", "text/html", &page),
    ] {
        let head =
            format!("GET / HTTP/1.1\nHost: a.example\n\nHTTP/1.1 {status}\nContent-Type: {kind}\n\n[]");
        let mut exchange = parse(&head);
        if let Outcome::Answered(response) = &mut exchange.outcome {
            response.content = Content::Whole(Bytes::from(content.clone()));
        }
        let judging = best(7, || _ = std::hint::black_box(judge.judge(&exchange).passed));
        let adding = best(7, || {
            std::hint::black_box(content.iter().map(|byte| usize::from(*byte)).sum::<usize>());
        });
        let hashing = best(7, || _ = std::hint::black_box(hash(content)));
        let [judging, adding, hashing] = [judging, adding, hashing].map(|seconds| seconds * 1e3);
        println!("| `{kind}` with {status} | {judging:.1} ms | {adding:.1} ms | {hashing:.1} ms |");
    }
}

/// FNV-1a: what a program pays that looks at each byte, one after the other.
fn hash(content: &[u8]) -> u64 {
    content
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

const PEER: &str = r"
import sys, time, json
try:
    from httplint import HttpResponseLinter
except Exception as why:
    print('httplint is not there:', why, file=sys.stderr); sys.exit(0)
rows = [json.loads(line) for line in sys.stdin]
rows = [(str(row['status']).encode(), [(n.encode('latin1'), v.encode('latin1')) for n, v in row['fields']], row['content'].encode()) for row in rows]
best, notes = None, 0
for round in range(3):
    began, notes = time.process_time(), 0
    for status, fields, content in rows:
        linter = HttpResponseLinter()
        linter.process_response_topline(b'HTTP/1.1', status, b'')
        linter.process_headers(fields)
        linter.feed_content(content)
        linter.finish_content(True)
        notes += len(linter.notes)
    took = time.process_time() - began
    best = took if best is None else min(best, took)
print(f'| {sys.argv[1]} | httplint | {len(rows) / best:.0f} | {notes} |')
";

fn peer(name: &str, exchanges: &[Exchange]) {
    let Ok(mut python) = Command::new("python3").args(["-c", PEER, name]).stdin(Stdio::piped()).spawn()
    else {
        return;
    };
    let mut input = python.stdin.take().unwrap();
    for response in exchanges.iter().filter_map(Exchange::response) {
        let fields: Vec<String> = response
            .fields
            .lines()
            .map(|line| format!("[{},{}]", quoted(&line.name), quoted(&line.value)))
            .collect();
        let content = quoted(response.content.bytes().map_or(&[], |bytes| bytes.as_ref()));
        let row = format!(
            "{{\"status\":{},\"fields\":[{}],\"content\":{content}}}",
            response.status.get(),
            fields.join(",")
        );
        let _ = writeln!(input, "{row}");
    }
    drop(input);
    let _ = python.wait();
}

/// As a string of JSON; what is not ASCII is left out.
fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes.iter().filter(|byte| byte.is_ascii_graphic() || **byte == b' ') {
        if matches!(byte, b'"' | b'\\') {
            text.push('\\');
        }
        text.push(char::from(*byte));
    }
    text.push('"');
    text
}
