//! The store `acls`, and the whole list of a path.

use super::account::ADMINISTRATORS;
use super::list::{Ace, INHERITED, handed_down, perm};
use super::usual::usual;
use crate::programs::told::desk::{Desk, Stop};
use crate::programs::told::row::Row;
use serde_json::{Value, json};

/// Most folders above each other that are looked at.
const DEEPEST: usize = 128;

/// What is set on one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    pub owner: String,
    /// It takes nothing from the folder above.
    pub protected: bool,
    /// Explicit entries.
    pub aces: Vec<Ace>,
}

/// What is set on a path: by a program, or by Windows when it was set up.
pub fn own(desk: &Desk<'_, '_>, path: &str) -> Result<Own, Stop> {
    let row = Row::of(desk.get("acls", &key(path))?);
    if let Some(owner) = row.text("owner") {
        let list = row.get("aces").and_then(Value::as_array);
        let aces = list.into_iter().flatten().filter_map(read);
        return Ok(Own {
            owner,
            protected: row.flag("protected") == Some(true),
            aces: aces.collect(),
        });
    }
    Ok(match usual(path) {
        Some((aces, owner)) => Own {
            owner: owner.into(),
            protected: true,
            aces,
        },
        None => Own {
            // What SYSTEM makes belongs to the administrators.
            owner: ADMINISTRATORS.into(),
            protected: false,
            aces: Vec::new(),
        },
    })
}

/// Keeps what is set on a path.
pub fn keep(desk: &Desk<'_, '_>, path: &str, own: &Own) -> Result<(), Stop> {
    let aces: Vec<Value> = own
        .aces
        .iter()
        .map(|a| json!({ "who": a.who, "deny": a.deny, "flags": a.flags, "rights": a.rights }))
        .collect();
    let value =
        json!({ "path": path, "owner": own.owner, "protected": own.protected, "aces": aces });
    desk.put("acls", &key(path), value)
}

fn read(value: &Value) -> Option<Ace> {
    // A scenario may say `access: "(OI)(CI)(M)"` in place of the two numbers.
    let row = Row::of(value.clone());
    let (flags, rights) = match row.text("access") {
        Some(words) => perm(&words)?,
        None => (
            u8::try_from(row.number("flags")?).ok()?,
            u32::try_from(row.number("rights")?).ok()?,
        ),
    };
    Some(Ace {
        who: row.text("who")?,
        deny: row.flag("deny") == Some(true),
        flags: flags & !INHERITED,
        rights,
    })
}

/// The whole list of a path: denials, what is allowed, then what the folders above hand down.
pub fn whole(desk: &Desk<'_, '_>, path: &str, folder: bool) -> Result<Vec<Ace>, Stop> {
    let own = own(desk, path)?;
    let mut all = own.aces.clone();
    all.sort_by_key(|a| !a.deny);
    if !own.protected {
        all.extend(from_above(desk, path, folder, &own.owner)?);
    }
    Ok(all)
}

/// What the folders above a path hand down to it.
pub fn from_above(
    desk: &Desk<'_, '_>,
    path: &str,
    folder: bool,
    owner: &str,
) -> Result<Vec<Ace>, Stop> {
    // From the path up to the first folder that takes nothing, then down again.
    let mut above = Vec::new();
    let mut at = parent(path);
    while let Some(folder) = at {
        let own = own(desk, &folder)?;
        at = if own.protected || above.len() >= DEEPEST {
            None
        } else {
            parent(&folder)
        };
        above.push(own);
    }
    let mut list: Vec<Ace> = Vec::new();
    for own in above.iter().rev() {
        let inherited = handed_down(&list, true, &own.owner);
        list = own.aces.clone();
        if !own.protected {
            list.extend(inherited);
        }
    }
    Ok(handed_down(&list, folder, owner))
}

/// The folder that holds a path; none above a drive.
pub fn parent(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('\\')?;
    if name.is_empty() {
        return None;
    }
    Some(if folder.ends_with(':') {
        format!("{folder}\\")
    } else {
        folder.to_owned()
    })
}

fn key(path: &str) -> String {
    path.to_lowercase()
}
