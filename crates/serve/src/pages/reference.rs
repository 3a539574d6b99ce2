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
    let wire = Codes { codes: CodeWire::all_of(code), usage: Vec::new() };
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
