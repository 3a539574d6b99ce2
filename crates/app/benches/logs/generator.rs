//! Access logs of an API that is not there, the same each time.

use std::io::{BufWriter, Write};
use std::path::Path;

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// 190 bytes, as Apache and nginx write it.
    Combined,
    /// 370 bytes, as many write it with nginx.
    Json,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paths {
    /// 200 endpoints with numbers in their paths.
    Usual,
    /// 1,000 endpoints, and a different path in nearly every line.
    Distinct,
}

/// Numbers that everybody can follow (Knuth's MMIX).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36",
    "acme-web/4.2 (build 8812; linux; x86_64) axios/1.6.2 node/20.10.0 undici",
    "acme-app/7.31 (iPhone; iOS 17.2; Scale/3.00) CFNetwork/1490.0.4 Darwin/23",
    "python-requests/2.31.0 (batch; reconciliation job of the billing service)",
];
const RESOURCES: [&str; 20] = [
    "orders",
    "users",
    "invoices",
    "carts",
    "products",
    "payments",
    "refunds",
    "shipments",
    "coupons",
    "reviews",
    "stores",
    "regions",
    "suppliers",
    "contracts",
    "messages",
    "events",
    "reports",
    "tasks",
    "projects",
    "teams",
];

struct Line {
    second: u64,
    client: u64,
    method: &'static str,
    path: String,
    code: u16,
    bytes: u64,
    micros: u64,
    agent: &'static str,
    id: u64,
}

/// Writes so many lines; 58 a second, so that 5 million are a day.
pub fn write(file: &Path, shape: Shape, paths: Paths, lines: u64) {
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(file).unwrap());
    let mut dice = Dice(0x5eed);
    for number in 0..lines {
        let line = line(&mut dice, paths, number);
        match shape {
            Shape::Combined => combined(&mut out, &line),
            Shape::Json => json(&mut out, &line),
        }
    }
    out.flush().unwrap();
}

fn line(dice: &mut Dice, paths: Paths, number: u64) -> Line {
    let resource = RESOURCES[dice.below(20) as usize];
    let id = dice.below(1_000_000);
    let path = match paths {
        Paths::Usual => match dice.below(5) {
            0 => format!("/api/v1/{resource}?page={}&size=50", dice.below(40)),
            1 => format!("/api/v1/{resource}/{id}/items"),
            2 => format!("/api/v2/{resource}/{id}/history"),
            _ => format!("/api/v1/{resource}/{id}"),
        },
        Paths::Distinct => {
            let name = format!("{:x}", id * 7_919 + number).replace(|c: char| c.is_ascii_digit(), "z");
            format!(
                "/api/v{}/{resource}/{name}{number:x}q/part-{}",
                dice.below(5),
                (b'a' + dice.below(10) as u8) as char
            )
        }
    };
    let method = ["GET", "GET", "GET", "POST", "PUT"][dice.below(5) as usize];
    let code = match dice.below(1_000) {
        0..=5 => 500,
        6..=12 => 503,
        13..=50 => 404,
        51..=70 => 401,
        71..=90 => 429,
        91..=160 => 304,
        161..=200 => 201,
        _ => 200,
    };
    // A few clients ask often, most seldom.
    let client = dice.below(20_000) * dice.below(1_000) / 1_000;
    let micros = 1_000 + dice.below(400) * dice.below(400);
    let agent = AGENTS[dice.below(4) as usize];
    Line {
        second: number / 58,
        client,
        method,
        path,
        code,
        bytes: 200 + dice.below(9_000),
        micros,
        agent,
        id,
    }
}

fn clock(second: u64) -> (u64, u64, u64, u64) {
    (23 + second / 86_400, second / 3_600 % 24, second / 60 % 60, second % 60)
}

fn address(client: u64) -> String {
    format!("10.{}.{}.{}", client / 250 / 250 % 250, client / 250 % 250, client % 250)
}

fn combined(out: &mut impl Write, line: &Line) {
    let (day, hour, minute, second) = clock(line.second);
    writeln!(
        out,
        "{} - - [{day:02}/Nov/2026:{hour:02}:{minute:02}:{second:02} +0000] \"{} {} HTTP/1.1\" {} {} \"-\" \"{}\"",
        address(line.client),
        line.method,
        line.path,
        line.code,
        line.bytes,
        line.agent
    )
    .unwrap();
}

fn json(out: &mut impl Write, line: &Line) {
    let (day, hour, minute, second) = clock(line.second);
    writeln!(
        out,
        "{{\"time\":\"2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}+00:00\",\"remote_addr\":\"{}\",\"request_method\":\"{}\",\"request_uri\":\"{}\",\"server_protocol\":\"HTTP/1.1\",\"host\":\"api.acme.example\",\"status\":\"{}\",\"body_bytes_sent\":\"{}\",\"request_time\":\"{}.{:03}\",\"upstream_status\":\"{}\",\"http_user_agent\":\"{}\",\"request_id\":\"{:032x}\"}}",
        address(line.client),
        line.method,
        line.path,
        line.code,
        line.bytes,
        line.micros / 1_000_000,
        line.micros / 1_000 % 1_000,
        line.code,
        line.agent,
        u128::from(line.id) * 0x9e37_79b9_7f4a_7c15_f39c
    )
    .unwrap();
}
