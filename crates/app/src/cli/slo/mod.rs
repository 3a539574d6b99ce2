//! `statusquo slo`: what is promised, and how its budgets stand.

mod export;
mod simulate;
mod standing;

use super::Exit;
use super::args::{Global, Slo, SloExport};
use super::client::Client;
use super::output::Printed;
use super::remote;

/// Runs `statusquo slo`.
pub(crate) async fn run(global: &Global, command: &Slo) -> anyhow::Result<Exit> {
    match command {
        Slo::List => {
            let answer = Client::new(global)?.get(&["slos"]).await?;
            remote::show(global, &answer, |screen| standing::all(screen, &answer))
        }
        Slo::Show { name } => {
            let answer = Client::new(global)?.get(&["slos", name]).await?;
            remote::show(global, &answer, |screen| standing::one(screen, &answer))
        }
        Slo::Export(flags) => export(global, flags),
        Slo::Simulate(flags) => simulate::run(global, flags),
    }
}

fn export(global: &Global, flags: &SloExport) -> anyhow::Result<Exit> {
    let config = crate::config::load(&global.config)?;
    let wanted = flags.name.as_deref();
    let is_wanted = |slo: &&_| wanted.is_none_or(|wanted| name(slo) == wanted);
    let slos: Vec<_> = config.slos.iter().filter(is_wanted).collect();
    if slos.is_empty() {
        anyhow::bail!(missing(&config, wanted));
    }
    Printed::plain(global, || Ok(export::rules(&slos, flags.metric))).write()?;
    Ok(Exit::Clean)
}

fn name(slo: &statusquo_slo::budget::Slo) -> &str {
    slo.name.as_str()
}

/// What to say when there is no such objective.
fn missing(config: &crate::config::Config, wanted: Option<&str>) -> String {
    let known: Vec<&str> = config.slos.iter().map(name).collect();
    match (wanted, known.as_slice()) {
        (_, []) => "the configuration has no objective: add `[[slo]]`, see docs/configuration.md".to_owned(),
        (Some(wanted), known) => format!("there is no objective `{wanted}`; there are: {}", known.join(", ")),
        (None, _) => "no objective".to_owned(),
    }
}
