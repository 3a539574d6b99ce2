//! `statusquo user` and `statusquo token`: who may sign in, and which programs may ask.
//!
//! They write to the store in the data folder; passwords and tokens are kept there as hashes.

mod password;

use anyhow::{Context, bail};
use argon2::{Argon2, PasswordHasher};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use statusquo_alert::Who;
use statusquo_store::{Change, Retention, Store, Token as StoredToken, User as StoredUser};

use super::args::{Global, Token, User};
use super::output::Printed;
use super::{Exit, Screen};
use crate::config::{self, LoadError};

/// Runs `statusquo user`.
pub(crate) async fn user(global: &Global, command: &User) -> anyhow::Result<Exit> {
    match command {
        User::Add { name, role, password_file } => {
            check_name(name)?;
            let store = open(global)?;
            let password = password::ask(password_file.as_deref())?;
            let hash = hash(&password)?;
            let role: statusquo_store::Role = (*role).into();
            change(&store, Change::SaveUser(StoredUser { name: name.clone(), role, hash })).await?;
            note(&store, format!("gave user {name} the role {}", role.as_str())).await?;
            say(global, &format!("user `{name}` may sign in as {}", role.as_str()));
        }
        User::List => {
            let users = open(global)?.reader().users()?;
            let rows: Vec<_> =
                users.iter().map(|user| vec![user.name.clone(), user.role.as_str().to_owned()]).collect();
            list(global, &["name", "role"], &rows)?;
        }
        User::Remove(named) => {
            let store = open(global)?;
            if !store.reader().users()?.iter().any(|user| user.name == named.name) {
                bail!("there is no user `{}`", named.name);
            }
            change(&store, Change::DropUser(named.name.clone())).await?;
            note(&store, format!("removed user {}", named.name)).await?;
            say(global, &format!("user `{}` is removed", named.name));
        }
    }
    Ok(Exit::Clean)
}

/// Runs `statusquo token`.
pub(crate) async fn token(global: &Global, command: &Token) -> anyhow::Result<Exit> {
    match command {
        Token::Create { name, role } => {
            check_name(name)?;
            let store = open(global)?;
            if store.reader().tokens()?.iter().any(|token| token.name == *name) {
                bail!("there is a token `{name}` already; revoke it first");
            }
            let (secret, hash) = new_token()?;
            let token =
                StoredToken { name: name.clone(), role: (*role).into(), hash, created: Timestamp::now() };
            let made = format!("made token {name} with the role {}", token.role.as_str());
            change(&store, Change::SaveToken(token)).await?;
            note(&store, made).await?;
            say(global, "this is shown once; commands read it from STATUSQUO_TOKEN:");
            Printed::plain(global, || Ok(secret.clone()))
                .json(|| serde_json::json!({ "schema": "token/1", "name": name, "token": secret }))
                .write()?;
        }
        Token::List => {
            let tokens = open(global)?.reader().tokens()?;
            let screen = Screen::stdout(global)?;
            let row = |token: &StoredToken| {
                vec![token.name.clone(), token.role.as_str().to_owned(), screen.time(token.created)]
            };
            list(global, &["name", "role", "created"], &tokens.iter().map(row).collect::<Vec<_>>())?;
        }
        Token::Revoke(named) => {
            let store = open(global)?;
            if !store.reader().tokens()?.iter().any(|token| token.name == named.name) {
                bail!("there is no token `{}`", named.name);
            }
            change(&store, Change::DropToken(named.name.clone())).await?;
            note(&store, format!("revoked token {}", named.name)).await?;
            say(global, &format!("token `{}` is revoked", named.name));
        }
    }
    Ok(Exit::Clean)
}

/// Opens the store in the data folder: that of `--data`, else of the configuration, else the default.
fn open(global: &Global) -> anyhow::Result<Store> {
    let (data, retention) = match (&global.data, config::load(&global.config)) {
        (Some(data), Ok(config)) => (data.clone(), config.store.retention),
        (Some(data), Err(_)) => (data.clone(), Retention::default()),
        (None, Ok(config)) => (config.store.data, config.store.retention),
        (None, Err(LoadError::Missing(_))) => {
            let config = config::Config::parse("defaults", "")?;
            (config.store.data, config.store.retention)
        }
        (None, Err(why)) => return Err(why.into()),
    };
    Ok(Store::open(&data, retention)?)
}

async fn change(store: &Store, change: Change) -> anyhow::Result<()> {
    store.writer().people(change).await.context("the store ended")??;
    Ok(())
}

/// Writes it into the audit log.
async fn note(store: &Store, what: String) -> anyhow::Result<()> {
    let who = Who("command line".to_owned());
    store.writer().audit(Timestamp::now(), who, what).await.context("the store ended")??;
    Ok(())
}

/// Names stand in logs and cookies.
fn check_name(name: &str) -> anyhow::Result<()> {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    if name.is_empty() || name.len() > 100 || !name.chars().all(good) {
        bail!("`{name}` cannot be a name: letters, digits and `.`, `_`, `-`, `@`, `+`, at most 100");
    }
    Ok(())
}

/// Argon2id with its recommended parameters (RFC 9106), as a PHC string.
fn hash(password: &SecretString) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
    Ok(hash.map_err(|why| anyhow::anyhow!("the password cannot be hashed: {why}"))?.to_string())
}

/// A token of 256 random bits, and its hash. It needs no slow hash: it cannot be guessed.
fn new_token() -> anyhow::Result<(String, Vec<u8>)> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|why| anyhow::anyhow!("the system gives no random bytes: {why}"))?;
    let token = format!("sq_{}", BASE64_URL_SAFE_NO_PAD.encode(random));
    let hash = Sha256::digest(token.as_bytes()).to_vec();
    Ok((token, hash))
}

fn list(global: &Global, head: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let object = |row: &Vec<String>| -> serde_json::Value {
        head.iter()
            .zip(row)
            .map(|(key, value)| ((*key).to_owned(), serde_json::Value::from(value.as_str())))
            .collect()
    };
    Printed::text(global, |screen| screen.table(head, rows))
        .json(|| rows.iter().map(object).collect())
        .write()
}

#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn say(global: &Global, text: &str) {
    if !global.quiet {
        eprintln!("{text}");
    }
}
