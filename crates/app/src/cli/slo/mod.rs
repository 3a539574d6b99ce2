//! `statusquo slo`: what is promised, and how its budgets stand.

mod export;

use super::Exit;
use super::args::{Global, Slo};
use super::output::Printed;

/// Runs `statusquo slo`.
pub(crate) fn run(global: &Global, command: &Slo) -> anyhow::Result<Exit> {
    match command {
        Slo::Export(flags) => {
            let config = crate::config::load(&global.config)?;
            let wanted = flags.name.as_deref();
            let slos: Vec<_> = config
                .slos
                .iter()
                .filter(|slo| wanted.is_none_or(|wanted| slo.name.as_str() == wanted))
                .collect();
            if slos.is_empty() {
                anyhow::bail!(missing(&config, wanted));
            }
            Printed::plain(global, || Ok(export::rules(&slos, flags.metric))).write()?;
            Ok(Exit::Clean)
        }
    }
}

/// What to say when there is no such objective.
fn missing(config: &crate::config::Config, wanted: Option<&str>) -> String {
    let known: Vec<&str> = config.slos.iter().map(|slo| slo.name.as_str()).collect();
    match (wanted, known.as_slice()) {
        (_, []) => "the configuration has no objective: add `[[slo]]`, see docs/configuration.md".to_owned(),
        (Some(wanted), known) => format!("there is no objective `{wanted}`; there are: {}", known.join(", ")),
        (None, _) => "no objective".to_owned(),
    }
}
