//! A private CA and certificates of it, made on the spot.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// Files in PEM form.
pub(crate) struct Certificates {
    pub ca: PathBuf,
    pub good: PathBuf,
    pub expired: PathBuf,
    pub key: PathBuf,
}

impl Certificates {
    pub(crate) fn make(folder: &Path) -> Self {
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        authority.distinguished_name.push(DnType::CommonName, "Test CA");
        let authority_key = KeyPair::generate().unwrap();
        let ca = write("ca.pem", &authority.self_signed(&authority_key).unwrap().pem());
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().unwrap();
        let leaf = |from, until| {
            let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
            let mut leaf = CertificateParams::new(names).unwrap();
            (leaf.not_before, leaf.not_after) = (from, until);
            leaf.signed_by(&key, &issuer).unwrap().pem()
        };
        let good = write("good.pem", &leaf(date_time_ymd(2020, 1, 1), date_time_ymd(2090, 1, 1)));
        let expired = write("expired.pem", &leaf(date_time_ymd(2020, 1, 1), date_time_ymd(2024, 1, 1)));
        Self { ca, good, expired, key: write("key.pem", &key.serialize_pem()) }
    }
}
