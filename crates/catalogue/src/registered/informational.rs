//! 1xx: the final answer is still to come.

use super::BLANK;
use crate::{
    AlertWeight, Caching, ContentRule, Date, Entry, FieldDemand, LookAlike, Source, State, StatusCode,
};

const DRAFT: Source = Source::draft("draft-ietf-httpbis-resumable-upload");

const INTERIM: Entry = Entry {
    content: ContentRule::Forbidden,
    content_note: "an interim response ends with its header",
    caching: Caching::NotApplicable,
    who_acts: "wait for the final answer",
    ..BLANK
};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: StatusCode::new(100),
        phrase: "Continue",
        source: Source::http("15.2.1"),
        meaning: "The server has read the header and is ready for the content that the client holds back.",
        use_when: "The client sent Expect: 100-continue and the header gives no reason to refuse. It saves sending a large upload in vain.",
        not_when: "Not when the header already shows that the request will fail: answer the final 4xx at once.",
        client_action: "send the content and wait for the final answer",
        idempotency: "The final answer decides; a client that grew tired of waiting may send the content without it.",
        alert_note: "seen by proxies more than by people",
        next_step: "nothing; look at the final answer",
        support_reply: "This was only an interim sign that the upload may go on.",
        look_alikes: &[
            LookAlike::new(102, "still working, no content is waited for"),
            LookAlike::new(417, "the expectation cannot be met"),
        ],
        ..INTERIM
    },
    Entry {
        code: StatusCode::new(101),
        phrase: "Switching Protocols",
        source: Source::http("15.2.2"),
        meaning: "The server agrees to change the protocol on this connection, most often to WebSocket.",
        use_when: "The client asked for it with Upgrade and the server is willing. It exists in HTTP/1.1 only.",
        not_when: "Not over HTTP/2 or HTTP/3, where an extended CONNECT does the same, and not without an Upgrade in the request.",
        who_acts: "speak the new protocol from now on",
        content_note: "what follows the header is the new protocol",
        fields: &[
            FieldDemand::must(
                "Upgrade",
                "names the protocol that the connection changes to",
                Source::http("7.8"),
            ),
            FieldDemand::must(
                "Connection",
                "lists upgrade, because Upgrade is for this hop only",
                Source::http("7.8"),
            ),
            FieldDemand::must(
                "Sec-WebSocket-Accept",
                "proves that a WebSocket was meant",
                Source::rfc(6455, "4.2.2"),
            )
            .when("the new protocol is WebSocket"),
        ],
        client_action: "go on in the new protocol on the same connection",
        idempotency: "The exchange ends here; what follows is up to the new protocol.",
        alert_note: "fewer than usual means that upgrades fail",
        next_step: "nothing; watch that upgrades keep their usual share",
        support_reply: "The connection was changed to another protocol, as asked for.",
        security: Some(
            "What follows is no longer HTTP, so filters for HTTP do not see it: check the origin of a WebSocket before agreeing.",
        ),
        look_alikes: &[
            LookAlike::new(426, "the server demands a change instead of agreeing to one"),
            LookAlike::new(200, "the answer to an extended CONNECT over HTTP/2 or HTTP/3"),
        ],
        ..INTERIM
    },
    Entry {
        code: StatusCode::new(102),
        phrase: "Processing",
        source: Source::rfc(2518, "10.1"),
        meaning: "The server has the whole request and is still working on it.",
        use_when: "Historic WebDAV, to keep a client from giving up on a long operation. WebDAV dropped it in 2007 (RFC 4918).",
        not_when: "Not in new APIs: answer 202 with a status monitor for long work.",
        client_action: "wait for the final answer; set the time limit without it",
        idempotency: "It says nothing about the outcome.",
        alert: AlertWeight::Info,
        alert_note: "seldom seen; find out what sends it",
        next_step: "replace it by 202 and a status monitor where you can",
        support_reply: "The server is still working on the request.",
        look_alikes: &[
            LookAlike::new(100, "send the content now"),
            LookAlike::new(202, "a final answer: the work goes on without this connection"),
        ],
        ..INTERIM
    },
    Entry {
        code: StatusCode::new(103),
        phrase: "Early Hints",
        source: Source::rfc(8297, "2"),
        meaning: "The server names things worth loading while it prepares the final answer.",
        use_when: "A page takes a while to make, but its style sheets and hosts are known at once.",
        not_when: "Not in data APIs, which have nothing to load ahead, and not to clients that are known to choke on interim responses.",
        client_action: "load the hints ahead, then use the final answer",
        idempotency: "Hints may be wrong; the final answer decides.",
        alert_note: "normal on pages, odd on data APIs",
        next_step: "nothing; look at the final answer",
        support_reply: "This was only a hint for the browser before the real answer.",
        security: Some(
            "A client that ignores interim responses may mistake the hint for the final answer, above all over HTTP/1.1.",
        ),
        fields: &[FieldDemand::advice(
            "Link",
            "names what to preload or preconnect; without it there is no hint",
        )],
        look_alikes: &[LookAlike::new(100, "send the content now")],
        ..INTERIM
    },
    Entry {
        code: StatusCode::new(104),
        phrase: "Upload Resumption Supported",
        state: State::Temporary { registered: Date::new(2024, 11, 13), valid_until: Date::new(2026, 11, 13) },
        source: DRAFT,
        meaning: "The server can resume this upload if it breaks off, and tells where.",
        use_when: "Server and client both know the resumable upload draft: it announces the upload's address or how far it has come.",
        not_when: "Not to clients that did not ask for it, and not in place of a final answer.",
        client_action: "remember the address; after a break ask for the offset and go on from there",
        idempotency: "It makes the upload safe to go on with from the offset that the server names.",
        alert_note: "normal where uploads can be resumed",
        next_step: "nothing; follow the draft, because names may still change",
        support_reply: "If the upload breaks off, it can go on from where it stopped.",
        fields: &[
            FieldDemand::must("Location", "the address of the upload", DRAFT).when("the upload is created"),
            FieldDemand::must("Upload-Draft-Interop-Version", "which draft is spoken", DRAFT)
                .when("the specification is still a draft"),
            FieldDemand::may("Upload-Limit", "how large and how long an upload may be", DRAFT),
            FieldDemand::may("Upload-Offset", "how much has arrived", DRAFT),
        ],
        look_alikes: &[
            LookAlike::new(100, "send the content now"),
            LookAlike::new(308, "Google's own way to say that an upload is not complete"),
        ],
        ..INTERIM
    },
];
