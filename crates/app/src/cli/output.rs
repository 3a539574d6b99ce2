//! Where results go and in which form: `-o json`, `-o md=report.md`.

use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;
use serde_json::Value;

use super::Screen;
use super::args::Global;

/// A form of result, and the file for it (stdout without one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// In which form.
    pub(crate) format: Format,
    /// Where to.
    pub(crate) file: Option<PathBuf>,
}

/// A form of result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// Markdown.
    Markdown,
    /// Comma-separated values.
    Csv,
    /// One JSON object a line, as it goes.
    Jsonl,
    /// One HTML file.
    Html,
    /// JUnit XML, which most CI systems show.
    Junit,
    /// SARIF 2.1.0, which code scanners show.
    Sarif,
    /// Workflow commands of GitHub Actions: annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
}

impl Format {
    const ALL: [(&'static str, Self); 10] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("jsonl", Self::Jsonl),
        ("md", Self::Markdown),
        ("csv", Self::Csv),
        ("html", Self::Html),
        ("junit", Self::Junit),
        ("sarif", Self::Sarif),
        ("github", Self::Github),
        ("gitlab", Self::Gitlab),
    ];

    /// The word for it.
    pub(crate) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("text", |(word, _)| word)
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, file) = match text.split_once('=') {
            Some((word, file)) if !file.is_empty() => (word, Some(PathBuf::from(file))),
            Some((word, _)) => return Err(format!("the file after `{word}=` is missing")),
            None => (text, None),
        };
        let known = Format::ALL.iter().find(|(name, _)| *name == word);
        let names = Format::ALL.map(|(name, _)| name).join(", ");
        let &(_, format) = known.ok_or_else(|| format!("unknown format `{word}`; known here: {names}"))?;
        Ok(Self { format, file })
    }
}

/// How one form of a result is rendered.
type Render<'a> = Box<dyn Fn(&Screen) -> anyhow::Result<String> + 'a>;

/// A result in the forms that its command has. Each that is asked for is rendered once; text to stdout by default.
pub(crate) struct Printed<'a> {
    global: &'a Global,
    forms: Vec<(Format, Render<'a>)>,
}

impl<'a> Printed<'a> {
    /// A result whose text for people is this.
    pub(crate) fn text(global: &'a Global, text: impl Fn(&Screen) -> String + 'a) -> Self {
        Self { global, forms: Vec::new() }.form(Format::Text, move |screen| Ok(screen.finish(&text(screen))))
    }

    /// A result whose text is for programs as well: never ASCII only, never without its characters.
    pub(crate) fn plain(global: &'a Global, text: impl Fn() -> anyhow::Result<String> + 'a) -> Self {
        Self { global, forms: Vec::new() }.form(Format::Text, move |_| text())
    }

    /// And this is its JSON.
    pub(crate) fn json(self, value: impl Fn() -> Value + 'a) -> Self {
        self.form(Format::Json, move |_| serde_json::to_string_pretty(&value()).context("cannot write JSON"))
    }

    /// And it has this form as well.
    pub(crate) fn form(
        mut self,
        format: Format,
        render: impl Fn(&Screen) -> anyhow::Result<String> + 'a,
    ) -> Self {
        self.forms.push((format, Box::new(render)));
        self
    }

    /// Writes it to everywhere it was asked for; nothing when a form is asked for that it does not have.
    pub(crate) fn write(&self) -> anyhow::Result<()> {
        let text = [Output { format: Format::Text, file: None }];
        let outputs = if self.global.output.is_empty() { &text[..] } else { &self.global.output };
        let wanted: Vec<(&Output, &Render<'_>)> = outputs
            .iter()
            .map(|output| Ok((output, self.render(output.format)?)))
            .collect::<anyhow::Result<_>>()?;
        let screen = Screen::stdout(self.global)?;
        for (output, render) in wanted {
            match &output.file {
                None => {
                    let text = ended(render(&screen)?);
                    std::io::stdout().lock().write_all(text.as_bytes()).context("cannot write to stdout")?;
                }
                Some(file) => {
                    let text = ended(render(&screen.for_file())?);
                    std::fs::write(file, text)
                        .with_context(|| format!("cannot write `{}`", file.display()))?;
                }
            }
        }
        Ok(())
    }

    fn render(&self, format: Format) -> anyhow::Result<&Render<'a>> {
        let found = self.forms.iter().find(|(known, _)| *known == format);
        found.map(|(_, render)| render).ok_or_else(|| {
            let names: Vec<&str> = self.forms.iter().map(|(format, _)| format.as_str()).collect();
            anyhow::anyhow!("this command has no `{}` output; it has: {}", format.as_str(), names.join(", "))
        })
    }
}

/// Text ends with a line end. A list of lines of which there is none has no line at all.
fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
