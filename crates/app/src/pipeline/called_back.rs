//! What people answer through their receivers.

use statusquo_alert::{Command, IncidentNumber, Notice, Notification, Who};
use statusquo_exchange::Name;
use statusquo_notify::{Asked, Call, Outcome, Refused};
use statusquo_serve::{CallBack, Refusal, Reply};

use super::Pipeline;

impl Pipeline {
    /// Believes a request if its signature is right, does what it asks, and says what came of it.
    pub(super) async fn called_back(&mut self, name: Name, call: CallBack) -> Result<Reply, Refusal> {
        let outlet = self.loaded.receivers.get(&name).cloned();
        let receiver = outlet.ok_or_else(|| Refusal::NoReceiver(name.clone()))?.receiver;
        let now = self.outside.clock.now();
        let call = Call { query: call.query, fields: call.fields, content: call.content };
        let asked = receiver.hear(&call, now).map_err(|refused| {
            let is_deaf = matches!(refused, Refused::Deaf);
            if is_deaf {
                Refusal::NoReceiver(name.clone())
            } else {
                Refusal::NotBelieved(refused.to_string())
            }
        })?;
        let whoever = || Who(format!("{name} ({})", receiver.kind()));
        let outcome = match asked {
            Asked::Take(IncidentNumber(0), _) => Outcome::Said("the test arrived, thank you".to_owned()),
            Asked::Take(number, who) => {
                let done = format!("incident {number} is yours, thank you");
                self.try_to(Command::Acknowledge(number), who.unwrap_or_else(whoever), done).await
            }
            Asked::PassOn(number) => {
                let done = format!("incident {number} is passed on");
                self.try_to(Command::PassOn(number), whoever(), done).await
            }
            Asked::Again(number) => self.again(&name, number),
            Asked::Unknown => {
                Outcome::Said("this is not understood: answer ACK and the incident's number".to_owned())
            }
        };
        let reply = receiver.reply(&outcome, now);
        Ok(Reply::Content { media_type: reply.media_type, content: reply.content })
    }

    async fn try_to(&mut self, command: Command, who: Who, done: String) -> Outcome {
        self.audit(&command, &who);
        Outcome::Said(match self.obey(command, who).await {
            Ok(_) => done,
            Err(refusal) => refusal.to_string(),
        })
    }

    /// The incident as it is now.
    fn again(&self, receiver: &Name, number: IncidentNumber) -> Outcome {
        let now = self.outside.clock.now();
        let Some(incident) = self.engine.incidents().find(|incident| incident.number == number) else {
            return Outcome::Said(format!("there is no incident {number} any more"));
        };
        let notice = if incident.is_open() { Notice::Reminder } else { Notice::Resolved };
        let key = format!("again-{number}-{receiver}");
        let told = Notification { key, receiver: receiver.clone(), notice, at: now, brief: incident.brief() };
        Outcome::Told(Box::new(told), self.loaded.links.clone())
    }

    /// Who did what, as for people who are signed in.
    fn audit(&self, command: &Command, who: &Who) {
        let what = match command {
            Command::Acknowledge(number) => format!("acknowledged incident {number}"),
            Command::PassOn(number) => format!("passed incident {number} on"),
            Command::Note(..)
            | Command::Resolve(_)
            | Command::Silence { .. }
            | Command::Plan { .. }
            | Command::EndSilence(_)
            | Command::Pause(_)
            | Command::Resume(_) => return,
        };
        // Nobody waits for it: what it changes is durable by itself.
        drop(self.outside.writer.audit(self.outside.clock.now(), who.clone(), what));
    }
}
