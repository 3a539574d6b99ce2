//! What applications may tell, and which requests are kept one by one.

use super::{Form, Key, Table};

/// What applications may tell.
pub(super) static OTLP: Table = Table {
    path: "otlp",
    about: "Takes what applications tell with OpenTelemetry: spans, metrics and log records of HTTP requests. It is off \
            unless this table is there.",
    inherited_only: false,
    keys: &[
        Key::new(
            "listen",
            Form::Text,
            "Address and port for OTLP over HTTP. Any address but a loopback one demands a `token`.",
            r#""127.0.0.1:4318""#,
        )
        .default(r#""127.0.0.1:4318""#),
        Key::new(
            "grpc",
            Form::Text,
            "Address and port for OTLP over gRPC. Any address but a loopback one demands a `token`.",
            r#""127.0.0.1:4317""#,
        )
        .default(r#""127.0.0.1:4317""#),
        Key::new(
            "token",
            Form::Secret,
            "What senders have to show, as `Authorization: Bearer TOKEN`.",
            r#""${env:OTLP_TOKEN}""#,
        ),
        Key::new(
            "max_message",
            Form::Size("1KiB", "512MiB"),
            "Larger messages are refused. It counts what comes out of the compression.",
            r#""16MiB""#,
        )
        .default(r#""64MiB""#),
    ],
};

/// Which requests are kept one by one.
pub(super) static REQUESTS: Table = Table {
    path: "requests",
    about: "Which requests of the real traffic are kept one by one, to be looked at and found by their id. All are counted; \
            kept are those without an answer, server errors, unusual client errors, slow ones, and a sample of the rest.",
    inherited_only: false,
    keys: &[
        Key::new(
            "sample",
            Form::Count(0, 1_000_000),
            "Of those that went as usual, one in so many is kept, chosen by its id; 0 keeps none. Of client errors that are \
             part of every day (400, 401, 403, 404, 405, 409, 412, 422, 429) ten times as many are kept.",
            "100",
        )
        .default("1000"),
        Key::new("slow_after", Form::Duration("1ms", "1h"), "What takes so long is slow.", r#""2s""#)
            .default(r#""10s""#),
        Key::new("keep", Form::Duration("1h", "366d"), "How long they are kept.", r#""30d""#).default(r#""7d""#),
        Key::new(
            "most",
            Form::Count(1_000, 50_000_000),
            "At most so many are kept, the newest; each takes some 400 bytes on disk.",
            "2000000",
        )
        .default("500000"),
    ],
};
