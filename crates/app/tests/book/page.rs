//! A page in Markdown, as far as the tests look into it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

static LINK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\]\(([^()\s]+)\)").unwrap());
static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"`[^`]*`").unwrap());
static TEST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"`(crates/[^`]+\.rs)`((?:,? *`[a-z0-9_]+`)+)").unwrap());
static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"`([a-z0-9_]+)`").unwrap());

/// A page and where it is.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) file: PathBuf,
    pub(crate) text: String,
}

/// A fenced block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    pub(crate) language: String,
    /// What stands behind the language: `until`, `file=NAME`, `no-run`.
    pub(crate) marks: Vec<String>,
    /// Why it is not run.
    pub(crate) reason: Option<String>,
    pub(crate) text: String,
}

impl Block {
    /// The file that it is written to.
    pub(crate) fn file(&self) -> Option<&str> {
        self.marks.iter().find_map(|mark| mark.strip_prefix("file="))
    }
}

/// A link and its line.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) line: usize,
    pub(crate) target: String,
}

impl Link {
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.target.contains("://") || self.target.starts_with("mailto:")
    }
}

/// All files with an ending below a folder, in order.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// All pages below a folder.
pub(crate) fn below(folder: &Path) -> Vec<Page> {
    files(folder, "md").iter().map(|file| Page::read(file)).collect()
}

impl Page {
    pub(crate) fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Self { file: file.to_owned(), text }
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (line, text) in (1..).zip(self.text.lines()) {
            match (text.strip_prefix("```"), open.take()) {
                (Some(_), Some(block)) => blocks.push(block),
                (Some(info), None) => open = Some(fence(line, info)),
                (None, Some(mut block)) => {
                    block.text += text;
                    block.text.push('\n');
                    open = Some(block);
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block without end", self.file.display());
        blocks
    }

    /// Its lines outside of blocks; inside they are empty.
    fn prose(&self) -> impl Iterator<Item = (usize, String)> {
        let mut is_inside = false;
        (1..).zip(self.text.lines()).map(move |(line, text)| {
            let is_fence = text.starts_with("```");
            is_inside ^= is_fence;
            (line, if is_inside || is_fence { String::new() } else { text.to_owned() })
        })
    }

    pub(crate) fn links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for (line, text) in self.prose() {
            let text = CODE.replace_all(&text, "");
            links.extend(LINK.captures_iter(&text).map(|found| Link { line, target: found[1].to_owned() }));
        }
        links
    }

    /// The anchors of its headings, as GitHub and mdBook make them.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut anchors = BTreeSet::new();
        for (_, text) in self.prose().filter(|(_, text)| text.starts_with('#')) {
            let title = text.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || ['-', '_', ' '].contains(c));
            let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
            let count = seen.entry(anchor.clone()).or_default();
            anchors.insert(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
            *count += 1;
        }
        anchors
    }

    /// Every configuration of ours on the page with its line, also those inside of other documents.
    pub(crate) fn configurations(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for block in self.blocks().into_iter().filter(|block| block.reason.is_none()) {
            if block.language == "toml" {
                found.push((block.line, block.text));
            } else if let Some((before, rest)) = block.text.split_once("statusquo.toml: |\n") {
                let indent = before.rsplit('\n').next().unwrap().len() + 2;
                let is_inside = |line: &&str| line.trim().is_empty() || line.starts_with(&" ".repeat(indent));
                let inside =
                    rest.lines().take_while(is_inside).map(|line| line.get(indent..).unwrap_or_default());
                found.push((block.line, inside.collect::<Vec<_>>().join("\n")));
            }
        }
        found
    }

    /// Title and text of each section that begins with such a heading.
    pub(crate) fn sections(&self, mark: &str) -> Vec<(String, String)> {
        let mark = format!("\n{mark}");
        let parts = self.text.split(&mark).skip(1);
        parts
            .filter_map(|part| part.split_once('\n'))
            .map(|(title, text)| (title.to_owned(), text.to_owned()))
            .collect()
    }
}

fn fence(line: usize, info: &str) -> Block {
    let (words, reason) = match info.split_once(' ') {
        Some((words, reason)) => (words, Some(reason.trim_matches('"').to_owned())),
        None => (info, None),
    };
    let mut words = words.split(',').map(str::to_owned);
    let language = words.next().unwrap_or_default();
    Block { line, language, marks: words.collect(), reason, text: String::new() }
}

/// The tests that a text names: a file, and behind it names of tests in it.
pub(crate) fn tests_of(text: &str) -> Vec<(String, String)> {
    let mut tests = Vec::new();
    for found in TEST.captures_iter(text) {
        let names = NAME.captures_iter(found.get(2).unwrap().as_str());
        tests.extend(names.map(|name| (found[1].to_owned(), name[1].to_owned())));
    }
    tests
}

/// Whether code has a test of this name.
pub(crate) fn is_test(code: &str, name: &str) -> bool {
    let Some(place) = code.find(&format!("fn {name}(")) else { return false };
    let before: Vec<&str> = code[..place].trim_end().rsplit('\n').take(4).collect();
    before.iter().any(|line| line.trim() == "#[test]" || line.trim().starts_with("#[tokio::test"))
}
