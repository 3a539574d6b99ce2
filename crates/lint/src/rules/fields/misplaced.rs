//! Fields where they mean nothing, mean nothing any more, or tell too much.

use super::at;
use crate::case::Case;
use crate::known::Known;
use crate::section::Line;
use crate::verdict::{Opinion, Verdict};

/// Fields that only mean something in requests. Accept and Accept-Encoding may answer as well (RFC 9110, 12.5).
const OF_REQUESTS: &[Known] = &[
    Known::AcceptCharset,
    Known::AcceptLanguage,
    Known::AccessControlRequestHeaders,
    Known::AccessControlRequestMethod,
    Known::Authorization,
    Known::Cookie,
    Known::Expect,
    Known::From,
    Known::Host,
    Known::IfMatch,
    Known::IfModifiedSince,
    Known::IfNoneMatch,
    Known::IfRange,
    Known::IfUnmodifiedSince,
    Known::MaxForwards,
    Known::ProxyAuthorization,
    Known::Range,
    Known::Referer,
    Known::Te,
    Known::UserAgent,
];

/// Fields that nobody should send any more, and why.
const DEPRECATED: &[(Known, &str)] = &[
    (Known::ContentMd5, "use Content-Digest (RFC 9530)"),
    (Known::Digest, "use Content-Digest or Repr-Digest (RFC 9530)"),
    (Known::P3p, "no browser reads it"),
    (Known::PublicKeyPins, "browsers gave it up: it locked owners out of their sites"),
    (Known::ExpectCt, "browsers check certificate transparency without it"),
    (Known::FeaturePolicy, "use Permissions-Policy"),
    (Known::XXssProtection, "use Content-Security-Policy"),
    (Known::XUaCompatible, "the browser that read it is gone"),
    (Known::SetCookie2, "obsolete since RFC 6265"),
];

/// Operating systems and the like, as servers name them in comments.
const SYSTEMS: &[&str] = &[
    "ubuntu", "debian", "centos", "red hat", "fedora", "suse", "amazon", "unix", "linux", "win32", "win64",
    "freebsd", "darwin", "macos",
];

pub(super) fn request_field(case: &Case<'_>) -> Opinion {
    let is_such = |line: &Line<'_>| {
        line.known.is_some_and(|field| OF_REQUESTS.contains(&field))
            // Resumable uploads of Google answer 308 with the range that has come.
            && !(line.known == Some(Known::Range) && case.number() == 308)
    };
    let flags = case.fields()?.every().filter(is_such).take(3).map(|line| {
        at(&line).saying(format!("{} means nothing in a response", line.known.map_or("", Known::as_str)))
    });
    Ok(Verdict::from_flags(flags.collect()))
}

pub(super) fn location(case: &Case<'_>) -> Opinion {
    let has_meaning =
        case.code.is_redirection() || matches!(case.number(), 201 | 202) || case.method_is(&["QUERY"]);
    let line = case.fields()?.line(Known::Location).filter(|_| !has_meaning);
    Ok(line.map_or(Verdict::Clean, |line| {
        at(&line).saying(format!("nobody has said what Location means with {}", case.number())).into()
    }))
}

pub(super) fn content_range(case: &Case<'_>) -> Opinion {
    let has_meaning = matches!(case.number(), 206 | 416);
    let line = case.fields()?.line(Known::ContentRange).filter(|_| !has_meaning);
    Ok(line.map_or(Verdict::Clean, |line| {
        at(&line).saying(format!("Content-Range has no meaning with {}", case.number())).into()
    }))
}

pub(super) fn deprecated(case: &Case<'_>) -> Opinion {
    let flags = case.fields()?.every().filter_map(|line| {
        let (field, why) = DEPRECATED.iter().find(|(field, _)| line.known == Some(*field))?;
        // `0` turns off a filter that did harm.
        let is_switch_off = *field == Known::XXssProtection && line.value.first() == Some(&b'0');
        (!is_switch_off).then(|| at(&line).saying(format!("{}: {why}", field.as_str())))
    });
    Ok(Verdict::from_flags(flags.take(5).collect()))
}

pub(super) fn verbose(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let server = fields.line(Known::Server).filter(|line| line.text().is_some_and(is_verbose));
    let others = [
        Known::XPoweredBy,
        Known::XAspnetVersion,
        Known::XAspnetmvcVersion,
        Known::XRuntime,
        Known::XBackendServer,
    ];
    let lines = server.into_iter().chain(others.into_iter().filter_map(|field| fields.line(field)));
    let flags = lines.map(|line| {
        let (name, value) = (line.known.map_or("", Known::as_str), String::from_utf8_lossy(line.value));
        // RFC 9110, 10.2.4, speaks of Server alone, and of subproducts that others added to it.
        let is_subproducts = line.known == Some(Known::Server) && products(&value) > 2;
        at(&line).saying(format!("{name} tells everybody `{value}`")).advising(!is_subproducts)
    });
    Ok(Verdict::from_flags(flags.collect()))
}

/// More than a product and its version: a system, modules, or very much.
fn is_verbose(server: &str) -> bool {
    let lower = server.to_ascii_lowercase();
    let names_system = lower.contains('(') && SYSTEMS.iter().any(|system| lower.contains(system));
    server.len() > 64 || products(server) > 1 || names_system
}

/// How many products with a version it names.
fn products(server: &str) -> usize {
    server.split(' ').filter(|word| word.contains('/')).count()
}
