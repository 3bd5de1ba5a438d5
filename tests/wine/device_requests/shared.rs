//! Counters and lists that all callers change at once.

use super::{CALLERS, asked, at_once, call, check, device};
use crate::linux::device::{text, windows};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TURNS: usize = 40;

/// Each caller adds one to the same number, by compare and swap, and rows to the same list.
pub fn counters() -> Result<(), Failed> {
    let device = device("counters")?;
    let each = at_once(|n| {
        let outcome = call(&device, &format!("count counters all {TURNS}"))?;
        let last: u64 = text(&outcome.stdout).trim().parse()?;
        let changes = outcome.observed.stores.len();
        check(changes == TURNS, (n, changes))?;
        let rows: Vec<Value> = (0..TURNS)
            .map(|turn| json!({ "ask": "add", "name": "rows", "value": { "by": n, "turn": turn } }))
            .collect();
        let (answers, _) = asked(&device, &format!("rows{n}"), "each", &rows)?;
        let numbers: Vec<u64> = answers.iter().filter_map(|a| a["value"].as_u64()).collect();
        Ok((last, numbers))
    })?;
    let all = CALLERS * TURNS;
    let counted = windows(&device)?.list("counters")?;
    check(counted == [("all".to_owned(), json!(all))], &counted)?;
    let highest = each.iter().map(|(last, _)| *last).max();
    check(highest == Some(all as u64), highest)?;
    // No number was given twice, and each caller's rows are there, in its order.
    let numbers: BTreeSet<u64> = each.iter().flat_map(|(_, n)| n.iter().copied()).collect();
    check(numbers == (1..=all as u64).collect(), numbers.len())?;
    let rows = windows(&device)?.list("rows")?;
    for n in 0..CALLERS {
        let turns: Vec<u64> = rows
            .iter()
            .filter(|(_, row)| row["by"] == n)
            .filter_map(|(_, row)| row["turn"].as_u64())
            .collect();
        check(turns == (0..TURNS as u64).collect::<Vec<_>>(), (n, turns))?;
    }
    Ok(())
}
