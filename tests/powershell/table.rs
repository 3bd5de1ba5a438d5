//! What came of the cases, as a table.

use crate::case::Case;
use crate::verdict::Verdict;
use std::collections::BTreeMap;
use std::sync::Arc;
#[cfg(any(target_os = "linux", windows))]
use std::sync::{Mutex, PoisonError};

#[cfg(any(target_os = "linux", windows))]
static GIVEN: Mutex<Vec<(String, Verdict)>> = Mutex::new(Vec::new());

#[cfg(any(target_os = "linux", windows))]
pub fn give(subject: &str, verdict: Verdict) {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    given.push((subject.to_owned(), verdict));
}

/// How many cases of a subject got which verdict.
#[derive(Default, Clone)]
struct Row {
    verdicts: [usize; Verdict::ALL.len()],
    cases: usize,
}

/// The table as text; empty where no case was run.
pub fn shown(cases: &[Arc<Case>], given: &[(String, Verdict)]) -> String {
    if given.is_empty() {
        return String::new();
    }
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    let mut all = Row {
        cases: cases.len(),
        ..Row::default()
    };
    for case in cases {
        rows.entry(&case.subject).or_default().cases += 1;
    }
    for (subject, verdict) in given {
        let at = Verdict::ALL.iter().position(|v| v == verdict);
        for row in [rows.entry(subject).or_default(), &mut all] {
            row.verdicts[at.unwrap_or_default()] += 1;
        }
    }
    let heads: Vec<&str> = Verdict::ALL.iter().map(|v| v.head()).collect();
    let mut out = line("", &heads, "not run");
    for (subject, row) in rows.iter().chain([(&"all", &all)]) {
        let counts = row.verdicts.map(|n| n.to_string());
        let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
        let run: usize = row.verdicts.iter().sum();
        let left = row.cases.saturating_sub(run);
        out.push_str(&line(subject, &counts, &left.to_string()));
    }
    out
}

fn line(head: &str, cells: &[&str], last: &str) -> String {
    let cells: Vec<String> = cells.iter().map(|c| format!("{c:>16}")).collect();
    format!("{head:20} {} {last:>8}\n", cells.join(" "))
}

/// Prints it, where a case was run.
#[cfg(any(target_os = "linux", windows))]
pub fn print(cases: &[Arc<Case>]) {
    let given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    print!("{}", shown(cases, &given));
}
