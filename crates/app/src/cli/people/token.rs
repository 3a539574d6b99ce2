//! `statusquo token`: in the store in the data folder, or by the server that uses it.

use anyhow::bail;
use jiff::Timestamp;
use serde_json::{Value, json};
use statusquo_serve::{check_name, new_secret};
use statusquo_store::{Change, Role, Store, StoreError, Token as StoredToken};

use super::super::args::{Global, Token};
use super::super::client::Client;
use super::super::output::Printed;
use super::super::remote::{items, moment, text};
use super::super::{Exit, Screen};
use super::{change, list, open, say};

/// Runs `statusquo token`.
pub(crate) async fn run(global: &Global, command: &Token) -> anyhow::Result<Exit> {
    let keeper = Keeper::of(global)?;
    match command {
        Token::Create { name, role } => {
            check_name(name)?;
            let secret = keeper.create(name, (*role).into()).await?;
            say(global, "this is shown once; commands read it from STATUSQUO_TOKEN:");
            Printed::plain(global, || Ok(secret.clone()))
                .json(|| json!({ "schema": "token/1", "name": name, "token": secret }))
                .write()?;
        }
        Token::List => {
            let rows = keeper.list(&Screen::stdout(global)?).await?;
            list(global, &["name", "role", "created"], &rows)?;
        }
        Token::Revoke(named) => {
            keeper.revoke(&named.name).await?;
            say(global, &format!("token `{}` is revoked", named.name));
        }
    }
    Ok(Exit::Clean)
}

/// Who keeps the tokens.
enum Keeper {
    /// A store that nobody else uses now.
    Store(Store),
    /// A running server.
    Server(Box<Client>),
}

impl Keeper {
    /// The store in the data folder, and while a server uses it that server; another server only if that is what was named.
    fn of(global: &Global) -> anyhow::Result<Self> {
        if global.server.is_some() && global.data.is_none() {
            return Ok(Self::Server(Box::new(Client::new(global)?)));
        }
        match open(global)? {
            Ok(store) => Ok(Self::Store(store)),
            Err(StoreError::InUse(_)) => Ok(Self::Server(Box::new(Client::new(global)?))),
            Err(why) => Err(why.into()),
        }
    }

    /// Makes a token, and answers its secret.
    async fn create(&self, name: &str, role: Role) -> anyhow::Result<String> {
        let store = match self {
            Self::Store(store) => store,
            Self::Server(client) => {
                let made = client.post(&["tokens"], &json!({ "name": name, "role": role.as_str() })).await?;
                return Ok(text(&made, "token"));
            }
        };
        if store.reader().tokens()?.iter().any(|token| token.name == name) {
            bail!("there is a token `{name}` already; revoke it first");
        }
        let (secret, hash) = new_secret();
        let token = StoredToken { name: name.to_owned(), role, hash, created: Timestamp::now() };
        let what = format!("made token {name} with the role {}", role.as_str());
        change(store, Change::SaveToken(token), what).await?;
        Ok(secret)
    }

    /// Name, role, and when it was made, of each.
    async fn list(&self, screen: &Screen) -> anyhow::Result<Vec<Vec<String>>> {
        match self {
            Self::Store(store) => {
                let row = |token: &StoredToken| {
                    vec![token.name.clone(), token.role.as_str().to_owned(), screen.time(token.created)]
                };
                Ok(store.reader().tokens()?.iter().map(row).collect())
            }
            Self::Server(client) => {
                let answer = client.get(&["tokens"]).await?;
                let row = |token: &Value| {
                    vec![text(token, "name"), text(token, "role"), moment(screen, token, "created")]
                };
                Ok(items(&answer, "tokens").iter().map(row).collect())
            }
        }
    }

    async fn revoke(&self, name: &str) -> anyhow::Result<()> {
        match self {
            Self::Store(store) => {
                if !store.reader().tokens()?.iter().any(|token| token.name == name) {
                    bail!("there is no token `{name}`");
                }
                change(store, Change::DropToken(name.to_owned()), format!("revoked token {name}")).await
            }
            Self::Server(client) => client.delete(&["tokens", name]).await.map(drop),
        }
    }
}
