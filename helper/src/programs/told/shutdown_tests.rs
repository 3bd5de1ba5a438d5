use super::fake::Fake;
use crate::protocol::ask::How;
use serde_json::json;

fn device() -> Fake {
    Fake::with(json!({ "computerSystem": { "Name": "OSAKA-WS01" } }))
}

#[test]
fn every_form_is_told_with_its_kind() {
    for (line, kind, force) in [
        ("shutdown /r /t 0", "reboot", false),
        ("shutdown -r -f -t 0", "reboot", true),
        ("shutdown /r", "reboot", true),
        ("shutdown /g /t 0", "reboot", false),
        ("shutdown /s /t 60", "shutdown", true),
        ("shutdown /sg /t 0", "shutdown", false),
        ("shutdown /p", "poweroff", false),
        ("shutdown /p /f", "poweroff", true),
        ("shutdown /h", "hibernate", false),
        ("shutdown /l", "logoff", false),
        ("shutdown /r /o /f /t 00", "reboot", true),
        (
            "shutdown /r /m \\\\osaka-ws01 /t 0 /d p:4:1 /c 'by hand'",
            "reboot",
            false,
        ),
    ] {
        let d = device();
        let ran = d.run(line);
        assert_eq!(ran.ended.exit, 0, "{line}: {ran:?}");
        let notes = d.notes.borrow();
        let (name, value) = &notes[0];
        assert_eq!(name, "reboot");
        assert_eq!(
            (value["kind"].as_str(), value["force"].as_bool()),
            (Some(kind), Some(force)),
            "{line}"
        );
        assert_eq!(value["by"], "shutdown");
    }
}

#[test]
fn a_pending_one_can_be_aborted_once() {
    let d = device();
    let none = d.run("shutdown /a");
    assert_eq!(none.ended.exit, 1116);
    assert_eq!(
        none.err,
        "Unable to abort the system shutdown because no shutdown was in progress.(1116)\n"
    );
    assert_eq!(d.run("shutdown /r /t 600 /c later").ended.exit, 0);
    let again = d.run("shutdown /s /t 5");
    assert_eq!(again.ended.exit, 1190);
    assert_eq!(
        again.err,
        "A system shutdown has already been scheduled.(1190)\n"
    );
    assert_eq!(d.run("shutdown -a").ended.exit, 0);
    assert_eq!(d.run("shutdown -a").ended.exit, 1116);
    let ids: Vec<_> = d.store("events").iter().map(|e| e["id"].clone()).collect();
    assert_eq!(ids, [1074, 1075]);
}

#[test]
fn bad_usage_shows_help_and_gives_1() {
    for line in [
        "shutdown /x",
        "shutdown /r /s",
        "shutdown /t 5",
        "shutdown /r /t",
        "shutdown /r /t -1",
        "shutdown /r /t 315360001",
        "shutdown /l /t 5",
        "shutdown /p /t 5",
        "shutdown /s /o",
        "shutdown /r /d 300:1",
        "shutdown now",
    ] {
        let d = device();
        let ran = d.run(line);
        assert_eq!(ran.ended.exit, 1, "{line}");
        assert!(ran.out.starts_with("Usage: shutdown"), "{line}");
        assert!(d.notes.borrow().is_empty(), "{line}");
    }
}

#[test]
fn windows_and_other_computers_are_refused() {
    for line in ["shutdown /i", "shutdown /r /m \\\\other"] {
        let d = device();
        let ran = d.run(line);
        assert_eq!(ran.ended.how, How::Refused, "{line}");
        assert_ne!(ran.ended.exit, 0);
        assert!(d.notes.borrow().is_empty());
    }
}
