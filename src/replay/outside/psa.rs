//! A PSA that is played: a queue of tickets behind a REST API in the shape of Autotask's.
//!
//! Creating, querying, reading and updating tickets; of a query the operators `eq`, `noteq` and
//! `in`. Every other request is answered as Autotask answers what it does not know.

use crate::engine::{Gateway, GatewayAnswer};
use crate::rmm::observed::ServiceCall;
use crate::rmm::psa::{COMPLETE, NEW, Ticket};
use crate::rmm::service::Fault;
use crate::scenario::psa::PSA;
use hyper::body::Bytes;
use hyper::http::{Method, Request, Response, StatusCode, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Id before that of the first ticket.
const FIRST: i64 = 10_000;
/// Longest title that Autotask takes, in characters.
pub const LONGEST_TITLE: usize = 255;
/// Longest description that Autotask takes, in characters.
pub const LONGEST_DESCRIPTION: usize = 8000;
/// Headers without which Autotask answers nobody.
const CREDENTIALS: [&str; 3] = ["apiintegrationcode", "username", "secret"];
/// Longer than any client of ours waits.
const FOREVER: Duration = Duration::from_secs(3600);

/// The queue and its API.
pub struct Psa {
    /// Path of the API, lower case, without a slash at its end.
    base: String,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    tickets: Vec<Ticket>,
    /// Tickets as they became, since somebody took them.
    changed: Vec<Ticket>,
    calls: Vec<ServiceCall>,
    fault: Option<Fault>,
    /// The fault strikes after the request was done.
    taken: bool,
    /// Platform time, milliseconds.
    now: i64,
}

/// An answer: status and body, and whether the request was one of the API's.
struct Told {
    status: u16,
    body: Json,
    known: bool,
}

impl Psa {
    /// An empty queue behind an API at this path.
    pub fn new(base: &str) -> Psa {
        Psa {
            base: base.to_ascii_lowercase(),
            queue: Mutex::default(),
        }
    }

    /// Sets the time that tickets get.
    pub fn set_now(&self, now: i64) {
        self.queue().now = now;
    }

    /// Begins to fail so, or works again.
    pub fn set_fault(&self, fault: Option<Fault>, taken: bool) {
        let mut queue = self.queue();
        queue.fault = fault;
        queue.taken = taken;
    }

    /// Requests and tickets that changed, since they were taken last.
    pub fn take(&self) -> (Vec<ServiceCall>, Vec<Ticket>) {
        let mut queue = self.queue();
        let calls = std::mem::take(&mut queue.calls);
        (calls, std::mem::take(&mut queue.changed))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self, queue: &mut Queue, request: &Request<Bytes>) -> Told {
        let path = request.uri().path().to_ascii_lowercase();
        let Some(below) = path.strip_prefix(&self.base) else {
            return unknown();
        };
        let signed = |name: &str| {
            let value = request.headers().get(name);
            value.is_some_and(|v| !v.is_empty())
        };
        if !CREDENTIALS.iter().all(|name| signed(name)) {
            return told(401, errors("Unauthorized"));
        }
        let body = || serde_json::from_slice::<Json>(request.body()).unwrap_or_default();
        let id = below.strip_prefix("/tickets/").and_then(|t| t.parse().ok());
        match (request.method(), below, id) {
            (&Method::POST, "/tickets", _) => queue.create(&body()),
            (&Method::PATCH, "/tickets", _) => queue.update(&body()),
            (&Method::POST, "/tickets/query", _) => queue.query(&body()),
            (&Method::GET, "/tickets/query", _) => match search(request) {
                Some(search) => queue.query(&search),
                None => told(500, errors("The search parameter is no JSON.")),
            },
            (&Method::GET, _, Some(id)) => queue.read(id),
            _ => unknown(),
        }
    }
}

impl Gateway for Psa {
    fn answer(&self, request: Request<Bytes>) -> GatewayAnswer {
        let mut queue = self.queue();
        let fault = queue.fault.clone();
        let done = match &fault {
            None | Some(Fault::Delay(_)) => true,
            Some(_) => queue.taken,
        };
        let answer = match done {
            true => self.told(&mut queue, &request),
            false => told(0, Json::Null),
        };
        let (status, body) = match &fault {
            Some(Fault::Status(status)) => (*status, Bytes::new()),
            Some(Fault::Cut | Fault::Hang) => (0, Bytes::new()),
            _ => (answer.status, Bytes::from(answer.body.to_string())),
        };
        let mut call = record(&request, status);
        call.route = answer.known.then_some(0);
        call.fault = fault.as_ref().map(|f| match (f, queue.taken) {
            (Fault::Delay(_), _) | (_, false) => f.word(),
            (_, true) => format!("{} after it was done", f.word()),
        });
        queue.calls.push(call);
        let delay = match fault {
            Some(Fault::Delay(ms)) => Duration::from_millis(ms),
            Some(Fault::Hang) => FOREVER,
            _ => Duration::ZERO,
        };
        let response = (status != 0).then(|| {
            let mut response = Response::new(body);
            *response.status_mut() =
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let json = header::HeaderValue::from_static("application/json; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        });
        GatewayAnswer { response, delay }
    }
}

impl Queue {
    fn create(&mut self, body: &Json) -> Told {
        for field in ["title", "companyID", "priority", "status"] {
            if body.get(field).is_none_or(Json::is_null) {
                return told(500, errors(&format!("Missing Required Field: {field}.")));
            }
        }
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (title, description) = (text("title"), text("description"));
        for (name, value, most) in [
            ("title", &title, LONGEST_TITLE),
            ("description", &description, LONGEST_DESCRIPTION),
        ] {
            if value.chars().count() > most {
                let why = format!("Maximum length of {most} exceeded for field {name}.");
                return told(500, errors(&why));
            }
        }
        let day = Timestamp::from_millisecond(self.now)
            .unwrap_or_default()
            .to_zoned(TimeZone::UTC)
            .strftime("%Y%m%d")
            .to_string();
        let today = format!("T{day}.");
        let of_today = |t: &&Ticket| t.number.starts_with(&today);
        let nth = self.tickets.iter().filter(of_today).count() + 1;
        let count = i64::try_from(self.tickets.len()).unwrap_or_default();
        let ticket = Ticket {
            id: FIRST + count + 1,
            number: format!("{today}{nth:04}"),
            external_id: text("externalID"),
            title,
            description,
            priority: body["priority"].as_i64().unwrap_or_default(),
            status: body["status"].as_i64().unwrap_or(NEW),
            created: self.now,
            completed: None,
        };
        let id = ticket.id;
        self.changed.push(ticket.clone());
        self.tickets.push(ticket);
        told(200, json!({ "itemId": id }))
    }

    fn update(&mut self, body: &Json) -> Told {
        let now = self.now;
        let id = body["id"].as_i64();
        let Some(ticket) = self.tickets.iter_mut().find(|t| Some(t.id) == id) else {
            return told(
                500,
                errors("Error occurred while updating: no such ticket."),
            );
        };
        let text = |name: &str| body.get(name).and_then(Json::as_str).map(str::to_owned);
        let number = |name: &str| body.get(name).and_then(Json::as_i64);
        if let Some(status) = number("status") {
            ticket.completed = match status {
                COMPLETE => ticket.completed.or(Some(now)),
                _ => None,
            };
            ticket.status = status;
        }
        ticket.priority = number("priority").unwrap_or(ticket.priority);
        if let Some(title) = text("title") {
            ticket.title = title;
        }
        if let Some(description) = text("description") {
            ticket.description = description;
        }
        let (id, ticket) = (ticket.id, ticket.clone());
        self.changed.push(ticket);
        told(200, json!({ "itemId": id }))
    }

    fn read(&self, id: i64) -> Told {
        let item = self.tickets.iter().find(|t| t.id == id).map(row);
        told(200, json!({ "item": item }))
    }

    fn query(&self, body: &Json) -> Told {
        let Some(filters) = body["filter"].as_array().filter(|f| !f.is_empty()) else {
            return told(500, errors("A query needs a filter."));
        };
        let mut items = Vec::new();
        for ticket in &self.tickets {
            let row = row(ticket);
            let mut takes = true;
            for filter in filters {
                match holds(filter, &row) {
                    Ok(holds) => takes &= holds,
                    Err(why) => return told(500, errors(&why)),
                }
            }
            if takes {
                items.push(row);
            }
        }
        // What is wrong with a filter is told of an empty queue too.
        let empty = row(&Ticket::default());
        if let Some(why) = filters.iter().find_map(|f| holds(f, &empty).err()) {
            return told(500, errors(&why));
        }
        let count = items.len();
        let page = json!({ "count": count, "requestCount": 500, "prevPageUrl": null, "nextPageUrl": null });
        told(200, json!({ "items": items, "pageDetails": page }))
    }
}

fn holds(filter: &Json, row: &Json) -> Result<bool, String> {
    let field = filter["field"].as_str().unwrap_or_default();
    let found = row.as_object().into_iter().flatten();
    let value = found
        .filter(|(name, _)| name.eq_ignore_ascii_case(field))
        .map(|(_, v)| v)
        .next()
        .ok_or_else(|| format!("Unable to find {field} in the Ticket Entity."))?;
    let wanted = &filter["value"];
    match filter["op"].as_str().unwrap_or_default() {
        "eq" => Ok(value == wanted),
        "noteq" => Ok(value != wanted),
        "in" => Ok(wanted.as_array().is_some_and(|all| all.contains(value))),
        op => Err(format!(
            "This PSA that is played does not know the operator {op:?}."
        )),
    }
}

/// A ticket as the API tells it.
fn row(t: &Ticket) -> Json {
    let time = |ms: i64| {
        Timestamp::from_millisecond(ms)
            .unwrap_or_default()
            .to_string()
    };
    json!({
        "id": t.id,
        "ticketNumber": t.number,
        "externalID": t.external_id,
        "title": t.title,
        "description": t.description,
        "priority": t.priority,
        "status": t.status,
        "companyID": 0,
        "createDate": time(t.created),
        "completedDate": t.completed.map(time),
    })
}

/// `?search={...}` of a query.
fn search(request: &Request<Bytes>) -> Option<Json> {
    let query = request.uri().query()?;
    let pair = query.split('&').find_map(|p| p.strip_prefix("search="))?;
    let plain = pair.replace('+', " ");
    let text = percent_encoding::percent_decode_str(&plain)
        .decode_utf8()
        .ok()?;
    serde_json::from_str(&text).ok()
}

fn told(status: u16, body: Json) -> Told {
    Told {
        status,
        body,
        known: true,
    }
}

fn unknown() -> Told {
    Told {
        known: false,
        ..told(404, Json::Object(Map::new()))
    }
}

fn errors(why: &str) -> Json {
    json!({ "errors": [why] })
}

fn record(request: &Request<Bytes>, status: u16) -> ServiceCall {
    let text = |v: &header::HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
    let headers = request.headers().iter();
    let path = request.uri().path_and_query();
    ServiceCall {
        service: PSA.to_owned(),
        method: request.method().to_string(),
        path: path.map_or_else(String::new, ToString::to_string),
        headers: headers.map(|(n, v)| (n.to_string(), text(v))).collect(),
        body: String::from_utf8_lossy(request.body()).into_owned(),
        status,
        route: None,
        fault: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(psa: &Psa, method: &str, path: &str, body: &Json) -> (u16, Json) {
        let request = Request::builder()
            .method(method)
            .uri(format!("https://psa.example/v1{path}"))
            .header("ApiIntegrationCode", "a")
            .header("UserName", "b")
            .header("Secret", "c")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        match psa.answer(request).response {
            Some(r) => (
                r.status().as_u16(),
                serde_json::from_slice(r.body()).unwrap_or_default(),
            ),
            None => (0, Json::Null),
        }
    }

    fn new(uid: &str) -> Json {
        json!({ "title": "t", "companyID": 0, "priority": 2, "status": NEW, "externalID": uid })
    }

    fn with(uid: &str) -> Json {
        json!({ "filter": [{ "op": "eq", "field": "externalID", "value": uid }] })
    }

    #[test]
    fn a_ticket_is_made_found_completed() {
        let psa = Psa::new("/v1");
        psa.set_now(1_767_603_600_000);
        assert_eq!(
            ask(&psa, "POST", "/Tickets", &new("u")),
            (200, json!({ "itemId": 10_001 }))
        );
        let (_, item) = ask(&psa, "GET", "/Tickets/10001", &Json::Null);
        assert_eq!(item["item"]["ticketNumber"], "T20260105.0001");
        let (_, found) = ask(&psa, "POST", "/Tickets/query", &with("u"));
        assert_eq!(found["pageDetails"]["count"], 1);
        let (_, found) = ask(&psa, "POST", "/Tickets/query", &with("other"));
        assert_eq!(found["items"], json!([]));
        let complete = json!({ "id": 10_001, "status": COMPLETE });
        assert_eq!(ask(&psa, "PATCH", "/Tickets", &complete).0, 200);
        let (calls, changed) = psa.take();
        assert_eq!(calls.len(), 5);
        assert_eq!(changed.last().map(Ticket::is_open), Some(false));
        assert_eq!(
            changed.last().and_then(|t| t.completed),
            Some(1_767_603_600_000)
        );
    }

    #[test]
    fn what_it_does_not_take_is_an_error() {
        let psa = Psa::new("/v1");
        let (status, body) = ask(&psa, "POST", "/Tickets", &json!({ "title": "t" }));
        assert_eq!(status, 500);
        assert_eq!(body["errors"][0], "Missing Required Field: companyID.");
        let odd = json!({ "filter": [{ "op": "eq", "field": "nonesuch", "value": 1 }] });
        assert_eq!(ask(&psa, "POST", "/Tickets/query", &odd).0, 500);
        assert_eq!(ask(&psa, "DELETE", "/Tickets/1", &Json::Null).0, 404);
        let nobody = Request::builder()
            .uri("/v1/Tickets/1")
            .body(Bytes::new())
            .unwrap();
        let refused = psa.answer(nobody).response.map(|r| r.status().as_u16());
        assert_eq!(refused, Some(401));
        let long = json!({ "title": "t".repeat(256), "companyID": 0, "priority": 2, "status": 1 });
        assert_eq!(ask(&psa, "POST", "/Tickets", &long).0, 500);
        assert!(psa.take().1.is_empty());
    }

    #[test]
    fn a_fault_strikes_before_or_after() {
        let psa = Psa::new("/v1");
        psa.set_fault(Some(Fault::Cut), false);
        assert_eq!(ask(&psa, "POST", "/Tickets", &new("u")).0, 0);
        assert!(psa.take().1.is_empty());
        psa.set_fault(Some(Fault::Status(500)), true);
        assert_eq!(ask(&psa, "POST", "/Tickets", &new("u")).0, 500);
        let (calls, changed) = psa.take();
        assert_eq!(changed.len(), 1);
        assert_eq!(
            calls[0].fault.as_deref(),
            Some("status 500 after it was done")
        );
    }
}
