//! From method and path to operation.

use super::table::{Operation, operations};
use super::{Answer, Refusal};
use hyper::http::{HeaderValue, Method, header};
use matchit::Params;

/// Finds operations by path.
pub struct Router {
    paths: matchit::Router<Vec<&'static Operation>>,
}

/// An operation with what stands in its path.
pub struct Found {
    pub operation: &'static Operation,
    /// Names and values, percent-decoded.
    pub values: Vec<(String, String)>,
}

const PREFIX: &str = "/api";

impl Router {
    /// A router of all operations.
    ///
    /// # Panics
    /// When two operations of the table have paths that cannot be told apart.
    pub fn new() -> Router {
        let mut by_path: Vec<(&str, Vec<&Operation>)> = Vec::new();
        for operation in operations() {
            match by_path.iter_mut().find(|(p, _)| *p == operation.path) {
                Some((_, all)) => all.push(operation),
                None => by_path.push((operation.path, vec![operation])),
            }
        }
        let mut paths = matchit::Router::new();
        for (path, all) in by_path {
            paths
                .insert(format!("{PREFIX}{path}"), all)
                .expect("paths of the table can be told apart");
        }
        Router { paths }
    }

    /// The operation of a request; a slash at the end of the path counts for nothing.
    ///
    /// # Errors
    /// 404 where no operation has the path, 405 where none of its operations has the method.
    pub fn find(&self, method: &Method, path: &str) -> Result<Found, Refusal> {
        let bare = path.strip_suffix('/').unwrap_or(path);
        let hit = self
            .paths
            .at(bare)
            .map_err(|_| Refusal::not_found(unknown(path)))?;
        let wanted = |o: &&&Operation| o.method == *method;
        match hit.value.iter().find(wanted) {
            Some(operation) => Ok(Found {
                operation,
                values: decoded(&hit.params)?,
            }),
            None => {
                let methods: Vec<&Method> = hit.value.iter().map(|o| &o.method).collect();
                Err(not_allowed(method, &methods))
            }
        }
    }
}

/// Whether a token is needed even to be told that there is nothing at this path.
pub(super) fn guarded(path: &str) -> bool {
    let below = path.strip_prefix(PREFIX).and_then(|p| p.strip_prefix('/'));
    below.is_some_and(|b| !b.starts_with("public/"))
}

impl Default for Router {
    fn default() -> Self {
        Router::new()
    }
}

/// 405: a path that is there, with a method that is not done on it.
pub(super) fn not_allowed(method: &Method, done: &[&Method]) -> Refusal {
    let allowed = allow(done);
    let refusal = Refusal::new(405, format!("{method} is not done here; {allowed} is"));
    match HeaderValue::from_str(&allowed) {
        Ok(value) => refusal.with(header::ALLOW, value),
        Err(_) => refusal,
    }
}

/// The answer to OPTIONS: which methods are done.
pub(super) fn options(done: &[&Method]) -> Answer {
    let answer = Answer::empty(204);
    match HeaderValue::from_str(&allow(done)) {
        Ok(value) => answer.with(header::ALLOW, value),
        Err(_) => answer,
    }
}

/// Methods as the header `Allow` lists them.
fn allow(done: &[&Method]) -> String {
    let mut all: Vec<&str> = done.iter().map(|m| m.as_str()).collect();
    if done.contains(&&Method::GET) {
        all.push("HEAD");
    }
    all.push("OPTIONS");
    all.join(", ")
}

fn unknown(path: &str) -> String {
    if path.starts_with("/api/v2/") {
        format!("the platform has no operation at {path}")
    } else {
        format!("there is nothing at {path}: every operation is below /api/v2/")
    }
}

fn decoded(params: &Params<'_, '_>) -> Result<Vec<(String, String)>, Refusal> {
    params
        .iter()
        .map(|(name, value)| {
            let text = percent_encoding::percent_decode_str(value)
                .decode_utf8()
                .map_err(|_| Refusal::bad(format!("`{name}` in the path is no UTF-8 text")))?;
            Ok((name.to_owned(), text.into_owned()))
        })
        .collect()
}
