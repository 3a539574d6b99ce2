//! What the catalogue says of one code, laid out for people and for programs.

use serde_json::{Value, json};
use statusquo_catalogue::{Entry, State, StatusCode, Strength, Unofficial};

use crate::cli::screen::{columns, pad};
use crate::cli::{Screen, Tone};

/// The width of labels.
const LABEL: usize = 13;
/// Where the source stands on the first line when there is room for it.
const SOURCE_COLUMN: usize = 46;

/// One code.
pub(super) struct Sheet {
    /// The code that was asked for.
    code: StatusCode,
    /// What the catalogue says of it.
    entry: Option<&'static Entry>,
    /// What others use it for.
    unofficial: Vec<&'static Unofficial>,
}

impl Sheet {
    /// The sheet of a code. Any number has one.
    pub(super) fn of(code: StatusCode) -> Self {
        Self { code, entry: code.entry(), unofficial: code.unofficial().collect() }
    }

    /// The sheet of an entry, which may be one of several for its code.
    pub(super) fn of_entry(entry: &'static Entry) -> Self {
        Self { entry: Some(entry), ..Self::of(entry.code) }
    }

    fn phrase(&self) -> &'static str {
        self.entry.map_or_else(|| self.code.phrase(), |entry| entry.phrase)
    }

    fn meaning(&self) -> &'static str {
        self.entry.map_or_else(|| self.code.class().meaning(), |entry| entry.meaning)
    }

    /// `client error, RFC 6585, 4`
    fn origin(&self) -> String {
        let class = self.code.class().name().to_lowercase();
        match self.entry {
            Some(entry) => format!("{class}, {}", entry.source),
            None => format!("{class}, in no register that we know"),
        }
    }

    /// One line: mark, code, phrase, meaning.
    pub(super) fn line(&self, screen: &Screen) -> String {
        format!("{} {} {}: {}", screen.mark(self.code), self.code, self.phrase(), self.meaning())
    }

    /// All of it.
    pub(super) fn text(&self, screen: &Screen) -> String {
        let title = format!("{} {}", self.code, self.phrase());
        let head = format!("{} {}", screen.mark(self.code), screen.paint(Tone::Strong, &title));
        let origin = screen.paint(Tone::Quiet, &self.origin());
        let gap = SOURCE_COLUMN.max(columns(&head) + 2);
        let mut lines = vec![format!("{}{origin}", pad(&head, gap)), screen.wrap(self.meaning(), 2)];
        for (label, text) in self.facts() {
            let wrapped = screen.wrap(&text, 2 + LABEL);
            let label = screen.paint(Tone::Quiet, &pad(label, LABEL));
            lines.push(format!("  {label}{}", wrapped.trim_start()));
        }
        lines.join("\n")
    }

    /// All of it, as Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut text =
            format!("## {} {}\n\n*{}*\n\n{}\n\n", self.code, self.phrase(), self.origin(), self.meaning());
        for (label, fact) in self.facts() {
            text.push_str(&format!("- **{label}**: {fact}\n"));
        }
        text.push('\n');
        text
    }

    /// One line, as Markdown.
    pub(super) fn markdown_line(&self) -> String {
        format!("- **{} {}**: {}\n", self.code, self.phrase(), self.meaning())
    }

    /// What stands below the meaning: labels and texts.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let class = self.code.class();
        let Some(entry) = self.entry else {
            facts.push(("Who acts", class.whose_problem().to_owned()));
            facts.push(("In SLOs", self.code.slo_event().words().to_owned()));
            facts.push(("Next step", class.next_step().to_owned()));
            return facts;
        };
        facts.push(("Who acts", format!("{}: {}", entry.actor.name(), entry.who_acts)));
        facts.push(("Retry", entry.retry.words().to_owned()));
        facts.push(("Client", entry.client_action.to_owned()));
        facts.push(("Server", server(entry)));
        facts.push(("Use", entry.use_when.to_owned()));
        facts.push(("Not", entry.not_when.to_owned()));
        if !entry.look_alikes.is_empty() {
            let look_alikes =
                entry.look_alikes.iter().map(|other| format!("{} ({})", other.code, other.difference));
            facts.push(("Look-alikes", look_alikes.collect::<Vec<_>>().join(", ")));
        }
        facts.push(("Effect", entry.idempotency.to_owned()));
        facts.push(("In SLOs", entry.event.words().to_owned()));
        facts.push(("Next step", entry.next_step.to_owned()));
        facts.push(("Tell them", entry.support_reply.to_owned()));
        facts.extend(entry.security.map(|text| ("Security", text.to_owned())));
        if !entry.former_phrases.is_empty() {
            facts.push(("Once", entry.former_phrases.join(", ")));
        }
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        if entry.state != State::Assigned {
            facts.push(("Registry", entry.state.describe(date(today)).to_string()));
        }
        facts.extend(self.unofficial.iter().map(|other| ("Also", usage(other, entry))));
        facts.extend(entry.source.url().map(|url| ("Read", url.to_string())));
        facts.retain(|(_, text)| !text.is_empty());
        facts
    }

    /// All of it, for programs.
    pub(super) fn json(&self) -> Value {
        let mut object = json!({
            "code": self.code.get(),
            "phrase": self.phrase(),
            "class": self.code.class().range_text(),
            "registered": self.code.is_registered(),
            "meaning": self.meaning(),
            "slo_event": self.code.slo_event().name(),
        });
        if let (Some(entry), Some(map)) = (self.entry, object.as_object_mut()) {
            let Value::Object(more) = entry_json(entry) else { return object };
            map.extend(more);
        }
        object
    }
}

fn date(of: jiff::civil::Date) -> statusquo_catalogue::Date {
    let small = |number: i8| u8::try_from(number).unwrap_or(1);
    statusquo_catalogue::Date::new(u16::try_from(of.year()).unwrap_or(0), small(of.month()), small(of.day()))
}

/// What the server sends with it: fields by strength, content, what caches may do.
fn server(entry: &Entry) -> String {
    let mut parts = Vec::new();
    for (strength, words) in [
        (Strength::Must, "must send"),
        (Strength::Should, "should send"),
        (Strength::May, "may send"),
        (Strength::Advice, "does well to send"),
    ] {
        let fields = entry.fields.iter().filter(|field| field.strength == strength);
        let names: Vec<String> = fields
            .map(|field| match field.when {
                Some(when) => format!("{} ({when})", field.name),
                None => field.name.to_owned(),
            })
            .collect();
        if !names.is_empty() {
            parts.push(format!("{words} {}", names.join(", ")));
        }
    }
    parts.push(match entry.content_note {
        "" => entry.content.words().to_owned(),
        note => format!("{}: {note}", entry.content.words()),
    });
    parts.push(entry.caching.words().to_owned());
    parts.join("; ")
}

/// What somebody uses the code for without registration.
fn usage(other: &Unofficial, shown: &Entry) -> String {
    let closest: Vec<String> = other.closest.iter().map(ToString::to_string).collect();
    let mut text = format!("{}: {}", other.used_by, other.reach.words());
    if other.entry.meaning != shown.meaning {
        text.push_str(&format!("; there it means: {}", other.entry.meaning.trim_end_matches('.')));
    }
    if !closest.is_empty() {
        text.push_str(&format!("; closest to {}", closest.join(", ")));
    }
    if let Some(apart) = other.tell_apart {
        text.push_str(&format!("; {apart}"));
    }
    text
}

fn entry_json(entry: &Entry) -> Value {
    let fields: Vec<Value> = entry
        .fields
        .iter()
        .map(|field| {
            json!({
                "name": field.name, "strength": field.strength.name(), "when": field.when, "why": field.why,
                "source": field.source.to_string(),
            })
        })
        .collect();
    let look_alikes: Vec<Value> = entry
        .look_alikes
        .iter()
        .map(|other| json!({ "code": other.code.get(), "difference": other.difference }))
        .collect();
    json!({
        "state": entry.state.name(),
        "source": entry.source.to_string(),
        "url": entry.source.url().map(|url| url.to_string()),
        "use_when": entry.use_when,
        "not_when": entry.not_when,
        "actor": entry.actor.name(),
        "who_acts": entry.who_acts,
        "content": entry.content.name(),
        "content_note": entry.content_note,
        "fields": fields,
        "caching": entry.caching.name(),
        "retry": entry.retry.name(),
        "client_action": entry.client_action,
        "idempotency": entry.idempotency,
        "alert": entry.alert.name(),
        "next_step": entry.next_step,
        "support_reply": entry.support_reply,
        "security": entry.security,
        "former_phrases": entry.former_phrases,
        "look_alikes": look_alikes,
    })
}
