//! What is decided by asking, and what is left open with its reason.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::time::Duration;

use bytes::Bytes;
use statusquo_exchange::{Content, Exchange, Name};
use statusquo_lint::{Answered, Ask, Decided, Judge, Profile, Purpose, decide, spared};

fn asked(purpose: Purpose) -> Ask {
    let ask = Ask::new("a test", "POST", "https://a.example/orders".to_owned());
    Ask { purpose, ..ask.sending("application/json", r#"{"item":"tea","count":2}"#) }
}

fn answer(status: &str, fields: &str, content: &str) -> Exchange {
    let length = content.len();
    let text = format!(
        "POST https://a.example/orders HTTP/1.1\nHost: a.example\n\nHTTP/1.1 {status}\nContent-Type: application/json\nContent-Length: {length}\n{fields}\n{content}"
    );
    let mut exchange = Exchange::parse_http1(&Bytes::from(text), Name::from("test")).unwrap();
    exchange.request.content = Content::Whole(Bytes::from_static(b"{"));
    exchange
}

fn broken(members: &[&str]) -> Purpose {
    Purpose::Broken { members: members.iter().map(|member| (*member).to_owned()).collect() }
}

fn held_back() -> Purpose {
    Purpose::HeldBack { patience: Duration::from_secs(5) }
}

/// `kept`, `broken`, or why it was left open.
fn check(earlier: &[(Purpose, Exchange)], (purpose, exchange): (Purpose, Exchange), expect: &str) {
    let first = answer("200 OK", "", "{}");
    let earlier: Vec<(Ask, &Exchange)> =
        earlier.iter().map(|(purpose, exchange)| (asked(purpose.clone()), exchange)).collect();
    let earlier: Vec<Answered<'_>> =
        earlier.iter().map(|(ask, exchange)| Answered { ask, exchange }).collect();
    let ask = asked(purpose);
    let last = Answered { ask: &ask, exchange: &exchange };
    let decided = decide(&Judge::new(Profile::Guide), &first, &earlier, last).unwrap().decided;
    let words = match decided {
        Decided::Kept => "kept".to_owned(),
        Decided::Broken(_) => "broken".to_owned(),
        Decided::Open(why) => why,
    };
    assert_eq!(words, expect, "{ask:?}");
}

#[test]
fn what_an_answer_does_not_show_is_left_open() {
    let valid = || Purpose::Valid { is_example: false };
    let names_item = r#"{"message":"no such item"}"#;
    for (purpose, status, content, expect) in [
        (valid(), "403 Forbidden", "{}", "the answer is 403"),
        (valid(), "503 Service Unavailable", "{}", "the answer is 503"),
        (valid(), "422 Unprocessable Content", "{}", "broken"),
        (Purpose::Valid { is_example: true }, "422 Unprocessable Content", names_item, "broken"),
        (broken(&["item"]), "202 Accepted", "{}", "the answer is 202, and it may still be refused"),
        (broken(&["item"]), "200 OK", r#"{"errors":[{}]}"#, "the answer is 200 with an error inside"),
        (broken(&["item"]), "500 Internal Server Error", "{}", "the answer is 500"),
        (broken(&["item"]), "401 Unauthorized", "{}", "the answer is 401"),
        (Purpose::KeyReused, "429 Too Many Requests", "{}", "the answer is 429"),
        (Purpose::EmptyLineFirst, "503 Service Unavailable", "{}", "the answer is 503"),
    ] {
        check(&[], (purpose, answer(status, "", content)), expect);
    }
    check(
        &[],
        (valid(), answer("422 Unprocessable Content", "", names_item)),
        "the answer names `item`: perhaps a rule that no schema can express; an example in the description would tell",
    );
}

#[test]
fn who_names_no_member_alone_does_not_stop_at_the_first() {
    let refusal = |content| answer("422 Unprocessable Content", "", content);
    let both = (broken(&["item", "count"]), refusal(r#"{"item":"is missing"}"#));
    let alone = |item, count| [(broken(&["item"]), refusal(item)), (broken(&["count"]), refusal(count))];
    let (item, count) = (r#"{"item":"is missing"}"#, r#"{"count":"is no number"}"#);
    check(&alone(item, count), both.clone(), "broken");
    check(&alone(item, r#"{"discount":"?"}"#), both.clone(), "`count` alone is not refused by its name");
    check(
        &alone(item, count),
        (both.0.clone(), refusal("{}")),
        "the answer names neither of the two members",
    );
    check(&alone(item, count), (both.0, refusal(r#"["item","count"]"#)), "kept");
}

#[test]
fn a_100_is_not_missed_where_nobody_could_send_it() {
    let late = |fields: &str| answer("400 Bad Request", fields, "{}");
    check(&[], (held_back(), late("")), "broken");
    let old = "HTTP/1.0 lies in between, which knows no 100";
    check(&[], (held_back(), late("Via: 1.1 a, 1.0 b\n")), old);
    let mut never_sent = late("");
    never_sent.request.content = Content::Beginning(Bytes::new());
    check(&[], (held_back(), never_sent), "kept");

    let mut slow = answer("200 OK", "", "{}");
    slow.timing.total = Duration::from_secs(2);
    let (ask, exchange) = (asked(held_back()), late(""));
    let last = Answered { ask: &ask, exchange: &exchange };
    let decision = decide(&Judge::new(Profile::Guide), &slow, &[], last).unwrap();
    assert!(matches!(decision.decided, Decided::Open(why) if why.contains("too slow")));
}

#[test]
fn nothing_more_is_sent_when_an_answer_makes_it_needless() {
    let valid = asked(Purpose::Valid { is_example: false });
    let why = |ask: &Ask, earlier: &[(&Ask, &Exchange)]| {
        let earlier: Vec<Answered<'_>> =
            earlier.iter().map(|(ask, exchange)| Answered { ask, exchange }).collect();
        spared(ask, &earlier)
    };
    let (item, again) = (asked(broken(&["item"])), asked(Purpose::KeyReused));
    let (created, denied) = (answer("201 Created", "", "{}"), answer("401 Unauthorized", "", "{}"));
    let refused = answer("422 Unprocessable Content", "", "{}");
    assert_eq!(why(&item, &[(&valid, &created)]), None);
    assert_eq!(why(&item, &[(&valid, &denied)]).unwrap(), "the valid request got a 401");
    assert_eq!(why(&item, &[(&valid, &refused)]), None);
    assert_eq!(why(&again, &[(&valid, &refused)]).unwrap(), "the valid request got a 422");
    let both = asked(broken(&["item", "count"]));
    let accepted = [(&valid, &created), (&item, &created)];
    assert_eq!(why(&both, &accepted).unwrap(), "a broken request was accepted already");
    assert_eq!(why(&again, &accepted), None);
    let busy = answer("429 Too Many Requests", "", "{}");
    assert_eq!(why(&valid, &[(&item, &busy)]).unwrap(), "the server asked to wait: 429");
    assert_eq!(why(&valid, &[(&item, &answer("503 Service Unavailable", "", "{}"))]), None);
}
