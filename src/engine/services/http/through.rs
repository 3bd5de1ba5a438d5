//! Hands requests to whoever answers for a gateway.

use super::payload::{Cut, Payload};
use crate::engine::gateway::Gateway;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use std::sync::Arc;

/// Largest body that is handed on; a larger one is answered with 413.
const LARGEST_BODY: usize = 16 << 20;

/// Reads the body, asks, and does on the wire what was answered.
pub(super) async fn ask(
    gateway: Arc<dyn Gateway>,
    head: Parts,
    body: Incoming,
) -> Result<Response<Payload>, Cut> {
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(whole) => whole.to_bytes(),
        Err(e) if e.is::<LengthLimitError>() => {
            let mut response = Response::new(Payload::Whole(Default::default()));
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            return Ok(response);
        }
        Err(_) => return Err(Cut),
    };
    let request = Request::from_parts(head, body);
    // It may wait for others; the one thread of all networks must not.
    let asked = tokio::task::spawn_blocking(move || gateway.answer(request)).await;
    let answer = asked.map_err(|_| Cut)?;
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    Ok(answer.response.ok_or(Cut)?.map(Payload::Whole))
}
