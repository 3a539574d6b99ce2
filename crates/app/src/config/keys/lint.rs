//! How answers are judged.

use super::{Form, Key, Table};

/// How answers are held against the standards and good practice.
pub(super) static LINT: Table = Table {
    path: "lint",
    about: "How answers are held against the standards and good practice: by `check`, by `lint`, and all the time.",
    inherited_only: false,
    keys: &[
        Key::new(
            "profile",
            Form::Word(&["rfc", "guide", "zalando"]),
            "Whose demands count: the standards alone, the guide's as well, or Zalando's.",
            r#""rfc""#,
        )
        .default(r#""guide""#),
        Key::new(
            "level",
            Form::Free,
            "Other levels for single rules: `off`, `advice`, `should` or `must`.",
            r#"{ date-missing = "off" }"#,
        ),
        Key::new(
            "alert",
            Form::Word(&["off", "must", "should", "advice"]),
            "A rule of this level or above that a monitor's answers begin to break raises an incident: degraded, never \
             failing. What was broken from the start raises none: a rule has to be kept by at least 20 answers with the \
             same status code over 10 minutes before, and to be broken by 3 of the last 5.",
            r#""off""#,
        )
        .default(r#""should""#),
        Key::new(
            "suppress",
            Form::Tables(&SUPPRESS),
            "Findings that are known and not to be shown.",
            r#"[{ rule = "date-missing", endpoint = "/health", because = "it has no clock" }]"#,
        ),
        Key::new(
            "rule",
            Form::Tables(&HOUSE_RULE),
            "Rules of the house, beyond the standards.",
            r#"[{ name = "no-team", says = "every answer names its team", expect_header = { x-team = true } }]"#,
        ),
        Key::new(
            "error",
            Form::Table(&ERROR_SHAPE),
            "What errors of the house look like. Then the guide's shape is not asked for, unless `level` says so.",
            r#"{ schema = "error.schema.json" }"#,
        ),
    ],
};

static SUPPRESS: Table = Table {
    path: "lint.suppress",
    about: "Findings that are known and not to be shown: of these rules, and where `endpoint` and `code` stand, only there. \
            They are counted.",
    inherited_only: false,
    keys: &[
        Key::new("rule", Form::Texts, "The rules.", r#"["date-missing", "date-skew"]"#).required(),
        Key::new("endpoint", Form::Texts, ENDPOINT, r#""GET /v1/orders/{id}""#),
        Key::new("code", Form::Text, "With which status codes: codes, classes and ranges.", r#""404,5xx""#),
        Key::new(
            "because",
            Form::Text,
            "The reason, for those who find it later.",
            r#""the gateway has no clock""#,
        )
        .required(),
    ],
};

const ENDPOINT: &str = "Where: a method (all without one) and a path; `{…}` stands for one segment, `*` at the end for \
                        all that follows.";

static HOUSE_RULE: Table = Table {
    path: "lint.rule",
    about: "A rule of the house: what is expected of each answer, and where `endpoint` and `code` stand, only there. What \
            was not recorded is not judged.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "Its id, which states the fault. Unique.", r#""request-id-missing""#)
            .required(),
        Key::new("level", Form::Word(&["advice", "should", "must"]), "How grave it is.", r#""should""#)
            .default(r#""must""#),
        Key::new(
            "says",
            Form::Text,
            "What it demands, in one sentence.",
            r#""every answer has a request id""#,
        )
        .required(),
        Key::new("because", Form::Text, "Why.", r#""support finds requests by it""#),
        Key::new("fix", Form::Text, "What to do; else what it demands.", r#""x-request-id: req_8f3c1a90""#),
        Key::new("endpoint", Form::Texts, ENDPOINT, r#"["/v1/*", "/v2/*"]"#),
        Key::new("code", Form::Text, "With which status codes: codes, classes and ranges.", r#""4xx,5xx""#),
        Key::new(
            "expect_header",
            Form::Free,
            "Header fields that are right, as in `[[monitor]]`.",
            r#"{ x-request-id = true, server = false }"#,
        ),
        Key::new("expect_text", Form::Texts, "Texts that the content has to contain.", r#""\"request_id\"""#),
        Key::new(
            "expect_not_text",
            Form::Texts,
            "Texts that the content must not contain.",
            r#""internal.example""#,
        ),
        Key::new("expect_regex", Form::Texts, "Regular expressions that the content has to match.", r"'^\{'"),
        Key::new(
            "expect_json",
            Form::Free,
            "What the content has to hold as JSON, as in `[[monitor]]`.",
            r#"{ "$.error.code" = { present = true } }"#,
        ),
    ],
};

static ERROR_SHAPE: Table = Table {
    path: "lint.error",
    about: "What errors of the house look like: JSON content of these status codes is held against a JSON Schema. The rule \
            that is broken otherwise is called `error-not-of-house-shape`.",
    inherited_only: false,
    keys: &[
        Key::new("schema", Form::Path, "The file with the JSON Schema.", r#""error.schema.json""#).required(),
        Key::new(
            "level",
            Form::Word(&["advice", "should", "must"]),
            "How grave another shape is.",
            r#""should""#,
        )
        .default(r#""must""#),
        Key::new("code", Form::Text, "Of which status codes.", r#""400-499""#).default(r#""4xx,5xx""#),
    ],
};
