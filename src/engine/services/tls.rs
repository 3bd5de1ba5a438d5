//! Certificates: a CA that nobody else has, and what it signs.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, SanType,
};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::NoServerSessionStorage;
use std::io;
use std::sync::{Arc, LazyLock};

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(rustls::crypto::ring::default_provider()));

/// Which certificate a service shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    Good,
    /// Signed by itself alone. Clients that forgive an unknown CA (.NET under Wine) refuse it too.
    Untrusted,
    /// Signed by the device's CA, ended two days ago.
    Expired,
}

/// A CA.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// Makes a CA of this name with a key of its own (ECDSA P-256), valid from two years ago for
    /// twelve years.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn new(name: &str) -> io::Result<Authority> {
        let params = authority(name);
        let key = key()?;
        let pem = params.self_signed(&key).map_err(io::Error::other)?.pem();
        Ok(Authority {
            pem,
            issuer: Issuer::new(params, key),
        })
    }

    /// The CA of this name that [`Authority::to_pem`] wrote.
    ///
    /// # Errors
    /// `InvalidData` with what is wrong: no key, no certificate, or one of another key.
    pub fn from_pem(name: &str, text: &str) -> io::Result<Authority> {
        let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes())
            .map_err(|e| wrong(format!("it holds no private key: {e}")))?;
        let key = KeyPair::try_from(&key)
            .map_err(|e| wrong(format!("its private key cannot be used: {e}")))?;
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())
            .map_err(|e| wrong(format!("it holds no certificate: {e}")))?;
        let public = key.der_bytes();
        if !certificate.windows(public.len()).any(|w| w == public) {
            return Err(wrong("its certificate is of another key".to_owned()));
        }
        let begin = text.find(BEGIN).unwrap_or_default();
        let end = text[begin..]
            .find(END)
            .map_or(text.len(), |n| begin + n + END.len());
        Ok(Authority {
            pem: format!("{}\n", &text[begin..end]),
            issuer: Issuer::new(authority(name), key),
        })
    }

    /// Certificate and private key as PEM, to be kept.
    pub fn to_pem(&self) -> String {
        format!("{}{}", self.pem, self.issuer.key().serialize_pem())
    }

    /// The CA's certificate as PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS 1.2 and 1.3 with HTTP/1.1 for host names and addresses, of which the first names the
    /// certificate. No session is ever resumed: a client looks at the certificate anew on every
    /// connection.
    ///
    /// # Errors
    /// A host is neither a name nor an address.
    pub fn server(
        &self,
        hosts: &[&str],
        certificate: Certificate,
    ) -> io::Result<Arc<ServerConfig>> {
        let mut params = CertificateParams::default();
        let host = hosts.first().copied().unwrap_or_default();
        // A common name has at most 64 characters; clients look at the alternative name alone.
        params.distinguished_name = named(if host.len() <= 64 {
            host
        } else {
            "shakedown service"
        });
        params.subject_alt_names = hosts
            .iter()
            .map(|h| alternative(h))
            .collect::<Result<_, _>>()?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        match certificate {
            Certificate::Good | Certificate::Untrusted => valid(&mut params, -30, 365),
            Certificate::Expired => valid(&mut params, -367, -2),
        }
        let key = key()?;
        let signed = match certificate {
            Certificate::Untrusted => params.self_signed(&key),
            Certificate::Good | Certificate::Expired => params.signed_by(&key, &self.issuer),
        };
        let chain = vec![signed.map_err(io::Error::other)?.der().clone()];
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&PROVIDER))
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(chain, private)
            })
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Arc::new(config))
    }
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid(&mut params, -730, 3650);
    params
}

fn alternative(host: &str) -> io::Result<SanType> {
    Ok(match host.parse() {
        Ok(ip) => SanType::IpAddress(ip),
        Err(_) => SanType::DnsName(host.try_into().map_err(io::Error::other)?),
    })
}

fn key() -> io::Result<KeyPair> {
    KeyPair::generate().map_err(io::Error::other)
}

fn named(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// Valid from and to so many days from now (midnight, UTC).
fn valid(params: &mut CertificateParams, from: i64, to: i64) {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let day = |days: i64| {
        let date = today.saturating_add(Span::new().days(days));
        rcgen::date_time_ymd(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    params.not_before = day(from);
    params.not_after = day(to);
}
