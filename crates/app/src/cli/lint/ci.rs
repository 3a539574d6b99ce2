//! Findings in the forms that CI systems show: JUnit, SARIF, GitHub, GitLab.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use statusquo_lint::Level;

use super::page::markdown;
use super::report::{Found, Missed, Report, rules_found};

/// GitHub shows no more annotations of a kind for a step.
const MOST_ANNOTATIONS: usize = 10;

/// JUnit XML: a test suite for each file, a failed test for each finding at `must` or `should`.
pub(super) fn junit(report: &Report) -> String {
    let failures = report.missed.len() + report.levels.of(Level::Must) + report.levels.of(Level::Should);
    let tests = failures.max(1);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"statusquo lint\" tests=\"{tests}\" failures=\"{failures}\">\n\
         <testsuite name=\"statusquo lint\" tests=\"{tests}\" failures=\"{failures}\">\n"
    );
    for missed in &report.missed {
        let (name, sentence) = (escape(&missed.url), escape(&missed.sentence));
        text.push_str(&format!(
            "<testcase classname=\"{0}\" name=\"{name}\"><failure type=\"{0}\" message=\"{sentence}\"/></testcase>\n",
            missed.id
        ));
    }
    for found in report.found.iter().filter(|found| found.finding.level >= Level::Should) {
        let place = found.place.shown().map(|place| format!(" ({place})")).unwrap_or_default();
        let name = escape(&format!("{}{place}", found.request));
        text.push_str(&format!(
            "<testcase classname=\"{}\" name=\"{name}\"><failure type=\"{}\" message=\"{}\">{}</failure></testcase>\n",
            found.finding.rule.id,
            found.finding.level,
            escape(&found.finding.message),
            escape(&format!("{}\nfix: {}\nsource: {}", found.finding.message, found.finding.fix, found.finding.rule.source)),
        ));
    }
    if failures == 0 {
        text.push_str("<testcase classname=\"statusquo\" name=\"lint\"/>\n");
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(char),
            // XML 1.0 has no way to write these.
            char if char.is_control() => safe.push('\u{fffd}'),
            char => safe.push(char),
        }
    }
    safe
}

/// SARIF 2.1.0 with the rules' pages inline.
pub(super) fn sarif(report: &Report) -> Value {
    let rules: Vec<Value> = rules_found(report)
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.page.summary },
                "fullDescription": { "text": rule.page.reason },
                "help": {
                    "text": format!("{}\n\nHow to fix: {}\n\nSource: {}", rule.page.reason, rule.page.fix, rule.source),
                    "markdown": format!("## {}", rule.page.markdown),
                },
                "properties": { "tags": ["http", rule.theme] },
            })
        })
        .collect();
    let missed = report.missed.iter().map(sarif_missed);
    let results: Vec<Value> = missed.chain(report.found.iter().map(sarif_result)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "statusquo", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results,
        }],
    })
}

fn sarif_missed(missed: &Missed) -> Value {
    json!({
        "ruleId": missed.id,
        "level": "error",
        "message": { "text": missed.sentence },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": missed.url } } }],
        "partialFingerprints": { "statusquo/v1": digest(&format!("{}\n{}", missed.id, missed.url)) },
    })
}

fn sarif_result(found: &Found) -> Value {
    let level = match found.finding.level {
        Level::Must => "error",
        Level::Should => "warning",
        Level::Advice => "note",
    };
    let uri = if found.place.file == "-" { "stdin" } else { &found.place.file };
    json!({
        "ruleId": found.finding.rule.id,
        "level": level,
        "message": { "text": format!("{}: {}", found.request, found.finding.message) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri },
            "region": { "startLine": found.place.line },
        }}],
        "partialFingerprints": { "statusquo/v1": fingerprint(found) },
    })
}

/// The same for the same fault of the same endpoint, wherever in the file it stands.
fn fingerprint(found: &Found) -> String {
    let text = format!(
        "{}\n{}\n{}",
        found.finding.rule.id,
        found.request,
        found.wire.field.as_deref().unwrap_or_default()
    );
    digest(&text)
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Workflow commands: the gravest of each kind, and how many more there are. All of them go to the step summary.
pub(super) fn github(report: &Report) -> String {
    let mut text = String::new();
    for missed in report.missed.iter().take(MOST_ANNOTATIONS) {
        text.push_str(&format!("::error title={}::{}\n", property(missed.id), data(&missed.sentence)));
    }
    for level in [Level::Must, Level::Should, Level::Advice] {
        let command = match level {
            Level::Must => "error",
            Level::Should => "warning",
            Level::Advice => "notice",
        };
        let of_level: Vec<&Found> =
            report.found.iter().filter(|found| found.finding.level == level).collect();
        let room = if of_level.len() > MOST_ANNOTATIONS { MOST_ANNOTATIONS - 1 } else { MOST_ANNOTATIONS };
        for found in of_level.iter().take(room) {
            let message = format!(
                "{}: {}. Fix: {} ({})",
                found.request, found.finding.message, found.finding.fix, found.finding.rule.source
            );
            let place = match found.place.file.as_str() {
                "" => String::new(),
                file => format!("file={},line={},", property(file), found.place.line),
            };
            text.push_str(&format!(
                "::{command} {place}title={}::{}\n",
                property(found.finding.rule.id),
                data(&message)
            ));
        }
        if of_level.len() > room {
            text.push_str(&format!(
                "::{command} title=statusquo lint::{} more; see the step summary\n",
                of_level.len() - room
            ));
        }
    }
    if let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY") {
        let written = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)
            .and_then(|mut file| std::io::Write::write_all(&mut file, markdown(report).as_bytes()));
        if let Err(why) = written {
            text.push_str(&format!(
                "::warning::the step summary cannot be written: {}\n",
                data(&why.to_string())
            ));
        }
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// GitLab's code quality report.
pub(super) fn gitlab(report: &Report) -> Value {
    let one = |found: &Found| {
        let severity = match found.finding.level {
            Level::Must => "major",
            Level::Should => "minor",
            Level::Advice => "info",
        };
        json!({
            "description": format!("{}: {}", found.request, found.finding.message),
            "check_name": found.finding.rule.id,
            "fingerprint": format!("{}-{}", fingerprint(found), found.place.number.unwrap_or(found.place.line)),
            "severity": severity,
            "location": { "path": found.place.file, "lines": { "begin": found.place.line } },
        })
    };
    let missed = report.missed.iter().map(|missed| {
        json!({
            "description": missed.sentence,
            "check_name": missed.id,
            "fingerprint": digest(&format!("{}\n{}", missed.id, missed.url)),
            "severity": "critical",
            "location": { "path": missed.url, "lines": { "begin": 1 } },
        })
    });
    missed.chain(report.found.iter().map(one)).collect()
}
