//! The book (`docs/`, put together by `docs/SUMMARY.md`): what it tells is true of this binary.
//!
//! A block ```` ```console ```` is run line by line, in a folder of its chapter's own (`docs/book/files/CHAPTER`), and
//! what it shows is what came. Its rules:
//!
//! * `$ command` runs in a shell; `$ command &` goes on until the chapter ends. What follows is what it prints.
//! * A command that ends with anything but 0 is followed by `$ echo $?`.
//! * A line `…` stands for any lines. Moments, durations and ports may differ.
//! * ```` ```console,until ```` is asked again until it comes true; ```` ```toml,file=NAME ```` is written to a file.
//! * ```` ```console,no-run "reason" ```` is not run.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod chapter;
mod commands;
mod page;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chapter::Chapter;
use commands::{Commands, mentions};
use expect_test::expect_file;
use page::Page;
use support::{Daemon, folder, free_port, statusquo};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// All pages of the book, and those beside it that speak of the same things.
fn book() -> Vec<Page> {
    page::below(&root().join("docs"))
}

fn book_and_beside() -> Vec<Page> {
    let beside =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "book/README.md", "crates/problem/README.md"];
    let mut pages = book();
    pages.extend(beside.map(|name| Page::read(&root().join(name))));
    pages
}

fn chapter(name: &str) -> Page {
    Page::read(&root().join("docs/book").join(name))
}

#[test]
fn the_summary_lists_every_page_once_and_no_other() {
    let summary = Page::read(&root().join("docs/SUMMARY.md"));
    let listed: Vec<PathBuf> =
        summary.links().iter().map(|link| root().join("docs").join(&link.target)).collect();
    let set: BTreeSet<PathBuf> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), set.len(), "a page is listed twice");
    let there: BTreeSet<PathBuf> =
        book().into_iter().map(|page| page.file).filter(|file| *file != summary.file).collect();
    assert_eq!(set, there);
}

#[test]
fn every_link_leads_to_a_page_and_a_heading_that_are_there() {
    let mut wrong = Vec::new();
    for page in book_and_beside() {
        let is_of_the_book = page.file.starts_with(root().join("docs"));
        for link in page.links().into_iter().filter(|link| !link.is_elsewhere()) {
            let place = format!("{}:{}: {}", page.file.display(), link.line, link.target);
            let (path, anchor) = link.target.split_once('#').unwrap_or((&link.target, ""));
            let file =
                if path.is_empty() { page.file.clone() } else { page.file.parent().unwrap().join(path) };
            let Ok(file) = file.canonicalize() else {
                wrong.push(format!("{place}: no such file"));
                continue;
            };
            // What is rendered has nothing beside the book.
            if is_of_the_book && !file.starts_with(root().join("docs")) {
                wrong.push(format!("{place}: leads out of the book"));
            }
            if !anchor.is_empty() && !Page::read(&file).anchors().contains(anchor) {
                wrong.push(format!("{place}: no such heading"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_configuration_in_the_book_is_right() {
    let mut count = 0;
    for page in book_and_beside() {
        for (line, example) in page.configurations() {
            let folder = folder();
            fs::write(folder.path().join("statusquo.toml"), example).unwrap();
            let ran = statusquo(folder.path(), &["config", "check", "--no-secrets"]);
            assert_eq!(ran.code, 0, "{}:{line}:\n{}", page.file.display(), ran.err);
            count += 1;
        }
    }
    assert!(count >= 25, "only {count} configurations were found");
}

#[test]
fn what_is_not_run_says_why_and_everything_else_in_the_chapters_is_run() {
    for page in book() {
        for block in page.blocks() {
            let place = format!("{}:{}", page.file.display(), block.line);
            let speaks_of_us =
                block.text.lines().any(|line| line.trim_start_matches("$ ").starts_with("statusquo "));
            let is_run = block.language == "console" && block.reason.is_none();
            let is_of_a_shell = ["sh", "console"].contains(&block.language.as_str());
            assert!(
                !is_of_a_shell || !speaks_of_us || is_run || block.reason.is_some(),
                "{place}: it is not run, and says no reason"
            );
            assert_eq!(
                block.marks.contains(&"no-run".to_owned()),
                block.reason.is_some(),
                "{place}: `no-run` and a reason go together"
            );
            let runs_here = page.file.starts_with(root().join("docs/book"));
            assert!(!is_run || runs_here, "{place}: only chapters in docs/book are run");
        }
    }
}

#[test]
fn end_to_end_the_tutorial_runs() {
    Chapter::of(&chapter("tutorial.md")).run(9);
}

#[test]
fn end_to_end_the_guides_run() {
    Chapter::of(&chapter("nginx.md")).run(2);
    Chapter::of(&chapter("kubernetes.md")).run(1);
    Chapter::of(&chapter("collector.md")).run(2);
    Chapter::of(&chapter("github-actions.md")).run(2);
    Chapter::of(&chapter("operating.md")).run(5);
}

#[test]
fn the_chapters_on_authors_and_concepts_run() {
    Chapter::of(&chapter("authors.md")).run(1);
    Chapter::of(&chapter("concepts.md")).run(3);
}

#[test]
fn no_chapter_with_commands_is_forgotten() {
    let known = [
        "tutorial",
        "nginx",
        "kubernetes",
        "collector",
        "github-actions",
        "operating",
        "authors",
        "concepts",
    ];
    for page in page::below(&root().join("docs/book")) {
        let name = page.file.file_stem().unwrap().to_str().unwrap().to_owned();
        let runs = page.blocks().iter().any(|block| block.language == "console" && block.reason.is_none());
        assert!(!runs || known.contains(&name.as_str()), "{name} is not run by any test");
    }
}

#[test]
fn the_reference_of_commands_is_what_help_says() {
    expect_file![root().join("docs/book/commands.md")].assert_eq(&Commands::ask().reference());
}

#[test]
fn every_command_and_flag_that_is_named_is_there() {
    let commands = Commands::ask();
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in book_and_beside() {
        for (line, mention) in mentions(&page.text) {
            count += 1;
            if let Err(reason) = commands.check(&mention) {
                wrong.push(format!("{}:{line}: `{mention}`: {reason}", page.file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 100, "only {count} commands were found");
    let help = statusquo(folder().path(), &["--help"]).out;
    let examples: Vec<String> = help.lines().take(4).map(|line| format!("`{}`", line.trim())).collect();
    for (_, mention) in mentions(&examples.join("\n")) {
        commands.check(&mention).unwrap();
    }
}

#[test]
fn every_command_is_shown_in_the_readme_or_a_page_that_is_not_generated() {
    let mut shown = BTreeSet::new();
    let commands = Commands::ask();
    for page in book_and_beside().iter().filter(|page| !page.file.ends_with("commands.md")) {
        shown.extend(
            mentions(&page.text).into_iter().filter_map(|(_, mention)| commands.check(&mention).ok()),
        );
    }
    let missing: Vec<_> = commands.names().filter(|name| !shown.contains(*name)).collect();
    assert!(missing.is_empty(), "no page shows {missing:?}");
}

#[test]
fn the_guide_names_commands_and_tests_that_are_there() {
    let page = Page::read(&root().join("docs/guide.md"));
    let points = page.sections("### ");
    assert_eq!(points.len(), 21);
    for (number, (title, text)) in (1..).zip(&points) {
        assert!(title.starts_with(&format!("{number}. ")), "{title}");
        assert!(text.contains("\n*See it*: ") && !mentions(text).is_empty(), "{title}: no command");
        let held = text.split_once("\n*Held by*: ").unwrap_or_else(|| panic!("{title}: no test")).1;
        let tests = page::tests_of(held);
        assert!(!tests.is_empty(), "{title}: no test");
        for (file, name) in tests {
            let code = fs::read_to_string(root().join(&file))
                .unwrap_or_else(|_| panic!("{title}: {file} is not there"));
            let is_there = page::is_test(&code, &name);
            assert!(is_there, "{title}: no test `{name}` in {file}");
        }
    }
}

#[test]
fn the_code_for_authors_is_that_of_the_examples() {
    let mut code = String::new();
    for folder in ["crates/problem/examples", "crates/serve/examples"] {
        for file in page::files(&root().join(folder), "rs") {
            code += &fs::read_to_string(file).unwrap();
        }
    }
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (code, page) = (plain(&code), chapter("authors.md"));
    let quotes = page.blocks().into_iter().filter(|block| block.language == "rust" && block.reason.is_none());
    let quotes: Vec<_> = quotes.collect();
    assert!(quotes.len() >= 3);
    for quote in quotes {
        assert!(
            code.contains(&plain(&quote.text)),
            "{}:{}: not in the examples",
            page.file.display(),
            quote.line
        );
    }
}

#[test]
fn documents_for_other_programs_are_well_formed() {
    for page in page::below(&root().join("docs/book")) {
        for block in page.blocks() {
            let place = format!("{}:{}", page.file.display(), block.line);
            match block.language.as_str() {
                "yaml" => {
                    for document in block.text.split("\n---\n") {
                        let read: Result<serde_json::Value, _> = serde_saphyr::from_str(document);
                        read.unwrap_or_else(|error| panic!("{place}: {error}"));
                    }
                }
                "json" => {
                    let read: Result<serde_json::Value, _> = serde_json::from_str(&block.text);
                    read.unwrap_or_else(|error| panic!("{place}: {error}"));
                }
                _ => {}
            }
        }
    }
}

#[test]
fn end_to_end_nginx_takes_the_configuration_of_its_chapter_and_its_log_is_understood() {
    let folder = folder();
    let port = free_port();
    let page = chapter("nginx.md");
    let conf = page.blocks().into_iter().find(|block| block.language == "nginx").unwrap().text;
    let conf =
        conf.replace("/var/log/nginx/", "").replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
    let conf = conf.replace("127.0.0.1:8080", &format!("127.0.0.1:{}", free_port()));
    let frame = format!("daemon off; pid nginx.pid; error_log stderr; events {{}} http {{ {conf} }}");
    fs::write(folder.path().join("nginx.conf"), frame).unwrap();
    let mut nginx = std::process::Command::new("nginx");
    nginx.args(["-e", "stderr", "-c", "nginx.conf", "-p"]).arg(folder.path()).current_dir(folder.path());
    let nginx = Daemon::start(nginx, port);
    let ran =
        statusquo(folder.path(), &["check", &format!("http://127.0.0.1:{port}/orders"), "--expect", "502"]);
    assert!(ran.out.contains("502 Bad Gateway"), "nothing listens behind nginx: {}", ran.out);
    let log = folder.path().join("access.log");
    nginx.stop_when(|| fs::read_to_string(&log).is_ok_and(|text| text.ends_with('\n')));
    let text = fs::read_to_string(&log).unwrap();
    let id = text.trim_end().rsplit(' ').next().unwrap().trim_start_matches("id=").to_owned();
    let found = statusquo(folder.path(), &["find", &id, "access.log"]);
    assert_eq!(found.code, 0, "{text}{}", found.err);
    assert!(found.out.contains("got 502 Bad Gateway"), "{text}{}", found.out);
    assert!(!found.out.contains("How long it took was not recorded"), "{text}{}", found.out);
}
