//! What people take out of the accounts of objectives, and put back.

use statusquo_alert::Who;
use statusquo_exchange::Name;
use statusquo_serve::{AskedCorrection, Refusal, Reply};
use statusquo_store::Corrected;

use super::Pipeline;
use super::safe::{Answer, answer_when_safe};

impl Pipeline {
    /// Somebody takes a stretch out of an account: whoever does is answered when it is safe.
    pub(super) fn correct(&mut self, asked: AskedCorrection, by: Who, reply: Answer) {
        let (now, slo) = (self.outside.clock.now(), asked.slo.clone());
        match self.budgets.correct(asked, by, now) {
            Some(corrected) => self.keep(corrected.clone(), Reply::Correction(corrected.id), reply),
            // Whoever does not wait any more does not want to know.
            None => drop(reply.send(Err(Refusal::NoObjective(slo)))),
        }
    }

    /// Somebody lets it count again.
    pub(super) fn withdraw(&mut self, slo: &Name, id: u64, by: Who, reply: Answer) {
        let now = self.outside.clock.now();
        match self.budgets.withdraw(slo, id, by, now) {
            Some(corrected) => self.keep(corrected, Reply::Done, reply),
            None => drop(reply.send(Err(Refusal::NoCorrection(id)))),
        }
    }

    fn keep(&self, corrected: Corrected, done: Reply, reply: Answer) {
        // Whoever did it sees it at once.
        self.budgets.show(self.outside.clock.now(), &self.outside.publisher.board);
        answer_when_safe(self.outside.writer.corrected(corrected), done, reply);
    }
}
