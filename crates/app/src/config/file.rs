//! The whole configuration, typed: read from text without touching anything else.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use statusquo_alert::{Maintenance, Setup};
use statusquo_exchange::Name;
use statusquo_slo::budget::Slo;
use statusquo_store::Retention;

use super::dependency::{self, Dependency};
use super::detect::{self, Watched};
use super::in_force::{InForce, Part};
use super::keys::{Form, ROOT};
use super::linting::{Linting, linting};
use super::log::{self, Log};
use super::monitor::{self, Monitor};
use super::node::{Node, Value};
use super::otlp::{self, Otlp, Requests};
use super::problem::Broken;
use super::receiver::{self, Receiver};
use super::section::{Reading, Section};
use super::status_page::{self, Component, StatusPage};
use super::target::KINDS;
use super::{maintenance, slo, values, whole};

/// The whole configuration. Secrets are still references: see [`resolve`](fn@super::resolve).
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Where people reach the dashboard.
    pub(crate) public_url: Option<String>,
    /// What this place of watching is called.
    pub(crate) location: Name,
    /// Who is told of our own faults.
    pub(crate) own_faults: Vec<Name>,
    /// Where the dashboard listens.
    pub(crate) listen: SocketAddr,
    /// What is kept, where and for how long.
    pub(crate) store: Keeping,
    /// How probes are made.
    pub(crate) probe: Probing,
    /// How answers are judged.
    pub(crate) lint: Linting,
    /// What applications may tell, if they may.
    pub(crate) otlp: Option<Otlp>,
    /// Which requests of the real traffic are kept one by one.
    pub(crate) requests: Requests,
    /// What is watched.
    pub(crate) monitors: Vec<Monitor>,
    /// Who is told.
    pub(crate) receivers: Vec<Receiver>,
    /// Planned work.
    pub(crate) maintenance: Vec<Maintenance>,
    /// What is promised.
    pub(crate) slos: Vec<Slo>,
    /// Files of OpenSLO documents, not yet read.
    pub(crate) openslo: Vec<String>,
    /// What is watched for in real traffic.
    pub(crate) watched: Watched,
    /// Logs of real traffic.
    pub(crate) logs: Vec<Log>,
    /// Third parties that we depend on.
    pub(crate) dependencies: Vec<Dependency>,
    /// How the public status page looks.
    pub(crate) status_page: StatusPage,
    /// What the public is told of.
    pub(crate) components: Vec<Component>,
    /// All values in force, to show and to compare.
    pub(crate) in_force: InForce,
    /// What it was read from: its name and its text, for messages about secrets.
    pub(crate) origin: (String, String),
}

/// What is kept, where and for how long.
#[derive(Debug, Clone)]
pub(crate) struct Keeping {
    /// The folder.
    pub(crate) data: PathBuf,
    /// How long.
    pub(crate) retention: Retention,
}

/// How probes are made.
#[derive(Debug, Clone)]
pub(crate) struct Probing {
    /// At most so many at the same time.
    pub(crate) concurrent: u32,
    /// At most so many at the same time to one host and port.
    pub(crate) per_host: u32,
    /// Whom operators may ask.
    pub(crate) contact: Option<String>,
}

impl Config {
    /// Reads a configuration: all of it, or all that is wrong with it.
    pub(crate) fn parse(file: &str, source: &str) -> Result<Self, Broken> {
        let reading = Reading::new(source);
        let (root, mistakes) = Node::parse(source);
        for mistake in &mistakes {
            reading.report(&mistake.span().unwrap_or(0..0), "not TOML", mistake.message().replace('\n', " "));
        }
        // After a syntax error the rest is a guess: what it lacks would be reported without need.
        let config = if mistakes.is_empty() { read(&reading, &root, (file, source)) } else { None };
        let problems = reading.into_problems();
        config.filter(|_| problems.is_empty()).ok_or_else(|| Broken::new(file, source, problems))
    }

    /// All that these receivers stand for: themselves, or those of their steps.
    pub(crate) fn told_of(&self, names: &[Name]) -> Vec<Name> {
        let steps = |name: &Name| {
            let receiver = self.receivers.iter().find(|receiver| receiver.name == *name);
            receiver.map_or(&[][..], |receiver| receiver.channel.steps())
        };
        let mut all = Vec::new();
        for name in names {
            match steps(name) {
                [] => all.push(name.clone()),
                steps => all.extend(steps.iter().flat_map(|step| &step.tell).cloned()),
            }
        }
        all
    }

    /// A third party, with who depends on it.
    fn needed(&self, one: &Dependency) -> statusquo_alert::Dependency {
        let needs = |monitor: &&Monitor| monitor.depends_on.contains(&one.name);
        statusquo_alert::Dependency {
            name: one.name.clone(),
            title: one.title.clone(),
            monitors: self.monitors.iter().filter(needs).map(|monitor| monitor.policy.name.clone()).collect(),
            services: one.services.clone(),
        }
    }

    /// What the alert engine has to know.
    pub(crate) fn setup(&self) -> Setup {
        Setup {
            policies: self.monitors.iter().map(|monitor| monitor.policy.clone()).collect(),
            receivers: self
                .receivers
                .iter()
                .map(|receiver| statusquo_alert::Receiver {
                    name: receiver.name.clone(),
                    wants: receiver.wants.clone(),
                    repeat: receiver.repeat,
                    steps: receiver.channel.steps().to_vec(),
                })
                .collect(),
            maintenance: self.maintenance.clone(),
            own_receivers: self.own_faults.clone(),
            traffic_receivers: self.receivers.iter().map(|receiver| receiver.name.clone()).collect(),
            services: self
                .monitors
                .iter()
                .filter_map(|monitor| Some((monitor.policy.name.clone(), monitor.service.clone()?)))
                .collect(),
            dependencies: self.dependencies.iter().map(|one| self.needed(one)).collect(),
        }
    }
}

fn read(reading: &Reading<'_>, root: &Node, (file, source): (&str, &str)) -> Option<Config> {
    let section = Section::new(reading, &ROOT, root);
    let mut parts = Vec::new();
    let public_url = section.text("public_url").and_then(|text| values::url(reading, &text));
    let location = section.name("location").unwrap_or_else(|| Name::from("local"));
    let own_faults = section.names("own_faults");
    let openslo = section.texts("openslo").into_iter().map(|text| text.value).collect();
    let listen = one(&section, "serve", &mut parts, |serve| {
        serve.text("listen").and_then(|text| values::socket(reading, &text))
    });
    let store = one(&section, "store", &mut parts, keeping);
    let probe = one(&section, "probe", &mut parts, probing);
    let lint = one(&section, "lint", &mut parts, linting);
    let otlp = section.has("otlp").then(|| one(&section, "otlp", &mut parts, otlp::otlp)).flatten();
    let requests = one(&section, "requests", &mut parts, otlp::requests);

    let status_page = one(&section, "status_page", &mut parts, status_page::read);

    let defaults = section.value("defaults").map(|(_, node)| node);
    check_defaults(&section, defaults.as_ref());
    let monitors = many(&section, "monitor", &mut parts, |section| {
        read_monitor(section.inheriting(defaults.as_ref()), &location)
    });
    let receivers = many(&section, "receiver", &mut parts, read_receiver);
    let maintenance =
        many(&section, "maintenance", &mut parts, |section| (maintenance::read(&section), section.finish()));
    let slos = many(&section, "slo", &mut parts, |section| (slo::read(&section), section.finish()));

    let detecting = one(&section, "detect", &mut parts, detect::detecting);
    let thresholds =
        many(&section, "threshold", &mut parts, |section| (detect::threshold(&section), section.finish()));
    let logs = many(&section, "log", &mut parts, |section| (log::read(&section), section.finish()));
    let dependencies =
        many(&section, "dependency", &mut parts, |section| (dependency::read(&section), section.finish()));
    let components = many(&section, "component", &mut parts, |section| {
        (status_page::component(&section), section.finish())
    });

    whole::names_are_unique(reading, root);
    whole::references_lead_somewhere(reading, root);
    whole::parents_make_no_circle(reading, root, &monitors);
    whole::latency_is_counted(reading, root);
    let mut values = section.finish();
    values.retain(|(name, _)| ["public_url", "location", "own_faults", "openslo"].contains(name));
    parts.insert(0, Part::new("", None, &values));
    let own_faults = match root.get("own_faults") {
        Some(_) => own_faults.into_iter().map(|(name, _)| name).collect(),
        None => all_but_later_steps(&receivers),
    };
    Some(Config {
        public_url,
        location,
        own_faults,
        listen: listen?,
        store: store?,
        probe: probe?,
        otlp,
        requests: requests?,
        lint: lint?,
        monitors,
        receivers,
        maintenance,
        slos,
        openslo,
        watched: Watched { detecting: detecting?, thresholds },
        logs,
        dependencies,
        status_page: status_page?,
        components,
        in_force: InForce::pack(&parts),
        origin: (file.to_owned(), source.to_owned()),
    })
}

/// All receivers; those of steps are told by their steps.
fn all_but_later_steps(receivers: &[Receiver]) -> Vec<Name> {
    let steps = receivers.iter().flat_map(|receiver| receiver.channel.steps());
    let in_steps: BTreeSet<&Name> = steps.flat_map(|step| &step.tell).collect();
    let names = receivers.iter().map(|receiver| &receiver.name);
    names.filter(|name| !in_steps.contains(name)).cloned().collect()
}

/// Reads a table of which there is one; all its keys have defaults, so it may be left out.
fn one<T>(
    root: &Section<'_>,
    name: &'static str,
    parts: &mut Vec<Part>,
    read: impl FnOnce(&Section<'_>) -> Option<T>,
) -> Option<T> {
    let Form::Table(table) = root.key(name)?.form else { return None };
    let node = root.value(name).map(|(_, node)| node);
    let empty = Node { span: 0..0, value: Value::Table(Vec::new()) };
    let section = Section::new(root.reading, table, node.as_ref().unwrap_or(&empty));
    let read = read(&section);
    parts.push(Part::new(name, None, &section.finish()));
    read
}

/// The values in force of one table.
type Values = Vec<(&'static str, Node)>;

/// Reads a list of tables, `[[name]]`.
fn many<T>(
    root: &Section<'_>,
    name: &'static str,
    parts: &mut Vec<Part>,
    read: impl Fn(Section<'_>) -> (Option<T>, Values),
) -> Vec<T> {
    let (Some(Form::Tables(table)), Some(list)) = (root.key(name).map(|key| &key.form), root.own(name))
    else {
        return Vec::new();
    };
    let Some(nodes) = list.items() else {
        let advice = format!("write `[[{name}]]`, once for each");
        root.reading.report(&root.span_of(name), format!("`{name}` has to be a list of tables"), advice);
        return Vec::new();
    };
    let mut all = Vec::with_capacity(nodes.len());
    for node in nodes {
        let (item, values) = read(Section::new(root.reading, table, node));
        let called = node.get("name").and_then(|entry| entry.node.text()).unwrap_or_default();
        parts.push(Part::new(name, Some(called), &values));
        all.extend(item);
    }
    all
}

/// Reads one monitor, once it is known of what kind it is.
fn read_monitor(section: Section<'_>, location: &Name) -> (Option<Monitor>, Values) {
    let Some(kind) = monitor_kind(&section) else { return (None, section.finish()) };
    let section = section.of_kind(kind);
    (monitor::read(&section, kind, location), section.finish())
}

/// Reads one receiver, once it is known of what type it is.
fn read_receiver(section: Section<'_>) -> (Option<Receiver>, Values) {
    let Some(kind) = section.word("type") else { return (None, section.finish()) };
    let section = section.of_kind(kind);
    (receiver::read(&section, kind), section.finish())
}

fn check_defaults(root: &Section<'_>, defaults: Option<&Node>) {
    let Some(Form::Table(table)) = root.key("defaults").map(|key| &key.form) else { return };
    if let Some(node) = defaults {
        let section = Section::new(root.reading, table, node);
        monitor::check_defaults(&section);
        section.finish();
    }
}

/// What kind of monitor it is: the one key that says what to watch.
fn monitor_kind(section: &Section<'_>) -> Option<&'static str> {
    let mut given = KINDS.into_iter().filter(|kind| section.has(kind));
    let Some(kind) = given.next() else {
        let advice = "add one of `url`, `tcp`, `dns`, `certificate` and `heartbeat`";
        section.reading.report(&section.span, "this monitor does not say what to watch", advice);
        return None;
    };
    if let Some(other) = given.next() {
        let title = format!("a monitor watches one thing, and this one has `{kind}` and `{other}`");
        section.reading.report(&section.span_of(other), title, "make it two monitors");
        return None;
    }
    Some(kind)
}

fn keeping(section: &Section<'_>) -> Option<Keeping> {
    let (data, samples) = (section.text("data"), section.duration("keep_samples"));
    let (minutes, hours) = (section.duration("keep_minutes"), section.duration("keep_hours"));
    let (days, incidents) = (section.duration("keep_days"), section.duration("keep_incidents"));
    let retention = Retention {
        samples: samples?,
        minutes: minutes?,
        hours: hours?,
        days: days?,
        incidents: incidents?,
        ..Retention::default()
    };
    Some(Keeping { data: PathBuf::from(data?.value), retention })
}

fn probing(section: &Section<'_>) -> Option<Probing> {
    let (concurrent, per_host) = (section.count("concurrent"), section.count("per_host"));
    let contact = section.text("contact").map(|text| text.value);
    Some(Probing { concurrent: concurrent?, per_host: per_host?, contact })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use statusquo_alert::{Expectation, Gating, Schedule, StatusExpectation};

    use super::super::target::Target;
    use super::*;

    fn everything() -> Config {
        Config::parse("everything.toml", include_str!("../../tests/config/good/everything.toml")).unwrap()
    }

    #[test]
    fn monitors_inherit_and_override() {
        let config = everything();
        let orders = &config.monitors[0];
        assert_eq!(orders.policy.title, "Orders API");
        assert_eq!(orders.policy.target, "POST https://api.example/health?key=***");
        assert_eq!(orders.policy.every, Duration::from_secs(60));
        assert_eq!(orders.policy.gating, Gating { bad: 3, of: 5, recheck_after: Duration::from_secs(10) });
        assert_eq!(orders.policy.reopen_within, Duration::from_secs(90 * 60));
        assert_eq!(orders.expectations.status, StatusExpectation::In(Box::new("2xx,404".parse().unwrap())));
        let json = |e: &&Expectation| matches!(e, Expectation::Json(_));
        assert_eq!(orders.expectations.others.iter().filter(json).count(), 3);
        let Some(Target::Http(http)) = &orders.target else { panic!("not HTTP") };
        assert_eq!((http.follow, http.max_content_bytes), (Some(3), 4 << 20));
        assert_eq!(http.headers[1].1.literal(), Some("${not a reference}"));
    }

    #[test]
    fn other_kinds_leave_out_what_does_not_fit_them() {
        let config = everything();
        let database =
            config.monitors.iter().find(|monitor| monitor.policy.name.as_str() == "database").unwrap();
        let fits = |e: &Expectation| {
            matches!(
                e,
                Expectation::Contains(_) | Expectation::DegradedAfter(_) | Expectation::FailingAfter(_)
            )
        };
        assert!(database.expectations.others.iter().all(fits), "{:?}", database.expectations.others);
        let backup = config.monitors.iter().find(|monitor| monitor.policy.name.as_str() == "backup").unwrap();
        let heartbeat = backup.policy.heartbeat.as_ref().unwrap();
        assert!(matches!(heartbeat.schedule, Schedule::Cron { .. }));
        assert_eq!(heartbeat.grace, Duration::from_secs(600));
    }

    #[test]
    fn the_engine_gets_all_of_it() {
        let setup = everything().setup();
        assert_eq!(setup.policies.len(), 8);
        assert_eq!(setup.receivers.len(), 16);
        assert_eq!(setup.maintenance.len(), 2);
        assert_eq!(setup.own_receivers, [Name::from("screen")]);
    }

    #[test]
    fn without_own_faults_everybody_is_told_of_them() {
        let source =
            "[[receiver]]\nname = 'a'\ntype = 'terminal'\n[[receiver]]\nname = 'b'\ntype = 'terminal'\n";
        let config = Config::parse("statusquo.toml", source).unwrap();
        assert_eq!(config.own_faults, [Name::from("a"), Name::from("b")]);
    }
}
