//! 2xx: the request was understood and accepted.

use super::BLANK;
use crate::{
    Actor, AlertWeight, Caching, ContentRule, Entry, FieldDemand, LookAlike, Retry, Source, StatusCode,
};

const DONE: Entry = Entry { who_acts: "all went as it should", ..BLANK };

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: StatusCode::new(200),
        phrase: "OK",
        source: Source::http("15.3.1"),
        meaning: "The server did what was asked, and the content holds the result.",
        use_when: "A request succeeded and there is something to show: the representation for GET, the outcome for POST.",
        not_when: "Never for an error that is only told in the content. Not when something was created (201), queued (202) or when there is nothing to say (204).",
        content_note: "the result; for HEAD and CONNECT there is none",
        fields: &[
            FieldDemand::should(
                "ETag",
                "lets clients ask again cheaply and change safely",
                Source::http("8.8.3"),
            )
            .when("the method is GET or HEAD"),
            FieldDemand::should(
                "Last-Modified",
                "the same by time, where the time is known",
                Source::http("8.8.2"),
            )
            .when("the method is GET or HEAD"),
            FieldDemand::should("Content-Type", "says how to read the content", Source::http("8.3"))
                .when("there is content"),
            FieldDemand::should("Allow", "lists the methods that work here", Source::http("9.3.7"))
                .when("the method is OPTIONS"),
            FieldDemand::advice(
                "Cache-Control",
                "says for how long caches may keep an answer that they may store by default",
            ),
        ],
        caching: Caching::ByDefault,
        caching_note: Some(
            "for POST only with explicit freshness and a Content-Location equal to the target; for PUT and DELETE never",
        ),
        client_action: "use the content",
        idempotency: "The request took effect.",
        alert_note: "none by itself, but watch for errors inside: an error document, GraphQL errors, a non-zero grpc-status",
        next_step: "nothing; check that no error hides in the content",
        support_reply: "The request succeeded.",
        security: Some(
            "A failed sign-in or a refused access that is answered with 200 escapes every monitor and rate limit that counts codes.",
        ),
        look_alikes: &[
            LookAlike::new(201, "something new exists now"),
            LookAlike::new(202, "accepted, but not done yet"),
            LookAlike::new(204, "done, and nothing to say"),
            LookAlike::new(207, "several outcomes, some of which may be failures"),
        ],
        ..DONE
    },
    Entry {
        code: StatusCode::new(201),
        phrase: "Created",
        source: Source::http("15.3.2"),
        meaning: "The server created what the request asked for.",
        use_when: "A new resource exists because of this request, when the answer is sent: a POST to a collection, a PUT to a free address.",
        not_when: "Not for a PUT that replaced something (200 or 204), not for safe methods, and not while creation is still queued (202).",
        content: ContentRule::Optional,
        content_note: "most often the new thing, or links to it",
        fields: &[
            FieldDemand::should(
                "Location",
                "the address of the new thing; without it the request's own address is meant",
                Source::http("9.3.3"),
            )
            .when("the method is POST"),
            FieldDemand::may(
                "ETag",
                "the version of the new thing, so that the first change can be guarded",
                Source::http("15.3.2"),
            ),
        ],
        client_action: "keep the address of the new thing",
        idempotency: "Repeating a POST may create a second one: use an idempotency key, or PUT.",
        alert_note: "a fall is a sign that creating fails elsewhere",
        next_step: "nothing; watch that the share of 201 keeps its usual level",
        support_reply: "It was created.",
        look_alikes: &[
            LookAlike::new(200, "done, and nothing new exists"),
            LookAlike::new(202, "will perhaps be created later"),
            LookAlike::new(204, "done, and nothing to say"),
        ],
        ..DONE
    },
    Entry {
        code: StatusCode::new(202),
        phrase: "Accepted",
        source: Source::http("15.3.3"),
        meaning: "The server has accepted the work and will do it later; whether it succeeds is open.",
        use_when: "The work takes longer than a caller should wait, and there is a place to ask for its outcome.",
        not_when: "Not when the outcome is already known (200, 201, 204), and not for work that is known to fail.",
        actor: Actor::Client,
        who_acts: "ask for the outcome at the status monitor",
        content_note: "the state of the work, and a link to its status monitor, which serves better than a bare id",
        fields: &[
            FieldDemand::advice("Location", "the address of the status monitor"),
            FieldDemand::advice("Retry-After", "how long to wait before asking the monitor"),
        ],
        retry: Retry::Poll,
        client_action: "ask the status monitor until the work has ended; do not send the request again",
        idempotency: "Sending it again may queue the work twice.",
        alert_note: "watch for jobs that never end and jobs that fail: no code will tell",
        next_step: "watch the queue: its length, its age and its failures",
        support_reply: "We have taken on your request and are working on it; its status page tells when it is done.",
        look_alikes: &[
            LookAlike::new(200, "done"),
            LookAlike::new(201, "created already"),
            LookAlike::new(204, "done, and nothing to say"),
        ],
        ..DONE
    },
    Entry {
        code: StatusCode::new(203),
        phrase: "Non-Authoritative Information",
        source: Source::http("15.3.4"),
        meaning: "The server's answer was a 200, but a proxy on the way changed its content.",
        use_when: "Only from a proxy that transforms content and wants to say so.",
        not_when: "Not from an origin server, and not to mark data as unsure.",
        content_note: "as for 200, changed by the proxy",
        fields: &[FieldDemand::advice("Via", "names the proxy that changed the content")],
        caching: Caching::ByDefault,
        client_action: "use the content, knowing that it is not the original",
        idempotency: "The request took effect.",
        alert: AlertWeight::Info,
        alert_note: "a proxy changes the content: was that meant?",
        next_step: "find the proxy in Via and decide whether it should change content",
        support_reply: "A proxy between you and us changed the answer; please ask whoever runs your network.",
        look_alikes: &[LookAlike::new(200, "the content is as the origin sent it")],
        ..DONE
    },
    Entry {
        code: StatusCode::new(204),
        phrase: "No Content",
        source: Source::http("15.3.5"),
        meaning: "The server did what was asked and has nothing more to say.",
        use_when: "A change succeeded and the client needs no content: DELETE, or PUT and PATCH that saved.",
        not_when: "Not for an empty list, which is a 200 with an empty list, not for a thing that does not exist (404), and not for work that is still queued (202).",
        content: ContentRule::Forbidden,
        content_note: "and neither Content-Length nor Transfer-Encoding",
        fields: &[FieldDemand::may("ETag", "the version that was saved", Source::http("15.3.5"))
            .when("the method is PUT or PATCH")],
        caching: Caching::ByDefault,
        client_action: "go on; keep showing what is shown",
        idempotency: "The request took effect.",
        alert_note: "normal at any rate",
        next_step: "nothing",
        support_reply: "The request succeeded; no content was to be expected.",
        look_alikes: &[
            LookAlike::new(200, "done, with content, be it empty"),
            LookAlike::new(202, "not done yet"),
            LookAlike::new(205, "done, and the client shall clear its form"),
        ],
        ..DONE
    },
    Entry {
        code: StatusCode::new(205),
        phrase: "Reset Content",
        source: Source::http("15.3.6"),
        meaning: "The server did what was asked and wants the client to clear its form.",
        use_when: "Data entry by hand, where the next record follows at once. Hardly any client acts on it.",
        not_when: "Not in APIs: use 204.",
        content: ContentRule::Forbidden,
        content_note: "over HTTP/1.1 the content is framed as empty",
        fields: &[FieldDemand::may("Content-Length", "0, so that the response ends", Source::http("15.3.6"))
            .when("the version is HTTP/1.1")],
        client_action: "clear the form, or treat it as 204",
        idempotency: "The request took effect.",
        alert: AlertWeight::Info,
        alert_note: "odd in an API",
        next_step: "replace it by 204",
        support_reply: "The request succeeded; the form may be cleared.",
        look_alikes: &[LookAlike::new(204, "done, and the form stays as it is")],
        ..DONE
    },
    Entry {
        code: StatusCode::new(206),
        phrase: "Partial Content",
        source: Source::http("15.3.7"),
        meaning: "The server sends the part of the content that the client asked for by range.",
        use_when: "A GET with Range that can be satisfied: resumed downloads, media players, parallel downloads.",
        not_when: "Not for a page of a list: pagination is 200. Not for methods other than GET, and not without Range in the request.",
        content: ContentRule::Required,
        content_note: "the range, or several as multipart/byteranges",
        fields: &[
            FieldDemand::must("Content-Range", "which part this is", Source::http("15.3.7.1"))
                .when("there is one part; of several, each carries its own inside"),
            FieldDemand::must(
                "Content-Type",
                "multipart/byteranges with its boundary",
                Source::http("15.3.7.2"),
            )
            .when("there are several parts"),
            FieldDemand::must("Date", "the part speaks for the whole", Source::http("15.3.7"))
                .when("the 200 would carry it"),
            FieldDemand::must("Cache-Control", "the part speaks for the whole", Source::http("15.3.7"))
                .when("the 200 would carry it"),
            FieldDemand::must("ETag", "only parts of one version may be joined", Source::http("15.3.7"))
                .when("the 200 would carry it"),
            FieldDemand::must("Expires", "the part speaks for the whole", Source::http("15.3.7"))
                .when("the 200 would carry it"),
            FieldDemand::must("Content-Location", "the part speaks for the whole", Source::http("15.3.7"))
                .when("the 200 would carry it"),
            FieldDemand::must("Vary", "the part speaks for the whole", Source::http("15.3.7"))
                .when("the 200 would carry it"),
            FieldDemand::advice(
                "Content-Length",
                "the length of the part, so that a broken transfer is noticed",
            ),
        ],
        caching: Caching::ByDefault,
        caching_note: Some("only by caches that understand ranges"),
        client_action: "join the parts if their validators are equal",
        idempotency: "Range is defined for GET alone, which changes nothing.",
        alert_note: "normal for downloads",
        next_step: "nothing; many tiny ranges from one client are worth a look",
        support_reply: "Part of the file was sent, as asked for.",
        security: Some(
            "Many small or overlapping ranges in one request cost far more than they seem: limit them, or answer 200 or 416.",
        ),
        look_alikes: &[
            LookAlike::new(200, "the whole content, although a range was asked for"),
            LookAlike::new(416, "no part that was asked for exists"),
        ],
        ..DONE
    },
    Entry {
        code: StatusCode::new(207),
        phrase: "Multi-Status",
        source: Source::rfc(4918, "11.1"),
        meaning: "The server reports several outcomes in one answer, and some of them may be failures.",
        use_when: "WebDAV, or a batch of independent operations where each has a status of its own.",
        not_when: "Not for a single operation, and not for a batch that is done as a whole or not at all.",
        actor: Actor::Mixed,
        who_acts: "look at each single result",
        content: ContentRule::Required,
        content_note: "a status for each item",
        fields: &[FieldDemand::may(
            "Content-Type",
            "application/xml or text/xml for WebDAV; a JSON list elsewhere by convention",
            Source::rfc(4918, "13"),
        )],
        retry: Retry::AfterChange,
        client_action: "read each status; repeat only the items that failed, each by its own code",
        idempotency: "The outer code hides inner failures; items that succeeded have taken effect.",
        alert_note: "count the inner codes",
        next_step: "look at the inner codes; the outer one always looks fine",
        support_reply: "Some parts of your request may have failed; the answer lists the result of each.",
        look_alikes: &[
            LookAlike::new(200, "one outcome, and a good one"),
            LookAlike::new(202, "no outcome yet"),
        ],
        ..DONE
    },
    Entry {
        code: StatusCode::new(208),
        phrase: "Already Reported",
        source: Source::rfc(5842, "7.1"),
        meaning: "The server has already listed this collection further up in the same 207.",
        use_when: "Inside a WebDAV 207, for a further binding to a collection whose members were listed before.",
        not_when: "Not as the status of a whole response, and not for a repeated request.",
        content: ContentRule::Optional,
        content_note: "stands inside a 207 only",
        client_action: "use the members that were listed before",
        idempotency: "It is part of a report that changes nothing.",
        alert: AlertWeight::Medium,
        alert_note: "only if it is the status of a whole response",
        next_step: "if it stands alone, find what sends it: it belongs inside a 207",
        support_reply: "This folder was already listed above.",
        look_alikes: &[
            LookAlike::new(207, "the report that it stands in"),
            LookAlike::new(226, "the change since an earlier version"),
        ],
        ..DONE
    },
    Entry {
        code: StatusCode::new(226),
        phrase: "IM Used",
        source: Source::rfc(3229, "10.4.1"),
        meaning: "The server sends only what changed since the version that the client holds.",
        use_when: "A GET with A-IM, where server and client know the same way of writing differences; some feeds use it.",
        not_when: "Not without A-IM in the request, and not for ranges (206).",
        content: ContentRule::Required,
        content_note: "the difference to the version that the client holds",
        fields: &[
            FieldDemand::must("ETag", "the version that results", Source::rfc(3229, "10.4.1")),
            FieldDemand::should(
                "IM",
                "names the ways in which the content was derived",
                Source::rfc(3229, "10.5.2"),
            ),
            FieldDemand::may(
                "Delta-Base",
                "the version that the difference starts from",
                Source::rfc(3229, "10.5.1"),
            ),
        ],
        caching: Caching::IfExplicit,
        caching_note: Some("and only by caches that know RFC 3229"),
        client_action: "apply the difference to the version it holds",
        idempotency: "It answers a GET, which changes nothing.",
        alert_note: "rare and harmless",
        next_step: "nothing",
        support_reply: "Only the changes since the last time were sent.",
        look_alikes: &[
            LookAlike::new(206, "a range of the content, not a difference"),
            LookAlike::new(200, "the whole content"),
        ],
        ..DONE
    },
];
