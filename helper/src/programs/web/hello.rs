//! Tells a server that speaks no TLS from one whose certificate is not trusted: WinHTTP under Wine has
//! one error for both.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Longest wait for the server's first byte.
const PATIENCE: Duration = Duration::from_secs(5);
/// First byte of a record of the TLS handshake.
const HANDSHAKE: u8 = 0x16;

/// Whether a server answers a TLS handshake; nothing of HTTP is sent.
#[must_use]
pub fn answers(host: &str, port: u16) -> bool {
    let ask = || -> std::io::Result<u8> {
        let at = (host, port).to_socket_addrs()?.next();
        let at = at.ok_or(std::io::ErrorKind::NotFound)?;
        let mut stream = TcpStream::connect_timeout(&at, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(&hello(host))?;
        let mut first = [0];
        stream.read_exact(&mut first)?;
        Ok(first[0])
    };
    ask().is_ok_and(|first| first == HANDSHAKE)
}

/// Bytes with their length before them, in two bytes.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

fn extension(kind: u16, bytes: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &sized(bytes)].concat()
}

/// A client's hello of TLS 1.2 (RFC 5246, 7.4.1.2) with the server's name (RFC 6066).
fn hello(host: &str) -> Vec<u8> {
    let name = [&[0][..], &sized(host.as_bytes())].concat();
    let extensions = [
        extension(0x0000, &sized(&name)),
        // Groups: secp256r1, secp384r1, x25519.
        extension(0x000a, &[0, 6, 0, 23, 0, 24, 0, 29]),
        extension(0x000b, &[1, 0]),
        // Signatures: RSA-PSS, ECDSA and RSA with SHA-256, ECDSA and RSA with SHA-384, Ed25519.
        extension(0x000d, &[0, 12, 8, 4, 4, 3, 4, 1, 5, 3, 5, 1, 8, 7]),
    ]
    .concat();
    let mut body = vec![3, 3];
    body.extend([0x5a; 32]);
    body.push(0);
    // ECDHE with AES-GCM for ECDSA and RSA, and AES-GCM with RSA.
    body.extend(sized(&[
        0xc0, 0x2b, 0xc0, 0x2c, 0xc0, 0x2f, 0xc0, 0x30, 0, 0x9c, 0, 0x9d,
    ]));
    body.extend([1, 0]);
    body.extend(sized(&extensions));
    let mut message = vec![1, 0];
    message.extend(sized(&body));
    [&[HANDSHAKE, 3, 1][..], &sized(&message)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn against(answer: &'static [u8]) -> bool {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port();
        let side = std::thread::spawn(move || {
            let (mut client, _) = server.accept().unwrap();
            let mut head = [0; 5];
            client.read_exact(&mut head).unwrap();
            let mut rest = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
            client.read_exact(&mut rest).unwrap();
            client.write_all(answer).unwrap();
        });
        let answered = answers("127.0.0.1", port);
        side.join().unwrap();
        answered
    }

    #[test]
    fn a_server_is_told_by_its_first_byte() {
        assert!(against(&[0x16, 3, 3]));
        assert!(!against(&[0x15, 3, 3]));
        assert!(!against(b"HTTP/1.1 400"));
    }
}
