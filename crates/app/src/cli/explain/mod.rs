//! `statusquo explain`: what status codes mean, from the catalogue.

mod compare;
mod sheet;

use anyhow::Context;
use statusquo_catalogue::{Class, Entry, REGISTERED, StatusCode, search};

use super::args::{Explain, Global};
use super::output::{Format, Printed};
use super::{Exit, Screen};
use sheet::Sheet;

/// More results than this are cut short, and the text says so.
const MOST_FOUND: usize = 12;

/// What was asked for.
enum Asked {
    /// These codes.
    Codes(Vec<StatusCode>),
    /// A whole class.
    Class(Class),
    /// Words to look for.
    Words(String),
}

/// Runs `statusquo explain`.
pub(crate) fn run(global: &Global, flags: &Explain) -> anyhow::Result<Exit> {
    let asked = asked(&flags.what);
    let found = match &asked {
        Asked::Codes(codes) => codes.iter().map(|&code| Sheet::of(code)).collect(),
        Asked::Class(class) => of_class(*class),
        Asked::Words(words) => looked_up(words),
    };
    let brief = flags.brief || !matches!(asked, Asked::Codes(_));
    Printed::text(global, |screen| text(screen, &asked, &found, brief))
        .form(Format::Json, |_| json(&asked, &found))
        .form(Format::Markdown, |_| Ok(markdown(&asked, &found, brief)))
        .write()?;
    Ok(if found.is_empty() { Exit::Found } else { Exit::Clean })
}

fn asked(what: &[String]) -> Asked {
    let codes: Result<Vec<StatusCode>, _> = what.iter().map(|word| word.parse()).collect();
    if let Ok(codes) = codes {
        return Asked::Codes(codes);
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
        Asked::Words(words) if found.is_empty() => {
            blocks.push(format!(
                "nothing in the catalogue has `{words}`; try a code such as 503, or fewer words"
            ));
        }
        Asked::Words(_) | Asked::Codes(_) => {}
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

fn markdown(asked: &Asked, found: &[Sheet], brief: bool) -> String {
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
    text
}

fn json(asked: &Asked, found: &[Sheet]) -> anyhow::Result<String> {
    let codes: Vec<serde_json::Value> = found.iter().map(Sheet::json).collect();
    let mut object = serde_json::json!({ "schema": "explain/1", "codes": codes });
    if let (Asked::Codes(codes), Some(map)) = (asked, object.as_object_mut()) {
        map.insert("differences".to_owned(), compare::json(codes));
    }
    serde_json::to_string_pretty(&object).context("cannot write JSON")
}
