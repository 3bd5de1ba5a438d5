//! Masked values as scenario files hold them: known before anything runs, so that no line of a
//! file is ever shown with one.

use crate::scenario::model::Scenario;
use crate::scenario::step::{Action, JobVariable, PortalAct, Step};
use std::collections::BTreeSet;

/// Every masked value of these scenarios.
pub fn of(scenarios: &[Scenario]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for s in scenarios {
        let world = &s.world;
        let sites = world.sites.iter().flat_map(|site| &site.variables);
        for v in world.account.variables.iter().chain(sites) {
            if v.masked {
                found.insert(v.value.clone());
            }
        }
        steps(&mut found, &s.steps);
        steps(&mut found, &s.finally);
    }
    found.remove("");
    found
}

fn steps(found: &mut BTreeSet<String>, all: &[Step]) {
    for step in all {
        match &step.action {
            Action::Job { variables, .. }
            | Action::Monitor { variables, .. }
            | Action::Portal(PortalAct::SetVariable { variables, .. }) => take(found, variables),
            Action::Parallel(inner) | Action::Group { steps: inner, .. } => steps(found, inner),
            _ => {}
        }
    }
}

fn take(found: &mut BTreeSet<String>, variables: &[JobVariable]) {
    for v in variables.iter().filter(|v| v.masked) {
        found.insert(v.value.clone());
    }
}
