//! A server as a child process, and a small client that sees every byte of an answer.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that answers.
pub struct Served {
    pub child: Child,
    /// What it said on its ready line: `http://127.0.0.1:PORT`.
    pub url: String,
    pub port: u16,
    out: BufReader<ChildStdout>,
    err: Option<ChildStderr>,
}

/// The program with these arguments in a folder.
pub fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shakedown"));
    command.arg("serve").args(args).current_dir(dir);
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Served {
    /// Starts a server and waits for its ready line.
    pub fn start(dir: &Path, args: &[&str]) -> Served {
        Served::of(command(dir, args))
    }

    /// The same for a command that becomes a server.
    pub fn of(mut command: Command) -> Served {
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("its stdout"));
        let mut err = child.stderr.take();
        let mut line = String::new();
        out.read_line(&mut line).expect("its stdout is text");
        let Some(url) = line.trim().strip_prefix("ready ").map(str::to_owned) else {
            let mut said = String::new();
            if let Some(err) = &mut err {
                let _ = err.read_to_string(&mut said);
            }
            panic!("no ready line, but {line:?}; it said:\n{said}");
        };
        let port = url.rsplit(':').next().and_then(|p| p.parse().ok());
        let port = port.expect("the ready line ends in a port");
        Served {
            child,
            url,
            port,
            out,
            err,
        }
    }

    /// Sends a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("it still runs");
    }

    /// Waits for its end; gives what it wrote after the ready line.
    pub fn ended(mut self) -> (ExitStatus, String, String) {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).expect("text");
        if let Some(mut e) = self.err.take() {
            e.read_to_string(&mut err).expect("text");
        }
        (status, out, err)
    }

    /// SIGTERM, and its end.
    pub fn stopped(self) -> (ExitStatus, String, String) {
        self.signal(rustix::process::Signal::TERM);
        self.ended()
    }

    pub fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        self.try_call(method, path, headers, body)
            .expect("an answer")
    }

    /// One call on a connection of its own.
    pub fn try_call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> std::io::Result<Got> {
        let mut stream = connect(self.port)?;
        stream.write_all(request(method, path, headers, body).as_bytes())?;
        answer(&mut BufReader::new(stream))
    }

    /// API key and secret of the first user of an account.
    pub fn keys(&self, account: u64) -> (String, String) {
        let all = self.call("GET", "/shakedown/keys", &[], "").json();
        let all = all.as_array().expect("an array").clone();
        let of = all.iter().find(|k| k["account"] == account);
        let of = of.expect("the account has a user");
        let text = |name: &str| of[name].as_str().unwrap_or_default().to_owned();
        (text("key"), text("secret"))
    }

    /// A token of an account.
    pub fn token(&self, account: u64) -> String {
        let (key, secret) = self.keys(account);
        let got = self.call(
            "POST",
            "/auth/oauth/token",
            &[LOGIN, ("Content-Type", "application/x-www-form-urlencoded")],
            &format!("grant_type=password&username={key}&password={secret}"),
        );
        assert_eq!(got.status, 200, "{}", got.text());
        let token = got.json()["access_token"].as_str().map(str::to_owned);
        format!("Bearer {}", token.expect("a token"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A test that failed leaves no process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Why a test that calls a command of the host's on a device cannot run.
pub fn missing(command: &str) -> Option<String> {
    let there = Command::new(command).arg("--version").output().is_ok();
    (!there).then(|| format!("there is no {command}"))
}

/// The platform's public client.
pub const LOGIN: (&str, &str) = ("Authorization", "Basic cHVibGljLWNsaWVudDpwdWJsaWM=");

/// An answer.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Got {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("no JSON ({e}): {} {}", self.head, self.text()))
    }
}

pub fn connect(port: u16) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A request as it goes over the wire; `Host` unless it is given.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|(n, _)| *n == "Host") {
        text.push_str("Host: localhost\r\n");
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    format!("{text}\r\n{body}")
}

/// Reads one answer with its length told.
pub fn answer(from: &mut impl BufRead) -> std::io::Result<Got> {
    let ended = || std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "no whole answer");
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head)? == 0 {
            return Err(ended());
        }
    }
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok());
    let length = head
        .lines()
        .filter_map(|l| l.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Got {
        status: status.ok_or_else(ended)?,
        head,
        body,
    })
}

/// A TLS connection to a port by a host name, trusting the CA of a file alone.
pub fn tls(
    port: u16,
    name: &'static str,
    ca: &Path,
) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(ca).expect("a certificate");
    roots.add(certificate).expect("a CA");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name).expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = StreamOwned::new(connection, connect(port)?);
    // The handshake is done here, so that its errors are told apart from those of calls.
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}
