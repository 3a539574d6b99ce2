//! OpenSLO documents (v1) as they stand: which of our objectives they mean.
//!
//! Their indicators are queries to somebody's database. What a query selects by labels (service, method, route, status
//! codes, the bound of a histogram) is what we count ourselves; the rest of the query is not run.

mod query;

use jiff::tz::TimeZone;
use serde_json::Value;
use statusquo_exchange::Name;
use statusquo_slo::budget::{CalendarUnit, Codes, Indicator, Objective, Period, Scope, Slo};

use query::Selected;

/// Reads all objectives of a file of OpenSLO documents.
///
/// # Errors
/// What is not YAML, and each objective that cannot be taken over, with the reason.
pub(crate) fn read(text: &str) -> Result<Vec<Slo>, Vec<String>> {
    let mut documents = Vec::new();
    for part in text.split("\n---") {
        if part.trim().trim_start_matches('-').trim().is_empty() {
            continue;
        }
        let read: Result<Value, _> = serde_saphyr::from_str(part.trim_start_matches('-'));
        documents.push(read.map_err(|why| vec![format!("not YAML: {why}")])?);
    }
    let (mut slos, mut problems) = (Vec::new(), Vec::new());
    for document in documents.iter().filter(|document| at(document, "/kind") == "SLO") {
        let name = at(document, "/metadata/name").as_str().unwrap_or("without a name");
        match objectives(document, &documents) {
            Ok(read) => slos.extend(read),
            Err(why) => problems.push(format!("objective `{name}`: {why}")),
        }
    }
    if slos.is_empty() && problems.is_empty() {
        problems.push("there is no document of `kind: SLO` in it".to_owned());
    }
    if problems.is_empty() { Ok(slos) } else { Err(problems) }
}

/// The objectives of one document: it may have several targets.
fn objectives(document: &Value, all: &[Value]) -> Result<Vec<Slo>, String> {
    if !at(document, "/apiVersion").as_str().is_some_and(|version| version.starts_with("openslo/v1")) {
        return Err("`apiVersion` has to be `openslo/v1`".to_owned());
    }
    let spec = at(document, "/spec");
    let name = name_of(at(document, "/metadata/name").as_str().ok_or("`metadata.name` is missing")?);
    let title = at(document, "/metadata/displayName").as_str().unwrap_or(&name).to_owned();
    match at(spec, "/budgetingMethod").as_str() {
        Some("Occurrences") | None => {}
        Some(other) => {
            return Err(format!("`budgetingMethod: {other}` is not supported, only `Occurrences`"));
        }
    }
    let indicator = indicator(spec, all)?;
    let period = period(at(spec, "/timeWindow"))?;
    let targets = at(spec, "/objectives").as_array().map(Vec::as_slice).unwrap_or_default();
    if targets.is_empty() {
        return Err("`objectives` is missing".to_owned());
    }
    let service = at(spec, "/service").as_str();
    let one = |(place, target): (usize, &Value)| {
        let objective = objective(target)?;
        let mut selected = indicator.clone();
        if let (Some(bound), None) = (at(target, "/value").as_f64(), selected.within_seconds) {
            selected.within_seconds = Some(bound);
        }
        let suffix = if targets.len() > 1 { format!("-{}", place + 1) } else { String::new() };
        Ok(Slo {
            name: Name::from(format!("{name}{suffix}").as_str()),
            title: at(target, "/displayName").as_str().unwrap_or(&title).to_owned(),
            scope: scope(&selected, service)?,
            indicator: promise(&selected),
            objective,
            period: period.clone(),
            receivers: Vec::new(),
        })
    };
    targets.iter().enumerate().map(one).collect()
}

/// What its indicator selects, be it written here or in a document of its own.
fn indicator(spec: &Value, all: &[Value]) -> Result<Selected, String> {
    let inline = at(spec, "/indicator/spec");
    let referred = at(spec, "/indicatorRef").as_str().map(|name| {
        let is_it =
            |document: &&Value| at(document, "/kind") == "SLI" && at(document, "/metadata/name") == name;
        let found = all.iter().find(is_it).map(|document| at(document, "/spec"));
        found.ok_or_else(|| format!("there is no `kind: SLI` document `{name}` in the file"))
    });
    let found = match referred {
        Some(found) => found?,
        None if inline.is_object() => inline,
        None => return Err("it has neither `indicator` nor `indicatorRef`".to_owned()),
    };
    let text = |of: &Value| at(of, "/metricSource/spec").to_string();
    let ratio = at(found, "/ratioMetric");
    let mut selected = Selected::default();
    if at(ratio, "/total").is_object() {
        selected.total(&text(at(ratio, "/total")));
    }
    if at(ratio, "/bad").is_object() {
        selected.bad(&text(at(ratio, "/bad")));
    }
    if at(ratio, "/good").is_object() {
        selected.good(&text(at(ratio, "/good")));
    }
    if at(found, "/thresholdMetric").is_object() {
        selected.total(&text(at(found, "/thresholdMetric")));
    }
    if !ratio.is_object() && !at(found, "/thresholdMetric").is_object() {
        return Err("its indicator has neither `ratioMetric` nor `thresholdMetric`".to_owned());
    }
    Ok(selected)
}

fn scope(selected: &Selected, service: Option<&str>) -> Result<Scope, String> {
    let service = service.or(selected.service.as_deref()).ok_or("`service` is missing")?;
    Ok(Scope::Service {
        service: Name::from(name_of(service).as_str()),
        method: selected.method.clone(),
        route: selected.route.clone(),
    })
}

fn promise(selected: &Selected) -> Indicator {
    let codes =
        Codes { bad: selected.bad.clone(), good: selected.good.clone(), excluded: selected.excluded.clone() };
    match selected.within_seconds {
        Some(seconds) => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
            let within_us = (seconds * 1e6).clamp(1.0, f64::from(u32::MAX)) as u32;
            Indicator::Latency { within_us, codes }
        }
        None => Indicator::Availability(codes),
    }
}

fn objective(target: &Value) -> Result<Objective, String> {
    let percent = match (at(target, "/target").as_f64(), at(target, "/targetPercent").as_f64()) {
        (Some(share), _) => share * 100.0,
        (None, Some(percent)) => percent,
        (None, None) => return Err("an objective has neither `target` nor `targetPercent`".to_owned()),
    };
    let text = format!("{percent:.4}");
    text.parse().map_err(|_| format!("{percent} % cannot be promised: more than 0 and less than 100"))
}

fn period(windows: &Value) -> Result<Period, String> {
    let window = windows.get(0).unwrap_or(windows);
    let Some(text) = at(window, "/duration").as_str() else {
        return Err("`timeWindow.duration` is missing".to_owned());
    };
    let wrong = || format!("`timeWindow.duration: {text}` is not supported: write days, weeks, `1M` or `1Q`");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let count: u32 = text.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    let is_rolling = at(window, "/isRolling").as_bool().unwrap_or(at(window, "/calendar").is_null());
    let zone = at(window, "/calendar/timeZone").as_str().unwrap_or("UTC");
    let zone = TimeZone::get(zone).map_err(|_| format!("there is no time zone `{zone}`"))?;
    let calendar = |unit| Ok(Period::Calendar { unit, zone: zone.clone() });
    match (unit, count, is_rolling) {
        ('w', 1, false) => calendar(CalendarUnit::Week),
        ('M', 1, false) => calendar(CalendarUnit::Month),
        ('Q', 1, false) => calendar(CalendarUnit::Quarter),
        ('d', 1..=92, true) => Ok(Period::Rolling { days: count }),
        ('w', 1..=13, true) => Ok(Period::Rolling { days: count * 7 }),
        ('M', 1..=3, true) => Ok(Period::Rolling { days: count * 30 }),
        _ => Err(wrong()),
    }
}

/// The value at a JSON pointer; null when there is none.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

/// In the letters that our names have.
fn name_of(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    let name: String = text.to_lowercase().chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    name.trim_start_matches(['-', '.', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../../tests/config/openslo/slos.yaml");

    #[test]
    fn documents_are_taken_over_as_they_stand() {
        let slos = read(FILE).unwrap();
        let names: Vec<&str> = slos.iter().map(|slo| slo.name.as_str()).collect();
        assert_eq!(names, ["orders-availability", "orders-latency-1", "orders-latency-2", "web-monthly"]);
        let [orders, latency, slower, web] = &slos[..] else { panic!("{slos:?}") };
        assert_eq!(orders.title, "Orders can be placed");
        assert_eq!(
            orders.scope,
            Scope::Service {
                service: "shop".into(),
                method: Some("POST".to_owned()),
                route: Some("/v1/orders".to_owned())
            }
        );
        assert_eq!(orders.objective.to_string(), "99.9 %");
        let bad = orders.indicator.codes();
        assert_eq!(
            (bad.bad.to_string().as_str(), bad.good.to_string().as_str()),
            ("429,5xx", "100-428,430-499")
        );
        assert!(matches!(latency.indicator, Indicator::Latency { within_us: 300_000, .. }));
        assert!(matches!(slower.indicator, Indicator::Latency { within_us: 1_000_000, .. }));
        assert_eq!(latency.period, Period::Rolling { days: 28 });
        assert!(matches!(&web.period, Period::Calendar { unit: CalendarUnit::Month, .. }));
    }

    #[test]
    fn what_cannot_be_taken_over_is_told_with_its_reason() {
        let of = |change: (&str, &str)| read(&FILE.replacen(change.0, change.1, 1)).unwrap_err().join("; ");
        for (change, expect) in [
            (
                ("budgetingMethod: Occurrences", "budgetingMethod: Timeslices"),
                "`budgetingMethod: Timeslices` is not supported",
            ),
            (("duration: 30d", "duration: 1Y"), "`timeWindow.duration: 1Y` is not supported"),
            (("target: 0.999", "target: 1.0"), "100 % cannot be promised"),
            (("indicatorRef: web", "indicatorRef: nothing"), "there is no `kind: SLI` document `nothing`"),
            (
                ("apiVersion: openslo/v1\nkind: SLO", "apiVersion: openslo/v9\nkind: SLO"),
                "`apiVersion` has to be",
            ),
        ] {
            assert!(of(change).contains(expect), "{}", of(change));
        }
        assert_eq!(read("kind: Service").unwrap_err(), ["there is no document of `kind: SLO` in it"]);
        assert!(read("a: [").unwrap_err()[0].starts_with("not YAML"));
    }
}
