//! Tables as CSV (RFC 4180) that no spreadsheet takes for formulas.

/// What spreadsheets begin a formula with, or skip before one (OWASP, CSV injection).
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// A cell. Texts of strangers that begin as formulas do are defused by an apostrophe; numbers stay as they are.
#[must_use]
pub fn cell(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok();
    let defused = if !is_number && text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() };
    if defused.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", defused.replace('"', "\"\""))
    } else {
        defused
    }
}

/// A line of cells, without its end.
#[must_use]
pub fn line<T: AsRef<str>>(cells: &[T]) -> String {
    cells.iter().map(|text| cell(text.as_ref())).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheets_find_no_formula() {
        let cases = [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("+1+1", "'+1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|x", "'-cmd|x"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("\n=1", "\"'\n=1\""),
            ("=1,\"2\"", "\"'=1,\"\"2\"\"\""),
            ("-5", "-5"),
            ("+0.25", "+0.25"),
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
        ];
        for (text, expect) in cases {
            assert_eq!(cell(text), expect);
        }
        assert_eq!(line(&["x", "-5", "=1"]), "x,-5,'=1");
    }
}
