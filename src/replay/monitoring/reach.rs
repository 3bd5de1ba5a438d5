//! Which devices a policy runs on.

use super::{Due, Monitoring, software};
use crate::agent::{Scoped, Scopes, resolve};
use crate::platform::{State, filters};
use crate::replay::runner::Runner;
use crate::replay::verdict::Stop;
use crate::rmm::component::{Category, Metadata};
use crate::rmm::event::{Note, What};
use crate::rmm::policy::{Attachment, MonitorKind, Policy, Response, Value};
use crate::scenario::Span;
use crate::scenario::policy::WorldPolicy;
use crate::scenario::world::World;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

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
    let metadata = |key: &str| stage.components.get(key).map(|c| &c.metadata);
    if let Some(misfit) = misfits(&stage.scenario.world, metadata).into_iter().next() {
        return Err(Stop::Mistake {
            message: misfit.message,
            span: misfit.span,
            help: misfit.help.into(),
        });
    }
    for (p, declared) in policies.iter().enumerate() {
        let mut policy = declared.policy.clone();
        policy.attachment = carried(declared)?;
        let set = r.ledger.emit(What::PolicySet {
            policy: Box::new(policy.clone()),
        });
        monitoring.said.extend(remark(r, &policy, set));
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
    super::clock::refresh(r, start);
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

/// A component that a policy cannot use as it says.
#[derive(Debug)]
pub struct Misfit {
    pub message: String,
    pub span: Span,
    pub help: &'static str,
}

/// Component monitors that are not of the category monitors, responses that are, and variables that
/// the platform refuses. `metadata` tells a component's by its key; one it does not know is passed
/// over.
pub fn misfits<'a>(world: &World, metadata: impl Fn(&str) -> Option<&'a Metadata>) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    for declared in &world.policies {
        for (monitor, places) in declared.policy.monitors.iter().zip(&declared.places) {
            if let MonitorKind::Component {
                component,
                variables,
                ..
            } = &monitor.kind
                && let Some(meta) = metadata(component)
            {
                let wrong = (meta.category != Category::Monitors).then(|| {
                    (
                        format!("component {component} is not of the category monitors"),
                        "a policy runs monitors; run it by `job:`, or as a response to an alert",
                    )
                });
                let wrong = wrong.or_else(|| refused(meta, variables, world));
                misfits.extend(wrong.map(|w| misfit(w, places.kind)));
            }
            for (response, span) in monitor.respond.iter().zip(&places.respond) {
                if let Response::Component {
                    component,
                    variables,
                } = response
                    && let Some(meta) = metadata(component)
                {
                    let wrong = (meta.category == Category::Monitors).then(|| {
                        (
                            format!(
                                "component {component} is a monitor, which cannot respond to an alert"
                            ),
                            "a response is of the category applications or scripts",
                        )
                    });
                    let wrong = wrong.or_else(|| refused(meta, variables, world));
                    misfits.extend(wrong.map(|w| misfit(w, *span)));
                }
            }
        }
    }
    misfits
}

fn misfit((message, help): (String, &'static str), span: Span) -> Misfit {
    Misfit {
        message,
        span,
        help,
    }
}

/// Why the platform would refuse these variables, and how to mend it.
fn refused(
    meta: &Metadata,
    variables: &BTreeMap<String, Value>,
    world: &World,
) -> Option<(String, &'static str)> {
    let none = BTreeMap::new();
    let given = variables.iter().map(|(name, v)| {
        let value = Scoped {
            value: v.value.clone(),
            masked: v.masked,
        };
        (name.clone(), value)
    });
    let scopes = Scopes {
        job: &given.collect(),
        site: &none,
        account: &none,
    };
    let why = resolve(meta, scopes, &world.knobs).err()?;
    Some((
        why.to_string(),
        "the platform refuses such a run; see the component's variables",
    ))
}

/// Tells what would be silent otherwise: a policy that runs nowhere, an attachment that nobody reads.
fn remark(r: &mut Runner<'_>, policy: &Policy, cause: u64) -> Vec<Note> {
    let state = r.ledger.state();
    let reaches = r.stage.devices.keys().any(|d| takes(policy, d, state));
    let mut notes = Vec::new();
    if !policy.enabled {
        notes.push(Note {
            code: "policy-disabled".into(),
            message: format!(
                "policy {} is not enabled: its monitors never run",
                policy.key
            ),
            help: "take `enabled: false` out if that is not what the scenario rehearses".into(),
        });
    } else if !reaches {
        notes.push(Note {
            code: "policy-without-devices".into(),
            message: format!("policy {} targets no device of this world", policy.key),
            help: "look at its `targets`; texts of a filter are parts of what the device tells"
                .into(),
        });
    }
    if let Some(a) = &policy.attachment {
        notes.push(Note {
            code: "pcy-not-read".into(),
            message: format!(
                "policy {} carries {} ({} bytes, SHA-256 {}) as it is; its format is not public and nothing of it is run",
                policy.key, a.file, a.bytes, a.sha256
            ),
            help: "what runs are the `monitors` of the scenario".into(),
        });
    }
    for note in notes.iter().cloned() {
        r.ledger.caused(cause, What::Noted { job: None, note });
    }
    notes
}
