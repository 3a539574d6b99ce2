//! Reads one `[[slo]]`.

use jiff::tz::TimeZone;
use statusquo_catalogue::CodeSet;
use statusquo_slo::budget::{CalendarUnit, Codes, Indicator, Objective, Period, Scope, Slo};

use super::section::{Section, Text};
use super::values;

/// The longest rolling period, in days: figures by the minute are not kept for longer.
const MOST_DAYS: u32 = 92;

/// Reads one `[[slo]]`.
pub(super) fn read(section: &Section<'_>) -> Option<Slo> {
    let name = section.name("name");
    let title = section.text("title").map(|text| text.value);
    let scope = scope(section);
    let objective = section.text("objective").and_then(|text| objective(section, &text));
    let zone = section.text("zone").and_then(|text| values::zone(section.reading, &text));
    let period = section.text("period").and_then(|text| period(section, &text, zone.as_ref()?));
    let codes = Codes {
        bad: code_set(section, "bad"),
        good: code_set(section, "good"),
        excluded: code_set(section, "excluded"),
    };
    let within = section.duration("within");
    let indicator = match within {
        None => Indicator::Availability(codes),
        Some(within) => {
            Indicator::Latency { within_us: u32::try_from(within.as_micros()).unwrap_or(u32::MAX), codes }
        }
    };
    let name = name?;
    let title = title.unwrap_or_else(|| name.to_string());
    let receivers = section.names("receivers").into_iter().map(|(name, _)| name).collect();
    Some(Slo { name, title, scope: scope?, indicator, objective: objective?, period: period?, receivers })
}

fn scope(section: &Section<'_>) -> Option<Scope> {
    let (monitor, service) = (section.name("monitor"), section.name("service"));
    let endpoint = section.text("endpoint").and_then(|text| endpoint(section, &text));
    match (section.has("monitor"), section.has("service")) {
        (true, false) if section.has("endpoint") => {
            let advice = "a monitor asks one thing; `endpoint` goes with `service`";
            section.reading.report(
                &section.span_of("endpoint"),
                "`endpoint` does not go with `monitor`",
                advice,
            );
            None
        }
        (true, false) => monitor.map(Scope::Monitor),
        (false, true) => {
            let (method, route) = endpoint.unzip();
            Some(Scope::Service { service: service?, method, route })
        }
        (true, true) => {
            let title = "an objective is about a monitor or a service, and this one has both";
            section.reading.report(&section.span_of("service"), title, "make it two objectives");
            None
        }
        (false, false) => {
            let title = "this objective does not say what it is about";
            section.reading.report(&section.span, title, "add `monitor = …` or `service = …`");
            None
        }
    }
}

/// `POST /v1/orders`
fn endpoint(section: &Section<'_>, text: &Text) -> Option<(String, String)> {
    let parts = text.value.split_once(' ').map(|(method, route)| (method.trim(), route.trim()));
    let good = parts.filter(|(method, route)| !method.is_empty() && route.starts_with(['/', '*', '(']));
    if good.is_none() {
        let advice = "write the method and the route: `POST /v1/orders`";
        section.reading.report(&text.span, "not an endpoint", advice);
    }
    good.map(|(method, route)| (method.to_ascii_uppercase(), route.to_owned()))
}

fn objective(section: &Section<'_>, text: &Text) -> Option<Objective> {
    let read = text.value.parse();
    if let Err(why) = &read {
        section.reading.report(
            &text.span,
            "not an objective",
            format!("{why}").replace("not an objective: ", ""),
        );
    }
    read.ok()
}

fn period(section: &Section<'_>, text: &Text, zone: &TimeZone) -> Option<Period> {
    let unit = match text.value.as_str() {
        "week" => Some(CalendarUnit::Week),
        "month" => Some(CalendarUnit::Month),
        "quarter" => Some(CalendarUnit::Quarter),
        _ => None,
    };
    if let Some(unit) = unit {
        return Some(Period::Calendar { unit, zone: zone.clone() });
    }
    let days = text.value.strip_suffix('d').and_then(|days| days.parse().ok());
    let days = days.filter(|days| (1..=MOST_DAYS).contains(days));
    if days.is_none() {
        let advice = format!("write days from `1d` to `{MOST_DAYS}d`, or `week`, `month` or `quarter`");
        section.reading.report(&text.span, "not a period", advice);
    }
    days.map(|days| Period::Rolling { days })
}

fn code_set(section: &Section<'_>, name: &'static str) -> CodeSet {
    section.text(name).and_then(|text| values::codes(section.reading, &text)).unwrap_or(CodeSet::NONE)
}
