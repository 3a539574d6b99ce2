//! The facts that cut across the catalogue: which codes demand fields, may be stored, may be repeated, fail.

use statusquo_catalogue::{
    Actor, Caching, ContentRule, Document, Event, GRPC_CODES, PROXY_ERRORS, REGISTERED, Reach, Retry, State,
    StatusCode, UNOFFICIAL, confusions, contradictions, search,
};

fn registered(is: impl Fn(&statusquo_catalogue::Entry) -> bool) -> Vec<u16> {
    REGISTERED.iter().filter(|entry| is(entry)).map(|entry| entry.code.get()).collect()
}

fn found(text: &str) -> Vec<u16> {
    search(text).map(|entry| entry.code.get()).collect()
}

#[test]
fn phrases_are_those_of_rfc_9110() {
    for (number, phrase) in [
        (203, "Non-Authoritative Information"),
        (302, "Found"),
        (306, "(Unused)"),
        (413, "Content Too Large"),
        (414, "URI Too Long"),
        (416, "Range Not Satisfiable"),
        (418, "(Unused)"),
        (422, "Unprocessable Content"),
        (504, "Gateway Timeout"),
    ] {
        assert_eq!(StatusCode::new(number).phrase(), phrase);
    }
}

#[test]
fn former_phrases_are_kept() {
    for (number, former) in [
        (302, "Moved Temporarily"),
        (306, "Switch Proxy"),
        (405, "Not Allowed"),
        (408, "Request Time-out"),
        (413, "Payload Too Large"),
        (413, "Request Entity Too Large"),
        (414, "Request-URI Too Long"),
        (414, "Request-URI Too Large"),
        (416, "Requested Range Not Satisfiable"),
        (418, "I'm a teapot"),
        (422, "Unprocessable Entity"),
        (503, "Service Temporarily Unavailable"),
        (504, "Gateway Time-out"),
    ] {
        let entry = StatusCode::new(number).registered().unwrap();
        assert!(entry.former_phrases.contains(&former), "{number} {former}");
    }
}

#[test]
fn mandatory_fields_are_those_of_the_standards() {
    let with_must = registered(|entry| entry.must().next().is_some());
    assert_eq!(with_must, [101, 104, 206, 226, 304, 401, 405, 407, 426]);
    let always: Vec<_> = REGISTERED
        .iter()
        .flat_map(|entry| {
            entry.must().filter(|field| field.when.is_none()).map(move |f| (entry.code.get(), f.name))
        })
        .collect();
    assert_eq!(
        always,
        [
            (101, "Upgrade"),
            (101, "Connection"),
            (226, "ETag"),
            (401, "WWW-Authenticate"),
            (405, "Allow"),
            (407, "Proxy-Authenticate"),
            (426, "Upgrade"),
            (426, "Connection"),
        ]
    );
}

#[test]
fn caching_is_as_in_rfc_9110_6585_and_7725() {
    let by_default = registered(|entry| entry.caching == Caching::ByDefault);
    assert_eq!(by_default, [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501]);
    assert_eq!(registered(|entry| entry.caching == Caching::Never), [428, 429, 431, 511]);
    assert_eq!(registered(|entry| entry.code.is_heuristically_cacheable()), by_default);
}

#[test]
fn content_is_forbidden_where_it_would_break_the_connection() {
    let forbidden = registered(|entry| entry.content == ContentRule::Forbidden);
    assert_eq!(forbidden, [100, 101, 102, 103, 104, 204, 205, 304]);
    let every: Vec<u16> = (0..=1000).filter(|&n| StatusCode::new(n).forbids_content()).collect();
    assert_eq!(every, (100..=199).chain([204, 205, 304]).collect::<Vec<u16>>());
}

#[test]
fn only_requests_that_were_not_acted_upon_are_repeated_whatever_the_method() {
    let any = registered(|entry| entry.retry.is_allowed(false));
    assert_eq!(any, [408, 421, 425, 429, 503]);
    let idempotent = registered(|entry| entry.retry.is_allowed(true));
    assert_eq!(idempotent, [408, 421, 425, 429, 500, 502, 503, 504]);
    assert_eq!(registered(|entry| entry.retry == Retry::Poll), [202]);
}

#[test]
fn server_errors_and_nothing_else_registered_are_failures() {
    assert!(REGISTERED.iter().all(|entry| (entry.event == Event::Bad) == entry.code.is_server_error()));
    assert!(REGISTERED.iter().all(|entry| entry.event != Event::Excluded));
}

#[test]
fn what_the_client_or_the_connection_ended_is_excluded() {
    let excluded: Vec<u16> =
        (0..=1000).filter(|&n| StatusCode::new(n).slo_event() == Event::Excluded).collect();
    assert_eq!(excluded, [0, 444, 460, 499]);
}

#[test]
fn unofficial_codes_count_by_their_class_or_better() {
    for number in (520..=527).chain([509, 514, 529, 530, 540, 550, 561, 598, 599, 218, 599, 600, 783, 999]) {
        assert_eq!(StatusCode::new(number).slo_event(), Event::Bad, "{number}");
    }
    for number in [419, 420, 430, 440, 449, 450, 463, 464, 494, 495, 496, 497, 498] {
        assert_eq!(StatusCode::new(number).slo_event(), Event::Good, "{number}");
    }
    for (number, event) in [(299, Event::Good), (477, Event::Good), (577, Event::Bad), (1000, Event::Bad)] {
        assert_eq!(StatusCode::new(number).slo_event(), event, "{number}");
    }
}

#[test]
fn the_table_of_unofficial_codes_is_complete_and_in_order() {
    assert_eq!(UNOFFICIAL.len(), 43);
    let last = |index: usize| UNOFFICIAL[index].codes.iter().map(|range| range.last).max().unwrap();
    assert!((1..UNOFFICIAL.len()).all(|index| last(index - 1) < last(index)));
    for unofficial in UNOFFICIAL {
        assert_eq!(unofficial.entry.state, State::Unofficial);
        assert_eq!(unofficial.entry.code, unofficial.codes[0].first);
        assert!(unofficial.codes.iter().all(|range| range.first <= range.last));
        assert!(unofficial.is_for(unofficial.entry.code));
    }
}

#[test]
fn registered_meanings_come_first_and_narrow_ranges_before_wide_ones() {
    assert_eq!(StatusCode::new(451).entry().unwrap().phrase, "Unavailable For Legal Reasons");
    assert_eq!(StatusCode::new(451).unofficial().next().unwrap().entry.phrase, "Redirect");
    assert_eq!(StatusCode::new(783).phrase(), "Unexpected Token");
    assert_eq!(StatusCode::new(784).phrase(), "Developer Error");
    assert_eq!(StatusCode::new(783).unofficial().count(), 2);
    assert_eq!(StatusCode::new(650).entry().unwrap().code.get(), 600);
}

#[test]
fn what_nginx_only_logs_is_sent_as_400() {
    let sent_as: Vec<u16> = UNOFFICIAL
        .iter()
        .filter(|unofficial| unofficial.reach == Reach::SentAs(StatusCode::new(400)))
        .map(|unofficial| unofficial.entry.code.get())
        .collect();
    assert_eq!(sent_as, [494, 495, 496, 497]);
}

#[test]
fn gateways_speak_about_their_upstream() {
    assert_eq!(registered(|entry| entry.actor == Actor::Upstream), [502, 504]);
}

#[test]
fn every_url_leads_into_the_document() {
    for entry in REGISTERED {
        let url = entry.source.url().unwrap().to_string();
        assert!(url.starts_with("https://"), "{url}");
        assert_eq!(entry.httpwg_url().is_some(), entry.source.document == Document::Rfc(9110));
    }
    let entry = StatusCode::new(401).registered().unwrap();
    assert_eq!(entry.source.to_string(), "RFC 9110, 15.5.2");
    assert_eq!(entry.httpwg_url().unwrap().to_string(), "https://httpwg.org/specs/rfc9110.html#status.401");
    let draft = StatusCode::new(104).registered().unwrap().source;
    assert_eq!(
        draft.url().unwrap().to_string(),
        "https://datatracker.ietf.org/doc/draft-ietf-httpbis-resumable-upload/"
    );
}

#[test]
fn a_temporary_registration_lapses_the_day_after_its_last() {
    let state = StatusCode::new(104).registered().unwrap().state;
    assert!(state.describe((2026, 11, 13)).to_string().ends_with("to 2026-11-13"));
    assert!(state.describe((2026, 11, 14)).to_string().contains("lapsed on 2026-11-13"));
}

#[test]
fn every_grpc_code_stands_at_its_number() {
    assert_eq!(GRPC_CODES.len(), 17);
    for (index, grpc) in GRPC_CODES.iter().enumerate() {
        assert_eq!(usize::from(grpc.number), index);
        assert!(grpc.http.entry().is_some());
    }
}

#[test]
fn proxy_errors_are_named_once() {
    assert_eq!(PROXY_ERRORS.len(), 32);
    for error in PROXY_ERRORS {
        assert_eq!(PROXY_ERRORS.iter().filter(|other| other.name == error.name).count(), 1);
    }
}

#[test]
fn the_pairs_of_the_guide_are_side_by_side() {
    for (one, other) in [
        (200, 201),
        (301, 308),
        (400, 422),
        (401, 403),
        (403, 404),
        (404, 410),
        (405, 501),
        (429, 503),
        (502, 504),
    ] {
        let together = confusions(StatusCode::new(one))
            .any(|confusion| confusion.sides.iter().any(|side| side.code.get() == other));
        assert!(together, "{one} and {other}");
    }
}

#[test]
fn contradictions_are_found_by_method_and_code() {
    let against = |method, number| contradictions(method, StatusCode::new(number)).any(|c| c.when.is_none());
    assert!(against("GET", 201) && against("POST", 206) && against("DELETE", 304) && against("HEAD", 501));
    assert!(!against("POST", 201) && !against("GET", 206) && !against("QUERY", 304) && !against("PUT", 201));
}

#[test]
fn search_finds_codes_phrases_old_names_fields_and_words() {
    assert_eq!(found("503"), [503]);
    assert_eq!(found("451"), [451, 451]);
    assert_eq!(found("2xx")[..10], [200, 201, 202, 203, 204, 205, 206, 207, 208, 226]);
    assert_eq!(found("650"), [600]);
    assert_eq!(found("not found")[0], 404);
    assert_eq!(found("TEAPOT")[0], 418);
    assert_eq!(found("payload too large")[0], 413);
    assert_eq!(found("token required")[0], 499);
    assert_eq!(found("www-authenticate")[0], 401);
    assert_eq!(found("cloudflare")[0], 520);
    assert!(found("retry").contains(&429) && found("retry").contains(&503));
    assert!(found("no such words anywhere").is_empty());
    assert_eq!(found("").len(), REGISTERED.len() + UNOFFICIAL.len());
}

#[test]
fn search_finds_nothing_twice() {
    for text in ["", "retry", "too", "e", "timeout", "4xx,!404"] {
        let mut found: Vec<_> = search(text).map(std::ptr::from_ref).collect();
        let count = found.len();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), count, "{text}");
    }
}
