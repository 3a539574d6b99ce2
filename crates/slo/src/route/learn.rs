//! Learns routes from the paths that were answered.

use std::collections::{BTreeMap, HashMap};

/// A node with more literal children than this may hold names of things rather than words of the API.
const MANY: usize = 12;
/// With more leaves than this a node holds names of things, however they are spread.
const MOST_LEAVES: usize = 64;
/// Learned paths between two looks at the tree.
const SWEEP_EVERY: u64 = 2_000;
/// A child is a value when so much of what lies below it also lies below its siblings.
const SIMILAR: f64 = 0.3;
/// A leaf with so much of its node's traffic stays a word, such as `me` or `latest`.
const WORD: f64 = 0.08;
/// The share of paths never seen before that makes a vocabulary an open one (Good and Turing's estimate).
const OPEN: f64 = 0.02;

/// Nodes of the tree for each route that there is room for.
const NODES_PER_ROUTE: usize = 16;

/// Which route; stays the same for as long as the routes live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(u32);

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
    nodes: Vec<Node>,
    /// For each route the node where it ends, or the route that it was merged into.
    routes: Vec<Place>,
    most_routes: usize,
    live_routes: usize,
    since_sweep: u64,
    merged: Vec<(RouteId, RouteId)>,
    /// Nodes that were merged into others and can be used again.
    free: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Node(usize),
    MergedInto(RouteId),
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// The segment, as it is shown.
    text: Box<str>,
    parent: usize,
    /// Literal and masked segments below.
    children: HashMap<Box<str>, usize>,
    /// The child for all other segments, once there is one.
    param: Option<usize>,
    /// How many paths came through.
    visits: u64,
    /// How many of them ended here.
    ended: u64,
    route: Option<RouteId>,
}

impl Routes {
    /// No routes yet, and room for so many.
    #[must_use]
    pub fn new(most_routes: usize) -> Self {
        Self {
            nodes: vec![Node::default()],
            routes: Vec::new(),
            most_routes,
            live_routes: 0,
            since_sweep: 0,
            merged: Vec::new(),
            free: Vec::new(),
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
        if self.since_sweep >= SWEEP_EVERY {
            self.sweep();
        }
        route.map_or(Learned::Other, |route| Learned::Route(self.current(route)))
    }

    /// The route that a masked path belongs to, if it is known.
    #[must_use]
    pub fn find(&self, masked: &str) -> Option<RouteId> {
        let mut at = 0;
        for segment in segments(masked) {
            let node = self.nodes.get(at)?;
            at = node.children.get(segment).copied().or(node.param)?;
        }
        self.nodes.get(at)?.route.map(|route| self.current(route))
    }

    /// A route as it is shown: `/v1/orders/{id}`.
    #[must_use]
    pub fn template(&self, route: RouteId) -> String {
        let mut parts = Vec::new();
        let mut at = match self.routes.get(self.current(route).0 as usize) {
            Some(Place::Node(node)) => *node,
            Some(Place::MergedInto(_)) | None => 0,
        };
        while let Some(node) = self.nodes.get(at).filter(|_| at != 0) {
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
        let has_room = self.nodes.len() - self.free.len() < self.most_routes.saturating_mul(NODES_PER_ROUTE);
        let mut at = 0;
        self.nodes.get_mut(0)?.visits += weight;
        for segment in segments(masked) {
            let node = self.nodes.get(at)?;
            let known = node.children.get(segment).copied().or(node.param);
            at = match known {
                Some(child) => child,
                None if has_room => self.add(at, segment),
                None => return None,
            };
            self.nodes.get_mut(at)?.visits += weight;
        }
        self.nodes.get_mut(at)?.ended += weight;
        Some(at)
    }

    fn add(&mut self, parent: usize, segment: &str) -> usize {
        let child = self.place(Node { text: segment.into(), parent, ..Node::default() });
        if let Some(node) = self.nodes.get_mut(parent) {
            node.children.insert(segment.into(), child);
        }
        child
    }

    fn place(&mut self, node: Node) -> usize {
        if let Some(at) = self.free.pop()
            && let Some(slot) = self.nodes.get_mut(at)
        {
            *slot = node;
            return at;
        }
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn route_of(&mut self, node: usize) -> Option<RouteId> {
        if let Some(route) = self.nodes.get(node)?.route {
            return Some(route);
        }
        if self.live_routes >= self.most_routes {
            return None;
        }
        let route = RouteId(u32::try_from(self.routes.len()).ok()?);
        self.routes.push(Place::Node(node));
        self.live_routes += 1;
        self.nodes.get_mut(node)?.route = Some(route);
        Some(route)
    }

    /// Looks at the whole tree, from the top, for nodes whose children are names of things.
    pub fn sweep(&mut self) {
        self.since_sweep = 0;
        let mut queue = vec![0];
        while let Some(at) = queue.pop() {
            self.sweep_node(at);
            let Some(node) = self.nodes.get(at) else { continue };
            queue.extend(node.children.values().copied());
            queue.extend(node.param);
        }
    }

    fn sweep_node(&mut self, at: usize) {
        let Some(node) = self.nodes.get(at) else { return };
        let children = node.children.iter().map(|(text, child)| (text.as_ref(), *child));
        let literal: Vec<usize> =
            children.filter(|(text, _)| !text.starts_with('{')).map(|(_, child)| child).collect();
        if literal.len() <= MANY {
            return;
        }
        let (inner, leaves): (Vec<usize>, Vec<usize>) =
            literal.into_iter().partition(|child| self.has_children(*child));
        let mut values = self.similar(&inner);
        values.extend(self.open_vocabulary(&leaves));
        self.merge(at, values);
    }

    fn has_children(&self, at: usize) -> bool {
        self.nodes.get(at).is_some_and(|node| !node.children.is_empty() || node.param.is_some())
    }

    fn visits(&self, at: usize) -> u64 {
        self.nodes.get(at).map_or(0, |node| node.visits)
    }

    /// Those below which lies the same as below their siblings, when there are many.
    fn similar(&self, inner: &[usize]) -> Vec<usize> {
        if inner.len() <= MANY {
            return Vec::new();
        }
        let levels: Vec<Vec<BTreeMap<&str, u64>>> = inner.iter().map(|child| self.below(*child)).collect();
        let common = (inner.len() / 50).max(3);
        let mut siblings: [HashMap<&str, usize>; 3] = Default::default();
        for tokens in &levels {
            for (level, tokens) in siblings.iter_mut().zip(tokens) {
                for token in tokens.keys() {
                    *level.entry(token).or_default() += 1;
                }
            }
        }
        let is_value = |tokens: &Vec<BTreeMap<&str, u64>>| {
            tokens.iter().zip(&siblings).any(|(tokens, siblings)| {
                let total: u64 = tokens.values().sum();
                // The child itself is one of those that have the token.
                let shared = tokens
                    .iter()
                    .filter(|(token, _)| siblings.get(*token).is_some_and(|count| *count > common));
                let shared: u64 = shared.map(|(_, visits)| visits).sum();
                total > 0 && ratio(shared, total) >= SIMILAR
            })
        };
        let values: Vec<usize> = inner
            .iter()
            .zip(&levels)
            .filter(|(_, tokens)| is_value(tokens))
            .map(|(child, _)| *child)
            .collect();
        if values.len() <= MANY {
            return Vec::new();
        }
        // Among many values, what was hardly ever seen is one as well.
        let rare = inner.iter().filter(|child| !values.contains(child) && self.visits(**child) < 3).copied();
        let rare: Vec<usize> = rare.collect();
        values.into_iter().chain(rare).collect()
    }

    /// The segments on the next three levels with their visits.
    fn below(&self, at: usize) -> Vec<BTreeMap<&str, u64>> {
        let mut levels = Vec::new();
        let mut nodes = vec![at];
        for _ in 0..3 {
            let mut tokens: BTreeMap<&str, u64> = BTreeMap::new();
            let mut next = Vec::new();
            for node in nodes.iter().filter_map(|node| self.nodes.get(*node)) {
                for child in node.children.values().chain(&node.param) {
                    let Some(child_node) = self.nodes.get(*child) else { continue };
                    *tokens.entry(child_node.text.as_ref()).or_default() += child_node.visits;
                    next.push(*child);
                }
            }
            levels.push(tokens);
            nodes = next;
        }
        levels
    }

    /// Leaves that are names of things: very many, or ever new ones.
    fn open_vocabulary(&self, leaves: &[usize]) -> Vec<usize> {
        let total: u64 = leaves.iter().map(|leaf| self.visits(*leaf)).sum();
        let once = leaves.iter().filter(|leaf| self.visits(**leaf) == 1).count();
        let count = leaves.len();
        let is_watched_enough = total >= 200.max(5 * count as u64);
        let is_open = count > MANY && is_watched_enough && ratio(once as u64, total) >= OPEN;
        if !(count > MOST_LEAVES || is_open) {
            return Vec::new();
        }
        let is_word = |leaf: &usize| {
            let text = self.nodes.get(*leaf).map_or("", |node| node.text.as_ref());
            text.bytes().all(|byte| byte.is_ascii_alphabetic()) && ratio(self.visits(*leaf), total) >= WORD
        };
        leaves.iter().filter(|leaf| !is_word(leaf)).copied().collect()
    }

    /// Makes one child `{id}` of these.
    fn merge(&mut self, at: usize, values: Vec<usize>) {
        if values.is_empty() {
            return;
        }
        let param = match self.nodes.get(at).and_then(|node| node.param) {
            Some(param) => param,
            None => {
                let param = self.place(Node { text: "{id}".into(), parent: at, ..Node::default() });
                if let Some(node) = self.nodes.get_mut(at) {
                    node.param = Some(param);
                }
                param
            }
        };
        for value in values {
            let text = self.nodes.get(value).map(|node| node.text.clone()).unwrap_or_default();
            if let Some(node) = self.nodes.get_mut(at) {
                node.children.remove(&text);
            }
            self.absorb(param, value);
        }
    }

    /// Moves all that one node has into another.
    fn absorb(&mut self, into: usize, from: usize) {
        let Some(node) = self.nodes.get_mut(from).map(std::mem::take) else { return };
        if let Some(route) = node.route {
            self.absorb_route(into, route);
        }
        self.free.push(from);
        if let Some(target) = self.nodes.get_mut(into) {
            target.visits += node.visits;
            target.ended += node.ended;
        }
        for (text, child) in node.children {
            let existing = self.nodes.get(into).and_then(|target| target.children.get(&text).copied());
            match existing {
                Some(existing) => self.absorb(existing, child),
                None => self.adopt(into, Some(text), child),
            }
        }
        if let Some(child) = node.param {
            match self.nodes.get(into).and_then(|target| target.param) {
                Some(existing) => self.absorb(existing, child),
                None => self.adopt(into, None, child),
            }
        }
    }

    fn adopt(&mut self, parent: usize, text: Option<Box<str>>, child: usize) {
        if let Some(node) = self.nodes.get_mut(child) {
            node.parent = parent;
        }
        if let Some(node) = self.nodes.get_mut(parent) {
            match text {
                Some(text) => {
                    node.children.insert(text, child);
                }
                None => node.param = Some(child),
            }
        }
    }

    fn absorb_route(&mut self, into: usize, route: RouteId) {
        let target = self.nodes.get(into).and_then(|node| node.route);
        let Some(place) = self.routes.get_mut(route.0 as usize) else { return };
        match target {
            Some(target) => {
                *place = Place::MergedInto(target);
                self.live_routes -= 1;
                self.merged.push((route, target));
            }
            None => {
                *place = Place::Node(into);
                if let Some(node) = self.nodes.get_mut(into) {
                    node.route = Some(route);
                }
            }
        }
    }
}

fn segments(masked: &str) -> impl Iterator<Item = &str> {
    masked.split('/').filter(|segment| !segment.is_empty())
}

#[expect(clippy::cast_precision_loss, reason = "counts of paths, compared with shares of a few per cent")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
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
