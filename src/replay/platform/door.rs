//! The API as a device of a world reaches it: at the platform's own host name.

use crate::api::request::Wire;
use crate::api::{Answer, Request};
use crate::engine::{Gateway, GatewayAnswer, GatewayHost};
use crate::scenario::world::World;
use hyper::body::Bytes;
use hyper::http;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

/// Answers requests of a device; none closes the connection without an answer.
pub type Answering = Arc<dyn Fn(&Request) -> Option<Answer> + Send + Sync>;

/// Name by which devices reach a platform's API.
pub fn host(platform: &str) -> String {
    format!("{platform}-api.centrastage.net")
}

/// How a device of a world reaches the API of its platform; `number` is its place in the world.
/// Not at all where the world plays that host itself, by a service of that name.
pub fn gateways(world: &World, number: usize, answering: Answering) -> Vec<GatewayHost> {
    let host = host(&world.platform);
    if world.services.iter().any(|s| s.value.host == host) {
        return Vec::new();
    }
    let door = Door {
        answering,
        address: address(number + 1),
    };
    vec![GatewayHost {
        host,
        gateway: Arc::new(door),
    }]
}

struct Door {
    answering: Answering,
    address: IpAddr,
}

impl Gateway for Door {
    fn answer(&self, request: http::Request<Bytes>) -> GatewayAnswer {
        let (head, body) = request.into_parts();
        let request = Request {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: head.headers,
            body,
            peer: self.address,
            tls: true,
        };
        match (self.answering)(&request) {
            Some(answer) => on_the_wire(answer),
            None => GatewayAnswer {
                response: None,
                delay: Duration::ZERO,
            },
        }
    }
}

fn on_the_wire(answer: Answer) -> GatewayAnswer {
    let mut response = http::Response::new(answer.body);
    *response.status_mut() = http::StatusCode::from_u16(answer.status)
        .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = answer.headers;
    let delay = match answer.wire {
        Wire::Later(delay) => delay,
        Wire::Whole | Wire::Cut => Duration::ZERO,
    };
    GatewayAnswer {
        response: (answer.wire != Wire::Cut).then_some(response),
        delay,
    }
}

/// Address on the internet that calls of a device come from: of a network for documents (RFC 5737),
/// so that limits by address are each device's own. `api:` steps come from the first.
pub fn address(number: usize) -> IpAddr {
    let last = u8::try_from(number % 200).unwrap_or_default() + 10;
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, last))
}
