//! The command line, as its own help tells it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::support::{folder, statusquo};

static MENTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)(?:^|`|\$ |- |run: |; |\| |&& )(?:\./)?statusquo ([a-z-][^`\n]*)").unwrap()
});
static FLAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|[\s,])(--?[A-Za-z][a-z-]*)").unwrap());

/// Every command with its help.
pub(crate) struct Commands {
    help: BTreeMap<String, String>,
}

/// The text that somebody would type behind `statusquo`, with its line.
pub(crate) fn mentions(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (line, text) in (1..).zip(text.lines()) {
        if text.starts_with("```") {
            is_code = !is_code && !text.starts_with("```text");
            continue;
        }
        for mention in MENTION.captures_iter(text) {
            let is_span = mention.get(0).is_some_and(|all| all.as_str().starts_with('`'));
            if is_code || is_span {
                found.push((line, mention[1].trim().to_owned()));
            }
        }
    }
    found
}

impl Commands {
    /// Asks the binary, command by command.
    pub(crate) fn ask() -> Self {
        let mut commands = Self { help: BTreeMap::new() };
        commands.add("");
        commands
    }

    fn add(&mut self, name: &str) {
        let mut arguments: Vec<&str> = name.split_whitespace().collect();
        arguments.push("--help");
        let help = statusquo(folder().path(), &arguments).out;
        let below: Vec<String> = subcommands(&help);
        self.help.insert(name.to_owned(), help);
        for word in below {
            self.add(format!("{name} {word}").trim());
        }
    }

    /// The commands that do something, not those that only hold others.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.help
            .iter()
            .filter(|(name, help)| !name.is_empty() && subcommands(help).is_empty())
            .map(|(name, _)| name)
    }

    /// Which command is meant, or what is wrong with it.
    pub(crate) fn check(&self, typed: &str) -> Result<String, String> {
        let mut name = String::new();
        let words = typed.split_whitespace().map(|word| word.trim_matches(|c: char| ",.;:)".contains(c)));
        let mut is_value = false;
        for word in words {
            if word.starts_with('-') {
                is_value = ["-c", "--config", "--server", "-o", "--output", "--tz", "--data"].contains(&word);
                continue;
            }
            if std::mem::take(&mut is_value) {
                continue;
            }
            let longer = format!("{name} {word}").trim().to_owned();
            if !self.help.contains_key(&longer) {
                let is_group = self.help.get(&name).is_some_and(|help| !subcommands(help).is_empty());
                if is_group {
                    return Err(format!("no such command as `{longer}`"));
                }
                break;
            }
            name = longer;
        }
        if name.is_empty() {
            return if ["--help", "--version"].iter().any(|flag| typed.starts_with(flag)) {
                Ok(name)
            } else {
                Err("no such command".to_owned())
            };
        }
        let typed = typed.split(['|', '>', ';', '#', '$']).next().unwrap_or_default();
        let known: BTreeSet<&str> =
            FLAG.captures_iter(&self.help[&name]).map(|flag| flag.get(1).unwrap().as_str()).collect();
        match FLAG
            .captures_iter(typed)
            .map(|flag| flag.get(1).unwrap().as_str())
            .find(|flag| !known.contains(flag))
        {
            Some(flag) => Err(format!("`{name}` has no `{flag}`")),
            None => Ok(name),
        }
    }

    /// The page of all commands.
    pub(crate) fn reference(&self) -> String {
        let mut page = String::from(
            "# Commands\n\n<!-- Written from `--help` by a test (`UPDATE_EXPECT=1 cargo test -p statusquo --test book`). -->\n\n\
             What `statusquo --help` says, command by command. Flags may also stand in the environment, as `STATUSQUO_…`, \
             where the help names it. Exit codes: 0 clean, 1 something to report, 2 could not run, 130 interrupted.\n",
        );
        for (name, help) in &self.help {
            let (own, global) = help.split_once("\nGlobal options:").unwrap_or((help, ""));
            let (title, text) = match name.as_str() {
                "" => ("All commands".to_owned(), help.as_str()),
                name => (format!("statusquo {name}"), own),
            };
            assert!(!global.is_empty(), "{name} has the global options");
            let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
            page.extend(["\n## ", &title, "\n\n```text\n", &lines.join("\n"), "\n```\n"]);
        }
        page
    }
}

fn subcommands(help: &str) -> Vec<String> {
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let rows = list
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    rows.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}
