//! Who may sign in, read from the store and kept for a few seconds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use statusquo_problem::Problem;
use statusquo_store::{Role, Token, User};

use super::{Caller, Via};
use crate::context::App;

/// What was read from the store is believed for so many seconds.
const FRESH_SECONDS: i64 = 5;

/// Who may sign in, as it was read last.
#[derive(Debug, Default)]
pub(crate) struct People(Mutex<Kept>);

/// What was read, and how often something has changed since the start.
#[derive(Debug, Default)]
struct Kept {
    known: Option<Known>,
    changes: u64,
}

/// Users and tokens.
#[derive(Debug, Clone)]
pub(super) struct Known {
    read: Timestamp,
    pub(super) users: Arc<Vec<User>>,
    tokens: Arc<Vec<Token>>,
}

impl People {
    /// Something has changed: what was read before, or is being read, is not believed any more.
    pub(super) fn forget(&self) {
        let mut kept = self.lock();
        (kept.known, kept.changes) = (None, kept.changes + 1);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        let (known, changes) = {
            let kept = self.people.lock();
            (kept.known.clone(), kept.changes)
        };
        if let Some(known) = known.filter(|known| now.duration_since(known.read).as_secs() < FRESH_SECONDS) {
            return Ok(known);
        }
        let (users, tokens) = self.ask(|reader| Ok((reader.users()?, reader.tokens()?))).await?;
        let known = Known { read: now, users: Arc::new(users), tokens: Arc::new(tokens) };
        let mut kept = self.people.lock();
        if kept.changes == changes {
            kept.known = Some(known.clone());
        }
        drop(kept);
        Ok(known)
    }

    /// May whoever was let in still look? A token may be revoked meanwhile, a user removed.
    pub(crate) async fn is_still_let_in(&self, caller: &Caller) -> Result<bool, Problem> {
        let people = self.people().await?;
        Ok(match &caller.via {
            Via::Open => people.users.is_empty(),
            Via::Session(_) => people.role(&caller.who.0) == Some(caller.role),
            Via::Token(hash) => people.tokens.iter().any(|token| token.hash == *hash),
        })
    }
}
