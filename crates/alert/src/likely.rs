//! What is likely behind an incident, as far as others say: a deploy shortly before, a third party that is down.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{Incident, Subject, Who};

/// A deploy so long before an incident may be behind it.
const AFTER_A_DEPLOY: Duration = Duration::from_secs(30 * 60);
/// So many deploys are remembered.
const MOST_DEPLOYS: usize = 200;
/// An incident names so many.
const MOST_LIKELY: usize = 5;

/// Somebody put a version of a service to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deploy {
    /// Of which service.
    pub service: Name,
    /// Which version.
    pub version: String,
    /// When.
    pub at: Timestamp,
    /// Where to read on, for people.
    pub url: Option<String>,
    /// Who said so.
    pub by: Who,
}

/// A third party, and who depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: Name,
    /// What people call it.
    pub title: String,
    /// The monitors whose targets depend on it.
    pub monitors: Vec<Name>,
    /// The services that depend on it.
    pub services: Vec<Name>,
}

/// What is wrong with a third party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What, as the predicate of a sentence: `says partial outage: Elevated errors on charges`.
    pub says: String,
    /// Since when.
    pub since: Timestamp,
    /// Services that were seen calling it.
    pub callers: Vec<Name>,
}

/// What is likely behind an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Likely {
    /// It began shortly after a deploy of its service.
    Deploy {
        /// The version.
        version: String,
        /// Of which service.
        service: Name,
        /// When.
        at: Timestamp,
        /// Where to read on.
        url: Option<String>,
    },
    /// A third party that it depends on is in trouble.
    ThirdParty {
        /// Its name.
        name: Name,
        /// What people call it.
        title: String,
        /// What is wrong, as the predicate of a sentence.
        says: String,
        /// Since when.
        since: Timestamp,
    },
}

impl Likely {
    /// For an incident that began at a moment: `3 min after deploy 1.4.2 of checkout`, `Stripe says partial outage`.
    #[must_use]
    pub fn sentence(&self, began: Timestamp) -> String {
        match self {
            Self::Deploy { version, service, at, .. } => {
                let after = began.duration_since(*at).unsigned_abs().as_secs();
                let after = if after < 60 { format!("{after} s") } else { format!("{} min", after / 60) };
                format!("{after} after deploy {version} of {service}")
            }
            Self::ThirdParty { title, says, .. } => format!("{title} {says}"),
        }
    }

    /// Is it the same thing, whatever is said of it?
    fn is_about(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Deploy { version, service, at, .. },
                Self::Deploy { version: other_version, service: other_service, at: other_at, .. },
            ) => (version, service, at) == (other_version, other_service, other_at),
            (Self::ThirdParty { name, .. }, Self::ThirdParty { name: other, .. }) => name == other,
            (Self::Deploy { .. }, Self::ThirdParty { .. })
            | (Self::ThirdParty { .. }, Self::Deploy { .. }) => false,
        }
    }
}

/// What others say, against which incidents are held.
#[derive(Debug, Clone, Default)]
pub(crate) struct Background {
    /// The service that each monitor belongs to.
    pub(crate) services: BTreeMap<Name, Name>,
    pub(crate) dependencies: Vec<Dependency>,
    /// The oldest first.
    deploys: Vec<Deploy>,
    troubles: BTreeMap<Name, Trouble>,
}

impl Background {
    /// A service was deployed. The same one again says nothing new.
    pub(crate) fn deployed(&mut self, deploy: Deploy) {
        if !self.deploys.contains(&deploy) {
            self.deploys.push(deploy);
            self.deploys.sort_by_key(|deploy| deploy.at);
            let more = self.deploys.len().saturating_sub(MOST_DEPLOYS);
            self.deploys.drain(..more);
        }
    }

    /// How a third party does: `None` means well.
    pub(crate) fn third_party(&mut self, name: Name, trouble: Option<Trouble>) {
        match trouble {
            Some(trouble) => self.troubles.insert(name, trouble),
            None => self.troubles.remove(&name),
        };
    }

    /// What is likely behind an incident: what was known already stays, what is new comes last.
    pub(crate) fn likely(&self, incident: &Incident) -> Vec<Likely> {
        let mut all = incident.likely.clone();
        for new in self.deploys_before(incident).into_iter().chain(self.third_parties_of(incident)) {
            if let Some(known) = all.iter_mut().find(|known| known.is_about(&new)) {
                *known = new;
            } else if all.len() < MOST_LIKELY {
                all.push(new);
            }
        }
        all
    }

    /// The last deploy of its service, if it was shortly before.
    fn deploys_before(&self, incident: &Incident) -> Option<Likely> {
        let service = match &incident.subject {
            Subject::Monitor(monitor) => self.services.get(monitor).unwrap_or(monitor),
            Subject::Traffic(name) => self.services.get(name).unwrap_or(name),
            Subject::Own(_) => return None,
        };
        let is_before = |deploy: &&Deploy| {
            let after = Duration::try_from(incident.began.duration_since(deploy.at));
            deploy.service == *service && after.is_ok_and(|after| after <= AFTER_A_DEPLOY)
        };
        let Deploy { version, at, url, .. } = self.deploys.iter().rev().find(is_before)?.clone();
        Some(Likely::Deploy { version, service: service.clone(), at, url })
    }

    fn third_parties_of(&self, incident: &Incident) -> Vec<Likely> {
        let depends = |dependency: &&Dependency| {
            let callers = self.troubles.get(&dependency.name).map(|trouble| &trouble.callers);
            match &incident.subject {
                Subject::Monitor(name) => dependency.monitors.contains(name),
                // Its own incident need not name it.
                Subject::Traffic(name) => {
                    *name != dependency.name
                        && (dependency.services.contains(name)
                            || callers.is_some_and(|callers| callers.contains(name)))
                }
                Subject::Own(_) => false,
            }
        };
        let likely = |dependency: &Dependency| {
            let trouble = self.troubles.get(&dependency.name)?;
            Some(Likely::ThirdParty {
                name: dependency.name.clone(),
                title: dependency.title.clone(),
                says: trouble.says.clone(),
                since: trouble.since,
            })
        };
        self.dependencies.iter().filter(depends).filter_map(likely).collect()
    }
}
