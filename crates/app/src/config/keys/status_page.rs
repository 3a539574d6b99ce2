//! The keys of `[status_page]` and `[[component]]`.

use super::{Form, Key, Table};

/// The public status page.
pub(super) static STATUS_PAGE: Table = Table {
    path: "status_page",
    about: "The public status page: open to everybody, on a listener of its own. It shows components, and what people \
            wrote for the public; never a monitor, a path, a host or an incident.",
    inherited_only: false,
    keys: &[
        Key::new(
            "listen",
            Form::Text,
            "Address and port. Without it nothing is served, and `statusquo status export` writes the page for a file \
             host. `--status-listen` overrides it.",
            r#""0.0.0.0:8419""#,
        ),
        Key::new("name", Form::Text, "Whose page it is.", r#""Acme""#).default(r#""Status""#),
        Key::new(
            "url",
            Form::Url,
            "Where the public reaches it. Feeds and programs are given it; entries of feeds are identified by its host.",
            r#""https://status.acme.example""#,
        ),
        Key::new("home", Form::Url, "Where the name on the page leads.", r#""https://acme.example""#),
        Key::new("about", Form::Text, "A sentence beside the name.", r#""How the Acme API is doing""#),
        Key::new("accent", Form::Text, "The colour of the page's upper edge.", r##""#1f56b3""##),
        Key::new(
            "logo",
            Form::Path,
            "A picture beside the name: SVG, PNG, JPEG or WebP, at most 64 KiB.",
            r#""/etc/statusquo/logo.svg""#,
        ),
    ],
};

/// What the public knows by a name.
pub(super) static COMPONENT: Table = Table {
    path: "component",
    about: "Something that users know by a name. Some of its monitors failing is a partial outage, all of them a \
            major one; what one of them cannot see is unknown.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "Its name in addresses. Unique.", r#""ordering""#).required(),
        Key::new("title", Form::Text, "What the public calls it. Without it: its name.", r#""Ordering""#),
        Key::new("about", Form::Text, "A sentence on what it is.", r#""Placing and paying orders""#),
        Key::new("group", Form::Text, "Components of one group stand together.", r#""Shop""#),
        Key::new(
            "monitors",
            Form::Names,
            "Which monitors watch it. The public never sees them.",
            r#"["orders"]"#,
        ),
    ],
};
