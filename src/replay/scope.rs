//! What `${...}` in a scenario stands for while it runs.

use crate::platform::State;
use crate::scenario::api::AnswerExpect;
use crate::scenario::expect::{Expect, Only, RequestExpect, SetExpect};
use crate::scenario::matcher::TextMatcher;
use crate::scenario::{Span, Spanned};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A `${...}` that has no value now.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ScopeError {
    pub message: String,
    pub span: Span,
}

/// Names and their values.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    captures: BTreeMap<String, String>,
    /// `seed`, `scenario.dir`, `account.uid`: fixed for the scenario.
    fixed: BTreeMap<String, String>,
    /// MAC addresses by device.
    macs: BTreeMap<String, String>,
    /// Account and key of each user, by the scenario's name of it.
    users: BTreeMap<String, (u16, String)>,
}

impl Scope {
    /// A scope with the values that never change.
    pub fn new(
        fixed: BTreeMap<String, String>,
        macs: BTreeMap<String, String>,
        users: BTreeMap<String, (u16, String)>,
    ) -> Scope {
        Scope {
            captures: BTreeMap::new(),
            fixed,
            macs,
            users,
        }
    }

    /// Remembers a captured value.
    pub fn capture(&mut self, name: &str, value: String) {
        self.captures.insert(name.to_owned(), value);
    }

    /// Captured values.
    pub fn captures(&self) -> &BTreeMap<String, String> {
        &self.captures
    }

    /// Fills every `${...}` of a text.
    pub fn fill(&self, text: &str, accounts: &[State], span: Span) -> Result<String, ScopeError> {
        if !text.contains("${") {
            return Ok(text.to_owned());
        }
        crate::scenario::text::fill(text, &|name| self.lookup(name, accounts)).map_err(|e| {
            ScopeError {
                message: e.to_string(),
                span,
            }
        })
    }

    fn lookup(&self, name: &str, accounts: &[State]) -> Option<String> {
        if let Some(v) = self.captures.get(name).or_else(|| self.fixed.get(name)) {
            return Some(v.clone());
        }
        if let Some(rest) = name.strip_prefix("user.") {
            let (key, field) = rest.rsplit_once('.')?;
            let (account, key) = self.users.get(key)?;
            let user = accounts.get(usize::from(*account))?.users.get(key)?;
            return match field {
                "key" => Some(user.keys.key.clone()),
                "secret" => Some(user.keys.secret.clone()),
                "name" => Some(user.details.username.clone()),
                _ => None,
            };
        }
        let state = accounts.first()?;
        if let Some(rest) = name.strip_prefix("site.") {
            let (key, field) = rest.rsplit_once('.')?;
            let site = state.sites.get(key)?;
            return match field {
                "uid" => Some(site.uid.clone()),
                "name" => Some(site.name.clone()),
                _ => None,
            };
        }
        let (device, field) = name.split_once('.')?;
        let Some(d) = state.devices.get(device) else {
            let component = state.components.get(device)?;
            return match field {
                "uid" => Some(component.uid.clone()),
                "name" => Some(component.name.clone()),
                _ => None,
            };
        };
        match field {
            "uid" => Some(d.uid.clone()),
            "hostname" => Some(d.hostname.clone()),
            "description" => Some(d.description.clone()),
            "mac" => self.macs.get(device).cloned(),
            _ => {
                let number: u16 = field.strip_prefix("udf.")?.parse().ok()?;
                Some(d.udfs.get(&number).cloned().unwrap_or_default())
            }
        }
    }

    /// An expectation with every text filled in.
    pub fn fill_expect(&self, e: &Expect, accounts: &[State]) -> Result<Expect, ScopeError> {
        let mut e = e.clone();
        let fill = Filler {
            scope: self,
            accounts,
        };
        for m in [
            &mut e.refused,
            &mut e.stdout,
            &mut e.stderr,
            &mut e.description,
        ]
        .into_iter()
        .flatten()
        {
            fill.matcher(m)?;
        }
        if let Some(m) = e.antivirus.as_mut().and_then(|a| a.product.as_mut()) {
            fill.matcher(m)?;
        }
        if let Some(m) = &mut e.workplace {
            fill.workplace(m)?;
        }
        for (_, m) in &mut e.udf {
            fill.matcher(m)?;
        }
        for (_, m) in &mut e.samples {
            fill.matcher(m)?;
        }
        for (_, name, m) in &mut e.variables {
            fill.spanned(name)?;
            fill.matcher(m)?;
        }
        for (path, f) in &mut e.files {
            fill.spanned(path)?;
            f.text.iter_mut().try_for_each(|m| fill.matcher(m))?;
        }
        for (_, calls) in e.services.iter_mut().chain(&mut e.doubles) {
            for m in [&mut calls.args, &mut calls.stdin].into_iter().flatten() {
                fill.matcher(m)?;
            }
            for r in &mut calls.requests {
                fill.request(r)?;
            }
        }
        if let Some(answer) = &mut e.answer {
            fill.answer(answer)?;
        }
        if let Some(platform) = &mut e.platform {
            for call in &mut platform.requests {
                fill.request(&mut call.request)?;
                for m in [&mut call.operation, &mut call.user].into_iter().flatten() {
                    fill.matcher(m)?;
                }
            }
            platform
                .only
                .iter_mut()
                .flatten()
                .try_for_each(|p| fill.spanned(p))?;
        }
        for (_, m) in &mut e.comstore {
            let told = m.told.iter_mut().filter_map(|t| t.text.as_mut());
            told.into_iter().try_for_each(|m| fill.matcher(m))?;
        }
        if let Some(a) = &mut e.alert {
            for m in [&mut a.text, &mut a.diagnostic].into_iter().flatten() {
                fill.matcher(m)?;
            }
            a.samples
                .iter_mut()
                .try_for_each(|(_, m)| fill.matcher(m))?;
        }
        if let Some(f) = &mut e.footprint {
            for list in [
                &mut f.created,
                &mut f.changed,
                &mut f.metadata,
                &mut f.deleted,
                &mut f.untouched,
            ] {
                list.iter_mut().try_for_each(|p| fill.spanned(p))?;
            }
            if let Some(Spanned {
                value: Only::Within(list),
                ..
            }) = &mut f.only
            {
                list.iter_mut().try_for_each(|p| fill.spanned(p))?;
            }
            if let Some(residue) = &mut f.residue {
                let span = residue.span;
                residue
                    .value
                    .iter_mut()
                    .try_for_each(|p| fill.one(p, span))?;
            }
        }
        fill.windows(&mut e)?;
        if let Some(p) = &mut e.processes {
            let names = p.running.iter_mut().chain(&mut p.not_running);
            names.into_iter().try_for_each(|n| fill.spanned(n))?;
            for set in [&mut p.left, &mut p.holding].into_iter().flatten() {
                fill.set(set)?;
            }
        }
        fill.responses(&mut e)?;
        for set in [&mut e.names, &mut e.connections, &mut e.notes]
            .into_iter()
            .flatten()
        {
            fill.set(set)?;
        }
        Ok(e)
    }
}

mod windows;
mod workplace;

struct Filler<'a> {
    scope: &'a Scope,
    accounts: &'a [State],
}

impl Filler<'_> {
    fn one(&self, text: &mut String, span: Span) -> Result<(), ScopeError> {
        if text.contains("${") {
            *text = self.scope.fill(text, self.accounts, span)?;
        }
        Ok(())
    }

    fn spanned(&self, text: &mut Spanned<String>) -> Result<(), ScopeError> {
        let span = text.span;
        self.one(&mut text.value, span)
    }

    fn responses(&self, e: &mut Expect) -> Result<(), ScopeError> {
        if let Some(alert) = &mut e.alert {
            alert.ticket.iter_mut().try_for_each(|m| self.matcher(m))?;
            let actions = alert.actions.iter_mut().flat_map(|a| &mut a.value);
            let mut texts = actions.flat_map(|a| &mut a.text);
            texts.try_for_each(|m| self.matcher(m))?;
        }
        for t in e.responses.tickets.iter_mut().flat_map(|t| &mut t.holding) {
            let texts = [
                &mut t.number,
                &mut t.title,
                &mut t.description,
                &mut t.external_id,
            ];
            texts
                .into_iter()
                .flatten()
                .try_for_each(|m| self.matcher(m))?;
        }
        for mail in e.responses.mails.iter_mut().flat_map(|m| &mut m.holding) {
            let texts = [&mut mail.to, &mut mail.subject, &mut mail.text];
            texts
                .into_iter()
                .flatten()
                .try_for_each(|m| self.matcher(m))?;
        }
        Ok(())
    }

    fn request(&self, r: &mut RequestExpect) -> Result<(), ScopeError> {
        for m in [&mut r.path, &mut r.body].into_iter().flatten() {
            self.matcher(m)?;
        }
        for (_, m) in &mut r.headers {
            self.matcher(m)?;
        }
        r.json.iter_mut().try_for_each(|(_, m)| self.matcher(m))
    }

    fn answer(&self, answer: &mut AnswerExpect) -> Result<(), ScopeError> {
        answer.body.iter_mut().try_for_each(|m| self.matcher(m))?;
        for (_, m) in &mut answer.headers {
            self.matcher(m)?;
        }
        for (path, m) in &mut answer.json {
            let span = m.span;
            self.spanned(path)?;
            for value in m.equals.iter_mut().chain(&mut m.not) {
                self.json(value, span)?;
            }
            for value in m.contains.iter_mut().chain(&mut m.not_contains) {
                self.json(value, span)?;
            }
            for text in m.matches.iter_mut().chain(&mut m.not_matches) {
                self.one(text, span)?;
            }
        }
        Ok(())
    }

    /// Fills every text of a value in.
    fn json(&self, value: &mut Json, span: Span) -> Result<(), ScopeError> {
        match value {
            Json::String(text) => self.one(text, span),
            Json::Array(all) => all.iter_mut().try_for_each(|v| self.json(v, span)),
            Json::Object(all) => all.values_mut().try_for_each(|v| self.json(v, span)),
            Json::Null | Json::Bool(_) | Json::Number(_) => Ok(()),
        }
    }

    fn set(&self, set: &mut SetExpect) -> Result<(), ScopeError> {
        let lists = [&mut set.contains, &mut set.not_contains].into_iter();
        lists
            .chain(&mut set.only)
            .flatten()
            .try_for_each(|p| self.spanned(p))
    }

    fn matcher(&self, m: &mut TextMatcher) -> Result<(), ScopeError> {
        let span = m.span;
        for text in [&mut m.equals, &mut m.starts_with, &mut m.ends_with]
            .into_iter()
            .flatten()
        {
            self.one(text, span)?;
        }
        for list in [
            &mut m.contains,
            &mut m.not_contains,
            &mut m.matches,
            &mut m.not_matches,
        ] {
            list.iter_mut().try_for_each(|t| self.one(t, span))?;
        }
        Ok(())
    }
}
