//! Folds what monitors found, and what came of it, into state.

use super::{Acted, Alert, Logged, Mail, State};
use crate::rmm::event::{Event, What};
use crate::rmm::policy::ResponseActionType;
use std::sync::Arc;

impl State {
    pub(super) fn fold_alert(&mut self, event: &Event) {
        match &event.what {
            What::EventLogged {
                device,
                log,
                source,
                code,
                level,
                text,
            } => self.logged.entry(device.clone()).or_default().push(Logged {
                at: event.at,
                log: log.clone(),
                source: source.clone(),
                code: *code,
                level: level.clone(),
                text: text.clone(),
            }),
            What::MonitorRan {
                monitor,
                device,
                alerting: true,
                ..
            } => {
                let open = |a: &&mut Alert| {
                    a.is_open() && a.monitor == *monitor && a.device == *device && !a.stands_alone()
                };
                if let Some(a) = self.alerts.iter_mut().find(open) {
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
                context,
                autoresolve_minutes,
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
                opened: event.at,
                resolved: None,
                context: context.as_deref().cloned().map(Arc::new),
                autoresolve_minutes: *autoresolve_minutes,
                ticket: None,
                acted: Vec::new(),
            }),
            What::AlertResolved { alert, by, .. } => {
                if let Some(a) = self.alerts.iter_mut().find(|a| a.id == *alert) {
                    a.resolved_by = Some(by.clone());
                    a.resolved = Some(event.at);
                }
            }
            What::AlertActed {
                alert,
                action,
                description,
                reference,
                ..
            } => {
                if let Some(a) = self.alerts.iter_mut().find(|a| a.id == *alert) {
                    if *action == ResponseActionType::TicketCreated {
                        a.ticket.clone_from(reference);
                    }
                    a.acted.push(Acted {
                        at: event.at,
                        action: *action,
                        description: description.clone(),
                        reference: reference.clone(),
                    });
                }
            }
            What::MailSent {
                alert,
                to,
                subject,
                text,
            } => self.mails.push(Mail {
                alert: alert.clone(),
                to: to.clone(),
                subject: subject.clone(),
                text: text.clone(),
            }),
            What::TicketSet { ticket } => {
                self.tickets.insert(ticket.id, (**ticket).clone());
            }
            What::PolicySet { policy } => {
                self.policies.insert(policy.key.clone(), (**policy).clone());
            }
            _ => {}
        }
    }
}
