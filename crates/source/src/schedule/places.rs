//! Who may begin: the places of all probes together and of each host, and the queues for them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use statusquo_exchange::Name;

use super::Limits;

/// The places, who has one, and who waits for one: first come, first served, past hosts that have none left.
#[derive(Debug)]
pub(super) struct Places {
    limits: Limits,
    /// Whose probes are under way, and at which host.
    under_way: HashMap<Name, Arc<str>>,
    /// Hosts with a probe under way or in the queue.
    hosts: HashMap<Arc<str>, Host>,
    /// Hosts with both a queue and a place left, by the ticket at the head of the queue.
    ready: BTreeMap<u64, Arc<str>>,
    tickets: u64,
    waiting: usize,
}

#[derive(Debug, Default)]
struct Host {
    under_way: usize,
    queue: BTreeMap<u64, Name>,
    /// Its key in `ready`.
    ready: Option<u64>,
}

impl Places {
    pub(super) fn new(limits: Limits) -> Self {
        let limits = Limits { concurrent: limits.concurrent.max(1), per_host: limits.per_host.max(1) };
        Self {
            limits,
            under_way: HashMap::new(),
            hosts: HashMap::new(),
            ready: BTreeMap::new(),
            tickets: 0,
            waiting: 0,
        }
    }

    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    pub(super) fn is_under_way(&self, name: &Name) -> bool {
        self.under_way.contains_key(name)
    }

    /// Waits for a place at this host; the ticket takes it out of the queue again.
    pub(super) fn queue(&mut self, name: Name, host: &Arc<str>) -> u64 {
        self.tickets += 1;
        self.waiting += 1;
        self.hosts.entry(Arc::clone(host)).or_default().queue.insert(self.tickets, name);
        self.refresh(host);
        self.tickets
    }

    pub(super) fn withdraw(&mut self, host: &Arc<str>, ticket: u64) {
        if self.hosts.get_mut(host).and_then(|host| host.queue.remove(&ticket)).is_some() {
            self.waiting -= 1;
            self.refresh(host);
        }
    }

    /// Who may begin next.
    pub(super) fn first(&self) -> Option<&Name> {
        if self.under_way.len() >= self.limits.concurrent {
            return None;
        }
        let (ticket, host) = self.ready.first_key_value()?;
        self.hosts.get(host)?.queue.get(ticket)
    }

    /// Gives the next one its place.
    pub(super) fn take(&mut self) -> Option<Name> {
        let name = self.first()?.clone();
        let host = self.ready.first_key_value().map(|(_, host)| Arc::clone(host))?;
        let places = self.hosts.get_mut(&host)?;
        places.queue.pop_first();
        places.under_way += 1;
        self.waiting -= 1;
        self.under_way.insert(name.clone(), Arc::clone(&host));
        self.refresh(&host);
        Some(name)
    }

    /// Gives the place back.
    pub(super) fn release(&mut self, name: &Name) {
        let Some(host) = self.under_way.remove(name) else { return };
        if let Some(places) = self.hosts.get_mut(&host) {
            places.under_way -= 1;
        }
        self.refresh(&host);
    }

    /// Puts the host where it belongs, after its queue or its places changed.
    fn refresh(&mut self, host: &Arc<str>) {
        let Some(places) = self.hosts.get_mut(host) else { return };
        if let Some(ticket) = places.ready.take() {
            self.ready.remove(&ticket);
        }
        match places.queue.first_key_value() {
            Some((&ticket, _)) if places.under_way < self.limits.per_host => {
                places.ready = Some(ticket);
                self.ready.insert(ticket, Arc::clone(host));
            }
            None if places.under_way == 0 => {
                self.hosts.remove(host);
            }
            Some(_) | None => {}
        }
    }
}
