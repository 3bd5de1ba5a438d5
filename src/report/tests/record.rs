use super::*;
use crate::report::made_up::*;
use proptest::prelude::*;

fn bytes(whats: Vec<What>) -> Vec<u8> {
    let mut out = Vec::new();
    for event in Maker::default().log(whats) {
        serde_json::to_writer(&mut out, &event).expect("events are JSON");
        out.push(b'\n');
    }
    out
}

fn whole() -> Vec<u8> {
    let mut log = vec![run_started()];
    log.extend(failing("one", 1, "é\u{1b}\n\"quoted\"\n"));
    bytes(log)
}

fn parse(bytes: &[u8]) -> Result<Log, RecordError> {
    read_from(bytes, Path::new("x.jsonl"))
}

#[test]
fn a_whole_log_reads_back_as_it_was() {
    let log = parse(&whole()).expect("whole");
    assert_eq!(log.torn, None);
    assert_eq!(log.events.len(), 12);
    assert_eq!(
        log.events[11].what,
        ended(crate::rmm::event::Verdict::Failed, 1)
    );
}

#[test]
fn a_broken_line_in_the_middle_is_an_error_with_its_number() {
    let mut text = whole();
    let second = text.iter().position(|b| *b == b'\n').expect("lines") + 1;
    text[second] = b'!';
    let error = parse(&text).expect_err("damaged").to_string();
    assert!(
        error.starts_with("x.jsonl line 2 is not an event"),
        "{error}"
    );
}

#[test]
fn another_format_is_refused() {
    let other = What::RunStarted {
        format: 99,
        version: "9".into(),
        seed: 1,
    };
    let error = parse(&bytes(vec![other])).expect_err("another format");
    assert!(
        matches!(error, RecordError::Format { found: 99, .. }),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn cut_anywhere_every_whole_line_is_read(at in 0usize..5000) {
        let all = whole();
        let at = at.min(all.len());
        let cut = &all[..at];
        let log = parse(cut).expect("a cut log is no error");
        prop_assert_eq!(log.events.len(), cut.iter().filter(|b| **b == b'\n').count());
        let rest = cut.rsplit(|b| *b == b'\n').next().map_or(0, <[u8]>::len) as u64;
        prop_assert_eq!(log.torn.map_or(0, |t| t.bytes), rest);
    }

    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }
}
