//! What a span costs: the real binary is sent spans over HTTP, and the processor time that it takes is measured.
//!
//! `cargo bench -p statusquo --bench otlp`
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a bench may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use statusquo_source::otlp::{Signal, encode_json};

/// What the SDKs send at once by default.
const SPANS_OF_A_MESSAGE: usize = 512;
const MESSAGES: usize = 600;
/// Messages that are made once and sent again and again.
const DIFFERENT: usize = 20;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (http, grpc, dashboard) = (free_port(), free_port(), free_port());
    let config = format!("[otlp]\nlisten = \"127.0.0.1:{http}\"\ngrpc = \"127.0.0.1:{grpc}\"\n");
    std::fs::write(folder.path().join("statusquo.toml"), config).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_statusquo"))
        .args(["serve", "--listen", &format!("127.0.0.1:{dashboard}")])
        .current_dir(folder.path())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let messages: Vec<Vec<u8>> = (0..DIFFERENT).map(message).collect();
    let bytes = messages[0].len();
    let mut stream = connected(http, &mut server);
    post(&mut stream, &messages[0]);
    let (cpu_before, began) = (cpu(server.id()), Instant::now());
    for number in 0..MESSAGES {
        post(&mut stream, &messages[number % DIFFERENT]);
    }
    let (cpu, wall) = (cpu(server.id()) - cpu_before, began.elapsed());
    server.kill().unwrap();
    server.wait().unwrap();
    let spans = (MESSAGES * SPANS_OF_A_MESSAGE) as f64;
    println!(
        "{MESSAGES} messages of {SPANS_OF_A_MESSAGE} spans with 12 attributes ({bytes} bytes), one connection"
    );
    println!(
        "{:.2} µs of CPU per span, all threads of the process together",
        cpu.as_secs_f64() * 1e6 / spans
    );
    println!("{:.0} spans per second of one core", spans / cpu.as_secs_f64());
    println!(
        "{:.0} spans per second of wall time, each message safe before the next is sent",
        spans / wall.as_secs_f64()
    );
}

/// One in 200 answers is an error, which is kept.
fn message(seed: usize) -> Vec<u8> {
    let span = |number: usize| {
        let code = if number.is_multiple_of(200) { 503 } else { 200 };
        let id = seed * SPANS_OF_A_MESSAGE + number;
        format!(
            r#"{{"traceId":"{id:032x}","spanId":"{id:016x}","name":"GET /v1/orders/{{id}}","kind":2,
            "startTimeUnixNano":"1795963267000000000","endTimeUnixNano":"17959632670{:08}","attributes":[
            {{"key":"http.request.method","value":{{"stringValue":"GET"}}}},
            {{"key":"http.response.status_code","value":{{"intValue":"{code}"}}}},
            {{"key":"http.route","value":{{"stringValue":"/v{}/orders/{{id}}"}}}},
            {{"key":"url.path","value":{{"stringValue":"/v1/orders/{id}"}}}},
            {{"key":"url.scheme","value":{{"stringValue":"https"}}}},
            {{"key":"server.address","value":{{"stringValue":"api.example"}}}},
            {{"key":"server.port","value":{{"intValue":"443"}}}},
            {{"key":"client.address","value":{{"stringValue":"192.0.2.{}"}}}},
            {{"key":"network.protocol.version","value":{{"stringValue":"1.1"}}}},
            {{"key":"user_agent.original","value":{{"stringValue":"acme-web/3 (linux; x86_64)"}}}},
            {{"key":"http.response.body.size","value":{{"intValue":"2048"}}}},
            {{"key":"thread.name","value":{{"stringValue":"http-worker-7"}}}}]}}"#,
            number * 17_001,
            number % 40,
            number % 250
        )
    };
    let spans: Vec<String> = (0..SPANS_OF_A_MESSAGE).map(span).collect();
    let text = format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"shop"}}}}]}},
        "scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    );
    encode_json(Signal::Traces, text.as_bytes()).unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn connected(port: u16, server: &mut Child) -> BufReader<TcpStream> {
    loop {
        assert!(server.try_wait().unwrap().is_none(), "the server has ended");
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => {
                stream.set_nodelay(true).unwrap();
                return BufReader::new(stream);
            }
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn post(stream: &mut BufReader<TcpStream>, message: &[u8]) {
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nHost: otlp\r\nContent-Type: application/x-protobuf\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    stream.get_mut().write_all(head.as_bytes()).unwrap();
    stream.get_mut().write_all(message).unwrap();
    let mut length = 0;
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 200"), "{line}");
    loop {
        line.clear();
        stream.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    stream.read_exact(&mut vec![0; length]).unwrap();
}

/// Processor time of all threads of a process.
fn cpu(process: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let nanos: u64 = tasks
        .filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("schedstat")).ok())
        .filter_map(|text| text.split(' ').next().and_then(|nanos| nanos.parse::<u64>().ok()))
        .sum();
    Duration::from_nanos(nanos)
}
