//! Email, by SMTP.

mod content;
mod guard;
mod smtp;

use std::time::Duration;

use jiff::Timestamp;
use lettre::message::Mailbox;
use secrecy::SecretString;
use statusquo_alert::Notification;

use crate::{Delivery, Message, SetupError};

use smtp::Smtp;

pub use content::{html, text};

/// The whole conversation. RFC 5321, 4.5.3.2 allows minutes for each step; a page that waits so long for one server
/// is better tried again.
const DEADLINE: Duration = Duration::from_secs(60);

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encryption {
    /// Plain first, then TLS, or nothing is sent (RFC 3207).
    #[default]
    StartTls,
    /// TLS from the start (RFC 8314).
    Tls,
    /// None. A password is then sent to the same machine only.
    None,
}

/// User name and password.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// What is needed to send email.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server.
    pub host: String,
    /// Its port: 587 with STARTTLS, 465 with TLS.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// How to sign in, if the server wants that.
    pub sign_in: Option<SignIn>,
    /// The sender: `alerts@example.org`, `Statusquo <alerts@example.org>`.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// The certificate authority (PEM) to trust instead of the usual ones.
    pub ca: Option<Vec<u8>>,
}

/// Mailboxes, reached by SMTP.
#[derive(Debug)]
pub struct Email {
    smtp: Smtp,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl Email {
    /// Sends by these settings.
    ///
    /// # Errors
    /// When an address or the CA cannot be used, or a password would go over the network unprotected.
    pub fn new(settings: &Settings) -> Result<Self, SetupError> {
        let to: Vec<Mailbox> = settings.to.iter().map(|text| mailbox(text)).collect::<Result<_, _>>()?;
        if to.is_empty() {
            return Err(SetupError::NoRecipient);
        }
        Ok(Self { smtp: Smtp::new(settings)?, from: mailbox(&settings.from)?, to })
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let Some(mail) = content::mail((&self.from, &self.to), notification, message, now) else {
            return Delivery::Refused {
                reason: "the message cannot be put into the form of an email".to_owned(),
            };
        };
        tokio::time::timeout(DEADLINE, self.smtp.deliver(&mail))
            .await
            .unwrap_or_else(|_| Delivery::later(format!("not taken within {} s", DEADLINE.as_secs())))
    }
}

/// Non-ASCII addresses would need SMTPUTF8 all the way to the mailbox.
fn mailbox(text: &str) -> Result<Mailbox, SetupError> {
    let mailbox: Option<Mailbox> = text.parse().ok();
    mailbox
        .filter(|mailbox| AsRef::<str>::as_ref(&mailbox.email).is_ascii() && !text.contains(['\r', '\n']))
        .ok_or_else(|| SetupError::Address(text.escape_default().to_string()))
}
