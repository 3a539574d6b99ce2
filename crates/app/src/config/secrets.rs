//! Reads the secrets that a configuration refers to: environment, files, commands.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::file::Config;
use super::problem::{Broken, Problem};
use super::target::{Auth, Target};
use super::template::{Reference, Template};

/// More than this is no secret.
const MOST_BYTES: u64 = 64 << 10;
/// A command that takes longer is stopped.
const COMMAND_DEADLINE: Duration = Duration::from_secs(10);

/// The secrets of a configuration, each read once per load.
#[derive(Debug, Default)]
pub(crate) struct Secrets(BTreeMap<Reference, SecretString>);

impl Secrets {
    /// Reads every secret, or says of all that cannot be read where they are wanted.
    pub(crate) async fn read(config: &Config) -> Result<Self, Broken> {
        let mut secrets = BTreeMap::new();
        let mut problems = Vec::new();
        for template in templates(config) {
            for reference in template.references() {
                if secrets.contains_key(reference) {
                    continue;
                }
                match read(reference).await {
                    Ok(secret) => drop(secrets.insert(reference.clone(), secret)),
                    Err(why) => problems.push(Problem {
                        span: template.span.clone(),
                        title: format!("`{reference}` cannot be read"),
                        advice: why,
                        hidden: false,
                    }),
                }
            }
        }
        let (file, source) = &config.origin;
        if problems.is_empty() { Ok(Self(secrets)) } else { Err(Broken::new(file, source, problems)) }
    }

    /// The template's text with its secrets.
    pub(crate) fn fill(&self, template: &Template) -> SecretString {
        // All references of the configuration were read, or there would be no `Secrets`.
        let secret = |reference: &Reference| self.0.get(reference).map(ExposeSecret::expose_secret);
        SecretString::from(template.fill(|reference| secret(reference).unwrap_or_default().to_owned()))
    }
}

/// All templates of a configuration.
pub(crate) fn templates(config: &Config) -> Vec<&Template> {
    let mut all = Vec::new();
    for monitor in &config.monitors {
        match &monitor.target {
            Some(Target::Http(http)) => {
                all.push(&http.url);
                all.extend(http.headers.iter().map(|(_, value)| value));
                all.extend(http.body.iter().chain(&http.proxy));
                match &http.auth {
                    Some(Auth::Basic { user, password }) => all.extend([user, password]),
                    Some(Auth::Bearer(token)) => all.push(token),
                    Some(Auth::ClientCredentials { client_id, client_secret, .. }) => {
                        all.extend([client_id, client_secret]);
                    }
                    None => {}
                }
            }
            Some(Target::Tcp(tcp)) => all.extend(&tcp.send),
            Some(Target::Heartbeat(token)) => all.extend(token),
            Some(Target::Dns(_) | Target::Certificate(_)) | None => {}
        }
    }
    for receiver in &config.receivers {
        all.extend(receiver.channel.templates());
    }
    all.extend(config.otlp.iter().flat_map(|otlp| &otlp.token));
    all
}

/// Reads one secret, or says why it cannot be read. A line break at its end belongs to the file or the command,
/// not to the secret.
async fn read(reference: &Reference) -> Result<SecretString, String> {
    let text = match reference {
        Reference::Env(name) => std::env::var(name).map_err(|why| match why {
            std::env::VarError::NotPresent => format!("the environment variable `{name}` is not set"),
            std::env::VarError::NotUnicode(_) => format!("the environment variable `{name}` is not UTF-8"),
        })?,
        Reference::File(path) => read_file(path).await?,
        Reference::Command(words) => tokio::time::timeout(COMMAND_DEADLINE, run(words))
            .await
            .map_err(|_| format!("the command took longer than {} s", COMMAND_DEADLINE.as_secs()))??,
    };
    let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(SecretString::from(text)) }
}

async fn read_file(path: &Path) -> Result<String, String> {
    let path = path.to_owned();
    let read = move || {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes: std::io::Result<Vec<u8>> =
        tokio::task::spawn_blocking(read).await.unwrap_or_else(|why| Err(std::io::Error::other(why)));
    text(bytes.map_err(|why| format!("the file cannot be read: {why}"))?)
}

async fn run(words: &[String]) -> Result<String, String> {
    let [program, arguments @ ..] = words else { return Err("there is no command".to_owned()) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // A password manager may ask on the terminal.
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .map_err(|why| format!("`{program}` cannot be run: {why}"))?;
    let text = match child.stdout.take() {
        Some(stdout) => {
            let mut bytes = Vec::new();
            stdout
                .take(MOST_BYTES + 1)
                .read_to_end(&mut bytes)
                .await
                .map_err(|why| format!("it cannot be read: {why}"))?;
            text(bytes)?
        }
        None => String::new(),
    };
    let status = child.wait().await.map_err(|why| format!("`{program}` was lost: {why}"))?;
    if status.success() { Ok(text) } else { Err(format!("`{program}` failed: {status}")) }
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err("it is longer than 64 KiB".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read_text(text: &str) -> Result<String, String> {
        let template = Template::parse(text, 0..0).unwrap();
        let reference = template.references().next().unwrap();
        read(reference).await.map(|secret| secret.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn a_line_break_at_the_end_is_no_part_of_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "abc\r\n").unwrap();
        assert_eq!(read_text(&format!("${{file:{}}}", file.display())).await.unwrap(), "abc");
        assert_eq!(read_text("${command:printf 'a b\\n\\n'}").await.unwrap(), "a b\n");
    }

    #[tokio::test]
    async fn what_cannot_be_read_says_why() {
        assert!(read_text("${file:/nonexistent}").await.unwrap_err().contains("cannot be read"));
        assert!(read_text("${env:STATUSQUO_NO_SUCH_VARIABLE}").await.unwrap_err().contains("is not set"));
        assert!(read_text("${command:false}").await.unwrap_err().contains("failed"));
        assert!(read_text("${command:true}").await.unwrap_err().contains("is empty"));
        assert!(read_text("${command:no-such-program-here}").await.unwrap_err().contains("cannot be run"));
        let endless = read_text("${command:head -c 100000 /dev/zero}").await.unwrap_err();
        assert!(endless.contains("longer than 64 KiB"), "{endless}");
    }

    #[tokio::test]
    async fn the_whole_configuration_is_checked_at_once() {
        let source = "[[monitor]]\nname = 'a'\nurl = 'https://a.test/${env:STATUSQUO_NONE_1}'\n\
                      headers = { authorization = 'Bearer ${env:STATUSQUO_NONE_2}' }\n";
        let config = Config::parse("statusquo.toml", source).unwrap();
        let broken = Secrets::read(&config).await.unwrap_err();
        assert_eq!(broken.problems.len(), 2);
        assert!(broken.to_string().contains("statusquo.toml:3:7"), "{broken}");
    }
}
