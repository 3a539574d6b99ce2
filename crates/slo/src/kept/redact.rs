//! Takes out of a request what is nobody's business: values of its query, credentials, addresses of people.

/// Put in place of what was taken out.
const HIDDEN: &str = "***";
/// Longer targets are cut.
const LONGEST_TARGET: usize = 512;
/// Longer texts are cut.
const LONGEST_TEXT: usize = 200;
/// How credentials of well-known makers begin.
const PREFIXES: [&str; 14] = [
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "pk_live_",
    "ghp_",
    "gho_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "AKIA",
    "AIza",
    "whsec_",
    "SG.",
];

/// A request target with its path as it is, the names of its query, and no values: `/v1/orders/17?token=***&page=***`.
#[must_use]
pub fn redacted_target(target: &[u8]) -> String {
    let target = String::from_utf8_lossy(target);
    let target = without_authority(&target);
    let target = target.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut text: String = path.split('/').map(segment).collect::<Vec<_>>().join("/");
    if let Some(query) = query {
        let names = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) => format!("{}={HIDDEN}", segment(name)),
            // A value that stands alone may be anything.
            None => HIDDEN.to_owned(),
        });
        text = format!("{text}?{}", names.collect::<Vec<_>>().join("&"));
    }
    cut(text.replace(char::is_control, ""), LONGEST_TARGET)
}

/// Any other text, a User-Agent or the name of an error: without addresses and credentials.
#[must_use]
pub fn redacted_text(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text).replace(char::is_control, " ");
    cut(
        text.split(' ')
            .map(|word| if is_private(word) { HIDDEN } else { word })
            .collect::<Vec<_>>()
            .join(" "),
        LONGEST_TEXT,
    )
}

/// `https://user:password@host/path` → `/path`
fn without_authority(target: &str) -> &str {
    match target.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
        }
        Some(_) | None => target,
    }
}

/// A segment of a path, matrix parameters without their values.
fn segment(text: &str) -> String {
    let (name, parameters) = text.split_once(';').map_or((text, false), |(name, _)| (name, true));
    let name = if is_private(name) { HIDDEN } else { name };
    if parameters { format!("{name};{HIDDEN}") } else { name.to_owned() }
}

/// Is it an address of a person, or a credential?
fn is_private(word: &str) -> bool {
    let has_at = |word: &str| {
        word.contains('@') || word.as_bytes().windows(3).any(|bytes| bytes.eq_ignore_ascii_case(b"%40"))
    };
    // A JSON Web Token: three parts, the first of which is base64 of `{"`.
    let is_token = word.starts_with("eyJ") && word.matches('.').count() >= 2;
    is_token || has_at(word) || PREFIXES.iter().any(|prefix| word.starts_with(prefix))
}

fn cut(text: String, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_keeps_its_shape_and_loses_its_secrets() {
        for (target, expect) in [
            ("/v1/orders/17?token=abc&page=2", "/v1/orders/17?token=***&page=***"),
            ("/search?secret", "/search?***"),
            ("/users/jo@example.org/mail", "/users/***/mail"),
            ("/users/jo%40example.org", "/users/***"),
            ("/reset/eyJhbGciOi.eyJzdWIi.sig", "/reset/***"),
            ("/keys/sk_live_4eC39HqLyjWDarjtT1", "/keys/***"),
            ("https://me:secret@api.test/a?b=c#d", "/a?b=***"),
            ("/a;jsessionid=1234/b", "/a;***/b"),
            ("/?jo@example.org=1", "/?***=***"),
            ("", ""),
            ("*", "*"),
        ] {
            assert_eq!(redacted_target(target.as_bytes()), expect, "{target}");
        }
        assert_eq!(redacted_target(&[b'a'; 600]).chars().count(), LONGEST_TARGET + 1);
    }

    #[test]
    fn texts_lose_addresses_and_control_characters() {
        assert_eq!(redacted_text(b"Bot/1.0 (+mailto:bot@example.org)\x1b[31m"), "Bot/1.0 *** [31m");
        assert_eq!(redacted_text(b"curl/8.5.0"), "curl/8.5.0");
    }
}
