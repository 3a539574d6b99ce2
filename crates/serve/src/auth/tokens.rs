//! API tokens: how they are made and revoked while the server runs.

use statusquo_alert::Who;
use statusquo_problem::{Checks, Mistakes, Place, Problem};
use statusquo_store::{Audited, Change, Role, StoreError, Token};

use super::{Caller, hash, random_text};
use crate::context::App;
use crate::problem::unwritten;
use crate::wire::AskedToken;

/// Longer names of users and tokens are refused, in bytes.
const LONGEST_NAME: usize = 100;

/// What cannot be the name of a user or a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be a name: letters, digits and `.`, `_`, `-`, `@`, `+`, at most {LONGEST_NAME}")]
pub struct BadName(String);

/// Names of users and tokens stand in logs, cookies and addresses.
///
/// # Errors
/// When it cannot be one; dots alone would lead elsewhere in an address.
pub fn check_name(name: &str) -> Result<(), BadName> {
    let is_good = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    let is_dots = name.chars().all(|c| c == '.');
    if is_dots || name.len() > LONGEST_NAME || !name.chars().all(is_good) {
        return Err(BadName(name.to_owned()));
    }
    Ok(())
}

/// The secret of a new token, 256 random bits, and the hash under which it is kept: it cannot be guessed, so a fast one is
/// enough.
#[must_use]
pub fn new_secret() -> (String, Vec<u8>) {
    let secret = format!("sq_{}", random_text());
    let hash = hash(&secret);
    (secret, hash)
}

/// A token that was just made.
pub(crate) struct Made {
    pub(crate) token: Token,
    /// Told once, to whoever made it, and kept nowhere.
    pub(crate) secret: String,
}

impl App {
    /// All tokens, by name, for admins.
    pub(crate) async fn tokens(&self, caller: &Caller) -> Result<Vec<Token>, Problem> {
        caller.require(Role::Admin)?;
        self.ask(|reader| reader.tokens()).await
    }

    /// Makes a token. It has reached the disk before anybody is told its secret.
    pub(crate) async fn make_token(&self, caller: &Caller, asked: &AskedToken) -> Result<Made, Problem> {
        caller.require(Role::Admin)?;
        let (name, role) = checked(asked)?;
        let one_at_a_time = self.naming.lock().await;
        if self.tokens(caller).await?.iter().any(|token| token.name == name) {
            let detail = format!("there is a token `{name}` already; revoke it first");
            return Err(Problem::conflict(detail));
        }
        let (secret, hash) = new_secret();
        let what = format!("made token {name} with the role {}", role.as_str());
        let token = Token { name, role, hash, created: self.now() };
        self.change_people(Change::SaveToken(token.clone()), &caller.who, what).await?;
        drop(one_at_a_time);
        Ok(Made { token, secret })
    }

    /// Revokes a token: it opens nothing any more as soon as this is answered.
    pub(crate) async fn revoke_token(&self, caller: &Caller, name: &str) -> Result<(), Problem> {
        let one_at_a_time = self.naming.lock().await;
        one_of(&self.tokens(caller).await?, name)?;
        let change = Change::DropToken(name.to_owned());
        self.change_people(change, &caller.who, format!("revoked token {name}")).await?;
        drop(one_at_a_time);
        Ok(())
    }

    /// Changes users, tokens or sessions, for good when it is answered, and notes who did it.
    pub(super) async fn change_people(&self, change: Change, who: &Who, what: String) -> Result<(), Problem> {
        let deed = Audited { at: self.now(), who: who.0.clone(), what };
        let written = self.context.writer.people(change, deed).await;
        written.unwrap_or(Err(StoreError::Closed)).map_err(unwritten)?;
        self.people.forget();
        Ok(())
    }
}

/// The token of this name.
pub(crate) fn one_of<'a>(tokens: &'a [Token], name: &str) -> Result<&'a Token, Problem> {
    let found = tokens.iter().find(|token| token.name == name);
    found.ok_or_else(|| Problem::not_found(format!("there is no token `{name}`")))
}

/// Name and role, or all that is wrong with them.
fn checked(asked: &AskedToken) -> Result<(String, Role), Mistakes> {
    let mut checks = Checks::new();
    checks.take(Place::Content("name".into()), check_name(&asked.name));
    let role = Role::parse(&asked.role);
    let all = Role::ALL.map(|role| format!("`{}`", role.as_str())).join(", ");
    checks.require(role.is_some(), "role", format!("`{}` is no role; there are {all}", asked.role));
    checks.finish()?;
    Ok((asked.name.clone(), role.unwrap_or(Role::Viewer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_in_logs_cookies_and_addresses() {
        for good in ["ci", "anna@acme.test", "ci-2.main", "Zoë", "a+b_c"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "a b", "a/b", "a;b", "a\nb", "<b>", &"x".repeat(101)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
