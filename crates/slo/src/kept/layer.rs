//! Who saw a request.

/// Who saw a request. What different layers count is never added up: they see the same requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The proxy or load balancer in front, by its log.
    Edge,
    /// The application, by its log.
    App,
    /// The application, by its metrics.
    Metrics,
    /// The application, by log records that it sent.
    Records,
    /// The application, by its spans.
    Spans,
    /// Those who call it, by their metrics: what they depend on.
    CallMetrics,
    /// Those who call it, by their spans.
    CallSpans,
}

impl Layer {
    /// All of them. The first that a service has is the one whose counts are shown: metrics and logs count all requests,
    /// spans perhaps a sample.
    pub const ALL: [Self; 7] = [
        Self::Edge,
        Self::App,
        Self::Metrics,
        Self::Records,
        Self::Spans,
        Self::CallMetrics,
        Self::CallSpans,
    ];

    /// As a number for the store.
    #[must_use]
    pub const fn to_number(self) -> u8 {
        match self {
            Self::Edge => 1,
            Self::App => 2,
            Self::Metrics => 3,
            Self::Records => 4,
            Self::Spans => 5,
            Self::CallMetrics => 6,
            Self::CallSpans => 7,
        }
    }

    /// The layer that [`to_number`](Self::to_number) wrote.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.to_number() == number)
    }

    /// The stable word for it in JSON and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::App => "app",
            Self::Metrics => "metrics",
            Self::Records => "records",
            Self::Spans => "spans",
            Self::CallMetrics => "call_metrics",
            Self::CallSpans => "call_spans",
        }
    }

    /// Who it was, as the subject of a sentence: "*the proxy* said 502, *the app* said 200".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Edge => "the proxy",
            Self::App | Self::Metrics | Self::Records | Self::Spans => "the app",
            Self::CallMetrics | Self::CallSpans => "the caller",
        }
    }

    /// Does it tell of requests that the service answers, and not of those that it makes?
    #[must_use]
    pub const fn is_served(self) -> bool {
        match self {
            Self::Edge | Self::App | Self::Metrics | Self::Records | Self::Spans => true,
            Self::CallMetrics | Self::CallSpans => false,
        }
    }
}
