//! Certificates of a device's network: one CA that nobody else has, and what it signs.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::NoServerSessionStorage;
use std::io;
use std::sync::{Arc, LazyLock};

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(rustls::crypto::ring::default_provider()));

/// Which certificate a service shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certificate {
    Good,
    /// Signed by itself alone. Clients that forgive an unknown CA (.NET under Wine) refuse it too.
    Untrusted,
    /// Signed by the device's CA, ended two days ago.
    Expired,
}

/// The CA of one device's network.
pub(super) struct Authority {
    ca: CertifiedIssuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// Makes a CA with a key of its own (ECDSA P-256), valid from two years ago for twelve years.
    pub fn new() -> io::Result<Authority> {
        let mut params = CertificateParams::default();
        params.distinguished_name = named("shakedown device CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        valid(&mut params, -730, 3650);
        let ca = CertifiedIssuer::self_signed(params, key()?).map_err(io::Error::other)?;
        Ok(Authority { pem: ca.pem(), ca })
    }

    /// The CA's certificate as PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS 1.2 and 1.3 with HTTP/1.1 for a host name or an address. No session is ever resumed:
    /// a client looks at the certificate anew on every connection.
    pub fn server(&self, host: &str, certificate: Certificate) -> io::Result<Arc<ServerConfig>> {
        let mut params = CertificateParams::default();
        // A common name has at most 64 characters; clients look at the alternative name alone.
        params.distinguished_name = named(if host.len() <= 64 {
            host
        } else {
            "shakedown service"
        });
        params.subject_alt_names = vec![match host.parse() {
            Ok(ip) => SanType::IpAddress(ip),
            Err(_) => SanType::DnsName(host.try_into().map_err(io::Error::other)?),
        }];
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
            Certificate::Good | Certificate::Expired => params.signed_by(&key, &self.ca),
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
