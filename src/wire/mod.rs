//! Connections: HTTP/1.1, plain and TLS on one port, every one bounded in time and size, in front
//! of anything that answers requests.

mod local;
mod patience;

pub use local::{NotLocal, local};
pub use patience::Patience;

use crate::api::request::{Answer, Request, Wire};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::http::{HeaderValue, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use patience::Impatient;
use rustls::ServerConfig;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Connections at a time; more wait until one of these ends.
pub const MOST_CONNECTIONS: usize = 512;
/// Most bytes of a request's head; more is answered with 431.
pub const LARGEST_HEAD: usize = 64 << 10;
/// Most bytes of a request's body; more is answered with 413.
pub const LARGEST_BODY: usize = 4 << 20;
/// Time that requests in flight have once the server is to end.
pub const GRACE: Duration = Duration::from_secs(10);
/// Pause after an error of the listener, so that a lasting one does not eat a core.
const PAUSE: Duration = Duration::from_millis(20);
/// First byte of a TLS handshake; no method of HTTP begins with it.
const HANDSHAKE: u8 = 0x16;

/// Answers requests that came over a connection.
pub trait Answers: Send + Sync + 'static {
    /// The answer to one request.
    fn answer(&self, request: Request) -> impl Future<Output = Answer> + Send;

    /// The answer to a request whose body was not taken; it comes without one.
    fn unread(&self, request: &Request, why: Unread) -> Answer {
        let _ = request;
        why.told()
    }
}

/// Why a body was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    TooLarge,
    Late,
    /// It is not what its head says.
    Broken,
}

impl Unread {
    /// Status that refuses it.
    pub fn status(self) -> u16 {
        match self {
            Unread::TooLarge => 413,
            Unread::Late => 408,
            Unread::Broken => 400,
        }
    }

    /// What is wrong, for people.
    pub fn error(self) -> &'static str {
        match self {
            Unread::TooLarge => "the body is larger than 4 MiB",
            Unread::Late => "the body did not come in time",
            Unread::Broken => "the body could not be read",
        }
    }

    /// The refusal in the form of the endpoints for tests.
    pub fn told(self) -> Answer {
        let help = match self {
            Unread::TooLarge => "send less at a time",
            Unread::Late => "send it without pauses",
            Unread::Broken => "send as many bytes as Content-Length says, or whole chunks",
        };
        let told = serde_json::json!({ "error": self.error(), "help": help });
        Answer::json(self.status(), &told)
    }
}

/// Takes connections until told to stop, then waits for the requests in flight.
pub async fn serve<A: Answers>(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    patience: Patience,
    front: Arc<A>,
    mut stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    let ended = stop.clone();
    loop {
        while connections.try_join_next().is_some() {}
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            _ = stop.wait_for(|s| *s) => break,
            next = next => next,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (tls, front, ended) = (tls.clone(), Arc::clone(&front), ended.clone());
        connections.spawn(async move {
            let client = Client {
                peer: peer.ip(),
                tls: false,
                patience,
            };
            connection(stream, client, tls, &*front, ended).await;
            drop(place);
        });
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    // What is not done then is cut as the set is dropped.
    let _ = timeout(GRACE, all).await;
}

/// Who is at the other end of a connection, and how.
#[derive(Clone, Copy)]
struct Client {
    peer: IpAddr,
    tls: bool,
    patience: Patience,
}

/// One connection; on a port with TLS, its first byte tells whether it is TLS.
async fn connection<A: Answers>(
    stream: TcpStream,
    client: Client,
    tls: Option<Arc<ServerConfig>>,
    front: &A,
    mut stop: watch::Receiver<bool>,
) {
    // Answers are small; without it each may wait for the client's next acknowledgement.
    let _ = stream.set_nodelay(true);
    let Some(config) = tls else {
        return converse(stream, client, front, stop).await;
    };
    let mut first = [0];
    let peeked = tokio::select! {
        peeked = timeout(client.patience.head, stream.peek(&mut first)) => peeked,
        _ = stop.wait_for(|s| *s) => return,
    };
    match peeked {
        Ok(Ok(1)) if first[0] != HANDSHAKE => converse(stream, client, front, stop).await,
        Ok(Ok(1)) => {
            let handshake = TlsAcceptor::from(config).accept(stream);
            if let Ok(Ok(stream)) = timeout(client.patience.body, handshake).await {
                let client = Client {
                    tls: true,
                    ..client
                };
                converse(stream, client, front, stop).await;
            }
        }
        _ => {}
    }
}

/// The answer is that the connection ends without one.
#[derive(Debug, thiserror::Error)]
#[error("cut on purpose")]
struct Cut;

async fn converse<S: AsyncRead + AsyncWrite + Unpin, A: Answers>(
    stream: S,
    client: Client,
    front: &A,
    mut stop: watch::Receiver<bool>,
) {
    let service = service_fn(|request| answer(request, client, front));
    let stream = Impatient::new(stream, client.patience.body);
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(client.patience.head)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), service)
    );
    // A client that goes away or talks nonsense is no error of ours, and a cut is meant.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|s| *s) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer<A: Answers>(
    request: hyper::Request<Incoming>,
    client: Client,
    front: &A,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let whole = whole(body, client.patience.body).await;
    let mut request = Request {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: head.headers,
        body: Bytes::new(),
        peer: client.peer,
        tls: client.tls,
    };
    let Answer {
        status,
        headers,
        body,
        wire,
    } = match whole {
        Ok(body) => {
            request.body = body;
            front.answer(request).await
        }
        // What is left of it is not read, so the connection ends.
        Err(why) => front
            .unread(&request, why)
            .with(header::CONNECTION, HeaderValue::from_static("close")),
    };
    match wire {
        Wire::Whole => {}
        Wire::Later(time) => tokio::time::sleep(time).await,
        Wire::Cut => return Err(Cut),
    }
    let mut response = Response::new(Full::new(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    Ok(response)
}

/// The whole body, or why it is not taken.
async fn whole(body: Incoming, most: Duration) -> Result<Bytes, Unread> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    match timeout(most, Limited::new(body, LARGEST_BODY).collect()).await {
        Err(_) => Err(Unread::Late),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(e)) if e.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Ok(Err(_)) => Err(Unread::Broken),
    }
}
