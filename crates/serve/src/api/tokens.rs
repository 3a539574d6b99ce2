//! API tokens, for admins: the secret of a token is told once, to whoever makes it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use statusquo_problem::Problem;

use super::asked::Asked;
use crate::auth::{self, Caller};
use crate::context::App;
use crate::pages;
use crate::wire::{AskedToken, Done, MadeToken, TokenWire, Tokens};

/// All tokens, by name, without their secrets.
pub(crate) async fn tokens(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let tokens = app.tokens(&caller).await?;
    Ok(pages::json(&Tokens { tokens: tokens.iter().map(TokenWire::from).collect() }))
}

/// One token.
pub(crate) async fn token(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let tokens = app.tokens(&caller).await?;
    Ok(pages::json(&TokenWire::from(auth::one_token(&tokens, &name)?)))
}

/// Makes a token.
pub(crate) async fn make_token(
    State(app): State<App>,
    caller: Caller,
    Asked(asked): Asked<AskedToken>,
) -> Result<Response, Problem> {
    let auth::Made { token, secret } = app.make_token(&caller, &asked).await?;
    let place = format!("/api/v1/tokens/{}", pages::segment(&token.name));
    // A cache that kept it would be a second place where the secret is (RFC 9111, 5.2.2.5).
    let fields = [(header::LOCATION, place), (header::CACHE_CONTROL, "no-store".to_owned())];
    let made = MadeToken { made: TokenWire::from(&token), token: secret };
    Ok((StatusCode::CREATED, fields, pages::json(&made)).into_response())
}

/// Revokes a token.
pub(crate) async fn revoke_token(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    app.revoke_token(&caller, &name).await?;
    Ok(pages::json(&Done { message: format!("token `{name}` is revoked") }))
}
