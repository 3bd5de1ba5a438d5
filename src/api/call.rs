//! One call of one operation, with what its handler needs.

use super::auth::Caller;
use super::faults::Subset;
use super::query::Query;
use super::router::Found;
use super::table::Operation;
use super::types::request::{Body, parse};
use super::{Answer, Api, Refusal, Request};
use crate::platform::desk::{Shared, read, write};
use crate::platform::state::Row;
use crate::platform::{Clock, Ledger, State};
use crate::rmm::api_knobs::ApiKnobs;
use crate::rmm::event::What;

/// One call of one operation. Everything it reads and writes is its caller's own account: no other
/// one can be reached from here.
pub struct Call<'a> {
    pub api: &'a Api,
    shared: &'a Shared,
    pub request: &'a Request,
    pub operation: &'static Operation,
    caller: Option<Caller>,
    values: &'a [(String, String)],
    pub query: Query,
    /// Absolute URL of the platform as the client knows it, without a slash at its end.
    pub base: String,
    /// Rows that a fault leaves out of a list of devices.
    pub(super) subset: Option<Subset>,
}

impl<'a> Call<'a> {
    /// # Errors
    /// 400 where the query is not what the operation takes.
    pub fn new(
        api: &'a Api,
        shared: &'a Shared,
        request: &'a Request,
        found: &'a Found,
        caller: Option<Caller>,
    ) -> Result<Call<'a>, Refusal> {
        Ok(Call {
            api,
            shared,
            request,
            operation: found.operation,
            caller,
            values: &found.values,
            query: Query::read(request.query.as_deref(), found.operation.query)?,
            base: api.base(request),
            subset: None,
        })
    }

    /// The account's number; that of the first for an operation that needs no token.
    pub fn account(&self) -> u16 {
        self.caller.as_ref().map_or(0, |c| c.account)
    }

    /// Key of the user whose token it is; empty for an operation that needs none.
    pub fn user(&self) -> &str {
        self.caller.as_ref().map_or("", |c| c.user.as_str())
    }

    /// The rows of a list of devices without those that a fault leaves out. It is asked before
    /// anything is counted or paged, so that the totals tell the smaller number.
    pub fn present<'r, R: Row + 'r>(
        &self,
        rows: impl Iterator<Item = &'r R>,
    ) -> impl Iterator<Item = &'r R> {
        let (all, thinned) = match self.subset {
            None => (Some(rows), Vec::new()),
            Some(subset) => {
                let mut rows: Vec<&R> = rows.collect();
                subset.thin(&mut rows, |r| r.uid());
                (None, rows)
            }
        };
        all.into_iter().flatten().chain(thinned)
    }

    pub fn knobs(&self) -> &ApiKnobs {
        &self.api.settings.knobs
    }

    /// What stands in the path for a name of the table's path; empty when there is no such name.
    pub fn value(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v.as_str())
    }

    /// A number in the path. `what` is what it is the number of: `Variable`.
    ///
    /// # Errors
    /// 400 where it is no whole number.
    pub fn number(&self, name: &str) -> Result<i64, Refusal> {
        let text = self.value(name);
        text.parse()
            .map_err(|_| Refusal::bad(format!("`{name}` must be a whole number, not `{text}`")))
    }

    /// Reads the account's state at a platform time (milliseconds).
    pub fn read<R>(&self, look: impl FnOnce(&State, i64) -> R) -> R {
        let ledger = read(self.shared);
        let now = ledger.now_ms();
        look(self.state(&ledger), now)
    }

    /// Changes the account's state: `plan` looks at it and says which events are to be written, and
    /// nothing else happens between its look and their writing. Gives what `plan` made besides.
    ///
    /// # Errors
    /// What `plan` refuses; 500 where the log cannot be written. Then nothing was changed.
    pub fn write<R>(
        &self,
        plan: impl FnOnce(&State, i64) -> Result<(Vec<What>, R), Refusal>,
    ) -> Result<R, Refusal> {
        let mut ledger = write(self.shared);
        let now = ledger.now_ms();
        let (events, made) = plan(self.state(&ledger), now)?;
        for secret in events.iter().filter_map(masked) {
            hide_in(&mut ledger, secret);
        }
        if !events.is_empty() {
            let by = self.caller.as_ref().map(|c| c.user.clone());
            ledger.commit_by(self.account(), events, by)?;
        }
        Ok(made)
    }

    /// From here on the record of a scenario hides this text, whether the call is refused or not.
    pub fn hide(&self, secret: &str) {
        hide_in(&mut write(self.shared), secret);
    }

    fn state<'l>(&self, ledger: &'l Ledger) -> &'l State {
        // A caller's account is there: its token was found in it.
        ledger
            .account(self.account())
            .unwrap_or_else(|| ledger.state())
    }

    /// The body as its type, checked.
    ///
    /// # Errors
    /// 400 where it is no JSON, lacks something or has a value that its type does not take; 415
    /// where it is not sent as JSON.
    pub fn body<T: Body>(&self) -> Result<T, Refusal> {
        let media = self
            .request
            .header(hyper::http::header::CONTENT_TYPE)
            .unwrap_or("application/json");
        let kind = media.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::new(
                415,
                format!("the body must be sent as application/json, not `{kind}`"),
            ));
        }
        parse(&self.request.body).map_err(|e| Refusal::bad(e.to_string()))
    }

    /// Tells whatever runs jobs that one was queued.
    pub fn queued(&self, job: &str) {
        self.api.queued(self.account(), job);
    }

    /// 200 with a value.
    pub fn ok(&self, value: &impl serde::Serialize) -> Result<Answer, Refusal> {
        Ok(Answer::json(200, value))
    }
}

/// A scenario's record hides what is masked; a served platform's log is its state and keeps it.
fn hide_in(ledger: &mut Ledger, secret: &str) {
    if ledger.clock() == Clock::Steps {
        ledger.hide(secret);
    }
}

/// The value of a masked variable that an event sets.
fn masked(event: &What) -> Option<&str> {
    match event {
        What::VariableSet {
            value: Some(value),
            masked: true,
            ..
        } => Some(value),
        _ => None,
    }
}
