//! Who may sign in, read from the store and kept for a few seconds.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use statusquo_problem::Problem;
use statusquo_store::{Role, Token, User};

use crate::context::App;

/// What was read from the store is believed for so many seconds.
const FRESH_SECONDS: i64 = 5;

/// Who may sign in, as it was read last.
#[derive(Debug, Default)]
pub(crate) struct People(Mutex<Option<Known>>);

/// Users and tokens.
#[derive(Debug, Clone)]
pub(super) struct Known {
    read: Timestamp,
    pub(super) users: Arc<Vec<User>>,
    tokens: Arc<Vec<Token>>,
}

impl Known {
    /// The token with this secret.
    pub(super) fn token(&self, secret: &str) -> Option<&Token> {
        let hash = super::hash(secret);
        self.tokens.iter().find(|token| super::is_same(&token.hash, &hash))
    }

    pub(super) fn role(&self, user: &str) -> Option<Role> {
        self.users.iter().find(|known| known.name == user).map(|user| user.role)
    }
}

impl App {
    /// Who may sign in.
    pub(super) async fn people(&self) -> Result<Known, Problem> {
        let now = self.now();
        let known = self.people.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| now.duration_since(known.read).as_secs() < FRESH_SECONDS) {
            return Ok(known);
        }
        let (users, tokens) = self.ask(|reader| Ok((reader.users()?, reader.tokens()?))).await?;
        let known = Known { read: now, users: Arc::new(users), tokens: Arc::new(tokens) };
        *self.people.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }
}
