//! What kind of message it is.

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Metrics.
    Metrics,
    /// Log records.
    Logs,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Traces, Self::Metrics, Self::Logs];

    /// Its word in addresses and figures.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
            Self::Logs => "logs",
        }
    }

    /// What it consists of, for people.
    #[must_use]
    pub const fn items(self) -> &'static str {
        match self {
            Self::Traces => "spans",
            Self::Metrics => "data points",
            Self::Logs => "log records",
        }
    }

    /// The signal that is sent to this path over HTTP.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| path.strip_prefix("/v1/") == Some(signal.as_str()))
    }

    /// The signal that is sent to this method over gRPC.
    #[must_use]
    pub fn of_method(path: &str) -> Option<Self> {
        match path.strip_prefix("/opentelemetry.proto.collector.")? {
            "trace.v1.TraceService/Export" => Some(Self::Traces),
            "metrics.v1.MetricsService/Export" => Some(Self::Metrics),
            "logs.v1.LogsService/Export" => Some(Self::Logs),
            _ => None,
        }
    }
}
