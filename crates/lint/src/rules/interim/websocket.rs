//! The handshake of WebSocket (RFC 6455).

use super::status;
use crate::Place;
use crate::case::Case;
use crate::field::list::{elements, has_element};
use crate::field::websocket::accept;
use crate::known::Known;
use crate::section::{Line, Section};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

/// The key of a WebSocket handshake.
pub(super) fn key<'a>(case: &Case<'a>) -> Result<&'a [u8], Lack> {
    Ok(case.request()?.line(Known::SecWebsocketKey).ok_or(Lack::Request)?.value)
}

pub(super) fn wrong_accept(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    if !fields.lines(Known::Upgrade).any(|line| has_element(line.value, b"websocket")) {
        return Ok(Verdict::Silent);
    }
    // A key that is none was perhaps blackened by the recorder.
    let right = accept(key(case)?).ok_or(Lack::Request)?;
    let fix = format!("sec-websocket-accept: {right}");
    let Some(line) = fields.line(Known::SecWebsocketAccept) else {
        return Ok(status().saying("`Sec-WebSocket-Accept` is missing").fix(fix).into());
    };
    Ok(Verdict::flag_if(line.value != right.as_bytes(), || {
        Flag::at(Place::value(line.number, 0..line.value.len()))
            .saying("that is not the hash of the client's key")
            .fix(fix)
    }))
}

/// The version of RFC 6455; there is no other.
const VERSION: &[u8] = b"13";

/// The elements of a field's lines, parameters left out: `permessage-deflate` of `permessage-deflate; x=1`.
fn names<'a>(section: &Section<'a>, field: Known) -> Vec<(Line<'a>, std::ops::Range<usize>, &'a [u8])> {
    let of = |line: Line<'a>| {
        elements(line.value).filter_map(move |range| {
            let name = line.value.get(range.clone())?.split(|byte| *byte == b';').next()?;
            Some((line, range, name.trim_ascii()))
        })
    };
    section.lines(field).flat_map(of).collect()
}

/// RFC 6455, 4.1: the client fails the connection when it is given what it did not ask for.
pub(super) fn not_offered(case: &Case<'_>) -> Opinion {
    // Who did not record the key did not record the rest either.
    key(case)?;
    let (fields, request) = (case.fields()?, case.request()?);
    let mut flags = Vec::new();
    for (field, what) in
        [(Known::SecWebsocketProtocol, "subprotocol"), (Known::SecWebsocketExtensions, "extension")]
    {
        let offered = names(request, field);
        for (line, range, name) in names(fields, field) {
            if !offered.iter().any(|(_, _, other)| *other == name) {
                let message =
                    format!("the client did not offer the {what} `{}`", String::from_utf8_lossy(name));
                flags.push(Flag::at(Place::value(line.number, range)).saying(message));
            }
        }
    }
    Ok(Verdict::from_flags(flags))
}

/// RFC 6455, 4.2.2: whoever refuses a version names those that it knows.
pub(super) fn version_untold(case: &Case<'_>) -> Opinion {
    let Some(asked) = case.request()?.line(Known::SecWebsocketVersion) else { return Ok(Verdict::Silent) };
    if asked.value == VERSION {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!case.fields()?.has(Known::SecWebsocketVersion), || {
        let message = format!(
            "the client speaks version {} of WebSocket, and is not told which one to use",
            String::from_utf8_lossy(asked.value)
        );
        status().saying(message).fix("sec-websocket-version: 13")
    }))
}
