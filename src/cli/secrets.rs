//! Masked values as scenario files hold them: known before anything runs, so that no line of a
//! file is ever shown with one.

use crate::scenario::hide::masked_rows;
use crate::scenario::model::Scenario;
use crate::scenario::step::{Action, JobVariable, PortalAct, Step};
use std::collections::BTreeSet;

/// Every masked value of these scenarios.
pub fn of(scenarios: &[Scenario]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for s in scenarios {
        let world = &s.world;
        let sites = world.sites.iter().flat_map(|site| &site.variables);
        let others = world.api.accounts.iter().flat_map(|a| &a.variables);
        for v in world.account.variables.iter().chain(sites).chain(others) {
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
            Action::Portal(PortalAct::UploadVariables { csv }) => {
                found.extend(masked_rows(&csv.value));
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_rows_of_an_upload_are_known() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = dir.path().join("a.yaml");
        let text = "scenario: a\nworld:\n  sites: { o: { name: O } }\n  devices: { d: { os: linux, site: o } }\nsteps:\n  - portal: upload-variables\n    csv: |\n      site,name,value,masked\n      o,licence,TopSecret-1,true\n      o,word,open,false\n  - portal: upload-variables\n    file: more.csv\n";
        std::fs::write(&file, text).expect("a scenario");
        std::fs::write(dir.path().join("more.csv"), "o,key,\"Other,Secret\",true\n")
            .expect("a CSV");
        let scenarios = crate::scenario::load_path(&file).expect("a good scenario");
        let found = of(&scenarios);
        assert!(
            found.contains("TopSecret-1") && found.contains("Other,Secret"),
            "{found:?}"
        );
        assert!(!found.contains("open"));
    }
}
