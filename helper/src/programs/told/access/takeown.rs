//! `takeown`.
//!
//! Source: Microsoft Learn, "takeown" (options; /D with /R; /A gives the administrators' group).

use super::account::{ADMINISTRATORS, SYSTEM};
use super::icacls::{change, full, matching, tree};
use super::stored;
use crate::programs::told::desk::{Stop, play, told};
use crate::programs::told::options::{Options, Takes, bad};
use crate::programs::{Call, Ended, error_text};

const TABLE: [(&str, Takes); 8] = [
    ("F", Takes::Value),
    ("A", Takes::Nothing),
    ("R", Takes::Nothing),
    ("D", Takes::Value),
    ("S", Takes::Value),
    ("U", Takes::Value),
    ("P", Takes::Maybe),
    ("SKIPSL", Takes::Nothing),
];

/// The program.
pub fn takeown(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        if args.iter().any(|a| a == "/?") {
            return Err(Stop::refused("its help text"));
        }
        let options = Options::read("takeown", &args, &TABLE)?;
        if options.has("S") || options.has("U") {
            return Err(Stop::refused("/S (another computer)"));
        }
        let Some(name) = options.value("F") else {
            return Err(bad(
                "takeown",
                "Invalid syntax. Mandatory option \"/F\" is missing.",
            ));
        };
        if options.has("D") && !options.has("R") {
            return Err(bad(
                "takeown",
                "Invalid syntax. /D option can be specified only with /R.",
            ));
        }
        let (paths, missing) = matching(name);
        if let Some(code) = missing {
            return Err(Stop::error(1, format!("ERROR: {}", error_text(code))));
        }
        let group = options.has("A");
        let host = desk.host()?;
        let who = if group {
            "the administrators group".to_owned()
        } else {
            // SYSTEM's own name on a device is that of its computer.
            format!("user \"{}\\{}$\"", "WORKGROUP", host.to_uppercase())
        };
        let all = if options.has("R") {
            tree(paths)?
        } else {
            paths
        };
        for path in all {
            let full = full(&path);
            let mut own = stored::own(desk, &full)?;
            own.owner = if group { ADMINISTRATORS } else { SYSTEM }.to_owned();
            change(desk, &full, path.is_dir(), &own)?;
            desk.out(format!(
                "\nSUCCESS: The file (or folder): \"{full}\" now owned by {who}."
            ));
        }
        told(0)
    })
}
