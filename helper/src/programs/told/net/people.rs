//! Rows of users and groups, changed without losing what another program changes meanwhile.

use crate::programs::told::desk::{Desk, Stop, same};
use crate::programs::told::row::Row;
use serde_json::{Value, json};

/// Lowest number of accounts that people made.
const FIRST_RID: u64 = 1001;
/// Store and key of the last number that was given; PowerShell's module takes its numbers there, too.
const GIVEN: (&str, &str) = ("machine", "lastRid");

/// Rows of `localUsers` or `localGroups`, sorted by name.
pub fn rows(desk: &Desk<'_, '_>, table: &str) -> Result<Vec<Row>, Stop> {
    let mut rows = desk.known_table(table, "Name")?;
    rows.sort_by_key(|r| r.text("Name").unwrap_or_default().to_lowercase());
    Ok(rows)
}

/// One row.
pub fn find(desk: &Desk<'_, '_>, table: &str, name: &str) -> Result<Option<Row>, Stop> {
    let mut rows = rows(desk, table)?.into_iter();
    Ok(rows.find(|r| r.text("Name").is_some_and(|n| same(&n, name))))
}

/// Changes a row that is there, again and again until nobody else did meanwhile; whether it was there.
pub fn change(
    desk: &Desk<'_, '_>,
    table: &str,
    name: &str,
    edit: &mut dyn FnMut(&mut Row) -> Result<(), Stop>,
) -> Result<bool, Stop> {
    let key = name.to_lowercase();
    loop {
        let stored = desk.get(table, &key)?;
        let Some(mut row) = find(desk, table, name)? else {
            return Ok(false);
        };
        edit(&mut row)?;
        if desk.swap(table, &key, stored, row.value())? {
            return Ok(true);
        }
    }
}

/// Adds a row unless there is one of the name meanwhile; whether it was added.
pub fn add(desk: &Desk<'_, '_>, table: &str, mut row: Row) -> Result<bool, Stop> {
    let name = row.text("Name").unwrap_or_default();
    let key = name.to_lowercase();
    let stored = desk.get(table, &key)?;
    if find(desk, table, &name)?.is_some() {
        return Ok(false);
    }
    row.set("Rid", next_rid(desk)?);
    desk.swap(table, &key, stored, row.value())
}

/// Hides a row.
pub fn remove(desk: &Desk<'_, '_>, table: &str, name: &str) -> Result<(), Stop> {
    desk.put(table, &name.to_lowercase(), json!({ "~removed": name }))
}

/// A number above all that are in use or were ever given, as Windows gives them: two that ask at once
/// get two numbers.
fn next_rid(desk: &Desk<'_, '_>) -> Result<u64, Stop> {
    let mut last = FIRST_RID - 1;
    for table in ["localUsers", "localGroups"] {
        let rows = desk.table(table, "Name")?.unwrap_or_default();
        let highest = rows.iter().filter_map(|r| r.number("Rid")).max();
        last = last.max(highest.unwrap_or(0));
    }
    loop {
        let stored = desk.get(GIVEN.0, GIVEN.1)?;
        let given = stored["rid"].as_u64().unwrap_or(0);
        let next = given.max(last) + 1;
        if desk.swap(GIVEN.0, GIVEN.1, stored, json!({ "rid": next }))? {
            return Ok(next);
        }
    }
}

/// Members of a group.
pub fn members(row: &Row) -> Vec<String> {
    row.texts("Members")
}

/// Sets the members of a group.
pub fn set_members(row: &mut Row, members: Vec<String>) {
    row.set("Members", Value::from(members));
}
