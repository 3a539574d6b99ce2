//! Decides which segments are names of things rather than words of the API.

use std::collections::{BTreeMap, HashMap};

use super::tree::Tree;
use super::values::Values;

/// A node with more literal children than this may hold names of things.
const MANY: usize = 12;
/// With more leaves than this it does.
const MOST_LEAVES: usize = 64;
/// No API has more words than this at one place.
const MOST_WORDS: usize = 150;
/// Among values, what was met less often is one as well.
const RARE: u64 = 3;
/// Levels below a child that are compared with what lies below its siblings.
const LEVELS: usize = 3;
/// In a place with ever new segments a child is a value when so much of what lies below it also lies below others.
const SIMILAR: f64 = 0.3;
/// In a place with the same segments again and again it needs so much …
const ALIKE: f64 = 0.7;
/// … of what lies below so many of its siblings.
const COMMON: f64 = 0.6;
/// A word is met so many times as often as the most frequent value: in Zipf's law the first is met twice as often as
/// the second.
const STANDS_OUT: u64 = 4;

/// How often the children of a node were met.
#[derive(Debug, Clone, Copy)]
struct Vocabulary {
    different: usize,
    once: usize,
    /// Those with a digit, which words of APIs seldom have.
    numbered: usize,
    total: u64,
}

impl Vocabulary {
    fn of(tree: &Tree, children: &[usize]) -> Self {
        let once = children.iter().filter(|child| tree.visits(**child) == 1).count();
        let total = children.iter().map(|child| tree.visits(*child)).sum();
        let has_digit = |child: &&usize| tree.text(**child).bytes().any(|byte| byte.is_ascii_digit());
        let numbered = children.iter().filter(has_digit).count();
        Self { different: children.len(), once, numbered, total }
    }

    /// Are there ever new ones? By the share of those that were met once, which is the probability that the next one is
    /// new (Good and Turing's estimate).
    fn is_open(self) -> bool {
        let unseen = ratio(self.once as u64, self.total);
        let share = |part: usize| ratio(part as u64, self.different as u64);
        self.different > MOST_WORDS
            || (self.different > MANY && self.total >= 400 && unseen >= 0.12)
            || (self.different > MANY
                && share(self.once) >= 0.5
                && unseen >= 0.25
                && share(self.numbered) >= 0.15)
    }
}

/// The children of a node that are names of things.
pub(super) fn values(tree: &Tree, at: usize, known: &Values) -> Vec<usize> {
    let Some(node) = tree.get(at) else { return Vec::new() };
    let mut literal: Vec<usize> =
        node.children.iter().filter(|(text, _)| !is_placeholder(text)).map(|(_, child)| *child).collect();
    if literal.is_empty() {
        return Vec::new();
    }
    // The order of a table of hashes is no reason.
    literal.sort_unstable();
    if let Some(param) = node.param {
        let like = like_param(tree, param, &literal, known);
        if !like.is_empty() {
            return like;
        }
    }
    let met: Vec<usize> =
        literal.iter().filter(|child| known.contains(tree.text(**child))).copied().collect();
    let is_most = met.len() >= 3 && met.len() * 10 >= literal.len() * 6;
    if is_most || (met.len() >= 6 && met.len() * 3 >= literal.len()) {
        let rare = |child: &usize| tree.visits(*child) < RARE;
        return literal
            .into_iter()
            .filter(|child| rare(child) || known.contains(tree.text(*child)))
            .collect();
    }
    if literal.len() <= MANY {
        return Vec::new();
    }
    let (inner, leaves): (Vec<usize>, Vec<usize>) =
        literal.into_iter().partition(|child| tree.has_children(*child));
    let mut values = inner_values(tree, &inner);
    values.extend(leaf_values(tree, &leaves));
    values
}

/// Masked segments beside others: one identifier in several forms.
pub(super) fn placeholders(tree: &Tree, at: usize) -> Vec<usize> {
    let Some(node) = tree.get(at) else { return Vec::new() };
    let masked = node.children.iter().filter(|(text, _)| is_placeholder(text));
    let mut masked: Vec<usize> = masked.map(|(_, child)| *child).collect();
    masked.sort_unstable();
    if masked.len() + usize::from(node.param.is_some()) >= 2 { masked } else { Vec::new() }
}

fn is_placeholder(text: &str) -> bool {
    text.starts_with('{') && text.ends_with('}')
}

/// Where values are already known, what is like them is one as well.
fn like_param(tree: &Tree, param: usize, literal: &[usize], known: &Values) -> Vec<usize> {
    let below = levels(tree, param);
    let is_like = |child: &usize| {
        if !tree.has_children(*child) {
            let visits = tree.visits(*child);
            let is_rare = visits < RARE && tree.visits(param) >= 10 * RARE;
            return is_rare || (visits < tree.visits(param) && known.contains(tree.text(*child)));
        }
        let tokens = levels(tree, *child);
        let shares = tokens
            .iter()
            .zip(&below)
            .map(|(tokens, below)| share_of(tokens, |token| below.contains_key(token)));
        shares.take(1).any(|share| share >= ALIKE)
    };
    literal.iter().filter(|child| is_like(child)).copied().collect()
}

fn inner_values(tree: &Tree, inner: &[usize]) -> Vec<usize> {
    if inner.len() <= MANY {
        return Vec::new();
    }
    let below: Vec<Vec<BTreeMap<&str, u64>>> = inner.iter().map(|child| levels(tree, *child)).collect();
    let siblings = owners(&below);
    let is_open = Vocabulary::of(tree, inner).is_open();
    let (least, share) = if is_open {
        ((inner.len() / 50).max(3), SIMILAR)
    } else {
        (whole(COMMON * as_f64(inner.len() as u64)), ALIKE)
    };
    let is_value = |tokens: &Vec<BTreeMap<&str, u64>>| {
        let levels = tokens.iter().zip(&siblings).take(if is_open { LEVELS } else { 2 });
        levels.into_iter().any(|(tokens, siblings)| {
            let is_shared = |token: &str| {
                // An identifier may stand below any word.
                (is_open || !is_placeholder(token)) && siblings.get(token).is_some_and(|count| *count > least)
            };
            share_of(tokens, is_shared) >= share
        })
    };
    let is_value: Vec<bool> = below.iter().map(is_value).collect();
    let count = is_value.iter().filter(|is_value| **is_value).count();
    if count <= MANY || (!is_open && ratio(count as u64, inner.len() as u64) < ALIKE) {
        return Vec::new();
    }
    // Among many values, what was hardly ever met is one as well.
    let taken =
        inner.iter().zip(&is_value).filter(|(child, is_value)| **is_value || tree.visits(**child) < RARE);
    taken.map(|(child, _)| *child).collect()
}

/// How many of the children have a segment on a level.
fn owners<'a>(below: &[Vec<BTreeMap<&'a str, u64>>]) -> [HashMap<&'a str, usize>; LEVELS] {
    let mut siblings: [HashMap<&str, usize>; LEVELS] = Default::default();
    for levels in below {
        for (level, tokens) in siblings.iter_mut().zip(levels) {
            for token in tokens.keys() {
                *level.entry(token).or_default() += 1;
            }
        }
    }
    siblings
}

/// The segments on the next levels with their visits. Below an identifier the words are those of the resource, which says
/// nothing of the segment above it: of those only the first level counts.
fn levels(tree: &Tree, at: usize) -> Vec<BTreeMap<&str, u64>> {
    let mut levels = Vec::new();
    let mut nodes = vec![at];
    for _ in 0..LEVELS {
        let mut tokens: BTreeMap<&str, u64> = BTreeMap::new();
        let mut next = Vec::new();
        for child in nodes.iter().flat_map(|node| tree.children(*node)) {
            let text = tree.text(child);
            *tokens.entry(text).or_default() += tree.visits(child);
            if !is_placeholder(text) {
                next.push(child);
            }
        }
        levels.push(tokens);
        nodes = next;
    }
    levels
}

/// The share of the visits of these segments.
fn share_of(tokens: &BTreeMap<&str, u64>, is_counted: impl Fn(&str) -> bool) -> f64 {
    let total: u64 = tokens.values().sum();
    let counted: u64 = tokens.iter().filter(|(token, _)| is_counted(token)).map(|(_, visits)| visits).sum();
    ratio(counted, total)
}

/// Leaves that are names of things: very many, or ever new ones.
fn leaf_values(tree: &Tree, leaves: &[usize]) -> Vec<usize> {
    let vocabulary = Vocabulary::of(tree, leaves);
    let is_open = leaves.len() > MANY && vocabulary.is_open();
    let calls = leaves.iter().filter(|leaf| is_call(tree.text(**leaf))).count();
    let is_many = leaves.len() > MOST_LEAVES && calls * 2 < leaves.len();
    let is_numbered = leaves.len() > MANY && vocabulary.numbered * 2 > leaves.len();
    if !(is_open || is_many || is_numbered) {
        return Vec::new();
    }
    let words = words(tree, leaves);
    leaves.iter().filter(|leaf| !words.contains(leaf)).copied().collect()
}

/// `chat.postMessage`, `getUser`: the name of a procedure.
fn is_call(text: &str) -> bool {
    let is_dotted = text.contains('.') && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.');
    let camel = text
        .as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    is_dotted || (camel && text.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// The few that stand out among values by how often they are met, such as `me` or `latest`.
fn words(tree: &Tree, leaves: &[usize]) -> Vec<usize> {
    let mut by_visits = leaves.to_vec();
    by_visits.sort_by_key(|leaf| (std::cmp::Reverse(tree.visits(*leaf)), *leaf));
    let gap = by_visits.windows(2).take(5).rposition(|pair| match pair {
        [before, after] => tree.visits(*before) >= STANDS_OUT * tree.visits(*after).max(8),
        _ => false,
    });
    let is_word = |leaf: &usize| {
        tree.text(*leaf).bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))
    };
    let words = gap.map_or(&[][..], |gap| by_visits.get(..=gap).unwrap_or_default());
    words.iter().filter(|leaf| is_word(leaf)).copied().collect()
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { as_f64(part) / as_f64(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of paths, compared with shares of a few per cent")]
const fn as_f64(number: u64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
const fn whole(number: f64) -> usize {
    number as usize
}
