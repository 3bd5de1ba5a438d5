use crate::programs::told::fake::Fake;
use crate::protocol::ask::How;
use serde_json::json;

fn device() -> Fake {
    Fake::with(json!({ "computerSystem": { "Name": "OSAKA-WS01" } }))
}

#[test]
fn an_event_is_created_and_queried() {
    let d = device();
    let ran = d.run("eventcreate /ID 7 /L APPLICATION /T ERROR /SO Bright /D 'scan failed'");
    assert_eq!((ran.ended.exit, ran.ended.how), (0, How::Facts));
    assert_eq!(
        ran.out,
        "\nSUCCESS: An event of type 'ERROR' was created in the 'APPLICATION' log with 'Bright' as the source.\n"
    );
    d.run("eventcreate /ID 8 /T WARNING /SO Bright /D 'a < b'");
    let events = d.store("events");
    assert_eq!(events[0]["recordId"], 1);
    assert_eq!(events[0]["log"], "Application");
    assert_eq!(events[1]["level"], 3);
    let query = "wevtutil qe application '/q:*[System[Provider[@Name=\"Bright\"] and (Level=2 or Level=1)]]'";
    let xml = d.run(&format!("{query} /f:xml")).out;
    assert_eq!(xml.lines().count(), 1, "{xml}");
    assert!(
        xml.starts_with("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Bright'/><EventID Qualifiers='0'>7</EventID>"),
        "{xml}"
    );
    assert!(xml.contains("<Computer>OSAKA-WS01</Computer>"));
    let all = d.run("wevtutil qe Application /rd:true /c:1 /f:text").out;
    assert!(all.starts_with("Event[0]:\n  Log Name: Application\n  Source: Bright\n  Date: "));
    assert!(
        all.contains("  Event ID: 8\n") && all.contains("\na < b\n"),
        "{all}"
    );
}

#[test]
fn queries_select_as_windows_xpath_does() {
    let d = device();
    for (n, source) in ["a", "b", "c"].iter().enumerate() {
        d.put(
            "events",
            &format!("System|{n}"),
            json!({ "log": "System", "source": source, "id": 10 + n, "level": 4, "recordId": n + 1,
                "time": format!("2026-01-0{}T00:00:00Z", n + 1), "message": source,
                "data": { "User": source } }),
        );
    }
    let sources = |query: &str| {
        let out = d.run(&format!("wevtutil qe System '/q:{query}'")).out;
        let names = out
            .lines()
            .filter_map(|l| l.split("Provider Name='").nth(1));
        names.map(|n| n[..1].to_owned()).collect::<String>()
    };
    assert_eq!(sources("*"), "abc");
    assert_eq!(sources("*[System[EventID=11]]"), "b");
    assert_eq!(sources("*[System/EventID>=11]"), "bc");
    assert_eq!(
        sources("Event[System[(EventID=10 or EventID=12) and Level!=2]]"),
        "ac"
    );
    assert_eq!(
        sources("*[System[TimeCreated[@SystemTime>=\"2026-01-02T00:00:00.000Z\"]]]"),
        "bc"
    );
    assert_eq!(
        sources("*[System[TimeCreated[timediff(@SystemTime) <= 1000]]]"),
        ""
    );
    assert_eq!(sources("*[EventData[Data[@Name=\"User\"]=\"c\"]]"), "c");
    assert_eq!(sources("*[EventData[Data=\"a\"]]"), "a");
    assert_eq!(
        sources("*[System[band(Keywords,36028797018963968)]]"),
        "abc"
    );
    let bad = d.run("wevtutil qe System '/q:*[System['");
    assert_eq!(bad.ended.exit, 15001);
    assert_eq!(
        bad.err,
        "Failed to open event query.\nThe specified query is invalid.\n"
    );
}

#[test]
fn clearing_keeps_the_numbers_going() {
    let d = device();
    d.run("eventcreate /ID 1 /T INFORMATION /D one");
    assert_eq!(d.run("wevtutil cl Application").ended.exit, 0);
    assert_eq!(d.run("wevtutil qe Application").out, "");
    d.run("eventcreate /ID 2 /T INFORMATION /D two");
    let out = d.run("wevtutil qe Application").out;
    assert!(out.contains("<EventRecordID>2</EventRecordID>"), "{out}");
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn bad_calls_end_as_on_windows() {
    let d = device();
    let err = |line: &str| {
        let ran = d.run(line);
        assert_eq!(ran.ended.exit, 1, "{line}: {ran:?}");
        ran.err
    };
    let usage = "\nType \"EVENTCREATE /?\" for usage.\n";
    assert_eq!(
        err("eventcreate /T ERROR /ID 2000 /D x"),
        format!("ERROR: Invalid syntax. The /ID value must be in the range of 1 - 1000.{usage}")
    );
    assert_eq!(
        err("eventcreate -help"),
        format!("ERROR: Invalid argument/option - '-help'.{usage}")
    );
    assert!(err("eventcreate /ID 1 /D x").contains("'/T' is missing"));
    assert!(err("eventcreate /ID 1 /T NONE /D x").contains("'NONE' value is not allowed"));
    assert_eq!(
        err("eventcreate /ID 1 /T ERROR /L Security /D x"),
        "ERROR: Access is denied.\n"
    );
    assert!(
        err("eventcreate /ID 1 /T ERROR /L Nolog /D x").contains("\"Nolog\" log does not exist")
    );
    assert!(d.store("events").is_empty());
    let remote = d.run("eventcreate /S other /ID 1 /T ERROR /D x");
    assert_eq!(remote.ended.how, How::Refused);
    assert_eq!(
        remote.err,
        "shakedown: eventcreate: not played on this device: /S other (another computer)\n"
    );
}

#[test]
fn a_source_belongs_to_one_log() {
    // On Windows tests share the registry: a name of its own.
    let d = device();
    d.run("eventcreate /ID 1 /T ERROR /L System /SO OneLog /D x");
    let ran = d.run("eventcreate /ID 1 /T ERROR /L Application /SO onelog /D x");
    assert_eq!(ran.ended.exit, 1);
    assert_eq!(d.store("events").len(), 1);
}

#[test]
fn a_new_source_is_registered_and_an_installed_one_is_not_for_scripts() {
    let d = device();
    let root = crate::programs::told::events::source::ROOT;
    crate::os::values::set_text(
        true,
        &format!(r"{root}\System\Disk"),
        "EventMessageFile",
        "x",
        false,
    )
    .unwrap();
    let ran = d.run("eventcreate /ID 1 /T ERROR /L System /SO disk /D x");
    assert_eq!(ran.ended.exit, 1);
    assert!(
        ran.err.contains("custom applications/scripts only"),
        "{}",
        ran.err
    );
    let other = d.run("eventcreate /ID 1 /T ERROR /L Application /SO disk /D x");
    assert_eq!(
        other.err,
        "ERROR: Source already exists in \"System\" log.\nCannot create duplicate.\n"
    );
    assert_eq!(
        d.run("eventcreate /ID 1 /T ERROR /SO Bright /D x")
            .ended
            .exit,
        0
    );
    assert_eq!(
        d.run("eventcreate /ID 2 /T ERROR /SO bright /D x")
            .ended
            .exit,
        0
    );
    assert_eq!(
        crate::os::values::number(true, &format!(r"{root}\Application\Bright"), "CustomSource"),
        Some(1)
    );
}

#[test]
fn clearing_is_written_down() {
    let d = device();
    for (log, into, id) in [
        ("Application", "System", 104),
        ("System", "System", 104),
        ("Security", "Security", 1102),
    ] {
        assert_eq!(d.run(&format!("wevtutil cl {log}")).ended.exit, 0);
        let out = d.run(&format!("wevtutil qe {into} /c:1 /rd:true")).out;
        assert!(
            out.contains(&format!("<EventID Qualifiers='0'>{id}</EventID>")),
            "{out}"
        );
    }
}

#[test]
fn logs_are_listed_read_and_set() {
    let d = device();
    d.put(
        "eventLogs",
        "Bright/Operational",
        json!({ "name": "Bright/Operational" }),
    );
    assert_eq!(
        d.run("wevtutil el").out,
        "Application\nBright/Operational\nForwardedEvents\nSecurity\nSetup\nSystem\n"
    );
    assert_eq!(d.run("wevtutil sl Application /ms:100000").ended.exit, 0);
    let out = d.run("wevtutil gl application").out;
    assert!(
        out.contains("name: Application\n") && out.contains("maxSize: 131072\n"),
        "{out}"
    );
    let none = d.run("wevtutil gl Nolog");
    assert_eq!(none.ended.exit, 15007);
    assert!(
        none.err
            .ends_with("The specified channel could not be found.\n")
    );
    assert_eq!(d.run("wevtutil epl System x.evtx").ended.how, How::Refused);
    assert_eq!(d.run("wevtutil frobnicate").ended.exit, 87);
}

#[test]
fn hostile_queries_are_refused_and_do_not_recurse_without_end() {
    let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(super::xpath::read(&deep).is_none());
}

proptest::proptest! {
    #[test]
    fn rubbish_is_no_query_and_no_panic(text in "[*\\[\\]()/@='a-zA-Z0-9<>!., ]{0,60}") {
        let event = super::render::tree(&Default::default(), "h");
        if let Some(query) = super::xpath::read(&text) {
            super::filter::meets(&event, &query, crate::programs::told::clock::Moment(0));
        }
    }
}
