//! Reads a request's body and finds the route that takes the request.

use super::path::has_parameter;
use super::search::Search;
use crate::engine::services::service::{Route, Service};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::{Method, http::request::Parts};

/// Bytes of a body that are kept for the record.
const KEPT: usize = 64 << 10;
/// Largest body read; a larger one is answered with 413.
pub(super) const LARGEST_BODY: u64 = 1 << 30;

/// A body that was read to its end.
pub(super) struct Read {
    /// Its beginning as text, bytes that are not UTF-8 replaced.
    pub text: String,
    /// Which of the service's needles are in it.
    pub found: Vec<bool>,
}

/// How reading went.
pub(super) enum Outcome {
    Whole(Read),
    TooLarge(Read),
    /// The client went away before the end.
    Broken(Read),
}

/// Reads a body and keeps its beginning.
pub(super) async fn read_body(mut body: Incoming, mut search: Option<Search<'_>>) -> Outcome {
    let mut kept: Vec<u8> = Vec::new();
    let mut total = 0u64;
    let too_large = |total: u64| total > LARGEST_BODY;
    let mut broken = false;
    if !too_large(body.size_hint().lower()) {
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                broken = true;
                break;
            };
            let Some(data) = frame.data_ref() else {
                continue;
            };
            total += data.len() as u64;
            if too_large(total) {
                break;
            }
            kept.extend_from_slice(&data[..data.len().min(KEPT - kept.len())]);
            if let Some(search) = &mut search {
                search.feed(data);
            }
        }
    }
    let read = Read {
        text: text(&kept, total > KEPT as u64),
        found: search.map(Search::found).unwrap_or_default(),
    };
    if broken {
        Outcome::Broken(read)
    } else if too_large(total.max(body.size_hint().lower())) {
        Outcome::TooLarge(read)
    } else {
        Outcome::Whole(read)
    }
}

/// Text of the beginning of a body; a character that the cut went through is left out.
fn text(kept: &[u8], cut: bool) -> String {
    let kept = match std::str::from_utf8(kept) {
        Err(error) if cut && error.error_len().is_none() => &kept[..error.valid_up_to()],
        _ => kept,
    };
    String::from_utf8_lossy(kept).into_owned()
}

/// The first route that takes the request. A HEAD request that none takes is also offered to the
/// routes for GET, as servers do.
pub(super) fn find_route<'a>(
    service: &'a Service,
    below: &str,
    head: &Parts,
    found: &[bool],
) -> Option<(usize, &'a Route)> {
    let first = |method: &Method| {
        service
            .routes
            .iter()
            .enumerate()
            .find(|(_, route)| takes(route, method, below, head, found))
    };
    first(&head.method).or_else(|| {
        if head.method == Method::HEAD {
            first(&Method::GET)
        } else {
            None
        }
    })
}

fn takes(route: &Route, method: &Method, below: &str, head: &Parts, found: &[bool]) -> bool {
    let query = head.uri.query().unwrap_or_default();
    let has_header = |name: &str, value: &str| {
        head.headers
            .get_all(name)
            .iter()
            .any(|v| v.as_bytes().trim_ascii() == value.trim().as_bytes())
    };
    route
        .when
        .method
        .as_ref()
        .is_none_or(|m| m == method.as_str())
        && route.pattern.as_ref().is_none_or(|p| p.matches(below))
        && route
            .when
            .query
            .iter()
            .all(|(n, v)| has_parameter(query, n, v))
        && route.when.headers.iter().all(|(n, v)| has_header(n, v))
        && route
            .needle
            .is_none_or(|n| found.get(n).copied().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_under_the_knife_is_left_out() {
        assert_eq!(text("grün".as_bytes(), true), "grün");
        assert_eq!(text(b"gr\xc3", true), "gr");
        assert_eq!(text(b"gr\xc3", false), "gr\u{fffd}");
        assert_eq!(text(b"g\xffr", true), "g\u{fffd}r");
    }
}
