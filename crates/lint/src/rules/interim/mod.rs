//! Interim responses, and the switch to another protocol.

mod websocket;

use statusquo_exchange::Version;

use crate::Place;
use crate::case::Case;
use crate::content::MOST_READ;
use crate::field::link::{Link, links};
use crate::field::list::{elements, has_element};
use crate::field::websocket::accept;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::section::Section;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(in crate::rules) const CHECKS: &[Check] = &[
    Check::new("interim-to-http10", When::Informational, interim_to_http10),
    Check::new("interim-with-content", When::Informational, with_content),
    Check::new("interim-content-length", When::Informational, content_length),
    Check::new("interim-transfer-encoding", When::Informational, transfer_encoding),
    Check::new("continue-unsolicited", When::Informational, continue_unsolicited),
    Check::new("continue-without-final", When::Code(100), continue_without_final),
    Check::new("expectation-failed-for-100", When::Code(417), failed_for_100),
    Check::new("expectation-failed-without-expect", When::Code(417), failed_without_expect),
    Check::new("switching-no-upgrade-header", When::Code(101), no_upgrade_field),
    Check::new("switching-not-requested", When::Code(101), switching_not_requested),
    Check::new("switching-no-connection-option", When::Field(Known::Upgrade), no_connection_option),
    Check::new("switching-in-http2", When::Code(101), switching_in_http2),
    Check::new("switching-to-http10", When::Code(101), switching_to_http10),
    Check::new("websocket-accept-wrong", When::Code(101), websocket::wrong_accept),
    Check::new("websocket-answer-not-offered", When::Code(101), websocket::not_offered),
    Check::new("websocket-version-untold", When::Codes(&[400, 426]), websocket::version_untold),
    Check::new("early-hints-without-link", When::Informational, hints_without_link),
    Check::new("early-hints-not-in-final", When::Informational, hints_not_in_final),
    Check::new("early-hints-over-http1", When::Informational, hints_over_http1),
    Check::new("upload-resumption-draft-104", When::Informational, upload_resumption),
];

fn status() -> Flag {
    Flag::at(Place::StatusLine)
}

/// Did the client speak HTTP/1.0?
fn is_asked_in_http10(case: &Case<'_>) -> Result<bool, Lack> {
    Ok(case.exchange.request.version.ok_or(Lack::Version)? == Version::Http10)
}

/// The request as it was sent. Where Host is missing, a program's own fields were recorded, to which its library adds
/// others such as Expect.
fn request_as_sent<'c, 'a>(case: &'c Case<'a>) -> Result<&'c Section<'a>, Lack> {
    let request = case.request()?;
    let needs_host = case.exchange.request.version.is_none_or(|version| version == Version::Http11);
    if needs_host && !request.has(Known::Host) { Err(Lack::Request) } else { Ok(request) }
}

/// Did the recorder leave out what belongs to the connection? Without Upgrade there is no handshake of WebSocket.
fn has_lost_upgrade(request: &Section<'_>) -> bool {
    request.has(Known::SecWebsocketKey) && !request.has(Known::Upgrade)
}

/// Does the request expect a 100?
fn expects_continue(request: &Section<'_>) -> bool {
    request.lines(Known::Expect).any(|line| has_element(line.value, b"100-continue"))
}

fn interim_to_http10(case: &Case<'_>) -> Opinion {
    // A 101 has a rule of its own.
    let Some(one) = case.informational().find(|one| one.code() != 101) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(is_asked_in_http10(case)?, || {
        Flag::at(one.status_line()).saying(format!("{} was sent to a client of HTTP/1.0", one.code()))
    }))
}

fn with_content(case: &Case<'_>) -> Opinion {
    // What follows a 101 belongs to the other protocol.
    let mut ones = case.informational().filter(|one| one.code() != 101).peekable();
    if ones.peek().is_none() {
        return Ok(Verdict::Silent);
    }
    if let Some(bytes) = case.raw().ok().and_then(|raw| raw.after_interim.clone()) {
        return Ok(Flag::at(Place::Raw(bytes)).saying("content stands after an interim response").into());
    }
    let has_content = ones.find(|one| {
        let content = one.response.content.bytes();
        content.is_some_and(|content| !content.is_empty()) || !one.response.trailers.is_empty()
    });
    Ok(has_content.map_or(Verdict::Clean, |one| Flag::at(one.status_line()).into()))
}

/// Flags a field that no 1xx response may have.
fn forbidden(case: &Case<'_>, field: Known) -> Opinion {
    let found =
        case.informational().flat_map(move |one| one.lines(field).map(move |line| one.line(line.number)));
    Ok(Verdict::from_flags(found.map(Flag::at).collect()))
}

fn content_length(case: &Case<'_>) -> Opinion {
    forbidden(case, Known::ContentLength)
}

fn transfer_encoding(case: &Case<'_>) -> Opinion {
    forbidden(case, Known::TransferEncoding)
}

fn continue_unsolicited(case: &Case<'_>) -> Opinion {
    let Some(one) = case.informational().find(|one| one.code() == 100) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(!expects_continue(request_as_sent(case)?), || Flag::at(one.status_line())))
}

fn continue_without_final(case: &Case<'_>) -> Opinion {
    case.raw()?;
    let sent = case.request_content()?.len();
    let announced = case.request()?.text(Known::ContentLength).and_then(|length| length.parse().ok());
    // A client that gave up before all was sent gets no answer.
    if announced != Some(sent) {
        return Ok(Verdict::Silent);
    }
    Ok(status().into())
}

fn failed_for_100(case: &Case<'_>) -> Opinion {
    let mut expected = case.request()?.lines(Known::Expect).peekable();
    if expected.peek().is_none() {
        return Ok(Verdict::Silent);
    }
    let is_only = expected.all(|line| line.value.eq_ignore_ascii_case(b"100-continue"));
    Ok(Verdict::flag_if(is_only, status))
}

fn failed_without_expect(case: &Case<'_>) -> Opinion {
    Ok(Verdict::flag_if(!request_as_sent(case)?.has(Known::Expect), status))
}

/// Is it a 101 by a label of HTTP/2 or later, and not by an evident mistake of a recorder?
fn is_in_http2(case: &Case<'_>) -> Result<bool, Lack> {
    if !case.is_http2_or_later()? {
        return Ok(false);
    }
    // This proof is made in HTTP/1.1 only (RFC 8441, 5).
    let is_handshake = websocket::key(case).is_ok_and(|key| {
        let found = case.fields().ok().and_then(|fields| fields.text(Known::SecWebsocketAccept));
        accept(key).is_some() && accept(key).as_deref() == found
    });
    if is_handshake { Err(Lack::Version) } else { Ok(true) }
}

fn no_upgrade_field(case: &Case<'_>) -> Opinion {
    if is_in_http2(case) == Ok(true) {
        return Ok(Verdict::Silent);
    }
    let has = case.fields()?.has(Known::Upgrade);
    if !has && case.request().is_ok_and(has_lost_upgrade) {
        return Err(Lack::Fields);
    }
    Ok(Verdict::flag_if(!has, || status().fix("upgrade: websocket")))
}

/// Is the protocol that was chosen this one that was offered? Either may leave the version out.
fn is_same_protocol(offered: &[u8], chosen: &[u8]) -> bool {
    let name = |protocol: &[u8]| protocol.split(|byte| *byte == b'/').next().map(<[u8]>::to_ascii_lowercase);
    let has_version = |protocol: &[u8]| protocol.contains(&b'/');
    let is_exact = has_version(offered) && has_version(chosen);
    if is_exact { offered.eq_ignore_ascii_case(chosen) } else { name(offered) == name(chosen) }
}

fn switching_not_requested(case: &Case<'_>) -> Opinion {
    let request = request_as_sent(case)?;
    if has_lost_upgrade(request) {
        return Err(Lack::Request);
    }
    let offers: Vec<_> = request.lines(Known::Upgrade).collect();
    let is_offered = |chosen: &[u8]| {
        let mut offered = offers.iter().flat_map(|line| elements(line.value).map(|at| line.value.get(at)));
        offered.any(|offered| offered.is_some_and(|offered| is_same_protocol(offered, chosen)))
    };
    let mut wrong = Vec::new();
    for line in case.fields()?.lines(Known::Upgrade) {
        for bytes in elements(line.value) {
            let chosen = line.value.get(bytes.clone()).unwrap_or_default();
            // TLS/1.0, HTTP/1.1: what is below comes first (RFC 2817, 3.3).
            if !chosen.eq_ignore_ascii_case(b"HTTP/1.1") && !is_offered(chosen) {
                let message = format!("the client did not offer `{}`", String::from_utf8_lossy(chosen));
                wrong.push(Flag::at(Place::value(line.number, bytes)).saying(message));
            }
        }
    }
    Ok(Verdict::from_flags(wrong))
}

/// Does the Connection field name Upgrade?
fn has_option(section: &Section<'_>) -> bool {
    section.lines(Known::Connection).any(|line| has_element(line.value, b"upgrade"))
}

fn no_connection_option(case: &Case<'_>) -> Opinion {
    let (fields, request) = (case.fields()?, case.request()?);
    let Some(line) = fields.line(Known::Upgrade) else { return Ok(Verdict::Silent) };
    if case.is_http2_or_later()? {
        return Ok(Verdict::Silent);
    }
    // A recorder that left Connection out of one message left it out of the other.
    let is_handshake = request.has_any(&[Known::Upgrade, Known::SecWebsocketKey]);
    if is_handshake && !request.has(Known::Connection) && !fields.has(Known::Connection) {
        return Err(Lack::Fields);
    }
    // Elsewhere it is an offer, which a proxy may have passed on and a recorder may have kept half of.
    let is_offer = !matches!(case.number(), 101 | 426);
    if is_offer && case.raw().is_err() && !fields.has(Known::Connection) {
        return Err(Lack::Fields);
    }
    Ok(Verdict::flag_if(!has_option(fields), || {
        Flag::at(Place::line(line.number)).fix("connection: upgrade")
    }))
}

fn switching_in_http2(case: &Case<'_>) -> Opinion {
    Ok(Verdict::flag_if(is_in_http2(case)?, status))
}

fn switching_to_http10(case: &Case<'_>) -> Opinion {
    Ok(Verdict::flag_if(is_asked_in_http10(case)?, status))
}

fn hints_without_link(case: &Case<'_>) -> Opinion {
    let mut hints = case.informational().filter(|one| one.code() == 103).peekable();
    if hints.peek().is_none() {
        return Ok(Verdict::Silent);
    }
    let empty = hints.find(|one| !one.has(Known::Link));
    Ok(empty.map_or(Verdict::Clean, |one| Flag::at(one.status_line()).into()))
}

/// Is it something to load or to connect to ahead?
fn is_hint(link: &Link<'_>) -> bool {
    link.is_rel(&["preload", "modulepreload", "preconnect", "prefetch", "dns-prefetch"])
}

fn hints_not_in_final(case: &Case<'_>) -> Opinion {
    let mut hints = case.informational().filter(|one| one.code() == 103).peekable();
    if hints.peek().is_none() || !case.code.is_success() {
        return Ok(Verdict::Silent);
    }
    let fields = case.fields()?;
    let of_final: Vec<_> =
        fields.lines(Known::Link).flat_map(|line| links(line.value).unwrap_or_default()).collect();
    let content = case.beginning().unwrap_or_default();
    let start = content.get(..MOST_READ).unwrap_or(content);
    let is_repeated = |hint: &Link<'_>| {
        of_final.iter().any(|link| link.target == hint.target)
            || memchr::memmem::find(start, hint.target).is_some()
    };
    let lost = hints.find_map(|one| {
        let lines = one.lines(Known::Link);
        let mut all = lines.flat_map(|line| {
            links(line.value).unwrap_or_default().into_iter().map(move |link| (line.number, link))
        });
        let (line, link) = all.find(|(_, link)| is_hint(link) && !is_repeated(link))?;
        Some((one.line(line), String::from_utf8_lossy(link.target).into_owned()))
    });
    Ok(lost.map_or(Verdict::Clean, |(place, target)| {
        Flag::at(place).saying(format!("the final response does not link to `{target}`")).into()
    }))
}

fn hints_over_http1(case: &Case<'_>) -> Opinion {
    let Some(one) = case.informational().find(|one| one.code() == 103) else { return Ok(Verdict::Silent) };
    let version = one.response.version.ok_or(Lack::Version).or_else(|_| case.version())?;
    Ok(Verdict::flag_if(version < Version::Http2, || Flag::at(one.status_line())))
}

fn upload_resumption(case: &Case<'_>) -> Opinion {
    let Some(one) = case.informational().find(|one| one.code() == 104) else { return Ok(Verdict::Silent) };
    let spoken = case.request()?.line(Known::UploadDraftInteropVersion).map(|line| line.value);
    let answered = one.lines(Known::UploadDraftInteropVersion).next();
    let what = if spoken.is_none() {
        "the client does not say that it knows this draft"
    } else if answered.is_some_and(|line| Some(line.value) != spoken) {
        "the client speaks another version of this draft"
    } else if !one.has(Known::Location) && !one.has(Known::UploadOffset) {
        "it says neither where the upload is nor how far it got"
    } else {
        return Ok(Verdict::Clean);
    };
    Ok(Flag::at(one.status_line()).saying(what).into())
}
