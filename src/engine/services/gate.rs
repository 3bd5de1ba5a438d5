//! The listening socket of one host and port, which can be shut and opened again.
//!
//! A shut gate refuses connections for real: `shutdown` takes a listening socket out of the
//! LISTEN state and leaves it bound (Linux), so the kernel answers with a reset, and `listen`
//! brings it back. Both work on a socket of another network namespace.

use super::lock;
use super::tls::Certificate;
use rustix::net::Shutdown;
use rustls::ServerConfig;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// Connections the kernel keeps waiting.
const BACKLOG: i32 = 1024;

/// How the gate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    Open,
    Shut,
    /// The kernel would not stop listening; every connection is reset as soon as it is there.
    Resetting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub stand: Stand,
    /// A new number cuts all connections that came through before.
    pub generation: u64,
}

/// What a connection meets in the TLS handshake.
#[derive(Clone)]
pub(super) struct Tls {
    pub config: Arc<ServerConfig>,
    pub certificate: Certificate,
}

pub(super) struct Gate {
    socket: TcpListener,
    pub address: SocketAddr,
    /// Indices of the services behind it; the first one gave the gate its host.
    pub services: Vec<usize>,
    tls: Mutex<Option<Tls>>,
    state: watch::Sender<State>,
}

impl Gate {
    /// Takes over a socket that listens.
    pub fn new(socket: TcpListener, services: Vec<usize>) -> io::Result<Gate> {
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let state = watch::Sender::new(State {
            stand: Stand::Open,
            generation: 0,
        });
        Ok(Gate {
            socket,
            address,
            services,
            tls: Mutex::new(None),
            state,
        })
    }

    pub fn tls(&self) -> Option<Tls> {
        lock(&self.tls).clone()
    }

    pub fn set_tls(&self, tls: Option<Tls>) {
        *lock(&self.tls) = tls;
    }

    pub fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// The socket for the runtime; a fresh descriptor each time, since one that was shut keeps
    /// the mark of it in the runtime's eyes.
    pub fn listener(&self) -> io::Result<tokio::net::TcpListener> {
        tokio::net::TcpListener::from_std(self.socket.try_clone()?)
    }

    /// Cuts every connection that is there.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.generation += 1);
    }

    /// Refuses connections from now on and cuts those that are there.
    pub fn shut(&self) {
        if self.state.borrow().stand == Stand::Open {
            let stand = match rustix::net::shutdown(&self.socket, Shutdown::Read) {
                Ok(()) => Stand::Shut,
                Err(_) => Stand::Resetting,
            };
            self.state.send_modify(|state| state.stand = stand);
        }
        self.cut();
    }

    /// Takes connections again.
    pub fn open(&self) -> io::Result<()> {
        if self.state.borrow().stand == Stand::Shut {
            // A socket whose port the kernel had chosen lost it; one bound by its owner did not.
            match rustix::net::bind(&self.socket, &self.address) {
                Ok(()) | Err(rustix::io::Errno::INVAL) => {}
                Err(error) => return Err(error.into()),
            }
            rustix::net::listen(&self.socket, BACKLOG)?;
        }
        self.state.send_if_modified(|state| {
            std::mem::replace(&mut state.stand, Stand::Open) != Stand::Open
        });
        Ok(())
    }
}
