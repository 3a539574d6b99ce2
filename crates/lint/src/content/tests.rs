//! Real traces of each language, and texts that only look like one.

use proptest::prelude::*;

use super::*;

fn trace(text: &str) -> Option<&'static str> {
    Signs::of(text.as_bytes()).stack_trace().map(|trace| trace.0)
}

fn leaks(text: &str) -> Vec<(&'static str, String)> {
    let found = Signs::of(text.as_bytes()).leaks();
    found.into_iter().map(|(what, bytes)| (what, text[bytes].to_owned())).collect()
}

#[test]
fn stack_traces_of_the_common_languages_are_seen() {
    for (text, language) in [
        ("java.lang.NullPointerException: x\n\tat com.acme.Orders.find(Orders.java:42)\n", "Java"),
        (
            r#"{"trace":"java.lang.IllegalStateException\r\n\tat com.acme.Orders.<init>(Orders.kt:42)\r\n"}"#,
            "Java",
        ),
        (
            "<b>Stack Trace:</b> <br><br>[KeyNotFoundException]\n   Acme.Orders.Find(Int32 id) in C:\\src\\Orders.cs:42",
            ".NET",
        ),
        ("at a.b.C.d(C.java:1) at a.b.E.f(Native Method)", "Java"),
        (
            r#"{"stackTrace":[{"methodName":"a","fileName":"A.java","lineNumber":1},{"methodName":"b","lineNumber":2}]}"#,
            "Java",
        ),
        (
            "System.NullReferenceException: x\r\n   at Acme.Orders.Find(Int32 id) in C:\\src\\Orders.cs:line 42\r\n",
            ".NET",
        ),
        (
            r#"{"exception":"System.Exception\r\n   at Acme.Orders.Find(Int32 id)\r\n   at Acme.Api.Get()"}"#,
            ".NET",
        ),
        (
            "Traceback (most recent call last):\n  File \"/srv/app.py\", line 3, in view\nKeyError: 'x'",
            "Python",
        ),
        (r#"{"tb":"  File \"/a.py\", line 3, in view\n  File \"/b.py\", line 4, in main\n"}"#, "Python"),
        ("TypeError: x is undefined\n    at find (/srv/app.js:12:34)\n", "Node"),
        (
            "<pre>TypeError: x<br> &nbsp; &nbsp;at /srv/app.js:12:34<br> &nbsp; &nbsp;at next (node:internal/a/b:95:5)</pre>",
            "Node",
        ),
        ("/srv/app.rb:12:in 'show'\n/srv/main.rb:3:in `call'", "Ruby"),
        ("<b>Fatal error</b>:  Uncaught Error in <b>/srv/index.php</b> on line <b>12</b>", "PHP"),
        ("Exception in /srv/a.php:12\n#0 /srv/b.php(3): show()\n#1 {main}", "PHP"),
        (
            r#"{"exception":"RuntimeException","trace":[{"file":"/srv/a.php","line":1,"function":"b"}]}"#,
            "PHP",
        ),
        ("panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:12 +0x1d", "Go"),
        ("thread 'main' panicked at src/main.rs:3:5:\nboom", "Rust"),
        ("** (KeyError) x\n    (phoenix 1.7.2) lib/phoenix/router.ex:402: Phoenix.Router.call/2\n", "Elixir"),
    ] {
        assert_eq!(trace(text), Some(language), "{text}");
    }
}

#[test]
fn what_only_looks_like_a_stack_trace_is_left_alone() {
    for text in [
        r#"{"error":{"code":"bad_json","message":"unexpected token at line 3, column 4"}}"#,
        r#"{"error":"Internal Server Error","message":"look at app.js:12 for help"}"#,
        "Meet us at www.example.com(Berlin) or at 10:30",
        r#"{"message":"invalid value in field File, line 3, in stock"}"#,
        "<script src=\"/static/app.js?v=1:2\"></script>",
        "the error is described at https://docs.example/errors.html#java:12",
        "https://api.example/index.php:8080",
    ] {
        assert_eq!(trace(text), None, "{text}");
    }
}

#[test]
fn internals_are_seen_where_they_stand() {
    for (text, found) in [
        (r#"{"error":"SELECT id FROM orders WHERE x"}"#, "SELECT id FROM "),
        ("ORA-00942: table or view does not exist", "ORA-00942"),
        ("cannot open '/var/www/app/settings.php'", "/var/www/app/settings.php"),
        (
            r#"{"error":"Could not find C:\\inetpub\\wwwroot\\web.config"}"#,
            r"C:\\inetpub\\wwwroot\\web.config",
        ),
        ("connect ECONNREFUSED 10.0.3.17:5432", "10.0.3.17"),
        ("upstream is 172.20.1.4.", "172.20.1.4"),
        ("no route to orders.prod.svc.cluster.local", "orders.prod.svc.cluster.local"),
        ("key AKIAIOSFODNN7EXAMPLE is bad", "AKIAIOSFODNN7EXAMPLE"),
        ("postgres://app:hunter2@db:5432/x", "postgres://app:hunter2"),
        ("Server=db;Password=hunter2;", "Password=hunter2"),
        ("-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----"),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlMTIz",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlMTIz",
        ),
    ] {
        assert_eq!(leaks(text).iter().map(|leak| leak.1.as_str()).collect::<Vec<_>>(), [found], "{text}");
    }
}

#[test]
fn what_is_no_secret_is_left_alone() {
    for text in [
        "SELECT a plan",
        "see https://example.com/home/index.php and <a href=\"/home/x.php\">",
        r#"{"path":"/var/orders/17"}"#,
        "version 10.0.0.1, Chrome/10.0.0.1, 192.0.2.1, 8.8.8.8, 110.0.0.1, 10.0.0.300",
        "<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>",
        "postgres://app:***@db/x and sk_live_************1234",
        r#"{"next":"https:\/\/example.com\/a"}"#,
        "eyJhbGciOiJIUzI1NiJ9",
    ] {
        assert_eq!(leaks(text), [], "{text}");
    }
}

/// Anchors, pieces of what stands around them, and anything else.
fn piece() -> impl Strategy<Value = String> {
    let anchors: Vec<_> = ANCHORS.by_first.iter().flatten().map(|anchor| anchor.text.to_owned()).collect();
    let around =
        ["at ", "a.b(", ")", "12", ":", "\n", "\\n", "File \"", "\", ", "in ", "/a/", "#0 ", "@", "Error"];
    prop_oneof![
        proptest::sample::select(anchors),
        proptest::sample::select(around.map(str::to_owned).to_vec()),
        "[ -~\\PC]{0,6}",
    ]
}

proptest! {
    #[test]
    fn signs_lie_within_the_content(pieces in proptest::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        for found in Signs::of(text.as_bytes()).found {
            prop_assert!(text.as_bytes().get(found.bytes.clone()).is_some_and(|bytes| !bytes.is_empty()), "{found:?}");
        }
    }
}

#[test]
fn an_anchor_again_and_again_is_passed_over_once() {
    // What looked far around every anchor would never come to an end here.
    for anchor in ANCHORS.by_first.iter().flatten() {
        let text = anchor.text.repeat(64 * 1024 / anchor.text.len());
        for found in Signs::of(text.as_bytes()).found {
            assert!(found.bytes.end <= text.len());
        }
    }
}
