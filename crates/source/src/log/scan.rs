//! Goes through the text of a JSON value without copying it.

use super::short::find;

/// A value, as it stands there.
pub(super) enum Value<'a> {
    /// The inner of a string, escapes as they are.
    Text(&'a [u8]),
    /// A number, `true`, `false`, `null`.
    Plain(&'a [u8]),
    /// An object or array.
    Skipped,
}

/// Where a reader stands in a line.
pub(super) struct Scan<'a> {
    line: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Scan<'a> {
    pub(super) const fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    /// What was read since then.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.line.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    /// The inner of a string, escapes as they are.
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let step = find(b'"', self.rest())?;
            self.at += step + 1;
            let inner = self.line.get(start..self.at - 1)?;
            let is_escaped = inner.last() == Some(&b'\\')
                && inner.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
            if !is_escaped {
                return Some(inner);
            }
        }
    }

    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        match self.peek()? {
            b'"' => self.string().map(Value::Text),
            b'{' | b'[' => self.skip().map(|()| Value::Skipped),
            _ => {
                let rest = self.rest();
                let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b' ' | b']'))?;
                self.at += length;
                rest.get(..length).filter(|text| !text.is_empty()).map(Value::Plain)
            }
        }
    }

    /// Goes behind an object or array.
    fn skip(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Some(());
            }
        }
    }
}
