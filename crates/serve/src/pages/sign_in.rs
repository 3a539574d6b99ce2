//! The sign-in page.

use axum::response::Response;
use maud::{DOCTYPE, html};

use super::layout::{brand, head};
use crate::board::Snapshot;

/// The form; `nobody` says that there is nobody yet who could sign in.
pub(crate) fn page(snapshot: &Snapshot, next: &str, wrong: Option<&str>, nobody: bool) -> Response {
    let page = html! {
    (DOCTYPE)
    html lang="en" {
        (head("Sign in · Statusquo"))
        body {
            main #main.gate {
                (brand(snapshot))
                @if nobody {
                    h1 { "Nobody can sign in yet" }
                    p { "Add somebody on the machine that Statusquo runs on, while it is stopped:" }
                    (super::parts::copyable("statusquo user add NAME"))
                } @else {
                    h1 { "Sign in" }
                    @if let Some(wrong) = wrong { p.wrong role="alert" #wrong { "■ " (wrong) } }
                    form method="post" action="/sign-in" {
                        input type="hidden" name="next" value=(next);
                        label { "Name"
                            input type="text" name="name" autocomplete="username" autocapitalize="none" required autofocus;
                        }
                        label { "Password"
                            input type="password" name="password" autocomplete="current-password" required;
                        }
                        button.btn.pri type="submit" { "Sign in" }
                    }
                }
            }
        }
    }
    };
    super::respond(crate::negotiate::Form::Html, page.into_string())
}
