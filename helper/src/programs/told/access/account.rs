//! Names of accounts in access lists.
//!
//! Source: Microsoft Learn, "Well-known SIDs".

use crate::programs::told::desk::{Desk, Stop, same};

pub const CREATOR_OWNER: &str = "CREATOR OWNER";
pub const ADMINISTRATORS: &str = r"BUILTIN\Administrators";
pub const SYSTEM: &str = r"NT AUTHORITY\SYSTEM";
pub const EVERYONE: &str = "Everyone";
pub const AUTHENTICATED: &str = r"NT AUTHORITY\Authenticated Users";
/// Those that a process of SYSTEM is.
pub const OF_SYSTEM: [&str; 4] = [SYSTEM, ADMINISTRATORS, EVERYONE, AUTHENTICATED];
/// `ERROR_NONE_MAPPED`
const NONE_MAPPED: i32 = 1332;

const KNOWN: [(&str, &str); 30] = [
    ("S-1-1-0", EVERYONE),
    ("S-1-3-0", CREATOR_OWNER),
    ("S-1-3-1", "CREATOR GROUP"),
    ("S-1-3-4", "OWNER RIGHTS"),
    ("S-1-5-2", r"NT AUTHORITY\NETWORK"),
    ("S-1-5-3", r"NT AUTHORITY\BATCH"),
    ("S-1-5-4", r"NT AUTHORITY\INTERACTIVE"),
    ("S-1-5-6", r"NT AUTHORITY\SERVICE"),
    ("S-1-5-7", r"NT AUTHORITY\ANONYMOUS LOGON"),
    ("S-1-5-11", AUTHENTICATED),
    ("S-1-5-14", r"NT AUTHORITY\REMOTE INTERACTIVE LOGON"),
    ("S-1-5-18", SYSTEM),
    ("S-1-5-19", r"NT AUTHORITY\LOCAL SERVICE"),
    ("S-1-5-20", r"NT AUTHORITY\NETWORK SERVICE"),
    ("S-1-5-113", r"NT AUTHORITY\Local account"),
    ("S-1-5-32-544", ADMINISTRATORS),
    ("S-1-5-32-545", r"BUILTIN\Users"),
    ("S-1-5-32-546", r"BUILTIN\Guests"),
    ("S-1-5-32-547", r"BUILTIN\Power Users"),
    ("S-1-5-32-551", r"BUILTIN\Backup Operators"),
    ("S-1-5-32-555", r"BUILTIN\Remote Desktop Users"),
    ("S-1-5-32-556", r"BUILTIN\Network Configuration Operators"),
    ("S-1-5-32-558", r"BUILTIN\Performance Monitor Users"),
    ("S-1-5-32-559", r"BUILTIN\Performance Log Users"),
    ("S-1-5-32-568", r"BUILTIN\IIS_IUSRS"),
    ("S-1-5-32-573", r"BUILTIN\Event Log Readers"),
    ("S-1-5-32-580", r"BUILTIN\Remote Management Users"),
    (
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
        r"NT SERVICE\TrustedInstaller",
    ),
    (
        "S-1-15-2-1",
        r"APPLICATION PACKAGE AUTHORITY\ALL APPLICATION PACKAGES",
    ),
    (
        "S-1-15-2-2",
        r"APPLICATION PACKAGE AUTHORITY\ALL RESTRICTED APPLICATION PACKAGES",
    ),
];

/// The account's name as lists show it: from a name with or without its authority, or `*S-1-...`.
///
/// # Errors
/// Windows knows none of that name (1332), or it is of a domain, which nobody plays.
pub fn account(desk: &Desk<'_, '_>, given: &str) -> Result<String, Stop> {
    if let Some(sid) = given.strip_prefix('*') {
        return by_sid(desk, sid, given);
    }
    let short = |name: &str| name.rsplit('\\').next().unwrap_or(name).to_owned();
    let known = KNOWN
        .iter()
        .find(|(_, name)| same(name, given) || same(&short(name), given));
    if let Some((_, name)) = known {
        return Ok((*name).to_owned());
    }
    let host = desk.host()?;
    let (authority, name) = given.rsplit_once('\\').unwrap_or(("", given));
    let domain = desk.facts("computerSystem")?;
    if !authority.is_empty() && !same(authority, &host) && authority != "." {
        let joined = domain.flag("PartOfDomain") == Some(true);
        return Err(if joined {
            Stop::refused(format!("the account {given} of a domain"))
        } else {
            unknown(given)
        });
    }
    for table in ["localUsers", "localGroups"] {
        let rows = desk.table(table, "Name")?.unwrap_or_default();
        let found = rows.iter().filter_map(|r| r.text("Name"));
        if let Some(name) = found.into_iter().find(|n| same(n, name)) {
            return Ok(format!("{host}\\{name}"));
        }
    }
    Err(unknown(given))
}

fn by_sid(desk: &Desk<'_, '_>, sid: &str, given: &str) -> Result<String, Stop> {
    if let Some((_, name)) = KNOWN.iter().find(|(s, _)| same(s, sid)) {
        return Ok((*name).to_owned());
    }
    let host = desk.host()?;
    let machine = desk.fact("machineSid")?;
    let machine = machine.as_str().unwrap_or_default().to_owned();
    for table in ["localUsers", "localGroups"] {
        let rows = desk.table(table, "Name")?.unwrap_or_default();
        let mut own = rows.iter().filter(|r| {
            let id = r.number("Rid").map(|rid| format!("{machine}-{rid}"));
            r.text("Sid").or(id).is_some_and(|s| same(&s, sid))
        });
        if let Some(name) = own.next().and_then(|r| r.text("Name")) {
            return Ok(format!("{host}\\{name}"));
        }
    }
    let parts: Vec<&str> = sid.split('-').collect();
    let numbers = parts.iter().skip(1).all(|p| p.parse::<u64>().is_ok());
    if parts.len() > 3 && same(parts[0], "S") && parts[1] == "1" && numbers {
        // Windows lists an identifier that it cannot name as it is.
        return Ok(sid.to_uppercase());
    }
    Err(unknown(given))
}

fn unknown(given: &str) -> Stop {
    Stop::error(
        NONE_MAPPED,
        format!("{given}: No mapping between account names and security IDs was done."),
    )
}
