//! 3xx: the client has to go elsewhere, or already holds the answer.

use super::BLANK;
use crate::{
    Actor, AlertWeight, Caching, ContentRule, Entry, FieldDemand, LookAlike, Retry, Source, State, StatusCode,
};

const OPEN_REDIRECT: Option<&str> = Some(
    "A target taken from the request unchecked sends people to foreign sites, and credentials may travel along: allow known targets only.",
);

const MOVED: Entry = Entry {
    actor: Actor::Client,
    who_acts: "go on to the address in Location",
    content: ContentRule::Optional,
    content_note: "a short note with a link, for whoever does not follow by itself",
    retry: Retry::Follow,
    idempotency: "Nothing was done at this address.",
    alert: AlertWeight::Info,
    security: OPEN_REDIRECT,
    ..BLANK
};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: StatusCode::new(300),
        phrase: "Multiple Choices",
        source: Source::http("15.4.1"),
        meaning: "The server has several versions of this and lets the client choose.",
        use_when: "There are several representations, each with an address of its own, and the server does not choose.",
        not_when: "Not when the server can choose by Accept (200), and not when nothing fits (406).",
        who_acts: "choose one of the versions",
        content: ContentRule::Expected,
        content_note: "a list of the choices, except for HEAD",
        fields: &[
            FieldDemand::should("Location", "the preferred choice", Source::http("15.4.1"))
                .when("the server prefers one"),
            FieldDemand::may("Link", "the choices, with rel=alternate", Source::http("15.4.1")),
        ],
        caching: Caching::ByDefault,
        client_action: "choose an address from the list and ask there",
        alert_note: "rare; clients seldom know what to do with it",
        next_step: "check whether the server should choose by itself",
        support_reply: "There are several versions of this; please choose one from the list.",
        security: None,
        look_alikes: &[
            LookAlike::new(406, "none of the versions fits"),
            LookAlike::new(303, "there is one place to go on to"),
        ],
        ..MOVED
    },
    Entry {
        code: StatusCode::new(301),
        phrase: "Moved Permanently",
        source: Source::http("15.4.2"),
        meaning: "The server has a new permanent address for this; a POST may turn into a GET on the way.",
        use_when: "A page or a GET endpoint has moved for good, and it does not matter if the method becomes GET.",
        not_when: "Not for POST, PUT or PATCH, which must keep their method: that is 308. Not for a move that may be undone: caches keep it.",
        who_acts: "use the new address from now on",
        fields: &[
            FieldDemand::should("Location", "the new address", Source::http("15.4.2")),
            FieldDemand::advice(
                "Cache-Control",
                "a limit to how long browsers keep the move, in case it was a mistake",
            ),
        ],
        caching: Caching::ByDefault,
        client_action: "follow with GET and update the stored address; do not follow a POST by itself",
        idempotency: "Nothing was done at this address; following a POST by itself may lose its content.",
        alert_note: "watch its growth, and callers who never learn the new address",
        next_step: "check that Location is right, and tell callers the new address",
        support_reply: "This has moved for good; please use the new address.",
        look_alikes: &[
            LookAlike::new(308, "permanent too, and the method stays"),
            LookAlike::new(302, "temporary"),
            LookAlike::new(410, "removed, with no new address"),
        ],
        ..MOVED
    },
    Entry {
        code: StatusCode::new(302),
        phrase: "Found",
        former_phrases: &["Moved Temporarily"],
        source: Source::http("15.4.3"),
        meaning: "The server has another address for this for the time being; a POST may turn into a GET on the way.",
        use_when: "Old software, or where it does not matter which method follows. Prefer 303 or 307, which say what is meant.",
        not_when: "Not when the method must stay (307), not for a permanent move (301, 308), and not to send API callers to a sign-in page (401).",
        who_acts: "go on to the other address, this time",
        fields: &[FieldDemand::should("Location", "the other address", Source::http("15.4.3"))],
        client_action: "follow with GET; keep the stored address; do not follow a POST by itself",
        idempotency: "Nothing is sure to be done at this address; following a POST by itself may lose its content.",
        alert_note: "a sudden rise is often a sign-in page in front of an API",
        next_step: "check where Location points; if to a sign-in page, answer 401 instead",
        support_reply: "This is at another address for now; your client should follow by itself.",
        look_alikes: &[
            LookAlike::new(303, "go on with GET, always"),
            LookAlike::new(307, "temporary too, and the method stays"),
            LookAlike::new(301, "permanent"),
        ],
        ..MOVED
    },
    Entry {
        code: StatusCode::new(303),
        phrase: "See Other",
        source: Source::http("15.4.4"),
        meaning: "The server points to another address where the result can be fetched with GET.",
        use_when: "After a POST, to show the result at an address of its own: reloading the page then does not send the form again.",
        not_when: "Not for a resource that has moved (301, 308), and not when the method must stay (307).",
        who_acts: "fetch the result from the address in Location",
        content_note: "a short note with a link, except for HEAD",
        fields: &[FieldDemand::may(
            "Location",
            "where the result is; without it there is nowhere to go on to",
            Source::http("15.4.4"),
        )],
        client_action: "GET the address in Location; do not send the first request again",
        idempotency: "The first request is done; what follows is a safe GET.",
        alert: AlertWeight::None,
        alert_note: "normal after forms and jobs",
        next_step: "nothing; check that Location leads to the result",
        support_reply: "The request was taken; the result is at the address that the answer names.",
        look_alikes: &[
            LookAlike::new(302, "the method may or may not become GET"),
            LookAlike::new(307, "the same request has to be sent elsewhere"),
            LookAlike::new(201, "created, with the address in Location, and no need to go there"),
            LookAlike::new(202, "accepted, and the result is not there yet"),
        ],
        ..MOVED
    },
    Entry {
        code: StatusCode::new(304),
        phrase: "Not Modified",
        source: Source::http("15.4.5"),
        meaning: "The server confirms that what the client holds is still current.",
        use_when: "A GET or HEAD with If-None-Match or If-Modified-Since, and nothing has changed. It saves the content, not the question.",
        not_when: "Not to an unconditional request, and not to methods that change something: there a false condition is 412.",
        actor: Actor::Nobody,
        who_acts: "all went as it should: use what is stored",
        content: ContentRule::Forbidden,
        content_note: "a Content-Length, if any, is that of the 200",
        fields: &[
            FieldDemand::must("ETag", "it renews the stored response", Source::http("15.4.5"))
                .when("the 200 would carry it"),
            FieldDemand::must("Date", "it renews the stored response", Source::http("15.4.5"))
                .when("the 200 would carry it"),
            FieldDemand::must("Cache-Control", "it renews the stored response", Source::http("15.4.5"))
                .when("the 200 would carry it"),
            FieldDemand::must("Expires", "it renews the stored response", Source::http("15.4.5"))
                .when("the 200 would carry it"),
            FieldDemand::must("Vary", "it renews the stored response", Source::http("15.4.5"))
                .when("the 200 would carry it"),
            FieldDemand::must("Content-Location", "it renews the stored response", Source::http("15.4.5"))
                .when("the 200 would carry it"),
        ],
        caching: Caching::Renews,
        retry: Retry::NotNeeded,
        client_action: "use the stored content; if there is none, ask again without a condition",
        idempotency: "It answers a GET or HEAD, which changes nothing.",
        alert: AlertWeight::None,
        alert_note: "a fall means that validators no longer match: more load",
        next_step: "nothing; a falling share is worth a look at ETag and deploys",
        support_reply: "Nothing has changed since your last request.",
        security: Some("An ETag that differs by person can be used to recognise them."),
        look_alikes: &[
            LookAlike::new(412, "a condition was false on a change"),
            LookAlike::new(204, "done, and nothing to say"),
            LookAlike::new(200, "changed, and here is the new content"),
        ],
        ..MOVED
    },
    Entry {
        code: StatusCode::new(305),
        phrase: "Use Proxy",
        state: State::Deprecated,
        source: Source::http("15.4.6"),
        meaning: "The server wants the request to go through a proxy; deprecated because that is not safe to obey.",
        use_when: "Never: deprecated.",
        not_when: "Not for proxies that want credentials (407), and not for a wrong server (421).",
        actor: Actor::Server,
        who_acts: "stop sending it",
        retry: Retry::Never,
        client_action: "do not follow",
        alert: AlertWeight::Medium,
        alert_note: "a single one deserves a look at what sends it",
        next_step: "find what sends it and remove it; set up proxies on the client",
        support_reply: "The server gave an outdated answer; please send us the request id.",
        security: Some("Obeying it would let any server choose a proxy that reads along."),
        look_alikes: &[
            LookAlike::new(407, "a proxy wants credentials"),
            LookAlike::new(421, "the request went to the wrong server"),
        ],
        ..MOVED
    },
    Entry {
        code: StatusCode::new(306),
        phrase: "(Unused)",
        former_phrases: &["Switch Proxy"],
        state: State::Unused,
        source: Source::http("15.4.7"),
        meaning: "The server sent a code that is reserved and has no meaning.",
        use_when: "Never: reserved, because an early draft used it.",
        not_when: "Not for anything; 307 and 308 are the redirects that keep the method.",
        actor: Actor::Server,
        who_acts: "stop sending it",
        retry: Retry::Never,
        client_action: "treat it as a 300: do not follow by itself",
        alert: AlertWeight::Medium,
        alert_note: "a single one deserves a look at what sends it",
        next_step: "find what sends it and choose the code that is meant",
        support_reply: "The server gave an answer without a meaning; please send us the request id.",
        security: None,
        look_alikes: &[LookAlike::new(305, "deprecated rather than unused")],
        ..MOVED
    },
    Entry {
        code: StatusCode::new(307),
        phrase: "Temporary Redirect",
        source: Source::http("15.4.8"),
        meaning: "The server has another address for this for the time being; the method stays the same.",
        use_when: "A temporary detour for any method: to another region, to https, to a replacement.",
        not_when: "Not for a permanent move (308), and not to send a finished POST to its result (303).",
        who_acts: "send the same request to the other address, this time",
        fields: &[FieldDemand::should("Location", "the other address", Source::http("15.4.8"))],
        client_action: "send the same method and content to the other address; keep the stored address",
        idempotency: "Nothing was done at this address; following by itself is safe for safe and idempotent methods only.",
        alert_note: "a detour that stays should become a 308",
        next_step: "check that Location is right and that the detour is still needed",
        support_reply: "This is at another address for now; your client should follow by itself.",
        look_alikes: &[
            LookAlike::new(302, "the method may become GET"),
            LookAlike::new(308, "permanent, and the method stays"),
            LookAlike::new(303, "go on with GET, always"),
        ],
        ..MOVED
    },
    Entry {
        code: StatusCode::new(308),
        phrase: "Permanent Redirect",
        source: Source::http("15.4.9"),
        meaning: "The server has a new permanent address for this; the method stays the same.",
        use_when: "An API endpoint has moved for good, whatever the method: the right redirect for APIs.",
        not_when: "Not for a detour (307), and not for a move that may be undone: caches keep it.",
        who_acts: "use the new address from now on",
        fields: &[
            FieldDemand::should("Location", "the new address", Source::http("15.4.9")),
            FieldDemand::advice(
                "Cache-Control",
                "a limit to how long clients keep the move, in case it was a mistake",
            ),
        ],
        caching: Caching::ByDefault,
        client_action: "send the same method and content to the new address, and update the stored one",
        idempotency: "Nothing was done at this address; following by itself is safe for safe and idempotent methods only.",
        alert_note: "watch its growth, and callers who never learn the new address",
        next_step: "check that Location is right, and tell callers the new address",
        support_reply: "This has moved for good; please use the new address.",
        look_alikes: &[
            LookAlike::new(301, "permanent too, and the method may become GET"),
            LookAlike::new(307, "temporary, and the method stays"),
            LookAlike::new(
                104,
                "the draft's way to resume uploads; Google uses 308 for that, without Location",
            ),
        ],
        ..MOVED
    },
];
