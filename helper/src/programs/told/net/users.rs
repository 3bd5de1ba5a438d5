//! `net user` and `net localgroup`.

use super::people::{add, change, find, members, remove, rows, set_members};
use super::{DONE, RULE, helped, system};
use crate::programs::told::clock::{Moment, SECOND};
use crate::programs::told::desk::{Desk, Played, Stop, same, told};
use crate::programs::told::row::Row;
use serde_json::json;
use std::io::{BufRead, Read};

/// Longest name of a user.
const LONGEST: usize = 20;

/// A password longer than this is asked about.
const LONGEST_OLD: usize = 14;
/// Exit code of `net` after an answer that is none.
const NO_ANSWER: i32 = 2;
/// Longest answer that is read, in bytes.
const ANSWER: u64 = 1024;

const USER_USAGE: &str = "The syntax of this command is:

NET USER
[username [password | *] [options]] [/DOMAIN]
         username {password | *} /ADD [options] [/DOMAIN]
         username [/DELETE] [/DOMAIN]
         username [/TIMES:{times | ALL}]
         username [/ACTIVE: {YES | NO}]
";
const GROUP_USAGE: &str = "The syntax of this command is:

NET LOCALGROUP
[groupname [/COMMENT:\"text\"]] [/DOMAIN]
              groupname {/ADD [/COMMENT:\"text\"] | /DELETE}  [/DOMAIN]
              groupname name [...] {/ADD | /DELETE} [/DOMAIN]
";

/// Names without slash and options, upper case, with their values.
fn parted(args: &[String]) -> (Vec<String>, Vec<(String, String)>) {
    let (options, names): (Vec<&String>, Vec<&String>) =
        args.iter().partition(|a| a.starts_with('/'));
    let option = |o: &String| {
        let (name, value) = o[1..].split_once(':').unwrap_or((&o[1..], ""));
        (name.to_uppercase(), value.to_owned())
    };
    (
        names.into_iter().cloned().collect(),
        options.into_iter().map(option).collect(),
    )
}

/// Names in three columns of 25.
fn columns(desk: &mut Desk<'_, '_>, names: &[String]) {
    for line in names.chunks(3) {
        desk.out(line.iter().map(|n| format!("{n:25}")).collect::<String>());
    }
}

fn yes(value: &str) -> Option<bool> {
    match value.to_uppercase().as_str() {
        "YES" | "Y" => Some(true),
        "NO" | "N" => Some(false),
        _ => None,
    }
}

pub fn user(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let (names, options) = parted(args);
    let has = |name: &str| options.iter().any(|(n, _)| n == name);
    if has("DOMAIN") {
        return Err(Stop::refused("user /domain"));
    }
    let usage = || Stop::error(1, USER_USAGE);
    let Some(name) = names.first() else {
        if !options.is_empty() {
            return Err(usage());
        }
        let host = desk.host()?;
        let all = rows(desk, "localUsers")?;
        let all: Vec<String> = all.iter().filter_map(|r| r.text("Name")).collect();
        desk.out(format!("\nUser accounts for \\\\{host}\n\n{RULE}"));
        columns(desk, &all);
        desk.out(DONE);
        return told(0);
    };
    let password = names.get(1);
    if names.len() > 2 {
        return Err(usage());
    }
    if password.is_some_and(|p| p == "*") || has("RANDOM") {
        return Err(Stop::refused(
            "user with * or /random (a password is asked for or drawn)",
        ));
    }
    let missing = || helped(2221, "The user name could not be found.");
    if has("DELETE") || has("DEL") {
        let row = find(desk, "localUsers", name)?.ok_or_else(missing)?;
        if row.number("Rid").is_some_and(|rid| rid < 1000) {
            return Err(system(
                1371,
                "Cannot perform this operation on built-in accounts.",
            ));
        }
        remove(desk, "localUsers", name)?;
        for group in rows(desk, "localGroups")? {
            let own = group.text("Name").unwrap_or_default();
            if members(&group).iter().any(|m| same(m, name)) {
                change(desk, "localGroups", &own, &mut |g| {
                    let left = members(g).into_iter().filter(|m| !same(m, name)).collect();
                    set_members(g, left);
                    Ok(())
                })?;
            }
        }
        desk.out(DONE);
        return told(0);
    }
    let long = password.is_some_and(|p| p.chars().count() > LONGEST_OLD);
    if long && !has("Y") && !has("YES") {
        ask_about_password(desk, &mut std::io::stdin().lock())?;
    }
    let mut edit = |row: &mut Row| edit(row, password, &options);
    if has("ADD") {
        if name.chars().count() > LONGEST
            || name.contains([
                '"', '/', '\\', '[', ']', ':', '|', '<', '>', '+', '=', ';', ',', '?', '*',
            ])
        {
            return Err(helped(
                2202,
                "The user name or group name parameter is invalid.",
            ));
        }
        let mut row = Row::of(json!({
            "Name": name, "Enabled": true, "Description": "", "FullName": "", "PasswordRequired": true,
            "UserMayChangePassword": true, "PasswordNeverExpires": false,
        }));
        edit(&mut row)?;
        if !add(desk, "localUsers", row)? {
            return Err(helped(2224, "The account already exists."));
        }
        join_users(desk, name)?;
        desk.out(DONE);
        return told(0);
    }
    if password.is_some() || !options.is_empty() {
        if !change(desk, "localUsers", name, &mut edit)? {
            return Err(missing());
        }
        desk.out(DONE);
        return told(0);
    }
    let row = find(desk, "localUsers", name)?.ok_or_else(missing)?;
    one(desk, &row)
}

/// Windows wants to hear that such a password is meant, unless `/Y` says so.
fn ask_about_password(desk: &mut Desk<'_, '_>, from: &mut dyn BufRead) -> Result<(), Stop> {
    let question = "The password entered is longer than 14 characters.  Computers\r\nwith Windows prior to Windows 2000 will not be able to use\r\nthis account. Do you want to continue this operation? (Y/N) [Y]: ";
    // A reader that has gone is no error of the program.
    let _ = desk.call.out.write_all(question.as_bytes());
    let _ = desk.call.out.flush();
    let mut answer = Vec::new();
    let read = from.take(ANSWER).read_until(b'\n', &mut answer);
    let answer = String::from_utf8_lossy(&answer).trim().to_owned();
    desk.out("");
    match (read, answer.as_str()) {
        // Nothing but a new line takes the answer in brackets.
        (Ok(1..), "") => Ok(()),
        (Ok(1..), said) if yes(said) == Some(true) => Ok(()),
        (Ok(1..), said) if yes(said) == Some(false) => {
            Err(Stop::refused("user with a long password and the answer no"))
        }
        _ => Err(Stop::error(NO_ANSWER, "No valid response was provided.\n")),
    }
}

/// A new user becomes a member of the group Users.
fn join_users(desk: &Desk<'_, '_>, name: &str) -> Result<(), Stop> {
    change(desk, "localGroups", "Users", &mut |g| {
        let mut all = members(g);
        all.push(name.to_owned());
        set_members(g, all);
        Ok(())
    })
    .map(drop)
}

/// Puts password and options into a row.
fn edit(
    row: &mut Row,
    password: Option<&String>,
    options: &[(String, String)],
) -> Result<(), Stop> {
    if let Some(password) = password {
        row.set("Password", password.as_str());
        row.set("PasswordLastSet", Moment::now().iso());
    }
    for (option, value) in options {
        let truth = || yes(value).ok_or_else(|| Stop::error(1, USER_USAGE));
        match option.as_str() {
            "ADD" | "Y" | "YES" => {}
            "ACTIVE" => row.set("Enabled", truth()?),
            "COMMENT" => row.set("Description", value.as_str()),
            "FULLNAME" => row.set("FullName", value.as_str()),
            "PASSWORDCHG" => row.set("UserMayChangePassword", truth()?),
            "PASSWORDREQ" => row.set("PasswordRequired", truth()?),
            "EXPIRES" if same(value, "NEVER") => row.set("AccountExpires", serde_json::Value::Null),
            "LOGONPASSWORDCHG" => row.set("PasswordChangeNextLogon", truth()?),
            _ => return Err(Stop::refused(format!("user /{}", option.to_lowercase()))),
        }
    }
    Ok(())
}

/// `net user NAME`. What is not known of the user is left out.
fn one(desk: &mut Desk<'_, '_>, row: &Row) -> Played {
    let name = row.text("Name").unwrap_or_default();
    let line = |label: &str, value: &str| format!("{label:29}{value}").trim_end().to_owned();
    let flag = |field: &str, usual: bool| {
        if row.flag(field).unwrap_or(usual) {
            "Yes"
        } else {
            "No"
        }
    };
    let text = |field: &str| row.text(field).unwrap_or_default();
    let moment = |field: &str| row.text(field).as_deref().and_then(Moment::parse);
    desk.out(line("User name", &name));
    desk.out(line("Full Name", &text("FullName")));
    desk.out(line("Comment", &text("Description")));
    desk.out(line("User's comment", ""));
    desk.out(line("Country/region code", "000 (System Default)"));
    desk.out(line("Account active", flag("Enabled", true)));
    let expires = moment("AccountExpires").map_or("Never".to_owned(), Moment::shown);
    desk.out(line("Account expires", &expires));
    desk.out("");
    if let Some(set) = moment("PasswordLastSet") {
        desk.out(line("Password last set", &set.shown()));
        let never = row.flag("PasswordNeverExpires") == Some(true);
        // The default of the account policy is 42 days.
        let until = Moment(set.0 + 42 * 86_400 * SECOND).shown();
        desk.out(line(
            "Password expires",
            if never { "Never" } else { &until },
        ));
        desk.out(line("Password changeable", &set.shown()));
    }
    desk.out(line("Password required", flag("PasswordRequired", true)));
    desk.out(line(
        "User may change password",
        flag("UserMayChangePassword", true),
    ));
    desk.out("");
    let logon = moment("LastLogon").map_or("Never".to_owned(), Moment::shown);
    desk.out(line("Last logon", &logon));
    desk.out("");
    let groups = rows(desk, "localGroups")?;
    let own: String = groups
        .iter()
        .filter(|g| members(g).iter().any(|m| same(m, &name)))
        .map(|g| format!("{:21}", format!("*{}", g.text("Name").unwrap_or_default())))
        .collect();
    desk.out(line("Local Group Memberships", &own));
    desk.out(line("Global Group memberships", "*None"));
    desk.out(DONE);
    told(0)
}

pub fn localgroup(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let (names, options) = parted(args);
    let has = |name: &str| options.iter().any(|(n, _)| n == name);
    if has("DOMAIN") {
        return Err(Stop::refused("localgroup /domain"));
    }
    let comment = options
        .iter()
        .find(|(n, _)| n == "COMMENT")
        .map(|(_, v)| v.clone());
    let (adds, deletes) = (has("ADD"), has("DELETE") || has("DEL"));
    let missing = || system(1376, "The specified local group does not exist.");
    let Some((group, who)) = names.split_first() else {
        if !options.is_empty() {
            return Err(Stop::error(1, GROUP_USAGE));
        }
        let host = desk.host()?;
        desk.out(format!("\nAliases for \\\\{host}\n\n{RULE}"));
        for row in rows(desk, "localGroups")? {
            desk.out(format!("*{}", row.text("Name").unwrap_or_default()));
        }
        desk.out(DONE);
        return told(0);
    };
    match (adds, deletes, who.is_empty()) {
        (true, false, true) => {
            let row =
                json!({ "Name": group, "Description": comment.unwrap_or_default(), "Members": [] });
            if !add(desk, "localGroups", Row::of(row))? {
                return Err(system(1379, "The specified local group already exists."));
            }
        }
        (false, true, true) => {
            let row = find(desk, "localGroups", group)?.ok_or_else(missing)?;
            if row.text("Sid").is_some_and(|s| s.starts_with("S-1-5-32-")) {
                return Err(system(
                    1371,
                    "Cannot perform this operation on built-in accounts.",
                ));
            }
            remove(desk, "localGroups", group)?;
        }
        (true, false, false) | (false, true, false) => {
            let host = desk.host()?;
            let there = change(desk, "localGroups", group, &mut |row| {
                join(desk, &host, row, who, adds)
            })?;
            if !there {
                return Err(missing());
            }
        }
        (false, false, true) if comment.is_some() => {
            let text = comment.unwrap_or_default();
            let there = change(desk, "localGroups", group, &mut |row| {
                row.set("Description", text.as_str());
                Ok(())
            })?;
            if !there {
                return Err(missing());
            }
        }
        (false, false, true) => {
            let row = find(desk, "localGroups", group)?.ok_or_else(missing)?;
            let name = row.text("Name").unwrap_or_default();
            let description = row.text("Description").unwrap_or_default();
            desk.out(format!("Alias name     {name}"));
            desk.out(format!("Comment        {description}").trim_end());
            desk.out(format!("\nMembers\n\n{RULE}"));
            for member in members(&row) {
                desk.out(member);
            }
        }
        _ => return Err(Stop::error(1, GROUP_USAGE)),
    }
    desk.out(DONE);
    told(0)
}

/// Adds names to a group's members or takes them out.
fn join(
    desk: &Desk<'_, '_>,
    host: &str,
    row: &mut Row,
    who: &[String],
    adds: bool,
) -> Result<(), Stop> {
    let mut all = members(row);
    for name in who {
        let own = name.strip_prefix(".\\").or_else(|| {
            let (domain, short) = name.split_once('\\')?;
            same(domain, host).then_some(short)
        });
        let name = own.unwrap_or(name);
        let there = all.iter().position(|m| same(m, name));
        match (adds, there) {
            (true, Some(_)) => {
                return Err(system(
                    1378,
                    "The specified account name is already a member of the group.",
                ));
            }
            (true, None) => {
                let built_in = ["Everyone", "SYSTEM", "INTERACTIVE", "Authenticated Users"];
                let known = name.contains('\\')
                    || built_in.iter().any(|b| same(b, name))
                    || find(desk, "localUsers", name)?.is_some()
                    || find(desk, "localGroups", name)?.is_some();
                if !known {
                    return Err(helped(
                        3783,
                        &format!("There is no such global user or group: {name}."),
                    ));
                }
                all.push(name.to_owned());
            }
            (false, Some(at)) => {
                all.remove(at);
            }
            (false, None) => {
                return Err(system(
                    1377,
                    "The specified account name is not a member of the group.",
                ));
            }
        }
    }
    set_members(row, all);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::Call;
    use crate::programs::told::fake::Fake;

    #[test]
    fn a_long_password_is_asked_about() {
        let refused = Err(Stop::refused("user with a long password and the answer no"));
        let none = Err(Stop::error(2, "No valid response was provided.\n"));
        for (typed, ends) in [
            ("", none.clone()),
            ("what\r\n", none),
            ("\r\n", Ok(())),
            ("y\r\n", Ok(())),
            ("n\r\n", refused),
        ] {
            let (device, mut out, mut err) = (Fake::default(), Vec::new(), Vec::new());
            let mut call = Call {
                name: "net",
                args: Vec::new(),
                line: "",
                device: &device,
                out: &mut out,
                err: &mut err,
            };
            let asked = ask_about_password(&mut Desk { call: &mut call }, &mut typed.as_bytes());
            assert_eq!(asked, ends, "{typed:?}");
            let said = String::from_utf8(out).unwrap();
            assert!(said.contains("longer than 14 characters"), "{said}");
        }
    }
}
