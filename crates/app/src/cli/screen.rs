//! The terminal: marks, colour, width and times, decided once.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use statusquo_alert::State;
use statusquo_catalogue::{Class, StatusCode};

use super::args::{Global, When};

/// What the terminal can show, and what its user wants.
#[derive(Debug, Clone)]
pub(crate) struct Screen {
    /// Colour?
    pub(crate) colour: bool,
    /// ASCII only?
    pub(crate) ascii: bool,
    /// The columns of the terminal; `None` when the text goes elsewhere: then it is never cut.
    pub(crate) width: Option<usize>,
    /// The time zone of times.
    pub(crate) zone: TimeZone,
}

/// What a piece of text says, as far as colour goes. The text says it as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it should be.
    Good,
    /// Worth a look.
    Warning,
    /// Wrong.
    Bad,
    /// Less important.
    Quiet,
    /// More important.
    Strong,
}

impl Screen {
    /// What stdout can show.
    pub(crate) fn stdout(global: &Global) -> anyhow::Result<Self> {
        Self::detect(global, std::io::stdout().is_terminal())
    }

    /// What stderr can show.
    pub(crate) fn stderr(global: &Global) -> anyhow::Result<Self> {
        Self::detect(global, std::io::stderr().is_terminal())
    }

    fn detect(global: &Global, terminal: bool) -> anyhow::Result<Self> {
        let colour = match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto => wants_colour(terminal, |name| std::env::var(name).ok()),
        };
        let zone = match &global.tz {
            Some(name) => TimeZone::get(name).map_err(|_| {
                anyhow::anyhow!("unknown time zone `{name}`; for example `Europe/Vienna` or `UTC`")
            })?,
            None => TimeZone::system(),
        };
        let ascii = global.ascii || !is_utf8(|name| std::env::var(name).ok());
        let width =
            terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
        Ok(Self { colour, ascii, width, zone })
    }

    /// The same for a file: no colour, never cut.
    pub(crate) fn for_file(&self) -> Self {
        Self { colour: false, width: None, ..self.clone() }
    }

    /// Text in a tone.
    pub(crate) fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let style = match tone {
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Warning => AnsiColor::Yellow.on_default(),
            Tone::Bad => AnsiColor::Red.on_default(),
            Tone::Quiet => Style::new().dimmed(),
            Tone::Strong => Style::new().bold(),
        };
        format!("{style}{text}{style:#}")
    }

    /// The mark of a status code's class.
    pub(crate) fn mark(&self, code: StatusCode) -> String {
        let class = code.class();
        let tone = match class {
            Class::Informational => Tone::Quiet,
            Class::Successful | Class::Redirection => Tone::Good,
            Class::ClientError => Tone::Warning,
            Class::ServerError | Class::OutOfRange => Tone::Bad,
        };
        self.paint(tone, &class.glyph().to_string())
    }

    /// The mark for "no answer".
    pub(crate) fn no_answer(&self) -> String {
        self.paint(Tone::Bad, "✕")
    }

    /// The mark of a state.
    pub(crate) fn state(&self, state: State) -> String {
        let tone = match state {
            State::Ok => Tone::Good,
            State::Degraded => Tone::Warning,
            State::Failing => Tone::Bad,
            State::Unknown | State::Paused => Tone::Quiet,
        };
        self.paint(tone, &state.glyph().to_string())
    }

    /// A moment in the chosen time zone, to the minute.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// The finished text: as it is, or with ASCII only.
    pub(crate) fn finish(&self, text: &str) -> String {
        if self.ascii { to_ascii(text) } else { text.to_owned() }
    }

    /// Breaks a paragraph into lines that fit, each indented. Text that goes elsewhere stays on one line.
    pub(crate) fn wrap(&self, text: &str, indent: usize) -> String {
        let margin = " ".repeat(indent);
        let Some(width) = self.width else { return format!("{margin}{text}") };
        let room = width.saturating_sub(indent).max(20);
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && columns(&line) + 1 + columns(word) > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        lines.iter().map(|line| format!("{margin}{line}")).collect::<Vec<_>>().join("\n")
    }

    /// Rows with aligned columns. Columns that do not fit the terminal are left out from the right.
    pub(crate) fn table(&self, head: &[&str], rows: &[Vec<String>]) -> String {
        let width_of = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| columns(cell));
            cells.chain(head.get(column).map(|cell| columns(cell))).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width_of).collect();
        let mut shown = head.len();
        let total = |shown: usize| widths.iter().take(shown).map(|width| width + 2).sum::<usize>();
        while shown > 1 && self.width.is_some_and(|width| total(shown) > width + 2) {
            shown -= 1;
        }
        let line = |cells: Vec<String>| {
            let padded = cells.iter().zip(&widths).take(shown).map(|(cell, &width)| pad(cell, width));
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let head = head.iter().map(|cell| self.paint(Tone::Quiet, cell)).collect();
        let lines: Vec<String> = std::iter::once(line(head)).chain(rows.iter().cloned().map(line)).collect();
        lines.join("\n")
    }
}

/// Text filled up with spaces to a number of columns; colour takes none.
pub(crate) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `1 monitor`, `2 monitors`
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Values as bars, the highest of which stands for `most`; what is not nothing is seen.
pub(crate) fn bars(values: &[u64], most: u64) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let mark = |value: &u64| {
        let height = usize::try_from(u128::from(*value) * 7 / u128::from(most.max(1))).unwrap_or(7);
        STEPS.get(if *value > 0 { height.max(1) } else { 0 }).copied().unwrap_or('█')
    };
    values.iter().map(mark).collect()
}

/// How many columns a text takes; colour takes none.
pub(crate) fn columns(text: &str) -> usize {
    let mut count = 0;
    let mut in_style = false;
    for c in text.chars() {
        match (in_style, c) {
            (false, '\u{1b}') => in_style = true,
            (false, _) => count += 1,
            (true, 'm') => in_style = false,
            (true, _) => {}
        }
    }
    count
}

/// `NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, else: on a terminal.
fn wants_colour(terminal: bool, var: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| var(name).is_some_and(|value| !value.is_empty());
    if set("NO_COLOR") {
        return false;
    }
    if var("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") {
        return true;
    }
    terminal && var("TERM").is_none_or(|term| term != "dumb")
}

/// What strangers wrote must not move the cursor.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Does the locale use UTF-8? The first of these that is set counts (POSIX.1, 8.2).
fn is_utf8(var: impl Fn(&str) -> Option<String>) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| var(name).filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// The same text with ASCII marks.
fn to_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '●' => ascii.push('.'),
            '◆' => ascii.push('>'),
            '▲' => ascii.push('!'),
            '■' => ascii.push('#'),
            '✕' => ascii.push('x'),
            '○' => ascii.push('o'),
            '‖' => ascii.push('='),
            '…' => ascii.push_str("..."),
            '→' => ascii.push_str("->"),
            '↑' => ascii.push('^'),
            '↓' => ascii.push('v'),
            '–' | '—' | '‑' => ascii.push('-'),
            '“' | '”' | '„' => ascii.push('"'),
            '‘' | '’' => ascii.push('\''),
            '×' => ascii.push('*'),
            '▁' | '▂' => ascii.push('_'),
            '▃' => ascii.push('.'),
            '▄' | '▅' | '·' => ascii.push('-'),
            '▆' | '▇' => ascii.push('='),
            '█' => ascii.push('#'),
            '≥' => ascii.push_str(">="),
            '≤' => ascii.push_str("<="),
            '\u{a0}' => ascii.push(' '),
            c if c.is_ascii() => ascii.push(c),
            _ => ascii.push('?'),
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_obeys_the_environment() {
        let of = |terminal, vars: &'static [(&str, &str)]| {
            wants_colour(terminal, |name| {
                vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(of(true, &[]));
        assert!(!of(false, &[]));
        assert!(!of(true, &[("NO_COLOR", "1")]));
        assert!(of(true, &[("NO_COLOR", "")]));
        assert!(of(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!of(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!of(false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(!of(true, &[("TERM", "dumb")]));
    }

    #[test]
    fn the_first_locale_variable_that_is_set_counts() {
        let of = |vars: &'static [(&str, &str)]| {
            is_utf8(|name| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(of(&[("LANG", "en_US.UTF-8")]));
        assert!(of(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8")]));
        assert!(!of(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]));
        assert!(!of(&[]));
    }

    #[test]
    fn tables_lose_columns_from_the_right_only_on_a_terminal() {
        let narrow = Screen { colour: false, ascii: false, width: Some(14), zone: TimeZone::UTC };
        let rows = [vec!["orders".to_owned(), "ok".to_owned(), "a long text".to_owned()]];
        assert_eq!(narrow.table(&["name", "state", "what"], &rows), "name    state\norders  ok");
        assert_eq!(
            Screen { width: None, ..narrow }.table(&["name", "state", "what"], &rows),
            "name    state  what\norders  ok     a long text"
        );
    }

    #[test]
    fn colour_takes_no_columns() {
        let screen = Screen { colour: true, ascii: false, width: None, zone: TimeZone::UTC };
        assert_eq!(columns(&screen.paint(Tone::Bad, "■ 503")), 5);
    }
}
