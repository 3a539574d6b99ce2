//! How many exchanges a core judges in a second, with all passive rules; and what a large content costs.
//!
//! `cargo bench -p statusquo-lint --bench judge` judges the examples of all rule pages. With `httplint` from PyPI for the
//! `python3` of the path, it judges the same exchanges in the same run.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use bytes::Bytes;
use statusquo_exchange::{Content, Exchange, Outcome};
use statusquo_lint::{Judge, RULES};

const ROUNDS: usize = 60;
const LARGE_BYTES: usize = 10 << 20;

fn main() {
    let exchanges: Vec<Exchange> = RULES
        .iter()
        .flat_map(|rule| rule.page.flagged.iter().chain(&rule.page.clean))
        .flat_map(support::exchanges)
        .collect();
    let judge = Judge::default();
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let found: usize = exchanges.iter().map(|exchange| judge.judge(exchange).findings.len()).sum();
        best = best.min(began.elapsed().as_secs_f64());
        std::hint::black_box(found);
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of examples")]
    let rate = exchanges.len() as f64 / best;
    println!("{} rules, {} exchanges: {rate:.0} exchanges/s on one core", RULES.len(), exchanges.len());
    large(&judge);
    peer(&exchanges);
}

fn large(judge: &Judge) {
    let item = br#"{"id":17,"name":"a name that is neither short nor long","tags":["a","b"]},"#;
    let mut content = b"[".to_vec();
    while content.len() < LARGE_BYTES {
        content.extend_from_slice(item);
    }
    content.pop();
    content.push(b']');
    let text = "GET / HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n[]";
    let mut exchange =
        Exchange::parse_http1(&Bytes::from(text), statusquo_exchange::Name::from("bench")).unwrap();
    let content = Bytes::from(content);
    if let Outcome::Answered(response) = &mut exchange.outcome {
        response.content = Content::Whole(content.clone());
    }
    let seconds = |work: &dyn Fn() -> usize| {
        (0..5)
            .map(|_| {
                let began = Instant::now();
                std::hint::black_box(work());
                began.elapsed().as_secs_f64()
            })
            .fold(f64::MAX, f64::min)
    };
    let reading = seconds(&|| content.iter().map(|byte| usize::from(*byte)).sum());
    let judging = seconds(&|| judge.judge(&exchange).passed);
    println!(
        "10 MB of JSON: judged in {:.1} ms; adding up its bytes takes {:.1} ms",
        judging * 1e3,
        reading * 1e3
    );
}

const PEER: &str = r"
import sys, time, json
try:
    from httplint import HttpResponseLinter
except Exception as why:
    print('httplint is not there:', why); sys.exit(0)
rows = [json.loads(line) for line in sys.stdin]
began = time.process_time()
for row in rows:
    linter = HttpResponseLinter()
    linter.process_response_topline(b'HTTP/1.1', str(row['status']).encode(), b'')
    linter.process_headers([(n.encode('latin1'), v.encode('latin1')) for n, v in row['fields']])
    linter.feed_content(row['content'].encode())
    linter.finish_content(True)
took = time.process_time() - began
print(f'httplint: {len(rows) / took:.0f} exchanges/s on one core')
";

fn peer(exchanges: &[Exchange]) {
    let Ok(mut python) = Command::new("python3").args(["-c", PEER]).stdin(Stdio::piped()).spawn() else {
        return;
    };
    let mut input = python.stdin.take().unwrap();
    for response in exchanges.iter().filter_map(Exchange::response) {
        let text = |bytes: &[u8]| {
            format!(
                "{:?}",
                bytes
                    .iter()
                    .map(|byte| char::from(*byte))
                    .filter(|c| c.is_ascii_graphic() || *c == ' ')
                    .collect::<String>()
            )
        };
        let fields: Vec<String> = response
            .fields
            .lines()
            .map(|line| format!("[{},{}]", text(&line.name), text(&line.value)))
            .collect();
        let content = text(response.content.bytes().map_or(&[], |bytes| bytes.as_ref()));
        let row = format!(
            "{{\"status\":{},\"fields\":[{}],\"content\":{content}}}",
            response.status,
            fields.join(",")
        );
        let _ = writeln!(input, "{}", row.replace("\\'", "'"));
    }
    drop(input);
    let _ = python.wait();
}
