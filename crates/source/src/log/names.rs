//! What the members of JSON logs are, by their names.

use super::part::{Part, Unit};

/// What a member is, and how sure its name makes that: of several the one with the lowest rank counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) part: Part,
    pub(super) rank: u8,
}

/// Objects that tell of something else than the request.
const ASIDE: &[&str] = &[
    "service",
    "route",
    "upstream",
    "consumer",
    "kubernetes",
    "labels",
    "tags",
    "geo",
    "user",
    "db",
    "error",
    "resource",
    "tls",
    "cookies",
    "query",
    "querystring",
    "params",
    "args",
    "body",
    "tries",
    "workspace",
    "metadata",
    "host",
    "agent",
    "process",
    "container",
    "cloud",
    "attributes.db",
    "authenticatedentity",
    "ecs",
    "log",
    "input",
];

/// Is an object of this name not looked into?
pub(super) fn is_aside(name: &[u8]) -> bool {
    let name = plain(name);
    name.ends_with("headers") || name.ends_with("header") || ASIDE.contains(&name.as_str())
}

/// Letters and digits alone, small.
fn plain(name: &[u8]) -> String {
    String::from_utf8_lossy(name)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// What a member is, by its path of names with points between.
pub(super) fn meaning(path: &[u8]) -> Meaning {
    let start = memchr::memrchr(b'.', path).map_or(0, |at| at + 1);
    let leaf = path.get(start..).unwrap_or_default();
    let parent = plain(path.get(..start).unwrap_or_default());
    let found = exact(leaf).or_else(|| whole(&plain(path), &parent)).or_else(|| by_leaf(&plain(leaf)));
    let (part, rank) = found.unwrap_or((Part::Ignored, u8::MAX));
    // What a request weighs is not what its response does.
    let is_of_request = matches!(parent.as_str(), "request" | "req") && matches!(part, Part::Bytes);
    if is_of_request { Meaning { part: Part::Ignored, rank: u8::MAX } } else { Meaning { part, rank } }
}

/// Traefik's names differ from others by their case.
fn exact(leaf: &[u8]) -> Option<(Part, u8)> {
    match leaf {
        b"Duration" => Some((Part::Duration(Unit::Nanoseconds), 0)),
        b"StartUTC" | b"@timestamp" | b"@t" => Some((Part::Time, 0)),
        b"OriginDuration" | b"Overhead" | b"StartLocal" => Some((Part::Ignored, 0)),
        // Serilog's milliseconds.
        b"Elapsed" => Some((Part::Duration(Unit::Milliseconds), 0)),
        _ => None,
    }
}

/// Kong, pino, the Elastic Common Schema.
fn whole(path: &str, parent: &str) -> Option<(Part, u8)> {
    match path {
        "latenciesrequest" => Some((Part::Duration(Unit::Milliseconds), 0)),
        "eventduration" => Some((Part::Duration(Unit::Nanoseconds), 0)),
        "startedat" => Some((Part::Time, 1)),
        "urloriginal" | "requesturi" | "requesturl" => Some((Part::Target, 1)),
        "urlpath" => Some((Part::Target, 3)),
        "sourceip" | "sourceaddress" | "clientip" | "clientaddress" => Some((Part::Client, 1)),
        "responsestatus" | "resstatuscode" => Some((Part::Status, 0)),
        _ if parent == "latencies" => Some((Part::Ignored, u8::MAX)),
        _ => None,
    }
}

fn by_leaf(leaf: &str) -> Option<(Part, u8)> {
    let found = match leaf {
        "time" | "ts" | "timestamp" | "timeiso8601" | "timelocal" | "datetime" | "starttime" => {
            (Part::Time, 1)
        }
        "edgestarttimestamp" | "requesttimeepoch" | "msec" | "t" => (Part::Time, 2),
        "eventtime" | "edgeendtimestamp" | "asctime" | "receivedat" => (Part::Time, 3),
        "date" => (Part::Time, 4),
        "request" | "requestline" | "httprequest" => (Part::Request, 0),
        "method"
        | "requestmethod"
        | "httpmethod"
        | "verb"
        | "clientrequestmethod"
        | "httprequestmethod"
        | "csmethod" => (Part::Method, 0),
        "requesturi" | "clientrequesturi" | "httptarget" | "requestpath" => (Part::Target, 1),
        "originalpath" | "xenvoyoriginalpath" | "httpurl" | "urlfull" | "requesturl" => (Part::Target, 2),
        "uri" | "target" | "csuristem" => (Part::Target, 3),
        "path" | "urlpath" | "clientrequestpath" => (Part::Target, 4),
        "url" => (Part::Target, 5),
        "host" | "httphost" | "requesthost" | "authority" | "vhost" | "clientrequesthost" | "servername" => {
            (Part::Host, 1)
        }
        "downstreamstatus" | "edgeresponsestatus" | "scstatus" | "httpresponsestatuscode" => {
            (Part::Status, 0)
        }
        "status" | "statuscode" | "responsecode" | "httpstatus" | "httpstatuscode" | "responsestatus"
        | "responsestatuscode" => (Part::Status, 1),
        "code" => (Part::Status, 3),
        "upstreamstatus" | "originstatus" | "originresponsestatus" => (Part::UpstreamStatus, 0),
        "useragent" | "httpuseragent" | "agent" | "clientrequestuseragent" | "csuseragent" => {
            (Part::UserAgent, 0)
        }
        "requestid" | "reqid" | "xrequestid" | "rayid" | "correlationid" | "httpxrequestid" => {
            (Part::RequestId, 0)
        }
        "route" | "httproute" | "routekey" | "resourcepath" | "resource" => (Part::Route, 0),
        _ => return by_measure(leaf),
    };
    Some(found)
}

/// Sizes, durations and addresses.
fn by_measure(leaf: &str) -> Option<(Part, u8)> {
    let found = match leaf {
        "bytes"
        | "bytessent"
        | "bodybytessent"
        | "size"
        | "responsesize"
        | "downstreamcontentsize"
        | "edgeresponsebytes"
        | "contentlength"
        | "responselength"
        | "scbytes"
        | "bytesout" => (Part::Bytes, 0),
        "requesttime" | "durations" | "durationseconds" | "elapsedseconds" | "timetaken" => {
            (Part::Duration(Unit::Seconds), 0)
        }
        "durationms"
        | "latencyms"
        | "elapsedms"
        | "responsetimems"
        | "tookms"
        | "timems"
        | "originresponsedurationms"
        | "responsetime"
        | "responselatency" => (Part::Duration(Unit::Milliseconds), 0),
        "durationus" | "latencyus" | "elapsedus" => (Part::Duration(Unit::Microseconds), 0),
        "durationns" | "latencyns" => (Part::Duration(Unit::Nanoseconds), 0),
        "duration" | "latency" | "elapsed" => (Part::Duration(Unit::ByForm), 0),
        "clientip" => (Part::Client, 0),
        "downstreamremoteaddress" => (Part::ClientPort, 2),
        "remoteaddr" | "remoteip" | "client" | "clienthost" | "clientaddress" | "clientaddr" | "ip"
        | "remotehost" | "remoteaddress" | "sourceip" | "cip" => (Part::Client, 1),
        _ => return None,
    };
    Some(found)
}
