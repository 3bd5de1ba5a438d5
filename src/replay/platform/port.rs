//! The API of a scenario's platform on a port of this machine, for clients outside of its devices.

use super::{Platform, lock};
use crate::api::auth::user_keys;
use crate::api::request::Wire;
use crate::api::{Answer, Request};
use crate::wire::{self, Answers};
use hyper::Method;
use serde_json::json;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Path below which nothing of the real platform is.
const OURS: &str = "/shakedown/";
/// The one endpoint there.
const KEYS: &str = "/shakedown/keys";

/// A port that answers until it is dropped.
pub struct Port {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    /// None once it ends.
    life: Mutex<Option<(Runtime, JoinHandle<()>)>>,
}

impl Port {
    /// Listens on a loopback address; port 0 is a free one.
    ///
    /// # Errors
    /// The address cannot be had, or the system gives no threads.
    pub fn open(platform: &Arc<Platform>, address: SocketAddr) -> io::Result<Port> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(wire::MOST_CONNECTIONS)
            .thread_name("port")
            .enable_io()
            .enable_time()
            .build()?;
        let (stop, stopped) = watch::channel(false);
        let inside = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        drop(inside);
        let outside = Arc::new(Outside(Arc::clone(platform)));
        let serving = runtime.spawn(wire::serve(
            listener,
            None,
            wire::Patience::default(),
            outside,
            stopped,
        ));
        Ok(Port {
            address,
            stop,
            life: Mutex::new(Some((runtime, serving))),
        })
    }

    /// Where it answers, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some((runtime, serving)) = lock(&self.life).take() {
            // A panic in it has been told; there is nothing more to end.
            let _ = runtime.block_on(serving);
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
    }
}

/// Clients outside of the scenario's devices. They are answered while its steps lend the ledger.
struct Outside(Arc<Platform>);

impl Answers for Outside {
    async fn answer(&self, request: Request) -> Answer {
        let platform = Arc::clone(&self.0);
        let answered = tokio::task::spawn_blocking(move || {
            match request.path.starts_with(OURS) {
                true => Some(ours(&platform, &request)),
                // No device is called so: it is the scenario's own ledger that answers.
                false => platform.client("", &request),
            }
        });
        // The scenario has ended.
        let cut = || Answer {
            wire: Wire::Cut,
            ..Answer::empty(503)
        };
        answered.await.ok().flatten().unwrap_or_else(cut)
    }
}

fn ours(platform: &Platform, request: &Request) -> Answer {
    let refused = |status, error: &str, help: &str| {
        Answer::json(status, &json!({ "error": error, "help": help }))
    };
    if let Err(why) = wire::local(request) {
        return refused(403, &why.error, why.help);
    }
    match (&request.method, request.path.trim_end_matches('/')) {
        (&Method::GET, KEYS) => platform
            .visit(|| Answer::json(200, &user_keys(&platform.main)))
            .unwrap_or_else(|| Answer::empty(503)),
        _ => refused(
            404,
            "a scenario's port has no such endpoint",
            "there is GET /shakedown/keys; the others are those of `shakedown serve`",
        ),
    }
}
