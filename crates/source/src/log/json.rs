//! JSON lines, by the names of their members.

use std::collections::HashMap;

use super::entry::{Fault, NotUnderstood};
use super::names::{is_aside, meaning};
use super::part::{Filling, Part};
use super::scan::{Scan, Value};
use super::short::Literal;
use super::time::Clock;

/// Objects within objects are looked into so far.
const DEEPEST: usize = 4;
/// Different paths of names that are remembered.
const MOST_PATHS: usize = 1_000;
/// Different shapes of lines that are remembered.
const MOST_SHAPES: usize = 4;
/// Members that a shape may have.
const MOST_SLOTS: usize = 96;

/// Reads log lines that are JSON objects. Lines of one source mostly have the same members in the same order: what stands
/// between their values is then compared at once, and no name is looked up.
#[derive(Debug, Clone, Default)]
pub struct JsonLines {
    clock: Clock,
    known: HashMap<Vec<u8>, Part>,
    /// Is what is not known to be left out? Then the names were learned from the first lines.
    is_learned: bool,
    shapes: Vec<Shape>,
    /// The shape that is overwritten next.
    oldest: usize,
}

/// What stands between the values of a line.
#[derive(Debug, Clone, Default)]
struct Shape {
    slots: Vec<Slot>,
    end: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Slot {
    /// What stands before the value: names, colons, braces.
    lead: Literal,
    part: Part,
}

/// A line on its way through the slow reader, which notes its shape.
struct Walk<'a, 'b> {
    scan: Scan<'a>,
    filling: &'b mut Filling<'a>,
    shape: Shape,
    /// Where the last value ended.
    last: usize,
    path: Vec<u8>,
}

impl JsonLines {
    /// Reads members by these paths of names alone.
    pub(super) fn of_names(known: HashMap<Vec<u8>, Part>) -> Self {
        Self { known, is_learned: true, ..Self::default() }
    }

    /// Takes a line apart.
    ///
    /// # Errors
    ///
    /// When it is no JSON object, or has no status code.
    pub(super) fn fill<'a>(
        &mut self,
        line: &'a [u8],
        filling: &mut Filling<'a>,
    ) -> Result<(), NotUnderstood> {
        let known = self.shapes.iter().position(|shape| {
            let fits = shape.fill(line, filling, &mut self.clock).is_some();
            if !fits {
                *filling = Filling::default();
            }
            fits
        });
        match known {
            // The usual shape comes first.
            Some(at) if at > 0 => self.shapes.swap(0, at),
            Some(_) => {}
            None => self.walk(line, filling)?,
        }
        if filling.has_status { Ok(()) } else { Err(NotUnderstood::new(0, Fault::Status)) }
    }

    fn walk<'a>(&mut self, line: &'a [u8], filling: &mut Filling<'a>) -> Result<(), NotUnderstood> {
        let mut walk =
            Walk { scan: Scan::new(line), filling, shape: Shape::default(), last: 0, path: Vec::new() };
        walk.scan.space();
        if walk.scan.peek() != Some(b'{') {
            return Err(NotUnderstood::new(0, Fault::Shape));
        }
        if self.object(&mut walk, 0).is_none() {
            return Err(NotUnderstood::new(walk.scan.at, Fault::Shape));
        }
        let Walk { mut shape, last, .. } = walk;
        shape.end = line.get(last..).unwrap_or_default().to_vec();
        if shape.slots.len() <= MOST_SLOTS {
            self.remember(shape);
        }
        Ok(())
    }

    fn remember(&mut self, shape: Shape) {
        if self.shapes.len() < MOST_SHAPES {
            self.shapes.push(shape);
            return;
        }
        self.oldest = self.oldest % (MOST_SHAPES - 1) + 1;
        if let Some(oldest) = self.shapes.get_mut(self.oldest) {
            *oldest = shape;
        }
    }

    /// The members of an object; the reader stands at its brace.
    fn object(&mut self, walk: &mut Walk<'_, '_>, depth: usize) -> Option<()> {
        walk.scan.at += 1;
        walk.scan.space();
        if walk.scan.peek() == Some(b'}') {
            walk.scan.at += 1;
            return Some(());
        }
        loop {
            self.member(walk, depth)?;
            walk.scan.space();
            match walk.scan.peek()? {
                b',' => walk.scan.at += 1,
                b'}' => {
                    walk.scan.at += 1;
                    return Some(());
                }
                _ => return None,
            }
            walk.scan.space();
        }
    }

    fn member(&mut self, walk: &mut Walk<'_, '_>, depth: usize) -> Option<()> {
        let length = walk.path.len();
        let name = walk.scan.string()?;
        walk.scan.space();
        walk.scan.expect(b':')?;
        walk.scan.space();
        if length > 0 {
            walk.path.push(b'.');
        }
        walk.path.extend_from_slice(name);
        if walk.scan.peek() == Some(b'{') && depth + 1 < DEEPEST && !is_aside(name) {
            self.object(walk, depth + 1)?;
        } else {
            let part = self.part(&walk.path);
            let lead = walk.scan.since(walk.last).into();
            let value = walk.scan.value()?;
            take(part, &value, walk.filling, &mut self.clock);
            walk.last = walk.scan.at;
            walk.shape.slots.push(Slot { lead, part });
        }
        walk.path.truncate(length);
        Some(())
    }

    fn part(&mut self, path: &[u8]) -> Part {
        if let Some(part) = self.known.get(path) {
            return *part;
        }
        if self.is_learned {
            return Part::Ignored;
        }
        let part = meaning(path).part;
        if self.known.len() < MOST_PATHS {
            self.known.insert(path.to_vec(), part);
        }
        part
    }
}

impl Shape {
    /// Takes a line of this shape apart; `None` for lines of another one.
    fn fill<'a>(&self, line: &'a [u8], filling: &mut Filling<'a>, clock: &mut Clock) -> Option<()> {
        let mut scan = Scan::new(line);
        for slot in &self.slots {
            if !slot.lead.begins(scan.rest()) {
                return None;
            }
            scan.at += slot.lead.len();
            let value = scan.value()?;
            if slot.part != Part::Ignored {
                take(slot.part, &value, filling, clock);
            }
        }
        (scan.rest() == self.end.as_slice()).then_some(())
    }
}

/// A member that is not what its name promises is left out; the line counts all the same.
fn take<'a>(part: Part, value: &Value<'a>, filling: &mut Filling<'a>, clock: &mut Clock) {
    let text = match value {
        Value::Text(text) | Value::Plain(text) => *text,
        Value::Skipped => return,
    };
    if part == Part::Ignored || text == b"null" {
        return;
    }
    // Several members may tell the time, or the status: the first that can be read counts.
    if part == Part::Time && filling.entry.at_us.is_some() {
        return;
    }
    if part == Part::Status && filling.has_status && filling.entry.status != 0 {
        return;
    }
    // `200 OK`
    let is_with_phrase = part == Part::Status && text.get(3) == Some(&b' ');
    let text = if is_with_phrase { text.get(..3).unwrap_or_default() } else { text };
    // The time of a request is its duration at nginx, its moment at API Gateway.
    let is_moment = matches!(part, Part::Duration(_)) && matches!(text.get(2), Some(b'/'));
    filling.take(if is_moment { Part::Time } else { part }, text, clock);
}
