//! `run --list`: which scenarios there are.

use super::select::path_of;
use super::{Exit, print};
use crate::report::clean::one_line;
use crate::report::file;
use crate::scenario::model::Scenario;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    file: String,
    tags: Vec<&'a str>,
    /// Why it is not run, when the file says so.
    skip: Option<&'a str>,
}

/// Prints the scenarios on stdout, or writes them as JSON to a file (`-`: stdout).
pub fn main(scenarios: &[Scenario], json: Option<&Path>) -> Exit {
    let listed: Vec<Listed<'_>> = scenarios.iter().map(listed).collect();
    let Some(path) = json else {
        return print::listing(text(&listed).as_bytes());
    };
    let document = match serde_json::to_string_pretty(&listed) {
        Ok(document) => document + "\n",
        Err(e) => {
            print::error(&e, None);
            return Exit::Usage;
        }
    };
    if path.as_os_str() == "-" {
        return print::listing(document.as_bytes());
    }
    match file::write_whole(path, document.as_bytes()) {
        Ok(()) => Exit::Ok,
        Err(e) => {
            print::error(&e, None);
            Exit::Usage
        }
    }
}

fn listed(scenario: &Scenario) -> Listed<'_> {
    Listed {
        name: &scenario.name.value,
        file: path_of(scenario),
        tags: scenario.tags.iter().map(|t| t.value.as_str()).collect(),
        skip: scenario.skip.as_ref().map(|s| s.value.as_str()),
    }
}

fn text(listed: &[Listed<'_>]) -> String {
    let mut out = String::new();
    let mut file_before = None;
    for l in listed {
        if file_before != Some(&l.file) {
            out.push_str(&format!("{}\n", one_line(&l.file)));
            file_before = Some(&l.file);
        }
        out.push_str(&format!("  {}", one_line(l.name)));
        if !l.tags.is_empty() {
            out.push_str(&format!("  [{}]", one_line(&l.tags.join(", "))));
        }
        if let Some(reason) = l.skip {
            out.push_str(&format!("  (skipped: {})", one_line(reason)));
        }
        out.push('\n');
    }
    out
}
