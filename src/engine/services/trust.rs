//! Which files and environment variables make programs trust a device's own CA.

/// Places of the system's bundle of CA certificates, on Debian and its kin first, then Fedora's.
pub const BUNDLES: [&str; 2] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
];

/// Environment variables that point common programs (OpenSSL, curl, Python, Node, Git) at the
/// system's bundle, to which the CA of the device's services is appended.
pub fn trust_environment() -> Vec<(String, String)> {
    [
        "SSL_CERT_FILE",
        "CURL_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "GIT_SSL_CAINFO",
    ]
    .iter()
    .map(|name| ((*name).to_owned(), BUNDLES[0].to_owned()))
    .collect()
}
