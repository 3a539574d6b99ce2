//! Who may sign in: users, API tokens, sessions. Secrets are hashes here; nothing is computed.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::StoreError;
use crate::wire::{micros, moment, word};

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Look.
    Viewer,
    /// Look, acknowledge, note, resolve, silence, pause.
    Responder,
    /// All of it.
    Admin,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Responder, Self::Admin];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Responder => "responder",
            Self::Admin => "admin",
        }
    }

    /// The role that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The password's hash (Argon2, PHC string).
    pub hash: String,
}

/// A program that may use the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// SHA-256 of the token.
    pub hash: Vec<u8>,
    /// When it was made.
    pub created: Timestamp,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of what the cookie says.
    pub hash: Vec<u8>,
    /// Who it is.
    pub user: String,
    /// What forms have to send along.
    pub csrf: String,
    /// When it ends.
    pub expires: Timestamp,
}

/// A change of users, tokens or sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Adds a user, or changes role and password; a new password signs them out everywhere.
    SaveUser(User),
    /// Removes a user, and signs them out.
    DropUser(String),
    /// Adds a token, or replaces the one of the same name.
    SaveToken(Token),
    /// Removes a token.
    DropToken(String),
    /// Signs in.
    SaveSession(Session),
    /// Signs out, by the hash.
    DropSession(Vec<u8>),
}

pub(crate) fn change(transaction: &Transaction<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::SaveUser(User { name, role, hash }) => {
            let same = "SELECT 1 FROM user WHERE name = ?1 AND hash = ?2";
            transaction.execute(
                &format!("DELETE FROM session WHERE user = ?1 AND NOT EXISTS ({same})"),
                (name, hash),
            )?;
            transaction
                .execute("INSERT OR REPLACE INTO user VALUES (?1, ?2, ?3)", (name, role.as_str(), hash))?
        }
        Change::DropUser(name) => {
            transaction.execute("DELETE FROM session WHERE user = ?1", [name])?;
            transaction.execute("DELETE FROM user WHERE name = ?1", [name])?
        }
        Change::SaveToken(token) => transaction.execute(
            "INSERT OR REPLACE INTO token VALUES (?1, ?2, ?3, ?4)",
            (&token.name, token.role.as_str(), &token.hash, micros(token.created)),
        )?,
        Change::DropToken(name) => transaction.execute("DELETE FROM token WHERE name = ?1", [name])?,
        Change::SaveSession(session) => transaction.execute(
            "INSERT OR REPLACE INTO session VALUES (?1, ?2, ?3, ?4)",
            (&session.hash, &session.user, &session.csrf, micros(session.expires)),
        )?,
        Change::DropSession(hash) => transaction.execute("DELETE FROM session WHERE hash = ?1", [hash])?,
    };
    Ok(())
}

pub(crate) fn users(connection: &Connection) -> Result<Vec<User>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT name, role, hash FROM user ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut users = Vec::new();
    while let Some(row) = rows.next()? {
        let role = word(&row.get::<_, String>(1)?, Role::parse)?;
        users.push(User { name: row.get(0)?, role, hash: row.get(2)? });
    }
    Ok(users)
}

pub(crate) fn tokens(connection: &Connection) -> Result<Vec<Token>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT name, role, hash, created FROM token ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut tokens = Vec::new();
    while let Some(row) = rows.next()? {
        let role = word(&row.get::<_, String>(1)?, Role::parse)?;
        tokens.push(Token { name: row.get(0)?, role, hash: row.get(2)?, created: moment(row.get(3)?)? });
    }
    Ok(tokens)
}

pub(crate) fn session(
    connection: &Connection,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT hash, user, csrf, expires FROM session WHERE hash = ?1 AND expires > ?2")?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, i64>(3)?));
    let found = statement.query_row((hash, micros(now)), read).optional()?;
    let session = found.map(|(hash, user, csrf, expires)| {
        Ok::<_, StoreError>(Session { hash, user, csrf, expires: moment(expires)? })
    });
    session.transpose()
}
