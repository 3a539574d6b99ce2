//! What can only be said about the whole file: names are unique, and lead to things that are there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::amount::parse_duration;
use super::monitor::Monitor;
use super::node::Node;
use super::section::{Reading, suggestion};

/// The names that stand in `[[table]]`, with their places.
fn names<'a>(root: &'a Node, table: &str) -> Vec<(&'a str, Range<usize>)> {
    let nodes = root.get(table).and_then(|entry| entry.node.items()).unwrap_or_default();
    let name = |node: &'a Node| {
        let name = &node.get("name")?.node;
        Some((name.text()?, name.span.clone()))
    };
    nodes.iter().filter_map(name).collect()
}

/// Names are unique among their kind.
pub(super) fn names_are_unique(reading: &Reading<'_>, root: &Node) {
    let tables = ["monitor", "receiver", "maintenance", "slo", "threshold", "log", "dependency", "component"]
        .map(|table| (table, names(root, table)));
    let rules = root.get("lint").map(|lint| names(&lint.node, "rule")).unwrap_or_default();
    for (table, names) in tables.into_iter().chain([("rule", rules)]) {
        let mut seen = BTreeSet::new();
        for (name, span) in names {
            if !seen.insert(name) {
                let title = format!("there are two {table} tables called `{name}`");
                reading.report(&span, title, "names have to be unique");
            }
        }
    }
}

/// Whatever names a monitor or a receiver has to name one that is there.
pub(super) fn references_lead_somewhere(reading: &Reading<'_>, root: &Node) {
    let known = |table| names(root, table).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let (monitors, receivers) = (known("monitor"), known("receiver"));
    let dependencies = known("dependency");
    let check = |node: &Node, key: &str, what: &str, known: &[&str]| {
        let Some(entry) = node.get(key) else { return };
        let single = std::slice::from_ref(&entry.node);
        let nodes = entry.node.items().unwrap_or(single);
        for node in nodes {
            if let Some(name) = node.text().filter(|name| !known.contains(name)) {
                reading.report(&node.span, format!("there is no {what} `{name}`"), suggestion(name, known));
            }
        }
    };
    check(root, "own_faults", "receiver", &receivers);
    let tables = |name| root.get(name).map(|entry| &entry.node);
    let lists = |name| tables(name).and_then(Node::items).unwrap_or_default();
    for node in tables("defaults").into_iter().chain(lists("monitor")) {
        check(node, "receivers", "receiver", &receivers);
        check(node, "parent", "monitor", &monitors);
        check(node, "depends_on", "third party", &dependencies);
    }
    let has_steps = |node: &&Node| node.get("steps").is_some();
    let told: Vec<&str> = lists("receiver")
        .iter()
        .filter(|node| !has_steps(node))
        .filter_map(|node| node.get("name")?.node.text())
        .collect();
    for node in lists("receiver").iter().filter(has_steps) {
        let steps = node.get("steps").and_then(|entry| entry.node.items()).unwrap_or_default();
        steps.iter().for_each(|step| check(step, "tell", "receiver without steps called", &told));
    }
    for node in lists("maintenance").iter().chain(lists("component")).chain(lists("dependency")) {
        check(node, "monitors", "monitor", &monitors);
    }
    for node in lists("slo").iter().chain(lists("threshold")) {
        check(node, "receivers", "receiver", &receivers);
        check(node, "monitor", "monitor", &monitors);
    }
}

/// No monitor may depend on itself, directly or through others.
pub(super) fn parents_make_no_circle(reading: &Reading<'_>, root: &Node, monitors: &[Monitor]) {
    let parents: BTreeMap<&str, &str> = monitors
        .iter()
        .filter_map(|monitor| Some((monitor.policy.name.as_str(), monitor.policy.parent.as_ref()?.as_str())))
        .collect();
    for (name, span) in names(root, "monitor") {
        let mut way = vec![name];
        let mut at = name;
        while let Some(&parent) = parents.get(at).filter(|_| way.len() <= parents.len()) {
            way.push(parent);
            at = parent;
            if parent == name {
                reading.report(&span, format!("`{name}` depends on itself"), way.join(" → "));
                break;
            }
        }
    }
}

/// Slow requests are counted exactly, above one threshold for each service: an objective of latency has to have the same.
pub(super) fn latency_is_counted(reading: &Reading<'_>, root: &Node) {
    let lists = |name| root.get(name).and_then(|entry| entry.node.items()).unwrap_or_default();
    let duration = |node: &Node, key: &str| {
        node.get(key).and_then(|entry| entry.node.text()).and_then(|text| parse_duration(text).ok())
    };
    for slo in lists("slo") {
        let (Some(within), Some(service)) = (slo.get("within"), slo.get("service")) else { continue };
        let wanted = duration(slo, "within");
        let of_service =
            |log: &&Node| log.get("service").map(|entry| entry.node.text()) == Some(service.node.text());
        for log in lists("log").iter().filter(of_service) {
            if wanted.is_some() && duration(log, "slow_after") != wanted {
                let advice = "write the same duration as `slow_after` of the service's `[[log]]`";
                reading.report(
                    &within.node.span,
                    "this is not counted: slow requests have another threshold",
                    advice,
                );
            }
        }
    }
}
