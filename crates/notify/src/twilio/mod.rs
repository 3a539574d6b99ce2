//! Twilio: a text message, or a phone call that reads the incident aloud (twilio.com/docs, "Messages resource", "Calls
//! resource"). Taking the request is not reaching the person: who does not acknowledge is for the next step.

mod call;
mod gsm;
mod reply;
mod signature;
mod sms;
mod speech;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use statusquo_alert::Notification;
use url::Url;

use crate::client::{Client, Endpoint, Post};
use crate::{Delivery, Message, SetupError};

pub use call::twiml;
pub use gsm::septets;
pub use reply::Heard;
pub(crate) use reply::Spoken;
pub use sms::text;

/// Where the API is.
pub const URL: &str = "https://api.twilio.com";

/// How a person is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// A text message.
    Sms,
    /// A phone call.
    Call,
}

/// Whose account, from which number to which.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account's SID, `AC…`.
    pub sid: String,
    /// Its auth token; Twilio signs its requests to us with it.
    pub token: SecretString,
    /// A number of ours, `+43…`, or a messaging service, `MG…`.
    pub from: String,
    /// The number that is reached.
    pub to: String,
}

/// One person's phone.
#[derive(Debug)]
pub struct Twilio {
    means: Means,
    account: Account,
    endpoint: Endpoint,
    client: Client,
    /// Where Twilio reaches us, if it can.
    callback: Option<Url>,
}

impl Twilio {
    /// A phone that is reached by these means. Replies and pressed digits are sent to `callback`.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(
        means: Means,
        url: &SecretString,
        account: Account,
        callback: Option<Url>,
    ) -> Result<Self, SetupError> {
        let what = match means {
            Means::Sms => "Messages",
            Means::Call => "Calls",
        };
        let path = format!("/2010-04-01/Accounts/{}/{what}.json", account.sid);
        let (endpoint, client) = (Endpoint::below(url, &path)?, Client::new(None)?);
        Ok(Self { means, account, endpoint, client, callback })
    }

    /// How the person is reached.
    #[must_use]
    pub const fn means(&self) -> Means {
        self.means
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let pairs = self.render(notification, message);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let post = Post::form(&pairs).basic(&self.account.sid, &self.account.token);
        match self.client.post(&self.endpoint, post, now).await {
            Ok(answer) => answer.judge_with(&["/message"], &[&self.account.token]),
            Err(delivery) => delivery,
        }
    }

    /// The form that is posted.
    #[must_use]
    pub fn render(&self, notification: &Notification, message: &Message) -> Vec<(&'static str, String)> {
        let account = &self.account;
        let from = if account.from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
        let mut pairs = vec![("To", account.to.clone()), (from, account.from.clone())];
        pairs.push(match self.means {
            Means::Sms => ("Body", sms::text(notification, message, self.callback.is_some())),
            Means::Call => ("Twiml", call::twiml(notification, message, self.callback.as_ref())),
        });
        pairs
    }

    /// Was this signed with the account's token? `url` is the address that Twilio was given, query and all.
    pub(crate) fn is_signed(&self, url: &str, pairs: &[(String, String)], signature: &str) -> bool {
        signature::verify(self.account.token.expose_secret(), url, pairs, signature)
    }

    /// Where Twilio was told to reach us.
    pub(crate) const fn callback(&self) -> Option<&Url> {
        self.callback.as_ref()
    }

    /// Does a message come from the phone that is told? Others who know our number get no say.
    pub(crate) fn is_told(&self, number: &str) -> bool {
        self.account.to == number
    }
}
