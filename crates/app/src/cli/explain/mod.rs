//! `statusquo explain`: what status codes, fields and rules mean, from the catalogue and the linter.

mod compare;
mod field;
mod rule;
mod sheet;
mod snippet;

use anyhow::Context;
use statusquo_catalogue::{Class, Entry, REGISTERED, StatusCode, search};

use super::args::{Explain, Global};
use super::output::{Format, Printed};
use super::{Exit, Screen};
use crate::config;
use crate::judging::HouseJudge;
use field::Field;
use sheet::Sheet;
pub(crate) use snippet::Language;
use statusquo_lint::Rule;

/// More results than this are cut short, and the text says so.
const MOST_FOUND: usize = 12;

/// What was asked for.
enum Asked {
    /// These codes.
    Codes(Vec<StatusCode>),
    /// A whole class.
    Class(Class),
    /// These rules.
    Rules(Vec<&'static Rule>),
    /// A field.
    Field(Field),
    /// Words to look for.
    Words(String),
}

/// Runs `statusquo explain`.
pub(crate) fn run(global: &Global, flags: &Explain) -> anyhow::Result<Exit> {
    know_house(global);
    let asked = asked(&flags.what);
    let found = match &asked {
        Asked::Codes(codes) => codes.iter().map(|&code| Sheet::of(code)).collect(),
        Asked::Class(class) => of_class(*class),
        Asked::Words(words) => looked_up(words),
        Asked::Rules(_) | Asked::Field(_) => Vec::new(),
    };
    let rules = match &asked {
        Asked::Rules(rules) => rules.clone(),
        Asked::Words(words) => rule::search(words),
        Asked::Codes(_) | Asked::Class(_) | Asked::Field(_) => Vec::new(),
    };
    let brief = flags.brief || !matches!(asked, Asked::Codes(_));
    Printed::text(global, |screen| {
        let mut blocks =
            vec![text(screen, &asked, &found, brief), rules_text(screen, &asked, &rules, flags.brief)];
        if let (Asked::Codes(codes), Some(language)) = (&asked, flags.lang) {
            blocks.extend(codes.iter().map(|code| snippet::of(*code, language)));
        }
        blocks.retain(|block| !block.is_empty());
        if blocks.is_empty() {
            blocks.push(format!(
                "nothing has `{}`; try a code such as 503, a field, a rule, or fewer words",
                flags.what.join(" ")
            ));
        }
        blocks.join("\n\n")
    })
    .form(Format::Json, |_| json(&asked, &found, &rules))
    .form(Format::Markdown, |_| Ok(markdown(&asked, &found, &rules, brief)))
    .write()?;
    let nothing = found.is_empty() && rules.is_empty() && !matches!(asked, Asked::Field(_));
    Ok(if nothing { Exit::Found } else { Exit::Clean })
}

/// Makes the rules of the house known, where there is a configuration that can be read; what is wrong with one is for
/// `config check` to say.
fn know_house(global: &Global) {
    if let Ok(config) = config::load(&global.config) {
        drop(HouseJudge::new(&config.lint));
    }
}

fn rules_text(screen: &Screen, asked: &Asked, rules: &[&Rule], brief: bool) -> String {
    match asked {
        Asked::Field(field) => field.text(screen),
        Asked::Rules(_) if !brief => {
            rules.iter().map(|found| rule::text(screen, found)).collect::<Vec<_>>().join("\n\n")
        }
        Asked::Rules(_) | Asked::Words(_) => {
            let mut lines: Vec<String> =
                rules.iter().take(MOST_FOUND).map(|found| rule::line(found)).collect();
            if rules.len() > MOST_FOUND {
                lines.push(format!("{} more rules; use more words", rules.len() - MOST_FOUND));
            }
            lines.join("\n")
        }
        Asked::Codes(_) | Asked::Class(_) => String::new(),
    }
}

fn asked(what: &[String]) -> Asked {
    let codes: Result<Vec<StatusCode>, _> = what.iter().map(|word| word.parse()).collect();
    if let Ok(codes) = codes {
        return Asked::Codes(codes);
    }
    let rules: Option<Vec<&'static Rule>> = what.iter().map(|word| statusquo_lint::rule(word)).collect();
    if let Some(rules) = rules {
        return Asked::Rules(rules);
    }
    if let [name] = what
        && let Some(field) = Field::find(name)
    {
        return Asked::Field(field);
    }
    let words = what.join(" ");
    words.parse().map_or(Asked::Words(words), Asked::Class)
}

fn of_class(class: Class) -> Vec<Sheet> {
    let entries = REGISTERED.iter().filter(|entry| entry.code.class() == class);
    entries.map(|entry| Sheet::of(entry.code)).collect()
}

fn looked_up(words: &str) -> Vec<Sheet> {
    let mut seen: Vec<StatusCode> = Vec::new();
    let new = |entry: &&'static Entry| {
        let new = !seen.contains(&entry.code);
        seen.push(entry.code);
        new
    };
    search(words).filter(new).map(Sheet::of_entry).collect()
}

fn text(screen: &Screen, asked: &Asked, found: &[Sheet], brief: bool) -> String {
    let mut blocks: Vec<String> = Vec::new();
    match asked {
        Asked::Class(class) => blocks.push(class_text(screen, *class)),
        Asked::Words(_) | Asked::Codes(_) | Asked::Rules(_) | Asked::Field(_) => {}
    }
    if let (Asked::Codes(codes), true, false) = (asked, codes_differ(asked), brief) {
        return compare::text(screen, codes);
    }
    let most = if matches!(asked, Asked::Words(_)) { MOST_FOUND } else { usize::MAX };
    if brief {
        let lines: Vec<String> = found.iter().take(most).map(|sheet| sheet.line(screen)).collect();
        blocks.push(lines.join("\n"));
    } else {
        blocks.extend(found.iter().map(|sheet| sheet.text(screen)));
    }
    if found.len() > most {
        blocks.push(format!("{} more; use more words", found.len() - most));
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n")
}

/// Are there several codes to put side by side?
fn codes_differ(asked: &Asked) -> bool {
    matches!(asked, Asked::Codes(codes) if codes.len() > 1)
}

fn class_text(screen: &Screen, class: Class) -> String {
    let lines = [
        format!("{} {} {}", class.glyph(), class.range_text(), class.name()),
        screen.wrap(class.meaning(), 2),
        screen.wrap(&format!("Whose problem  {}", class.whose_problem()), 2),
        screen.wrap(&format!("Next step      {}", class.next_step()), 2),
    ];
    lines.join("\n")
}

fn markdown(asked: &Asked, found: &[Sheet], rules: &[&Rule], brief: bool) -> String {
    let mut text = String::new();
    if let Asked::Class(class) = asked {
        text.push_str(&format!("# {} {}\n\n{}\n\n", class.range_text(), class.name(), class.meaning()));
    }
    if let (Asked::Codes(codes), true, false) = (asked, codes_differ(asked), brief) {
        return compare::markdown(codes);
    }
    for sheet in found {
        text.push_str(&if brief { sheet.markdown_line() } else { sheet.markdown() });
    }
    for found in rules {
        text.push_str(&if brief {
            format!("- {}\n", rule::line(found))
        } else {
            format!("## {}\n", found.page.markdown)
        });
    }
    text
}

fn json(asked: &Asked, found: &[Sheet], rules: &[&Rule]) -> anyhow::Result<String> {
    let codes: Vec<serde_json::Value> = found.iter().map(Sheet::json).collect();
    let mut object = serde_json::json!({ "schema": "explain/1", "codes": codes });
    if let (Asked::Codes(codes), Some(map)) = (asked, object.as_object_mut()) {
        map.insert("differences".to_owned(), compare::json(codes));
    }
    if let Some(map) = object.as_object_mut() {
        if !rules.is_empty() {
            map.insert("rules".to_owned(), rules.iter().map(|found| rule::json(found)).collect());
        }
        if let Asked::Field(field) = asked {
            map.insert("field".to_owned(), field.json());
        }
    }
    serde_json::to_string_pretty(&object).context("cannot write JSON")
}
