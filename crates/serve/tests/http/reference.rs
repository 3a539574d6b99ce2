//! The reference as a site of files.

use std::collections::BTreeSet;

use statusquo_catalogue::Date;
use statusquo_serve::{ReferenceFile, reference_site};

fn site() -> Vec<ReferenceFile> {
    reference_site(Date::new(2026, 11, 29))
}

#[test]
fn every_link_leads_to_a_file_that_is_there() {
    let site = site();
    let paths: BTreeSet<&str> = site.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths.len(), site.len(), "two files have the same path");
    for file in site.iter().filter(|file| file.path.ends_with(".html")) {
        let depth = file.path.matches('/').count();
        for link in file.content.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if link.starts_with("https://") || link.starts_with('#') {
                continue;
            }
            let up = "../".repeat(depth);
            let target = link.strip_prefix(up.as_str()).unwrap_or_else(|| panic!("{}: {link}", file.path));
            assert!(paths.contains(target), "{}: {link}", file.path);
        }
        assert!(!file.content.contains("<script") && !file.content.contains("<form"), "{}", file.path);
    }
}

#[test]
fn codes_classes_rules_and_look_alikes_have_their_files() {
    let site = site();
    let of = |path: &str| site.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    assert!(of("codes/404.html").content.contains("<h1 id=\"headline\">404 Not Found</h1>"));
    assert!(of("codes/4xx.html").content.contains("../codes/429.html"));
    assert!(of("codes/look-alikes.html").content.contains("../codes/401.html"));
    assert!(of("lint/date-missing.html").content.contains("How to fix"));
    assert!(of("index.html").content.contains("href=\"codes/503.html\""));
    let json: serde_json::Value = serde_json::from_str(&of("codes/429.json").content).unwrap();
    assert_eq!(json["codes"][0]["phrase"], "Too Many Requests");
    assert!(
        json["codes"][0]["rules"]
            .as_array()
            .unwrap()
            .iter()
            .any(|id| id == "too-many-requests-no-retry-after")
    );
}
