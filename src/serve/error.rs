//! Why a server does not start, and how to mend it.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("cannot listen on {address}: {source}")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error(
        "{address} can be reached from other machines, and whoever reaches it may run jobs here"
    )]
    Remote { address: SocketAddr },
    #[error("cannot {what} {}: {source}", .path.display())]
    File {
        what: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("cannot {what}: {source}")]
    System {
        what: &'static str,
        source: std::io::Error,
    },
    /// What was asked for does not go together, or a file is not what it should be.
    #[error("{message}")]
    Refused { message: String, help: String },
    /// The world cannot be set up on this machine.
    #[error("the world cannot be set up here: {message}")]
    World { message: String, help: String },
}

impl ServeError {
    /// How to mend it.
    pub fn help(&self) -> Option<String> {
        match self {
            ServeError::Listen { address, source } => match source.kind() {
                std::io::ErrorKind::AddrInUse => Some(format!(
                    "something listens there; give another port, or 0 for a free one: --listen {}",
                    SocketAddr::new(address.ip(), 0)
                )),
                std::io::ErrorKind::PermissionDenied => Some(
                    "ports below 1024 are root's; give another one, or 0 for a free one".into(),
                ),
                _ => None,
            },
            ServeError::Remote { .. } => {
                Some("listen on 127.0.0.1, or say --allow-remote where that is meant".into())
            }
            ServeError::File { .. } | ServeError::System { .. } => None,
            ServeError::Refused { help, .. } | ServeError::World { help, .. } => Some(help.clone()),
        }
    }
}
