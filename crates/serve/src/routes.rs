//! Which address leads where, and what goes around all of them.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderName, HeaderValue, header};
use statusquo_problem::axum::{DeadlineLayer, not_found};
use statusquo_problem::{Form, ProblemLayer, RequestIdLayer, RetryAfter};
use tower_http::compression::CompressionLayer;

use crate::auth::{self, gate, known_host};
use crate::context::{App, Context};
use crate::pages::{self, show};
use crate::{api, assets, events, metrics};

/// Longer contents of requests are refused.
const MOST_BYTES: usize = 64 << 10;
/// A request that was not answered within this time never will be: its content does not come, or we are stuck. Test
/// messages take longest.
const DEADLINE: Duration = Duration::from_secs(60);
/// Nothing but our own files: no script, style, frame or form from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The routes.
pub fn router(context: Context) -> Router {
    let app = App::new(context);
    let routes = pages_routes().merge(api_routes()).merge(machine_routes());
    routes
        .fallback(not_found)
        .layer(from_fn_with_state(app.clone(), gate))
        .layer(from_fn_with_state(app.clone(), known_host))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(DeadlineLayer::of_service(DEADLINE, RetryAfter::seconds(30)))
        .layer(ProblemLayer::new(Form::Problem).page(pages::trouble))
        .layer(RequestIdLayer::new())
        .layer(from_fn(dress))
        .layer(CompressionLayer::new())
        .with_state(app)
}

fn pages_routes() -> Router<App> {
    Router::new()
        .route("/", get(show::overview))
        .route("/index.json", get(show::overview))
        .route("/index.csv", get(show::overview))
        .route("/index.txt", get(show::overview))
        .route("/endpoints", get(show::endpoints))
        .route("/endpoints.json", get(show::endpoints))
        .route("/endpoints.csv", get(show::endpoints))
        .route("/endpoints.txt", get(show::endpoints))
        .route("/endpoints/{slug}", get(show::endpoint))
        .route("/monitors", get(show::monitors))
        .route("/monitors.json", get(show::monitors))
        .route("/monitors.csv", get(show::monitors))
        .route("/monitors.txt", get(show::monitors))
        .route("/monitors/{name}", get(show::monitor))
        .route("/monitors/{name}/{act}", post(pages::act_on_monitor))
        .route("/incidents", get(show::incidents))
        .route("/incidents.json", get(show::incidents))
        .route("/incidents.csv", get(show::incidents))
        .route("/incidents.txt", get(show::incidents))
        .route("/incidents/{number}", get(show::incident))
        .route("/incidents/{number}/{act}", post(pages::act_on_incident))
        .route("/requests", get(show::requests))
        .route("/requests.json", get(show::requests))
        .route("/requests.csv", get(show::requests))
        .route("/requests.txt", get(show::requests))
        .route("/requests/{id}", get(show::request))
        .route("/codes", get(show::codes))
        .route("/codes.json", get(show::codes))
        .route("/codes.csv", get(show::codes))
        .route("/codes.txt", get(show::codes))
        .route("/codes/{code}", get(show::code))
        .route("/slos", get(show::slos))
        .route("/slos.json", get(show::slos))
        .route("/slos.csv", get(show::slos))
        .route("/slos.txt", get(show::slos))
        .route("/slos/{name}", get(show::slo))
        .route("/slos/{name}/corrections", post(pages::correct))
        .route("/slos/{name}/corrections/{id}/withdraw", post(pages::withdraw))
        .route("/lint", get(show::lint))
        .route("/lint.json", get(show::lint))
        .route("/lint.csv", get(show::lint))
        .route("/lint.txt", get(show::lint))
        .route("/lint/{rule}", get(show::rule))
        .route("/alerts", get(show::alerts))
        .route("/alerts.json", get(show::alerts))
        .route("/alerts.csv", get(show::alerts))
        .route("/alerts.txt", get(show::alerts))
        .route("/receivers/{name}/test", post(pages::test_receiver))
        .route("/silences", post(pages::add_silence))
        .route("/silences/{id}/end", post(pages::end_silence))
        .route("/public", get(show::public).post(pages::announce))
        .route("/public/{number}", post(pages::say))
        .route("/third-parties", get(show::parties))
        .route("/third-parties.json", get(show::parties))
        .route("/third-parties.csv", get(show::parties))
        .route("/third-parties.txt", get(show::parties))
        .route("/settings", get(show::settings).post(pages::make_token))
        .route("/settings/tokens/{name}/revoke", post(pages::revoke_token))
        .route("/search", get(pages::search))
        .route("/sign-in", get(auth::show).post(auth::sign_in))
        .route("/sign-out", post(auth::sign_out))
}

fn api_routes() -> Router<App> {
    let routes = Router::new()
        .route("/status", get(api::status))
        .route("/monitors", get(api::monitors))
        .route("/monitors/{name}", get(api::monitor))
        .route("/monitors/{name}/samples", get(api::samples))
        .route("/monitors/{name}/pause", post(api::pause))
        .route("/monitors/{name}/resume", post(api::resume))
        .route("/monitors/{name}/run", post(api::run))
        .route("/incidents", get(api::incidents))
        .route("/incidents/{number}", get(api::incident))
        .route("/incidents/{number}/acknowledge", post(api::acknowledge))
        .route("/incidents/{number}/pass-on", post(api::pass_on))
        .route("/incidents/{number}/why", get(api::why))
        .route("/incidents/{number}/notes", post(api::note))
        .route("/incidents/{number}/resolve", post(api::resolve))
        .route("/silences", get(api::silences).post(api::add_silence))
        .route("/silences/{id}", get(api::silence).delete(api::end_silence))
        .route("/receivers", get(api::receivers))
        .route("/receivers/{name}/test", post(api::test_receiver))
        .route("/sources", get(api::sources))
        .route("/top", get(api::top))
        .route("/third-parties", get(api::parties))
        .route("/deploys", get(api::deploys).post(api::deployed))
        .route("/requests", get(api::requests))
        .route("/requests/{id}", get(api::request))
        .route("/lint", get(api::lint))
        .route("/slos", get(api::slos))
        .route("/slos/{name}", get(api::slo))
        .route("/slos/{name}/corrections", get(api::corrections).post(api::correct))
        .route("/slos/{name}/corrections/{id}", get(api::correction).delete(api::withdraw))
        .route("/codes", get(api::codes))
        .route("/codes/{code}", get(api::code))
        .route("/exchanges/{id}", get(api::exchange))
        .route("/heartbeats/{token}", post(api::beat))
        .route("/audit", get(api::audit))
        .route("/tokens", get(api::tokens).post(api::make_token))
        .route("/tokens/{name}", get(api::token).delete(api::revoke_token))
        .route("/announcements", get(api::announcements))
        .route("/status-page", get(api::status_page))
        .route("/status-page/{*path}", get(api::status_page_file))
        .route("/openapi.json", get(api::openapi));
    // Whoever asks, the API has no pages.
    Router::new().nest("/api/v1", routes.fallback(not_found).layer(ProblemLayer::new(Form::Problem)))
}

fn machine_routes() -> Router<App> {
    Router::new()
        .route("/heartbeat/{token}", get(api::beat).post(api::beat))
        .route("/heartbeat/{token}/{result}", get(api::beat_with_result).post(api::beat_with_result))
        .route("/hooks/{receiver}", post(api::called_back))
        .route("/metrics", get(metrics::show))
        .route("/healthz", get(metrics::healthz))
        .route("/readyz", get(metrics::readyz))
        .route("/events", get(events::show))
        .route("/assets/{name}", get(assets::show))
}

/// Gives each answer the header fields that all have.
async fn dress(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CACHE_CONTROL, "no-store");
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(header::VARY, "accept");
    if status.is_client_error() || status.is_server_error() {
        // Where the status code is explained (RFC 8288; the relation `help` is HTML's).
        let link = HeaderValue::from_str(&format!("</codes/{}>; rel=\"help\"", status.as_u16()));
        headers.extend(link.ok().map(|link| (header::LINK, link)));
    }
    response
}
