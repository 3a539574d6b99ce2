//! Where a redirect leads (RFC 9110, 15.4).

use http::Method;
use statusquo_exchange::Response;

use super::request::Hop;
use super::secret;
use super::spec::Redirects;

/// What to do after an answer.
#[derive(Debug)]
pub(crate) enum Next {
    /// It is the last.
    Stay,
    /// Ask there.
    Go(Hop),
    /// It would never end; why.
    Loop(String),
}

/// Decides what to do after `response` to the latest of `hops`.
pub(crate) fn next(redirects: Redirects, hops: &[Hop], response: &Response) -> Next {
    let (Redirects::Follow { max }, Some(latest)) = (redirects, hops.last()) else { return Next::Stay };
    let Some(hop) = target(latest, response) else { return Next::Stay };
    let shown = secret::hide_in_url(&hop.url);
    if hops.iter().any(|before| before.url == hop.url && before.method == hop.method) {
        return Next::Loop(format!("redirected back to {shown}"));
    }
    if hops.len() > usize::from(max) {
        return Next::Loop(format!("more than {max} redirects; the next would be to {shown}"));
    }
    Next::Go(hop)
}

/// The request that a redirect asks for; `None` when the answer is no redirect that can be followed.
fn target(latest: &Hop, response: &Response) -> Option<Hop> {
    let becomes_get = match response.status.get() {
        // Historical: a POST becomes a GET (RFC 9110, 15.4.2 and 15.4.3).
        301 | 302 => latest.method == Method::POST,
        303 => latest.method != Method::HEAD,
        307 | 308 => false,
        _ => return None,
    };
    let mut url = latest.url.join(response.fields.text("location")?).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    // Both fail only for URLs that cannot have a user at all.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    Some(Hop {
        // Once elsewhere, never trusted again: whoever sent us back has chosen the path.
        trusted: latest.trusted && latest.url.origin() == url.origin(),
        url,
        method: if becomes_get { Method::GET } else { latest.method.clone() },
        with_content: latest.with_content && !becomes_get,
    })
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::{Content, Fields, StatusCode};

    use super::*;

    fn go(method: Method, from: &str, code: u16, to: &str) -> Option<(String, String, bool, bool)> {
        let hop = Hop { url: from.parse().unwrap(), method, with_content: true, trusted: true };
        let response = Response {
            version: None,
            status: StatusCode::new(code),
            reason: None,
            fields: [("Location", to.to_owned())].into_iter().collect::<Fields>(),
            content: Content::NotCaptured,
            trailers: Fields::new(),
        };
        target(&hop, &response)
            .map(|hop| (hop.method.to_string(), hop.url.into(), hop.with_content, hop.trusted))
    }

    #[test]
    fn each_code_treats_method_and_content_as_the_standard_says() {
        let cases = [
            (Method::POST, 301, "GET", false),
            (Method::POST, 302, "GET", false),
            (Method::PUT, 302, "PUT", true),
            (Method::POST, 303, "GET", false),
            (Method::PUT, 303, "GET", false),
            (Method::HEAD, 303, "HEAD", true),
            (Method::POST, 307, "POST", true),
            (Method::POST, 308, "POST", true),
        ];
        for (method, code, becomes, content) in cases {
            let label = format!("{method} {code}");
            let hop = go(method, "http://a.test/x", code, "/y").unwrap();
            assert_eq!(hop, (becomes.into(), "http://a.test/y".into(), content, true), "{label}");
        }
    }

    #[test]
    fn another_scheme_host_or_port_is_not_trusted() {
        for to in ["http://a.test/", "https://b.test/", "https://a.test:8443/"] {
            assert!(!go(Method::GET, "https://a.test/", 302, to).unwrap().3, "{to}");
        }
        assert!(go(Method::GET, "https://a.test/", 302, "https://u:p@a.test:443/z#f").unwrap().3);
    }

    #[test]
    fn only_http_is_followed() {
        for to in ["ftp://a.test/", "file:///etc/passwd", "mailto:a@b.test", "data:,x"] {
            assert_eq!(go(Method::GET, "https://a.test/", 302, to), None, "{to}");
        }
        assert_eq!(go(Method::GET, "https://a.test/", 304, "/x"), None);
    }
}
