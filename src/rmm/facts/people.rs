//! Local users and groups, their profiles, the machine's SID.

use super::declared::User;
use super::{Making, Table, drawn};
use crate::rmm::os::WindowsRelease;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// First number of users that an administrator made.
const FIRST_RID: usize = 1001;

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let sid = machine_sid(m);
    let server = m.release.is_server();
    let usual = [User {
        name: "user".into(),
        full_name: Some("User".into()),
        admin: true,
        ..User::default()
    }];
    let own: &[User] = match m.declared.users.as_slice() {
        [] if server => &[],
        [] => &usual,
        some => some,
    };
    let built_in = |name: &str, rid: u32, enabled: bool, description: &str| {
        json!({ "Name": name, "Rid": rid, "Enabled": enabled, "Description": description, "FullName": "",
            "PasswordRequired": rid == 500, "UserMayChangePassword": true, "PasswordNeverExpires": true })
    };
    let mut users = vec![
        built_in(
            "Administrator",
            500,
            server,
            "Built-in account for administering the computer/domain",
        ),
        built_in(
            "DefaultAccount",
            503,
            false,
            "A user account managed by the system.",
        ),
        built_in(
            "Guest",
            501,
            false,
            "Built-in account for guest access to the computer/domain",
        ),
    ];
    users.extend(own.iter().enumerate().map(|(n, u)| {
        json!({
            "Name": u.name, "Rid": FIRST_RID + n, "Enabled": u.enabled.unwrap_or(true),
            "Description": u.description.as_deref().unwrap_or(""), "FullName": u.full_name.as_deref().unwrap_or(""),
            "PasswordRequired": true, "UserMayChangePassword": true,
            "PasswordNeverExpires": u.password_never_expires.unwrap_or(false),
            "PasswordLastSet": "2024-03-01T08:00:00",
        })
    }));
    users.push(built_in(
        "WDAGUtilityAccount",
        504,
        false,
        "A user account managed and used by the system for Windows Defender Application Guard scenarios.",
    ));
    facts.insert("localUsers".into(), Value::Array(users));
    facts.insert("localGroups".into(), groups(m, own));
    facts.insert("userProfiles".into(), profiles(m, own, &sid));
    facts.insert("machineSid".into(), json!(sid));
}

fn machine_sid(m: &Making<'_>) -> String {
    let id = drawn(m.id, "sid").replace('-', "");
    let part = |at: usize| u32::from_str_radix(&id[at..at + 8], 16).unwrap_or(0) & 0x7fff_ffff;
    format!("S-1-5-21-{}-{}-{}", part(0), part(16), part(24))
}

/// A group that every Windows has.
#[derive(Deserialize)]
struct Group {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Sid")]
    sid: String,
    #[serde(rename = "Description")]
    description: String,
}

/// Microsoft Learn, "Local accounts" and "Well-known SIDs".
static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("data/groups.json"))
        .expect("data/groups.json is read by tests")
});
/// From Windows 10 and Windows Server 2016 on.
const MANAGED: &str = "System Managed Accounts Group";

fn groups(m: &Making<'_>, own: &[User]) -> Value {
    let old = matches!(
        m.release,
        WindowsRelease::Server2012 | WindowsRelease::Server2012R2
    );
    let of = |group: &str| -> Vec<String> {
        let names = |all: &mut dyn Iterator<Item = &User>| all.map(|u| u.name.clone()).collect();
        match group {
            "Administrators" => {
                let admins: Vec<String> = names(&mut own.iter().filter(|u| u.admin));
                std::iter::once("Administrator".into())
                    .chain(admins)
                    .collect()
            }
            "Guests" => vec!["Guest".into()],
            "Users" => names(&mut own.iter()),
            MANAGED => vec!["DefaultAccount".into()],
            _ => Vec::new(),
        }
    };
    let same = super::super::registry::same;
    let mut rows: Vec<Value> = Vec::new();
    for group in GROUPS.iter().filter(|g| !(old && g.name == MANAGED)) {
        let mut members = of(&group.name);
        let added = m.declared.groups.iter().find(|(n, _)| same(n, &group.name));
        members.extend(added.iter().flat_map(|(_, more)| more.iter().cloned()));
        rows.push(
            json!({ "Name": group.name, "Sid": group.sid, "Description": group.description,
            "Members": members }),
        );
    }
    let declared = m.declared.groups.iter();
    let made = declared.filter(|(name, _)| !GROUPS.iter().any(|g| same(&g.name, name)));
    rows.extend(made.enumerate().map(|(n, (name, members))| {
        json!({ "Name": name, "Rid": FIRST_RID + 100 + n, "Description": "", "Members": members })
    }));
    Value::Array(rows)
}

fn profiles(m: &Making<'_>, own: &[User], machine: &str) -> Value {
    let special = [
        ("S-1-5-18", r"C:\Windows\system32\config\systemprofile"),
        ("S-1-5-19", r"C:\Windows\ServiceProfiles\LocalService"),
        ("S-1-5-20", r"C:\Windows\ServiceProfiles\NetworkService"),
    ];
    let here = m
        .declared
        .user
        .as_deref()
        .map(|u| u.rsplit('\\').next().unwrap_or(u));
    let mut rows: Vec<Value> = special
        .iter()
        .map(
            |(sid, path)| json!({ "SID": sid, "LocalPath": path, "Loaded": true, "Special": true }),
        )
        .collect();
    let row = |sid: String, name: &str| {
        let loaded = here.is_some_and(|h| h.eq_ignore_ascii_case(name));
        json!({ "SID": sid, "LocalPath": format!(r"C:\Users\{name}"), "Loaded": loaded, "Special": false,
            "LastUseTime": "2026-01-04T17:00:00" })
    };
    rows.extend(
        own.iter()
            .enumerate()
            .map(|(n, u)| row(format!("{machine}-{}", FIRST_RID + n), &u.name)),
    );
    // Somebody of the domain has a profile of another authority's SID.
    if let Some(name) = here.filter(|h| !own.iter().any(|u| u.name.eq_ignore_ascii_case(h))) {
        let id = drawn(m.id, "domain").replace('-', "");
        let part = |at: usize| u32::from_str_radix(&id[at..at + 8], 16).unwrap_or(0) & 0x7fff_ffff;
        rows.push(row(
            format!("S-1-5-21-{}-{}-{}-1104", part(0), part(16), part(24)),
            name,
        ));
    }
    Value::Array(rows)
}
