//! Tables in forms for programs: CSV and text.

/// A table as CSV (RFC 4180). Cells that a spreadsheet would take for a formula are defused.
pub(crate) fn csv(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = head.join(",");
    text.push_str("\r\n");
    for row in rows {
        text.push_str(&row.iter().map(|cell| cell_csv(cell)).collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    text
}

fn cell_csv(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok();
    let defused = if !is_number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if defused.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", defused.replace('"', "\"\""))
    } else {
        defused
    }
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
    fn spreadsheets_find_no_formula() {
        let rows = vec![vec!["=HYPERLINK(1)".to_owned(), "-5".to_owned(), "a \"b\", c".to_owned()]];
        let expect = "x,y,z\r\n'=HYPERLINK(1),-5,\"a \"\"b\"\", c\"\r\n";
        assert_eq!(csv(&["x", "y", "z"], &rows), expect);
    }

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["a".to_owned(), "long one".to_owned()], vec!["bcd".to_owned(), "x".to_owned()]];
        assert_eq!(text_table(&["k", "v"], &rows), "k    v\na    long one\nbcd  x\n");
    }
}
