//! `statusquo slo simulate`.

use serde_json::Value;

use super::support::{folder, statusquo};
use super::{Past, ago};

#[test]
fn an_objective_over_the_past_says_what_it_would_have_told_and_which_one_was_kept() {
    let folder = folder();
    let past = Past::new(folder.path());
    past.traffic("shop", 100..130);
    past.close();
    let slo = "[[slo]]\nname = 'promise'\nservice = 'shop'\nobjective = '99.9%'\n";
    std::fs::write(folder.path().join("statusquo.toml"), slo).unwrap();
    let simulated = |arguments: &[&str]| {
        let arguments = [&["slo", "simulate", "--data", "data", "--since", "6h"], arguments].concat();
        statusquo(folder.path(), &arguments)
    };
    let ran = simulated(&["-o", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let all: Value = serde_json::from_str(&ran.out).unwrap();
    let promise = &all["slos"][0];
    // Half of 30 minutes of six hours failed; a minute more or less, as the clock stands.
    assert_eq!(promise["bad"], 300, "{promise:#}");
    assert!((358 * 20 - 300..=361 * 20 - 300).contains(&promise["good"].as_i64().unwrap()), "{promise:#}");
    assert_eq!((&promise["is_missed"], &promise["kept"]), (&Value::from(true), &Value::from("95 %")));
    let first = &promise["told"][0];
    assert_eq!(first["urgency"], "page");
    let from = first["from"].as_str().unwrap().parse().unwrap();
    assert!((ago(130)..ago(125)).contains(&from), "{promise:#}");
    assert!(first["until"].is_string());
    let text = simulated(&[]).out;
    assert!(text.contains("99.9 % would have been missed, 95 % kept") && text.contains('█'), "{text}");

    // A service without an objective, and another promise.
    let ran = simulated(&["shop", "--objective", "90", "--window", "7d"]);
    assert!(ran.out.contains("90 % would have been kept, and 95 % as well"), "{}{}", ran.out, ran.err);
    let ran = simulated(&["nothing"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (2, "error: there is no objective `nothing`; there are: promise\n")
    );
}

#[test]
fn made_up_traffic_says_how_soon_somebody_would_know_without_configuration_or_store() {
    let arguments = [
        "slo",
        "simulate",
        "--objective",
        "99.9",
        "--rate",
        "10",
        "--failing",
        "20%",
        "--for",
        "1h",
        "-o",
        "json",
    ];
    let folder = folder();
    let ran = statusquo(folder.path(), &arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let story: Value = serde_json::from_str(&ran.out).unwrap();
    let first = &story["slos"][0]["told"][0];
    assert_eq!((&first["urgency"], &first["long_seconds"]), (&Value::from("page"), &Value::from(3600)));
    let after = first["after_seconds"].as_i64().unwrap();
    assert!((30..900).contains(&after), "{story:#}");
    assert_eq!(story["slos"][0]["told_after_seconds"].as_array().unwrap().len(), 20);
    assert_eq!(statusquo(folder.path(), &arguments).out, ran.out, "a seed repeats itself");
    let ran = statusquo(folder.path(), &["slo", "simulate", "--rate", "10"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
}
