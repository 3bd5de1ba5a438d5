//! Platform state: what the portal would show, folded from events and from nothing else.

use crate::rmm::event::{Event, What};
use crate::rmm::job::{JobStatus, Priority};
use crate::rmm::observed::Exit;
use std::collections::BTreeMap;

/// A site or account variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub value: String,
    /// Write-only in the portal; scripts get the value.
    pub masked: bool,
}

/// A site of the account.
#[derive(Debug, Clone, Default)]
pub struct Site {
    pub uid: String,
    pub name: String,
    pub variables: BTreeMap<String, Variable>,
}

/// A device record.
#[derive(Debug, Clone, Default)]
pub struct Device {
    pub uid: String,
    /// Key of its site.
    pub site: String,
    pub os: String,
    pub hostname: String,
    pub description: String,
    /// Only fields that have a value.
    pub udfs: BTreeMap<u16, String>,
    /// The platform reaches its Agent.
    pub online: bool,
    /// Engine that runs it; empty before its boot.
    pub engine: String,
}

/// A component in the account's library.
#[derive(Debug, Clone, Default)]
pub struct Component {
    pub uid: String,
    pub name: String,
    pub version: u32,
}

/// A job on one device.
#[derive(Debug, Clone)]
pub struct Job {
    pub component: String,
    pub device: String,
    pub status: JobStatus,
    pub exit: Option<Exit>,
}

/// An alert of a monitor on a device.
#[derive(Debug, Clone)]
pub struct Alert {
    pub id: String,
    pub monitor: String,
    pub device: String,
    pub priority: Priority,
    pub samples: BTreeMap<String, String>,
    pub text: String,
    pub diagnostic: String,
    /// Who resolved it; none while it is open.
    pub resolved_by: Option<String>,
    /// Platform time of the last run that alerted, milliseconds.
    pub last_alerting: i64,
}

impl Alert {
    /// Not resolved yet.
    pub fn is_open(&self) -> bool {
        self.resolved_by.is_none()
    }
}

/// All the platform knows.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub variables: BTreeMap<String, Variable>,
    pub sites: BTreeMap<String, Site>,
    pub devices: BTreeMap<String, Device>,
    pub components: BTreeMap<String, Component>,
    pub jobs: BTreeMap<String, Job>,
    /// In the order they were opened.
    pub alerts: Vec<Alert>,
    /// Platform time, milliseconds since the Unix epoch.
    pub clock_ms: i64,
}

impl State {
    /// Folds one event in.
    pub fn apply(&mut self, event: &Event) {
        match &event.what {
            What::SiteCreated { site, uid, name } => {
                self.sites.insert(
                    site.clone(),
                    Site {
                        uid: uid.clone(),
                        name: name.clone(),
                        ..Site::default()
                    },
                );
            }
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
                    ..Device::default()
                };
                self.devices.insert(device.clone(), new);
            }
            What::DeviceBooted { device, engine, .. } => {
                self.with_device(device, |d| d.engine.clone_from(engine))
            }
            What::DeviceOnline { device, online } => {
                self.with_device(device, |d| d.online = *online)
            }
            What::VariableSet {
                scope,
                name,
                value,
                masked,
                ..
            } => self.set_variable(scope, name, value.as_deref(), *masked),
            What::UdfSet {
                device,
                number,
                value,
                ..
            } => self.with_device(device, |d| {
                match value.as_deref() {
                    None | Some("") => d.udfs.remove(number),
                    Some(text) => d.udfs.insert(*number, text.to_owned()),
                };
            }),
            What::DescriptionSet { device, text, .. } => {
                self.with_device(device, |d| d.description.clone_from(text))
            }
            What::ComponentAdded {
                component,
                uid,
                name,
                version,
                ..
            } => {
                let new = Component {
                    uid: uid.clone(),
                    name: name.clone(),
                    version: *version,
                };
                self.components.insert(component.clone(), new);
            }
            What::JobQueued {
                job,
                component,
                device,
                ..
            } => {
                let new = Job {
                    component: component.clone(),
                    device: device.clone(),
                    status: JobStatus::Pending,
                    exit: None,
                };
                self.jobs.insert(job.clone(), new);
            }
            What::JobStarted { job } => {
                if let Some(j) = self.jobs.get_mut(job) {
                    j.status = JobStatus::Running;
                }
            }
            What::JobEnded { job, status, exit } => {
                if let Some(j) = self.jobs.get_mut(job) {
                    j.status = *status;
                    j.exit = Some(*exit);
                }
            }
            What::MonitorRan {
                monitor,
                device,
                alerting: true,
                ..
            } => {
                if let Some(a) = self.open_alert_mut(monitor, device) {
                    a.last_alerting = event.at;
                }
            }
            What::AlertOpened {
                alert,
                monitor,
                device,
                priority,
                samples,
                text,
                diagnostic,
            } => self.alerts.push(Alert {
                id: alert.clone(),
                monitor: monitor.clone(),
                device: device.clone(),
                priority: *priority,
                samples: samples.clone(),
                text: text.clone(),
                diagnostic: diagnostic.clone(),
                resolved_by: None,
                last_alerting: event.at,
            }),
            What::AlertResolved { alert, by, .. } => {
                if let Some(a) = self.alerts.iter_mut().find(|a| a.id == *alert) {
                    a.resolved_by = Some(by.clone());
                }
            }
            What::ClockAdvanced { by_ms } => self.clock_ms = self.clock_ms.saturating_add(*by_ms),
            _ => {}
        }
    }

    /// The one open alert of a monitor on a device, if there is one.
    pub fn open_alert(&self, monitor: &str, device: &str) -> Option<&Alert> {
        self.alerts
            .iter()
            .find(|a| a.is_open() && a.monitor == monitor && a.device == device)
    }

    fn open_alert_mut(&mut self, monitor: &str, device: &str) -> Option<&mut Alert> {
        self.alerts
            .iter_mut()
            .find(|a| a.is_open() && a.monitor == monitor && a.device == device)
    }

    /// Site variables of a device's site.
    pub fn site_of(&self, device: &str) -> Option<&Site> {
        self.sites.get(&self.devices.get(device)?.site)
    }

    fn with_device(&mut self, device: &str, change: impl FnOnce(&mut Device)) {
        if let Some(d) = self.devices.get_mut(device) {
            change(d);
        }
    }

    fn set_variable(&mut self, scope: &str, name: &str, value: Option<&str>, masked: bool) {
        let map = match scope.strip_prefix("site:") {
            None => &mut self.variables,
            Some(site) => match self.sites.get_mut(site) {
                Some(s) => &mut s.variables,
                None => return,
            },
        };
        match value {
            Some(v) => {
                map.insert(
                    name.to_owned(),
                    Variable {
                        value: v.to_owned(),
                        masked,
                    },
                );
            }
            None => {
                map.remove(name);
            }
        }
    }
}
