//! `statusquo slo`: what is promised, and how its budgets stand.

mod export;
mod simulate;
mod standing;

use serde_json::json;

use super::Exit;
use super::args::{Global, Slo, SloCorrect, SloExport};
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
        Slo::Correct(flags) => correct(global, flags).await,
        Slo::Withdraw { name, id } => {
            let path = ["slos", name, "corrections", &id.to_string()];
            remote::done(global, &Client::new(global)?.delete(&path).await?)
        }
        Slo::Export(flags) => export(global, flags),
        Slo::Simulate(flags) => simulate::run(global, flags),
    }
}

async fn correct(global: &Global, flags: &SloCorrect) -> anyhow::Result<Exit> {
    let moment = |text: &Option<String>| -> anyhow::Result<Option<String>> {
        let Some(text) = text else { return Ok(None) };
        Ok(Some(jiff::Timestamp::from_second(super::logs::moment(text)?)?.to_string()))
    };
    let content = json!({
        "incident": flags.incident, "from": moment(&flags.from)?, "until": moment(&flags.until)?, "why": flags.why,
    });
    let path = ["slos", &flags.name, "corrections"];
    remote::done(global, &Client::new(global)?.post(&path, &content).await?)
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
