//! The tree of segments that paths were seen to have.

use std::collections::HashMap;

use super::RouteId;
use crate::hash::BuildQuick;

/// The segment for all names of things.
pub(super) const NAMES: &str = "{id}";

/// Segments below a segment, by their text.
pub(super) type Children = HashMap<Box<str>, usize, BuildQuick>;

/// Nodes by their index; 0 is the root.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Nodes that were merged into others and can be used again.
    free: Vec<usize>,
}

/// A segment at its place.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// The segment, as it is shown.
    pub(super) text: Box<str>,
    pub(super) parent: usize,
    /// Literal and masked segments below.
    pub(super) children: Children,
    /// The child for all other segments, once there is one.
    pub(super) param: Option<usize>,
    /// How many paths came through.
    pub(super) visits: u64,
    pub(super) route: Option<RouteId>,
}

/// What becomes of a route when its node is merged into another one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Move {
    /// Its node is this one now.
    To(RouteId, usize),
    /// The other one takes its place.
    Into(RouteId, RouteId),
}

impl Tree {
    /// The root alone.
    pub(super) fn new() -> Self {
        Self { nodes: vec![Node::default()], free: Vec::new() }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len() - self.free.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Node> {
        self.nodes.get(at)
    }

    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut Node> {
        self.nodes.get_mut(at)
    }

    pub(super) fn visits(&self, at: usize) -> u64 {
        self.get(at).map_or(0, |node| node.visits)
    }

    pub(super) fn text(&self, at: usize) -> &str {
        self.get(at).map_or("", |node| node.text.as_ref())
    }

    /// Does anything lie below?
    pub(super) fn has_children(&self, at: usize) -> bool {
        self.get(at).is_some_and(|node| !node.children.is_empty() || node.param.is_some())
    }

    /// All children, the one for everything else included.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        self.get(at).into_iter().flat_map(|node| node.children.values().copied().chain(node.param))
    }

    /// Where a segment leads from a node.
    pub(super) fn step(&self, at: usize, segment: &str) -> Option<usize> {
        let node = self.get(at)?;
        node.children.get(segment).copied().or(node.param)
    }

    pub(super) fn add(&mut self, parent: usize, segment: &str) -> usize {
        let child = self.place(Node { text: segment.into(), parent, ..Node::default() });
        if let Some(node) = self.get_mut(parent) {
            node.children.insert(segment.into(), child);
        }
        child
    }

    /// The child for all segments that have none of their own; makes it if it is not there.
    pub(super) fn param(&mut self, at: usize) -> usize {
        if let Some(param) = self.get(at).and_then(|node| node.param) {
            return param;
        }
        let param = self.place(Node { text: NAMES.into(), parent: at, ..Node::default() });
        if let Some(node) = self.get_mut(at) {
            node.param = Some(param);
        }
        param
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

    /// Moves a child and all below it into the one for everything else.
    pub(super) fn merge(&mut self, at: usize, child: usize, moves: &mut Vec<Move>) {
        let param = self.param(at);
        let text = self.get(child).map(|node| node.text.clone()).unwrap_or_default();
        if let Some(node) = self.get_mut(at) {
            node.children.remove(&text);
        }
        self.absorb(param, child, moves);
    }

    fn absorb(&mut self, into: usize, from: usize, moves: &mut Vec<Move>) {
        let Some(node) = self.get_mut(from).map(std::mem::take) else { return };
        if let Some(target) = self.get_mut(into) {
            target.visits += node.visits;
            if let Some(route) = node.route {
                match target.route {
                    Some(existing) => moves.push(Move::Into(route, existing)),
                    None => {
                        target.route = Some(route);
                        moves.push(Move::To(route, into));
                    }
                }
            }
        }
        self.free.push(from);
        for (text, child) in node.children {
            match self.get(into).and_then(|target| target.children.get(&text).copied()) {
                Some(existing) => self.absorb(existing, child, moves),
                None => self.adopt(into, Some(text), child),
            }
        }
        if let Some(child) = node.param {
            match self.get(into).and_then(|target| target.param) {
                Some(existing) => self.absorb(existing, child, moves),
                None => self.adopt(into, None, child),
            }
        }
    }

    fn adopt(&mut self, parent: usize, text: Option<Box<str>>, child: usize) {
        if let Some(node) = self.get_mut(child) {
            node.parent = parent;
        }
        let Some(node) = self.get_mut(parent) else { return };
        match text {
            Some(text) => {
                node.children.insert(text, child);
            }
            None => node.param = Some(child),
        }
    }
}
