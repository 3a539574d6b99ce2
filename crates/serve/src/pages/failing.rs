//! The latest requests to an endpoint that failed.

use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::budget::is_route;
use statusquo_slo::traffic::EndpointName;
use statusquo_store::{Kept, Wanted};

use super::{parts, requests};
use crate::context::App;

/// So many are shown …
const SHOWN: usize = 8;
/// … of so many that begin alike.
const LOOKED_AT: usize = 500;

/// The latest of them that were kept, the newest first.
pub(crate) async fn latest(app: &App, service: &Name, endpoint: &EndpointName) -> Result<Vec<Kept>, Problem> {
    if !endpoint.route.starts_with('/') {
        return Ok(Vec::new());
    }
    let wanted = Wanted {
        service: Some(service.clone()),
        codes: Some((500, 599)),
        method: Some(endpoint.method.to_string()),
        path: endpoint.route.split('{').next().map(str::to_owned),
        ..Wanted::default()
    };
    let mut kept = app.ask(move |reader| reader.rows(&wanted, LOOKED_AT)).await?;
    kept.retain(|kept| is_of((&kept.row.target, &kept.row.route), &endpoint.route));
    kept.truncate(SHOWN);
    Ok(kept)
}

/// Was this endpoint asked? By the route that the server wrote, or by the form of the path.
fn is_of((target, known): (&str, &str), route: &str) -> bool {
    if !known.is_empty() {
        return is_route(route, known);
    }
    let path = target.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (path, route): (Vec<&str>, Vec<&str>) =
        (path.split('/').collect(), route.trim_end_matches('/').split('/').collect());
    let is_same =
        |(part, pattern): (&&str, &&str)| part == pattern || (pattern.starts_with('{') && !part.is_empty());
    path.len() == route.len() && path.iter().zip(&route).all(is_same)
}

/// The panel; `None` when there are none.
pub(crate) fn panel(
    kept: &[Kept],
    service: &Name,
    endpoint: &EndpointName,
    now: Timestamp,
) -> Option<Markup> {
    let path = endpoint.route.split('{').next().unwrap_or_default();
    let all = format!(
        "/requests?service={}&code=5xx&path={}",
        parts::segment(service.as_str()),
        parts::segment(path)
    );
    (!kept.is_empty()).then(|| {
        html! {
            section.panel aria-labelledby="failing-title" {
                div.ph { h2 #failing-title { "The latest that failed" } span.sp {} a href=(all) { "All of them" } }
                (requests::rows(kept, now))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_belong_to_an_endpoint_by_their_route_or_by_the_form_of_their_path() {
        for (target, route, is) in [
            ("/v1/orders/17?x=***", "", true),
            ("/v1/orders/17/", "", true),
            ("/v1/orders", "", false),
            ("/v1/orders/17/items", "", false),
            ("/anything", "/v1/orders/{id}", true),
            ("/v1/orders/17", "/v1/others", false),
        ] {
            assert_eq!(is_of((target, route), "/v1/orders/{int}"), is, "{target} {route}");
        }
        assert!(is_of(("/", ""), "/"));
    }
}
