//! What was asked of a network, until somebody takes it.

use super::lock;
use crate::rmm::observed::{Lookup, ServiceCall};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Most different names kept between two takes; a component that tunnels data through names
/// must not fill the memory.
const MOST_NAMES: usize = 10_000;
/// Most calls kept between two takes.
const MOST_CALLS: usize = 200_000;
/// Bytes of headers and bodies kept between two takes; further calls are kept without them.
const MOST_BYTES: usize = 64 << 20;

/// How long after its beginning a connection's first request is worth waiting for.
const FRESH: Duration = Duration::from_millis(200);

/// Records of one network; clones share them.
#[derive(Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    names: Vec<Lookup>,
    seen: HashMap<String, usize>,
    calls: Vec<Entry>,
    /// Connections without a request so far, and since when.
    fresh: Vec<(u64, Instant)>,
    next: u64,
    bytes: usize,
}

struct Entry {
    id: u64,
    stage: Stage,
    call: ServiceCall,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The rest of the request is still coming in.
    Reading,
    /// An answer is put off on purpose.
    Waiting,
    /// Nothing of the record will change any more.
    Settled,
}

impl Recorder {
    /// Notes a name that was asked for; a second time in one drain changes nothing.
    pub fn lookup(&self, name: String, answered: bool) {
        let mut inner = lock(&self.0);
        if inner.names.len() >= MOST_NAMES || inner.seen.contains_key(&name) {
            return;
        }
        let index = inner.names.len();
        inner.seen.insert(name.clone(), index);
        inner.names.push(Lookup { name, answered });
    }

    /// Opens the record of a request whose head was read.
    pub fn open(&self, mut call: ServiceCall) -> OpenCall {
        let mut inner = lock(&self.0);
        let id = inner.next;
        inner.next += 1;
        let size = call.path.len()
            + call
                .headers
                .iter()
                .map(|(n, v)| n.len() + v.len())
                .sum::<usize>();
        if inner.bytes.saturating_add(size) > MOST_BYTES {
            call.headers.clear();
            call.path = call.path.chars().take(1024).collect();
        } else {
            inner.bytes += size;
        }
        if inner.calls.len() < MOST_CALLS {
            inner.calls.push(Entry {
                id,
                stage: Stage::Reading,
                call,
            });
        }
        OpenCall {
            recorder: self.clone(),
            id,
        }
    }

    /// Notes a connection that a fault ended before any request was read from it.
    pub fn before_request(&self, service: &str, fault: String) {
        self.open(ServiceCall {
            service: service.to_owned(),
            method: String::new(),
            path: String::new(),
            headers: Vec::new(),
            body: String::new(),
            status: 0,
            route: None,
            fault: Some(fault),
        });
    }

    /// Notes a new connection, whose first request is to be expected until the value is dropped.
    pub fn connected(&self) -> Fresh {
        let mut inner = lock(&self.0);
        let id = inner.next;
        inner.next += 1;
        inner.fresh.push((id, Instant::now()));
        Fresh {
            recorder: self.clone(),
            id,
        }
    }

    /// A request is half read, or one may be under way on a young connection.
    pub fn busy(&self) -> bool {
        let inner = lock(&self.0);
        inner.calls.iter().any(|e| e.stage == Stage::Reading)
            || inner.fresh.iter().any(|(_, since)| since.elapsed() < FRESH)
    }

    /// Takes all names and every call that will not change any more. Calls that still wait for
    /// their answer come with a later take.
    pub fn take(&self) -> (Vec<Lookup>, Vec<ServiceCall>) {
        let mut inner = lock(&self.0);
        inner.seen.clear();
        let names = std::mem::take(&mut inner.names);
        let (done, open): (Vec<Entry>, Vec<Entry>) = std::mem::take(&mut inner.calls)
            .into_iter()
            .partition(|e| e.stage == Stage::Settled);
        inner.calls = open;
        inner.bytes = inner.calls.iter().map(|e| e.call.body.len()).sum();
        (names, done.into_iter().map(|e| e.call).collect())
    }
}

/// A connection that has not asked for anything yet.
pub(super) struct Fresh {
    recorder: Recorder,
    id: u64,
}

impl Drop for Fresh {
    fn drop(&mut self) {
        lock(&self.recorder.0)
            .fresh
            .retain(|(id, _)| *id != self.id);
    }
}

/// The record of a call that is not over; dropping it settles the record as it stands.
pub(super) struct OpenCall {
    recorder: Recorder,
    id: u64,
}

impl OpenCall {
    fn change(&self, change: impl FnOnce(&mut Entry, &mut usize)) {
        let mut inner = lock(&self.recorder.0);
        let inner = &mut *inner;
        if let Ok(at) = inner.calls.binary_search_by_key(&self.id, |e| e.id)
            && let Some(entry) = inner.calls.get_mut(at)
        {
            change(entry, &mut inner.bytes);
        }
    }

    /// Notes the body, which is now read.
    pub fn body(&self, text: String) {
        self.change(|entry, bytes| {
            if bytes.saturating_add(text.len()) <= MOST_BYTES {
                *bytes += text.len();
                entry.call.body = text;
            }
        });
    }

    /// Notes which route takes the call and which fault befalls it.
    pub fn decided(&self, route: Option<usize>, fault: Option<String>) {
        self.change(|entry, _| {
            entry.call.route = route;
            entry.call.fault = fault;
        });
    }

    /// The answer is put off from now on.
    pub fn waiting(&self) {
        self.change(|entry, _| entry.stage = Stage::Waiting);
    }

    /// Notes the status that is about to be sent (0 for none); the record is final with it.
    pub fn settle(&self, status: u16) {
        self.change(|entry, _| {
            entry.call.status = status;
            entry.stage = Stage::Settled;
        });
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.change(|entry, _| entry.stage = Stage::Settled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(path: &str) -> ServiceCall {
        ServiceCall {
            service: "s".into(),
            method: "GET".into(),
            path: path.into(),
            headers: Vec::new(),
            body: String::new(),
            status: 0,
            route: None,
            fault: None,
        }
    }

    #[test]
    fn an_open_call_waits_for_its_end_and_keeps_its_status() {
        let recorder = Recorder::default();
        let first = recorder.open(call("/1"));
        let second = recorder.open(call("/2"));
        second.settle(200);
        assert_eq!(
            recorder
                .take()
                .1
                .iter()
                .map(|c| c.path.as_str())
                .collect::<Vec<_>>(),
            ["/2"]
        );
        drop(second);
        assert!(recorder.busy());
        first.body("text".into());
        drop(first);
        let calls = recorder.take().1;
        assert_eq!(
            (
                calls[0].path.as_str(),
                calls[0].status,
                calls[0].body.as_str()
            ),
            ("/1", 0, "text")
        );
        assert!(recorder.take().1.is_empty());
    }

    #[test]
    fn names_are_kept_once_a_drain() {
        let recorder = Recorder::default();
        for _ in 0..2 {
            recorder.lookup("a.example".into(), false);
            recorder.lookup("b.example".into(), true);
        }
        assert_eq!(recorder.take().0.len(), 2);
        recorder.lookup("a.example".into(), false);
        assert_eq!(recorder.take().0.len(), 1);
    }

    #[test]
    fn bodies_past_the_budget_are_left_out_but_the_calls_are_counted() {
        let recorder = Recorder::default();
        let text = "x".repeat(1 << 20);
        for _ in 0..70 {
            let open = recorder.open(call("/"));
            open.body(text.clone());
            open.settle(200);
        }
        let calls = recorder.take().1;
        assert_eq!(calls.len(), 70);
        assert_eq!(calls.iter().filter(|c| c.body.is_empty()).count(), 7);
    }
}
