//! Small grammars of fields that nothing but their own rule reads.

use std::ops::Range;

use super::Fault;
use super::date::{Form, HttpDate};
use super::link::{Link, links};
use super::list::{Param, elements, is_ows, is_quoted, is_token, split};
use super::media_type::MediaType;
use super::report;
use super::structured::{self, Bare, Item, Member};
use super::uri::Reference;
use crate::known::Known;

/// What is wrong with a value by the grammar of its field; `None` also for fields that are not known here.
pub(crate) fn fault(field: Known, value: &[u8]) -> Option<Fault> {
    let tokens = |why| each(value, is_token, why);
    #[expect(clippy::wildcard_enum_match_arm, reason = "most fields have a rule of their own")]
    match field {
        Known::ContentEncoding => tokens("not a content coding"),
        Known::AcceptRanges => empty(value).or_else(|| tokens("not a range unit")),
        Known::Connection => tokens("not a connection option")
            .or_else(|| each(value, is_of_connection, "a field for all recipients is no connection option")),
        Known::Vary | Known::Trailer => tokens("not a field name"),
        Known::ContentLanguage => each(value, is_language, "not a language tag"),
        Known::Upgrade => each(value, is_protocol, "not a protocol"),
        Known::Via => each(value, is_hop, "not of the form `1.1 proxy`"),
        Known::Accept => weight(value),
        Known::AcceptEncoding => each(value, is_weighted, "not a content coding with a weight"),
        Known::AcceptPatch | Known::AcceptPost => {
            each(value, |element| MediaType::parse(element).is_ok(), "not a media type")
        }
        Known::Sunset => {
            HttpDate::parse(value).is_none().then(|| Fault::new(0..value.len(), "not a date of HTTP"))
        }
        // RFC 7089, 2.1.1: of the three forms that one alone.
        Known::MementoDatetime => (HttpDate::parse(value).is_none_or(|date| date.form != Form::Imf))
            .then(|| Fault::new(0..value.len(), "not a date of HTTP")),
        Known::AuthenticationInfo | Known::ProxyAuthenticationInfo => {
            each(value, is_auth_param, "not a parameter with a value")
        }
        Known::Dav => each(value, is_compliance, "not a compliance class"),
        Known::ServerTiming => each(value, report::is_metric, "not of the form `db;dur=53`"),
        Known::Refresh => (!report::is_refresh(value))
            .then(|| Fault::new(0..value.len(), "not a number of seconds, perhaps with `; url=`")),
        Known::Nel | Known::ReportTo => report::objects(value).err(),
        Known::SecWebsocketVersion => {
            empty(value).or_else(|| each(value, is_websocket_version, "not a version of WebSocket"))
        }
        Known::ContentLocation => content_location(value).err(),
        Known::PreferenceApplied => {
            empty(value).or_else(|| each(value, is_preference, "not a preference without parameters"))
        }
        Known::ContentDisposition => disposition(value).err(),
        Known::Server => server(value).err(),
        Known::Link => link(value),
        Known::AltSvc if value == b"clear" => None,
        Known::AltSvc => {
            empty(value).or_else(|| each(value, is_alternative, "not of the form `h3=\":443\"`"))
        }
        // RFC 9209, 2, and RFC 9211, 2
        Known::CacheStatus | Known::ProxyStatus => items(
            value,
            |item| matches!(item, Bare::String(_) | Bare::Token(_)),
            "who says it is named by a String or a Token",
        ),
        Known::AcceptCh | Known::CriticalCh => {
            items(value, |item| matches!(item, Bare::Token(_)), "a hint is a Token, such as `Sec-CH-UA`")
        }
        Known::SpeculationRules => items(
            value,
            |item| matches!(item, Bare::String(_)),
            "an address is a String, such as `\"/rules.json\"`",
        ),
        Known::CdnCacheControl | Known::NoVarySearch | Known::Priority => structured::dictionary(value).err(),
        Known::ReportingEndpoints => {
            let is_string = |item: &Bare<'_>| matches!(item, Bare::String(_));
            values(value, is_string, "an endpoint is a String, such as `\"https://reports.example/\"`")
        }
        Known::ContentDigest | Known::ReprDigest => {
            // RFC 9530, 2
            let is_digest = |item: &Bare<'_>| matches!(item, Bare::Bytes(_));
            values(value, is_digest, "a digest is a byte sequence, such as `:X48E9q...:`")
        }
        _ => None,
    }
}

/// The first element of a list that is not what it has to be.
fn each(value: &[u8], is_right: impl Fn(&[u8]) -> bool, why: &'static str) -> Option<Fault> {
    let wrong = elements(value).find(|range| !value.get(range.clone()).is_some_and(&is_right));
    wrong.map(|range| Fault::new(range, why))
}

/// A list that has at least one element, and has none.
fn empty(value: &[u8]) -> Option<Fault> {
    elements(value).next().is_none().then(|| Fault::new(0..value.len(), "nothing, where one is the least"))
}

/// A connection option may be called as a field is, but not as one that is for everybody (RFC 9110, 7.6.1).
fn is_of_connection(option: &[u8]) -> bool {
    !matches!(
        Known::of(option),
        Some(
            Known::CacheControl
                | Known::ContentEncoding
                | Known::ContentType
                | Known::Date
                | Known::Etag
                | Known::Expires
                | Known::LastModified
                | Known::Location
                | Known::SetCookie
                | Known::Vary
        )
    )
}

/// A URI without fragment (RFC 9110, 8.7), and without user names (4.2.4).
fn content_location(value: &[u8]) -> Result<(), Fault> {
    let found = Reference::parse(value)?;
    if let Some(hash) = memchr::memchr(b'#', value) {
        return Err(Fault::new(hash..value.len(), "a fragment, which has no place here"));
    }
    if found.is_web() && found.userinfo().is_some() {
        return Err(Fault::new(0..value.len(), "a user name, which has no place here"));
    }
    Ok(())
}

/// A name with or without a value, and no parameters, which Prefer alone has (RFC 7240, 3).
fn is_preference(element: &[u8]) -> bool {
    split(element, b';').count() == 1 && Param::parse(element, 0..element.len()).is_ok()
}

/// Roughly a language tag (RFC 5646, 2.1): subtags of at most eight letters and digits.
fn is_language(element: &[u8]) -> bool {
    let mut subtags = element.split(|byte| *byte == b'-');
    let is_subtag =
        |subtag: &[u8]| matches!(subtag.len(), 1..=8) && subtag.iter().all(u8::is_ascii_alphanumeric);
    subtags.next().is_some_and(|first| is_subtag(first) && first.iter().all(u8::is_ascii_alphabetic))
        && subtags.all(is_subtag)
}

/// A name, perhaps with a version: `HTTP/2.0`, `websocket`.
fn is_protocol(element: &[u8]) -> bool {
    let mut parts = element.splitn(2, |byte| *byte == b'/');
    parts.next().is_some_and(is_token) && parts.next().is_none_or(is_token)
}

/// A protocol and who received it (RFC 9110, 7.6.3); names with a slash are let pass.
fn is_hop(element: &[u8]) -> bool {
    let mut words = element.split(|byte| is_ows(*byte)).filter(|word| !word.is_empty());
    words.next().is_some_and(is_protocol) && words.next().is_some()
}

/// A link has to say how it relates (RFC 8288, 3.3).
fn link(value: &[u8]) -> Option<Fault> {
    match links(value) {
        Ok(links) => {
            let has_relation =
                |link: &Link<'_>| link.params.iter().any(|param| param.is("rel") || param.is("rev"));
            if let Some(lost) = links.iter().find(|link| !has_relation(link)) {
                return Some(Fault::new(lost.bytes.clone(), "a link without `rel`"));
            }
            links.iter().find_map(|link| link_target(link).or_else(|| link_param(&link.params)))
        }
        Err(fault) => Some(fault),
    }
}

/// What stands between the angle brackets is a URI reference (RFC 8288, 3).
fn link_target(link: &Link<'_>) -> Option<Fault> {
    let Fault { bytes, why } = Reference::parse(link.target).err()?;
    // The target begins after the bracket.
    let start = link.bytes.start + 1;
    Some(Fault::new(start + bytes.start..start + bytes.end, why))
}

/// Parameters that a link has no more than once (RFC 8288, 3.3 and 3.4.1).
const ONCE: [&str; 6] = ["rel", "anchor", "media", "title", "title*", "type"];

/// The first parameter of a link that is there again, or that its own grammar refuses.
fn link_param(params: &[Param<'_>]) -> Option<Fault> {
    params.iter().enumerate().find_map(|(at, param)| {
        let is_again = params.iter().take(at).any(|earlier| earlier.name.eq_ignore_ascii_case(param.name));
        let why = if is_again && ONCE.iter().any(|name| param.is(name)) {
            "a parameter that may stand here only once"
        } else if (param.is("rel") || param.is("rev")) && param.plain().trim_ascii().is_empty() {
            "a relation without a name"
        } else if param.is("title*") && !is_extended(param.value.unwrap_or_default()) {
            NOT_EXTENDED
        } else if param.is("hreflang") && !is_language(&param.plain()) {
            "not a language tag"
        } else {
            return None;
        };
        Some(Fault::new(param.bytes.clone(), why))
    })
}

const NOT_EXTENDED: &str = "not of the form `UTF-8''caf%C3%A9`";

/// A character set, perhaps a language, and percent-encoded text; senders use UTF-8 alone (RFC 8187, 3.2).
fn is_extended(value: &[u8]) -> bool {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (Some(charset), Some(language), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(byte);
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => after,
            (byte, after) if is_plain(byte) => after,
            (_, _) => return false,
        };
    }
    charset.eq_ignore_ascii_case(b"utf-8") && (language.is_empty() || is_language(language))
}

/// A protocol with an authority, and parameters (RFC 7838, 3).
fn is_alternative(element: &[u8]) -> bool {
    let mut parts = split(element, b';').map(|range| Param::parse(element, range));
    let has_port = |authority: &[u8]| {
        let colon = authority.iter().rposition(|byte| *byte == b':');
        let port = colon.and_then(|colon| authority.get(colon + 1..)).unwrap_or_default();
        let is_host = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b',' | b'/' | b'"');
        !port.is_empty() && port.iter().all(u8::is_ascii_digit) && authority.iter().all(is_host)
    };
    let is_param = |param: Param<'_>| {
        param.value.is_some() && (!param.is("ma") || param.plain().iter().all(u8::is_ascii_digit))
    };
    parts.next().is_some_and(|first| first.is_ok_and(|first| first.is_quoted() && has_port(&first.plain())))
        && parts.all(|part| part.is_ok_and(is_param))
}

/// A list of items of one kind.
fn items(value: &[u8], is_right: impl Fn(&Bare<'_>) -> bool, why: &'static str) -> Option<Fault> {
    match structured::list(value) {
        Ok(members) => odd(members, is_right, why),
        Err(fault) => Some(fault),
    }
}

/// A dictionary with values of one kind.
fn values(value: &[u8], is_right: impl Fn(&Bare<'_>) -> bool, why: &'static str) -> Option<Fault> {
    match structured::dictionary(value) {
        Ok(members) => odd(members.into_iter().map(|(_, member)| member), is_right, why),
        Err(fault) => Some(fault),
    }
}

/// The first member that is no item of the right kind.
fn odd<'a>(
    members: impl IntoIterator<Item = Member<'a>>,
    is_right: impl Fn(&Bare<'_>) -> bool,
    why: &'static str,
) -> Option<Fault> {
    let is_odd = |member: &Member<'_>| !matches!(member, Member::Item(Item { value, .. }) if is_right(value));
    Some(Fault::new(members.into_iter().find(is_odd)?.bytes(), why))
}

/// A name and a value (RFC 9110, 11.2); SASL puts base64 there without quotes (RFC 7804, 5).
fn is_auth_param(element: &[u8]) -> bool {
    let Some(equals) = memchr::memchr(b'=', element) else { return false };
    let name = element.get(..equals).unwrap_or_default().trim_ascii_end();
    let given = element.get(equals + 1..).unwrap_or_default().trim_ascii_start();
    is_token(name) && (is_quoted(given) || is_base64(given) || is_token(given))
}

fn is_base64(text: &[u8]) -> bool {
    let digits = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    !digits.is_empty() && digits.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte))
}

/// A token, or an address in angle brackets, which may have been cut at a comma (RFC 4918, 10.1).
fn is_compliance(element: &[u8]) -> bool {
    is_token(element) || element.starts_with(b"<") || element.ends_with(b">")
}

/// A number up to 255 (RFC 6455, 4.3).
fn is_websocket_version(element: &[u8]) -> bool {
    let is_short = element == b"0" || !element.starts_with(b"0");
    is_short && std::str::from_utf8(element).is_ok_and(|text| text.parse::<u8>().is_ok())
}

/// The first weight that is none (RFC 9110, 12.4.2).
pub(crate) fn weight(value: &[u8]) -> Option<Fault> {
    let wrong = elements(value).find_map(|element| {
        let mut params = split(value.get(element.clone())?, b';').skip(1);
        params.find_map(|param| {
            let range = element.start + param.start..element.start + param.end;
            let text = value.get(range.clone())?;
            let is_weight =
                matches!(text, [b'q' | b'Q', rest @ ..] if rest.trim_ascii_start().first() == Some(&b'='));
            (is_weight && !is_qvalue(text.get(2..).unwrap_or_default())).then_some(range)
        })
    })?;
    Some(Fault::new(wrong, "not a weight, which is a number from 0 to 1 with at most three decimals"))
}

/// A weight (RFC 9110, 12.4.2).
const fn is_qvalue(text: &[u8]) -> bool {
    match text {
        [b'0' | b'1'] | [b'0' | b'1', b'.'] => true,
        [b'0', b'.', rest @ ..] => {
            matches!(
                rest,
                [b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9']
            )
        }
        [b'1', b'.', rest @ ..] => matches!(rest, b"0" | b"00" | b"000"),
        _ => false,
    }
}

fn is_weighted(element: &[u8]) -> bool {
    let mut parts = split(element, b';').map(|range| element.get(range).unwrap_or_default());
    parts.next().is_some_and(is_token)
        && parts.all(|part| {
            Param::parse(part, 0..part.len())
                .is_ok_and(|param| param.is("q") && is_qvalue(param.value.unwrap_or_default()))
        })
}

/// A word and parameters; white space may stand around `=` (RFC 6266, 4.1, after RFC 2616, 2.1).
fn disposition(value: &[u8]) -> Result<(), Fault> {
    let mut parts = split(value, b';');
    let kind = parts.next().unwrap_or(0..0);
    if !is_token(value.get(kind.clone()).unwrap_or_default()) {
        return Err(Fault::new(kind, "not a disposition"));
    }
    let is_wrong = |range: &Range<usize>| {
        let part = value.get(range.clone()).unwrap_or_default();
        let equals = memchr::memchr(b'=', part).unwrap_or(part.len());
        let name = part.get(..equals).unwrap_or_default().trim_ascii_end();
        let given = part.get(equals + 1..).unwrap_or_default().trim_ascii_start();
        !part.is_empty() && !(is_token(name) && (is_token(given) || is_quoted(given)))
    };
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for range in parts {
        if is_wrong(&range) {
            return Err(Fault::new(range, "neither a token nor a quoted string"));
        }
        let part = value.get(range.clone()).unwrap_or_default();
        let mut halves = part.splitn(2, |byte| *byte == b'=').map(<[u8]>::trim_ascii);
        let name = halves.next().unwrap_or_default().to_ascii_lowercase();
        // RFC 6266, 4.1 and 4.3
        if seen.contains(&name) {
            return Err(Fault::new(range, "a parameter that stands here twice"));
        }
        if name == b"filename*" && !is_extended(halves.next().unwrap_or_default()) {
            return Err(Fault::new(range, NOT_EXTENDED));
        }
        if !name.is_empty() && seen.len() < MOST_PARAMETERS {
            seen.push(name);
        }
    }
    Ok(())
}

/// There are not ten; more are somebody's attempt to keep us busy.
const MOST_PARAMETERS: usize = 64;

/// Products and comments, with white space between them (RFC 9110, 10.2.4).
fn server(value: &[u8]) -> Result<(), Fault> {
    let mut at = 0;
    while at < value.len() {
        let is_comment = at > 0 && value.get(at) == Some(&b'(');
        let end = if is_comment { comment_end(value, at)? } else { word_end(value, at) };
        if !is_comment && !is_protocol(value.get(at..end).unwrap_or_default()) {
            return Err(Fault::new(at..end, "not a product"));
        }
        let spaces = value.iter().skip(end).take_while(|byte| is_ows(**byte)).count();
        if spaces == 0 && end < value.len() {
            return Err(Fault::new(at..end, "no space after it"));
        }
        at = end + spaces;
    }
    Ok(())
}

fn word_end(value: &[u8], at: usize) -> usize {
    let length = value.iter().skip(at).take_while(|byte| !is_ows(**byte)).count();
    at + length
}

/// Where a comment ends; comments may stand within comments (RFC 9110, 5.6.5).
fn comment_end(value: &[u8], start: usize) -> Result<usize, Fault> {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = value.get(at) {
        match byte {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Ok(at.min(value.len()));
        }
    }
    let rest: Range<usize> = start..value.len();
    Err(Fault::new(rest, "a comment without end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_held_to_its_grammar() {
        for (field, value, wrong) in [
            (Known::ContentEncoding, "gzip, br", None),
            (Known::ContentEncoding, "gzip; q=1", Some(0..9)),
            (Known::ContentLanguage, "en-US, de", None),
            (Known::ContentLanguage, "de, en_US", Some(4..9)),
            (Known::Vary, "*", None),
            (Known::Vary, "Accept Origin", Some(0..13)),
            (Known::Upgrade, "HTTP/2.0, websocket", None),
            (Known::Via, "1.1 vegur, HTTP/2 proxy (a b)", None),
            (Known::Via, "kong/2.8", Some(0..8)),
            (Known::AcceptEncoding, "gzip;q=0.5, *", None),
            (Known::AcceptPatch, "application/merge-patch+json, text/x;a=b", None),
            (Known::AcceptPatch, "json", Some(0..4)),
            (Known::ContentDisposition, "attachment; filename=\"a b.csv\"; filename*=UTF-8''a%20b.csv", None),
            (Known::ContentDisposition, "inline;filename = a.csv;", None),
            (Known::ContentDisposition, "attachment; filename=a b.csv", Some(12..28)),
            (Known::ContentDisposition, "attachment; filename=a; filename=b", Some(24..34)),
            (Known::ContentDisposition, "attachment; filename*=\"a%20b.csv\"", Some(12..33)),
            (Known::ContentDisposition, "attachment; filename*=utf-8'de'%E2%82%AC.csv", None),
            (Known::ContentDisposition, "attachment; filename*=iso-8859-1''%A3.csv", Some(12..41)),
            (Known::Sunset, "Thu, 31 Dec 2026 23:59:59 GMT", None),
            (Known::Sunset, "2026-12-31", Some(0..10)),
            (Known::ContentLocation, "/a b", Some(2..3)),
            (Known::Link, "</a>; rel=next, <https://b.example/>; rel=\"a b\"; title*=UTF-8''x", None),
            (Known::Link, "/a; rel=next", Some(0..12)),
            (Known::Link, "</a>; rel=next, </b>; title=x", Some(16..29)),
            (Known::Link, "</a>; rel=next; rel=last", Some(16..24)),
            (Known::Link, "</a>; rel=next; hreflang=en_US", Some(16..30)),
            (Known::Link, "</a>; rel=next; hreflang=en; hreflang=\"de\"", None),
            (Known::Link, "</a>; rel=next; title*=Next", Some(16..27)),
            (Known::AltSvc, "clear", None),
            (Known::AltSvc, "h3=\":443\"; ma=2592000,h3-29=\"alt.example:443\"; persist=1", None),
            (Known::AltSvc, "h2=:443", Some(0..7)),
            (Known::AltSvc, "h2=\"alt.example\"", Some(0..16)),
            (Known::AltSvc, "h2=\"[2001:db8::1]:443\"", None),
            (Known::AcceptCh, "DPR, Sec-CH-UA-Arch", None),
            (Known::ContentDigest, "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", None),
            (Known::ContentDigest, "sha-256=\"abc\"", Some(8..13)),
            (Known::CdnCacheControl, "max-age=60, public", None),
            (Known::Server, "nginx/1.29 (Ubuntu) mod_x/2 (a (b) c)", None),
            (Known::Accept, "text/html;level=1;Q=0.5, */*;q=0.25;ext=q", None),
            (Known::Accept, "text/html, */*;q=0.3333", Some(15..23)),
            (Known::Accept, "text/html;q=1.5", Some(10..15)),
            (Known::Accept, "text/html;q=1.000, a/b; q=0.", None),
            (Known::Accept, "text/html;q =0.5", Some(10..16)),
            (Known::AcceptEncoding, "br;q=-1", Some(0..7)),
            (Known::AuthenticationInfo, "rspauth=\"6629\", cnonce=\"a\", nc=00000001, qop=auth", None),
            (Known::AuthenticationInfo, "sid=AAAB, data=biwsbj11c2VyLHI=", None),
            (Known::AuthenticationInfo, "nextnonce=\"a\", b", Some(15..16)),
            (Known::Dav, "1, 2, access-control, <http://apache.org/dav/propset/fs/1>", None),
            (Known::Dav, "1, 2 3", Some(3..6)),
            (Known::ServerTiming, "miss, db;dur=53, cache;desc=\"a, b\";dur=2.4", None),
            (Known::ServerTiming, "db=53", Some(0..5)),
            (Known::ServerTiming, "a, db;dur", Some(3..9)),
            (Known::MementoDatetime, "Tue, 11 Sep 2001 20:35:00 GMT", None),
            (Known::MementoDatetime, "20010911203500", Some(0..14)),
            (Known::Refresh, "5;url=/a", None),
            (Known::Refresh, "0.5, /a", None),
            (Known::Refresh, "/a", Some(0..2)),
            (Known::Nel, r#"{"report_to":"a","max_age":1}"#, None),
            (Known::ReportTo, r#"{"group":"a","max_age":1,"endpoints":[]},{"max_age":0}"#, None),
            (Known::ReportTo, r#"{"group":"a""#, Some(0..12)),
            (Known::CriticalCh, "\"Sec-CH-UA\"", Some(0..11)),
            (Known::SpeculationRules, "\"/rules.json\", \"/a\"", None),
            (Known::SpeculationRules, "/rules.json", Some(0..1)),
            (Known::NoVarySearch, "key-order, params=(\"a\" \"b\"), except=()", None),
            (Known::NoVarySearch, "params=(\"a\"", Some(10..11)),
            (Known::ReportingEndpoints, "a=\"https://r.example/\", b=\"/r\"", None),
            (Known::ReportingEndpoints, "a=https://r.example/", Some(2..20)),
            (Known::SecWebsocketVersion, "13, 8", None),
            (Known::SecWebsocketVersion, "13, x", Some(4..5)),
            (Known::Server, "", None),
            (Known::Server, "Jetty(9.4)", Some(0..10)),
            (Known::Server, "a, b", Some(0..2)),
            (Known::Server, "a (b", Some(2..4)),
            (Known::Server, "(a)", Some(0..3)),
        ] {
            let found = fault(field, value.as_bytes()).map(|fault| fault.bytes);
            assert_eq!(found, wrong, "{}: {value}", field.as_str());
        }
    }
}
