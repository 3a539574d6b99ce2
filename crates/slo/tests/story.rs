//! One request, explained.

use statusquo_catalogue::StatusCode;
use statusquo_exchange::FailureKind;
use statusquo_slo::Answer;
use statusquo_slo::kept::{Keeping, Layer, Row, Searched, Sight, Story, Why, absent};

fn row(layer: Layer, answer: Answer) -> Row {
    Row {
        at_us: 1_795_963_267_000_000,
        layer,
        why: Why::ServerError,
        method: "POST".into(),
        target: "/v1/orders".into(),
        route: "".into(),
        answer,
        upstream: None,
        duration_us: Some(30_000_000),
        bytes: 0,
        host: "".into(),
        client: "192.0.2.7".into(),
        user_agent: "acme-web/3 (linux)".into(),
        error: "".into(),
        request_id: "req_8f3c".into(),
        trace_id: "4bf9".into(),
    }
}

fn status(code: u16) -> Answer {
    Answer::Status(StatusCode::new(code))
}

fn tell(rows: &[Row]) -> Story {
    let sights: Vec<_> = rows.iter().map(|row| Sight { service: "shop", row }).collect();
    Story::tell("req_8f3c", &sights).expect("something was kept")
}

#[test]
fn a_server_error_is_explained_to_support() {
    let story = tell(&[row(Layer::Edge, status(503)), row(Layer::Spans, status(503))]);
    assert_eq!(
        story.sentence,
        "POST /v1/orders from 192.0.2.7 (acme-web/3) at 14:41:07 UTC on 29 November 2026 got 503 Service Unavailable after 30.0 s"
    );
    assert!(story.turn.starts_with("Ours, not the caller's: "), "{}", story.turn);
    assert!(story.may_retry, "{}", story.retry);
    assert!(
        story.reply.starts_with(
            "Your request (POST /v1/orders) at 14:41:07 UTC on 29 November 2026 was answered with error 503. "
        ),
        "{}",
        story.reply
    );
    assert_eq!(story.reply.matches("the fault is ours").count(), 1, "{}", story.reply);
    assert!(story.reply.ends_with(" Reference: req_8f3c"), "{}", story.reply);
    assert_eq!(story.unknown, ["Its header fields and content were not recorded."]);
}

#[test]
fn what_proxy_and_app_say_is_told_side_by_side() {
    let story = tell(&[row(Layer::Spans, status(200)), row(Layer::Edge, status(502))]);
    assert_eq!(story.answer, status(502), "the client saw what the proxy said");
    assert!(story.sentence.ends_with("; the proxy said 502, the app said 200"), "{}", story.sentence);
    let alone = tell(&[Row { upstream: Some(200), ..row(Layer::Edge, status(499)) }]);
    assert!(
        alone.sentence.ends_with("; the proxy said 499, the server behind it said 200"),
        "{}",
        alone.sentence
    );
    assert!(alone.unknown[0].starts_with("It was seen at the edge only"), "{:?}", alone.unknown);
}

#[test]
fn a_post_without_an_answer_is_not_repeated_blindly_and_a_get_is() {
    let failed = Row { answer: Answer::Failure(FailureKind::Timeout), ..row(Layer::Edge, Answer::None) };
    let story = tell(std::slice::from_ref(&failed));
    assert!(!story.may_retry && story.retry.contains("look first"), "{}", story.retry);
    assert!(story.sentence.ends_with("got no whole answer after 30.0 s"), "{}", story.sentence);
    let read = tell(&[Row { method: "GET".into(), ..failed }]);
    assert!(read.may_retry, "{}", read.retry);
}

#[test]
fn client_errors_are_the_callers_turn_and_successes_nobodys() {
    assert!(tell(&[row(Layer::Edge, status(404))]).is_callers_fault);
    let good = tell(&[row(Layer::Edge, status(201))]);
    assert!(!good.is_callers_fault && good.turn.starts_with("Nobody's"), "{}", good.turn);
    assert!(good.reply.contains("We see no error on our side."), "{}", good.reply);
}

#[test]
fn of_an_id_that_is_not_found_is_said_what_can_be_known() {
    let searched = |sample| Searched {
        keeping: Keeping { sample, ..Keeping::default() },
        oldest_us: Some(1_795_963_267_000_000),
        left_out: 3,
    };
    let said = absent("req_8f3c", &searched(1));
    assert!(said[0].contains("had it been seen"), "{said:?}");
    assert!(said[2].contains("before 14:41 UTC on 29 November 2026"), "{said:?}");
    assert_eq!(said[3], "3 requests were not kept for want of room.");
    let said = absent("req_8f3c", &searched(u32::MAX));
    assert!(said[0].contains("1 in 4294967295"), "{said:?}");
    assert_eq!(absent("-", &searched(1)), ["This is no id."]);
}
