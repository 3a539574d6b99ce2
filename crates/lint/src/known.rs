//! The fields that rules speak of.

/// Makes the list of fields: a variant and the name as registered, for each.
macro_rules! known {
    ($($variant:ident = $name:literal,)*) => {
        /// A field that rules speak of, so that it is found without comparing text again and again.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Known { $(#[doc = $name] $variant,)* }

        impl Known {
            pub(crate) const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $name),)*];
            /// How many there are.
            pub(crate) const COUNT: usize = Self::ALL.len();

            /// The name as it is registered.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

known! {
    AIm = "A-IM",
    Accept = "Accept",
    AcceptCh = "Accept-CH",
    AcceptCharset = "Accept-Charset",
    AcceptEncoding = "Accept-Encoding",
    AcceptLanguage = "Accept-Language",
    AcceptPatch = "Accept-Patch",
    AcceptPost = "Accept-Post",
    AcceptQuery = "Accept-Query",
    AcceptRanges = "Accept-Ranges",
    AccessControlAllowCredentials = "Access-Control-Allow-Credentials",
    AccessControlAllowHeaders = "Access-Control-Allow-Headers",
    AccessControlAllowMethods = "Access-Control-Allow-Methods",
    AccessControlAllowOrigin = "Access-Control-Allow-Origin",
    AccessControlExposeHeaders = "Access-Control-Expose-Headers",
    AccessControlMaxAge = "Access-Control-Max-Age",
    AccessControlRequestHeaders = "Access-Control-Request-Headers",
    AccessControlRequestMethod = "Access-Control-Request-Method",
    Age = "Age",
    Allow = "Allow",
    AltSvc = "Alt-Svc",
    AuthenticationInfo = "Authentication-Info",
    Authorization = "Authorization",
    AzureAsyncoperation = "Azure-AsyncOperation",
    CacheControl = "Cache-Control",
    CacheStatus = "Cache-Status",
    CdnCacheControl = "CDN-Cache-Control",
    CfRay = "CF-Ray",
    ClearSiteData = "Clear-Site-Data",
    Connection = "Connection",
    ContentDigest = "Content-Digest",
    ContentDisposition = "Content-Disposition",
    ContentEncoding = "Content-Encoding",
    ContentLanguage = "Content-Language",
    ContentLength = "Content-Length",
    ContentLocation = "Content-Location",
    ContentMd5 = "Content-MD5",
    ContentRange = "Content-Range",
    ContentSecurityPolicy = "Content-Security-Policy",
    ContentSecurityPolicyReportOnly = "Content-Security-Policy-Report-Only",
    ContentType = "Content-Type",
    Cookie = "Cookie",
    CorrelationId = "Correlation-Id",
    CriticalCh = "Critical-CH",
    CrossOriginEmbedderPolicy = "Cross-Origin-Embedder-Policy",
    CrossOriginOpenerPolicy = "Cross-Origin-Opener-Policy",
    CrossOriginResourcePolicy = "Cross-Origin-Resource-Policy",
    Date = "Date",
    Dav = "DAV",
    Deprecation = "Deprecation",
    Depth = "Depth",
    Digest = "Digest",
    EarlyData = "Early-Data",
    Etag = "ETag",
    Expect = "Expect",
    ExpectCt = "Expect-CT",
    Expires = "Expires",
    FeaturePolicy = "Feature-Policy",
    Forwarded = "Forwarded",
    From = "From",
    GrpcStatus = "Grpc-Status",
    Host = "Host",
    Http2Settings = "HTTP2-Settings",
    IdempotencyKey = "Idempotency-Key",
    If = "If",
    IfMatch = "If-Match",
    IfModifiedSince = "If-Modified-Since",
    IfNoneMatch = "If-None-Match",
    IfRange = "If-Range",
    IfUnmodifiedSince = "If-Unmodified-Since",
    Im = "IM",
    KeepAlive = "Keep-Alive",
    LastModified = "Last-Modified",
    Link = "Link",
    Location = "Location",
    LockToken = "Lock-Token",
    MaxForwards = "Max-Forwards",
    MementoDatetime = "Memento-Datetime",
    Negotiate = "Negotiate",
    Nel = "NEL",
    NoVarySearch = "No-Vary-Search",
    OperationLocation = "Operation-Location",
    Origin = "Origin",
    OriginAgentCluster = "Origin-Agent-Cluster",
    P3p = "P3P",
    PaymentRequired = "Payment-Required",
    PermissionsPolicy = "Permissions-Policy",
    Pragma = "Pragma",
    Prefer = "Prefer",
    PreferenceApplied = "Preference-Applied",
    Priority = "Priority",
    ProxyAuthenticate = "Proxy-Authenticate",
    ProxyAuthenticationInfo = "Proxy-Authentication-Info",
    ProxyAuthorization = "Proxy-Authorization",
    ProxyConnection = "Proxy-Connection",
    ProxyStatus = "Proxy-Status",
    PublicKeyPins = "Public-Key-Pins",
    Range = "Range",
    Ratelimit = "RateLimit",
    RatelimitLimit = "RateLimit-Limit",
    RatelimitPolicy = "RateLimit-Policy",
    RatelimitRemaining = "RateLimit-Remaining",
    RatelimitReset = "RateLimit-Reset",
    Referer = "Referer",
    ReferrerPolicy = "Referrer-Policy",
    Refresh = "Refresh",
    ReportTo = "Report-To",
    ReportingEndpoints = "Reporting-Endpoints",
    ReprDigest = "Repr-Digest",
    RequestId = "Request-Id",
    RetryAfter = "Retry-After",
    SecWebsocketAccept = "Sec-WebSocket-Accept",
    SecWebsocketExtensions = "Sec-WebSocket-Extensions",
    SecWebsocketKey = "Sec-WebSocket-Key",
    SecWebsocketProtocol = "Sec-WebSocket-Protocol",
    SecWebsocketVersion = "Sec-WebSocket-Version",
    Server = "Server",
    ServerTiming = "Server-Timing",
    SetCookie = "Set-Cookie",
    SetCookie2 = "Set-Cookie2",
    Soapaction = "SOAPAction",
    SpeculationRules = "Speculation-Rules",
    StrictTransportSecurity = "Strict-Transport-Security",
    Sunset = "Sunset",
    Tcn = "TCN",
    Te = "TE",
    TimingAllowOrigin = "Timing-Allow-Origin",
    Traceparent = "Traceparent",
    Tracestate = "Tracestate",
    Trailer = "Trailer",
    TransferEncoding = "Transfer-Encoding",
    Upgrade = "Upgrade",
    UpgradeInsecureRequests = "Upgrade-Insecure-Requests",
    UploadComplete = "Upload-Complete",
    UploadDraftInteropVersion = "Upload-Draft-Interop-Version",
    UploadOffset = "Upload-Offset",
    UserAgent = "User-Agent",
    VariantVary = "Variant-Vary",
    Vary = "Vary",
    Via = "Via",
    Warning = "Warning",
    WwwAuthenticate = "WWW-Authenticate",
    XAmzCfId = "X-Amz-Cf-Id",
    XAmzRequestId = "X-Amz-Request-Id",
    XAmznRequestid = "X-Amzn-RequestId",
    XAmznTraceId = "X-Amzn-Trace-Id",
    XAspnetVersion = "X-AspNet-Version",
    XAspnetmvcVersion = "X-AspNetMvc-Version",
    XB3Traceid = "X-B3-TraceId",
    XBackendServer = "X-Backend-Server",
    XCache = "X-Cache",
    XCloudTraceContext = "X-Cloud-Trace-Context",
    XContentTypeOptions = "X-Content-Type-Options",
    XCorrelationId = "X-Correlation-Id",
    XEnvoyUpstreamServiceTime = "X-Envoy-Upstream-Service-Time",
    XForwardedFor = "X-Forwarded-For",
    XForwardedHost = "X-Forwarded-Host",
    XForwardedProto = "X-Forwarded-Proto",
    XFrameOptions = "X-Frame-Options",
    XGithubRequestId = "X-GitHub-Request-Id",
    XPoweredBy = "X-Powered-By",
    XRateLimitLimit = "X-Rate-Limit-Limit",
    XRateLimitRemaining = "X-Rate-Limit-Remaining",
    XRateLimitReset = "X-Rate-Limit-Reset",
    XRatelimitLimit = "X-RateLimit-Limit",
    XRatelimitRemaining = "X-RateLimit-Remaining",
    XRatelimitReset = "X-RateLimit-Reset",
    XRequestId = "X-Request-Id",
    XRuntime = "X-Runtime",
    XServedBy = "X-Served-By",
    XTraceId = "X-Trace-Id",
    XUaCompatible = "X-UA-Compatible",
    XXssProtection = "X-XSS-Protection",
}

/// No known name is longer.
const LONGEST: usize = 40;

/// Fields with names of the same length.
type Names = Vec<(Known, &'static [u8])>;

/// Those of each length.
static BY_LENGTH: std::sync::LazyLock<Vec<Names>> = std::sync::LazyLock::new(|| {
    let of_length = |length: usize| {
        let names = Known::ALL.iter().map(|(field, name)| (*field, name.as_bytes()));
        names.filter(|(_, name)| name.len() == length).collect()
    };
    (0..=LONGEST).map(of_length).collect()
});

impl Known {
    /// The known field with this name, in whatever case.
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        let names = BY_LENGTH.get(name.len())?;
        let first = name.first()?.to_ascii_lowercase();
        let is_it = |known: &&(Self, &[u8])| {
            known.1.first().is_some_and(|byte| byte.to_ascii_lowercase() == first)
                && known.1.eq_ignore_ascii_case(name)
        };
        names.iter().find(is_it).map(|known| known.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_field_is_found_by_its_name_in_any_case() {
        for (field, name) in Known::ALL {
            assert_eq!(Known::of(name.as_bytes()), Some(*field));
            assert_eq!(Known::of(name.to_ascii_uppercase().as_bytes()), Some(*field));
            assert_eq!(field.as_str(), *name);
            assert!(name.len() <= LONGEST, "{name}");
        }
        assert_eq!(Known::of(b"X-Nobody-Knows"), None);
        assert_eq!(Known::of(b""), None);
    }
}
