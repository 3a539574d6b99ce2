//! Where results go and in which form: `-o json`, `-o md=report.md`.

use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;

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
}

impl Format {
    const ALL: [(&'static str, Self); 4] =
        [("text", Self::Text), ("json", Self::Json), ("md", Self::Markdown), ("csv", Self::Csv)];

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

/// Writes a result to everywhere it was asked for, rendered once for each; as text to stdout by default.
/// Writes nothing when a form is asked for that this command does not have.
pub(crate) fn write(
    outputs: &[Output],
    known: &[Format],
    render: impl Fn(Format, bool) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    let text = [Output { format: Format::Text, file: None }];
    let outputs = if outputs.is_empty() { &text } else { outputs };
    if let Some(unknown) = outputs.iter().find(|output| !known.contains(&output.format)) {
        let names: Vec<&str> = known.iter().map(|format| format.as_str()).collect();
        anyhow::bail!(
            "this command has no `{}` output; it has: {}",
            unknown.format.as_str(),
            names.join(", ")
        );
    }
    for output in outputs {
        let mut result = render(output.format, output.file.is_some())?;
        if !result.ends_with('\n') {
            result.push('\n');
        }
        match &output.file {
            None => {
                std::io::stdout().lock().write_all(result.as_bytes()).context("cannot write to stdout")?;
            }
            Some(file) => {
                std::fs::write(file, result).with_context(|| format!("cannot write `{}`", file.display()))?;
            }
        }
    }
    Ok(())
}
