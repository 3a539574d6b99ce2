//! What a line of a log is counted as.

use statusquo_slo::route::{mask, mask_usual};
use statusquo_source::log::Entry;
use statusquo_source::openapi::Description;

/// Finds out what lines are counted as, in memory that is used again and again.
#[derive(Debug, Default)]
pub(crate) struct Naming {
    plain: Vec<u8>,
    masked: Vec<u8>,
}

/// What a line is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    /// The method; `_OTHER` where there was none.
    pub(crate) method: &'a [u8],
    /// The route, or the path with its identifiers masked.
    pub(crate) path: &'a [u8],
    /// Is nothing to be learned from it?
    pub(crate) is_route: bool,
}

impl Naming {
    /// The route that the description declares comes first, then the one that the server wrote, then what the path is like.
    pub(crate) fn name<'a>(
        &'a mut self,
        entry: &'a Entry<'_>,
        described: Option<&'a Description>,
    ) -> Named<'a> {
        let method = if entry.method.is_empty() { b"_OTHER" } else { entry.method };
        let is_named = described.is_some() || !entry.route.is_empty();
        if !is_named && mask_usual(entry.target, &mut self.masked) {
            return Named { method, path: &self.masked, is_route: false };
        }
        let target = entry.plain_target(&mut self.plain);
        let declared = described.and_then(|described| declared(described, entry.method, target));
        let route = declared.or_else(|| (!entry.route.is_empty()).then_some(entry.route));
        let route = route.or_else(|| target.is_empty().then_some(&b"(malformed)"[..]));
        if let Some(path) = route {
            return Named { method, path, is_route: true };
        }
        mask(target, &mut self.masked);
        Named { method, path: &self.masked, is_route: false }
    }
}

/// The route that somebody declared for a request.
fn declared<'a>(described: &'a Description, method: &[u8], target: &[u8]) -> Option<&'a [u8]> {
    let (method, target) = (std::str::from_utf8(method).ok()?, std::str::from_utf8(target).ok()?);
    let path = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => target,
    };
    Some(described.operation(method, path)?.path.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_comes_before_what_the_server_wrote_and_that_before_what_is_learned() {
        let described = Description::read(
            r#"{"openapi": "3.1.0", "info": {"title": "t", "version": "1"},
               "paths": {"/v1/orders/{id}": {"get": {"responses": {"200": {"description": "ok"}}}}}}"#,
        )
        .unwrap();
        let entry = |target: &'static str, route: &'static str| Entry {
            method: b"GET",
            target: target.as_bytes(),
            route: route.as_bytes(),
            ..Entry::default()
        };
        let of = |entry: &Entry<'_>, described| {
            let mut naming = Naming::default();
            let named = naming.name(entry, described);
            (String::from_utf8_lossy(named.path).into_owned(), named.is_route)
        };
        let with = Some(&described);
        assert_eq!(of(&entry("/v1/orders/7?x", "/other"), with), ("/v1/orders/{id}".to_owned(), true));
        assert_eq!(
            of(&entry("http://a.example/v1/orders/7", ""), with),
            ("/v1/orders/{id}".to_owned(), true)
        );
        assert_eq!(of(&entry("/v2/orders/7", "/other"), with), ("/other".to_owned(), true));
        assert_eq!(of(&entry("/v1/orders/7?x", ""), None), ("/v1/orders/{int}".to_owned(), false));
        assert_eq!(of(&entry("", ""), with), ("(malformed)".to_owned(), true));
    }
}
