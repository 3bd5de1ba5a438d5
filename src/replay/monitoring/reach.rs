//! Which devices a policy runs on.

use super::{Due, Monitoring, software};
use crate::platform::{State, filters};
use crate::replay::runner::Runner;
use crate::replay::verdict::Stop;
use crate::rmm::component::Category;
use crate::rmm::event::{Note, What};
use crate::rmm::policy::{Attachment, MonitorKind, Policy, Response};
use crate::scenario::Span;
use crate::scenario::policy::WorldPolicy;
use sha2::{Digest, Sha256};

/// Whether a policy runs on a device now.
pub fn takes(policy: &Policy, device: &str, state: &State) -> bool {
    let Some(row) = state.devices.get(device) else {
        return false;
    };
    let targets = &policy.targets;
    policy.enabled
        && (targets.account
            || targets.sites.contains(&row.site)
            || targets.devices.iter().any(|d| d == device)
            || targets.filters.iter().any(|f| filters::matches(row, f)))
}

/// Tells the platform of the world's policies, and plans their first runs.
///
/// # Errors
/// A component that is of the wrong category for what it is used as.
pub fn begin(r: &mut Runner<'_>) -> Result<(), Stop> {
    let stage = r.stage;
    let policies = &stage.scenario.world.policies;
    let mut monitoring = Monitoring::default();
    let start = r.ledger.now_ms();
    for (p, declared) in policies.iter().enumerate() {
        fitting(r, declared)?;
        let mut policy = declared.policy.clone();
        policy.attachment = carried(declared)?;
        let set = r.ledger.emit(What::PolicySet {
            policy: Box::new(policy.clone()),
        });
        remark(r, &policy, set);
        if !declared.policy.enabled {
            continue;
        }
        for (m, monitor) in declared.policy.monitors.iter().enumerate() {
            for (device, booted) in &stage.devices {
                if let MonitorKind::Software { name, .. } = &monitor.kind
                    && let Ok(list) = software::installed(booted)?
                {
                    let is = list.get(&name.to_lowercase()).cloned();
                    monitoring.software.insert((p, m, device.clone()), is);
                }
                let due = Due {
                    policy: p,
                    monitor: m,
                    device: device.clone(),
                    runs: 0,
                };
                let first = start.saturating_add(monitor.every_ms);
                monitoring.add(due, first, monitor.every_ms);
            }
        }
    }
    r.memory.monitoring = monitoring;
    Ok(())
}

/// The policy's export, as it is.
fn carried(declared: &WorldPolicy) -> Result<Option<Attachment>, Stop> {
    let Some(pcy) = &declared.pcy else {
        return Ok(None);
    };
    let bytes = std::fs::read(&pcy.value).map_err(|e| Stop::Mistake {
        message: format!("cannot read {}: {e}", pcy.value.display()),
        span: pcy.span,
        help: "`pcy:` names the policy's export, relative to this file".into(),
    })?;
    let name = pcy.value.file_name().unwrap_or_default();
    Ok(Some(Attachment {
        file: name.to_string_lossy().into_owned(),
        bytes: bytes.len() as u64,
        sha256: hex(&Sha256::digest(&bytes)),
    }))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// A component monitor is of the category monitors, a response is of another one.
fn fitting(r: &Runner<'_>, declared: &WorldPolicy) -> Result<(), Stop> {
    for (monitor, places) in declared.policy.monitors.iter().zip(&declared.places) {
        if let MonitorKind::Ping { host } = &monitor.kind
            && !r
                .stage
                .scenario
                .world
                .services
                .iter()
                .any(|s| s.host == *host)
        {
            return Err(Stop::Mistake {
                message: format!(
                    "no service of the world has the host {host}: nothing outside is reached from a device"
                ),
                span: places.kind,
                help: "declare the host under `world.services`, or name one that is there".into(),
            });
        }
        if let MonitorKind::Component { component, .. } = &monitor.kind {
            category(r, component, true, places.kind)?;
        }
        for (response, span) in monitor.respond.iter().zip(&places.respond) {
            if let Response::Component { component, .. } = response {
                category(r, component, false, *span)?;
            }
        }
    }
    Ok(())
}

fn category(r: &Runner<'_>, component: &str, monitor: bool, span: Span) -> Result<(), Stop> {
    let Some(loaded) = r.stage.components.get(component) else {
        return Ok(());
    };
    let is = loaded.metadata.category == Category::Monitors;
    if is == monitor {
        return Ok(());
    }
    let (message, help) = match monitor {
        true => (
            format!("component {component} is not of the category monitors"),
            "a policy runs monitors; run it by `job:`, or as a response to an alert",
        ),
        false => (
            format!("component {component} is a monitor, which cannot respond to an alert"),
            "a response is of the category applications or scripts",
        ),
    };
    Err(Stop::Mistake {
        message,
        span,
        help: help.into(),
    })
}

/// What would be silent otherwise: a policy that runs nowhere, an attachment that nobody reads.
fn remark(r: &mut Runner<'_>, policy: &Policy, cause: u64) {
    let state = r.ledger.state();
    let reaches = r.stage.devices.keys().any(|d| takes(policy, d, state));
    let note = if !policy.enabled {
        Note {
            code: "policy-disabled".into(),
            message: format!(
                "policy {} is not enabled: its monitors never run",
                policy.key
            ),
            help: "take `enabled: false` out if that is not what the scenario rehearses".into(),
        }
    } else if !reaches {
        Note {
            code: "policy-without-devices".into(),
            message: format!("policy {} targets no device of this world", policy.key),
            help: "look at its `targets`; texts of a filter are parts of what the device tells"
                .into(),
        }
    } else {
        return attachment(r, policy, cause);
    };
    r.ledger.caused(cause, What::Noted { job: None, note });
    attachment(r, policy, cause);
}

fn attachment(r: &mut Runner<'_>, policy: &Policy, cause: u64) {
    let Some(a) = &policy.attachment else {
        return;
    };
    let note = Note {
        code: "pcy-not-read".into(),
        message: format!(
            "policy {} carries {} ({} bytes, SHA-256 {}) as it is; its format is not public and nothing of it is run",
            policy.key, a.file, a.bytes, a.sha256
        ),
        help: "what runs are the `monitors` of the scenario".into(),
    };
    r.ledger.caused(cause, What::Noted { job: None, note });
}
