//! What a person does in the web portal.

use super::{At, job};
use crate::agent::udf::LONGEST;
use crate::platform::variables_csv;
use crate::replay::judge::Seen;
use crate::replay::runner::Runner;
use crate::replay::verdict::Stop;
use crate::rmm::event::{Origin, What};
use crate::rmm::policy::MonitorKind;
use crate::rmm::portal::{NOT_IN_NAMES, NOT_IN_VALUES, held};
use crate::scenario::Spanned;
use crate::scenario::step::PortalAct;

/// A portal step.
pub fn step(r: &mut Runner<'_>, at: &At<'_>, act: &PortalAct) -> Result<Vec<Seen>, Stop> {
    match act {
        PortalAct::SetUdf { on, udfs } => set_udf(r, at, on, udfs),
        PortalAct::SetDescription { on, text } => {
            let text = r.fill(text, at.span)?;
            each(r, at, on, |r, device| {
                r.ledger.caused(
                    at.started,
                    What::DescriptionSet {
                        device: device.into(),
                        text: text.clone(),
                        origin: Origin::Portal,
                    },
                );
            })
        }
        PortalAct::SetVariable { scope, variables } => {
            let values = job::job_variables(r, variables)?;
            let scope = scope_word(r, scope)?;
            for (name, v) in &values {
                carried(at, "the variable's name", name, NOT_IN_NAMES)?;
                carried(at, &format!("the value of {name}"), &v.value, NOT_IN_VALUES)?;
            }
            for (name, v) in values {
                if v.masked {
                    r.ledger.hide(&v.value);
                }
                set_variable(r, at, &scope, &name, Some(v.value), v.masked);
            }
            Ok(vec![Seen::default()])
        }
        PortalAct::DeleteVariable { scope, names } => {
            let scope = scope_word(r, scope)?;
            for name in names {
                set_variable(r, at, &scope, &name.value, None, false);
            }
            Ok(vec![Seen::default()])
        }
        PortalAct::ResolveAlert { monitor, on } => resolve(r, at, monitor.as_ref(), on),
        PortalAct::UploadVariables { csv } => upload(r, at, csv),
        PortalAct::ComStore(act) => super::comstore::step(r, at, act),
    }
}

fn each(
    r: &mut Runner<'_>,
    at: &At<'_>,
    on: &[Spanned<String>],
    mut act: impl FnMut(&mut Runner<'_>, &str),
) -> Result<Vec<Seen>, Stop> {
    let mut seen = Vec::new();
    for name in r.on(on, at.span)? {
        r.device(&name)?;
        act(r, &name.value);
        seen.push(Seen {
            device: name.value,
            ..Seen::default()
        });
    }
    Ok(seen)
}

fn set_udf(
    r: &mut Runner<'_>,
    at: &At<'_>,
    on: &[Spanned<String>],
    udfs: &[(u16, String)],
) -> Result<Vec<Seen>, Stop> {
    let mut filled = Vec::new();
    for (number, text) in udfs {
        let text = r.fill(text, at.span)?;
        // The portal's own form takes no more than this.
        if text.chars().count() > LONGEST {
            return Err(Stop::Mistake {
                message: format!(
                    "UDF {number} would have {} characters",
                    text.chars().count()
                ),
                span: at.span,
                help: format!("a UDF holds at most {LONGEST} characters"),
            });
        }
        carried(at, &format!("UDF {number}"), &text, NOT_IN_VALUES)?;
        filled.push((*number, text));
    }
    each(r, at, on, |r, device| {
        for (number, text) in &filled {
            let value = (!text.is_empty()).then(|| text.clone());
            r.ledger.caused(
                at.started,
                What::UdfSet {
                    device: device.into(),
                    number: *number,
                    value,
                    origin: Origin::Portal,
                },
            );
        }
    })
}

/// Stops at a text that no script's environment can carry.
fn carried(at: &At<'_>, what: &str, text: &str, without: &[char]) -> Result<(), Stop> {
    match held(text, without) {
        None => Ok(()),
        Some(held) => Err(Stop::Mistake {
            message: format!("{what} holds {held}"),
            span: at.span,
            help: "leave it out: no script's environment can carry it".into(),
        }),
    }
}

fn set_variable(
    r: &mut Runner<'_>,
    at: &At<'_>,
    scope: &str,
    name: &str,
    value: Option<String>,
    masked: bool,
) {
    r.ledger.caused(
        at.started,
        What::VariableSet {
            scope: scope.into(),
            name: name.into(),
            value,
            masked,
            origin: Origin::Portal,
        },
    );
}

/// `account`, or `site:KEY` of a site that is there.
fn scope_word(r: &Runner<'_>, scope: &Spanned<String>) -> Result<String, Stop> {
    if scope.value == "account" {
        return Ok("account".into());
    }
    if r.ledger.state().sites.contains_key(&scope.value) {
        return Ok(format!("site:{}", scope.value));
    }
    Err(Stop::Mistake {
        message: format!("there is no site {}", scope.value),
        span: scope.span,
        help: "the scope is `account` or the key of a site".into(),
    })
}

fn resolve(
    r: &mut Runner<'_>,
    at: &At<'_>,
    monitor: Option<&Spanned<String>>,
    on: &[Spanned<String>],
) -> Result<Vec<Seen>, Stop> {
    let mut seen = Vec::new();
    let stage = r.stage;
    let policies = &stage.scenario.world.policies;
    // An alert of a policy is of its monitor; that one may run the component.
    let of = |component: &str, monitor: &str| {
        component == monitor
            || monitor.split_once('/').is_some_and(|(policy, key)| {
                let policy = policies.iter().find(|p| p.policy.key == policy);
                let monitors = policy.into_iter().flat_map(|p| &p.policy.monitors);
                monitors.filter(|m| m.key == key).any(|m| {
                    matches!(&m.kind, MonitorKind::Component { component: c, .. } if c == component)
                })
            })
    };
    for device in r.on(on, at.span)? {
        let wanted = |a: &&crate::platform::state::Alert| {
            a.is_open()
                && a.device == device.value
                && monitor.is_none_or(|m| of(&m.value, &a.monitor))
        };
        let open: Vec<_> = r
            .ledger
            .state()
            .alerts
            .iter()
            .filter(wanted)
            .cloned()
            .collect();
        if open.is_empty() {
            return Err(Stop::Mistake {
                message: format!("no such alert is open on {}", device.value),
                span: monitor.map_or(at.span, |m| m.span),
                help: "a run of the monitor must have opened one before, and nothing resolved it since".into(),
            });
        }
        let mut resolved = Vec::new();
        for a in open {
            r.ledger.caused(
                at.started,
                What::AlertResolved {
                    alert: a.id.clone(),
                    monitor: a.monitor,
                    device: a.device,
                    by: "portal".into(),
                },
            );
            resolved.push(a.id);
        }
        seen.push(Seen {
            device: device.value,
            resolved,
            monitor: monitor.map(|m| m.value.clone()),
            ..Seen::default()
        });
    }
    Ok(seen)
}

/// The account's variables file: all of it is taken over, or nothing.
fn upload(r: &mut Runner<'_>, at: &At<'_>, csv: &Spanned<String>) -> Result<Vec<Seen>, Stop> {
    let text = r.fill(csv, csv.span)?;
    let changes = variables_csv::upload(r.ledger.state(), &text).map_err(|errors| {
        let told: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Stop::Mistake {
            message: told.join("\n"),
            span: csv.span,
            help: "nothing was taken over: every line of the file must be right".into(),
        }
    })?;
    for change in changes {
        if let What::VariableSet {
            value: Some(secret),
            masked: true,
            ..
        } = &change
        {
            r.ledger.hide(secret);
        }
        r.ledger.caused(at.started, change);
    }
    Ok(vec![Seen::default()])
}
