//! What holds for any exchange: no rule panics or loops on any bytes, and judging twice gives the same.

use bytes::Bytes;
use proptest::prelude::*;
use statusquo_exchange::{Content, Exchange, Name, Outcome};
use statusquo_lint::{Judge, Level, Profile, RULES, Series};

fn every_rule() -> Judge {
    let mut judge = Judge::new(Profile::Guide);
    for rule in RULES.iter() {
        judge.set(rule.id, Some(Level::Advice));
    }
    judge
}

/// Names of fields that rules know, and some that they do not.
const NAMES: &[&str] = &[
    "Accept",
    "Accept-Encoding",
    "Accept-Ranges",
    "Access-Control-Allow-Origin",
    "Age",
    "Allow",
    "Authorization",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Date",
    "Deprecation",
    "ETag",
    "Expires",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Last-Modified",
    "Link",
    "Location",
    "Origin",
    "Proxy-Status",
    "Range",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Server",
    "Set-Cookie",
    "Strict-Transport-Security",
    "Sunset",
    "Transfer-Encoding",
    "Upgrade",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "X-Ratelimit-Reset",
    "X-Nobody",
    "",
    "bad name",
];

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        "[ -~]{0,60}".prop_map(String::into_bytes),
        "(bytes|max-age|Basic|Bearer|W/|\"|=|,|;|0|-1|\\*|realm| |/|<a>|rel|@17|\\(|\\)|:|%|é|Sun, 06 Nov 1994 08:49:37 GMT){0,12}".prop_map(String::into_bytes),
    ]
}

fn lines() -> impl Strategy<Value = Vec<(Vec<u8>, Vec<u8>)>> {
    let name = proptest::sample::select(NAMES).prop_map(|name| name.as_bytes().to_vec());
    proptest::collection::vec((name, value()), 0..12)
}

fn content() -> impl Strategy<Value = Content> {
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "(\\{|\\}|\\[|\\]|\"error\"|\"status\"|\"title\"|:|,|null|500|\"a\"|at a\\.b\\(C\\.java:1\\)\n|Traceback|<html>|\\\\u00){0,30}".prop_map(String::into_bytes),
    ];
    (bytes, 0..3_u8).prop_map(|(bytes, kind)| match kind {
        0 => Content::NotCaptured,
        1 => Content::Beginning(Bytes::from(bytes)),
        _ => Content::Whole(Bytes::from(bytes)),
    })
}

fn exchange() -> impl Strategy<Value = Exchange> {
    let head = (
        "(GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|QUERY|)",
        "(/|https://a\\.example/x\\?y=http://b/|\\*|[ -~]{0,20})",
        0..1000_u16,
    );
    (head, lines(), lines(), content(), content(), any::<bool>()).prop_map(
        |((method, target, status), asked, answered, sent, got, raw)| {
            let text = Bytes::from_static(b"GET / HTTP/1.1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
            let mut exchange = Exchange::parse_http1(&text, Name::from("law")).unwrap();
            (exchange.request.method, exchange.request.target) = (method, target);
            exchange.request.fields = asked.into_iter().collect();
            exchange.request.content = sent;
            if let Outcome::Answered(response) = &mut exchange.outcome {
                response.status = statusquo_exchange::StatusCode::new(status);
                response.fields = answered.into_iter().collect();
                response.content = got;
            }
            if !raw {
                exchange.raw_response = None;
            }
            exchange
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_rule_panics_and_judging_twice_gives_the_same(exchange in exchange()) {
        let judge = every_rule();
        let judgement = judge.judge(&exchange);
        for finding in &judgement.findings {
            let _ = finding.pointed(&exchange);
        }
        prop_assert_eq!(judge.judge(&exchange), judgement);
    }

    #[test]
    fn a_series_takes_anything(exchanges in proptest::collection::vec(exchange(), 1..6)) {
        let judge = every_rule();
        let mut series = Series::new();
        for exchange in &exchanges {
            let _ = series.observe(&judge, exchange);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = [b"HTTP/1.1 ".to_vec(), text].concat();
        let exchange = Exchange::parse_http1(&Bytes::from(text), Name::from("law")).unwrap();
        let _ = every_rule().judge(&exchange);
    }
}
