//! The page that says what went wrong.

use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use super::layout::head;
use super::parts;
use crate::problem::Problem;
use crate::words;

/// What went wrong, for people.
pub(crate) fn page(problem: &Problem, request_id: &str) -> Markup {
    let status = statusquo_catalogue::StatusCode::new(problem.status.as_u16());
    let next = match problem.status {
        StatusCode::NOT_FOUND => "look for it from the overview, or search",
        _ => words::code_next_step(status),
    };
    let title = format!("{status} {}", status.phrase());
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{title} · Statusquo")))
            body {
                main #main.gate {
                    p.muted { (parts::code(status)) " " (status.phrase()) }
                    h1 { (parts::marked(&words::full_sentence(&problem.detail))) }
                    @if problem.errors.len() > 1 {
                        ul { @for mistake in &problem.errors { li { code { (mistake.pointer) } " " (mistake.detail) } } }
                    }
                    p { (words::full_sentence(next)) }
                    p { a.btn.pri href="/" { "Overview" } }
                    p.muted { "Request " code { (request_id) } }
                }
            }
        }
    }
}
