//! Answers one request: finds service and route, does the fault, keeps the record.

use super::payload::{Cut, Flushed, Payload, corrupted, part_of};
use super::request::{LARGEST_BODY, Outcome, find_route, read_body};
use crate::engine::services::check::plain_host;
use crate::engine::services::gate::Gate;
use crate::engine::services::lock;
use crate::engine::services::network::Shared;
use crate::engine::services::record::{Fresh, OpenCall};
use crate::engine::services::service::{Reply, Route, Service};
use crate::rmm::observed::ServiceCall;
use crate::rmm::service::Fault;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Version};
use std::sync::Mutex;
use std::time::Duration;

/// What the requests of one connection have in common.
pub(super) struct Connection<'a> {
    shared: &'a Shared,
    gate: &'a Gate,
    /// The fault the client has already met on the way here.
    met: Option<&'a Fault>,
    /// Emptied by the first request.
    fresh: &'a Mutex<Option<Fresh>>,
}

/// An answer that is not sent yet.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

/// Where a request goes.
enum Target<'a> {
    Service(&'a Service, String),
    /// To none of the services here, and why.
    Nobody(StatusCode, String),
}

impl<'a> Connection<'a> {
    pub fn new(
        shared: &'a Shared,
        gate: &'a Gate,
        met: Option<&'a Fault>,
        fresh: &'a Mutex<Option<Fresh>>,
    ) -> Connection<'a> {
        Connection {
            shared,
            gate,
            met,
            fresh,
        }
    }

    /// Answers a request; the error closes the connection without an answer.
    ///
    /// The record is opened here and not in the future: hyper drops the future unpolled when the
    /// client's end of the connection came together with the request.
    pub fn answer(
        &self,
        request: Request<Incoming>,
        flushed: Flushed,
    ) -> impl Future<Output = Result<Response<Payload>, Cut>> {
        let (head, body) = request.into_parts();
        let target = self.target(&head);
        let service = match &target {
            Target::Service(service, _) => Some(*service),
            Target::Nobody(..) => self.services().next(),
        };
        // Who answers for a gateway keeps the record of it.
        let gateway = service.and_then(|s| s.gateway.clone());
        let call = gateway.is_none().then(|| {
            let name = service.map_or("", |s| s.name.as_str());
            let call = self.shared.recorder.open(record(name, &head));
            call.decided(None, self.met.map(Fault::word));
            call
        });
        drop(lock(self.fresh).take());
        async move {
            match (gateway, call) {
                (Some(gateway), _) => super::through::ask(gateway, head, body).await,
                (None, Some(call)) => self.read(call, target, head, body, flushed).await,
                (None, None) => Err(Cut),
            }
        }
    }

    async fn read(
        &self,
        call: OpenCall,
        target: Target<'a>,
        head: Parts,
        body: Incoming,
        flushed: Flushed,
    ) -> Result<Response<Payload>, Cut> {
        let service = match &target {
            Target::Service(service, _) => Some(*service),
            Target::Nobody(..) => None,
        };
        let name = service
            .or_else(|| self.services().next())
            .map_or("", |s| s.name.as_str());
        let search = service
            .and_then(|s| s.needles.as_ref())
            .and_then(|n| n.search().ok());
        let read = match read_body(body, search).await {
            Outcome::Whole(read) => read,
            Outcome::Broken(read) => {
                call.body(read.text);
                return Err(Cut);
            }
            Outcome::TooLarge(read) => {
                call.body(read.text);
                let why = format!("a service takes bodies of up to {LARGEST_BODY} bytes");
                let answer = problem(StatusCode::PAYLOAD_TOO_LARGE, name, &head, &why);
                return Ok(plain(&call, answer));
            }
        };
        call.body(read.text);
        match target {
            Target::Nobody(status, why) => Ok(plain(&call, problem(status, name, &head, &why))),
            Target::Service(service, below) => {
                let route = find_route(service, &below, &head, &read.found);
                self.reply(&call, service, route, &head, flushed).await
            }
        }
    }

    fn services(&self) -> impl Iterator<Item = &'a Service> {
        let shared = self.shared;
        self.gate
            .services
            .iter()
            .filter_map(move |&index| shared.services.get(index))
    }

    /// The service with the longest base path that the request's path is below.
    fn target(&self, head: &Parts) -> Target<'a> {
        let Some(host) = self.services().next().map(|s| s.host.as_str()) else {
            return Target::Nobody(StatusCode::NOT_FOUND, "no service is here".into());
        };
        let asked = match (head.uri.host(), head.headers.get(HOST)) {
            (Some(host), _) => Some(host.to_owned()),
            (None, Some(value)) => {
                Some(without_port(&String::from_utf8_lossy(value.as_bytes())).to_owned())
            }
            (None, None) => None,
        };
        match asked {
            Some(asked) if !plain_host(&asked).eq_ignore_ascii_case(host) => {
                return Target::Nobody(
                    StatusCode::NOT_FOUND,
                    format!("the request is for host {asked:?}, here is {host}"),
                );
            }
            None if head.version >= Version::HTTP_11 => {
                return Target::Nobody(
                    StatusCode::BAD_REQUEST,
                    "a request of HTTP/1.1 needs a Host header".into(),
                );
            }
            _ => {}
        }
        let path = head.uri.path();
        self.services()
            .filter_map(|s| Some((s, s.below(path)?)))
            .max_by_key(|(s, _)| s.base.len())
            .map_or_else(
                || {
                    Target::Nobody(
                        StatusCode::NOT_FOUND,
                        "no service of this host is at this path".into(),
                    )
                },
                |(service, below)| Target::Service(service, below.to_owned()),
            )
    }

    /// A reply's own fault goes before the service's. A request that the service's own fault
    /// keeps from being answered at all (status, cut, hang) leaves the route's turn as it is.
    async fn reply(
        &self,
        call: &OpenCall,
        service: &Service,
        route: Option<(usize, &Route)>,
        head: &Parts,
        flushed: Flushed,
    ) -> Result<Response<Payload>, Cut> {
        let index = route.map(|(index, _)| index);
        let turn = route.map_or(0, |(_, route)| route.turn());
        let reply = route.and_then(|(_, route)| route.current());
        let own = reply.and_then(|r| r.fault.clone());
        let fault = own.clone().or_else(|| service.fault()).filter(on_request);
        let reached =
            own.is_some() || !matches!(fault, Some(Fault::Status(_) | Fault::Cut | Fault::Hang));
        if let (true, Some((_, route))) = (reached, route) {
            route.advance();
        }
        let met = fault.as_ref().or(self.met);
        call.decided(index, met.map(Fault::word));

        let answer = match reply {
            Some(reply) => Answer::of(reply),
            None => problem(
                StatusCode::NOT_FOUND,
                &service.name,
                head,
                "no route of this service takes the request",
            ),
        };
        match fault {
            Some(Fault::Status(status)) => Ok(plain(
                call,
                Answer {
                    status,
                    headers: HeaderMap::new(),
                    body: Bytes::new(),
                },
            )),
            Some(Fault::Delay(milliseconds)) => {
                call.waiting();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                Ok(plain(call, answer))
            }
            Some(Fault::Cut) => {
                call.settle(0);
                Err(Cut)
            }
            Some(Fault::Hang) => {
                call.settle(0);
                std::future::pending().await
            }
            Some(Fault::Truncate(share)) => {
                call.settle(answer.status);
                let declared = answer.body.len() as u64;
                let part = part_of(&answer.body, share);
                let mut response = answer.response(Payload::Part {
                    declared,
                    part,
                    flushed,
                });
                response
                    .headers_mut()
                    .insert(CONNECTION, HeaderValue::from_static("close"));
                Ok(response)
            }
            Some(Fault::Corrupt) => {
                let route = index.unwrap_or(usize::MAX);
                let body = corrupted(&answer.body, self.shared.seed, &service.name, route, turn);
                Ok(plain(call, Answer { body, ..answer }))
            }
            // Faults of connections and names have had their effect before any request.
            Some(
                Fault::UntrustedCertificate
                | Fault::ExpiredCertificate
                | Fault::UnknownName
                | Fault::Refused,
            )
            | None => Ok(plain(call, answer)),
        }
    }
}

/// The fault works on requests, not on connections or names.
fn on_request(fault: &Fault) -> bool {
    !matches!(
        fault,
        Fault::UntrustedCertificate
            | Fault::ExpiredCertificate
            | Fault::UnknownName
            | Fault::Refused
    )
}

impl Answer {
    fn of(reply: &Reply) -> Answer {
        let mut headers = HeaderMap::with_capacity(reply.headers.len());
        for (name, value) in &reply.headers {
            headers.append(name.clone(), value.clone());
        }
        Answer {
            status: reply.status,
            headers,
            body: reply.body.clone(),
        }
    }

    fn response(self, payload: Payload) -> Response<Payload> {
        let mut response = Response::new(payload);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response
    }
}

/// The answer as it is, its status noted first.
fn plain(call: &OpenCall, mut answer: Answer) -> Response<Payload> {
    call.settle(answer.status);
    let body = std::mem::take(&mut answer.body);
    answer.response(Payload::Whole(body))
}

/// Our own answer where no route answers.
fn problem(status: StatusCode, service: &str, head: &Parts, why: &str) -> Answer {
    let text = serde_json::json!({
        "error": why,
        "service": service,
        "method": head.method.as_str(),
        "path": head.uri.path(),
    });
    let mut headers = HeaderMap::with_capacity(1);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Answer {
        status: status.as_u16(),
        headers,
        body: Bytes::from(format!("{text}\n")),
    }
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port))
            if port.bytes().all(|b| b.is_ascii_digit())
                && (!host.contains(':') || host.ends_with(']')) =>
        {
            host
        }
        _ => authority,
    }
}

/// The record of a request whose head was read. Header names are in lower case, in the order
/// the library keeps them.
fn record(service: &str, head: &Parts) -> ServiceCall {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    ServiceCall {
        service: service.to_owned(),
        method: head.method.to_string(),
        path: head
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: String::new(),
        status: 0,
        route: None,
        fault: None,
    }
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn ports_are_taken_off_hosts() {
        for (authority, host) in [
            ("a.b:8443", "a.b"),
            ("a.b", "a.b"),
            ("[::1]:80", "[::1]"),
            ("::1", "::1"),
            ("a:x", "a:x"),
        ] {
            assert_eq!(without_port(authority), host);
        }
    }
}
