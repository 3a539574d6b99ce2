//! What a client accepts (RFC 9110, 12.5.1).

use super::list::{elements, split};
use super::media_type::MediaType;

/// How well `Accept` takes a media type: 0 means not at all, 1000 means gladly. No field means that anything goes.
pub(crate) fn quality(accept: Option<&[u8]>, main: &str, sub: &str) -> u16 {
    let Some(accept) = accept else { return 1000 };
    let mut best: Option<(u8, u16)> = None;
    for range in elements(accept) {
        let element = accept.get(range).unwrap_or_default();
        let Some((precision, quality)) = matching(element, main, sub) else { continue };
        if best.is_none_or(|(known, _)| precision > known) {
            best = Some((precision, quality));
        }
    }
    // A field that is there and names nothing accepts anything, as if it were not there.
    let is_empty = elements(accept).next().is_none();
    best.map_or(if is_empty { 1000 } else { 0 }, |(_, quality)| quality)
}

/// Does the client ask for JSON by name (`application/json`, any `+json`)?
pub(crate) fn names_json(accept: Option<&[u8]>) -> bool {
    let Some(accept) = accept else { return false };
    let mut media = elements(accept).filter_map(|range| {
        let element = accept.get(range)?;
        let media = MediaType::parse(element).ok()?;
        (media.is_json() && weight(element) > 0).then_some(())
    });
    media.next().is_some()
}

/// How precisely a media range speaks of a type, and how well it takes it.
fn matching(element: &[u8], main: &str, sub: &str) -> Option<(u8, u16)> {
    let name = split(element, b';').next().and_then(|range| element.get(range))?;
    let slash = memchr::memchr(b'/', name)?;
    let (found_main, found_sub) = (name.get(..slash)?, name.get(slash + 1..)?);
    let precision = match (found_main, found_sub) {
        (b"*", b"*") => 0,
        (found, b"*") if found.eq_ignore_ascii_case(main.as_bytes()) => 1,
        (found, rest)
            if found.eq_ignore_ascii_case(main.as_bytes()) && rest.eq_ignore_ascii_case(sub.as_bytes()) =>
        {
            2
        }
        _ => return None,
    };
    Some((precision, weight(element)))
}

/// The weight of an element in thousandths (RFC 9110, 12.4.2).
pub(crate) fn weight(element: &[u8]) -> u16 {
    let of = |range: std::ops::Range<usize>| {
        let param = std::str::from_utf8(element.get(range)?).ok()?;
        let (name, value) = param.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
    };
    let quality = split(element, b';').skip(1).find_map(of).unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 1000")]
    let thousandths = (quality.clamp(0.0, 1.0) * 1000.0) as u16;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_precise_range_decides() {
        let accept = b"text/*;q=0.3, text/html;q=0.7, application/json, */*;q=0.1";
        let of = |main, sub| quality(Some(accept), main, sub);
        assert_eq!(
            (of("text", "html"), of("text", "plain"), of("application", "json"), of("image", "png")),
            (700, 300, 1000, 100)
        );
        assert_eq!(
            (quality(None, "a", "b"), quality(Some(b""), "a", "b"), quality(Some(b"a/c"), "a", "b")),
            (1000, 1000, 0)
        );
        assert!(
            names_json(Some(b"text/html, application/vnd.api+json"))
                && !names_json(Some(b"*/*"))
                && !names_json(None)
        );
    }
}
