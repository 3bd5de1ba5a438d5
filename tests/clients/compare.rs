//! `scripts/compare-reference` against two small documents made up for it.

use super::tools::{program, root};
use libtest_mimic::Failed;
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    root().join("tests/clients/compare").join(name)
}

/// Exit code, lines on stdout, stderr.
fn compare(arguments: &[&str]) -> Result<(Option<i32>, Vec<String>, String), Failed> {
    let out = program("python3")
        .arg(root().join("scripts/compare-reference"))
        .args(arguments)
        .output()?;
    let lines = String::from_utf8(out.stdout)?
        .lines()
        .map(str::to_owned)
        .collect();
    Ok((out.status.code(), lines, String::from_utf8(out.stderr)?))
}

fn texts<const N: usize>(names: [&str; N]) -> [String; N] {
    names.map(|name| file(name).display().to_string())
}

fn same<T: PartialEq + std::fmt::Debug>(found: T, wanted: T) -> Result<(), Failed> {
    match found == wanted {
        true => Ok(()),
        false => Err(format!("found  {found:#?}\nwanted {wanted:#?}").into()),
    }
}

/// Each kind of thing that can be missing, with where it is missing.
pub fn missing() -> Result<(), Failed> {
    let [theirs, ours] = texts(["theirs.json", "lacking.json"]);
    let (code, lines, said) = compare(&[&theirs, "--document", &ours])?;
    let wanted = [
        "GET /v2/bottles: parameter cellar in query (string)",
        "GET /v2/bottles: parameter page in query: type integer (ours: string)",
        "GET /v2/bottles: parameter order in query[]: value \"desc\"",
        "BottlePage.bottles: type array (ours: object)",
        "BottlePage.bottles: items",
        "BottleRequest: field corked",
        "PUT /v2/bottle/{bottleUid}: body of the response",
        "operation DELETE /v2/bottle/{bottleUid}",
        "Bottle.uid: type string (ours: integer)",
        "Bottle: field vintage",
        "Bottle.colour: value \"rose\"",
        "RedNote: field tannin",
        "schema Unused",
    ];
    same(lines.iter().map(String::as_str).collect(), wanted.to_vec())?;
    same((code, said.as_str()), (Some(1), ""))
}

/// Names with blanks, the body of success under error codes, dates as numbers, null, fields by
/// pattern, further fields and values: all of it is no lack.
pub fn nothing() -> Result<(), Failed> {
    let [theirs, ours] = texts(["theirs.json", "whole.json"]);
    let (code, lines, said) = compare(&[&theirs, "--document", &ours])?;
    same((code, lines, said.as_str()), (Some(0), Vec::new(), ""))
}

pub fn refused() -> Result<(), Failed> {
    let [theirs, absent, no_json] = texts(["theirs.json", "absent.json", "../compare.rs"]);
    for (arguments, why) in [
        (vec![], "usage: "),
        (vec![theirs.as_str(), "--paper", "x"], "usage: "),
        (vec![absent.as_str(), "--document", &theirs], "No such file"),
        (vec![theirs.as_str(), "--document", &no_json], "not JSON"),
        (
            vec![theirs.as_str(), "--url", "file:///etc/hosts"],
            "http://",
        ),
        (
            vec![theirs.as_str(), "--url", "http://127.0.0.1:1/"],
            "refused",
        ),
    ] {
        let (code, lines, said) = compare(&arguments)?;
        same((code, lines), (Some(2), Vec::new()))?;
        if !said.contains(why) {
            return Err(format!("{arguments:?} was refused with: {said}").into());
        }
    }
    Ok(())
}
