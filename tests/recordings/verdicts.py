"""What people made of the findings and of the differences, for compare.py. Everything here was checked by hand."""

HEAD = """# The judge beside other linters

Written by `tests/recordings/compare.py`; the verdicts are in `tests/recordings/verdicts.py`. Last run on 2026-11-30.

The same exchanges were given to Statusquo (profile `rfc`, levels `must` and `should`), to [httplint](https://pypi.org/project/httplint/) 2026.10.4 (levels bad and warning) and to the rules of [lint-http](https://crates.io/crates/lint-http) 0.1.0 (errors and warnings): {examples} examples of rule pages, flagged and clean, and {recorded} real exchanges: what nginx, Apache, Caddy, axum, Express, Fastify, Flask and FastAPI answered to Chromium (`tests/recordings/record.mjs` makes the recordings again), and the fixtures of GitHub's API that octokit publishes. Each exchange was judged by itself by the other two; ours also compares the exchanges of one recording.

The examples of the pages were written by the people who wrote the rules, so they favour us. The recordings favour nobody."""

BEYOND = """A peer sees a rule's fault when it says something of a flagged example that it does not say of the clean ones. Rules that need several exchanges or a probe are left out where an example holds more than one."""

FINDINGS = {
    ("caddy", "head-wrong-length"): "HEAD says `content-length: 20`, which is nothing at all under gzip; GET sends 60 bytes. RFC 9110, 8.6: Content-Length in an answer to HEAD must be what GET would have sent",
    ("caddy", "not-modified-missing-200-fields"): "the 200 has `Vary: Accept-Encoding`, the 304 does not. RFC 9110, 15.4.5: a 304 must have the Vary that the 200 would have had",
    ("fastapi", "challenge-basic-no-realm"): "`WWW-Authenticate: Basic`, as `HTTPBasic()` has it. RFC 7617, 2: the parameter `realm` is required",
    ("flask", "field-singleton-repeated"): "Date stands there twice: `make_conditional` and `send_file` set one, the development server adds another. RFC 9110, 5.3: a sender must not generate a field twice unless it is a list",
    ("nginx", "method-not-allowed-missing-allow"): "no Allow. RFC 9110, 15.5.6: the origin server must generate Allow in a 405",
    ("GitHub", "deprecation-syntax"): "`Deprecation` is an HTTP-date, as a draft had it when this was recorded in 2022. RFC 9745, 2.1: it is a Date of structured fields, such as `@1688169599`",
    "unauthorized-missing-challenge": "no WWW-Authenticate: the program sends a bare 401 and the framework adds nothing. RFC 9110, 15.5.2: a 401 must have at least one challenge",
    "range-not-satisfiable-no-length": "RFC 9110, 15.5.17: a 416 to a byte range should say `Content-Range: bytes */256`",
    "client-error-no-content": "RFC 9110, 15.5: a 4xx should explain the error, except to HEAD",
    "server-error-no-content": "RFC 9110, 15.6: a 5xx should explain the error, except to HEAD",
    "options-without-allow": "RFC 9110, 9.3.7: OPTIONS should be answered with the fields that tell what the resource can, such as Allow",
    "head-unsupported": "RFC 9110, 9.1: all general-purpose servers must support GET and HEAD; here GET works and HEAD gets 405",
    "unprocessable-no-request-content": "RFC 9110, 15.5.21: 422 is about instructions in the request's content, and there is none",
    "unprocessable-malformed-syntax": "RFC 9110, 15.5.21: 422 says that the syntax of the content is right, and this JSON ends too early",
    "too-many-requests-no-explanation": "RFC 6585, 4: a 429 should explain the condition",
    "created-without-location": "RFC 9110, 9.3.3: a POST that created something should be answered with a 201 with Location",
}

SAME = "the same as ours"
REMARK = "says what the code is, which is no fault of the message"

PEERS = {
    # httplint
    "DATE_CLOCKLESS": "we: Date is demanded in 2xx, 3xx and 4xx only (RFC 9110, 6.6.1)",
    "STATUS_BAD_REQUEST": REMARK,
    "STATUS_URI_TOO_LONG": REMARK,
    "STATUS_VERSION_NOT_SUPPORTED": REMARK,
    "REQUEST_HDR_IN_RESPONSE": "we: Accept and Accept-Encoding in a response say what the resource takes (RFC 9110, 12.5.1 and 12.5.3)",
    "PARTIAL_WITHOUT_RANGE": "we: in `multipart/byteranges` each part has its Content-Range, and the header section must not (RFC 9110, 15.3.7.2)",
    "LOCATION_UNDEFINED": "no sentence forbids it (RFC 9110, 10.2.2); advice with us",
    "CL_INCORRECT": "we: it was the recorder. Mock libraries write JSON anew, Chromium shows HEAD with what its cache has, and content is kept without its coding",
    "FIELD_DEPRECATED": "true of Pragma and others, and no sentence demands it; advice with us (`pragma-in-response`, `deprecated-response-field`)",
    "REFERRER_POLICY_MULTIPLE": "we: several values are allowed, and browsers take the last one that they know (Referrer Policy, 11.1)",
    "FRESHNESS_HEURISTIC": "what a cache may do (RFC 9111, 4.2.2); advice with us, for errors and permanent redirects",
    "FRESHNESS_NO_CACHE_NO_VALIDATOR": "advice with us (`no-cache-without-validator`)",
    "VARY_COMPLEX": "no sentence forbids it",
    "VARY_DUPLICATE": "no sentence forbids it: a list of names may have one twice",
    "CREATED_WITHOUT_LOCATION": "we, of those that answer PUT: without Location the target is what was made (RFC 9110, 15.3.2). Of those that answer POST both say the same, we at `should` (9.3.3)",
    "STORE_PUBLIC_UNNECESSARY": "harmless, and no sentence forbids it",
    "SINGLE_HEADER_REPEAT": SAME,
    "STATUS_416_WITHOUT_CONTENT_RANGE": SAME,
    "STRUCTURED_FIELD_PARSE_ERROR": SAME,
    "CORS_PREFLIGHT_ONLY": "no sentence forbids it: elsewhere the field means nothing (Fetch, 3.3.3)",
    "SET_COOKIE_NAME_DUP": "we: a cookie of another path can be taken back in no other way (RFC 6265, 4.1.1, says should not)",
    "COOP_REPORT_TO_MISSING": "an endpoint may be named in a response that came before",
    "CC_CONFLICTING": "we: `must-understand` belongs with `no-store` (RFC 9111, 5.2.2.3)",
    "STATUS_NONSTANDARD": "true, and advice with us where a vendor's own server sends its own code",
    "STATUS_PHRASE_ENCODING": "we: bytes above 0x7F are allowed in a reason phrase (RFC 9112, 4)",
    # lint-http
    "validator_missing": "a SHOULD only where a validator is at hand (RFC 9110, 8.8.2.1 and 15.3.1), which nobody sees from outside; advice with us",
    "media_type_unregistered": "we: its list is shorter than the registry, where `text/csv` and `text/xml` are",
    "auth_scheme_unregistered": "about the request: GitHub takes `token`",
    "content_length_conflicting": "we: it was the recorder, see CL_INCORRECT",
    "status_304_missing": "they, of Apache (its `mod_deflate` does not know its own entity tags, RFC 9110, 13.1.2). We do not judge it in recordings of browsers, whose caches ask on conditions of their own and show a 304 as a 200",
    "field_line_duplicated": SAME,
    "status_405_allow_missing": SAME,
    "status_401_challenge_missing": SAME,
    "method_post_location_missing": SAME,
    "content_range_missing": SAME,
    "deprecation_malformed": SAME,
    "status_302_ambiguous": "advice with us (`redirect-unsafe-method-ambiguous`): RFC 9110, 15.4.3, allows the change to GET",
    "content_type_missing": "we: a server that does not know what a file holds may leave it out (RFC 9110, 8.3), and this is a file of arbitrary bytes",
    "host_missing": "we: HTTP/2 has `:authority` in its place, which HAR does not keep",
    "sunset_invalid": "advice with us (`sunset-passed-still-served`): RFC 8594, 3, calls the time a hint",
    "cross_origin_opener_policy_invalid": "we: the value is an item with parameters, and `report-to` is one (HTML, 7.1.3)",
    "expect_100_continue_forbidden": "about the request",
}

TAIL = """## What was mended because of this

- A HEAD in a HAR file is no longer taken for a response with content, nor is content that a tool cut taken for all of it.
- `accept-patch-missing` speaks of the answer to OPTIONS alone (RFC 5789, 3.1), no longer of a 405.
- `method-unsupported-not-405` does not blame a method that works for an Allow that was incomplete, `auth-ignored` judges only what was asked without credentials on purpose, and exchanges without a time are not compared with each other.
- `date-missing` asks nothing of proxies (CONNECT, 407) nor of header sections of which only a few fields were written down.
- `json-invalid` does not take the empty answer to OPTIONS for JSON, `content-type-missing` lets binary content pass (RFC 9110, 8.3).
- `content-length-mismatch` and `content-length-with-transfer-encoding` judge without raw bytes as well, where no recorder can have changed the length; httplint and lint-http saw these first.
- Link, Alt-Svc, Content-Digest and other structured fields are held to their grammar, a length that stands there twice is a fault, `Upgrade` needs its connection option in every response, `identity` is no content coding, and cookies that browsers refuse are told.
- `conflict-instead-of-412` is advice: RFC 9110, 13.1.1, says MAY.
- Only what has the Sec-Fetch fields of a browser is taken for the recording of one; methods of Vault, WebDAV's relatives and others are known; a preflight may be refused with 403."""
