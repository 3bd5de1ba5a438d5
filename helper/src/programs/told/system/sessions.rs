//! `query`, `quser`, `qwinsta`, `qprocess`: who is logged on, by the fact `computerSystem.UserName`,
//! or the fact `sessions` (`UserName`, `SessionName`, `Id`, `State`, `IdleTime`, `LogonTime`).
//!
//! Source: Microsoft Learn, "query user", "query session", "query process".

use crate::os;
use crate::programs::told::clock::Moment;
use crate::programs::told::desk::{Desk, Played, Stop, done, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};
use serde_json::json;

/// `query user|session|process`.
pub fn query(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let Some((first, rest)) = args.split_first() else {
            return Err(Stop::error(
                1,
                "Invalid parameter(s)\nQUERY { PROCESS | SESSION | TERMSERVER | USER }",
            ));
        };
        match first.to_lowercase().as_str() {
            "user" => users(desk, rest),
            "session" => sessions(desk, rest),
            "process" => processes(desk, rest),
            "termserver" => Err(Stop::refused("termserver")),
            _ => Err(Stop::error(
                1,
                "Invalid parameter(s)\nQUERY { PROCESS | SESSION | TERMSERVER | USER }",
            )),
        }
    })
}

/// `quser`.
pub fn quser(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        users(desk, &args)
    })
}

/// `qwinsta`.
pub fn qwinsta(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        sessions(desk, &args)
    })
}

/// `qprocess`.
pub fn qprocess(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        processes(desk, &args)
    })
}

/// Sessions of users; the device's own session 0 is not among them.
fn known(desk: &Desk<'_, '_>) -> Result<Vec<Row>, Stop> {
    if let Some(rows) = desk.table("sessions", "Id")? {
        return Ok(rows);
    }
    let system = Row::of(desk.known("computerSystem")?);
    Ok(match system.full("UserName") {
        None => {
            desk.defaulted("nobody is logged on", "user or sessions")?;
            Vec::new()
        }
        Some(user) => vec![Row::of(json!({
            "UserName": user, "SessionName": "console", "Id": 1, "State": "Active",
        }))],
    })
}

/// The user's name without domain, lower case as these programs show it.
fn short(row: &Row) -> String {
    let user = row.text("UserName").unwrap_or_default();
    user.rsplit('\\').next().unwrap_or_default().to_lowercase()
}

/// The names asked for; options are refused.
fn wanted(desk: &Desk<'_, '_>, args: &[String]) -> Result<Option<String>, Stop> {
    for arg in args.iter().filter(|a| a.starts_with('/')) {
        match arg.split_once(':') {
            Some((name, server)) if same(name, "/server") && desk.is_this(server)? => {}
            _ => return Err(Stop::refused(arg.clone())),
        }
    }
    Ok(args.iter().find(|a| !a.starts_with('/')).cloned())
}

fn matches(row: &Row, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|w| {
        same(&short(row), w)
            || row.text("SessionName").is_some_and(|s| same(&s, w))
            || row.text("Id").is_some_and(|id| id == w)
    })
}

fn users(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let name = wanted(desk, args)?;
    let mut rows = known(desk)?;
    rows.retain(|r| r.full("UserName").is_some() && matches(r, name.as_deref()));
    if rows.is_empty() {
        return Err(Stop::error(
            1,
            format!("No User exists for {}", name.as_deref().unwrap_or("*")),
        ));
    }
    desk.out(" USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME");
    for row in rows {
        let text = |field: &str| row.text(field).unwrap_or_default();
        let logon = row.text("LogonTime").as_deref().and_then(Moment::parse);
        let logon = logon.map_or(String::new(), |m| {
            format!("{} {}", m.date(), m.short_time())
        });
        let idle = row.full("IdleTime").unwrap_or_else(|| "none".into());
        let state: String = text("State").chars().take(6).collect();
        let line = format!(
            " {:22}{:16}{:>5}  {state:6}  {idle:>9}  {logon}",
            short(&row),
            text("SessionName"),
            text("Id")
        );
        desk.out(line.trim_end());
    }
    told(0)
}

fn sessions(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let name = wanted(desk, args)?;
    let mut rows = vec![Row::of(
        json!({ "SessionName": "services", "Id": 0, "State": "Disc" }),
    )];
    let users = known(desk)?;
    if users.is_empty() {
        rows.push(Row::of(
            json!({ "SessionName": "console", "Id": 1, "State": "Conn" }),
        ));
    }
    rows.extend(users);
    rows.retain(|r| matches(r, name.as_deref()));
    if rows.is_empty() {
        return Err(Stop::error(
            1,
            format!("No session exists for {}", name.unwrap_or_default()),
        ));
    }
    desk.out(" SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE ");
    for row in rows {
        let text = |field: &str| row.text(field).unwrap_or_default();
        // Jobs of the Agent run in session 0.
        let mark = if text("Id") == "0" { '>' } else { ' ' };
        let line = format!(
            "{mark}{:18}{:22}{:>5}  {:6}",
            text("SessionName"),
            short(&row),
            text("Id"),
            text("State")
        );
        desk.out(format!("{line:70}"));
    }
    told(0)
}

fn processes(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    let name = wanted(desk, args)?;
    let all =
        os::tasks::list().map_err(|e| Stop::refused(format!("processes cannot be read: {e}")))?;
    let user = |t: &crate::programs::tasks::Task| {
        t.user
            .rsplit('\\')
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    let own: Vec<_> = all
        .into_iter()
        .filter(|t| match name.as_deref() {
            None | Some("*") => true,
            Some(n) => same(&t.name, n) || same(&user(t), n) || t.pid.to_string() == n,
        })
        .collect();
    if own.is_empty() {
        return Err(Stop::error(
            1,
            format!("No Process exists for {}", name.unwrap_or_default()),
        ));
    }
    desk.out(" USERNAME              SESSIONNAME         ID    PID  IMAGE");
    for task in own {
        desk.out(format!(
            ">{:22}{:18}{:>4}  {:>5}  {}",
            user(&task),
            "services",
            0,
            task.pid,
            task.name.to_lowercase()
        ));
    }
    done(0)
}
