//! One exchange over HTTP.

use std::time::Duration;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    pub method: String,
    pub secure: bool,
    pub host: String,
    pub port: u16,
    /// Path and query.
    pub path: String,
    pub agent: String,
    /// `Name: value`, without line ends.
    pub headers: Vec<String>,
    pub body: Vec<u8>,
    /// Take any certificate.
    pub any_certificate: bool,
    pub connect_timeout: Option<Duration>,
    /// For the whole exchange.
    pub timeout: Option<Duration>,
}

/// What comes before the body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    pub status: u16,
    /// Status line and headers as they came, with the empty line.
    pub raw: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    Resolve,
    Connect,
    TimedOut,
    /// No TLS connection could be made; under Wine also [`Failed::Certificate`].
    Handshake,
    /// The server's certificate is not trusted.
    Certificate,
    /// The server closed without an answer.
    Empty,
    /// The connection broke.
    Broken,
    /// Another code of WinHTTP.
    Other(u32),
}

impl Failed {
    /// What a code of WinHTTP means.
    #[must_use]
    pub fn of(code: u32) -> Failed {
        match code {
            12002 => Failed::TimedOut,
            12007 => Failed::Resolve,
            12029 => Failed::Connect,
            12030 => Failed::Broken,
            12037 | 12038 | 12044 | 12045 | 12057 | 12169 | 12170 | 12175 | 12179 => {
                Failed::Certificate
            }
            12152 => Failed::Empty,
            12157 => Failed::Handshake,
            other => Failed::Other(other),
        }
    }
}

impl Head {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.raw.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Request {
    /// Takes place and path from an address; without a scheme it is `http`.
    ///
    /// # Errors
    /// No address of HTTP: curl's exit code (1 another scheme, 3 malformed) and its words.
    pub fn point(&mut self, url: &str) -> Result<(), (i32, String)> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        self.secure = match scheme.to_lowercase().as_str() {
            "http" => false,
            "https" => true,
            other => return Err((1, format!("Protocol \"{other}\" not supported"))),
        };
        let malformed = || {
            (
                3,
                "URL rejected: Malformed input to a URL function".to_owned(),
            )
        };
        let rest = rest.split('#').next().unwrap_or("");
        let cut = rest.find(['/', '?']).unwrap_or(rest.len());
        let (place, path) = rest.split_at(cut);
        if rest.contains(char::is_whitespace) || place.contains('@') {
            return Err(malformed());
        }
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| malformed())?)
            }
            _ => (place, if self.secure { 443 } else { 80 }),
        };
        if host.is_empty() {
            return Err((3, "URL rejected: No host part in the URL".into()));
        }
        self.host = host.to_owned();
        self.port = port;
        self.path = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{path}")
        };
        Ok(())
    }

    /// The address it points at.
    #[must_use]
    pub fn url(&self) -> String {
        let (scheme, usual) = if self.secure {
            ("https", 443)
        } else {
            ("http", 80)
        };
        let port = if self.port == usual {
            String::new()
        } else {
            format!(":{}", self.port)
        };
        format!("{scheme}://{}{port}{}", self.host, self.path)
    }

    /// The address that a `Location` means from here.
    #[must_use]
    pub fn relative(&self, location: &str) -> String {
        if location.contains("://") {
            return location.to_owned();
        }
        let mut base = self.clone();
        if let Some(rest) = location.strip_prefix("//") {
            let scheme = if self.secure { "https" } else { "http" };
            return format!("{scheme}://{rest}");
        }
        base.path = if location.starts_with('/') {
            location.to_owned()
        } else {
            let path = self.path.split('?').next().unwrap_or("/");
            let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
            format!("{folder}{location}")
        };
        base.url()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(url: &str) -> Result<Request, (i32, String)> {
        let mut request = Request::default();
        request.point(url).map(|()| request)
    }

    #[test]
    fn addresses() {
        let got = at("https://a.web:8443/x/y?q=1#f").unwrap();
        assert_eq!(
            (got.host.as_str(), got.port, got.path.as_str()),
            ("a.web", 8443, "/x/y?q=1")
        );
        assert_eq!(got.relative("z"), "https://a.web:8443/x/z");
        assert_eq!(got.relative("/z"), "https://a.web:8443/z");
        assert_eq!(got.relative("http://b/"), "http://b/");
        assert_eq!(at("a.web?x").unwrap().url(), "http://a.web/?x");
        for (url, exit) in [
            ("ftp://a", 1),
            ("http://", 3),
            ("http://a b", 3),
            ("http://a:x/", 3),
        ] {
            assert_eq!(at(url).unwrap_err().0, exit, "{url}");
        }
    }

    proptest! {
        #[test]
        fn any_address_is_taken_or_refused(url in ".{0,40}") {
            if let Ok(request) = at(&url) {
                prop_assert!(request.path.starts_with('/'));
            }
        }
    }
}
