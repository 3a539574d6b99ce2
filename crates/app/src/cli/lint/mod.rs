//! `statusquo lint`: holds recorded exchanges against the standards and good practice.

mod answered;
mod ci;
mod description;
mod input;
mod page;
mod report;
mod text;

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, bail};
use statusquo_lint::{Level, Series};
use statusquo_source::openapi::Description;

use super::args::{DEFAULT_CONFIG, Global, Judging, Lint};
use super::output::{Format, Printed};
use super::{Exit, Screen};
use crate::config::{self, Broken, Linting, LoadError};
use crate::judging::HouseJudge;
use answered::Answered;
pub(crate) use description::{ELSEWHERE, judge as judge_described, path};
use input::Input;
pub(crate) use report::{FilePlace, Missed, Open, Report, json};

/// The judge that the configuration and the flags ask for; flags go before. Without a configuration there is none.
pub(crate) fn judge(global: &Global, judging: &Judging) -> anyhow::Result<HouseJudge> {
    let levels: Vec<_> = judging.rules.iter().map(|change| (change.id.as_str(), change.level)).collect();
    let config = match config::load(&global.config) {
        Ok(config) => config,
        Err(LoadError::Missing(_)) if global.config == Path::new(DEFAULT_CONFIG) => {
            return HouseJudge::with(&Linting::default(), judging.profile, &levels)
                .map_err(|problem| anyhow::anyhow!("{}", problem.title));
        }
        Err(why) => return Err(why.into()),
    };
    let (file, source) = &config.origin;
    let judge = HouseJudge::with(&config.lint, judging.profile, &levels);
    Ok(judge.map_err(|problem| LoadError::Broken(Broken::new(file, source, vec![problem])))?)
}

/// What `check` says below the answer.
pub(crate) fn text(screen: &Screen, report: &Report) -> String {
    text::of_check(screen, report)
}

/// Runs `statusquo lint`.
pub(crate) fn run(global: &Global, flags: &Lint) -> anyhow::Result<Exit> {
    let judge = judge(global, &flags.judging)?;
    let streams =
        matches!(global.output.as_slice(), [only] if only.format == Format::Jsonl && only.file.is_none());
    let described = flags.openapi.as_deref().map(openapi).transpose()?;
    let mut report = Report::default();
    let mut answered = Answered::default();
    let mut stdout = std::io::BufWriter::new(std::io::stdout().lock());
    for file in &flags.files {
        let mut series = Series::new();
        input::read(file, flags.kind, &mut |recorded| {
            match recorded {
                Ok(Input::Description(text)) => {
                    let name = file.display().to_string();
                    let read = Description::read(&text).with_context(|| format!("cannot read `{name}`"))?;
                    report.operations += read.operations.len();
                    for (line, operation, finding) in description::judge_itself(judge.rules(), &read) {
                        report.add_described(
                            finding,
                            operation,
                            FilePlace { file: name.clone(), line, number: None },
                        );
                    }
                }
                Ok(Input::Exchange(recorded)) => {
                    let mut judgement = judge.judge_in(&mut series, &recorded.exchange);
                    if let Some(described) = &described {
                        let found = description::judge(judge.rules(), described, &recorded.exchange);
                        judgement.findings.extend(found);
                        answered.observe(described, &recorded.exchange);
                    }
                    if streams {
                        serde_json::to_writer(&mut stdout, &report::line(&recorded.exchange, &judgement))?;
                        stdout.write_all(b"\n").context("cannot write to stdout")?;
                        if recorded.is_live {
                            stdout.flush().context("cannot write to stdout")?;
                        }
                        report.count(&judgement);
                    } else {
                        report.add(&recorded.exchange, &recorded.place, judgement);
                    }
                }
                Err(unreadable) => report.unreadable.push(unreadable),
            }
            Ok(())
        })?;
    }
    stdout.flush().context("cannot write to stdout")?;
    drop(stdout);
    if let (Some(described), Some(file), false) = (&described, &flags.openapi, streams) {
        for (line, operation, finding) in answered.findings(judge.rules(), described) {
            let file = file.display().to_string();
            let place = FilePlace { file, line, number: None };
            report.add_described(finding, operation, place);
        }
    }
    if !streams {
        let text = |screen: &Screen| text::report(screen, &report, flags.all, flags.explain);
        printed(Printed::text(global, text).json(|| report::json(&report)), &report).write()?;
    }
    end(flags, &report)
}

/// Reads an OpenAPI document.
pub(crate) fn openapi(file: &Path) -> anyhow::Result<Description> {
    let cannot = || format!("cannot read `{}`", file.display());
    let text = std::fs::read_to_string(file).with_context(cannot)?;
    Description::read(&text).with_context(cannot)
}

/// The forms of a report that `check` has as well.
pub(crate) fn printed<'a>(printed: Printed<'a>, report: &'a Report) -> Printed<'a> {
    let pretty = |value: serde_json::Value| serde_json::to_string_pretty(&value).context("cannot write JSON");
    printed
        .form(Format::Jsonl, |_| report::jsonl(report))
        .form(Format::Markdown, |_| Ok(page::markdown(report)))
        .form(Format::Csv, |_| Ok(report::csv(report)))
        .form(Format::Html, |_| Ok(page::html(report)))
        .form(Format::Junit, |_| Ok(ci::junit(report)))
        .form(Format::Sarif, move |_| pretty(ci::sarif(report)))
        .form(Format::Github, |_| Ok(ci::github(report)))
        .form(Format::Gitlab, move |_| pretty(ci::gitlab(report)))
}

/// What could not be read is no clean result.
fn end(flags: &Lint, report: &Report) -> anyhow::Result<Exit> {
    if let Some(first) = report.unreadable.first() {
        let more = match report.unreadable.len() {
            1 => String::new(),
            many => format!("; {} more could not be read", many - 1),
        };
        bail!("{first}{more}");
    }
    Ok(if fails(&flags.judging, report) { Exit::Found } else { Exit::Clean })
}

/// Was anything found at or above the level that counts?
pub(crate) fn fails(judging: &Judging, report: &Report) -> bool {
    let counts = |level: &Level| judging.fail_on.counts(*level) && report.levels.of(*level) > 0;
    [Level::Must, Level::Should, Level::Advice].iter().any(counts)
}
