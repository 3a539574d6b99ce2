//! `statusquo alert preview`.

use std::path::Path;

use serde_json::Value;

use super::support::{folder, statusquo};
use super::{Past, ago};

const RECEIVER: &str = "[[receiver]]\nname = 'oncall'\ntype = 'terminal'\n";

/// A monitor with this gate, and what else there is.
fn configure(folder: &Path, gate: &str, more: &str) {
    let monitor = format!(
        "[[monitor]]\nname = 'orders'\nurl = 'http://localhost/'\nevery = '30s'\ngate = '{gate}'\nreceivers = ['oncall']\n"
    );
    std::fs::write(folder.join("statusquo.toml"), format!("{RECEIVER}{monitor}{more}")).unwrap();
}

fn previewed(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let arguments = [&["alert", "preview", "--data", "data", "-o", "json"], arguments].concat();
    let ran = statusquo(folder, &arguments);
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err)))
}

fn notices(incident: &Value) -> Vec<&str> {
    incident["sent"].as_array().unwrap().iter().map(|sent| sent["notice"].as_str().unwrap()).collect()
}

#[test]
fn a_monitor_is_played_by_its_gate_and_held_against_what_was_sent_while_a_server_has_the_store() {
    let folder = folder();
    let past = Past::new(folder.path());
    past.probes("orders", 60..64);
    past.incident("orders", (63, 58));
    configure(folder.path(), "2 of 3", "");
    // The store stays open, as a server keeps it.
    let (code, would) = previewed(folder.path(), &["--since", "2h"]);
    assert_eq!(code, 1, "{would:#}");
    let incidents = would["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 1, "{would:#}");
    assert_eq!(notices(&incidents[0]), ["opened", "resolved"]);
    assert_eq!(incidents[0]["sent"][0]["receiver"], "oncall");
    assert_eq!(incidents[0]["sentence"], "orders answers 503 Service Unavailable");
    assert_eq!(incidents[0]["then"][0]["incident"], 7);
    assert_eq!(would["only_then"].as_array().unwrap().len(), 0);

    // With a gate that these eight bad probes do not pass, nobody is told, and the preview says what that would save.
    configure(folder.path(), "9 of 9", "");
    let (code, would) = previewed(folder.path(), &["--since", "2h"]);
    assert_eq!((code, would["incidents"].as_array().map(Vec::len)), (0, Some(0)), "{would:#}");
    assert_eq!(would["only_then"][0]["incident"], 7);
    let text = statusquo(folder.path(), &["alert", "preview", "--data", "data", "--since", "2h"]).out;
    assert!(
        text.starts_with("not any more:\n○ orders answers 503 Service Unavailable\n    then: incident 7 at "),
        "{text}"
    );
    assert!(
        text.contains("no incident and 0 messages from ")
            && text.contains("; then 1 incident and 2 messages"),
        "{text}"
    );
    past.close();
}

#[test]
fn detectors_thresholds_and_budgets_are_played_over_counts_and_names_choose_among_them() {
    let folder = folder();
    let past = Past::new(folder.path());
    past.traffic("shop", 100..130);
    past.close();
    let threshold = "[[threshold]]\nname = 'fails'\nservice = 'shop'\ncodes = '5xx'\nshare = '20%'\nleast_requests = 20\nreceivers = ['oncall']\n";
    let slo =
        "[[slo]]\nname = 'promise'\ntitle = 'Orders can be placed'\nservice = 'shop'\nobjective = '99.9%'\n";
    configure(folder.path(), "2 of 3", threshold);
    let kinds = |names: &[&str]| {
        let (code, would) = previewed(folder.path(), &[&["--since", "6h"], names].concat());
        let incidents = would["incidents"].as_array().unwrap().clone();
        let of = |incident: &Value| incident["kind"].as_str().unwrap_or_default().to_owned();
        (code, incidents.iter().map(of).collect::<Vec<_>>(), incidents)
    };
    let (code, all, incidents) = kinds(&[]);
    assert_eq!(
        (code, all.as_slice()),
        (1, &["server-errors".to_owned()][..]),
        "one cause, one incident: {incidents:#?}"
    );
    let opened = incidents[0]["opened"].as_str().unwrap().parse().unwrap();
    assert!((ago(130)..ago(120)).contains(&opened), "{incidents:#?}");
    assert!(incidents[0]["resolved"].is_string(), "{incidents:#?}");
    // What burns the budget is the same incident, and speaks for it when nothing else does any more.
    configure(folder.path(), "2 of 3", &format!("{threshold}{slo}"));
    let (_, all, incidents) = kinds(&[]);
    assert_eq!(all, ["burn-rate"]);
    assert!(incidents[0]["first"].is_string(), "{incidents:#?}");
    let (_, only, incidents) = kinds(&["fails"]);
    assert_eq!(only, ["threshold"]);
    assert!(
        incidents[0]["evidence"][0].as_str().unwrap().contains("at most 20 % are wanted"),
        "{incidents:#?}"
    );
    let (_, only, incidents) = kinds(&["promise"]);
    assert_eq!(only, ["burn-rate"]);
    assert!(
        incidents[0]["sentence"].as_str().unwrap().contains("burns the error budget of Orders can be placed")
    );
    let (code, none, _) = kinds(&["orders"]);
    assert_eq!((code, none.len()), (0, 0));
    let markdown =
        statusquo(folder.path(), &["alert", "preview", "--data", "data", "--since", "6h", "-o", "md"]).out;
    assert!(markdown.contains("| opened | resolved | verdict |"), "{markdown}");
}

#[test]
fn what_cannot_be_played_is_refused_with_a_reason() {
    let folder = folder();
    configure(folder.path(), "2 of 3", "");
    let ran = statusquo(folder.path(), &["alert", "preview", "--data", "nowhere"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(ran.err, "error: there is no store in `nowhere`; say where it is with `--data`\n");
    assert!(!folder.path().join("nowhere").exists(), "nothing is made");
    Past::new(folder.path()).close();
    let ran = statusquo(folder.path(), &["alert", "preview", "--data", "data", "nothing"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: there is no monitor, service, threshold or objective `nothing`; there are: orders\n"
    );
    let ran = statusquo(folder.path(), &["alert", "preview", "--data", "data", "--until", "8d"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
}
