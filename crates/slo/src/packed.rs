//! Samples in few bytes: about 25 each.

use jiff::Timestamp;

use crate::histogram::Malformed;
use crate::varint::{put, put_signed, take, take_signed};
use crate::{Answer, Mark, Phases, Sample};

impl Sample {
    /// Appends it: its microseconds after `start`, its answer's number, a byte of mark (two bits) and phases that
    /// happened (five bits), the total, and those phases.
    pub fn encode(&self, start: Timestamp, bytes: &mut Vec<u8>) {
        put_signed(bytes, self.at.as_microsecond() - start.as_microsecond());
        put_signed(bytes, self.answer.to_number().into());
        let phases = self.phases.each();
        let happened = phases.iter().rev().fold(0, |bits, phase| bits << 1 | u8::from(phase.is_some()));
        bytes.push(happened << 2 | self.mark.to_number());
        put(bytes, self.phases.total.into());
        phases.into_iter().flatten().for_each(|phase| put(bytes, phase.into()));
    }

    /// Takes off the front what [`encode`](Self::encode) appended.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not such a form.
    pub fn decode(start: Timestamp, bytes: &mut &[u8]) -> Result<Self, Malformed> {
        let at = start.as_microsecond().checked_add(take_signed(bytes)?).ok_or(Malformed)?;
        let at = Timestamp::from_microsecond(at).map_err(|_| Malformed)?;
        let answer = i32::try_from(take_signed(bytes)?).map_err(|_| Malformed)?;
        let (flags, rest) = bytes.split_first().ok_or(Malformed)?;
        *bytes = rest;
        let mark = Mark::from_number(flags & 0b11).ok_or(Malformed)?;
        let total = take_duration(bytes)?;
        let mut phase = |bit: u8| (flags >> 2 & 1 << bit != 0).then(|| take_duration(bytes)).transpose();
        let phases = Phases {
            resolve: phase(0)?,
            connect: phase(1)?,
            tls: phase(2)?,
            wait: phase(3)?,
            transfer: phase(4)?,
            total,
        };
        Ok(Self { at, answer: Answer::from_number(answer), mark, phases })
    }
}

impl Phases {
    /// All but the total, in the order in which they happen.
    const fn each(&self) -> [Option<u32>; 5] {
        [self.resolve, self.connect, self.tls, self.wait, self.transfer]
    }
}

fn take_duration(bytes: &mut &[u8]) -> Result<u32, Malformed> {
    u32::try_from(take(bytes)?).map_err(|_| Malformed)
}
