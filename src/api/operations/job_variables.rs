//! Variables of a quick job, held against what the component declares.

use crate::api::types::request::JobComponentVariableRequest;
use crate::api::types::{JobComponentVariable, Text};
use crate::rmm::component::{Metadata, Variable, VariableType};
use std::collections::BTreeMap;

/// Longest name and value together, in bytes: no environment carries more (128 KiB, with `=` and
/// the closing NUL).
const LONGEST: usize = 128 * 1024 - 2;

/// The values of a request by name. A null value is as none: the component's default counts.
///
/// # Errors
/// A name that the component does not declare, one that is given twice, a value that its type
/// does not take. A component that told nothing of its variables takes them all.
pub(super) fn taken(
    component: Option<&Metadata>,
    given: &[JobComponentVariableRequest],
) -> Result<BTreeMap<String, String>, String> {
    let mut out = BTreeMap::new();
    for row in given {
        let name = &row.name;
        let declared = match component {
            None => None,
            Some(meta) => match meta.variables.iter().find(|v| v.name == *name) {
                None => return Err(undeclared(meta, name)),
                found => found,
            },
        };
        let Some(value) = &row.value else {
            continue;
        };
        if let Some(why) = declared.and_then(|v| refused(v, value)) {
            return Err(format!("variable {name}: `{value}` is no {why}"));
        }
        if value.contains('\0') || name.contains(['\0', '=']) || name.is_empty() {
            return Err(format!(
                "variable {name:?}: no environment can carry it; take out NUL, and = from the name"
            ));
        }
        if name.len() + value.len() > LONGEST {
            return Err(format!(
                "variable {name}: name and value together are longer than {LONGEST} bytes"
            ));
        }
        if out.insert(name.clone(), value.clone()).is_some() {
            return Err(format!("variable {name} is given twice; give it once"));
        }
    }
    Ok(out)
}

fn undeclared(meta: &Metadata, name: &str) -> String {
    let names: Vec<&str> = meta.variables.iter().map(|v| v.name.as_str()).collect();
    let has = match names.is_empty() {
        true => "it declares none".to_owned(),
        false => format!("it declares {}", names.join(", ")),
    };
    format!("the component {} has no variable {name}; {has}", meta.name)
}

/// What a value would have to be, where its type does not take it.
fn refused(variable: &Variable, value: &str) -> Option<String> {
    match variable.kind {
        VariableType::String => None,
        VariableType::Boolean => {
            let word = value.trim().to_ascii_lowercase();
            (!["true", "false"].contains(&word.as_str()))
                .then(|| "boolean; send true or false".to_owned())
        }
        VariableType::Selection => {
            let options = &variable.options;
            let named = options.iter().any(|o| o.name == value || o.value == value);
            (!named).then(|| {
                let names: Vec<&str> = options.iter().map(|o| o.name.as_str()).collect();
                format!("option of the selection; send one of {}", names.join(", "))
            })
        }
        VariableType::Date => {
            let day = value.is_empty() || value.parse::<jiff::civil::Date>().is_ok();
            (!day).then(|| "date; send yyyy-mm-dd".to_owned())
        }
    }
}

/// A job's variables as the API shows them: what was given, else the component's default, in the
/// component's order.
pub(super) fn shown<'a>(
    component: Option<&'a Metadata>,
    given: &'a BTreeMap<String, String>,
) -> Vec<JobComponentVariable<'a>> {
    let row = |name: &'a str, value: &'a str| JobComponentVariable {
        name: name.into(),
        value: Some(Text::from(value)),
    };
    let Some(meta) = component else {
        return given.iter().map(|(n, v)| row(n, v)).collect();
    };
    let mut declared: Vec<&Variable> = meta.variables.iter().collect();
    declared.sort_by_key(|v| v.idx);
    declared
        .into_iter()
        .map(|v| row(&v.name, given.get(&v.name).unwrap_or(&v.default)))
        .collect()
}
