//! FIDELITY.md, "PowerShell: what stays otherwise", held against the cases and the static check.

use crate::case::Case;
use crate::check;
use libtest_mimic::{Failed, Trial};
use shakedown::component::powershell::{self, Finding, Reach};
use std::path::Path;
use std::sync::Arc;

const HEADING: &str = "### PowerShell: what stays otherwise\n";
/// What stands in the last column where no text shows it.
const NOT_SEEN: &str = "not in the text";

/// A row of the table.
struct Row {
    name: String,
    noted: String,
}

impl Row {
    fn examples(&self) -> Vec<&str> {
        self.noted.split('`').skip(1).step_by(2).collect()
    }
}

pub fn trials(cases: &[Arc<Case>]) -> Vec<Trial> {
    let cases = cases.to_vec();
    vec![
        Trial::test(
            "differences: each case has its row and its note",
            move || of_cases(&cases),
        ),
        Trial::test("differences: each row's examples are noted", examples),
        Trial::test(
            "differences: the hook's page names rows that are there",
            hook,
        ),
    ]
}

fn page(path: &str) -> Result<String, Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Ok(std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?)
}

fn rows() -> Result<Vec<Row>, Failed> {
    let page = page("FIDELITY.md")?;
    let (_, section) = page.split_once(HEADING).ok_or("no such section")?;
    let section = section.split("\n#").next().unwrap_or_default();
    let of_line = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.split(" | ").collect();
        let [name, _, _, noted] = cells.as_slice() else {
            return None;
        };
        Some(Row {
            name: name.trim_end_matches('`').to_owned(),
            noted: noted.trim_end_matches(" |").to_owned(),
        })
    };
    let rows: Vec<Row> = section.lines().filter_map(of_line).collect();
    let lines = section.lines().filter(|l| l.starts_with("| `")).count();
    check(rows.len() == lines, "a row has not four columns")?;
    check(rows.len() >= 20, format!("{} rows", rows.len()))?;
    Ok(rows)
}

fn noted(script: &str) -> Vec<Finding> {
    let mut findings = powershell::check(script.as_bytes()).findings;
    findings.retain(|f| f.reach == Reach::Here);
    findings
}

fn of_cases(cases: &[Arc<Case>]) -> Result<(), Failed> {
    let rows = rows()?;
    let mut wrong = Vec::new();
    for case in cases {
        let Some(difference) = &case.difference else {
            continue;
        };
        let Some(row) = rows.iter().find(|r| r.name == difference.fidelity) else {
            let row = &difference.fidelity;
            wrong.push(format!("{}: FIDELITY.md has no row `{row}`", case.place));
            continue;
        };
        let told = noted(&case.script);
        match &difference.note {
            Some(note) if !told.iter().any(|f| f.what == *note) => {
                let told: Vec<_> = told.iter().map(|f| &f.what).collect();
                wrong.push(format!("{}: no note of {note:?}: {told:?}", case.place));
            }
            None if !row.noted.contains(NOT_SEEN) => {
                wrong.push(format!("{}: FIDELITY.md says it is noted", case.place));
            }
            _ => {}
        }
    }
    check(wrong.is_empty(), wrong.join("\n"))
}

fn examples() -> Result<(), Failed> {
    for row in rows()? {
        let name = &row.name;
        let examples = row.examples();
        let seen = !examples.is_empty() || row.noted.starts_with(NOT_SEEN);
        check(
            seen,
            format!("`{name}`: neither an example nor `{NOT_SEEN}`"),
        )?;
        for example in examples {
            check(
                !noted(example).is_empty(),
                format!("`{name}`: no note of {example}"),
            )?;
        }
    }
    Ok(())
}

fn hook() -> Result<(), Failed> {
    let rows = rows()?;
    let page = page("powershell/hook/README.md")?;
    let (_, section) = page
        .split_once("## What stays different\n")
        .ok_or("no section")?;
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut named = 0;
    for line in section.lines().filter(|l| l.starts_with("- `")) {
        let name = line.split('`').nth(1).unwrap_or_default();
        named += 1;
        let there = rows.iter().any(|r| r.name == name);
        check(there, format!("FIDELITY.md has no row `{name}`"))?;
    }
    check(named >= 8, format!("{named} rows are named"))
}
