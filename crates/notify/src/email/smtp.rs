//! The conversation with the mail server.

use std::error::Error as _;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::guard::Guard;
use super::{Encryption, Settings, SignIn};
use crate::client::{Trust, dial, has_system_roots};
use crate::plain::{clip, one_line};
use crate::{Delivery, SetupError};

const CONNECT: Duration = Duration::from_secs(10);
const FAREWELL: Duration = Duration::from_secs(1);

/// A mail server.
pub(super) struct Smtp {
    host: String,
    port: u16,
    security: Security,
    sign_in: Option<SignIn>,
    hello: ClientId,
}

/// How the connection is protected, with what it takes.
enum Security {
    StartTls(TlsParameters),
    Tls(TlsConnector, ServerName<'static>),
    None,
}

/// What went wrong, in which step.
struct Trouble {
    is_permanent: bool,
    reason: String,
}

impl Trouble {
    fn of(step: &str, error: &lettre::transport::smtp::Error) -> Self {
        let code = error.status().map(|code| format!(" {code}")).unwrap_or_default();
        let text = error.source().map(|source| clip(&one_line(&source.to_string()), 200)).unwrap_or_default();
        let colon = if code.is_empty() && text.is_empty() { "" } else { ":" };
        let gap = if text.is_empty() { "" } else { " " };
        Self { is_permanent: error.is_permanent(), reason: format!("{step}{colon}{code}{gap}{text}") }
    }

    fn passing(reason: String) -> Self {
        Self { is_permanent: false, reason }
    }
}

impl From<Trouble> for Delivery {
    fn from(trouble: Trouble) -> Self {
        if trouble.is_permanent {
            Self::Refused { reason: trouble.reason }
        } else {
            Self::later(trouble.reason)
        }
    }
}

impl Smtp {
    pub(super) fn new(settings: &Settings) -> Result<Self, SetupError> {
        let security = match settings.encryption {
            Encryption::StartTls => Security::StartTls(starttls(settings)?),
            Encryption::Tls => {
                let name = ServerName::try_from(settings.host.clone())
                    .map_err(|error| SetupError::Tls(error.to_string()))?;
                Security::Tls(Trust::new(settings.ca.as_deref()).connector()?, name)
            }
            Encryption::None if settings.sign_in.is_some() && !is_loopback(&settings.host) => {
                return Err(SetupError::PlainPassword);
            }
            Encryption::None => Security::None,
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            security,
            sign_in: settings.sign_in.clone(),
            hello: ClientId::default(),
        })
    }

    /// Hands the mail over to the server.
    pub(super) async fn deliver(&self, mail: &lettre::Message) -> Delivery {
        let mut connection = match self.connect().await {
            Ok(connection) => connection,
            Err(trouble) => return trouble.into(),
        };
        let delivery = self.converse(&mut connection, mail).await.unwrap_or_else(Delivery::from);
        // The mail is the server's by now, or it is not; how the server takes our leave does not matter.
        let _ = timeout(FAREWELL, connection.quit()).await;
        delivery
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let stream = timeout(CONNECT, dial(&self.host, self.port))
            .await
            .map_err(|_| Trouble::passing("cannot connect: no answer".to_owned()))?
            .map_err(|error| Trouble::passing(format!("cannot connect: {error}")))?;
        let guard = match &self.security {
            Security::StartTls(_) | Security::None => Guard::plain(stream),
            Security::Tls(connector, name) => {
                let stream = connector.connect(name.clone(), stream).await;
                Guard::tls(
                    stream.map_err(|error| Trouble::passing(format!("the TLS handshake fails: {error}")))?,
                )
            }
        };
        let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(guard), &self.hello)
            .await
            .map_err(|error| Trouble::of("the server does not greet us", &error))?;
        if let Security::StartTls(parameters) = &self.security {
            if !connection.can_starttls() {
                let reason = "the server does not offer STARTTLS, and without it nothing is sent";
                return Err(Trouble::passing(reason.to_owned()));
            }
            connection
                .starttls(parameters.clone(), &self.hello)
                .await
                .map_err(|error| Trouble::of("STARTTLS fails", &error))?;
        }
        Ok(connection)
    }

    async fn converse(
        &self,
        connection: &mut AsyncSmtpConnection,
        mail: &lettre::Message,
    ) -> Result<Delivery, Trouble> {
        if let Some(sign_in) = &self.sign_in {
            authenticate(connection, sign_in).await?;
        }
        let envelope = mail.envelope();
        connection
            .command(Mail::new(envelope.from().cloned(), Vec::new()))
            .await
            .map_err(|error| Trouble::of("the server refuses the sender", &error))?;
        let mut refused = Vec::new();
        for recipient in envelope.to() {
            if let Err(error) = connection.command(Rcpt::new(recipient.clone(), Vec::new())).await {
                refused.push(Trouble::of(&format!("the server refuses `{recipient}`"), &error));
            }
        }
        if refused.len() == envelope.to().len() {
            return Err(all_refused(refused));
        }
        connection.command(Data).await.map_err(|error| Trouble::of("the server takes no content", &error))?;
        let answer = connection
            .message(&mail.formatted())
            .await
            .map_err(|error| Trouble::of("the server refuses the message", &error))?;
        Ok(Delivery::Sent { answer: sent(&answer, &refused) })
    }
}

/// The server's words are left out here: some repeat the command that they did not like, and with it the password.
async fn authenticate(connection: &mut AsyncSmtpConnection, sign_in: &SignIn) -> Result<(), Trouble> {
    let credentials = Credentials::new(sign_in.user.clone(), sign_in.password.expose_secret().to_owned());
    let Err(error) = connection.auth(DEFAULT_MECHANISMS, &credentials).await else { return Ok(()) };
    let reason = match error.status() {
        Some(code) => format!("the server refuses to sign us in: {code}"),
        None if error.is_client() => {
            "the server offers no way to sign in that we know (PLAIN, LOGIN)".to_owned()
        }
        None => "the connection broke while signing in".to_owned(),
    };
    Err(Trouble { is_permanent: error.is_permanent(), reason })
}

/// Permanent only if it is for all of them.
fn all_refused(refused: Vec<Trouble>) -> Trouble {
    let is_permanent = refused.iter().all(|trouble| trouble.is_permanent);
    let reasons: Vec<String> = refused.into_iter().map(|trouble| trouble.reason).collect();
    Trouble { is_permanent, reason: reasons.join("; ") }
}

/// What the server said. A recipient that was refused while others were not is named, and not tried again: the
/// others would get the message each time. Whoever must not be missed has a receiver of their own.
fn sent(answer: &Response, refused: &[Trouble]) -> String {
    let text = answer.first_line().unwrap_or_default();
    let mut sent = format!("{} {}", answer.code(), clip(&one_line(text), 200)).trim_end().to_owned();
    for trouble in refused {
        sent.push_str("; ");
        sent.push_str(&trouble.reason);
    }
    sent
}

fn starttls(settings: &Settings) -> Result<TlsParameters, SetupError> {
    let builder = TlsParameters::builder(settings.host.clone());
    let builder = match &settings.ca {
        Some(pem) => {
            // Checked like any other CA first: lettre takes a file without certificates for one that trusts nobody.
            Trust::Ca(pem).connector()?;
            let ca = Certificate::from_pem(pem)
                .map_err(|error| SetupError::Ca(format!("cannot be used: {error}")))?;
            builder.certificate_store(CertificateStore::None).add_root_certificate(ca)
        }
        None if has_system_roots() => builder.certificate_store(CertificateStore::Default),
        None => builder.certificate_store(CertificateStore::WebpkiRoots),
    };
    builder.build_rustls().map_err(|error| SetupError::Tls(error.to_string()))
}

fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || literal.is_ok_and(|address| address.is_loopback())
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("sign_in", &self.sign_in)
            .finish_non_exhaustive()
    }
}
