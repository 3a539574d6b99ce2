//! `statusquo user` and `statusquo token`: who may sign in, and which programs may ask.
//!
//! They write to the store in the data folder; passwords and tokens are kept there as hashes. Tokens can also be made while
//! a server uses the store: then it is asked.

mod password;
mod token;

pub(crate) use token::run as token;

use anyhow::{Context, bail};
use argon2::{Argon2, PasswordHasher};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use statusquo_serve::check_name;
use statusquo_store::{Audited, Change, Retention, Store, StoreError, User as StoredUser};

use super::Exit;
use super::args::{Global, User};
use super::output::Printed;
use crate::config::{self, LoadError};

/// Runs `statusquo user`.
pub(crate) async fn user(global: &Global, command: &User) -> anyhow::Result<Exit> {
    match command {
        User::Add { name, role, password_file } => {
            check_name(name)?;
            let store = open(global)??;
            let password = password::ask(password_file.as_deref())?;
            let hash = hash(&password)?;
            let role: statusquo_store::Role = (*role).into();
            let user = StoredUser { name: name.clone(), role, hash };
            let what = format!("gave user {name} the role {}", role.as_str());
            change(&store, Change::SaveUser(user), what).await?;
            say(global, &format!("user `{name}` may sign in as {}", role.as_str()));
        }
        User::List => {
            let users = open(global)??.reader().users()?;
            let rows: Vec<_> =
                users.iter().map(|user| vec![user.name.clone(), user.role.as_str().to_owned()]).collect();
            list(global, &["name", "role"], &rows)?;
        }
        User::Remove(named) => {
            let store = open(global)??;
            if !store.reader().users()?.iter().any(|user| user.name == named.name) {
                bail!("there is no user `{}`", named.name);
            }
            let what = format!("removed user {}", named.name);
            change(&store, Change::DropUser(named.name.clone()), what).await?;
            say(global, &format!("user `{}` is removed", named.name));
        }
    }
    Ok(Exit::Clean)
}

/// Opens the store in the data folder: that of `--data`, else of the configuration, else the default.
fn open(global: &Global) -> anyhow::Result<Result<Store, StoreError>> {
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
    Ok(Store::open(&data, retention))
}

/// Changes who may sign in, and writes it into the audit log.
async fn change(store: &Store, change: Change, what: String) -> anyhow::Result<()> {
    let deed = Audited { at: Timestamp::now(), who: "command line".to_owned(), what };
    store.writer().people(change, deed).await.context("the store ended")??;
    Ok(())
}

/// Argon2id with its recommended parameters (RFC 9106), as a PHC string.
fn hash(password: &SecretString) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
    Ok(hash.map_err(|why| anyhow::anyhow!("the password cannot be hashed: {why}"))?.to_string())
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
