use super::*;
use proptest::prelude::*;

fn run(stdout: &str, code: i32) -> MonitorReading {
    read(stdout.as_bytes(), Exit::Code(code), &Knobs::default())
}

fn codes(r: &MonitorReading) -> Vec<&str> {
    r.notes.iter().map(|n| n.code.as_str()).collect()
}

fn pairs(r: &MonitorReading) -> Vec<(&str, &str)> {
    r.samples
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect()
}

const GOOD: &str = "checking\n<-Start Result->\nOutput=ALERT! code 3\nDisk C: free= 5\n<-End Result->\n<-Start Diagnostic->\na\n  b=c\n<-End Diagnostic->\n";

#[test]
fn a_right_monitor_is_read_whole_and_without_notes() {
    let r = run(GOOD, 1);
    assert_eq!(
        pairs(&r),
        [("Output", "ALERT! code 3"), ("Disk C: free", "5")]
    );
    assert_eq!(r.text, "ALERT! code 3\n5");
    assert_eq!(r.diagnostic.as_deref(), Some("a\n  b=c\n"));
    assert!(r.alerting && r.notes.is_empty(), "{:?}", r.notes);
}

#[test]
fn line_ends_blanks_colours_and_utf16_do_not_matter() {
    let crlf = GOOD.replace('\n', "\r\n");
    let blanks = GOOD.replace("<-", "  <-").replace("->", "-> ");
    let wide: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xfe, 0xff]
        .into_iter()
        .chain(GOOD.encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    let coloured = GOOD.replace("ALERT!", "\x1b[1;31mALERT!\x1b[0m");
    for bytes in [
        crlf.as_bytes(),
        blanks.as_bytes(),
        &wide,
        &marked,
        coloured.as_bytes(),
    ] {
        let r = read(bytes, Exit::Code(1), &Knobs::default());
        assert_eq!(
            pairs(&r),
            [("Output", "ALERT! code 3"), ("Disk C: free", "5")]
        );
    }
    let r = read(coloured.as_bytes(), Exit::Code(1), &Knobs::default());
    assert_eq!(codes(&r), ["terminal-escapes"]);
    assert_eq!(
        codes(&read(&wide, Exit::Code(1), &Knobs::default())),
        ["output-encoding"]
    );
}

#[test]
fn diagnostics_may_come_first_and_join() {
    let r = run(
        "<-Start Diagnostic->\nd1\n<-End Diagnostic->\n<-Start Result->\nX=1\n<-End Result->\n<-Start Diagnostic->\nd2\n<-End Diagnostic->",
        0,
    );
    assert_eq!(r.diagnostic.as_deref(), Some("d1\nd2\n"));
    assert_eq!(pairs(&r), [("X", "1")]);
    assert_eq!(codes(&r), ["several-diagnostic-blocks"]);
}

#[test]
fn which_of_several_blocks_counts_is_a_knob() {
    let text = "<-Start Result->\nA=1\n<-End Result->\n<-Start Result->\nB=2\n<-End Result->\n";
    let mut k = Knobs::default();
    let r = read(text.as_bytes(), Exit::Code(0), &k);
    assert_eq!(
        (pairs(&r), codes(&r)),
        (vec![("A", "1")], vec!["several-result-blocks"])
    );
    k.several_blocks = SeveralBlocks::Last;
    assert_eq!(
        pairs(&read(text.as_bytes(), Exit::Code(0), &k)),
        [("B", "2")]
    );
}

#[test]
fn lines_without_a_key_follow_the_knob() {
    let text = "<-Start Result->\nLast reboot was 9 days ago\n=odd\n<-End Result->";
    let mut k = Knobs::default();
    let r = read(text.as_bytes(), Exit::Code(1), &k);
    assert_eq!(r.text, "Last reboot was 9 days ago\n=odd");
    assert_eq!(
        (r.samples.len(), codes(&r)),
        (0, vec!["result-line-without-key"])
    );
    assert!(r.notes[0].message.starts_with("stdout line 2:"));
    k.bare_result_line = BareResultLine::Drop;
    assert_eq!(read(text.as_bytes(), Exit::Code(1), &k).text, "");
}

#[test]
fn unclosed_nested_and_stray_markers_give_no_samples_and_are_told() {
    let r = run("<-Start Result->\nA=1\n", 1);
    assert_eq!(
        (r.samples.len(), codes(&r)),
        (0, vec!["unclosed-block", "alert-without-result"])
    );
    let r = run(
        "<-Start Result->\nA=1\n<-Start Diagnostic->\nd\n<-End Diagnostic->\n<-End Result->",
        1,
    );
    assert_eq!(
        codes(&r),
        ["nested-block", "stray-end-marker", "alert-without-result"]
    );
    assert_eq!(r.diagnostic.as_deref(), Some("d\n"));
    let r = run(
        "<-Start Result->\nA=1\n<-Start Result->\nB=2\n<-End Result->",
        0,
    );
    assert_eq!(
        (pairs(&r), codes(&r)),
        (vec![("B", "2")], vec!["nested-block"])
    );
    let r = run("<-Start Diagnostic->\nhalf", 1);
    assert_eq!(r.diagnostic.as_deref(), Some("half\n"));
}

#[test]
fn near_misses_and_missing_blocks_are_told() {
    let r = run("<-start result->\nA=1\n<-End Result->", 1);
    assert_eq!(
        codes(&r),
        [
            "stray-end-marker",
            "near-miss-marker",
            "alert-without-result"
        ]
    );
    assert_eq!(codes(&run("", 5)), ["alert-without-result"]);
    assert!(run("", 0).notes.is_empty());
}

#[test]
fn alert_text_with_exit_0_is_told_unless_denied() {
    let block = |t: &str| format!("<-Start Result->\nStatus={t}\n<-End Result->");
    for t in ["ALERT: DNS is off", "critical disk", "2 alerts open"] {
        let r = run(&block(t), 0);
        assert_eq!(
            (r.alerting, codes(&r)),
            (false, vec!["alert-text-but-exit-0"]),
            "{t}"
        );
        assert!(run(&block(t), 1).notes.is_empty());
    }
    for t in ["No alerts", "0 alerts", "No issues found", "alertness fine"] {
        assert!(run(&block(t), 0).notes.is_empty(), "{t}");
    }
}

#[test]
fn the_exit_alone_decides_whether_it_alerts() {
    for (exit, alerting) in [
        (Exit::Code(0), false),
        (Exit::Code(-1), true),
        (Exit::Signal(9), true),
        (Exit::TimedOut, true),
        (Exit::Interrupted, false),
        (Exit::DeviceDown, false),
    ] {
        assert_eq!(
            read(GOOD.as_bytes(), exit, &Knobs::default()).alerting,
            alerting
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes, Exit::Code(1), &Knobs::default());
    }

    #[test]
    fn arbitrary_marker_soup_gives_bounded_notes(
        parts in proptest::collection::vec(prop::sample::select(vec![
            START_RESULT, END_RESULT, START_DIAGNOSTIC, END_DIAGNOSTIC, "A=1", "bare", "<-start", "\x1b[1m", "=",
        ]), 0..60)
    ) {
        let r = run(&parts.join("\n"), 1);
        prop_assert!(r.notes.len() < 24);
    }

    #[test]
    fn samples_come_back_as_printed(
        samples in proptest::collection::vec(("[A-Za-z][A-Za-z0-9 :]{0,8}[a-z]", "[!-~é][ -~é]{0,20}[!-~]"), 1..6)
    ) {
        let body: String = samples.iter().map(|(k, v)| format!("{k}={v}\n")).collect();
        let r = run(&format!("{START_RESULT}\n{body}{END_RESULT}\n"), 0);
        prop_assert_eq!(r.samples, samples);
    }
}
