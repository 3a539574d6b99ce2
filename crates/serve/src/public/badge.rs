//! A badge: a small picture that says how a component is, for other people's pages.

use maud::html;

use super::view::Shown;

/// Letters are about so wide, in thousandths of a pixel: the badge is as wide as its text, whatever the font.
const LETTER: usize = 6600;

/// The badge of a component.
pub(super) fn of(shown: &Shown) -> String {
    let (mark, class) = shown.condition.mark();
    let right = format!("{mark} {}", shown.condition.words());
    let title = format!("{}: {}", shown.title, shown.condition.words());
    let left: String = shown.title.chars().take(40).collect();
    let (a, b) = (width(&left), width(&right));
    let colour = match class {
        "ok" => "#24529f",
        "wa" => "#835600",
        "ba" => "#9b1414",
        _ => "#54606f",
    };
    let svg = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(a + b) height="20" role="img" aria-label=(title) {
            title { (title) }
            rect width=(a) height="20" fill="#2b3440" {}
            rect x=(a) width=(b) height="20" fill=(colour) {}
            g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle" {
                text x=(a / 2) y="14" textLength=(a - 12) { (left) }
                text x=(a + b / 2) y="14" textLength=(b - 12) { (right) }
            }
        }
    };
    svg.into_string()
}

fn width(text: &str) -> usize {
    text.chars().count() * LETTER / 1000 + 12
}
