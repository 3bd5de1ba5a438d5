//! `-w` and what curl says of a failure.

use super::http::{Failed, Request};

/// What `-w` may tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    pub status: u16,
    pub url: String,
    pub size: u64,
    pub content_type: String,
    pub redirects: u32,
    pub exit: i32,
}

const NAMES: [&str; 7] = [
    "http_code",
    "response_code",
    "url_effective",
    "size_download",
    "content_type",
    "num_redirects",
    "exitcode",
];

/// Names of variables in a format.
fn names(format: &str) -> impl Iterator<Item = &str> {
    format
        .split("%{")
        .skip(1)
        .filter_map(|after| after.split_once('}').map(|(name, _)| name))
}

/// Whether a format can be told.
///
/// # Errors
/// A variable that is not played.
pub fn check(format: &str) -> Result<(), String> {
    if format.starts_with('@') {
        return Err("-w from a file is not played".into());
    }
    match names(format).find(|n| !NAMES.contains(n)) {
        Some(name) => Err(format!("-w %{{{name}}} is not played")),
        None => Ok(()),
    }
}

/// A format filled in.
#[must_use]
pub fn fill(format: &str, told: &Told) -> String {
    let mut text = format.to_owned();
    let size = told.size.to_string();
    let code = format!("{:03}", told.status);
    for (name, value) in NAMES.iter().zip([
        &code,
        &code,
        &told.url,
        &size,
        &told.content_type,
        &told.redirects.to_string(),
        &told.exit.to_string(),
    ]) {
        text = text.replace(&format!("%{{{name}}}"), value);
    }
    for (from, to) in [("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t"), ("%%", "%")] {
        text = text.replace(from, to);
    }
    text
}

/// curl's exit code and words.
#[must_use]
pub fn failure(failed: &Failed, request: &Request, milliseconds: u128, got: u64) -> (i32, String) {
    let (host, port) = (&request.host, request.port);
    match failed {
        Failed::Resolve => (6, format!("Could not resolve host: {host}")),
        Failed::Connect => (
            7,
            format!("Failed to connect to {host} port {port} after {milliseconds} ms: Could not connect to server"),
        ),
        Failed::TimedOut => (
            28,
            format!("Operation timed out after {milliseconds} milliseconds with {got} bytes received"),
        ),
        Failed::Handshake => (35, format!("schannel: the TLS handshake with {host} failed")),
        Failed::Certificate => (
            60,
            "schannel: the server's certificate is not trusted (its chain, its dates or its host name)".into(),
        ),
        Failed::Empty => (52, "Empty reply from server".into()),
        Failed::Broken => (56, "Recv failure: Connection was reset".into()),
        Failed::Other(code) => (56, format!("Failure when receiving data from the peer (WinHTTP {code})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let told = Told {
            status: 404,
            size: 12,
            url: "http://a/".into(),
            ..Told::default()
        };
        assert_eq!(fill(r"%{http_code} %{size_download}\n", &told), "404 12\n");
        assert_eq!(fill("%{http_code}", &Told::default()), "000");
        assert!(check("%{time_total}").is_err());
        assert!(check("%{url_effective}%").is_ok());
    }
}
