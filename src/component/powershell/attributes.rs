//! Attributes of parameters that 5.1 does not have, or not with these arguments.

use super::{Raw, Reach, arguments};
use serde::Deserialize;

/// `attributes` of `powershell/newer.json`.
#[derive(Deserialize)]
pub(super) struct Attributes {
    error_id: String,
    message_51: String,
    pub names: Vec<String>,
    pub arguments: Vec<Arguments>,
}

/// Arguments that 5.1 does not know of attributes that it has.
#[derive(Deserialize)]
pub(super) struct Arguments {
    pub attributes: Vec<String>,
    /// A named argument.
    pub named: Option<String>,
    /// So many arguments.
    pub count: Option<usize>,
    error_id: String,
    message_51: String,
}

impl Arguments {
    fn fits(&self, given: &[&str]) -> bool {
        let names = |argument: &&str| {
            let name = argument.split_once('=').map(|(name, _)| name.trim());
            name.zip(self.named.as_deref())
                .is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
        };
        self.count == Some(given.len()) || given.iter().any(names)
    }
}

/// What 5.1 says of an attribute whose bracket is at the place.
pub(super) fn finding(text: &str, (at, name): (usize, &str), known: &Attributes) -> Option<Raw> {
    let end = at + 1 + name.len();
    let open = end + text.get(end..)?.find(|c: char| !c.is_whitespace())?;
    let given = arguments::of(text, open)?;
    let name = name
        .strip_prefix("System.Management.Automation.")
        .unwrap_or(name);
    let short = name.strip_suffix("Attribute").unwrap_or(name);
    let is = |n: &&String| n.eq_ignore_ascii_case(short);
    if let Some(newer) = known.names.iter().find(is) {
        return Some(Raw {
            start: at,
            end,
            what: format!("the attribute [{newer}()]"),
            message: known.message_51.replace("{name}", name),
            error_id: Some(known.error_id.clone()),
            reach: Reach::Fails,
        });
    }
    let (row, attribute) = known.arguments.iter().find_map(|row| {
        let attribute = row.attributes.iter().find(is)?;
        row.fits(&given).then_some((row, attribute))
    })?;
    Some(Raw {
        start: at,
        end,
        what: match &row.named {
            Some(named) => format!("{named} of [{attribute}()]"),
            None => format!("[{attribute}()] with {} argument", given.len()),
        },
        message: row.message_51.replace("{name}", attribute),
        error_id: Some(row.error_id.clone()),
        reach: Reach::Fails,
    })
}
