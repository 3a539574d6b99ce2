//! The page that says what went wrong.

use http::StatusCode;
use maud::{DOCTYPE, html};
use statusquo_problem::{Problem, RequestId};

use super::layout::head;
use super::parts;
use crate::words;

/// What went wrong, for people.
pub(crate) fn page(problem: &Problem, request_id: Option<&RequestId>) -> String {
    let status = statusquo_catalogue::StatusCode::new(problem.status().as_u16());
    let next = match problem.status() {
        StatusCode::NOT_FOUND => "look for it from the overview, or search",
        _ => words::code_next_step(status),
    };
    let title = format!("{status} {}", status.phrase());
    // What is ours to mend is not told to strangers.
    let what = problem.detail().unwrap_or("something went wrong here, and nothing that you did");
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{title} · Statusquo")))
            body {
                main #main.gate {
                    p.muted { (parts::code(status)) " " (status.phrase()) }
                    h1 { (parts::marked(&words::full_sentence(what))) }
                    @if problem.mistakes().len() > 1 {
                        ul {
                            @for mistake in problem.mistakes() {
                                li { code { (mistake.place.name()) } " " (mistake.message) }
                            }
                        }
                    }
                    p { (words::full_sentence(next)) }
                    p { a.btn.pri href="/" { "Overview" } }
                    @if let Some(id) = request_id { p.muted { "Request " code { (id.as_str()) } } }
                }
            }
        }
    };
    markup.into_string()
}
