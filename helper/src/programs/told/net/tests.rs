use crate::programs::told::fake::Fake;
use crate::protocol::ask::How;
use serde_json::json;

fn device() -> Fake {
    Fake::with(json!({
        "computerSystem": { "Name": "OSAKA-WS01" },
        "localUsers": [
            { "Name": "Administrator", "Rid": 500, "Enabled": false },
            { "Name": "ann", "Rid": 1001, "FullName": "Ann", "PasswordLastSet": "2024-03-01T08:00:00" },
        ],
        "localGroups": [
            { "Name": "Administrators", "Sid": "S-1-5-32-544", "Description": "all rights", "Members": ["Administrator"] },
            { "Name": "Users", "Sid": "S-1-5-32-545", "Members": ["ann"] },
        ],
    }))
}

#[test]
fn users_are_listed_made_changed_and_deleted() {
    let d = device();
    let out = d.run("net user").out;
    assert!(
        out.starts_with("\nUser accounts for \\\\OSAKA-WS01\n\n---"),
        "{out}"
    );
    assert!(out.contains("\nAdministrator            ann                      \nThe command completed successfully.\n\n"), "{out}");
    let ran = d.run("net user svc P@ss /add '/comment:made by a job' /passwordchg:no");
    assert_eq!(
        (ran.ended.exit, ran.out.as_str()),
        (0, "The command completed successfully.\n\n")
    );
    assert!(!format!("{:?}", ran).contains("P@ss"));
    let one = d.run("net user SVC").out;
    for line in [
        "User name                    svc",
        "Comment                      made by a job",
        "Account active               Yes",
        "User may change password     No",
        "Local Group Memberships      *Users",
    ] {
        assert!(one.lines().any(|l| l == line), "{line} is not in\n{one}");
    }
    assert_eq!(d.store("localUsers")[0]["Rid"], 1002);
    let again = d.run("net user svc x /add");
    assert_eq!(
        (again.ended.exit, again.err.as_str()),
        (
            2,
            "The account already exists.\n\nMore help is available by typing NET HELPMSG 2224.\n\n"
        )
    );
    assert_eq!(d.run("net user svc /active:no").ended.exit, 0);
    assert!(
        d.run("net user svc")
            .out
            .contains("Account active               No\n")
    );
    assert_eq!(d.run("net user svc /delete").ended.exit, 0);
    let gone = d.run("net user svc");
    assert_eq!(gone.ended.exit, 2);
    assert!(gone.err.starts_with("The user name could not be found.\n"));
    assert_eq!(d.run("net user Administrator /delete").ended.exit, 2);
    assert_eq!(d.run("net user ann * ").ended.how, How::Refused);
}

#[test]
fn groups_have_members() {
    let d = device();
    assert_eq!(
        d.run("net localgroup administrators OSAKA-WS01\\ann /add")
            .ended
            .exit,
        0
    );
    let out = d.run("net localgroup Administrators").out;
    assert!(
        out.starts_with(
            "Alias name     Administrators\nComment        all rights\n\nMembers\n\n---"
        ),
        "{out}"
    );
    assert!(out.contains("\nAdministrator\nann\nThe command"), "{out}");
    let again = d.run("net localgroup Administrators ann /add");
    assert_eq!(
        (again.ended.exit, again.err.as_str()),
        (
            2,
            "System error 1378 has occurred.\n\nThe specified account name is already a member of the group.\n\n"
        )
    );
    assert!(
        d.run("net localgroup Administrators nobody /add")
            .err
            .contains("HELPMSG 3783")
    );
    assert!(
        d.run("net localgroup None")
            .err
            .contains("System error 1376")
    );
    assert_eq!(d.run("net localgroup Bright /add").ended.exit, 0);
    assert!(
        d.run("net localgroup")
            .out
            .contains("\n*Administrators\n*Bright\n*Users\n")
    );
    assert_eq!(d.run("net localgroup Bright /delete").ended.exit, 0);
    assert_eq!(d.run("net localgroup Users ann /delete").ended.exit, 0);
    assert!(
        d.run("net localgroup Users ann /delete")
            .err
            .contains("System error 1377")
    );
}

#[test]
fn what_is_not_there_is_said_or_refused() {
    let d = device();
    assert_eq!(
        d.run("net session").out,
        "There are no entries in the list.\n\n"
    );
    assert!(d.run("net use").out.contains("There are no entries"));
    assert_eq!(d.run("net use Z: /delete").ended.exit, 2);
    for line in [
        "net use Z: \\\\server\\share",
        "net share",
        "net accounts",
        "net view",
        "net time",
    ] {
        let ran = d.run(line);
        assert_eq!(ran.ended.how, How::Refused, "{line}: {ran:?}");
        assert_ne!(ran.ended.exit, 0);
    }
    assert_eq!(d.run("net").ended.exit, 1);
    assert_eq!(d.run("net frobnicate").ended.exit, 1);
}

#[cfg(windows)]
#[test]
fn services_are_those_of_the_machine() {
    let d = device();
    let ran = d.run("net start");
    assert_eq!(ran.ended.exit, 0, "{ran:?}");
    assert!(
        ran.out.starts_with("These Windows services are started:\n"),
        "{ran:?}"
    );
    let ran = d.run("net start nosuchservice");
    assert_eq!(
        (ran.ended.exit, ran.err.as_str()),
        (
            2,
            "The service name is invalid.\n\nMore help is available by typing NET HELPMSG 2185.\n\n"
        )
    );
}

#[cfg(not(windows))]
#[test]
fn services_that_cannot_be_read_are_refused() {
    let d = device();
    for line in ["net start", "net start x"] {
        let ran = d.run(line);
        assert_eq!(ran.ended.how, How::Refused, "{line}: {ran:?}");
        assert_ne!(ran.ended.exit, 0);
    }
}
