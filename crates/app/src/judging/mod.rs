//! The judge with what the house demands: other levels, rules of its own, the shape of its errors, suppressions.

use std::borrow::Cow;

use jiff::Timestamp;
use statusquo_alert::{CauseKind, Expectation, Verdict};
use statusquo_exchange::{Content, Exchange, Response};
use statusquo_lint::{
    Finding, HouseRule, Judge, Judgement, Level, Place, Profile, Rule, Series, house_rule, meant,
};
use statusquo_source::JsonSchema;
use statusquo_source::http::decoded;

use crate::config::{Demand, ERROR_SHAPE, ErrorShape, Linting, Problem};

/// More than this is no schema of an error.
const LARGEST_SCHEMA_BYTES: u64 = 16 << 20;

/// The judge with what the house demands.
#[derive(Debug)]
pub(crate) struct HouseJudge {
    judge: Judge,
    demands: Vec<(&'static Rule, Demand)>,
    error: Option<(&'static Rule, ErrorShape, JsonSchema)>,
}

impl HouseJudge {
    /// The judge that the configuration asks for; reads the schema.
    pub(crate) fn new(linting: &Linting) -> Result<Self, Problem> {
        Self::with(linting, None, &[])
    }

    /// The same with another profile and other levels, such as flags ask for.
    pub(crate) fn with(
        linting: &Linting,
        profile: Option<Profile>,
        levels: &[(&str, Option<Level>)],
    ) -> Result<Self, Problem> {
        let error = linting.error.as_ref().map(read).transpose()?;
        let mut judge = Judge::new(profile.unwrap_or(linting.profile));
        if error.is_some() {
            judge.set("error-shape-guide", None);
        }
        for (id, level) in
            linting.levels.iter().map(|(id, level)| (*id, *level)).chain(levels.iter().copied())
        {
            judge.set(id, level);
        }
        linting.suppressions.iter().for_each(|one| judge.suppress(one.clone()));
        let demands = linting
            .rules
            .iter()
            .filter_map(|demand| Some((house_rule(demand.rule.clone())?, demand.clone())));
        Ok(Self { judge, demands: demands.collect(), error })
    }

    /// Judges one exchange.
    pub(crate) fn judge(&self, exchange: &Exchange) -> Judgement {
        let mut judgement = self.judge.judge(exchange);
        let Some(response) = exchange.response().filter(|_| self.has_own()) else { return judgement };
        let content = decoded(exchange).ok();
        for (rule, demand) in &self.demands {
            if meant(&demand.endpoints, demand.codes.as_ref(), exchange) {
                demanded(rule, demand, exchange, content.as_deref()).count(rule, &mut judgement);
            }
        }
        if let Some((rule, shape, schema)) = &self.error
            && shape.codes.contains(response.status)
        {
            of_shape(rule, schema, response, content).count(rule, &mut judgement);
        }
        let mut judgement = self.judge.without_suppressed(exchange, judgement);
        judgement.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        judgement
    }

    /// Judges one exchange of a series.
    pub(crate) fn judge_in(&self, series: &mut Series, exchange: &Exchange) -> Judgement {
        let mut judgement = self.judge(exchange);
        judgement.findings.extend(series.observe(&self.judge, exchange));
        judgement
    }

    /// The judge without the rules of the house, for what is judged elsewhere.
    pub(crate) const fn rules(&self) -> &Judge {
        &self.judge
    }

    const fn has_own(&self) -> bool {
        !self.demands.is_empty() || self.error.is_some()
    }
}

/// What a rule of the house says.
enum Opinion {
    Silent,
    Clean,
    NotJudged,
    Broken(Finding),
}

impl Opinion {
    fn count(self, rule: &Rule, judgement: &mut Judgement) {
        match self {
            Self::Silent => {}
            Self::Clean => judgement.passed += 1,
            Self::NotJudged => judgement.not_judged.push(rule.id),
            Self::Broken(finding) => judgement.findings.push(finding),
        }
    }
}

fn demanded(rule: &'static Rule, demand: &Demand, exchange: &Exchange, content: Option<&[u8]>) -> Opinion {
    let Some(response) = exchange.response() else { return Opinion::Silent };
    let wants_content = demand.expectations.others.iter().any(|other| match other {
        Expectation::Contains(_) | Expectation::Lacks(_) | Expectation::Matches(_) | Expectation::Json(_) => {
            true
        }
        Expectation::DegradedAfter(_) | Expectation::FailingAfter(_) | Expectation::CertificateDays(_) => {
            false
        }
    });
    let lacks_fields = !demand.expectations.fields.is_empty() && !response.fields.is_captured();
    let lacks_content =
        wants_content && (content.is_none() || !matches!(response.content, Content::Whole(_)));
    if lacks_fields || lacks_content {
        return Opinion::NotJudged;
    }
    match demand.expectations.judge(exchange, content, Timestamp::UNIX_EPOCH) {
        Verdict::Good => Opinion::Clean,
        Verdict::Unknown(_) => Opinion::NotJudged,
        Verdict::Bad(cause) => {
            let is_of_content = match cause.kind {
                CauseKind::Expectation { expectation, .. } => expectation != "header",
                CauseKind::Failure(_)
                | CauseKind::Status(_)
                | CauseKind::CertificateExpiring { .. }
                | CauseKind::HeartbeatMissed
                | CauseKind::HeartbeatFailed { .. }
                | CauseKind::Traffic(_) => false,
            };
            let place = if is_of_content { start(response) } else { Place::StatusLine };
            Opinion::Broken(Finding::new(rule, demand.rule.level, cause.sentence, place))
        }
    }
}

/// The first byte of the content, or the whole response when there is none.
fn start(response: &Response) -> Place {
    match response.content.bytes() {
        Some(bytes) if !bytes.is_empty() => Place::Content(0..1),
        Some(_) | None => Place::StatusLine,
    }
}

/// JSON content of an error is held against the schema; other content has rules of its own.
fn of_shape(
    rule: &'static Rule,
    schema: &JsonSchema,
    response: &Response,
    content: Option<Cow<'_, [u8]>>,
) -> Opinion {
    let media = response.fields.text("content-type").unwrap_or_default().to_ascii_lowercase();
    let media = media.split(';').next().unwrap_or_default().trim();
    if !(media.ends_with("/json") || media.ends_with("+json")) {
        return Opinion::Silent;
    }
    let Some(content) = content.filter(|_| matches!(response.content, Content::Whole(_))) else {
        return Opinion::NotJudged;
    };
    // The answer to HEAD has none, and what is no JSON has a rule of its own.
    let Ok(value) = serde_json::from_slice(&content) else { return Opinion::Silent };
    match schema.breaks(&value).as_slice() {
        [] => Opinion::Clean,
        [first, rest @ ..] => {
            let more = if rest.is_empty() { "" } else { ", and more" };
            let level = rule.levels.guide.unwrap_or(Level::Must);
            Opinion::Broken(Finding::new(rule, level, format!("{first}{more}"), start(response)))
        }
    }
}

/// Reads the schema of the house's errors.
fn read(shape: &ErrorShape) -> Result<(&'static Rule, ErrorShape, JsonSchema), Problem> {
    let file = shape.schema.display();
    let problem =
        |title: String, advice: String| Problem { span: shape.span.clone(), title, advice, hidden: false };
    let unreadable = |why: std::io::Error| problem(format!("`{file}` cannot be read"), why.to_string());
    if std::fs::metadata(&shape.schema).map_err(unreadable)?.len() > LARGEST_SCHEMA_BYTES {
        return Err(problem(format!("`{file}` cannot be read"), "it is larger than 16 MiB".to_owned()));
    }
    let text = std::fs::read_to_string(&shape.schema).map_err(unreadable)?;
    let schema = JsonSchema::read(&text).map_err(|why| problem(format!("`{file}` cannot be used"), why))?;
    let rule = house_rule(HouseRule {
        id: ERROR_SHAPE.to_owned(),
        level: shape.level,
        summary: "errors have the shape of the house".to_owned(),
        reason: "Clients of this house read errors by one schema; another shape takes code of its own."
            .to_owned(),
        fix: format!("send what `{file}` describes"),
    });
    let rule =
        rule.ok_or_else(|| problem("there are too many rules of the house".to_owned(), String::new()))?;
    Ok((rule, shape.clone(), schema))
}
