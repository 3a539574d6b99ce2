//! What a client accepts (RFC 9110, 12.5.1).

use http::{HeaderMap, header};

/// How much a client wants a media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quality {
    /// In thousandths.
    pub(crate) weight: u16,
    /// Was it named by itself, or at least its main type, and not just by `*/*`?
    pub(crate) is_named: bool,
    /// Was it named by itself?
    pub(crate) is_exact: bool,
}

/// How much a client wants a media type: the most precise range decides.
pub(crate) fn quality(headers: &HeaderMap, main: &str, sub: &str) -> Quality {
    let mut best = (0, Quality::default());
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    for range in lines.flat_map(|line| line.split(',')) {
        let precision = precision(range, main, sub);
        if precision > best.0 {
            let quality = Quality { weight: weight(range), is_named: precision > 1, is_exact: precision > 2 };
            best = (precision, quality);
        }
    }
    best.1
}

/// 3 for the type itself, 2 for `main/*`, 1 for `*/*`, 0 for another.
fn precision(range: &str, main: &str, sub: &str) -> u8 {
    let media = range.split(';').next().unwrap_or_default().trim();
    let Some((found_main, found_sub)) = media.split_once('/') else { return 0 };
    let is_main = found_main.eq_ignore_ascii_case(main);
    if is_main && found_sub.eq_ignore_ascii_case(sub) {
        3
    } else if is_main && found_sub == "*" {
        2
    } else {
        u8::from(media == "*/*")
    }
}

/// The weight in thousandths; what cannot be read counts as if it were not there.
fn weight(range: &str) -> u16 {
    let parameters = range.split(';').skip(1).map(str::trim);
    let of = |parameter: &str| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
    };
    let weight = parameters.into_iter().find_map(of).unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
    let thousandths = (weight.clamp(0.0, 1.0) * 1000.0) as u16;
    thousandths
}
