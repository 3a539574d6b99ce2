//! Objectives as rules for Prometheus: the same windows and thresholds, recorded and alerted there.
//!
//! What Prometheus cannot say is left out: the gate against chance, and that missing data neither fires nor ends an
//! alarm.

use statusquo_catalogue::{CodeSet, Event, StatusCode};
use statusquo_slo::budget::{Codes, Indicator, Pair, Scope, Slo, Urgency};

use crate::cli::args::Metric;

/// The rules of these objectives, as a rule file.
pub(super) fn rules(slos: &[&Slo], metric: Metric) -> String {
    let mut text = "groups:\n".to_owned();
    for slo in slos {
        text.push_str(&group(slo, &Series::of(slo, metric)));
    }
    text
}

fn group(slo: &Slo, series: &Series) -> String {
    let policy = slo.budget(0).policy().clone();
    let name = slo.name.as_str();
    let mut text = format!("  - name: statusquo-slo-{name}\n    rules:\n");
    let mut windows: Vec<i64> =
        policy.pairs.iter().flat_map(|pair| [pair.short_seconds, pair.long_seconds]).collect();
    windows.sort_unstable();
    windows.dedup();
    for seconds in windows {
        let window = window(seconds);
        text.push_str(&format!(
            "      - record: slo:sli_error:ratio_rate{window}\n        expr: |\n          {}\n        labels:\n          slo: {name}\n",
            series.error_ratio(&window)
        ));
    }
    for urgency in [Urgency::Page, Urgency::Ticket] {
        text.push_str(&alert(slo, urgency, &policy.pairs, policy.period_seconds));
    }
    text
}

fn alert(slo: &Slo, urgency: Urgency, pairs: &[Pair], period_seconds: i64) -> String {
    let budget = slo.objective.budget_ratio();
    let burns = |pair: &Pair, seconds: i64| {
        let threshold = pair.threshold(period_seconds) * budget;
        format!("slo:sli_error:ratio_rate{}{{slo=\"{}\"}} > {threshold:.7}", window(seconds), slo.name)
    };
    let feasible = |pair: &&Pair| pair.urgency == urgency && pair.threshold(period_seconds) * budget <= 1.0;
    let both: Vec<String> = pairs
        .iter()
        .filter(feasible)
        .map(|pair| format!("({} and {})", burns(pair, pair.long_seconds), burns(pair, pair.short_seconds)))
        .collect();
    if both.is_empty() {
        return "      # no alert: the objective is so loose that a total outage would not reach the threshold\n".to_owned();
    }
    let (word, when) = match urgency {
        Urgency::Page => ("page", "Page"),
        Urgency::Ticket => ("ticket", "Ticket"),
    };
    format!(
        "      - alert: ErrorBudget{when}\n        expr: |\n          {}\n        labels:\n          slo: {}\n          severity: {word}\n        annotations:\n          summary: {:?}\n",
        both.join("\n          or\n          "),
        slo.name,
        format!("{} burns its error budget of {}", slo.title, slo.objective)
    )
}

/// `5m`, `1h`, `3d`
fn window(seconds: i64) -> String {
    match seconds {
        seconds if seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds => format!("{}m", seconds / 60),
    }
}

/// The time series that an objective is computed from.
struct Series {
    /// Without the brackets: `http_server_request_duration_seconds`.
    metric: &'static str,
    /// What all of them have: `job="shop",http_route="/orders"`.
    labels: String,
    /// The label that holds the status code.
    code: &'static str,
    indicator: Indicator,
}

impl Series {
    fn of(slo: &Slo, metric: Metric) -> Self {
        let (metric, code, [service, method, route]) = match (metric, &slo.scope) {
            (_, Scope::Monitor(_)) => ("statusquo_probes_total", "code", ["", "", ""]),
            (Metric::Statusquo, _) => ("statusquo_requests", "code", ["service", "method", "route"]),
            (Metric::Otel, _) => (
                "http_server_request_duration_seconds",
                "http_response_status_code",
                ["job", "http_request_method", "http_route"],
            ),
        };
        let labels = match &slo.scope {
            Scope::Monitor(monitor) => vec![label("monitor", "=", monitor.as_str())],
            Scope::Service { service: of, method: by, route: at } => {
                let mut labels = vec![label(service, "=", of.as_str())];
                labels.extend(by.as_ref().map(|by| label(method, "=", by)));
                labels.extend(at.as_ref().map(|at| match at.strip_suffix('*') {
                    Some(start) => label(route, "=~", &format!("{}.*", quoted(start))),
                    None => label(route, "=", at),
                }));
                labels
            }
        };
        Self { metric, labels: labels.join(","), code, indicator: slo.indicator.clone() }
    }

    fn error_ratio(&self, window: &str) -> String {
        let codes = self.indicator.codes();
        let excluded = regex(codes, Event::Excluded);
        let valid =
            if excluded.is_empty() { String::new() } else { format!(",{}!~\"{excluded}\"", self.code) };
        let bad = regex(codes, Event::Bad);
        let (count, labels, code) = (self.count(), &self.labels, self.code);
        let all = format!("sum(rate({count}{{{labels}{valid}}}[{window}]))");
        match &self.indicator {
            Indicator::Availability(_) => {
                format!("(sum(rate({count}{{{labels},{code}=~\"{bad}\"}}[{window}])) or vector(0)) / {all}")
            }
            Indicator::Latency { within_us, .. } => {
                let le = f64::from(*within_us) / 1e6;
                let metric = self.metric;
                format!(
                    "1 - (sum(rate({metric}_bucket{{{labels},le=\"{le}\",{code}!~\"{bad}\"{valid}}}[{window}])) / {all})"
                )
            }
        }
    }

    fn count(&self) -> String {
        if self.metric.ends_with("_total") {
            self.metric.to_owned()
        } else {
            format!("{}_count", self.metric)
        }
    }
}

fn label(name: &str, operator: &str, value: &str) -> String {
    format!("{name}{operator}\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// For a pattern within a string of PromQL.
fn quoted(text: &str) -> String {
    text.replace(['{', '}', '.', '(', ')'], ".")
}

/// The codes that count so, as short a pattern as it goes: `5..` or `429|50[02-4]`.
fn regex(codes: &Codes, event: Event) -> String {
    let all: CodeSet = (100..=599)
        .map(StatusCode::new)
        .filter(|code| codes.classify(statusquo_slo::Answer::Status(*code)) == event)
        .collect();
    let mut parts = Vec::new();
    for hundred in 1..=5_u16 {
        let of: Vec<u16> = all.iter().map(StatusCode::get).filter(|code| code / 100 == hundred).collect();
        if of.len() == 100 {
            parts.push(format!("{hundred}.."));
            continue;
        }
        for ten in 0..10_u16 {
            let ends: Vec<u16> =
                of.iter().filter(|code| *code % 100 / 10 == ten).map(|code| code % 10).collect();
            match ends.as_slice() {
                [] => {}
                [one] => parts.push(format!("{hundred}{ten}{one}")),
                ends if ends.len() == 10 => parts.push(format!("{hundred}{ten}.")),
                ends => {
                    let digits: String = ends.iter().map(ToString::to_string).collect();
                    parts.push(format!("{hundred}{ten}[{digits}]"));
                }
            }
        }
    }
    parts.join("|")
}
