//! What is likely behind an alarm.

use super::group::Group;
use super::rate::Excess;
use super::tuning::Sensitivity;
use crate::AlarmKind;

/// What is likely behind an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Diagnosis {
    /// Somebody looks for a way in.
    Scan,
    /// Somebody tries credentials.
    CredentialStuffing,
    /// Few clients ask far more than everybody else.
    Flood,
    /// The service fails at most of what it does.
    ServerErrors,
    /// There is no capacity left.
    Overload,
    /// Something of ours answers otherwise than it did.
    Regression,
    /// Clients ask more often than they may.
    Quota,
    /// A client asks in the wrong way.
    IntegrationBug,
    /// Requests stopped coming.
    TrafficDrop,
    /// A code that was never answered there before.
    NewCode,
}

impl Diagnosis {
    /// All of them, what explains most first.
    pub const ALL: [Self; 10] = [
        Self::Scan,
        Self::CredentialStuffing,
        Self::Flood,
        Self::ServerErrors,
        Self::Overload,
        Self::Regression,
        Self::Quota,
        Self::IntegrationBug,
        Self::TrafficDrop,
        Self::NewCode,
    ];

    /// The stable word for it, for people and programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::CredentialStuffing => "credential stuffing",
            Self::Flood => "flood",
            Self::ServerErrors => "server errors",
            Self::Overload => "overload",
            Self::Regression => "our regression",
            Self::Quota => "quota",
            Self::IntegrationBug => "integration bug",
            Self::TrafficDrop => "traffic dropped away",
            Self::NewCode => "new code",
        }
    }

    /// The diagnosis that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|diagnosis| diagnosis.as_str() == word)
    }

    /// What to do about it, as an imperative without a full stop.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Scan => {
                "block the clients that the incident names, and look what they were answered with 200"
            }
            Self::CredentialStuffing => {
                "slow down sign-ins, block the clients that the incident names, and look which of them succeeded"
            }
            Self::Flood => "limit the rate of the clients that the incident names",
            Self::ServerErrors => {
                "look at what all endpoints share: the last deploy, the database, the network"
            }
            Self::Overload => "add capacity or shed load, and look at what the slow requests wait for",
            Self::Regression => "compare with the last deploy, and roll it back",
            Self::Quota => "ask the client to slow down, or raise its limit",
            Self::IntegrationBug => "tell the client's developers what they send, and what is expected",
            Self::TrafficDrop => "look whether requests still arrive: name, certificate, proxy, the callers",
            Self::NewCode => "find out whether this answer is meant",
        }
    }

    /// Does it come from outside, so that nothing of ours is broken?
    #[must_use]
    pub const fn is_theirs(self) -> bool {
        match self {
            Self::Scan | Self::CredentialStuffing | Self::Flood | Self::Quota | Self::IntegrationBug => true,
            Self::ServerErrors | Self::Overload | Self::Regression | Self::TrafficDrop | Self::NewCode => {
                false
            }
        }
    }

    /// What raises an alarm with this diagnosis.
    pub(super) const fn kind(self, group: Group) -> AlarmKind {
        match (self, group) {
            (Self::Scan | Self::CredentialStuffing | Self::Flood, _) => AlarmKind::Clients,
            (Self::TrafficDrop, _) => AlarmKind::Volume,
            (Self::NewCode, _) => AlarmKind::NewCode,
            (_, Group::Server) => AlarmKind::ServerErrors,
            (_, Group::Auth | Group::NotFound | Group::Limited | Group::Request) => AlarmKind::ClientErrors,
        }
    }
}

/// An excess of errors, with what is known around it.
#[derive(Debug, Clone)]
pub(super) struct Case<'a> {
    pub(super) group: Group,
    pub(super) excess: Excess,
    /// Errors that speak of lacking capacity.
    pub(super) overload: u64,
    /// Requests that are usual in such a window.
    pub(super) usual_requests: f64,
    /// Requests of the whole service in the window.
    pub(super) service_requests: u64,
    /// Requests that taught what is usual here.
    pub(super) learned: f64,
    /// Has less than half a day taught what is usual?
    pub(super) is_warming_up: bool,
    pub(super) is_sign_in: bool,
    /// The clients with their errors, the busiest first; crawlers are left out.
    pub(super) clients: &'a [(String, u64)],
    /// Does the source name no clients, or only such as a gateway?
    pub(super) is_anonymous: bool,
    /// The path, as it is shown.
    pub(super) path: &'a str,
    /// How soon something is said here.
    pub(super) sensitivity: Sensitivity,
}

/// What browsers and tools ask for by themselves: nobody misses it.
const UNASKED: [&str; 9] = [
    "favicon",
    "apple-touch-icon",
    "browserconfig.xml",
    "robots.txt",
    "ads.txt",
    "sitemap",
    "/.well-known/",
    "crossdomain.xml",
    "humans.txt",
];

impl Case<'_> {
    /// What is likely behind it; `None` when it is not worth telling anybody.
    pub(super) fn diagnose(&self) -> Option<Diagnosis> {
        let is_little = self.is_warming_up && (self.excess.bad < self.least(20) || self.share() < 0.2);
        if is_little || UNASKED.iter().any(|path| self.path.contains(path)) {
            return None;
        }
        match self.group {
            Group::Server => self.server(),
            Group::Limited => (self.excess.bad >= self.least(20)).then_some(Diagnosis::Quota),
            Group::Auth => self.auth(),
            Group::NotFound => self.not_found(),
            Group::Request => self.request(),
        }
    }

    fn server(&self) -> Option<Diagnosis> {
        let bad = self.excess.bad;
        let is_material = bad.saturating_mul(100) >= self.service_requests
            || bad >= self.least(100)
            || (self.share() >= 0.5 && self.learned >= 500.0);
        if !is_material || bad < self.least(10) {
            return None;
        }
        if !self.is_of_many(3) {
            return (self.is_of_one() && bad >= self.least(20)).then_some(Diagnosis::IntegrationBug);
        }
        let is_overload = self.overload.saturating_mul(2) >= bad;
        Some(if is_overload { Diagnosis::Overload } else { Diagnosis::Regression })
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    fn auth(&self) -> Option<Diagnosis> {
        let bad = self.excess.bad;
        if self.is_of_one() && !self.is_anonymous {
            let guess =
                if self.is_sign_in { Diagnosis::CredentialStuffing } else { Diagnosis::IntegrationBug };
            return (bad >= self.least(30)).then_some(guess);
        }
        // Those who try credentials come on top of those who have some: who does not succeed any more was locked out.
        let is_more = self.excess.of as f64 >= 2.0 * self.usual_requests && bad >= self.least(50);
        if self.is_sign_in && is_more {
            return Some(Diagnosis::CredentialStuffing);
        }
        (self.is_of_many(5) && bad >= self.least(20) && self.share() >= 0.2).then_some(Diagnosis::Regression)
    }

    /// Pages move, links break and feed readers ask for years: only many people at a loss are news.
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    fn not_found(&self) -> Option<Diagnosis> {
        let bad = self.excess.bad;
        let is_asked_for = self.excess.of as f64 >= self.usual_requests / 2.0 && self.learned >= 200.0;
        if self.is_of_many(10) && bad >= self.least(50) && self.share() >= 0.5 && is_asked_for {
            return Some(Diagnosis::Regression);
        }
        (self.is_of_one() && !self.is_anonymous && bad >= self.least(200))
            .then_some(Diagnosis::IntegrationBug)
    }

    fn request(&self) -> Option<Diagnosis> {
        let bad = self.excess.bad;
        if self.is_of_one() && !self.is_anonymous {
            return (bad >= self.least(20)).then_some(Diagnosis::IntegrationBug);
        }
        if self.is_of_many(5) {
            return (bad >= self.least(20) && self.share() >= 0.05).then_some(Diagnosis::Regression);
        }
        (bad >= self.least(50)).then_some(Diagnosis::IntegrationBug)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    fn share(&self) -> f64 {
        self.excess.bad as f64 / self.excess.of.max(1) as f64
    }

    const fn least(&self, normally: u64) -> u64 {
        self.sensitivity.least(normally)
    }

    fn named(&self) -> u64 {
        self.clients.iter().map(|(_, count)| count).sum()
    }

    /// Does nearly all of it come from one client?
    fn is_of_one(&self) -> bool {
        let first = self.clients.first().map_or(0, |(_, count)| *count);
        first > 0 && first.saturating_mul(10) >= self.named().saturating_mul(8)
    }

    /// Does it come from at least so many clients, or from whom nobody knows?
    fn is_of_many(&self, fewest: usize) -> bool {
        self.is_anonymous || (self.clients.len() >= fewest && !self.is_of_one())
    }
}
