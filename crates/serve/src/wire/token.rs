//! API tokens, as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use statusquo_store::{Role, Token};
use utoipa::ToSchema;

/// All tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tokens {
    /// By name.
    pub tokens: Vec<TokenWire>,
}

/// A token, without its secret, which is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenWire {
    /// What it is called.
    pub name: String,
    /// What it may do: `viewer`, `responder`, `admin`.
    pub role: &'static str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
}

/// A token that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedToken {
    /// What it is for: letters, digits and `.`, `_`, `-`, `@`, `+`, at most 100 bytes. Unique.
    pub name: String,
    /// What it may do: `viewer`, `responder`, `admin`.
    #[serde(default = "responder")]
    pub role: String,
}

/// A token that was just made: its secret is told this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeToken {
    /// The token.
    #[serde(flatten)]
    pub(crate) made: TokenWire,
    /// Its secret, for `Authorization: Bearer`.
    pub(crate) token: String,
}

fn responder() -> String {
    Role::Responder.as_str().to_owned()
}

impl From<&Token> for TokenWire {
    fn from(token: &Token) -> Self {
        Self { name: token.name.clone(), role: token.role.as_str(), created: token.created }
    }
}
