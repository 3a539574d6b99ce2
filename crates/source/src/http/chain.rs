//! Certificate chains: what they say, and whether somebody vouches for them. Both are remembered, so that a
//! chain that has not changed costs one hash.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rustls::CertificateError;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use sha2::{Digest, Sha256};
use statusquo_exchange::{Certificate, FailureKind};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::fault::Fault;

/// A SHA-256 over what tells one thing from another.
pub(crate) type Fingerprint = [u8; 32];

/// How many chains are remembered: some more than a process has TLS targets.
const CHAINS: usize = 16_384;

/// For how long a good verdict holds, unless a certificate expires before.
const VERDICT_HOLDS: SignedDuration = SignedDuration::from_hours(1);

/// The chains that were seen.
#[derive(Debug, Default)]
pub(crate) struct Chains(Mutex<HashMap<Fingerprint, Known>>);

/// A chain that was seen at a name, under a trust setting.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) certificates: Arc<[Certificate]>,
    fingerprint: Fingerprint,
    /// The good verdict: from when to when it holds.
    verified: Option<(Timestamp, Timestamp)>,
}

impl Known {
    /// Is there a good verdict that holds now?
    pub(crate) fn is_verified_at(&self, now: Timestamp) -> bool {
        self.verified.is_some_and(|(from, until)| (from..until).contains(&now))
    }
}

impl Chains {
    fn known(&self) -> MutexGuard<'_, HashMap<Fingerprint, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What we know of this chain at this name; reads it if it is new.
    pub(crate) fn look_up(&self, setting: &Fingerprint, name: &str, chain: &[CertificateDer<'_>]) -> Known {
        let mut hash = Sha256::new();
        hash.update(setting);
        hash.update(name.len().to_be_bytes());
        hash.update(name);
        for certificate in chain {
            hash.update(certificate.len().to_be_bytes());
            hash.update(certificate);
        }
        let fingerprint: Fingerprint = hash.finalize().into();
        let mut known = self.known();
        if !known.contains_key(&fingerprint) && known.len() >= CHAINS {
            known.clear();
        }
        known
            .entry(fingerprint)
            .or_insert_with(|| Known {
                certificates: chain.iter().filter_map(|der| read(der)).collect(),
                fingerprint,
                verified: None,
            })
            .clone()
    }

    /// Judges a chain, and remembers a good verdict.
    pub(crate) fn verify(
        &self,
        known: &Known,
        verifier: &dyn ServerCertVerifier,
        (chain, name): (&[CertificateDer<'_>], &ServerName<'_>),
        now: Timestamp,
    ) -> Result<(), Fault> {
        let Some((leaf, intermediates)) = chain.split_first() else {
            return Err(Fault::target(FailureKind::TlsHandshake, "the server showed no certificate"));
        };
        let since_epoch = now.duration_since(Timestamp::UNIX_EPOCH).unsigned_abs();
        let verdict = verifier.verify_server_cert(
            leaf,
            intermediates,
            name,
            &[],
            UnixTime::since_unix_epoch(since_epoch),
        );
        match verdict {
            Ok(_) => {
                let expires = known.certificates.iter().map(|certificate| certificate.not_after).min();
                let hour = now.checked_add(VERDICT_HOLDS).unwrap_or(now);
                if let Some(known) = self.known().get_mut(&known.fingerprint) {
                    known.verified = Some((now, expires.map_or(hour, |expires| expires.min(hour))));
                }
                Ok(())
            }
            Err(rustls::Error::InvalidCertificate(error)) => {
                Err(verdict_of(&error, &known.certificates, now))
            }
            Err(other) => Err(Fault::target(FailureKind::CertificateUntrusted, other.to_string())),
        }
    }
}

/// Reads one certificate; `None` when it is not one.
pub(crate) fn read(der: &[u8]) -> Option<Certificate> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let names = certificate.subject_alternative_name().ok().flatten();
    let names = names.map(|names| names.value.general_names.iter().filter_map(name_text).collect());
    Some(Certificate {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        names: names.unwrap_or_default(),
        not_before: Timestamp::from_second(certificate.validity().not_before.timestamp()).ok()?,
        not_after: Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?,
        serial: hex(certificate.raw_serial()),
        sha256: hex(&Sha256::digest(der)),
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "x509-parser's enum; the other kinds name no host")]
fn name_text(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) | GeneralName::URI(name) | GeneralName::RFC822Name(name) => {
            Some((*name).to_owned())
        }
        GeneralName::IPAddress(bytes) => <[u8; 4]>::try_from(*bytes)
            .map(|v4| std::net::IpAddr::from(v4).to_string())
            .or_else(|_| <[u8; 16]>::try_from(*bytes).map(|v6| std::net::IpAddr::from(v6).to_string()))
            .ok(),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The bad verdict in words.
#[expect(clippy::wildcard_enum_match_arm, reason = "rustls's enum, which grows; its own words are good")]
fn verdict_of(error: &CertificateError, chain: &[Certificate], now: Timestamp) -> Fault {
    use CertificateError as E;
    let leaf = chain.first();
    match error {
        E::Expired | E::ExpiredContext { .. } => {
            let expired = chain.iter().enumerate().filter(|(_, certificate)| certificate.not_after < now);
            let detail =
                expired.min_by_key(|(_, certificate)| certificate.not_after).map(|(place, certificate)| {
                    let (ago, on) = (apart(certificate.not_after, now), day(certificate.not_after));
                    format!("{}expired {ago} ago, on {on}", of_intermediate(place, certificate))
                });
            Fault::target(FailureKind::CertificateExpired, detail.unwrap_or_else(|| "expired".to_owned()))
        }
        E::NotValidYet | E::NotValidYetContext { .. } => {
            let early = chain.iter().enumerate().filter(|(_, certificate)| certificate.not_before > now);
            let detail =
                early.max_by_key(|(_, certificate)| certificate.not_before).map(|(place, certificate)| {
                    let (to_go, on) = (apart(now, certificate.not_before), day(certificate.not_before));
                    format!("{}valid only in {to_go}, from {on}", of_intermediate(place, certificate))
                });
            Fault::target(
                FailureKind::CertificateNotYetValid,
                detail.unwrap_or_else(|| "not valid yet".to_owned()),
            )
        }
        E::NotValidForName | E::NotValidForNameContext { .. } => {
            Fault::target(FailureKind::CertificateName, leaf.map_or_else(String::new, names_of))
        }
        E::UnknownIssuer => Fault::target(
            FailureKind::CertificateUntrusted,
            match leaf {
                Some(leaf) if leaf.subject == leaf.issuer => {
                    "self-signed, and not one of the trusted roots".to_owned()
                }
                Some(leaf) if chain.len() == 1 => format!(
                    "issued by `{}`, which is not a trusted root; the server sends no intermediate certificate",
                    leaf.issuer
                ),
                Some(_) => {
                    let last = chain.last().map_or("", |certificate| &certificate.issuer);
                    format!("the chain ends at `{last}`, which is not a trusted root")
                }
                None => "the certificate cannot be read".to_owned(),
            },
        ),
        other => Fault::target(FailureKind::CertificateUntrusted, other.to_string()),
    }
}

/// Which certificate is meant, when it is not the server's own.
fn of_intermediate(place: usize, certificate: &Certificate) -> String {
    if place == 0 {
        String::new()
    } else {
        format!("the intermediate certificate `{}` is at fault: ", certificate.subject)
    }
}

fn names_of(leaf: &Certificate) -> String {
    const SHOWN: usize = 4;
    let Some(shown) = leaf.names.get(..SHOWN.min(leaf.names.len())).filter(|names| !names.is_empty()) else {
        return "it names no host at all".to_owned();
    };
    let list = shown.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match leaf.names.len() - shown.len() {
        0 => format!("it is for {list}"),
        more => format!("it is for {list} and {more} more"),
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// How far apart two moments are, in the largest unit that fits.
fn apart(earlier: Timestamp, later: Timestamp) -> String {
    let seconds = later.duration_since(earlier).as_secs().max(0);
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_told_in_the_largest_unit() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(apart(at(0), at(1)), "1 second");
        assert_eq!(apart(at(0), at(7200)), "2 hours");
        assert_eq!(apart(at(0), at(3 * 86_400 + 5)), "3 days");
    }
}
