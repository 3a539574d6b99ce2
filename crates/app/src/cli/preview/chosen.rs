//! What of the configuration is played: all of it, or what is named.

use std::collections::BTreeSet;

use statusquo_alert::{AlarmKind, Incident, Policy, Setup, Subject, Threshold, Tuning};
use statusquo_exchange::Name;
use statusquo_slo::budget::{Scope, Slo};

use crate::cli::backtest::unknown;
use crate::config::Config;

/// What of the configuration is played.
pub(super) struct Chosen<'a> {
    config: &'a Config,
    /// Services that have traffic.
    services: Vec<Name>,
    /// `None`: everything.
    names: Option<BTreeSet<Name>>,
}

impl<'a> Chosen<'a> {
    /// What these names stand for; all of it without any.
    pub(super) fn new(config: &'a Config, services: Vec<Name>, asked: &[String]) -> anyhow::Result<Self> {
        let monitors = config.monitors.iter().map(|monitor| &monitor.policy.name);
        let thresholds = config.watched.thresholds.iter().map(|own| &own.threshold.name);
        let slos = config.slos.iter().map(|slo| &slo.name);
        let known: Vec<&Name> = monitors.chain(&services).chain(thresholds).chain(slos).collect();
        if let Some(why) = unknown(asked, &known, "monitor, service, threshold or objective") {
            anyhow::bail!(why);
        }
        let names = asked.iter().map(|name| Name::from(name.as_str())).collect();
        Ok(Self { config, services, names: (!asked.is_empty()).then_some(names) })
    }

    fn is_named(&self, name: &Name) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(name))
    }

    /// What the engine has to know. All monitors are there if any is named: one may depend on another. Heartbeats are not
    /// kept, and would seem to be missing.
    pub(super) fn setup(&self) -> Setup {
        let mut setup = self.config.setup();
        let has_monitor = setup.policies.iter().any(|policy| self.is_named(&policy.name));
        setup.policies.retain(|policy| has_monitor && policy.heartbeat.is_none());
        setup
    }

    /// Does it have heartbeats, which are not played?
    pub(super) fn has_heartbeats(&self) -> bool {
        let is_meant = |policy: &Policy| policy.heartbeat.is_some() && self.is_named(&policy.name);
        self.config.monitors.iter().any(|monitor| is_meant(&monitor.policy))
    }

    /// The services that are played, with how their detectors are set and the thresholds that hold for them.
    pub(super) fn services(&self) -> Vec<(Name, Tuning, Vec<Threshold>)> {
        let of = |service: &Name| {
            let is_whole = self.is_named(service);
            let mut thresholds = self.config.watched.thresholds(service);
            thresholds.retain(|threshold| is_whole || self.is_named(&threshold.name));
            let tuning = if is_whole { self.config.watched.tuning(service) } else { silent() };
            (is_whole || !thresholds.is_empty()).then(|| (service.clone(), tuning, thresholds))
        };
        self.services.iter().filter_map(of).collect()
    }

    /// The objectives that are played.
    pub(super) fn slos(&self) -> impl Iterator<Item = &'a Slo> {
        let of = |slo: &Slo| match &slo.scope {
            Scope::Monitor(name) | Scope::Service { service: name, .. } => name.clone(),
        };
        let config = self.config;
        config.slos.iter().filter(move |slo| self.is_named(&slo.name) || self.is_named(&of(slo)))
    }

    /// Is an incident one of those that were asked for?
    pub(super) fn is_meant(&self, incident: &Incident) -> bool {
        match &incident.subject {
            Subject::Monitor(name) => self.is_named(name),
            // Of what is not meant nothing was played.
            Subject::Traffic(_) | Subject::Own(_) => true,
        }
    }

    /// Would everything about the subject of an incident have been played, whatever it is?
    pub(super) fn is_whole(&self, incident: &Incident) -> bool {
        match &incident.subject {
            Subject::Monitor(name) | Subject::Traffic(name) => self.is_named(name),
            Subject::Own(_) => self.names.is_none(),
        }
    }
}

/// No detector says anything.
fn silent() -> Tuning {
    Tuning { off: AlarmKind::ALL.into_iter().collect(), ..Tuning::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
[[monitor]]
name = "orders"
url = "http://localhost/"
[[monitor]]
name = "nightly"
heartbeat = { every = "1h", token = "${env:T}" }
[[threshold]]
name = "fails"
codes = "5xx"
share = "1%"
[[slo]]
name = "promise"
service = "shop"
objective = "99%"
"#;

    fn played(asked: &[&str]) -> (usize, Vec<(String, bool, usize)>, usize) {
        let config = Config::parse("test", CONFIG).unwrap();
        let asked: Vec<String> = asked.iter().map(|&name| name.to_owned()).collect();
        let services = vec![Name::from("blog"), Name::from("shop")];
        let chosen = Chosen::new(&config, services, &asked).unwrap();
        let services = chosen.services().into_iter().map(|(name, tuning, thresholds)| {
            (name.to_string(), tuning.off.contains(&AlarmKind::Volume), thresholds.len())
        });
        (chosen.setup().policies.len(), services.collect(), chosen.slos().count())
    }

    #[test]
    fn names_choose_monitors_services_thresholds_and_objectives() {
        let (blog, shop) = ("blog".to_owned(), "shop".to_owned());
        let all = vec![(blog.clone(), false, 1), (shop.clone(), false, 1)];
        assert_eq!(played(&[]), (1, all, 1));
        assert_eq!(played(&["orders"]), (1, Vec::new(), 0));
        assert_eq!(played(&["shop"]), (0, vec![(shop.clone(), false, 1)], 1));
        assert_eq!(played(&["fails"]), (0, vec![(blog, true, 1), (shop, true, 1)], 0));
        assert_eq!(played(&["promise"]), (0, Vec::new(), 1));
    }

    #[test]
    fn a_name_of_nothing_is_refused() {
        let config = Config::parse("test", CONFIG).unwrap();
        let refused = Chosen::new(&config, Vec::new(), &["nothing".to_owned()]).err().unwrap();
        assert!(refused.to_string().contains("there are: fails, nightly, orders, promise"), "{refused}");
    }
}
