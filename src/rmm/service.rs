//! Services: the vendor's own cloud, mocked on the device's network only.

/// A mocked service reachable on the device at its real URL.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServiceSpec {
    /// Name in the scenario.
    pub name: String,
    /// `http` or `https`.
    pub tls: bool,
    /// Host name the device resolves.
    pub host: String,
    pub port: u16,
    /// Path prefix of the service's URL, without trailing slash; empty for none.
    pub base_path: String,
    pub routes: Vec<Route>,
    /// Fault applied to every request that no route's own fault covers.
    pub fault: Option<Fault>,
}

/// First route that matches answers; with none, 404 and the call is recorded as unmatched.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Route {
    pub when: Request,
    /// Replies in turn; the last one repeats.
    pub replies: Vec<Reply>,
}

/// What a request must be to match a route. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// Upper case; none takes every method.
    pub method: Option<String>,
    /// Exact path below the service's base (without query), or with `*` for one and `**` for any number of segments.
    pub path: Option<String>,
    /// Query parameters that must be there with these values.
    pub query: Vec<(String, String)>,
    /// Headers (name without regard to case) that must have these values.
    pub headers: Vec<(String, String)>,
    /// Text the body must contain.
    pub body_contains: Option<String>,
}

/// What a route answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub fault: Option<Fault>,
}

impl Default for Reply {
    fn default() -> Self {
        Reply {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            fault: None,
        }
    }
}

/// A fault of the network or the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answers this status with an empty body.
    Status(u16),
    /// Waits so many milliseconds before the answer.
    Delay(u64),
    /// Closes the connection without an answer.
    Cut,
    /// Sends the headers with the full Content-Length and only this share of the body (0..=99 per cent), then closes.
    Truncate(u8),
    /// Flips bytes of the body; length and headers stay right. Which ones is derived from the seed.
    Corrupt,
    /// Accepts and never answers.
    Hang,
    /// The TLS certificate is one that no CA of the device signed.
    UntrustedCertificate,
    /// The TLS certificate has expired.
    ExpiredCertificate,
    /// The name does not resolve (NXDOMAIN).
    UnknownName,
    /// Connection refused.
    Refused,
}

impl Fault {
    /// Stable word used in records.
    pub fn word(&self) -> String {
        match self {
            Fault::Status(s) => format!("status {s}"),
            Fault::Delay(ms) => format!("delay {ms} ms"),
            Fault::Cut => "cut".into(),
            Fault::Truncate(p) => format!("truncate to {p} %"),
            Fault::Corrupt => "corrupt".into(),
            Fault::Hang => "hang".into(),
            Fault::UntrustedCertificate => "untrusted certificate".into(),
            Fault::ExpiredCertificate => "expired certificate".into(),
            Fault::UnknownName => "unknown name".into(),
            Fault::Refused => "refused".into(),
        }
    }
}
