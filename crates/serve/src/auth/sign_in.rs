//! The sign-in page, and what it does.

use std::net::SocketAddr;

use argon2::{Argon2, PasswordVerifier};
use axum::Form as UrlEncoded;
use axum::extract::{ConnectInfo, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::ToSpan;
use serde::Deserialize;
use statusquo_alert::Who;
use statusquo_problem::{AsItIs, Problem, RetryAfter};
use statusquo_store::{Change, Session};

use super::gate::{COOKIE, cookie, same_origin};
use super::{Attempts, Caller, Via, hash, random_text};
use crate::context::App;
use crate::pages;

/// A session ends after so many days.
const DAYS: i64 = 14;
/// Longer names and passwords are not looked at.
const LONGEST: usize = 1000;
/// The hash of no password, for names that do not exist: they take as long as those that do.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3RhdHVzcXVvc2FsdA$yoQ3bHh1aTXg9YkMcHyF2lmoIkvKd8OTyVUS4rbzDvY";

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    next: Option<String>,
}

/// What the form says.
#[derive(Debug, Deserialize)]
pub(crate) struct Filled {
    name: String,
    password: String,
    next: Option<String>,
}

/// Shows the form.
pub(crate) async fn show(State(app): State<App>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let nobody = app.people().await?.users.is_empty();
    Ok(pages::sign_in(&app.snapshot(), &here(asked.next), None, nobody))
}

/// Signs in.
pub(crate) async fn sign_in(
    State(app): State<App>,
    address: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Response, Problem> {
    same_origin(&headers)?;
    let (address, now) = (address.map(|info| info.0.0.ip()), app.now());
    let wait = app.attempts.wait(address, &filled.name, now);
    if wait > 0 {
        let detail = format!("too many attempts to sign in; try again in {wait} seconds");
        return Err(Problem::too_many_requests(Attempts::limit().used_up(RetryAfter::seconds(wait)), detail));
    }
    let next = here(filled.next.clone());
    if !app.is_right(&filled).await? {
        app.attempts.failed(address, &filled.name, now);
        let page = pages::sign_in(&app.snapshot(), &next, Some("Name or password is wrong."), false);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, axum::Extension(AsItIs), page).into_response());
    }
    app.attempts.succeeded(address, &filled.name);
    let secret = random_text();
    let who = Who(filled.name.clone());
    let session = Session {
        hash: hash(&secret),
        user: filled.name,
        csrf: random_text(),
        expires: now.checked_add((DAYS * 24).hours()).unwrap_or(now),
    };
    app.change_people(Change::SaveSession(session), &who, "signed in".to_owned()).await?;
    let mut response = Redirect::to(&next).into_response();
    set_cookie(&mut response, &app, &secret, DAYS * 86_400);
    Ok(response)
}

/// What the button in the page's head sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Leaving {
    #[serde(default)]
    csrf: String,
}

/// Signs out.
pub(crate) async fn sign_out(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    UrlEncoded(leaving): UrlEncoded<Leaving>,
) -> Result<Response, Problem> {
    caller.check_csrf(&leaving.csrf)?;
    if let (Via::Session(hash), Some(_)) = (caller.via, cookie(&headers, COOKIE)) {
        app.change_people(Change::DropSession(hash), &caller.who, "signed out".to_owned()).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &app, "", 0);
    Ok(response)
}

/// Only addresses of ours: `/…`, and not `//elsewhere` or `/\elsewhere`, nor what browsers make one of these of by leaving
/// out tabs and ends of lines (URL Standard, 4.4).
fn here(next: Option<String>) -> String {
    let is_here = |next: &String| {
        next.starts_with('/')
            && !next.starts_with("//")
            && !next.contains(|c: char| c == '\\' || c.is_control())
            && !next.starts_with("/sign-in")
    };
    next.filter(is_here).unwrap_or_else(|| "/".to_owned())
}

fn set_cookie(response: &mut Response, app: &App, secret: &str, seconds: i64) {
    let is_https = app.context.site.public.as_ref().and_then(|url| url.scheme_str()) == Some("https");
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}

impl App {
    /// Is this the password of this user?
    async fn is_right(&self, filled: &Filled) -> Result<bool, Problem> {
        if filled.name.len() > LONGEST || filled.password.len() > LONGEST {
            return Ok(false);
        }
        let people = self.people().await?;
        let user = people.users.iter().find(|user| user.name == filled.name);
        let (hash, exists) = user.map_or((NOBODY.to_owned(), false), |user| (user.hash.clone(), true));
        let password = filled.password.clone();
        let busy = || Problem::unavailable(RetryAfter::seconds(5), "too busy to sign in");
        let _turn = self.hashing.acquire().await.map_err(|_| busy())?;
        let checked = tokio::task::spawn_blocking(move || {
            Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()
        });
        Ok(checked.await.map_err(|_| busy())? && exists)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_does_not_exist_costs_as_much_as_one_that_does() {
        let checked = Argon2::default().verify_password(b"guess", NOBODY);
        assert!(matches!(checked, Err(argon2::password_hash::Error::PasswordInvalid)), "{checked:?}");
    }
}
