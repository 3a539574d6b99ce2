//! Who has to act on an answer.

/// Whose turn it is after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// Nobody: all went as it should.
    Nobody,
    /// Whoever sent the request.
    Client,
    /// Whoever runs the service that answered.
    Server,
    /// Whoever runs the service behind the gateway that answered.
    Upstream,
    /// Whoever decides how requests reach the server: load balancer, DNS, certificates.
    Routing,
    /// Whoever runs the network in between.
    Network,
    /// Whoever made the rule, the law or the quota that stands in the way.
    Policy,
    /// It depends on the single results inside.
    Mixed,
}

impl Actor {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Nobody,
        Self::Client,
        Self::Server,
        Self::Upstream,
        Self::Routing,
        Self::Network,
        Self::Policy,
        Self::Mixed,
    ];

    /// One word or two: `client`, `rule maker`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Client => "client",
            Self::Server => "server",
            Self::Upstream => "upstream",
            Self::Routing => "routing",
            Self::Network => "network",
            Self::Policy => "rule maker",
            Self::Mixed => "depends",
        }
    }

    /// Who that is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nobody => "nobody has to act",
            Self::Client => "whoever sent the request",
            Self::Server => "whoever runs the service that answered",
            Self::Upstream => "whoever runs the service behind the gateway",
            Self::Routing => "whoever decides how requests reach the server",
            Self::Network => "whoever runs the network in between",
            Self::Policy => "whoever made the rule that stands in the way",
            Self::Mixed => "depends on the single results inside",
        }
    }
}
