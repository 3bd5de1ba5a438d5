//! Hosts on a device's network that somebody outside of the engine answers for.

use hyper::body::Bytes;
use hyper::http::{Request, Response};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Answers requests to a host on a device's network.
pub trait Gateway: Send + Sync {
    /// Answers a request, its body whole. May take its time: it is called on a thread of its own.
    fn answer(&self, request: Request<Bytes>) -> GatewayAnswer;
}

/// What is answered, and what happens on the wire.
#[derive(Debug)]
pub struct GatewayAnswer {
    /// None: the connection is closed without an answer.
    pub response: Option<Response<Bytes>>,
    /// Real time that passes before it.
    pub delay: Duration,
}

/// A host and who answers for it, over https at port 443.
#[derive(Clone)]
pub struct GatewayHost {
    /// Name that the device resolves.
    pub host: String,
    pub gateway: Arc<dyn Gateway>,
}

impl fmt::Debug for GatewayHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayHost")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
