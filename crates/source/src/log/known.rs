//! The text formats that are known by name.

use super::{Pattern, PatternError};

/// Name for the command line, name for people, pattern in the language of nginx's `log_format`. The more precise ones
/// come first: what they understand, others would as well.
const PATTERNS: &[(&str, &str, &str)] = &[
    (
        "ingress-nginx",
        "ingress-nginx",
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id",
    ),
    (
        "traefik",
        "Traefik",
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $count \"$router\" \"$server\" ${duration_ms}ms",
    ),
    // Istio's ends with the route's name, which is no path.
    (
        "istio",
        "Istio",
        "[$time] \"$request\" $status $flags $details $termination \"$failure\" $received $body_bytes_sent $duration_ms $upstream_ms \"$http_x_forwarded_for\" \"$http_user_agent\" \"$request_id\" \"$host\" \"$upstream\" $cluster $local $downstream $client_port $sni $route_name",
    ),
    (
        "envoy",
        "Envoy",
        "[$time] \"$request\" $status $flags $received $body_bytes_sent $duration_ms $upstream_ms \"$http_x_forwarded_for\" \"$http_user_agent\" \"$request_id\" \"$host\" \"$upstream\"",
    ),
    (
        "alb",
        "AWS ALB",
        "$type $time $elb $client_port $target_port $request_time $more_seconds $more_seconds $status $upstream_status $received $bytes_sent \"$request\" \"$http_user_agent\" $cipher $protocol $group \"$trace\" \"$host\" $more",
    ),
    (
        "elb",
        "AWS ELB",
        "$time $elb $client_port $target_port $request_time $more_seconds $more_seconds $status $upstream_status $received $bytes_sent \"$request\" \"$http_user_agent\" $cipher $protocol",
    ),
    (
        "s3",
        "AWS S3",
        "$owner $bucket [$time_local] $remote_addr $requester $request_id $operation $key \"$request\" $status $error $bytes_sent $size $duration_ms $turn \"$http_referer\" \"$http_user_agent\" $more",
    ),
    (
        "haproxy-clf",
        "HAProxy CLF",
        "$remote_addr - - [$time] \"$request\" $status $bytes_sent \"\" \"\" $port $milli $frontend $backend $server $tr $tw $tc $response $duration_ms $more",
    ),
    (
        "haproxy",
        "HAProxy",
        "$client_port [$time] $frontend $backend $tr/$tw/$tc/$response/$duration_ms $status $bytes_sent $request_cookie $response_cookie $termination $connections $queues $captures\"$request\"",
    ),
    (
        "haproxy-https",
        "HAProxy HTTPS",
        "$client_port [$time] $frontend $backend $tr/$tw/$tc/$response/$duration_ms $status $bytes_sent $request_cookie $response_cookie $termination $connections $queues $captures\"$request\" $more",
    ),
    (
        "vhost",
        "combined with the host before it",
        "$host $remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"",
    ),
    (
        "combined",
        "combined",
        "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"",
    ),
    (
        "",
        "combined with more behind it",
        "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $rest",
    ),
    (
        "",
        "common with the host before it",
        "$host $remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent",
    ),
    (
        "common",
        "common",
        "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent",
    ),
    (
        "",
        "common with more behind it",
        "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent $rest",
    ),
    (
        "uwsgi",
        "uWSGI",
        "[$process] $remote_addr ($user) {$variables} [$time] $request_method $request_uri => generated $bytes_sent bytes in $duration_ms msecs ($protocol $status) $more",
    ),
    ("gin", "Gin", "[GIN] $time | $status | $duration | $remote_addr | $request_method \"$request_uri\""),
    ("django", "Django", "[$time] \"$request\" $status $body_bytes_sent"),
];

/// Those that write no time.
const TIMELESS: &[(&str, &str, &str)] = &[
    ("uvicorn", "Uvicorn", "INFO:     $client_port - \"$request\" $status $phrase"),
    ("", "Uvicorn", "INFO: $client_port - \"$request\" $status $phrase"),
];

/// Name for the command line, name for people, and the pattern, most precise first.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, Pattern)> {
    let timed = PATTERNS.iter().map(|(name, title, text)| (*name, *title, Pattern::compile(text)));
    let timeless = TIMELESS.iter().map(|(name, title, text)| (*name, *title, Pattern::timeless(text)));
    timed.chain(timeless).filter_map(|(name, title, pattern)| Some((name, title, pattern.ok()?)))
}

/// A pattern by its name, or compiled.
pub(super) fn named(text: &str) -> Result<Pattern, PatternError> {
    let known = all().find(|(name, _, _)| *name == text && !text.is_empty());
    known.map_or_else(|| Pattern::compile(text), |(_, _, pattern)| Ok(pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_format_compiles() {
        assert_eq!(all().count(), PATTERNS.len() + TIMELESS.len());
    }
}
