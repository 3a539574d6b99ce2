//! All that was, by month.

use maud::html;

use super::framed;
use super::story::line;
use crate::public::story::Story;
use crate::public::view::View;

/// The page.
pub(in crate::public) fn history(view: &View) -> String {
    let mut months: Vec<(String, Vec<&Story>)> = Vec::new();
    for story in &view.stories {
        let month = story.began().strftime("%B %Y").to_string();
        match months.last_mut() {
            Some((last, stories)) if *last == month => stories.push(story),
            Some(_) | None => months.push((month, vec![story])),
        }
    }
    let content = html! {
        h1 { "What was before" }
        @for (month, stories) in &months {
            h2 { (month) }
            ul.p { @for story in stories { li { (line(story)) } } }
        }
        @if months.is_empty() { p { "Nothing was ever announced here." } }
    };
    framed(view, &format!("History · {}", view.site.name), &content)
}
