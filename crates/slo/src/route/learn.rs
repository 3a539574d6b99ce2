//! Learns routes from the paths that were answered.

use super::RouteId;
use super::sweep;
use super::tree::{Move, NAMES, Tree};
use super::values::Values;

/// New nodes between two looks at the tree; a large tree is looked at less often.
const SWEEP_EVERY: usize = 500;
/// Requests after which it is looked at for fewer new nodes, at least …
const SWEEP_AFTER: u64 = 2_000;
/// … and for each node, so that looking costs less than learning.
const REQUESTS_PER_NODE: u64 = 20;
/// Nodes of the tree for each route that there is room for.
const NODES_PER_ROUTE: usize = 16;

/// What became of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learned {
    /// It belongs to this route.
    Route(RouteId),
    /// Nothing answered there ever: a 404 or 405 teaches no route.
    Unmatched,
    /// There is no room for more routes.
    Other,
}

/// The routes of a service.
#[derive(Debug, Clone)]
pub struct Routes {
    tree: Tree,
    /// For each route the node where it ends, or the route that it was merged into.
    routes: Vec<Place>,
    most_routes: usize,
    live_routes: usize,
    new_nodes: usize,
    since_sweep: u64,
    values: Values,
    merged: Vec<(RouteId, RouteId)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Node(usize),
    MergedInto(RouteId),
}

impl Routes {
    /// No routes yet, and room for so many.
    #[must_use]
    pub fn new(most_routes: usize) -> Self {
        Self {
            tree: Tree::new(),
            routes: Vec::new(),
            most_routes,
            live_routes: 0,
            new_nodes: 0,
            since_sweep: 0,
            values: Values::default(),
            merged: Vec::new(),
        }
    }

    /// The route of a masked path that was answered so many times with something else than 404 or 405. Only that
    /// teaches: what scanners ask for is no route.
    pub fn learn(&mut self, masked: &str, answered: u64) -> Learned {
        if answered == 0 {
            return self.find(masked).map_or(Learned::Unmatched, Learned::Route);
        }
        let Some(node) = self.walk(masked, answered) else { return Learned::Other };
        let route = self.route_of(node);
        self.since_sweep += answered;
        if self.is_sweep_due() {
            self.sweep();
        }
        route.map_or(Learned::Other, |route| Learned::Route(self.current(route)))
    }

    /// Knows a route again that was learned before a restart, with so many requests.
    pub fn restore(&mut self, template: &str, requests: u64) -> Option<RouteId> {
        let mut at = 0;
        for segment in segments(template) {
            let known =
                if segment == NAMES { None } else { self.tree.get(at)?.children.get(segment).copied() };
            at = match known {
                Some(child) => child,
                None if segment == NAMES => self.tree.param(at),
                None => self.tree.add(at, segment),
            };
            self.tree.get_mut(at)?.visits += requests.max(1);
        }
        self.route_of(at)
    }

    /// The route that a masked path belongs to, if it is known.
    #[must_use]
    pub fn find(&self, masked: &str) -> Option<RouteId> {
        let mut at = 0;
        for segment in segments(masked) {
            at = self.tree.step(at, segment)?;
        }
        self.tree.get(at)?.route.map(|route| self.current(route))
    }

    /// Does anything that was answered lie beside a masked path, below something that has a name?
    #[must_use]
    pub fn has_neighbours(&self, masked: &str) -> bool {
        let above = masked.rsplit_once('/').map_or("", |(above, _)| above);
        let mut at = 0;
        for segment in segments(above) {
            let Some(child) = self.tree.step(at, segment) else { return false };
            at = child;
        }
        at != 0
    }

    /// A route as it is shown: `/v1/orders/{id}`.
    #[must_use]
    pub fn template(&self, route: RouteId) -> String {
        let mut parts = Vec::new();
        let mut at = match self.routes.get(self.current(route).0 as usize) {
            Some(Place::Node(node)) => *node,
            Some(Place::MergedInto(_)) | None => 0,
        };
        while let Some(node) = self.tree.get(at).filter(|_| at != 0) {
            parts.push(node.text.as_ref());
            at = node.parent;
        }
        parts.reverse();
        format!("/{}", parts.join("/"))
    }

    /// The route that this one is now, after all merges.
    #[must_use]
    pub fn current(&self, route: RouteId) -> RouteId {
        let mut route = route;
        while let Some(Place::MergedInto(next)) = self.routes.get(route.0 as usize) {
            route = *next;
        }
        route
    }

    /// The merges since the last time of asking: what was counted for the first now belongs to the second.
    pub fn take_merges(&mut self) -> Vec<(RouteId, RouteId)> {
        std::mem::take(&mut self.merged)
    }

    /// All routes that are not merged into others.
    pub fn all(&self) -> impl Iterator<Item = RouteId> + '_ {
        let live = |(id, place): (u32, &Place)| matches!(place, Place::Node(_)).then_some(RouteId(id));
        (0..).zip(&self.routes).filter_map(live)
    }

    /// Goes down a path, making what is not there; `None` when there is no room.
    fn walk(&mut self, masked: &str, weight: u64) -> Option<usize> {
        // Room for nodes: a tree of names that are about to be merged may be larger than what is left of it.
        let has_room = self.tree.len() < self.most_routes.saturating_mul(NODES_PER_ROUTE);
        let mut at = 0;
        for segment in segments(masked) {
            at = match self.tree.step(at, segment) {
                Some(child) => child,
                None if has_room => {
                    self.new_nodes += 1;
                    self.tree.add(at, segment)
                }
                None => return None,
            };
            self.tree.get_mut(at)?.visits += weight;
        }
        Some(at)
    }

    fn is_sweep_due(&self) -> bool {
        let is_grown = self.new_nodes >= SWEEP_EVERY.max(self.tree.len() / 4);
        let enough = SWEEP_AFTER.max(REQUESTS_PER_NODE.saturating_mul(self.tree.len() as u64));
        is_grown || (self.new_nodes > 0 && self.since_sweep >= enough)
    }

    fn route_of(&mut self, node: usize) -> Option<RouteId> {
        if let Some(route) = self.tree.get(node)?.route {
            return Some(route);
        }
        if self.live_routes >= self.most_routes {
            return None;
        }
        let route = RouteId(u32::try_from(self.routes.len()).ok()?);
        self.routes.push(Place::Node(node));
        self.live_routes += 1;
        self.tree.get_mut(node)?.route = Some(route);
        Some(route)
    }

    /// Looks at the whole tree, from the top, for nodes whose children are names of things.
    pub fn sweep(&mut self) {
        (self.new_nodes, self.since_sweep) = (0, 0);
        let mut queue = vec![0];
        while let Some(at) = queue.pop() {
            self.sweep_node(at);
            queue.extend(self.tree.children(at));
        }
    }

    fn sweep_node(&mut self, at: usize) {
        let values = sweep::values(&self.tree, at, &self.values);
        for value in &values {
            self.values.insert(self.tree.text(*value));
        }
        self.merge(at, &values);
        let placeholders = sweep::placeholders(&self.tree, at);
        self.merge(at, &placeholders);
    }

    fn merge(&mut self, at: usize, children: &[usize]) {
        let mut moves = Vec::new();
        for child in children {
            self.tree.merge(at, *child, &mut moves);
        }
        for moved in moves {
            let (route, place) = match moved {
                Move::To(route, node) => (route, Place::Node(node)),
                Move::Into(route, other) => {
                    self.live_routes -= 1;
                    self.merged.push((route, other));
                    (route, Place::MergedInto(other))
                }
            };
            if let Some(known) = self.routes.get_mut(route.0 as usize) {
                *known = place;
            }
        }
    }
}

fn segments(masked: &str) -> impl Iterator<Item = &str> {
    masked.split('/').filter(|segment| !segment.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(routes: &Routes) -> Vec<String> {
        let mut all: Vec<String> = routes.all().map(|route| routes.template(route)).collect();
        all.sort();
        all
    }

    #[test]
    fn names_of_things_become_one_route_and_words_stay() {
        let mut routes = Routes::new(500);
        for number in 0..3_000_u32 {
            let name: String =
                format!("{number:b}").chars().map(|c| if c == '0' { 'a' } else { 'b' }).collect();
            routes.learn(&format!("/users/{name}/posts"), 1);
            routes.learn(&format!("/users/{name}/likes"), 1);
            routes.learn("/users/me/posts", 1);
            routes.learn("/health", 1);
        }
        routes.sweep();
        let found = templates(&routes);
        assert!(
            found.contains(&"/health".to_owned()) && found.contains(&"/users/{id}/posts".to_owned()),
            "{found:?}"
        );
        assert!(found.len() <= 5, "{found:?}");
    }

    #[test]
    fn what_was_never_answered_teaches_nothing() {
        let mut routes = Routes::new(500);
        assert_eq!(routes.learn("/wp-admin/setup.php", 0), Learned::Unmatched);
        assert_eq!(routes.all().count(), 0);
        let Learned::Route(route) = routes.learn("/orders/{int}", 1) else { panic!("a route") };
        assert_eq!(routes.learn("/orders/{int}", 0), Learned::Route(route));
        assert_eq!(routes.template(route), "/orders/{int}");
    }

    #[test]
    fn merges_are_told_so_that_counts_can_follow() {
        let mut routes = Routes::new(500);
        let name = |number: u32| format!("/things/{}", char::from_u32(0x4e00 + number).unwrap());
        let first: Vec<Learned> = (0..100).map(|number| routes.learn(&name(number), 1)).collect();
        routes.sweep();
        let merges = routes.take_merges();
        assert_eq!(merges.len(), 99);
        let current: std::collections::BTreeSet<RouteId> = first
            .iter()
            .map(|learned| match learned {
                Learned::Route(route) => routes.current(*route),
                Learned::Unmatched | Learned::Other => panic!("a route"),
            })
            .collect();
        assert_eq!(current.len(), 1);
    }
}
