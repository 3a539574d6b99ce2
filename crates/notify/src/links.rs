//! Where messages lead.

use url::Url;

/// Where messages lead: the dashboard's address, if it has one that people can reach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    base: Option<Url>,
}

impl Links {
    /// Links below this address.
    #[must_use]
    pub const fn to(base: Url) -> Self {
        Self { base: Some(base) }
    }

    /// The address of a page: its path, segment by segment.
    #[must_use]
    pub fn page(&self, path: &[&str]) -> Option<Url> {
        let mut url = self.base.clone()?;
        url.set_query(None);
        url.set_fragment(None);
        url.path_segments_mut().ok()?.pop_if_empty().extend(path);
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, path: &[&str], expect: Option<&str>) {
        let links = Links::to(base.parse().unwrap());
        assert_eq!(links.page(path).map(String::from).as_deref(), expect);
    }

    #[test]
    fn pages_lie_below_the_base_and_names_are_encoded() {
        check("https://s.test", &["incidents", "214"], Some("https://s.test/incidents/214"));
        check("https://s.test/status/", &["codes", "503"], Some("https://s.test/status/codes/503"));
        check(
            "https://s.test/status?x#y",
            &["monitors", "a/b c"],
            Some("https://s.test/status/monitors/a%2Fb%20c"),
        );
        check("mailto:a@b.test", &["x"], None);
        assert_eq!(Links::default().page(&["x"]), None);
    }
}
