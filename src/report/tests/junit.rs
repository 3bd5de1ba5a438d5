use super::*;
use crate::report::gather::Gather;
use crate::report::made_up::*;
use crate::rmm::event::{EventReader, LogId, What};

fn gathered(logs: Vec<Vec<What>>) -> Gathered {
    let gather = Gather::default();
    gather.read(LogId::Run, &Maker::default().event(run_started()));
    for (i, log) in logs.into_iter().enumerate() {
        for event in Maker::default().log(log) {
            gather.read(LogId::Scenario(i), &event);
        }
    }
    gather.snapshot()
}

fn back(logs: Vec<Vec<What>>) -> (String, Report) {
    let xml = document(&gathered(logs)).expect("XML");
    let report = Report::deserialize_from_str(&xml).expect("the report reads back");
    (xml, report)
}

#[test]
fn verdicts_are_told_apart() {
    let broken = Verdict::Broken {
        reason: "no engine".into(),
        help: None,
    };
    let skipped = Verdict::Skipped {
        reason: "no Windows".into(),
    };
    let (xml, report) = back(vec![
        passing("good", 1),
        failing("bad", 1, "tail\n"),
        vec![started("broke"), ended(broken, 1)],
        vec![started("skipped"), ended(skipped, 1)],
        vec![started("cut off"), booted(None)],
    ]);
    assert_eq!(
        (report.tests, report.failures, report.errors, report.skipped),
        (5, 1, 2, 1),
        "{xml}"
    );
    assert_eq!(report.test_suites.len(), 1);
    assert!(xml.contains("the run was interrupted"), "{xml}");
    assert!(xml.contains("tail"), "{xml}");
    assert!(xml.contains(r#"name="engine" value="sandbox""#), "{xml}");
    assert!(xml.contains(r#"name="seed" value="42""#), "{xml}");
}

#[test]
fn a_flaky_scenario_keeps_its_failed_attempt() {
    let mut log = failing("one", 1, "x\n");
    log.extend(passing("one", 2));
    let (xml, report) = back(vec![log]);
    assert_eq!((report.tests, report.failures), (1, 0));
    assert!(xml.contains("<flakyFailure"), "{xml}");
    let mut log = failing("one", 1, "x\n");
    log.extend(failing("one", 2, "y\n"));
    let (xml, report) = back(vec![log]);
    assert_eq!((report.tests, report.failures), (1, 1));
    assert!(xml.contains("<rerunFailure"), "{xml}");
}

#[test]
fn characters_xml_cannot_hold_are_shown() {
    let (xml, _) = back(vec![failing(
        "a\u{0}\u{fffe}]]>&<",
        1,
        "\u{1b}[31mred\u{c}\n",
    )]);
    assert!(xml.contains("a\\x00\\u{fffe}"), "{xml}");
    assert!(xml.contains("\\x1b[31mred\\x0c"), "{xml}");
}
