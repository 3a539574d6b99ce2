//! API tokens in the settings: the list, and the forms that make and revoke them.

use axum::Form as UrlEncoded;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use statusquo_problem::Problem;
use statusquo_store::{Role, Token};

use super::{parts, settings};
use crate::auth::{Caller, Made};
use crate::context::App;
use crate::wire::AskedToken;

/// What the forms send.
#[derive(Debug, Deserialize)]
pub(crate) struct Filled {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
}

/// The form that makes a token. Its secret stands on the page that answers, and nowhere else.
pub(crate) async fn make(
    State(app): State<App>,
    caller: Caller,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Response, Problem> {
    caller.check_csrf(&filled.csrf)?;
    let asked = AskedToken { name: filled.name.trim().to_owned(), role: filled.role };
    let made = app.make_token(&caller, &asked).await?;
    let page = settings::page(&app, &caller, Some(&made)).await?;
    Ok(super::framed(&app, &caller, &page))
}

/// The button that revokes a token.
pub(crate) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Redirect, Problem> {
    caller.check_csrf(&filled.csrf)?;
    app.revoke_token(&caller, &name).await?;
    Ok(Redirect::to("/settings"))
}

/// What whoever has made a token sees this once.
pub(super) fn told_once(Made { token, secret }: &Made) -> Markup {
    html! {
        section.verdict.calm aria-labelledby="made-title" {
            span.g aria-hidden="true" { "●" }
            h2 #made-title { "Token " (token.name) " is made: copy its secret now" }
            p { "It is not shown again. Programs send it as " code { "Authorization: Bearer" }
                ", our commands read it from " code { "STATUSQUO_TOKEN" } "." }
            (parts::copyable(secret))
        }
    }
}

/// The tokens that there are, and the form that makes one.
pub(super) fn panel(tokens: &[Token], caller: &Caller, now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="tokens-title" {
            div.ph { h2 #tokens-title { "API tokens" } span.muted { "for programs; only a hash of each is kept" } }
            @if tokens.is_empty() { p.pb.muted { "None yet. Programs need one where people have to sign in." } }
            @else { ul.list { @for token in tokens { (row(token, caller, now)) } } }
            (form(caller))
            p.pb.muted { @for role in Role::ALL { "A token of the role " b { (role.as_str()) } " " (may(role)) ". " } }
        }
    }
}

fn row(token: &Token, caller: &Caller, now: Timestamp) -> Markup {
    let path = format!("/settings/tokens/{}/revoke", parts::segment(&token.name));
    html! {
        li { span {}
            span { b { (token.name) } " " span.muted { (token.role.as_str()) } }
            div.r { (parts::button(caller, &path, "Revoke", "sm")) }
            span.s2 { "made " (parts::time(token.created, now)) ", " (may(token.role)) } }
    }
}

/// What a role allows.
const fn may(role: Role) -> &'static str {
    match role {
        Role::Viewer => "may look",
        Role::Responder => "may look, acknowledge, note, resolve, silence and tell of deploys",
        Role::Admin => "may do everything",
    }
}

fn form(caller: &Caller) -> Markup {
    html! {
        form.row.pb method="post" action="/settings" aria-label="Make a token" {
            input type="hidden" name="csrf" value=(caller.csrf);
            label { "What is it for?" input type="text" name="name" required maxlength="100" autocomplete="off" placeholder="ci"; }
            label { "Role" select name="role" { @for role in Role::ALL {
                option value=(role.as_str()) selected[role == Role::Responder] { (role.as_str()) }
            } } }
            button.btn type="submit" { "Make a token" }
        }
    }
}
