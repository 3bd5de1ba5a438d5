//! What came of the cases, as a table.

use crate::case::Case;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Right,
    KnownDifference,
    /// The device named what it does not give, as the result of a job would.
    Refused,
    Wrong,
}

static GIVEN: Mutex<Vec<(String, Verdict)>> = Mutex::new(Vec::new());

pub fn give(subject: &str, verdict: Verdict) {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    given.push((subject.to_owned(), verdict));
}

/// One line a file and one for all; nothing where no case was to run.
pub fn print(cases: &[Arc<Case>]) {
    let given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    if given.is_empty() {
        return;
    }
    let mut rows: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    for case in cases {
        rows.entry(&case.subject).or_default()[4] += 1;
    }
    for (subject, verdict) in given.iter() {
        let row = rows.entry(subject).or_default();
        row[*verdict as usize] += 1;
        row[4] = row[4].saturating_sub(1);
    }
    println!(
        "{:24} {:>6} {:>16} {:>16} {:>6} {:>8}",
        "", "right", "known difference", "refused by name", "wrong", "not run"
    );
    let mut all = [0; 5];
    for (subject, row) in &rows {
        line(subject, row);
        for (sum, one) in all.iter_mut().zip(row) {
            *sum += one;
        }
    }
    line("all", &all);
}

fn line(head: &str, [right, known, refused, wrong, not_run]: &[usize; 5]) {
    println!("{head:24} {right:>6} {known:>16} {refused:>16} {wrong:>6} {not_run:>8}");
}
