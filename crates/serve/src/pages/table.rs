//! Pages that are tables: their forms for programs.

use axum::response::Response;
use serde::Serialize;
use statusquo_problem::Problem;

use super::{json, no_such_form, respond};
use crate::csv::line;
use crate::negotiate::Form;

/// A table.
pub(crate) struct Table {
    pub(crate) head: &'static [&'static str],
    pub(crate) rows: Vec<Vec<String>>,
}

/// A table in a form for programs; pages are made by whoever has them.
pub(crate) fn twin<T: Serialize>(
    form: Form,
    wire: impl FnOnce() -> T,
    table: impl FnOnce() -> Table,
) -> Result<Response, Problem> {
    match form {
        Form::Json => Ok(json(&wire())),
        Form::Csv => {
            let Table { head, rows } = table();
            Ok(respond(form, csv(head, &rows)))
        }
        Form::Text => {
            let Table { head, rows } = table();
            Ok(respond(form, text_table(head, &rows)))
        }
        Form::Html | Form::Markdown => Err(no_such_form(form)),
    }
}

/// A table as CSV (RFC 4180).
pub(crate) fn csv(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = head.join(",");
    text.push_str("\r\n");
    for row in rows {
        text.push_str(&line(row));
        text.push_str("\r\n");
    }
    text
}

/// A table as text, in columns.
pub(crate) fn text_table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|name| name.len())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(&mut head.iter().copied());
    for row in rows {
        let clean: Vec<String> = row.iter().map(|cell| cell.replace(char::is_control, " ")).collect();
        text.push_str(&line(&mut clean.iter().map(String::as_str)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["a".to_owned(), "long one".to_owned()], vec!["bcd".to_owned(), "x".to_owned()]];
        assert_eq!(text_table(&["k", "v"], &rows), "k    v\na    long one\nbcd  x\n");
    }
}
