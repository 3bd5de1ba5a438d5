//! HTTP/1.1 over plain TCP and TLS, with the faults of the scenario done on the wire.
//!
//! A client that closes its sending half before it has its answer counts as gone and gets none.

mod answer;
pub(super) mod path;
mod payload;
mod request;
pub(super) mod search;
mod through;

use super::gate::{Gate, Stand, Tls};
use super::lock;
use super::network::Shared;
use super::record::Fresh;
use super::tls::Certificate;
use crate::rmm::service::Fault;
use answer::Connection;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use payload::{Flushed, Watched};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// Connections one host and port holds at a time; more are closed at once.
const MOST_CONNECTIONS: usize = 1024;
/// Most bytes of a request's head; hyper answers 431 to more.
const LARGEST_HEAD: usize = 64 << 10;
/// Pause after an error of a listener, so that a lasting one does not eat a core.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves the gate of this index until it is dropped.
pub(super) async fn serve_gate(shared: Arc<Shared>, index: usize) {
    let Some(gate) = shared.gates.get(index) else {
        return;
    };
    let mut watch = gate.watch();
    let mut connections = JoinSet::new();
    let mut listener: Option<TcpListener> = None;
    let mut generation = 0;
    loop {
        let state = *watch.borrow_and_update();
        if state.generation != generation {
            generation = state.generation;
            connections.shutdown().await;
            // A socket that was shut stays ended for the descriptor the runtime knows.
            listener = None;
        }
        if state.stand == Stand::Shut {
            listener = None;
        } else if listener.is_none() {
            listener = gate.listener().ok();
            if listener.is_none() {
                // Out of descriptors: others may be given back.
                let _ = tokio::time::timeout(PAUSE, watch.changed()).await;
                watch.mark_changed();
                continue;
            }
        }
        loop {
            while connections.try_join_next().is_some() {}
            tokio::select! {
                biased;
                changed = watch.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    break;
                }
                stream = accept(listener.as_ref()) => match stream {
                    Some(stream) if state.stand == Stand::Resetting => {
                        // Without it the client would see an orderly end.
                        let _ = stream.set_zero_linger();
                    }
                    Some(stream) if connections.len() < MOST_CONNECTIONS => {
                        let fresh = shared.recorder.connected();
                        connections.spawn(serve(Arc::clone(&shared), index, stream, fresh));
                    }
                    Some(_) => {}
                    None => {
                        // A shut socket fails here a moment before the change is told.
                        let _ = tokio::time::timeout(PAUSE, watch.changed()).await;
                        watch.mark_changed();
                    }
                }
            }
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> Option<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.ok().map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

/// Serves one connection to its end.
async fn serve(shared: Arc<Shared>, index: usize, stream: TcpStream, fresh: Fresh) {
    let Some(gate) = shared.gates.get(index) else {
        return;
    };
    let fresh = Mutex::new(Some(fresh));
    // Answers are small; without it each may wait for the client's next acknowledgement.
    let _ = stream.set_nodelay(true);
    let Some(Tls {
        config,
        certificate,
    }) = gate.tls()
    else {
        return converse(Connection::new(&shared, gate, None, &fresh), stream).await;
    };
    let fault = match certificate {
        Certificate::Good => None,
        Certificate::Untrusted => Some(Fault::UntrustedCertificate),
        Certificate::Expired => Some(Fault::ExpiredCertificate),
    };
    if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
        converse(
            Connection::new(&shared, gate, fault.as_ref(), &fresh),
            stream,
        )
        .await;
    }
    if let Some(fault) = fault
        && lock(&fresh).is_some()
    {
        let name = culprit(&shared, gate, &fault);
        shared.recorder.before_request(name, fault.word());
    }
}

/// The service of the gate that has this fault.
fn culprit<'a>(shared: &'a Shared, gate: &Gate, fault: &Fault) -> &'a str {
    let behind = || gate.services.iter().filter_map(|&i| shared.services.get(i));
    behind()
        .find(|s| s.fault().as_ref() == Some(fault))
        .or(behind().next())
        .map_or("", |s| s.name.as_str())
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(connection: Connection<'_>, stream: S) {
    let flushed = Flushed::default();
    let io = TokioIo::new(Watched {
        stream,
        flushed: flushed.clone(),
    });
    let serve = service_fn(|request| connection.answer(request, flushed.clone()));
    // A client that goes away or talks nonsense is no error of ours, and a cut is meant.
    let _ = http1::Builder::new()
        .max_buf_size(LARGEST_HEAD)
        // A client that prints it would make each replay another one; a reply may name its own.
        .auto_date_header(false)
        .serve_connection(io, serve)
        .await;
}
