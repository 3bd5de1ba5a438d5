//! How a device comes to trust the CA of its services, and no other device.

/// Debian's store; it is made where a distribution has none.
pub const STORE: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Fedora's store.
pub const OTHER_STORES: [&str; 2] = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];
/// Largest store that is read.
pub const LARGEST: u64 = 16 << 20;

/// Variables by which programs with a store of their own (Python's requests, Node, Git, curl) are
/// led to the device's.
pub fn environment() -> Vec<(String, String)> {
    [
        "SSL_CERT_FILE",
        "CURL_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "GIT_SSL_CAINFO",
        "AWS_CA_BUNDLE",
    ]
    .iter()
    .map(|name| ((*name).to_owned(), STORE.to_owned()))
    .collect()
}
