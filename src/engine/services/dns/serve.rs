//! The resolver's sockets.

use crate::engine::services::network::Shared;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

/// Largest question read; a stub's question is under 300 bytes, with options under 1 KiB.
const LARGEST_QUESTION: usize = 4096;
const MOST_CONNECTIONS: usize = 64;
/// How long a silent connection is kept.
const SILENCE: Duration = Duration::from_secs(10);
/// Pause after an error of a socket, so that a lasting one does not eat a core.
const PAUSE: Duration = Duration::from_millis(20);

fn answer(shared: &Shared, packet: &[u8]) -> Option<Vec<u8>> {
    shared
        .zone
        .answer(packet, &shared.services, shared.online(), &shared.recorder)
}

/// Answers datagrams until it is dropped.
pub(in crate::engine::services) async fn serve_udp(shared: Arc<Shared>, socket: UdpSocket) {
    let mut buffer = [0; LARGEST_QUESTION];
    loop {
        match socket.recv_from(&mut buffer).await {
            Ok((length, from)) => {
                if let Some(reply) = answer(&shared, &buffer[..length]) {
                    // A client that is gone needs no reply.
                    let _ = socket.send_to(&reply, from).await;
                }
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Answers over connections until it is dropped.
pub(in crate::engine::services) async fn serve_tcp(shared: Arc<Shared>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) if connections.len() < MOST_CONNECTIONS => {
                let shared = Arc::clone(&shared);
                // How a resolver's connection ends is its client's business.
                connections
                    .spawn(async move { converse(&shared, stream).await.unwrap_or_default() });
            }
            Ok(_) => {}
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn converse(shared: &Shared, mut stream: TcpStream) -> io::Result<()> {
    loop {
        let length = match tokio::time::timeout(SILENCE, stream.read_u16()).await {
            Ok(length) => usize::from(length?),
            Err(_) => return Ok(()),
        };
        let mut question = vec![0; length];
        match tokio::time::timeout(SILENCE, stream.read_exact(&mut question)).await {
            Ok(read) => read?,
            Err(_) => return Ok(()),
        };
        let Some(reply) = answer(shared, &question) else {
            return Ok(());
        };
        let Ok(length) = u16::try_from(reply.len()) else {
            return Ok(());
        };
        stream
            .write_all(&[&length.to_be_bytes(), reply.as_slice()].concat())
            .await?;
    }
}
