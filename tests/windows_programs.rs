//! Holds docs/windows-programs.md against the programs that are really put on a Windows device.

use serde_json::{Value, json};
use shakedown_helper::programs::{self, Ask, Call, Ended, Program, refused_names};
use shakedown_helper::protocol::ask::How;
use shakedown_helper::protocol::{Answer, Question};
use std::collections::BTreeMap;

/// Name and last column of every row.
fn rows() -> BTreeMap<String, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/windows-programs.md");
    let text = std::fs::read_to_string(path).expect("the document can be read");
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, _, here] = cells.as_slice() else {
            panic!("a row has three cells: {line}");
        };
        let name = name.trim_matches('`').to_owned();
        let twice = rows.insert(name, (*here).trim_end_matches(" |").to_owned());
        assert!(twice.is_none(), "a name stands twice: {line}");
    }
    rows
}

/// A device that knows nothing: every fact and object is missing, every note is taken.
struct Bare;

impl Ask for Bare {
    fn ask(&self, question: &Question) -> Result<Answer, String> {
        Ok(match question {
            Question::Facts { .. } | Question::Get { .. } => Answer::Value { value: Value::Null },
            Question::List { .. } => Answer::Value { value: json!([]) },
            _ => Answer::Done,
        })
    }
}

/// How a call of a program ends on a bare device.
fn call(program: &Program, args: &[&str]) -> (Ended, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let ended = (program.run)(&mut Call {
        name: program.name,
        line: "",
        args: args.iter().map(|a| (*a).to_owned()).collect(),
        device: &Bare,
        out: &mut out,
        err: &mut err,
    });
    (ended, String::from_utf8_lossy(&err).into_owned())
}

/// Whether a program is refused whatever it is asked.
fn refused(program: &Program) -> bool {
    refused_names()
        .chain(programs::told::REFUSED)
        .any(|n| n == program.name)
}

fn all() -> impl Iterator<Item = &'static Program> {
    programs::PROGRAMS.iter().copied().flatten()
}

#[test]
fn every_row_says_what_is_so() {
    for (name, here) in rows() {
        let ours = programs::find(&name);
        if here == "Wine's own" {
            assert!(ours.is_none(), "{name} is ours");
            continue;
        }
        let ours = ours.unwrap_or_else(|| panic!("{name} is not on the device"));
        let kind = here.split([':', ';', ' ']).next().unwrap_or("");
        assert!(
            ["done", "facts", "refused"].contains(&kind),
            "{name}: {here}"
        );
        assert_eq!(kind == "refused", refused(ours), "{name}: {here}");
    }
}

#[test]
fn what_is_refused_says_so_and_fails() {
    for program in all().filter(|p| refused(p)) {
        for args in [&[][..], &["/?"], &["install", "x"]] {
            let (ended, err) = call(program, args);
            let name = program.name;
            assert_eq!(ended.how, How::Refused, "{name} {args:?}");
            assert_eq!(ended.exit, programs::REFUSED, "{name} {args:?}");
            let start = format!("shakedown: {name}: ");
            assert!(err.starts_with(&start), "{name} {args:?}: {err}");
        }
    }
}

#[test]
fn every_program_has_its_row() {
    let rows = rows();
    let missing: Vec<&str> = all()
        .map(|p| p.name)
        .filter(|n| !rows.contains_key(*n))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}
