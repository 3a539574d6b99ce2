//! An exchange under judgement: its parts, looked up and parsed at most once for all rules.

use std::cell::OnceCell;

use statusquo_catalogue::StatusCode;
use statusquo_exchange::{Content, Exchange, Origin, Outcome, Response, Scheme, Version};

use crate::content::Signs;
use crate::error_shape::ErrorShape;
use crate::field::Fault;
use crate::field::cache_control::CacheControl;
use crate::field::content_range::ContentRange;
use crate::field::cookie::Cookie;
use crate::field::date::HttpDate;
use crate::field::entity_tag::EntityTag;
use crate::field::list::elements;
use crate::field::media_type::MediaType;
use crate::field::uri::{Absolute, Reference};
use crate::informational::Informational;
use crate::json::{Json, JsonFault};
use crate::known::Known;
use crate::raw::Raw;
use crate::section::{Line, Section};
use crate::verdict::Lack;

/// A line's number, and its cookie.
type SetCookie<'a> = (usize, Result<Cookie<'a>, Fault>);

/// An exchange under judgement.
///
/// What a rule asks for with `?` was perhaps not recorded; then the rule cannot judge, which is not a pass.
pub(crate) struct Case<'a> {
    pub(crate) exchange: &'a Exchange,
    /// The final response, perhaps without all of its content.
    pub(crate) response: &'a Response,
    /// Its status code.
    pub(crate) code: StatusCode,
    request_fields: Section<'a>,
    response_fields: Section<'a>,
    content_type: OnceCell<Option<Result<MediaType<'a>, Fault>>>,
    request_content_type: OnceCell<Option<Result<MediaType<'a>, Fault>>>,
    date: OnceCell<Option<HttpDate>>,
    etag: OnceCell<Option<Result<EntityTag<'a>, Fault>>>,
    location: OnceCell<Option<Result<Reference<'a>, Fault>>>,
    content_range: OnceCell<Option<Result<ContentRange<'a>, Fault>>>,
    cache_control: OnceCell<CacheControl<'a>>,
    cookies: OnceCell<Vec<SetCookie<'a>>>,
    json: OnceCell<Option<Result<Json<'a>, JsonFault>>>,
    error_shape: OnceCell<Option<ErrorShape<'a>>>,
    signs: OnceCell<Signs>,
    raw: OnceCell<Option<Raw<'a>>>,
}

impl<'a> Case<'a> {
    /// The case of an exchange of HTTP that has a final response.
    pub(crate) fn new(exchange: &'a Exchange) -> Option<Self> {
        let response = exchange.response()?;
        if is_local(&exchange.request.target) {
            return None;
        }
        Some(Self {
            exchange,
            response,
            code: response.status,
            request_fields: Section::new(&exchange.request.fields),
            response_fields: Section::new(&response.fields),
            content_type: OnceCell::new(),
            request_content_type: OnceCell::new(),
            date: OnceCell::new(),
            etag: OnceCell::new(),
            location: OnceCell::new(),
            content_range: OnceCell::new(),
            cache_control: OnceCell::new(),
            cookies: OnceCell::new(),
            json: OnceCell::new(),
            error_shape: OnceCell::new(),
            signs: OnceCell::new(),
            raw: OnceCell::new(),
        })
    }

    // The request

    /// The method; empty in the recording means that it is not known.
    pub(crate) fn method(&self) -> Result<&'a str, Lack> {
        let method = self.exchange.request.method.as_str();
        if method.is_empty() { Err(Lack::Request) } else { Ok(method) }
    }

    /// Is it this method? `false` also when it is not known.
    pub(crate) fn method_is(&self, methods: &[&str]) -> bool {
        methods.contains(&self.exchange.request.method.as_str())
    }

    /// The target as recorded: an absolute URI, or as it was on the request line.
    pub(crate) fn target(&self) -> Result<&'a str, Lack> {
        let target = self.exchange.request.target.as_str();
        if target.is_empty() { Err(Lack::Request) } else { Ok(target) }
    }

    /// The target as an absolute URI, with the help of Host where need be.
    pub(crate) fn request_uri(&self) -> Result<Absolute, Lack> {
        self.request_uri_with(self.scheme())
    }

    /// The same, with a scheme that stands in where the target names none.
    pub(crate) fn request_uri_with(&self, scheme: Result<Scheme, Lack>) -> Result<Absolute, Lack> {
        let target = self.target()?;
        if let Some(absolute) = Absolute::parse(target) {
            return Ok(absolute);
        }
        let host =
            self.request()?.text(Known::Host).filter(|_| target.starts_with('/')).ok_or(Lack::Request)?;
        Absolute::parse(&format!("{}://{host}{target}", scheme?.as_str())).ok_or(Lack::Request)
    }

    /// The request's header section.
    pub(crate) fn request(&self) -> Result<&Section<'a>, Lack> {
        if self.exchange.request.fields.is_captured() { Ok(&self.request_fields) } else { Err(Lack::Request) }
    }

    /// Did the request have content? Told by its content, or else by its framing fields.
    pub(crate) fn request_has_content(&self) -> Result<bool, Lack> {
        if let Some(bytes) = self.exchange.request.content.bytes() {
            return Ok(!bytes.is_empty());
        }
        let request = self.request()?;
        Ok(request.text(Known::ContentLength).is_some_and(|length| length != "0")
            || request.has(Known::TransferEncoding))
    }

    /// All of the request's content.
    pub(crate) fn request_content(&self) -> Result<&'a [u8], Lack> {
        match &self.exchange.request.content {
            Content::Whole(bytes) => Ok(bytes),
            Content::Beginning(_) | Content::NotCaptured => Err(Lack::RequestContent),
        }
    }

    /// The media type of the request's content, if it says so validly.
    pub(crate) fn request_content_type(&self) -> Result<Option<&MediaType<'a>>, Lack> {
        let request = self.request()?;
        let parsed = self
            .request_content_type
            .get_or_init(|| request.line(Known::ContentType).map(|line| MediaType::parse(line.value)));
        Ok(parsed.as_ref().and_then(|parsed| parsed.as_ref().ok()))
    }

    /// Did the client present credentials?
    pub(crate) fn has_credentials(&self) -> Result<bool, Lack> {
        Ok(self.request()?.has_any(&[Known::Authorization, Known::Cookie]))
    }

    /// May a browser's cache have stood between the recorder and the wire? Then it may have asked for a part, or on a
    /// condition, without the recorder seeing it. Programs borrow the names of browsers, but not their Sec-Fetch fields,
    /// which browsers leave out without TLS alone (Fetch Metadata, 2).
    pub(crate) fn is_behind_browser_cache(&self) -> bool {
        let is_browser = || {
            let Ok(request) = self.request() else { return false };
            let is_named = request.text(Known::UserAgent).is_some_and(|agent| agent.starts_with("Mozilla/"));
            let is_own =
                |line: Line<'_>| line.name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sec-"));
            is_named && (self.scheme() != Ok(Scheme::Https) || request.every().any(is_own))
        };
        matches!(self.exchange.origin, Origin::Recording { .. })
            && self.exchange.raw_response.is_none()
            && is_browser()
    }

    // The interim responses

    /// Every 1xx response; the last one is also the final response when it is 101, or when nothing came after it.
    pub(crate) fn informational(&self) -> impl Iterator<Item = Informational<'a>> {
        let interim = self.exchange.interim.iter().enumerate();
        let interim = interim.map(|(number, response)| Informational { number: Some(number), response });
        let last = Informational { number: None, response: self.response };
        interim.chain(self.code.is_informational().then_some(last))
    }

    // The final response

    /// The final response's header section.
    pub(crate) fn fields(&self) -> Result<&Section<'a>, Lack> {
        if self.response.fields.is_captured() { Ok(&self.response_fields) } else { Err(Lack::Fields) }
    }

    /// The number of the status code.
    pub(crate) const fn number(&self) -> u16 {
        self.code.get()
    }

    /// Did all of the response come?
    pub(crate) const fn is_complete(&self) -> bool {
        matches!(self.exchange.outcome, Outcome::Answered(_))
    }

    /// All of the content.
    pub(crate) fn content(&self) -> Result<&'a [u8], Lack> {
        match &self.response.content {
            Content::Whole(bytes) if self.is_complete() => Ok(bytes),
            Content::Whole(_) | Content::Beginning(_) | Content::NotCaptured => Err(Lack::Content),
        }
    }

    /// The content or its beginning.
    pub(crate) fn beginning(&self) -> Result<&'a [u8], Lack> {
        self.response.content.bytes().map(|bytes| bytes.as_ref()).ok_or(Lack::Content)
    }

    /// Is there content? Told by what was captured, or else by Content-Length.
    pub(crate) fn has_content(&self) -> Result<bool, Lack> {
        if let Some(bytes) = self.response.content.bytes() {
            return Ok(!bytes.is_empty());
        }
        let length = self.fields()?.text(Known::ContentLength).and_then(|length| length.parse::<u64>().ok());
        length.map(|length| length > 0).ok_or(Lack::Content)
    }

    /// Is it surely not the answer to HEAD, which has no content whatever its code?
    pub(crate) fn is_not_head(&self) -> Result<bool, Lack> {
        Ok(self.method()? != "HEAD")
    }

    /// May such a response carry content at all (RFC 9110, 6.4.1)?
    pub(crate) fn may_have_content(&self) -> bool {
        !(self.code.forbids_content()
            || self.method_is(&["HEAD"])
            || (self.method_is(&["CONNECT"]) && self.code.is_success()))
    }

    /// What Content-Type says: nothing, something, or something malformed.
    pub(crate) fn content_type(&self) -> Result<Option<&Result<MediaType<'a>, Fault>>, Lack> {
        let fields = self.fields()?;
        let parsed = self
            .content_type
            .get_or_init(|| fields.line(Known::ContentType).map(|line| MediaType::parse(line.value)));
        Ok(parsed.as_ref())
    }

    /// The media type, if it is there and valid.
    pub(crate) fn media_type(&self) -> Result<Option<&MediaType<'a>>, Lack> {
        Ok(self.content_type()?.and_then(|parsed| parsed.as_ref().ok()))
    }

    /// Is the content declared as JSON?
    pub(crate) fn is_json(&self) -> Result<bool, Lack> {
        Ok(self.media_type()?.is_some_and(MediaType::is_json))
    }

    /// The content as JSON when it is declared so and not empty: `None` when it is not, `Err` inside when it is not
    /// valid. Compressed content counts as not captured unless the recorder decoded it.
    pub(crate) fn json(&self) -> Result<Option<&Result<Json<'a>, JsonFault>>, Lack> {
        if !self.is_json()? {
            return Ok(None);
        }
        let content = self.content()?;
        if self.is_still_encoded()? {
            return Err(Lack::Content);
        }
        Ok(self.json.get_or_init(|| (!content.is_empty()).then(|| Json::parse(content))).as_ref())
    }

    /// The valid JSON content, if it is declared so.
    pub(crate) fn valid_json(&self) -> Result<Option<&Json<'a>>, Lack> {
        Ok(self.json()?.and_then(|parsed| parsed.as_ref().ok()))
    }

    /// What the JSON content says as an error; `None` when it is not a JSON object.
    pub(crate) fn error_shape(&self) -> Result<Option<&ErrorShape<'a>>, Lack> {
        let json = self.valid_json()?;
        Ok(self.error_shape.get_or_init(|| json.and_then(ErrorShape::of)).as_ref())
    }

    /// What the content gives away: stack traces, internals, secrets.
    pub(crate) fn signs(&self) -> Result<&Signs, Lack> {
        let content = self.beginning()?;
        if self.is_still_encoded()? {
            return Err(Lack::Content);
        }
        Ok(self.signs.get_or_init(|| Signs::of(content)))
    }

    /// Is the content under a content coding that the recorder left on? Recorders that decode keep the field.
    pub(crate) fn is_still_encoded(&self) -> Result<bool, Lack> {
        let fields = self.fields()?;
        let is_coded = fields
            .text(Known::ContentEncoding)
            .is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"));
        // Many take chunks off, and leave what `Transfer-Encoding: gzip, chunked` did to the content.
        let is_transfer_coded = || {
            let is_other = |line: Line<'_>| {
                let mut codings = elements(line.value).filter_map(|range| line.value.get(range));
                codings.any(|coding| !coding.eq_ignore_ascii_case(b"chunked"))
            };
            fields.lines(Known::TransferEncoding).any(is_other)
        };
        Ok((is_coded || is_transfer_coded()) && !self.beginning().is_ok_and(is_text))
    }

    /// The valid Date of the response.
    pub(crate) fn date(&self) -> Result<Option<HttpDate>, Lack> {
        let fields = self.fields()?;
        Ok(*self.date.get_or_init(|| fields.line(Known::Date).and_then(|line| HttpDate::parse(line.value))))
    }

    /// What ETag says: nothing, an entity tag, or something malformed.
    pub(crate) fn etag(&self) -> Result<Option<&Result<EntityTag<'a>, Fault>>, Lack> {
        let fields = self.fields()?;
        let parsed =
            self.etag.get_or_init(|| fields.line(Known::Etag).map(|line| EntityTag::parse(line.value)));
        Ok(parsed.as_ref())
    }

    /// What Location says: nothing, a URI reference, or something malformed.
    pub(crate) fn location(&self) -> Result<Option<&Result<Reference<'a>, Fault>>, Lack> {
        let fields = self.fields()?;
        let parsed = self
            .location
            .get_or_init(|| fields.line(Known::Location).map(|line| Reference::parse(line.value)));
        Ok(parsed.as_ref())
    }

    /// What Content-Range says: nothing, a range, or something malformed.
    pub(crate) fn content_range(&self) -> Result<Option<&Result<ContentRange<'a>, Fault>>, Lack> {
        let fields = self.fields()?;
        let parsed = self
            .content_range
            .get_or_init(|| fields.line(Known::ContentRange).map(|line| ContentRange::parse(line.value)));
        Ok(parsed.as_ref())
    }

    /// What Cache-Control says.
    pub(crate) fn cache_control(&self) -> Result<&CacheControl<'a>, Lack> {
        let fields = self.fields()?;
        Ok(self.cache_control.get_or_init(|| CacheControl::parse(fields.lines(Known::CacheControl))))
    }

    /// What each line of Set-Cookie says, with the line's number.
    pub(crate) fn cookies(&self) -> Result<&[SetCookie<'a>], Lack> {
        let fields = self.fields()?;
        let parse = || {
            let lines = fields.lines(Known::SetCookie);
            lines.map(|line| (line.number, Cookie::parse(line.value))).collect()
        };
        Ok(self.cookies.get_or_init(parse))
    }

    /// For how many seconds a shared cache is told that the response is fresh (RFC 9111, 4.2.1); `None` when the
    /// response does not say.
    pub(crate) fn freshness(&self) -> Result<Option<u64>, Lack> {
        let control = self.cache_control()?;
        if let Some(seconds) = control.seconds("s-maxage").or_else(|| control.seconds("max-age")) {
            return Ok(Some(seconds));
        }
        let Some(line) = self.fields()?.line(Known::Expires) else { return Ok(None) };
        let Some(expires) = HttpDate::parse(line.value) else { return Ok(Some(0)) };
        let date = self.date()?.ok_or(Lack::Fields)?;
        Ok(Some(u64::try_from(expires.seconds - date.seconds).unwrap_or(0)))
    }

    // The protocol

    /// The version of the response, or else of the request.
    pub(crate) fn version(&self) -> Result<Version, Lack> {
        self.response.version.or(self.exchange.request.version).ok_or(Lack::Version)
    }

    /// HTTP/2 or HTTP/3, by a label that is there.
    pub(crate) fn is_http2_or_later(&self) -> Result<bool, Lack> {
        Ok(self.version()? >= Version::Http2)
    }

    /// `http` or `https`, as recorded or as the target says.
    pub(crate) fn scheme(&self) -> Result<Scheme, Lack> {
        let from_target = || {
            let (scheme, _) = self.exchange.request.target.split_once("://")?;
            [Scheme::Http, Scheme::Https]
                .into_iter()
                .find(|known| known.as_str().eq_ignore_ascii_case(scheme))
        };
        self.exchange.scheme.or_else(from_target).ok_or(Lack::Scheme)
    }

    /// The bytes of the final response as they came; HTTP/1 only.
    pub(crate) fn raw(&self) -> Result<&Raw<'a>, Lack> {
        let bytes = self.exchange.raw_response.as_deref();
        self.raw.get_or_init(|| bytes.map(Raw::parse)).as_ref().ok_or(Lack::Raw)
    }
}

/// Does it begin as text does? Compressed content has control characters early on.
pub(crate) fn is_text(content: &[u8]) -> bool {
    let start = content.get(..64).unwrap_or(content);
    let is_control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n');
    let is_utf8 = match std::str::from_utf8(start) {
        Ok(_) => true,
        // A character may be cut at the end.
        Err(fault) => fault.error_len().is_none(),
    };
    !start.is_empty() && is_utf8 && !start.iter().any(is_control)
}

/// Browsers record what never was on a wire, such as pictures written into a page, as if it were an exchange.
fn is_local(target: &str) -> bool {
    let schemes = ["data:", "blob:", "about:", "file:", "chrome-extension:", "moz-extension:"];
    schemes.iter().any(|scheme| target.starts_with(scheme))
}
