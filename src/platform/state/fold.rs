//! Folds events into state.

use super::tokens::from_hex;
use super::{Component, Device, Filter, Job, Output, Site, State, Token, User, Variable};
use crate::platform::fleet;
use crate::rmm::event::{Event, Stream, What};
use crate::rmm::job::JobStatus;
use crate::rmm::portal::DeviceDetails;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

impl State {
    /// Folds one event in.
    pub fn apply(&mut self, event: &Event) {
        // Told with what was before: the site a device leaves, whether a variable was there.
        let before = matches!(
            event.what,
            What::DeviceMoved { .. } | What::VariableSet { .. }
        );
        if before {
            self.note_activity(event);
        }
        self.fold(event);
        if !before {
            self.note_activity(event);
        }
    }

    fn fold(&mut self, event: &Event) {
        match &event.what {
            What::AccountSet { details } => {
                self.account = details.clone();
                self.add_system_sites();
            }
            What::FleetAdded { devices, seed, .. } => fleet::add(self, *devices, *seed, event.at),
            What::ClockAdvanced { by_ms } => self.clock_ms = self.clock_ms.saturating_add(*by_ms),
            What::VariableSet {
                scope,
                name,
                value,
                masked,
                ..
            } => self.set_variable(scope, name, value.as_deref(), *masked),
            What::VariableRenamed {
                scope, name, to, ..
            } => {
                if let Some(map) = self.variables_of(scope)
                    && let Some(variable) = map.remove(name)
                {
                    map.insert(to.clone(), variable);
                }
            }
            What::ComponentAdded {
                component,
                uid,
                name,
                version,
                listed,
                ..
            } => {
                let new = Component {
                    id: 0,
                    uid: uid.clone(),
                    name: name.clone(),
                    version: *version,
                    made_up: false,
                    listed: listed.as_deref().cloned().map(Arc::new),
                };
                self.components.insert(component.clone(), new);
            }
            What::ComponentDownloaded { component, release }
            | What::ComponentUpdated { component, release } => {
                self.releases.insert(component.clone(), *release);
            }
            What::FilterAdded {
                filter,
                name,
                description,
                criteria,
                kind,
            } => {
                let new = Filter {
                    id: 0,
                    name: name.clone(),
                    description: description.clone(),
                    criteria: criteria.clone(),
                    kind: *kind,
                    created: event.at,
                };
                self.filters.insert(filter.clone(), new);
            }
            _ => {
                self.fold_site(&event.what);
                self.fold_device(event);
                self.fold_job(event);
                self.fold_alert(event);
                self.fold_user(event);
            }
        }
    }

    fn fold_site(&mut self, what: &What) {
        match what {
            What::SiteCreated { site, uid, name } => {
                let new = Site {
                    uid: uid.clone(),
                    name: name.clone(),
                    ..Site::default()
                };
                self.sites.insert(site.clone(), new);
            }
            What::SiteSet { site, details, .. } => {
                if let Some(s) = self.sites.get_mut(site) {
                    s.name.clone_from(&details.name);
                    s.details = details.clone();
                }
            }
            What::SiteProxySet { site, proxy, .. } => {
                if let Some(s) = self.sites.get_mut(site) {
                    s.proxy.clone_from(proxy);
                }
            }
            _ => {}
        }
    }

    fn fold_device(&mut self, event: &Event) {
        let at = event.at;
        match &event.what {
            What::DeviceCreated {
                device,
                uid,
                site,
                os,
                hostname,
            } => {
                let new = Device {
                    uid: uid.clone(),
                    site: site.clone(),
                    os: os.clone(),
                    hostname: hostname.clone(),
                    online: true,
                    reach_changed: at,
                    details: Arc::new(DeviceDetails {
                        created: Some(at),
                        ..DeviceDetails::default()
                    }),
                    ..Device::default()
                };
                self.devices.insert(device.clone(), new);
            }
            What::DeviceBooted { device, engine, .. } => self.with_device(device, |d| {
                d.engine.clone_from(engine);
                Arc::make_mut(&mut d.details).last_reboot = Some(at);
            }),
            What::DeviceOnline { device, online } => self.with_device(device, |d| {
                // While it is online it is seen now; from here on it was seen last at this time.
                if d.online && !online {
                    Arc::make_mut(&mut d.details).last_seen = Some(at);
                }
                if d.online != *online {
                    d.reach_changed = at;
                }
                d.online = *online;
            }),
            What::DeviceRebooted { device } => self.with_device(device, |d| {
                Arc::make_mut(&mut d.details).last_reboot = Some(at);
            }),
            What::DeviceMoved { device, site, .. } => {
                self.with_device(device, |d| d.site.clone_from(site))
            }
            What::DeviceAudited { device, details } => self.with_device(device, |d| {
                let mut new = (**details).clone();
                // What an audit does not tell stays as the platform knows it.
                new.created = new.created.or(d.details.created);
                new.last_seen = new.last_seen.or(d.details.last_seen);
                new.last_reboot = new.last_reboot.or(d.details.last_reboot);
                new.last_audit = new.last_audit.or(Some(at));
                d.details = Arc::new(new);
            }),
            What::WarrantySet { device, date, .. } => {
                self.with_device(device, |d| d.warranty.clone_from(date))
            }
            What::UdfSet {
                device,
                number,
                value,
                ..
            } => self.with_device(device, |d| {
                d.udf_json.take();
                match value.as_deref() {
                    None | Some("") => d.udfs.remove(number),
                    Some(text) => d.udfs.insert(*number, text.to_owned()),
                };
            }),
            What::DescriptionSet { device, text, .. } => {
                self.with_device(device, |d| d.description.clone_from(text))
            }
            _ => {}
        }
    }

    fn fold_job(&mut self, event: &Event) {
        match &event.what {
            What::JobQueued {
                job,
                component,
                device,
                variables,
                name,
                by,
            } => {
                let of_component = || self.components.get(component).map(|c| c.name.clone());
                let new = Job {
                    id: 0,
                    uid: job.clone(),
                    name: name.clone().or_else(of_component).unwrap_or_default(),
                    component: component.clone(),
                    device: device.clone(),
                    variables: variables.clone(),
                    by: by.clone(),
                    created: event.at,
                    started: None,
                    ended: None,
                    status: JobStatus::Pending,
                    exit: None,
                    stdout: None,
                    stderr: None,
                    warnings: 0,
                };
                self.jobs.insert(job.clone(), new);
            }
            What::JobStarted { job } => self.with_job(job, |j| {
                j.status = JobStatus::Running;
                j.started = Some(event.at);
            }),
            What::Output {
                job,
                stream,
                text,
                base64,
                bytes,
                cut,
            } => self.with_job(job, |j| {
                let all = cut.then_some(*bytes);
                let kept = output(text.as_deref(), base64.as_deref(), all);
                match stream {
                    Stream::Stdout => j.stdout = Some(kept),
                    Stream::Stderr => j.stderr = Some(kept),
                }
            }),
            What::JobEnded { job, status, exit } => self.with_job(job, |j| {
                j.status = *status;
                j.exit = Some(*exit);
                j.ended = Some(event.at);
                j.warnings = u32::from(*status == JobStatus::Warning);
            }),
            What::JobExpired { job } => self.with_job(job, |j| {
                j.status = JobStatus::Expired;
                j.ended = Some(event.at);
            }),
            _ => {}
        }
    }

    fn fold_user(&mut self, event: &Event) {
        match &event.what {
            What::UserAdded {
                user,
                details,
                keys,
            } => {
                let new = User {
                    id: 0,
                    details: details.clone(),
                    keys: keys.clone(),
                };
                self.users.insert(user.clone(), new);
            }
            What::ApiKeysReset { user, keys } => {
                if let Some(u) = self.users.get_mut(user) {
                    u.keys = keys.clone();
                }
                self.tokens.reset(user);
            }
            What::TokenIssued {
                user,
                access,
                refresh,
                expires,
            } => {
                let new = Token {
                    user: user.clone(),
                    expires: *expires,
                    of_old_keys: false,
                };
                // A digest that is none belongs to no token.
                if let Some(access) = from_hex(access) {
                    let refresh = refresh.as_deref().and_then(from_hex);
                    self.tokens.issue(event.at, access, refresh, &new);
                }
                if let Some(u) = self.users.get_mut(user) {
                    u.details.last_access = Some(event.at);
                }
            }
            _ => {}
        }
    }

    fn with_device(&mut self, device: &str, change: impl FnOnce(&mut Device)) {
        if let Some(d) = self.devices.get_mut(device) {
            change(d);
        }
    }

    fn with_job(&mut self, job: &str, change: impl FnOnce(&mut Job)) {
        if let Some(j) = self.jobs.get_mut(job) {
            change(j);
        }
    }

    /// Variables of a scope, `account` or `site:KEY`; none for a site that is not there.
    fn variables_of(&mut self, scope: &str) -> Option<&mut BTreeMap<String, Variable>> {
        match scope.strip_prefix("site:") {
            None => Some(&mut self.variables),
            Some(site) => self.sites.get_mut(site).map(|s| &mut s.variables),
        }
    }

    pub(in crate::platform) fn set_variable(
        &mut self,
        scope: &str,
        name: &str,
        value: Option<&str>,
        masked: bool,
    ) {
        let next = self.next_variable;
        let Some(map) = self.variables_of(scope) else {
            return;
        };
        let Some(value) = value else {
            map.remove(name);
            return;
        };
        let id = map.get(name).map_or(next, |v| v.id);
        let new = Variable {
            id,
            value: value.to_owned(),
            masked,
        };
        map.insert(name.to_owned(), new);
        if id == next {
            self.next_variable += 1;
        }
    }
}

/// What is kept of one stream. Where its event holds only the beginning of `cut` bytes, the end of
/// the text says so: nobody must take it for all that the script wrote.
fn output(text: Option<&str>, base64: Option<&str>, cut: Option<u64>) -> Output {
    use base64::Engine as _;
    let decoded = || {
        let coded = base64.unwrap_or_default();
        let decoded = base64::engine::general_purpose::STANDARD.decode(coded);
        decoded.unwrap_or_default()
    };
    let (mut kept, length) = match text {
        Some(text) => (text.to_owned(), text.len()),
        None => {
            let bytes = decoded();
            (String::from_utf8_lossy(&bytes).into_owned(), bytes.len())
        }
    };
    if let Some(all) = cut {
        let _ = write!(
            kept,
            "\n[shakedown keeps the first {length} bytes of {all}: the rest was cut]\n"
        );
    }
    Output { text: kept.into() }
}

#[cfg(test)]
mod tests {
    use super::output;

    #[test]
    fn a_cut_output_says_so_at_its_end() {
        assert_eq!(&*output(Some("all"), None, None).text, "all");
        let text = output(Some("abc"), None, Some(9)).text;
        let mark = "\n[shakedown keeps the first 3 bytes of 9: the rest was cut]\n";
        assert_eq!(&*text, format!("abc{mark}"));
        let coded = output(None, Some("/2Jj"), Some(9)).text;
        assert_eq!(&*coded, format!("\u{fffd}bc{mark}"));
    }
}
