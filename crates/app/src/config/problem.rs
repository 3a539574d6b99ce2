//! What is wrong with a configuration file, and how it is shown.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// So many problems are shown: one key of the defaults may spoil a thousand monitors.
const SHOWN: usize = 50;

/// One thing that is wrong with a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where, as bytes of the file.
    pub(crate) span: Range<usize>,
    /// What is wrong, in one clause.
    pub(crate) title: String,
    /// What to write instead, shown under the place. May be empty.
    pub(crate) advice: String,
    /// The place holds a secret: it is not shown.
    pub(crate) hidden: bool,
}

/// A configuration file that cannot be used, with all that is wrong with it.
#[derive(Debug, Clone)]
pub(crate) struct Broken {
    /// What the file is called, for people.
    pub(crate) file: String,
    /// Its text, with stars for what has to be hidden.
    pub(crate) source: String,
    /// What is wrong, in the order of the file. Never empty.
    pub(crate) problems: Vec<Problem>,
}

impl Broken {
    /// Puts the problems in the order of the file, each once.
    pub(crate) fn new(file: &str, source: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| (a.span.start, &a.title).cmp(&(b.span.start, &b.title)));
        problems.dedup();
        let secrets = problems.iter().filter(|problem| problem.hidden);
        let source = secrets.fold(source.to_owned(), |source, problem| without(&source, &problem.span));
        Self { file: file.to_owned(), source, problems }
    }

    /// All problems with line, column and the place underlined; coloured or not.
    pub(crate) fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let blocks: Vec<String> =
            self.problems.iter().take(SHOWN).map(|problem| self.block(problem, &renderer)).collect();
        let count = match self.problems.len() {
            1 => "1 problem".to_owned(),
            many if many > SHOWN => format!("{many} problems, the first {SHOWN} shown"),
            many => format!("{many} problems"),
        };
        format!("{}\n\n{}: {count}", blocks.join("\n\n"), self.file)
    }

    fn block(&self, problem: &Problem, renderer: &Renderer) -> String {
        let span = problem.span.start.min(self.source.len())..problem.span.end.min(self.source.len());
        let mark = AnnotationKind::Primary.span(span);
        let mark = if problem.advice.is_empty() { mark } else { mark.label(problem.advice.as_str()) };
        let snippet = Snippet::source(self.source.as_str()).path(self.file.as_str()).annotation(mark);
        renderer.render(&[Level::ERROR.primary_title(problem.title.as_str()).element(snippet)])
    }
}

/// The text with stars for the letters and digits of one place, of the same length in bytes.
fn without(source: &str, place: &Range<usize>) -> String {
    source
        .char_indices()
        .flat_map(|(at, c)| {
            let hidden = place.contains(&at) && c.is_alphanumeric();
            std::iter::repeat_n(if hidden { '*' } else { c }, if hidden { c.len_utf8() } else { 1 })
        })
        .collect()
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Broken {}
