//! The reference of codes and rules as a site of files: the same pages, with no server behind them.

use std::collections::BTreeSet;

use serde::Serialize;
use statusquo_catalogue::{Class, Date, REGISTERED, StatusCode, UNOFFICIAL};
use statusquo_lint::RULES;

use super::{Here, Page, Part, code, codes, layout, lint};
use crate::assets;
use crate::board::{Board, Snapshot};
use crate::negotiate::Form;
use crate::wire::{CodeWire, Codes, RuleWire};

/// A file of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceFile {
    /// Where it belongs, from the folder of the site: `codes/404.html`.
    pub path: String,
    /// What stands in it.
    pub content: String,
}

/// The whole site: an index, a page and a JSON file for each code and rule, the classes, look-alikes side by side.
///
/// Links between its files are relative, so it works in any folder of any file host, and from a disk.
#[must_use]
pub fn reference_site(today: Date) -> Vec<ReferenceFile> {
    let mut files: Vec<_> =
        [assets::style(), assets::icon()].map(|asset| file(&asset.path, asset.content.to_owned())).into();
    files.push(html(&index()));
    files.push(json("/codes", &codes::all()));
    files.push(html(&codes::look_alikes()));
    files.push(html(&rules()));
    let classes = Class::ALL.into_iter().filter(|class| *class != Class::OutOfRange);
    files.extend(classes.map(|class| html(&codes::of_class(class))));
    let nothing_seen = Board::new().snapshot();
    for code in all() {
        files.extend(of_code(code, &nothing_seen, today));
    }
    for rule in RULES.iter() {
        files.push(html(&lint::of_rule(rule)));
        files.push(json(&format!("/lint/{}", rule.id), &RuleWire::from(rule)));
    }
    files
}

/// All codes that have a page.
fn all() -> BTreeSet<StatusCode> {
    let registered = REGISTERED.iter().map(|entry| entry.code);
    registered.chain(UNOFFICIAL.iter().map(|unofficial| unofficial.entry.code)).collect()
}

fn of_code(code: StatusCode, nothing_seen: &Snapshot, today: Date) -> [ReferenceFile; 2] {
    let page = code::page(code, nothing_seen, today);
    let wire = Codes { codes: CodeWire::all_of(code) };
    [html(&page), json(&page.path, &wire)]
}

fn index() -> Page {
    Page {
        headline: "Every status code, and what to do about it".to_owned(),
        here: Here::Codes,
        path: "/codes".to_owned(),
        above: None,
        controls: None,
        parts: vec![Part::still("codes", codes::by_class())],
        twins: &[Form::Json],
    }
}

fn rules() -> Page {
    Page {
        headline: format!("The {} rules of the linter", RULES.len()),
        here: Here::Lint,
        path: "/lint".to_owned(),
        above: None,
        controls: None,
        parts: vec![Part::still("rules", lint::by_theme())],
        twins: &[],
    }
}

fn html(page: &Page) -> ReferenceFile {
    let path = place(&page.path);
    let depth = path.matches('/').count();
    ReferenceFile { content: relative(&layout::alone(page).into_string(), depth), path }
}

fn json(address: &str, content: &impl Serialize) -> ReferenceFile {
    // These types hold text and numbers only, which can always be written.
    file(&format!("{address}.json"), serde_json::to_string(content).unwrap_or_default())
}

fn file(address: &str, content: String) -> ReferenceFile {
    ReferenceFile { path: place(address), content }
}

/// The file for an address.
fn place(address: &str) -> String {
    match address.trim_start_matches('/') {
        "" | "codes" => "index.html".to_owned(),
        "lint" => "lint/index.html".to_owned(),
        path if path.contains('.') => path.to_owned(),
        path => format!("{path}.html"),
    }
}

/// The same page with links to files, from a folder so deep.
fn relative(page: &str, depth: usize) -> String {
    const LINK: &str = "href=\"/";
    let mut parts = page.split(LINK);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, rest) = part.split_once('"').unwrap_or((part, ""));
        text.push_str(&format!("href=\"{}{}\"{rest}", "../".repeat(depth), place(address)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

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
                let target =
                    link.strip_prefix(up.as_str()).unwrap_or_else(|| panic!("{}: {link}", file.path));
                assert!(paths.contains(target), "{}: {link}", file.path);
            }
            assert!(!file.content.contains("<script") && !file.content.contains("<form"), "{}", file.path);
        }
    }

    #[test]
    fn codes_classes_rules_and_look_alikes_have_their_files() {
        let site = site();
        let of =
            |path: &str| site.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
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
}
