//! Browsers: CORS, cookies, transport security, policies.

mod cookie;
mod cors;
mod policy;
mod transport;

use crate::Place;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::section::Line;
use crate::verdict::Flag;

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "cors-star-with-credentials",
        When::Field(Known::AccessControlAllowOrigin),
        cors::star_with_credentials,
    ),
    Check::new("cors-origin-syntax", When::Field(Known::AccessControlAllowOrigin), cors::origin_syntax),
    Check::new(
        "cors-credentials-not-true",
        When::Field(Known::AccessControlAllowCredentials),
        cors::credentials_not_true,
    ),
    Check::new("cors-list-syntax", When::Always, cors::list_syntax),
    Check::new(
        "cors-reflected-origin-without-vary",
        When::Field(Known::AccessControlAllowOrigin),
        cors::reflected_origin,
    ),
    Check::new("hsts-over-http", When::Field(Known::StrictTransportSecurity), transport::over_http),
    Check::new("hsts-invalid", When::Field(Known::StrictTransportSecurity), transport::invalid),
    Check::new("nosniff-missing-on-json", When::Always, policy::nosniff_missing),
    Check::new("cookie-grammar", When::Field(Known::SetCookie), cookie::grammar),
    Check::new("cookie-unprotected", When::Field(Known::SetCookie), cookie::unprotected),
    Check::new("security-policy-syntax", When::Always, policy::syntax),
    Check::new("insecure-upgrade-preference", When::Always, transport::upgrade_preference),
];

/// The whole line.
fn at(line: &Line<'_>) -> Flag {
    Flag::at(Place::line(line.number))
}
