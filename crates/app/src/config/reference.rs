//! The reference of all keys as Markdown: `docs/configuration.md` is exactly this, and a test holds it to that.

use super::keys::{Form, Key, ROOT, Table};

/// What stands before the tables.
const OPENING: &str = "\
# Configuration

<!-- Written by `statusquo config schema -o md`; a test compares. -->

One TOML file, `statusquo.toml` unless `-c` says otherwise. `statusquo config init` writes a commented one with a
schema for editors beside it, `statusquo config check` says everything that is wrong with it at once, and
`statusquo config show` prints what is in force, defaults included. The running server reads the file again when
it changes or on SIGHUP, prints the difference, and keeps the old configuration if the new one is wrong.

```toml
[defaults]
receivers = [\"oncall\"]

[[monitor]]
name = \"orders\"
url = \"https://api.example/health\"
expect_json = { \"$.status\" = \"up\" }
degraded_after = \"800ms\"

[[monitor]]
name = \"nightly-backup\"
heartbeat = { cron = \"0 3 * * *\", zone = \"Europe/Vienna\", grace = \"30m\" }

[[receiver]]
name = \"oncall\"
type = \"slack\"
url = \"${env:SLACK_URL}\"
```

## Secrets

Secrets never stand in the file. Text that may hold one refers to it, alone or inside of other text such as
`\"Bearer ${env:TOKEN}\"`:

| reference | is replaced by |
|---|---|
| `${env:NAME}` | an environment variable |
| `${file:/path}` | the content of a file |
| `${command:program arguments}` | what a program prints; split into words as a shell does it, but no shell runs; at most 10 s |

They are read once each time the configuration is read; a line break at the end is left out. `$${` stands for a
literal `${`. A literal where a secret belongs is an error: passwords, tokens, Slack URLs, header fields such as
`Authorization` and `Cookie`, credentials in URLs.

## Units

Durations have units: `ms`, `s`, `m`, `h`, `d`, also together as in `1h30m`. Sizes too: `B`, `kB`, `MB`, `KiB`,
`MiB`, `GiB`. Names have small letters, digits, `.`, `_` and `-`.
";

/// The reference as Markdown.
pub(crate) fn reference() -> String {
    let mut text = OPENING.to_owned();
    add(&mut text, &ROOT, false);
    text
}

fn add(text: &mut String, table: &Table, many: bool) {
    let heading = match (table.path, many) {
        ("", _) => "The file".to_owned(),
        (path, true) => format!("`[[{path}]]`"),
        (path, false) => format!("`[{path}]`"),
    };
    text.push_str(&format!("\n## {heading}\n\n{}\n", table.about));
    if table.inherited_only {
        let names: Vec<String> = table.known(None).map(|key| format!("`{}`", key.name)).collect();
        text.push_str(&format!("\nKeys of `[[monitor]]` that can stand here: {}.\n", names.join(", ")));
        return;
    }
    text.push_str("\n| key | value | default | example |\n|---|---|---|---|\n");
    for key in table.known(None) {
        text.push_str(&row(key));
    }
    for key in table.known(None) {
        match key.form {
            Form::Table(inner) => add(text, inner, false),
            Form::Tables(inner) => add(text, inner, true),
            Form::Text
            | Form::Template
            | Form::Secret
            | Form::Url
            | Form::Name
            | Form::Texts
            | Form::Names
            | Form::Duration(..)
            | Form::Size(..)
            | Form::Count(..)
            | Form::Flag
            | Form::Word(_)
            | Form::Words(_)
            | Form::Path
            | Form::Moment
            | Form::Fields
            | Form::Free => {}
        }
    }
}

fn row(key: &Key) -> String {
    let only = match key.only {
        [] => String::new(),
        kinds => format!(" *For {}.*", quoted(kinds)),
    };
    let code = |toml: &str| format!("`{}`", toml.replace('|', "\\|"));
    let default = match key.default {
        None if key.required && key.required_by.is_empty() => "required".to_owned(),
        None if key.required => format!("required for {}", quoted(key.required_by)),
        default => default.map(code).unwrap_or_default(),
    };
    let form = in_words(&key.form).replace('|', "\\|");
    format!("| `{}` | {} Value: {form}.{only} | {default} | {} |\n", key.name, key.about, code(key.example))
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn in_words(form: &Form) -> String {
    match form {
        Form::Text => "text".to_owned(),
        Form::Template => "text, may refer to secrets".to_owned(),
        Form::Secret => "a reference to a secret".to_owned(),
        Form::Url => "a URL".to_owned(),
        Form::Name => "a name".to_owned(),
        Form::Texts => "a text or a list of texts".to_owned(),
        Form::Names => "a name or a list of names".to_owned(),
        Form::Duration(least, most) => format!("a duration, `{least}` to `{most}`"),
        Form::Size(least, most) => format!("a size, `{least}` to `{most}`"),
        Form::Count(least, most) => format!("a whole number, {least} to {most}"),
        Form::Flag => "`true` or `false`".to_owned(),
        Form::Word(known) => format!("one of {}", quoted(known)),
        Form::Words(known) => format!("some of {}", quoted(known)),
        Form::Path => "a path".to_owned(),
        Form::Moment => "a moment with its offset from UTC (RFC 3339)".to_owned(),
        Form::Fields => "a table of header fields, may refer to secrets".to_owned(),
        Form::Free => "a table".to_owned(),
        Form::Table(inner) => format!("a table, see `[{}]`", inner.path),
        Form::Tables(inner) => format!("tables, see `[[{}]]`", inner.path),
    }
}
