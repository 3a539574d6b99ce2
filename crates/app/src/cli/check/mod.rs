//! `statusquo check`: asks once, and says what the answer means.

mod deep;
mod judged;
mod made;
mod plan;
mod report;

use std::io::Read as _;

use anyhow::{Context, bail};
use bytes::Bytes;
use jiff::Timestamp;
use statusquo_alert::StatusExpectation;
use statusquo_exchange::{Exchange, Fields, Name};
use statusquo_lint::{Answered, Decided, Decision, Judgement, Series, decide};
use statusquo_source::Resolver;
use statusquo_source::http::{HttpSpec, Prober, Redirects, Trust};
use statusquo_source::openapi::Description;
use url::Url;

use super::args::{Check, Global};
use super::lint::{self, FilePlace, Open, Report};
use super::output::Printed;
use super::{Exit, Screen};
use crate::judging::HouseJudge;
use judged::{Further, Judged};

/// More content than this is not sent.
const MOST_SENT_BYTES: u64 = 16 << 20;
/// Redirects that `--follow` follows.
const MOST_REDIRECTS: u8 = 10;

/// Runs `statusquo check`.
pub(crate) async fn run(global: &Global, flags: &Check) -> anyhow::Result<Exit> {
    let specs = flags.urls.iter().map(|url| spec(flags, url)).collect::<anyhow::Result<Vec<_>>>()?;
    let house = lint::judge(global, &flags.judging)?;
    let described = flags.openapi.as_deref().map(lint::openapi).transpose()?;
    let expected = flags
        .expect
        .clone()
        .map_or(StatusExpectation::Healthy, |codes| StatusExpectation::In(Box::new(codes)));
    let resolver = Resolver::system().map_err(|blind| anyhow::anyhow!("{}", blind.detail))?;
    let prober =
        Prober::new(resolver, Name::from("here")).map_err(|blind| anyhow::anyhow!("{}", blind.detail))?;
    let mut judged = Vec::new();
    let interrupted = tokio::select! {
        // First, so that the signal is caught before anything is asked.
        biased;
        Ok(()) = tokio::signal::ctrl_c() => true,
        () = ask_all(&prober, &specs, (flags, described.as_ref()), &expected, &mut judged) => false,
    };
    let findings = judge(&house, described.as_ref(), &judged);
    print(global, flags, &judged, &findings, interrupted)?;
    if interrupted {
        return Ok(Exit::Interrupted);
    }
    if let Some(blind) = judged.iter().find_map(|judged| judged.probed.blind.as_ref()) {
        bail!("we {}: {}; {}", blind.fault.in_words(), blind.detail, blind.fault.next_step());
    }
    let is_good = judged.iter().all(|judged| judged.good) && !lint::fails(&flags.judging, &findings);
    Ok(if is_good { Exit::Clean } else { Exit::Found })
}

async fn ask_all(
    prober: &Prober,
    specs: &[HttpSpec],
    (flags, described): (&Check, Option<&Description>),
    expected: &StatusExpectation,
    judged: &mut Vec<Judged>,
) {
    for spec in specs {
        for _ in 0..flags.repeat {
            let probed = prober.probe(spec, Timestamp::now()).await;
            judged.push(Judged::new(spec.url.clone(), probed, expected));
        }
        if let (Some(how), Some(last)) = (flags.deep, judged.last_mut()) {
            let deep = deep::Deep { prober, first: spec, flags, how, described };
            deep.ask(last).await;
        }
    }
}

/// What every exchange is wrong in: of a probe that followed redirects, all of them.
fn judge(judge: &HouseJudge, described: Option<&Description>, judged: &[Judged]) -> Report {
    let mut report = Report::default();
    let mut series = Series::new();
    let mut of_exchange = |exchange: &Exchange| {
        let mut judgement = judge.judge_in(&mut series, exchange);
        let of_description =
            described.map(|described| lint::judge_described(judge.rules(), described, exchange));
        judgement.findings.extend(of_description.into_iter().flatten());
        judgement
    };
    for (number, judged) in (1..).zip(judged) {
        let place = FilePlace { file: String::new(), line: 1, number: Some(number) };
        for exchange in &judged.probed.exchanges {
            report.add(exchange, &place, of_exchange(exchange));
        }
        let answers: Vec<Answered<'_>> = judged.further.iter().map(Further::answered).collect();
        for (at, last) in answers.iter().enumerate() {
            let mut judgement = of_exchange(last.exchange);
            let earlier = answers.get(..at).unwrap_or_default();
            let decision = judged.exchange().and_then(|first| decide(judge.rules(), first, earlier, *last));
            if let Some(open) =
                decision.and_then(|decision| counted(judge, last.exchange, decision, &mut judgement))
            {
                report.leave_open(open);
            }
            report.add(last.exchange, &place, judgement);
        }
        judged.open.iter().for_each(|open| report.leave_open(open.clone()));
        report.missed.extend(judged.missed());
    }
    report
}

/// Counts what was decided; what was not comes back.
fn counted(
    judge: &HouseJudge,
    exchange: &Exchange,
    decision: Decision,
    into: &mut Judgement,
) -> Option<Open> {
    let Decision { rule, decided } = decision;
    match decided {
        Decided::Kept => into.passed += 1,
        Decided::Broken(finding) => {
            let found = Judgement { findings: vec![*finding], ..Judgement::default() };
            let found = judge.rules().without_suppressed(exchange, found);
            into.findings.extend(found.findings);
            into.suppressed += found.suppressed;
        }
        Decided::Open(why) => return Some(Open { rule, why }),
    }
    None
}

fn print(
    global: &Global,
    flags: &Check,
    judged: &[Judged],
    findings: &Report,
    interrupted: bool,
) -> anyhow::Result<()> {
    let text = |screen: &Screen| {
        let mark = if interrupted { "interrupted: this is not all" } else { "" };
        let mut blocks = vec![
            report::text(screen, flags, judged, global.verbose > 0),
            lint::text(screen, findings),
            mark.to_owned(),
        ];
        blocks.retain(|block| !block.is_empty());
        blocks.join("\n\n")
    };
    lint::printed(Printed::text(global, text).json(|| report::json(judged, findings, interrupted)), findings)
        .write()
}

/// What to ask.
fn spec(flags: &Check, url: &str) -> anyhow::Result<HttpSpec> {
    let parsed = match Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => parsed,
        Ok(parsed) if url.contains("://") => {
            bail!("`{}` URLs cannot be asked: only http and https", parsed.scheme())
        }
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => {
            bail!("`{url}` does not say how to ask; write `https://{url}`")
        }
        Err(why) => bail!("`{url}` is not a URL: {why}"),
    };
    let mut spec = HttpSpec::get(Name::from("check"), parsed);
    spec.content = content(flags.body.as_deref())?;
    let default = if spec.content.is_empty() { "GET" } else { "POST" };
    let method = flags.method.as_deref().unwrap_or(default);
    spec.method = method.parse().with_context(|| format!("`{method}` is not a request method"))?;
    spec.fields = fields(&flags.headers)?;
    spec.timeout = flags.timeout;
    if flags.follow {
        spec.redirects = Redirects::Follow { max: MOST_REDIRECTS };
    }
    if let Some(ca) = &flags.ca {
        let pem = std::fs::read(ca).with_context(|| format!("cannot read `{}`", ca.display()))?;
        spec.trust = Trust::Ca(Bytes::from(pem));
    }
    if let Err(wrong) = spec.check() {
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        bail!("this cannot be asked: {}", wrong.join("; "));
    }
    Ok(spec)
}

/// The content itself, or that of a file after `@`.
fn content(body: Option<&str>) -> anyhow::Result<Bytes> {
    let Some(body) = body else { return Ok(Bytes::new()) };
    let Some(file) = body.strip_prefix('@') else { return Ok(Bytes::copy_from_slice(body.as_bytes())) };
    let mut content = Vec::new();
    let cannot = || format!("cannot read `{file}`");
    std::fs::File::open(file)
        .with_context(cannot)?
        .take(MOST_SENT_BYTES + 1)
        .read_to_end(&mut content)
        .with_context(cannot)?;
    if u64::try_from(content.len()).is_ok_and(|length| length > MOST_SENT_BYTES) {
        bail!("`{file}` is larger than 16 MiB");
    }
    Ok(Bytes::from(content))
}

/// `Name: value`
fn fields(lines: &[String]) -> anyhow::Result<Fields> {
    let mut fields = Fields::new();
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            bail!("`{line}` is not a header field; write `Name: value`");
        };
        fields.push(name.trim().to_owned(), value.trim().to_owned());
    }
    Ok(fields)
}
