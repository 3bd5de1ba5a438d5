//! Lines of Wine's debug channels, as measured.

use super::*;
use proptest::prelude::*;

fn read(lines: &str) -> Vec<Said> {
    let mut reader = Reader::default();
    let mut found = reader.take(lines.as_bytes());
    found.extend(reader.flush());
    found
}

#[test]
fn calls_that_ask_windows_to_go_down_are_told_with_what_they_want() {
    let found = read(
        "00dc:00e0:fixme:ntdll:init_cpu_info Failed to get logical processor information\n\
         00dc:00e0:fixme:advapi:InitiateSystemShutdownExW (null) L\"msg \\20ac \\\" 1\" 5 1 1 0x70000\n\
         00dc:00e0:fixme:advapi:InitiateSystemShutdownExA (null) \"ex\" 5 1 0 0\n\
         00dc:00e0:fixme:advapi:InitiateShutdownW (null), L\"m\", 0, 4, 0 stub\n\
         00dc:00e0:fixme:ntdll:NtShutdownSystem 1\n\
         to stderr\n",
    );
    let told: Vec<(&str, Option<bool>)> = found
        .iter()
        .map(|said| match said {
            Said::Shutdown { call, restart, .. } => (call.as_str(), *restart),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            ("InitiateSystemShutdown", Some(true)),
            ("InitiateSystemShutdown", Some(false)),
            ("InitiateShutdown", Some(true)),
            ("NtShutdownSystem", Some(true)),
        ]
    );
}

#[test]
fn an_entry_has_its_source_and_all_its_texts() {
    let found = read(
        "00e4:00e8:fixme:advapi:RegisterEventSourceA ((null),\"Bright\"): stub\n\
         00e4:00e8:fixme:advapi:RegisterEventSourceW (L\"\",L\"Bright\"): stub\n\
         00e4:00e8:fixme:advapi:ReportEventW (00000000CAFE4242,0x0001,0x0003,0xc00003e9,0000000000000000,0x0002,0x00000000,00007FFFFE2FFE50,0000000000000000): stub\n\
         00e4:00e8:err:eventlog:ReportEventW L\"first \\20ac \\\"q\\\" \\\\ line\\r\\n\"\n\
         0010:0014:fixme:wscript:ActiveScriptSite_OnScriptError ()\n\
         00e4:00e8:err:eventlog:ReportEventW L\"second\"\n\
         00e4:00e8:err:eventlog:ReportEventW L\"abc\"...\n\
         00e4:00e8:fixme:advapi:ReportEventW (00000000CAFE4242,0x0004,0x0000,0x00000007,0000000000000000,0x0001,0x00000000,00007FFFFE2FFE50,0000000000000000): stub\n\
         00e4:00e8:trace:eventlog:ReportEventW L\"ends with a line feed\\n\"\n",
    );
    let entry = |kind, category, id, texts: &[&str], cut| {
        Said::Event(Event {
            pid: 0xe4,
            source: Some("Bright".into()),
            kind,
            category,
            id,
            texts: texts.iter().map(|t| (*t).to_owned()).collect(),
            cut,
        })
    };
    assert_eq!(
        found,
        [
            Said::Script { pid: 0x10 },
            entry(
                1,
                3,
                0xc000_03e9,
                &["first \u{20ac} \"q\" \\ line\r\nsecond", "abc"],
                true
            ),
            entry(4, 0, 7, &["ends with a line feed\n"], false),
        ]
    );
}

#[test]
fn an_entry_waits_for_its_texts() {
    let mut reader = Reader::default();
    let head = "00e4:00e8:fixme:advapi:ReportEventW (00000000CAFE4242,0x0002,0x0000,0x000003e9,0000000000000000,0x0001,0x00000000,0,0): stub\n";
    assert!(reader.take(head.as_bytes()).is_empty());
    assert!(reader.waits());
    let found = reader.take(b"00e4:00e8:err:eventlog:ReportEventW L\"said\"\n");
    assert!(
        matches!(&found[..], [Said::Event(e)] if e.texts == ["said"]),
        "{found:?}"
    );
    assert!(!reader.waits());
}

#[test]
fn a_line_without_end_takes_no_room() {
    let mut reader = Reader::default();
    for _ in 0..1000 {
        assert!(reader.take(&[b'x'; 4096]).is_empty());
        assert!(reader.partial.len() <= LONGEST_LINE);
    }
    let found = reader.take(b"\n0010:0014:fixme:ntdll:NtShutdownSystem 2\n");
    assert_eq!(found.len(), 1);
}

proptest! {
    #[test]
    fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut reader = Reader::default();
        reader.take(&bytes);
        reader.flush();
    }

    #[test]
    fn any_text_behind_a_head_is_taken(rest in "\\PC{0,60}") {
        read(&format!("00e4:00e8:fixme:advapi:RegisterEventSourceW ({rest}\n"));
        read(&format!("00e4:00e8:fixme:advapi:InitiateSystemShutdownExW {rest}\n"));
        read(&format!(
            "00e4:00e8:fixme:advapi:ReportEventW (0,0x1,0x1,0x1,0,0x2,0)\n00e4:00e8:err:eventlog:ReportEventW {rest}\n"
        ));
    }
}

#[test]
fn a_program_that_the_script_host_did_not_find_is_told_with_its_command() {
    let found = read(
        "0058:005c:trace:wshom:WshShell3_Run (L\"C:\\\\nosuch\\\\setup.exe /S\" {VT_I2: 0} {VT_BOOL: -1} 000000000021F2C0)\n\
         0058:005c:trace:wshom:WshShell3_Run ShellExecute failed, 2\n\
         0058:005c:trace:wshom:WshShell3_RegRead (L\"HKLM\\\\SOFTWARE\\\\x\" 000000000021F2C0)\n\
         0060:0064:trace:wshom:WshShell3_Run (L\"cmd /c exit 2\" {VT_I2: 0} {VT_BOOL: -1} 000000000021F2C0)\n",
    );
    let run = Said::NotRun {
        pid: 0x58,
        command: r"C:\nosuch\setup.exe /S".into(),
        error: 2,
    };
    assert_eq!(found, [run]);
}
