//! Audits: the Agent looks at its device and tells the platform, every day and when it is asked to.

use super::{At, job};
use crate::agent::antivirus::Found;
use crate::replay::audit::{Checked, again, antivirus, audit};
use crate::replay::judge::Seen;
use crate::replay::runner::Runner;
use crate::replay::verdict::Stop;
use crate::rmm::event::{Note, Origin, What};
use crate::scenario::{Span, Spanned};

/// Platform time between two audits of a device: at least daily `[O]`.
const AUDIT_MS: i64 = 24 * 3_600_000;

/// `audit:` - the Agents of these devices look at them now.
pub fn step(r: &mut Runner<'_>, at: &At<'_>, on: &[Spanned<String>]) -> Result<Vec<Seen>, Stop> {
    let mut seen = Vec::new();
    for name in r.on(on, at.span)? {
        let mut one = Seen {
            device: name.value.clone(),
            ..Seen::default()
        };
        let online = |d: &crate::platform::state::Device| d.online;
        if r.ledger
            .state()
            .devices
            .get(&name.value)
            .is_some_and(online)
        {
            let Found {
                notes, observed, ..
            } = one_device(r, at.started, &name)?;
            one.notes = notes;
            if let Some(observed) = observed {
                one.job = job::job_id(r, at, &name.value, 1);
                let told = What::Observed {
                    job: one.job.clone(),
                    observed: observed.clone(),
                };
                r.ledger.caused(at.started, told);
                one.observed = observed;
            }
        } else {
            let note = offline(&name.value);
            let told = What::Noted {
                job: None,
                note: note.clone(),
            };
            r.ledger.caused(at.started, told);
            one.notes.push(note);
        }
        seen.push(one);
    }
    Ok(seen)
}

fn offline(device: &str) -> Note {
    Note {
        code: "audit-offline".into(),
        message: format!("{device} is offline: its audit told the platform nothing"),
        help: format!("`device: {device}, online: true` before it"),
    }
}

/// Audits that came due while the clock went on by so much.
pub fn due(r: &mut Runner<'_>, cause: u64, by_ms: i64) -> Result<(), Stop> {
    let now = r.ledger.state().clock_ms - r.stage.scenario.world.clock_ms;
    let audits = |at: i64| at.div_euclid(AUDIT_MS);
    if audits(now) == audits(now.saturating_sub(by_ms)) {
        return Ok(());
    }
    let devices = &r.ledger.state().devices;
    let online: Vec<String> = r
        .stage
        .devices
        .keys()
        .filter(|key| devices.get(key).is_some_and(|d| d.online))
        .cloned()
        .collect();
    for value in online {
        let name = Spanned {
            value,
            span: Span::default(),
        };
        one_device(r, cause, &name)?;
    }
    Ok(())
}

/// Audits a device that is online, and tells the platform.
fn one_device(r: &mut Runner<'_>, cause: u64, name: &Spanned<String>) -> Result<Found, Stop> {
    let booted = r.device(name)?;
    let stage = r.stage;
    let now_ms = r.ledger.now_ms();
    let clocks = r.memory.clocks.clone();
    let checked = Checked {
        world: &stage.scenario.world,
        device: &booted.world,
        clocks: &clocks,
        now_ms,
        cancel: stage.cancel,
    };
    let (told, mut found) = r.lend(&name.value, || {
        let told = audit(&*booted.handle, &booted.world, &booted.spec, now_ms)?;
        Ok::<_, Stop>((told, antivirus(&*booted.handle, &checked)?))
    })?;
    let known = r.ledger.state().devices.get(&name.value);
    let known = known.map(|d| (*d.details).clone()).unwrap_or_default();
    let mut details = again(&known, told);
    details.antivirus = Some(found.antivirus.clone());
    let audited = What::DeviceAudited {
        device: name.value.clone(),
        details: Box::new(details),
    };
    let audited = r.ledger.caused(cause, audited);
    // What scripts left as `DeviceDescription` is updated on audit and not at once `[O]`.
    if let Some(text) = r.memory.undescribed.remove(&name.value) {
        let set = What::DescriptionSet {
            device: name.value.clone(),
            text,
            origin: Origin::Agent,
        };
        r.ledger.caused(audited, set);
    }
    if let Some((product, _)) = &booted.world.listed.antivirus {
        found.notes.push(Note {
            code: "antivirus-listed".into(),
            message: format!(
                "{}: the antivirus was not looked for, because its `listed.antivirus` says {product}",
                name.value
            ),
            help: "leave `listed.antivirus` out to see what the Agent finds".into(),
        });
    }
    let before = r
        .memory
        .noted
        .insert(name.value.clone(), found.notes.clone());
    let before = before.unwrap_or_default();
    for note in found.notes.iter().filter(|n| !before.contains(n)) {
        let note = note.clone();
        r.ledger.caused(audited, What::Noted { job: None, note });
    }
    Ok(found)
}
