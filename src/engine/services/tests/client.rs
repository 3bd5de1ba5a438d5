//! A client that sees every byte.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (n, v) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| v.trim())
        })
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// A plain connection that gives up after a while.
pub fn connect(to: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&to, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(3)))?;
    Ok(stream)
}

/// A TLS connection that trusts one CA alone.
pub fn connect_tls(
    to: SocketAddr,
    host: &str,
    ca: &str,
) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap())
        .unwrap();
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut tls = StreamOwned::new(
        ClientConnection::new(Arc::new(config), name).unwrap(),
        connect(to)?,
    );
    tls.conn.complete_io(&mut tls.sock)?;
    Ok(tls)
}

/// A request without a body, to the host of the tests.
pub fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: cloud.example\r\n\r\n")
}

/// Sends a request and reads one answer.
pub fn ask(stream: &mut (impl Read + Write), request: &str) -> io::Result<Answer> {
    stream.write_all(request.as_bytes())?;
    read_answer(stream, request.starts_with("HEAD "))
}

/// Reads the head, then as much of the body as it announces. A body cut short is
/// `UnexpectedEof`, and so is no answer at all.
pub fn read_answer(stream: &mut impl Read, no_body: bool) -> io::Result<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let status = head[9..12].parse().unwrap();
    let mut answer = Answer {
        status,
        head,
        body: Vec::new(),
    };
    let length = answer
        .header("content-length")
        .map_or(0, |l| l.parse().unwrap());
    if !no_body && status >= 200 {
        answer.body.resize(length, 0);
        stream.read_exact(&mut answer.body)?;
    }
    Ok(answer)
}

/// One request on a connection of its own.
pub fn once(to: SocketAddr, request: &str) -> io::Result<Answer> {
    ask(&mut connect(to)?, request)
}

/// The connection was ended by the other side, in whichever way.
pub fn is_cut(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
            | ErrorKind::ConnectionAborted
    )
}
