//! The lists that Windows 10 and 11 set up on their own folders.
//!
//! Source: what `icacls` shows of a fresh Windows 10 22H2.

use super::account::{ADMINISTRATORS, AUTHENTICATED, CREATOR_OWNER, EVERYONE, SYSTEM};
use super::list::Ace;

const USERS: &str = r"BUILTIN\Users";
const INSTALLER: &str = r"NT SERVICE\TrustedInstaller";
const PACKAGES: &str = r"APPLICATION PACKAGE AUTHORITY\ALL APPLICATION PACKAGES";
const RESTRICTED: &str = r"APPLICATION PACKAGE AUTHORITY\ALL RESTRICTED APPLICATION PACKAGES";

type Words = &'static [(&'static str, &'static str)];

const DRIVE: Words = &[
    (ADMINISTRATORS, "(OI)(CI)(F)"),
    (SYSTEM, "(OI)(CI)(F)"),
    (USERS, "(OI)(CI)(RX)"),
    (AUTHENTICATED, "(OI)(CI)(IO)(M)"),
    (AUTHENTICATED, "(AD)"),
];
const PROGRAMS: Words = &[
    (INSTALLER, "(F)"),
    (INSTALLER, "(CI)(IO)(GA)"),
    (SYSTEM, "(M)"),
    (SYSTEM, "(OI)(CI)(IO)(GA)"),
    (ADMINISTRATORS, "(M)"),
    (ADMINISTRATORS, "(OI)(CI)(IO)(GA)"),
    (USERS, "(RX)"),
    (USERS, "(OI)(CI)(IO)(GR,GE)"),
    (CREATOR_OWNER, "(OI)(CI)(IO)(GA)"),
    (PACKAGES, "(RX)"),
    (PACKAGES, "(OI)(CI)(IO)(GR,GE)"),
    (RESTRICTED, "(RX)"),
    (RESTRICTED, "(OI)(CI)(IO)(GR,GE)"),
];
const DATA: Words = &[
    (SYSTEM, "(OI)(CI)(F)"),
    (ADMINISTRATORS, "(OI)(CI)(F)"),
    (CREATOR_OWNER, "(OI)(CI)(IO)(GA)"),
    (USERS, "(OI)(CI)(RX)"),
    (USERS, "(CI)(WD,AD,WEA,WA)"),
];
const TEMP: Words = &[
    (USERS, "(CI)(S,WD,AD,X)"),
    (ADMINISTRATORS, "(F)"),
    (ADMINISTRATORS, "(OI)(CI)(IO)(F)"),
    (SYSTEM, "(F)"),
    (SYSTEM, "(OI)(CI)(IO)(F)"),
    (CREATOR_OWNER, "(OI)(CI)(IO)(F)"),
];
const PROFILES: Words = &[
    (SYSTEM, "(OI)(CI)(F)"),
    (ADMINISTRATORS, "(OI)(CI)(F)"),
    (USERS, "(RX)"),
    (USERS, "(OI)(CI)(IO)(GR,GE)"),
    (EVERYONE, "(RX)"),
    (EVERYONE, "(OI)(CI)(IO)(GR,GE)"),
];

/// What stands on a folder of Windows: the list, and who owns it. All of them inherit nothing.
pub fn usual(path: &str) -> Option<(Vec<Ace>, &'static str)> {
    let lower = path.to_lowercase();
    let (words, owner) = match lower.as_str() {
        r"c:\" => (DRIVE, INSTALLER),
        r"c:\program files"
        | r"c:\program files (x86)"
        | r"c:\windows"
        | r"c:\windows\system32"
        | r"c:\windows\syswow64" => (PROGRAMS, INSTALLER),
        r"c:\programdata" => (DATA, SYSTEM),
        r"c:\windows\temp" => (TEMP, SYSTEM),
        r"c:\users" => (PROFILES, SYSTEM),
        _ => return None,
    };
    let aces = words.iter().filter_map(|(who, w)| Ace::allow(who, w));
    Some((aces.collect(), owner))
}
