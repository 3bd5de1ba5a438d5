//! The reader against layouts, mistakes and anything at all.

use super::*;
use proptest::prelude::*;

fn report(text: &str) -> Report {
    read(text.as_bytes()).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn fields_are_known_by_their_names_in_any_layout() {
    let layouts = [
        r#"<StatusReport now="1700000000" platform="win" rcid="7" product="Workplace Desktop"><value name="agent-online">Low-disk-space</value><value name="AD" value="true"/></StatusReport>"#,
        "<r><header><now>1700000000</now><platform>win</platform><rcid>7</rcid><product>Workplace Desktop</product></header><agent-online>low-disk-space</agent-online><AD>1</AD></r>",
        "<r><value id='now'>1700000000</value><value id='platform'>win</value><value id='rcid'>7</value><value id='product'>Workplace Desktop</value><value id='agent-online'><![CDATA[Low-disk-space]]></value><value id='AD'> yes </value></r>",
    ];
    for layout in layouts {
        let r = report(layout);
        assert_eq!(r.problems, Vec::<String>::new(), "{layout}");
        assert_eq!(r.value("now"), Some(&Value::Time(1_700_000_000)));
        assert_eq!(r.value("platform"), Some(&Value::Platform(Platform::Win)));
        assert_eq!(r.value("rcid"), Some(&Value::Text("7".into())));
        let product = Value::Text("Workplace Desktop".into());
        assert_eq!(r.value("product"), Some(&product));
        let online = Value::Online(AgentOnline::LowDiskSpace);
        assert_eq!(r.value("agent-online"), Some(&online));
        assert_eq!(r.value("AD"), Some(&Value::Flag(true)));
        assert_eq!(r.value("agent-idle"), None);
    }
}

#[test]
fn lists_of_folders_and_projects_are_read() {
    let r = report(
        r#"<r><list name="backup-configuration"><item>C:\Daten &amp; Bücher</item><item value="D:\"/></list>
        <list name="sync-projectlist">
          <record FileID="11" name="Plans" bytes="10" files="2" path="C:\Plans" error="0"/>
          <record><value name="file-id">12</value><value name="project-name">Ölbild</value><value name="error-status">12</value></record>
        </list></r>"#,
    );
    assert_eq!(r.problems, Vec::<String>::new());
    let folders = vec!["C:\\Daten & Bücher".to_owned(), "D:\\".to_owned()];
    assert_eq!(
        r.value("backup-configuration"),
        Some(&Value::Texts(folders))
    );
    let Some(Value::Projects(all)) = r.value("sync-projectlist") else {
        panic!("{r:?}");
    };
    let told: Vec<_> = all
        .iter()
        .map(|p| (&*p.id, &*p.name, p.bytes, p.error))
        .collect();
    assert_eq!(
        told,
        [
            ("11", "Plans", Some(10), Some(0)),
            ("12", "Ölbild", None, Some(12))
        ]
    );
}

#[test]
fn what_is_not_as_the_page_says_is_told_with_its_place_and_cannot_be_read() {
    let cases = [
        (
            "agent-online",
            "Onlien",
            "line 1, column 4: agent-online: `Onlien` is none of Disconnected, Connecting, Authenticating, Online, Retry, Low-disk-space, did it mean Online?",
        ),
        (
            "backup-percent-complete",
            "101",
            "line 1, column 4: backup-percent-complete: 101 is above 100",
        ),
        (
            "agent-connection-port",
            "65536",
            "line 1, column 4: agent-connection-port: 65536 is above 65535",
        ),
        (
            "sync-violations",
            "-1",
            "line 1, column 4: sync-violations: -1 is below 0",
        ),
        (
            "restore-bytes",
            "9223372036854775808",
            "line 1, column 4: restore-bytes: `9223372036854775808` is larger than 9223372036854775807",
        ),
        (
            "agent-idle",
            "maybe",
            "line 1, column 4: agent-idle: `maybe` is neither true nor false",
        ),
        (
            "backup-configuration",
            "C:\\",
            "line 1, column 4: backup-configuration: the text `C:\\` where items belong",
        ),
    ];
    for (field, text, told) in cases {
        let r = report(&format!("<r><value name=\"{field}\">{text}</value></r>"));
        assert_eq!(r.problems, [told]);
        assert!(
            matches!(r.get(field), Some(Entry::Unreadable { .. })),
            "{field}"
        );
    }
}

#[test]
fn a_field_that_is_there_twice_says_nothing() {
    let r =
        report("<r now='1'>\n<value name='agent-idle'>1</value>\n<agent-idle>0</agent-idle></r>");
    assert_eq!(
        r.problems,
        ["line 3, column 1: agent-idle: it is there 2 times: line 2, column 1; line 3, column 1"]
    );
    assert!(matches!(
        r.get("agent-idle"),
        Some(Entry::Unreadable { .. })
    ));
    let r = report(
        "<r><list name='sync-projectlist'><p name='a' error='0' error-status='12'/></list></r>",
    );
    let Some(Value::Projects(all)) = r.value("sync-projectlist") else {
        panic!("{r:?}");
    };
    assert_eq!((all[0].error, r.problems.len()), (None, 1));
}

#[test]
fn windows_fields_unknown_codes_and_unknown_names_are_told() {
    let r = report(
        "<r platform='mac'><AD>1</AD><value name='sync-mpf-status'>99</value><value name='agent-onlin'>x</value></r>",
    );
    assert_eq!(
        r.problems,
        [
            "line 1, column 19: AD: a report of macOS has it, which the page has on Windows alone",
            "line 1, column 29: sync-mpf-status: 99, a code that the page does not have",
            "line 1, column 69: `agent-onlin` is no field of the page, like `agent-online`",
        ]
    );
    assert_eq!(r.value("sync-mpf-status"), Some(&Value::Sync(99)));
}

#[test]
fn both_apostrophes_and_both_encodings_are_taken() {
    let text = "<r><value name='backup-setting'>Don\u{2019}t-use</value></r>";
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let mut marked = vec![0xef, 0xbb, 0xbf];
    marked.extend(text.as_bytes());
    for bytes in [text.as_bytes(), &wide, &marked] {
        let r = read(bytes).unwrap_or_else(|e| panic!("{e}"));
        let want = Value::BackupSetting(BackupSetting::DontUse);
        assert_eq!(r.value("backup-setting"), Some(&want));
    }
}

#[test]
fn a_file_that_is_no_xml_is_told_with_its_place() {
    let cases: [(&[u8], &str); 6] = [
        (b"", "line 1, column 1: no element in it"),
        (
            b"<r>\n <v>",
            "line 2, column 5: the file ends within <v> of line 2, column 2",
        ),
        (
            b"<!DOCTYPE r><r/>",
            "line 1, column 1: a document type, which reports do not have",
        ),
        (b"<r/><s/>", "line 1, column 5: a second root element"),
        (b"<r>&x;</r>", "line 1, column 4: unknown entity &x;"),
        (
            b"<r>\xff</r>",
            "line 1, column 1: not UTF-8: byte 4 of the file",
        ),
    ];
    for (bytes, told) in cases {
        assert_eq!(read(bytes).map_err(|e| e.to_string()), Err(told.to_owned()));
    }
    let deep = "<a>".repeat(50);
    assert!(read(deep.as_bytes()).is_err());
    assert!(read(&vec![b' '; LARGEST + 1]).is_err());
}

#[test]
fn every_code_of_the_page_has_one_meaning() {
    let codes: Vec<i64> = SyncError::ALL
        .iter()
        .flat_map(|e| e.codes)
        .copied()
        .collect();
    assert_eq!(
        codes,
        [0, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20]
    );
    assert_eq!(
        told(12),
        "12 out_of_diskspace (Project folder is out of disk space)"
    );
    assert_eq!(told(4), "4, a code that the page does not have");
    assert!(SyncError::of(2).is_some_and(SyncError::is_ok));
}

#[test]
fn places_are_those_of_the_vendors_page() {
    use crate::rmm::os::Os;
    let ann = |account| Owner {
        user: Some("ann"),
        account,
    };
    assert_eq!(
        places(Os::Windows, &ann(None))[0],
        r"C:\Users\ann\AppData\Local\Datto\Workplace CloudConnect\Profiles\live\Sessions\0\StatusReport.xml"
    );
    assert_eq!(
        places(Os::Macos, &ann(Some("Contoso(ann)"))),
        [
            "/Users/ann/Library/Preferences/com.datto.dwc/account_Contoso(ann)/Status Report.xml",
            "/Users/ann/Library/Preferences/com.datto.dwp/Status Report.xml",
        ]
    );
    assert!(places(Os::Linux, &ann(None)).is_empty());
}

proptest! {
    #[test]
    fn anything_is_read_or_told(text in ".{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(text.as_bytes());
        let _ = read(&bytes);
    }

    #[test]
    fn any_text_in_a_field_is_its_value_or_a_problem(
        field in proptest::sample::select(FIELDS),
        text in "[ -~]{0,24}|-?[0-9]{1,22}",
    ) {
        let escaped = quick_xml::escape::escape(text.as_str());
        let r = report(&format!("<r><value name=\"{}\">{escaped}</value></r>", field.name));
        match r.get(field.name) {
            Some(Entry::Read { value, .. }) => {
                if !matches!(value, Value::Sync(_)) {
                    prop_assert!(r.problems.is_empty());
                }
                if let Value::Text(t) = value {
                    prop_assert_eq!(t.as_str(), text.trim());
                }
            }
            Some(Entry::Unreadable { .. }) => prop_assert_eq!(r.problems.len(), 1),
            None => prop_assert!(false, "{} is lost", field.name),
        }
    }
}
