use super::action::{Action, action};
use super::create::parted;
use super::next::next;
use crate::programs::told::clock::Moment;
use crate::programs::told::fake::Fake;
use crate::programs::told::xml::{self, Element};
use crate::protocol::ask::How;
use serde_json::json;

fn device() -> Fake {
    Fake::with(json!({
        "computerSystem": { "Name": "OSAKA-WS01" },
        "localUsers": [{ "Name": "ann" }],
    }))
}

fn definition(d: &Fake) -> Element {
    let tasks = d.store("tasks");
    xml::read(tasks[0]["xml"].as_str().unwrap()).unwrap()
}

#[test]
fn a_task_is_created_queried_changed_and_deleted() {
    let d = device();
    let ran = d.run("schtasks /create /tn Bright\\Scan /tr '\"C:\\Program Files\\Bright\\bv.exe\" --scan all' /sc daily /st 03:30 /ru SYSTEM /rl highest /f");
    assert_eq!(
        (ran.ended.exit, ran.out.as_str(), ran.err.as_str()),
        (
            0,
            "SUCCESS: The scheduled task \"Bright\\Scan\" has successfully been created.\n",
            ""
        )
    );
    let def = definition(&d);
    assert_eq!(
        def.at(&["Actions", "Exec", "Command"]),
        Some("C:\\Program Files\\Bright\\bv.exe")
    );
    assert_eq!(
        def.at(&["Actions", "Exec", "Arguments"]),
        Some("--scan all")
    );
    assert_eq!(
        def.at(&["Principals", "Principal", "UserId"]),
        Some("S-1-5-18")
    );
    assert_eq!(
        def.at(&["Principals", "Principal", "RunLevel"]),
        Some("HighestAvailable")
    );
    assert_eq!(def.at(&["RegistrationInfo", "URI"]), Some("\\Bright\\Scan"));
    let table = d.run("schtasks /query").out;
    assert!(table.starts_with("\nFolder: \\Bright\nTaskName                                 Next Run Time          Status         \n==="), "{table}");
    assert!(table.contains("\nScan                                     "));
    let list = d.run("schtasks /query /tn \\bright\\scan /fo list /v").out;
    for line in [
        "HostName:                             OSAKA-WS01",
        "TaskName:                             \\Bright\\Scan",
        "Status:                               Ready",
        "Last Run Time:                        11/30/1999 12:00:00 AM",
        "Last Result:                          267011",
        "Author:                               OSAKA-WS01\\SYSTEM",
        "Task To Run:                          C:\\Program Files\\Bright\\bv.exe --scan all",
        "Run As User:                          SYSTEM",
        "Stop Task If Runs X Hours and X Mins: 72:00:00",
        "Schedule Type:                        Daily ",
        "Start Time:                           3:30:00 AM",
        "Days:                                 Every 1 day(s)",
        "Repeat: Every:                        Disabled",
    ] {
        assert!(list.lines().any(|l| l == line), "{line} is not in\n{list}");
    }
    assert_eq!(
        d.run("schtasks /change /tn Bright\\Scan /disable").out,
        "SUCCESS: The parameters of scheduled task \"Bright\\Scan\" have been changed.\n"
    );
    let csv = d.run("schtasks /query /tn Bright\\Scan /fo csv").out;
    assert_eq!(
        csv,
        "\"TaskName\",\"Next Run Time\",\"Status\"\n\"\\Bright\\Scan\",\"N/A\",\"Disabled\"\n"
    );
    assert_eq!(
        d.run("schtasks /run /tn Bright\\Scan").err,
        "ERROR: The task is disabled.\n"
    );
    assert_eq!(
        d.run("schtasks /delete /tn Bright\\Scan /f").out,
        "SUCCESS: The scheduled task \"Bright\\Scan\" was successfully deleted.\n"
    );
    let gone = d.run("schtasks /query /tn Bright\\Scan");
    assert_eq!(
        (gone.ended.exit, gone.err.as_str()),
        (1, "ERROR: The system cannot find the path specified.\n")
    );
    let gone = d.run("schtasks /delete /tn Scan /f");
    assert_eq!(
        (gone.ended.exit, gone.err.as_str()),
        (
            1,
            "ERROR: The specified task name \"Scan\" does not exist in the system.\n"
        )
    );
}

#[test]
fn every_schedule_has_its_trigger() {
    for (options, path, text) in [
        (
            "/sc minute /mo 15",
            vec!["TimeTrigger", "Repetition", "Interval"],
            "PT15M",
        ),
        (
            "/sc hourly /mo 2",
            vec!["TimeTrigger", "Repetition", "Interval"],
            "PT2H",
        ),
        (
            "/sc daily /mo 3",
            vec!["CalendarTrigger", "ScheduleByDay", "DaysInterval"],
            "3",
        ),
        (
            "/sc weekly /d MON,FRI",
            vec!["CalendarTrigger", "ScheduleByWeek", "DaysOfWeek", "Friday"],
            "",
        ),
        (
            "/sc monthly /d 15",
            vec!["CalendarTrigger", "ScheduleByMonth", "DaysOfMonth", "Day"],
            "15",
        ),
        (
            "/sc monthly /mo lastday /m FEB",
            vec!["CalendarTrigger", "ScheduleByMonth", "DaysOfMonth", "Day"],
            "Last",
        ),
        (
            "/sc monthly /mo second /d TUE",
            vec![
                "CalendarTrigger",
                "ScheduleByMonthDayOfWeek",
                "Weeks",
                "Week",
            ],
            "2",
        ),
        (
            "/sc once /st 23:59 /sd 12/31/2099",
            vec!["TimeTrigger", "StartBoundary"],
            "2099-12-31T23:59:00",
        ),
        (
            "/sc onstart /delay 0005:30",
            vec!["BootTrigger", "Delay"],
            "PT5M30S",
        ),
        ("/sc onlogon", vec!["LogonTrigger", "Enabled"], "true"),
        ("/sc onidle /i 10", vec!["IdleTrigger", "Enabled"], "true"),
        (
            "/sc onevent /ec System /mo *[System/EventID=101]",
            vec!["EventTrigger", "Enabled"],
            "true",
        ),
    ] {
        let d = device();
        let ran = d.run(&format!("schtasks /create /tn T /tr x.exe {options}"));
        assert_eq!(ran.ended.exit, 0, "{options}: {ran:?}");
        let def = definition(&d);
        assert_eq!(
            def.child("Triggers").unwrap().at(&path),
            Some(text),
            "{options}"
        );
    }
}

#[test]
fn bad_calls_end_as_on_windows_and_change_nothing() {
    for (options, error) in [
        ("/tr x /sc daily", "Mandatory option 'tn' is missing."),
        ("/tn T /sc daily", "Mandatory option 'tr' is missing."),
        ("/tn T /tr x", "Mandatory option 'sc' is missing."),
        (
            "/tn T /tr x /sc fortnightly",
            "'FORTNIGHTLY' value is not allowed for '/SC' option.",
        ),
        ("/tn T /tr x /sc once", "Mandatory option 'st' is missing."),
        (
            "/tn T /tr x /sc minute /mo 0",
            "Invalid value for /MO option.",
        ),
        (
            "/tn T /tr x /sc weekly /d XYZ",
            "'XYZ' value is not allowed for '/D' option.",
        ),
        (
            "/tn T /tr x /sc daily /frob",
            "Invalid argument/option - '/frob'.",
        ),
        (
            "/tn T /tr x /sc daily /ru nobody /rp x",
            "No mapping between account names and security IDs was done.",
        ),
        (
            "/tn T /xml C:\\none.xml",
            "The system cannot find the file specified.",
        ),
    ] {
        let d = device();
        let ran = d.run(&format!("schtasks /create {options}"));
        assert_eq!(ran.ended.exit, 1, "{options}");
        assert!(
            ran.err.starts_with("ERROR: ") && ran.err.contains(error),
            "{options}: {}",
            ran.err
        );
        assert!(d.store("tasks").is_empty(), "{options}");
    }
    let d = device();
    let asks = d.run("schtasks /create /tn T /tr x /sc daily /ru ann");
    assert_eq!(asks.ended.how, How::Refused);
    assert_eq!(
        d.run("schtasks /create /tn T /tr x /sc daily /ru ann /rp secret")
            .ended
            .exit,
        0
    );
    assert!(!format!("{:?}", d.store("tasks")).contains("secret"));
    let remote = d.run("schtasks /query /s other");
    assert_eq!(remote.ended.how, How::Refused);
}

#[test]
fn a_definition_comes_from_a_file_in_utf_16() {
    let folder = std::env::temp_dir().join(format!("shakedown-tasks-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("task.xml");
    let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><Task><Actions><Exec><Command>bv.exe</Command></Exec></Actions></Task>";
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    std::fs::write(&file, bytes).unwrap();
    let d = device();
    let ran = d.run(&format!("schtasks /create /tn T /xml '{}'", file.display()));
    assert_eq!(ran.ended.exit, 0, "{ran:?}");
    std::fs::write(&file, "<Task><Actions>").unwrap();
    let ran = d.run(&format!("schtasks /create /tn U /xml '{}'", file.display()));
    assert!(
        ran.err
            .starts_with("ERROR: The task XML is malformed.\n(1,16): "),
        "{}",
        ran.err
    );
    std::fs::remove_dir_all(folder).unwrap();
    assert!(
        d.run("schtasks /query /tn T /xml")
            .out
            .contains("<Command>bv.exe</Command>")
    );
}

#[test]
fn a_run_is_never_pretended() {
    let d = device();
    d.run("schtasks /create /tn T /tr x.exe /sc onstart");
    let ran = d.run("schtasks /run /tn T");
    assert_eq!(ran.ended.how, How::Refused);
    assert_eq!(
        d.notes.borrow()[..],
        [
            ("taskTrigger".into(), json!({ "task": "\\T" })),
            ("runTask".into(), json!({ "task": "\\T", "by": "schtasks" }))
        ]
    );
    let mut task = d.store("tasks")[0].clone();
    task["launcher"] = json!({ "pid": 7 });
    d.put("tasks", "\\T", task);
    let ran = d.run("schtasks /run /tn T");
    assert_eq!(
        ran.out,
        "SUCCESS: Attempted to run the scheduled task \"T\".\n"
    );
    assert!(
        d.run("schtasks /query /fo csv /nh")
            .out
            .contains("\"Running\"")
    );
}

#[test]
fn what_a_task_starts() {
    let variable = |name: &str| (name.eq_ignore_ascii_case("windir")).then(|| "C:\\windows".into());
    let declared = json!({ "path": "\\", "name": "T", "declared": { "execute": "%WinDir%\\x.cmd", "arguments": "50%" } });
    assert_eq!(
        action(&declared, &variable),
        Ok(Action {
            command_line: "\"C:\\windows\\system32\\cmd.exe\" /c \"\"C:\\windows\\x.cmd\" 50%\""
                .into(),
            cwd: "C:\\windows\\system32".into(),
            user: "SYSTEM".into(),
        })
    );
    let handler = json!({ "path": "\\", "name": "T", "declared": {} });
    assert!(
        action(&handler, &variable)
            .unwrap_err()
            .contains("ComHandler")
    );
    assert_eq!(parted("c:\\a b.exe c"), ("c:\\a".into(), "b.exe c".into()));
    assert_eq!(
        parted("'c:\\a b.exe' 'c d'"),
        ("c:\\a b.exe".into(), "\"c d\"".into())
    );
}

#[test]
fn next_times_follow_the_calendar() {
    let at = |xml: &str, now: &str| {
        let trigger = xml::read(xml).unwrap();
        next(&trigger, Moment::parse(now).unwrap()).map(Moment::boundary)
    };
    let some = |t: &str| Some(t.to_owned());
    let daily = "<CalendarTrigger><StartBoundary>2026-01-01T03:00:00</StartBoundary><ScheduleByDay><DaysInterval>2</DaysInterval></ScheduleByDay></CalendarTrigger>";
    assert_eq!(
        at(daily, "2026-01-01T04:00:00Z"),
        some("2026-01-03T03:00:00")
    );
    let weekly = "<CalendarTrigger><StartBoundary>2026-11-22T09:00:00</StartBoundary><ScheduleByWeek><WeeksInterval>1</WeeksInterval><DaysOfWeek><Tuesday /></DaysOfWeek></ScheduleByWeek></CalendarTrigger>";
    assert_eq!(
        at(weekly, "2026-11-22T10:00:00Z"),
        some("2026-11-24T09:00:00")
    );
    let last = "<CalendarTrigger><StartBoundary>2026-01-01T00:30:00</StartBoundary><ScheduleByMonth><DaysOfMonth><Day>Last</Day></DaysOfMonth><Months><February /></Months></ScheduleByMonth></CalendarTrigger>";
    assert_eq!(
        at(last, "2027-03-01T00:00:00Z"),
        some("2028-02-29T00:30:00")
    );
    let patch = "<CalendarTrigger><StartBoundary>2026-01-01T10:00:00</StartBoundary><ScheduleByMonthDayOfWeek><Weeks><Week>2</Week></Weeks><DaysOfWeek><Tuesday /></DaysOfWeek></ScheduleByMonthDayOfWeek></CalendarTrigger>";
    assert_eq!(
        at(patch, "2026-11-22T00:00:00Z"),
        some("2026-12-08T10:00:00")
    );
    let every = "<TimeTrigger><Repetition><Interval>PT15M</Interval><Duration>PT1H</Duration></Repetition><StartBoundary>2026-01-01T00:00:00</StartBoundary></TimeTrigger>";
    assert_eq!(
        at(every, "2026-01-01T00:20:00Z"),
        some("2026-01-01T00:30:00")
    );
    assert_eq!(at(every, "2026-01-01T02:00:00Z"), None);
    let past = "<TimeTrigger><StartBoundary>2020-01-01T00:00:00</StartBoundary></TimeTrigger>";
    assert_eq!(at(past, "2026-01-01T00:00:00Z"), None);
}
