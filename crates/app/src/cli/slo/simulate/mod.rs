//! `statusquo slo simulate`: how an objective would have done over the past, or does with traffic that is made up.

mod made_up;
mod past;
mod report;

use statusquo_exchange::Name;
use statusquo_slo::budget::{Codes, Indicator, Objective, Period, Scope, Slo};

use crate::cli::args::{Global, SloSimulate};
use crate::cli::backtest::{Course, Past, unknown};
use crate::cli::output::{Format as Form, Printed};
use crate::cli::{Exit, Screen};
use crate::config::Config;
use made_up::Failing;
use past::Went;

/// Without `--window`, an objective that stands in no configuration is promised for so long.
const DAYS: u32 = 30;

/// Runs `statusquo slo simulate`.
pub(super) fn run(global: &Global, flags: &SloSimulate) -> anyhow::Result<Exit> {
    match (flags.rate, flags.failing) {
        (Some(rate), Some(share)) => {
            let failing = Failing { rate, share, seconds: seconds(flags.lasting), seed: flags.seed };
            what_if(global, flags, &failing)
        }
        (Some(_) | None, _) => over_the_past(global, flags),
    }
}

fn seconds(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// What happens when so many requests fail for so long.
fn what_if(global: &Global, flags: &SloSimulate, failing: &Failing) -> anyhow::Result<Exit> {
    let slos = match (&flags.objective, flags.names.as_slice()) {
        (Some(objective), []) => {
            let scope = Scope::Monitor(Name::from("made up"));
            vec![with(flags, plain("the objective", scope, *objective))]
        }
        (_, names) => {
            let config = crate::config::load(&global.config)?;
            let known: Vec<&Name> = config.slos.iter().map(|slo| &slo.name).collect();
            refuse(unknown(names, &known, "objective"))?;
            meant(&config, names).map(|slo| with(flags, slo.clone())).collect()
        }
    };
    refuse(slos.is_empty().then(|| NO_OBJECTIVE.to_owned()))?;
    let stories: Vec<_> = slos.iter().map(|slo| (slo, made_up::play(slo, failing))).collect();
    Printed::text(global, |screen: &Screen| report::made_up_text(screen, failing, &stories))
        .json(|| report::made_up_json(failing, &stories))
        .write()?;
    Ok(Exit::Clean)
}

/// How the objectives would have done.
fn over_the_past(global: &Global, flags: &SloSimulate) -> anyhow::Result<Exit> {
    let config = crate::config::load(&global.config)?;
    let past = Past::open(global, &config, (&flags.since, flags.until.as_deref()))?;
    let slos = chosen(&config, &past, flags)?;
    let mut all: Vec<Went> = Vec::with_capacity(slos.len());
    for slo in &slos {
        let course = Course::read(&past.reader, slo, (past.from, past.until), &past.kept)?;
        all.push(past::went(course, (past.from, past.until)));
    }
    Printed::text(global, |screen: &Screen| report::past_text(screen, &past, &all))
        .json(|| report::past_json(&past, &all))
        .form(Form::Jsonl, |_| report::past_jsonl(&all))
        .form(Form::Markdown, |_| Ok(report::past_markdown(&past, &all)))
        .write()?;
    let is_told = all.iter().any(|went| !went.told.is_empty() || went.is_missed());
    Ok(if is_told { Exit::Found } else { Exit::Clean })
}

const NO_OBJECTIVE: &str = "the configuration has no objective: add `[[slo]]`, see docs/objectives.md, or try one with `--objective 99.9`";

fn refuse(why: Option<String>) -> anyhow::Result<()> {
    why.map_or(Ok(()), |why| Err(anyhow::anyhow!(why)))
}

/// The objectives that are named; with `--objective` also one for a service or a monitor.
fn chosen(config: &Config, past: &Past, flags: &SloSimulate) -> anyhow::Result<Vec<Slo>> {
    let mut slos: Vec<Slo> = meant(config, &flags.names).cloned().collect();
    let mut known: Vec<Name> = config.slos.iter().map(|slo| slo.name.clone()).collect();
    if let Some(objective) = flags.objective {
        let services = past.reader.services()?.into_iter();
        let services =
            services.map(|name| (name.clone(), Scope::Service { service: name, method: None, route: None }));
        let monitors = config.monitors.iter().map(|monitor| monitor.policy.name.clone());
        let others: Vec<(Name, Scope)> =
            services.chain(monitors.map(|name| (name.clone(), Scope::Monitor(name)))).collect();
        for (name, scope) in others {
            let is_meant = flags.names.iter().any(|asked| asked.as_str() == name.as_str());
            if is_meant && !known.contains(&name) {
                slos.push(plain(name.as_str(), scope, objective));
            }
            known.push(name);
        }
    }
    refuse(unknown(&flags.names, &known.iter().collect::<Vec<_>>(), "objective"))?;
    refuse(slos.is_empty().then(|| NO_OBJECTIVE.to_owned()))?;
    Ok(slos.into_iter().map(|slo| with(flags, slo)).collect())
}

fn meant<'a>(config: &'a Config, names: &'a [String]) -> impl Iterator<Item = &'a Slo> {
    let is_meant =
        |slo: &&Slo| names.is_empty() || names.iter().any(|name| name.as_str() == slo.name.as_str());
    config.slos.iter().filter(is_meant)
}

/// An objective that stands in no configuration.
fn plain(name: &str, scope: Scope, objective: Objective) -> Slo {
    Slo {
        name: Name::from(name),
        title: name.to_owned(),
        scope,
        indicator: Indicator::Availability(Codes::default()),
        objective,
        period: Period::Rolling { days: DAYS },
        receivers: Vec::new(),
    }
}

/// The objective with what the flags say instead.
fn with(flags: &SloSimulate, slo: Slo) -> Slo {
    Slo {
        objective: flags.objective.unwrap_or(slo.objective),
        period: flags.window.map_or(slo.period, |days| Period::Rolling { days }),
        ..slo
    }
}
