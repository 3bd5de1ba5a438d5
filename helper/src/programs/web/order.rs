//! curl's command line: the options that components use; any other is refused by name.

use super::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

/// What a call asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// Address and the file its body goes to; none: stdout.
    pub fetches: Vec<(String, Option<String>)>,
    pub request: Request,
    pub follow: bool,
    pub silent: bool,
    pub show_error: bool,
    pub fail: bool,
    pub fail_with_body: bool,
    pub head_too: bool,
    pub head_only: bool,
    pub write_out: String,
    pub retries: u32,
    pub retry_delay: Option<Duration>,
    pub create_folders: bool,
    pub version: bool,
    /// `-X` was given: redirects keep the method.
    pub method_given: bool,
}

/// Why a command line is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// curl's exit code and words.
    Curl(i32, String),
    /// curl has it; it is not played.
    NotHere(String),
}

/// Options with a value that are taken.
const VALUED: &[(&str, &str)] = &[
    ("o", "output"),
    ("X", "request"),
    ("d", "data"),
    ("H", "header"),
    ("u", "user"),
    ("w", "write-out"),
    ("m", "max-time"),
    ("A", "user-agent"),
    ("e", "referer"),
    ("b", "cookie"),
    ("", "data-raw"),
    ("", "data-ascii"),
    ("", "data-binary"),
    ("", "json"),
    ("", "retry"),
    ("", "retry-delay"),
    ("", "connect-timeout"),
    ("", "url"),
];
/// Switches that are taken.
const PLAIN: &[(&str, &str)] = &[
    ("O", "remote-name"),
    ("L", "location"),
    ("s", "silent"),
    ("S", "show-error"),
    ("f", "fail"),
    ("k", "insecure"),
    ("I", "head"),
    ("i", "include"),
    ("G", "get"),
    ("V", "version"),
    ("", "fail-with-body"),
    ("", "create-dirs"),
];
/// Switches without an effect on what is fetched here.
const IDLE: &[(&str, &str)] = &[
    ("#", "progress-bar"),
    ("N", "no-buffer"),
    ("g", "globoff"),
    ("4", "ipv4"),
    ("q", "disable"),
    ("1", "tlsv1"),
    ("", "tlsv1.2"),
    ("", "tlsv1.3"),
    ("", "http1.1"),
    ("", "compressed"),
    ("", "ssl-no-revoke"),
    ("", "no-progress-meter"),
    ("", "retry-connrefused"),
];

fn find(table: &[(&str, &'static str)], name: &str, long: bool) -> Option<&'static str> {
    let fits =
        |(short, full): &&(&str, &'static str)| if long { *full == name } else { *short == name };
    table.iter().find(fits).map(|(_, full)| *full)
}

/// Reads a command line; `file` gives the content of `@file`.
///
/// # Errors
/// What curl or this stand-in does not take.
pub fn read(
    args: &[String],
    file: &dyn Fn(&str) -> std::io::Result<Vec<u8>>,
) -> Result<Order, Wrong> {
    let mut order = Order::default();
    order.request.agent = format!("curl/{}", super::curl::VERSION);
    let mut builder = Builder::default();
    let mut args = args.iter().cloned();
    while let Some(arg) = args.next() {
        if let Some(name) = arg.strip_prefix("--") {
            let name = name.to_owned();
            if let Some(full) = find(VALUED, &name, true) {
                let value = args.next().ok_or_else(|| needs(&arg))?;
                builder.value(&mut order, full, value, file)?;
            } else {
                plain(&mut order, &mut builder, &name, true, &arg)?;
            }
        } else if let Some(letters) = arg.strip_prefix('-').filter(|l| !l.is_empty()) {
            let mut rest = letters.chars();
            while let Some(letter) = rest.next() {
                let name = letter.to_string();
                if let Some(full) = find(VALUED, &name, false) {
                    let glued: String = rest.by_ref().collect();
                    let value = if glued.is_empty() {
                        args.next().ok_or_else(|| needs(&format!("-{letter}")))?
                    } else {
                        glued
                    };
                    builder.value(&mut order, full, value, file)?;
                } else {
                    plain(
                        &mut order,
                        &mut builder,
                        &name,
                        false,
                        &format!("-{letter}"),
                    )?;
                }
            }
        } else {
            builder.urls.push(arg);
        }
    }
    builder.finish(order)
}

fn needs(option: &str) -> Wrong {
    Wrong::Curl(2, format!("option {option}: requires parameter"))
}

fn plain(
    order: &mut Order,
    builder: &mut Builder,
    name: &str,
    long: bool,
    given: &str,
) -> Result<(), Wrong> {
    if find(IDLE, name, long).is_some() {
        return Ok(());
    }
    match find(PLAIN, name, long) {
        Some("remote-name") => builder.outputs.push(None),
        Some("location") => order.follow = true,
        Some("silent") => order.silent = true,
        Some("show-error") => order.show_error = true,
        Some("fail") => order.fail = true,
        Some("fail-with-body") => order.fail_with_body = true,
        Some("insecure") => order.request.any_certificate = true,
        Some("head") => order.head_only = true,
        Some("include") => order.head_too = true,
        Some("get") => builder.get = true,
        Some("create-dirs") => order.create_folders = true,
        Some("version") => order.version = true,
        _ => return Err(Wrong::NotHere(format!("option {given} is not played"))),
    }
    Ok(())
}

#[derive(Default)]
struct Builder {
    urls: Vec<String>,
    /// In order of the addresses; none: named after the address.
    outputs: Vec<Option<String>>,
    data: Option<Vec<u8>>,
    json: bool,
    get: bool,
}

impl Builder {
    fn value(
        &mut self,
        order: &mut Order,
        name: &str,
        value: String,
        file: &dyn Fn(&str) -> std::io::Result<Vec<u8>>,
    ) -> Result<(), Wrong> {
        let seconds = |value: &str| {
            let read = value
                .parse::<f64>()
                .ok()
                .and_then(|s| Duration::try_from_secs_f64(s).ok());
            read.ok_or_else(|| {
                Wrong::Curl(
                    2,
                    format!("option --{name}: expected a proper numerical parameter"),
                )
            })
        };
        match name {
            "output" => self.outputs.push(Some(value)),
            "request" => {
                order.request.method = value;
                order.method_given = true;
            }
            "data" | "data-ascii" | "data-binary" | "data-raw" | "json" => {
                let mut bytes = match value.strip_prefix('@').filter(|_| name != "data-raw") {
                    Some(path) => {
                        file(path).map_err(|_| Wrong::Curl(26, format!("Failed to open {path}")))?
                    }
                    None => value.into_bytes(),
                };
                if matches!(name, "data" | "data-ascii") {
                    bytes.retain(|b| !matches!(b, b'\r' | b'\n'));
                }
                self.json |= name == "json";
                match &mut self.data {
                    Some(data) => {
                        if name != "json" {
                            data.push(b'&');
                        }
                        data.append(&mut bytes);
                    }
                    None => self.data = Some(bytes),
                }
            }
            "header" if value.starts_with('@') => {
                return Err(Wrong::NotHere("headers from a file are not played".into()));
            }
            "header" => order.request.headers.push(value),
            "user" if value.contains(':') => {
                let header = format!("Authorization: Basic {}", STANDARD.encode(value));
                order.request.headers.push(header);
            }
            "user" => return Err(Wrong::NotHere("-u without a password asks for one".into())),
            "write-out" => {
                super::print::check(&value).map_err(Wrong::NotHere)?;
                order.write_out = value;
            }
            "max-time" => order.request.timeout = Some(seconds(&value)?),
            "connect-timeout" => order.request.connect_timeout = Some(seconds(&value)?),
            "retry-delay" => order.retry_delay = Some(seconds(&value)?),
            "retry" => {
                order.retries = value.parse().map_err(|_| {
                    Wrong::Curl(
                        2,
                        "option --retry: expected a proper numerical parameter".into(),
                    )
                })?;
            }
            "user-agent" => order.request.agent = value,
            "referer" => order.request.headers.push(format!("Referer: {value}")),
            "cookie" if value.contains('=') => {
                order.request.headers.push(format!("Cookie: {value}"));
            }
            "url" => self.urls.push(value),
            _ => return Err(Wrong::NotHere(format!("--{name} {value} is not played"))),
        }
        Ok(())
    }

    fn finish(self, mut order: Order) -> Result<Order, Wrong> {
        if order.version {
            return Ok(order);
        }
        if self.urls.is_empty() {
            return Err(Wrong::Curl(2, "no URL specified".into()));
        }
        let has = |order: &Order, name: &str| {
            order.request.headers.iter().any(|h| {
                h.split(':')
                    .next()
                    .is_some_and(|k| k.eq_ignore_ascii_case(name))
            })
        };
        let mut usual = "GET";
        let mut query = String::new();
        match self.data {
            Some(data) if self.get => query = String::from_utf8_lossy(&data).into_owned(),
            Some(data) => {
                let kind = if self.json {
                    "application/json"
                } else {
                    "application/x-www-form-urlencoded"
                };
                if !has(&order, "Content-Type") {
                    order.request.headers.push(format!("Content-Type: {kind}"));
                }
                if self.json && !has(&order, "Accept") {
                    order
                        .request
                        .headers
                        .push("Accept: application/json".into());
                }
                order.request.body = data;
                usual = "POST";
            }
            None => {}
        }
        if !has(&order, "Accept") {
            order.request.headers.push("Accept: */*".into());
        }
        if order.head_only {
            usual = "HEAD";
        }
        if order.request.method.is_empty() {
            order.request.method = usual.into();
        }
        let mut outputs = self.outputs.into_iter();
        for mut url in self.urls {
            if !query.is_empty() {
                url.push(if url.contains('?') { '&' } else { '?' });
                url.push_str(&query);
            }
            let to = match outputs.next() {
                None => None,
                Some(Some(file)) => Some(file),
                Some(None) => Some(remote_name(&url)?),
            };
            order.fetches.push((url, to.filter(|t| t != "-")));
        }
        Ok(order)
    }
}

fn remote_name(url: &str) -> Result<String, Wrong> {
    let path = url.split(['?', '#']).next().unwrap_or("");
    let path = path.split_once("://").map_or(path, |(_, p)| p);
    match path.rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err(Wrong::Curl(23, "Remote file name has no length".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Order, Wrong> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        read(&args, &|name| match name {
            "f" => Ok(b"a\r\nb".to_vec()),
            _ => Err(std::io::ErrorKind::NotFound.into()),
        })
    }

    #[test]
    fn forms() {
        let got = of("-sSfLo out.exe https://a/x.exe").unwrap();
        assert!(got.silent && got.show_error && got.fail && got.follow);
        assert_eq!(
            got.fetches,
            [("https://a/x.exe".into(), Some("out.exe".into()))]
        );
        let got = of("-O https://a/b/x.exe?y=1").unwrap();
        assert_eq!(got.fetches[0].1.as_deref(), Some("x.exe"));
        let got = of("-d a=1 -d @f http://a").unwrap();
        assert_eq!(got.request.body, b"a=1&ab");
        assert_eq!(got.request.method, "POST");
        let got = of("--data-binary @f -X PUT -H Content-Type:x http://a -u me:pw").unwrap();
        assert_eq!(
            (got.request.body.as_slice(), got.request.method.as_str()),
            (&b"a\r\nb"[..], "PUT")
        );
        assert!(
            got.request
                .headers
                .contains(&"Authorization: Basic bWU6cHc=".into())
        );
        assert_eq!(
            of("-G -d q=1 http://a/?x").unwrap().fetches[0].0,
            "http://a/?x&q=1"
        );
        assert_eq!(of("-I http://a").unwrap().request.method, "HEAD");
    }

    #[test]
    fn what_is_not_taken_is_named() {
        assert_eq!(
            of("-F a=b http://a"),
            Err(Wrong::NotHere("option -F is not played".into()))
        );
        assert!(
            matches!(of("--proxy x http://a"), Err(Wrong::NotHere(w)) if w.contains("--proxy"))
        );
        assert!(matches!(
            of("-w %{time_total} http://a"),
            Err(Wrong::NotHere(_))
        ));
        assert!(matches!(of(""), Err(Wrong::Curl(2, _))));
        assert!(matches!(of("-d @nope http://a"), Err(Wrong::Curl(26, _))));
        assert!(matches!(of("-m x http://a"), Err(Wrong::Curl(2, _))));
        assert!(matches!(of("-O http://a/"), Err(Wrong::Curl(23, _))));
        assert!(matches!(of("http://a -o"), Err(Wrong::Curl(2, _))));
    }
}
