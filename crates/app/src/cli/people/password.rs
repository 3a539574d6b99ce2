//! Asks for a password: on the terminal without echo, or from a file.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, bail};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::{ExposeSecret, SecretString};

/// Shorter ones are refused (NIST SP 800-63B, 3.1.1.2, asks for 8 at least).
const LEAST_LENGTH: usize = 8;
/// Longer ones are refused.
const MOST_LENGTH: usize = 1000;

/// The password from the first line of a file (`-` is stdin), or from the terminal.
pub(super) fn ask(file: Option<&Path>) -> anyhow::Result<SecretString> {
    let password = match file {
        Some(file) if file == Path::new("-") => first_line(std::io::stdin().lock())?,
        Some(file) => {
            let opened =
                std::fs::File::open(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            first_line(std::io::BufReader::new(opened))?
        }
        None => from_terminal()?,
    };
    let length = password.expose_secret().chars().count();
    if !(LEAST_LENGTH..=MOST_LENGTH).contains(&length) {
        bail!("a password has {LEAST_LENGTH} to {MOST_LENGTH} characters, this one has {length}");
    }
    Ok(password)
}

fn first_line(source: impl BufRead) -> anyhow::Result<SecretString> {
    let mut line = String::new();
    let most = u64::try_from(MOST_LENGTH * 4).unwrap_or(u64::MAX);
    std::io::Read::take(source, most).read_line(&mut line).context("cannot read the password")?;
    Ok(SecretString::from(line.trim_end_matches(['\n', '\r'])))
}

fn from_terminal() -> anyhow::Result<SecretString> {
    if !std::io::stdin().is_terminal() {
        bail!("there is no terminal to ask for the password; use --password-file FILE, or - for stdin");
    }
    let password = silently("Password: ")?;
    if silently("Again: ")?.expose_secret() != password.expose_secret() {
        bail!("the two passwords differ");
    }
    Ok(password)
}

fn silently(prompt: &str) -> anyhow::Result<SecretString> {
    let mut stderr = std::io::stderr();
    write!(stderr, "{prompt}").and_then(|()| stderr.flush()).context("cannot ask for the password")?;
    let _quiet = Silence::begin()?;
    let line = first_line(std::io::stdin().lock());
    writeln!(stderr).context("cannot ask for the password")?;
    line
}

/// While it lives, the terminal does not show what is typed.
struct Silence(Termios);

impl Silence {
    fn begin() -> anyhow::Result<Self> {
        let before = tcgetattr(std::io::stdin()).context("cannot read the terminal's settings")?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &silent)
            .context("cannot silence the terminal")?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // A terminal that is gone cannot be restored.
        let _gone = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.0);
    }
}
