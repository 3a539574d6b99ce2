//! What a service answers when nothing went wrong.

mod content;
mod part;

pub use content::Content;
pub use part::{Part, Wanted};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use crate::{Location, RetryAfter, Upgrade, Validator};

/// What a service answers when nothing went wrong: a status code below 400, and all that belongs to it.
///
/// ```
/// use statusquo_problem::{Answer, Content, Location};
///
/// # fn main() -> Result<(), statusquo_problem::Problem> {
/// let order = serde_json::json!({"id": 17});
/// let created = Answer::created(Location::path(["orders", "17"]), Content::json(&order)?);
/// assert_eq!(created.into_http().headers()["location"], "/orders/17");
/// assert!(Answer::no_content().into_http().body().is_empty());
/// # Ok(())
/// # }
/// ```
///
/// What the status code does not allow cannot be written. Content in a 204, 205 or 304:
///
/// ```compile_fail
/// use statusquo_problem::{Answer, Content};
/// Answer::no_content(Content::text("done"));
/// ```
/// ```compile_fail
/// use statusquo_problem::{Answer, Content, Validator};
/// Answer::not_modified(Validator::strong("a1").unwrap(), Content::text("the same"));
/// ```
///
/// A 201 that does not say where, a 202 that does not say where to ask, a redirect that leads nowhere:
///
/// ```compile_fail
/// use statusquo_problem::{Answer, Content};
/// Answer::created(Content::text("done"));
/// ```
/// ```compile_fail
/// use statusquo_problem::{Answer, Content};
/// Answer::accepted(Content::text("soon"));
/// ```
/// ```compile_fail
/// statusquo_problem::Answer::permanent_redirect();
/// ```
/// ```compile_fail
/// statusquo_problem::Answer::found("not checked");
/// ```
///
/// A 304 without a validator, a 206 whose bytes are not those of its range, a 101 to nothing:
///
/// ```compile_fail
/// statusquo_problem::Answer::not_modified();
/// ```
/// ```compile_fail
/// use statusquo_problem::{Answer, Content};
/// Answer::partial(Content::text("23"));
/// ```
/// ```compile_fail
/// statusquo_problem::Answer::switching_protocols();
/// ```
///
/// And an error that pretends to be none:
///
/// ```compile_fail
/// use statusquo_problem::{Answer, Problem};
/// let answer: Answer = Problem::not_found("no order 17").into();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: StatusCode,
    fields: Vec<(HeaderName, HeaderValue)>,
    content: Option<Content>,
}

impl Answer {
    const fn bare(status: StatusCode) -> Self {
        Self { status, fields: Vec::new(), content: None }
    }

    fn demanded(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.fields.push((name, value));
        self
    }

    fn holding(self, content: Content) -> Self {
        Self { content: Some(content), ..self }
    }

    fn redirect(status: StatusCode, location: Location) -> Self {
        Self::bare(status).demanded(header::LOCATION, location.into_value())
    }

    /// 101: the connection goes on with another protocol (RFC 9110, 15.2.2). HTTP/1.1 only.
    #[must_use]
    pub fn switching_protocols(upgrade: Upgrade) -> Self {
        Self::bare(StatusCode::SWITCHING_PROTOCOLS)
            .demanded(header::UPGRADE, upgrade.into_value())
            .demanded(header::CONNECTION, HeaderValue::from_static("upgrade"))
    }

    /// 200: here it is.
    #[must_use]
    pub fn ok(content: Content) -> Self {
        Self::bare(StatusCode::OK).holding(content)
    }

    /// 200 or 206: what the request wants of some content.
    #[must_use]
    pub fn wanted(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Whole(content) => {
                Self::ok(content).demanded(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"))
            }
            Wanted::Part(part) => Self::partial(part),
        }
    }

    /// 201: it was made, and is there.
    #[must_use]
    pub fn created(location: Location, content: Content) -> Self {
        Self::redirect(StatusCode::CREATED, location).holding(content)
    }

    /// 202: it will be done. The job is where to ask what came of it, at the soonest then.
    #[must_use]
    pub fn accepted(job: Location, ask_again: RetryAfter, content: Content) -> Self {
        Self::redirect(StatusCode::ACCEPTED, job)
            .demanded(header::RETRY_AFTER, ask_again.into_value())
            .holding(content)
    }

    /// 204: it was done, and there is nothing to say.
    #[must_use]
    pub const fn no_content() -> Self {
        Self::bare(StatusCode::NO_CONTENT)
    }

    /// 205: it was done; the client may clear its form.
    #[must_use]
    pub const fn reset_content() -> Self {
        Self::bare(StatusCode::RESET_CONTENT)
    }

    /// 206: a part of it. The fields that its 200 has belong here as well (RFC 9110, 15.3.7): see
    /// [`Answer::validator`] and [`Answer::field`].
    #[must_use]
    pub fn partial(part: Part) -> Self {
        Self::bare(StatusCode::PARTIAL_CONTENT)
            .demanded(header::CONTENT_RANGE, part.range)
            .holding(part.content)
    }

    /// 300: there are several; the content lists them, and this is the best.
    #[must_use]
    pub fn multiple_choices(best: Location, list: Content) -> Self {
        Self::redirect(StatusCode::MULTIPLE_CHOICES, best).holding(list)
    }

    /// 301: it is there, for good. A POST may become a GET on the way: see [`Answer::permanent_redirect`].
    #[must_use]
    pub fn moved_permanently(location: Location) -> Self {
        Self::redirect(StatusCode::MOVED_PERMANENTLY, location)
    }

    /// 302: it is there for now. A POST may become a GET on the way: see [`Answer::temporary_redirect`].
    #[must_use]
    pub fn found(location: Location) -> Self {
        Self::redirect(StatusCode::FOUND, location)
    }

    /// 303: GET the outcome there.
    #[must_use]
    pub fn see_other(location: Location) -> Self {
        Self::redirect(StatusCode::SEE_OTHER, location)
    }

    /// 304: the client has it already. The fields that its 200 has and that decide about caching belong here as well
    /// (RFC 9110, 15.4.5).
    #[must_use]
    pub fn not_modified(validator: Validator) -> Self {
        Self::bare(StatusCode::NOT_MODIFIED).validator(validator)
    }

    /// 307: it is there for now; ask there in the same way.
    #[must_use]
    pub fn temporary_redirect(location: Location) -> Self {
        Self::redirect(StatusCode::TEMPORARY_REDIRECT, location)
    }

    /// 308: it is there, for good; ask there in the same way.
    #[must_use]
    pub fn permanent_redirect(location: Location) -> Self {
        Self::redirect(StatusCode::PERMANENT_REDIRECT, location)
    }

    /// Says how to find out whether it has changed.
    #[must_use]
    pub fn validator(self, validator: Validator) -> Self {
        let (name, value) = validator.into_line();
        self.demanded(name, value)
    }

    /// Says how to find out whether it has changed; and is a 304 when the request says that the client has it already
    /// (RFC 9110, 13.2.2: that comes before ranges). Of the fields those stay that a 304 repeats. For GET and HEAD.
    #[must_use]
    pub fn unless_known(self, validator: Validator, request: &HeaderMap) -> Self {
        let is_whole_or_part = matches!(self.status, StatusCode::OK | StatusCode::PARTIAL_CONTENT);
        if !is_whole_or_part || !validator.is_known_to(request) {
            return self.validator(validator);
        }
        // RFC 9110, 15.4.5
        let repeated = [header::CACHE_CONTROL, header::CONTENT_LOCATION, header::EXPIRES, header::VARY];
        let kept = self.fields.into_iter().filter(|(name, _)| repeated.contains(name));
        kept.fold(Self::not_modified(validator), |answer, (name, value)| answer.demanded(name, value))
    }

    /// Adds a header field. What says how long the content is and how it is to be read is left alone.
    #[must_use]
    pub fn field(self, name: HeaderName, value: HeaderValue) -> Self {
        let ours =
            [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONTENT_RANGE];
        if ours.contains(&name) { self } else { self.demanded(name, value) }
    }

    /// The status code.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The response.
    #[must_use]
    pub fn into_http(self) -> Response<Bytes> {
        let (media_type, bytes) = self.content.map(|content| (content.media_type, content.bytes)).unzip();
        let mut response = Response::new(bytes.unwrap_or_default());
        *response.status_mut() = self.status;
        let fields = response.headers_mut();
        for (name, value) in self.fields {
            fields.append(name, value);
        }
        if let Some(media_type) = media_type {
            fields.insert(header::CONTENT_TYPE, media_type);
            fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        }
        response
    }
}
