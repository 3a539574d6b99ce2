//! Findings point at the very bytes that are wrong, and say what they are.

mod support;

use statusquo_lint::{Example, Judge, Profile};

/// What a rule marks in an exchange, and what it says of it.
#[track_caller]
fn check(id: &str, fields: &str, content: &str, marked: &str, message: &str) {
    let text = format!(
        "GET /v1/orders/17 HTTP/1.1\nHost: api.example\nAccept: application/json\n\nHTTP/1.1 503 Service Unavailable\nDate: Mon, 23 Nov 2026 10:00:00 GMT\n{fields}\n\n{content}"
    );
    let example = Example { text: text.leak(), is_raw: false, is_description: false };
    let exchange = support::exchanges(&example).remove(0);
    let findings = Judge::new(Profile::Guide).judge(&exchange).findings;
    let finding = findings.iter().find(|finding| finding.rule.id == id).expect(id);
    let pointed = finding.pointed(&exchange).expect("a line");
    let chars = pointed.text.chars().skip(pointed.marked.start).take(pointed.marked.len());
    assert_eq!((chars.collect::<String>().as_str(), finding.message.as_str()), (marked, message));
}

#[test]
fn fields_are_marked_where_they_are_wrong() {
    check(
        "retry-after-syntax",
        "Retry-After: 1.5",
        "",
        "1.5",
        "`1.5` is neither a number of seconds nor a date of HTTP",
    );
    check(
        "cache-control-syntax",
        "Cache-Control: no-store, max-age=x",
        "",
        "max-age=x",
        "`max-age` needs a number of seconds, not `x`",
    );
    check(
        "cache-control-syntax",
        "Cache-Control: private; max-age=60",
        "",
        "private; max-age=60",
        "directives are separated by commas, not by semicolons",
    );
    check(
        "cache-directives-conflict",
        "Cache-Control: no-store, public",
        "",
        "public",
        "`no-store` and `public` contradict each other",
    );
    check(
        "ratelimit-field-syntax",
        "RateLimit: \"a\";r=1, b;r=2",
        "",
        "b;r=2",
        "the name of a policy has to be a String, not a Token",
    );
    check(
        "proxy-status-code-mismatch",
        "Proxy-Status: a, b; error=dns_timeout",
        "",
        "b; error=dns_timeout",
        "`dns_timeout` goes with 504, and the answer is 503",
    );
    check(
        "server-error-no-content",
        "Content-Length: 0",
        "",
        "HTTP/1.1 503",
        "A 5xx should explain itself, and say whether it will pass",
    );
}

#[test]
fn content_is_marked_where_it_is_wrong() {
    let json = "Content-Type: application/json";
    check("json-invalid", json, "{\"a\":1,}", "}", "the content has an object member without a quoted name");
    check(
        "error-leaks-internals",
        json,
        r#"{"message":"connect 10.0.3.17:5432"}"#,
        "10.0.3.17",
        "the content shows an address of a private network",
    );
    check(
        "server-error-stack-trace",
        json,
        r#"{"trace":"IOException\n\tat a.B.c(B.java:1)\n"}"#,
        "at a.B.c(B.java:1)",
        "the content shows a stack trace (Java)",
    );
    check(
        "error-code-number-mismatch",
        json,
        r#"{"error":{"code":404,"message":"x"}}"#,
        "404",
        "the content says 404 and the status line 503",
    );
    let problem = "Content-Type: application/problem+json";
    check(
        "problem-status-mismatch",
        problem,
        r#"{"status":500}"#,
        "500",
        "the problem says 500 and the status line 503",
    );
    check(
        "problem-member-type",
        problem,
        r#"{"status":"503"}"#,
        "\"503\"",
        "`status` has to be a whole number",
    );
    check(
        "problem-blank-title",
        problem,
        r#"{"title":"Busy"}"#,
        "\"Busy\"",
        "a problem without a type of its own has the title `Service Unavailable`",
    );
}
