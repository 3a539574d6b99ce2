//! Reads one `[[maintenance]]`.

use jiff::Timestamp;
use statusquo_alert::{Maintenance, Recurrence, Scope};
use statusquo_exchange::Name;

use super::node::Value;
use super::section::Section;
use super::values;

/// Reads one `[[maintenance]]`.
pub(super) fn read(section: &Section<'_>) -> Option<Maintenance> {
    let name = section.name("name");
    let monitors: Vec<Name> = section.names("monitors").into_iter().map(|(name, _)| name).collect();
    let scope = if section.has("monitors") { Scope::Monitors(monitors) } else { Scope::All };
    let (from, until) = (moment(section, "from"), moment(section, "until"));
    let cron = section.text("cron").and_then(|text| values::cron(section.reading, &text));
    let zone = section.text("zone").and_then(|text| values::zone(section.reading, &text));
    let lasting = section.duration("lasting");
    let given = ["from", "until", "cron", "lasting"].map(|key| section.has(key));
    let recurrence = match given {
        [true, true, false, false] => Recurrence::Once { from: from?, until: until? },
        [false, false, true, true] => {
            Recurrence::Cron { pattern: Box::new(cron?), zone: zone?, lasting: lasting? }
        }
        _ => {
            let title = "planned work has either `from` and `until`, or `cron` and `lasting`";
            section.reading.report(&section.span, title, "these four do not fit together here");
            return None;
        }
    };
    if let Recurrence::Once { from, until } = &recurrence
        && from >= until
    {
        section.reading.report(&section.span_of("until"), "`until` has to be later than `from`", "");
    }
    Some(Maintenance { name: name?, scope, recurrence })
}

/// A moment with its offset from UTC, as TOML's own type or as text.
fn moment(section: &Section<'_>, name: &'static str) -> Option<Timestamp> {
    let (_, node) = section.value(name)?;
    let text = if let Value::Time(time) = &node.value {
        time.to_string()
    } else {
        node.text().unwrap_or_default().to_owned()
    };
    let moment = text.parse().ok();
    if moment.is_none() {
        let title = format!("`{name}` has to be a moment with its offset from UTC");
        section.reading.report(
            &node.span,
            title,
            "for example 2027-01-09T22:00:00+01:00 or 2027-01-09T21:00:00Z",
        );
    }
    moment
}
