//! Our own faults: why we cannot see. They never move a target's state.

use std::fmt;

/// Why we cannot see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnFault {
    /// Our resolver does not answer.
    Resolver,
    /// We have no route, no address, or no network at all.
    Network,
    /// We are out of sockets, memory or another resource of this machine.
    Resources,
    /// The clock jumped.
    Clock,
    /// The process stood still: it was suspended or starved.
    Stalled,
    /// The store cannot be written: disk full, or read-only.
    Store,
    /// A secret that the configuration refers to cannot be read, or the token endpoint does not give a token.
    Credentials,
    /// A location reports nothing.
    LocationSilent,
    /// A receiver takes no notifications.
    Receiver,
}

impl OwnFault {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Resolver,
        Self::Network,
        Self::Resources,
        Self::Clock,
        Self::Stalled,
        Self::Store,
        Self::Credentials,
        Self::LocationSilent,
        Self::Receiver,
    ];

    /// The stable word for it in JSON, metrics and the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolver => "resolver",
            Self::Network => "network",
            Self::Resources => "resources",
            Self::Clock => "clock",
            Self::Stalled => "stalled",
            Self::Store => "store",
            Self::Credentials => "credentials",
            Self::LocationSilent => "location_silent",
            Self::Receiver => "receiver",
        }
    }

    /// The fault that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == word)
    }

    /// For people: the predicate of a sentence about Statusquo, without a full stop.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Resolver => "cannot see: its DNS resolver does not answer",
            Self::Network => "cannot see: it has no network",
            Self::Resources => "cannot see: it is out of sockets or memory",
            Self::Clock => "cannot trust its clock: the time jumped",
            Self::Stalled => "could not see: it stood still",
            Self::Store => "cannot write to its store",
            Self::Credentials => "cannot see: a credential cannot be read",
            Self::LocationSilent => "hears nothing from a location",
            Self::Receiver => "cannot deliver to a receiver",
        }
    }

    /// What its operator should do, as one imperative sentence without a full stop.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Resolver => {
                "check the name servers in `/etc/resolv.conf`, or set `resolver` in the configuration"
            }
            Self::Network => "check the network of the machine that Statusquo runs on",
            Self::Resources => "raise the limit of open files (`ulimit -n`) or give the machine more memory",
            Self::Clock => "check time synchronisation (NTP) on this machine",
            Self::Stalled => "check this machine for suspension, swapping or too little CPU",
            Self::Store => "free disk space in the data folder; alerts go on from memory meanwhile",
            Self::Credentials => "run `statusquo config check`; it names the reference that cannot be read",
            Self::LocationSilent => "check the agent at that location and its connection",
            Self::Receiver => "run `statusquo alert test <RECEIVER>`; it shows what the receiver answers",
        }
    }
}

impl fmt::Display for OwnFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
