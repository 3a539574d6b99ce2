//! The cause of an error goes to the log, under the id that the stranger is told.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use statusquo_problem::Problem;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps what is logged, a line for each event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        write!(log, "{}", event.metadata().level()).unwrap();
        event.record(&mut Line(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A cause with a cause.
#[derive(Debug)]
struct Deep(std::io::Error);

impl std::fmt::Display for Deep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the order cannot be read")
    }
}

impl std::error::Error for Deep {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn the_whole_cause_is_logged_under_the_id_that_is_shown() {
    let log = Log::default();
    let id = tracing::subscriber::with_default(log.clone(), || {
        let response = Problem::internal(Deep(std::io::Error::other("db-7 is gone"))).into_http();
        let _ = Problem::bad_request("no JSON").because("expected `}`").into_http();
        let _ = Problem::not_found("there is no order 17").into_http();
        response.headers()["x-request-id"].to_str().unwrap().to_owned()
    });
    let log = log.0.lock().unwrap();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    for part in ["ERROR", "the order cannot be read: db-7 is gone", &id, "status=500"] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
    assert!(lines[1].starts_with("DEBUG") && lines[1].contains("expected `}`"), "{}", lines[1]);
}
