use super::*;
use crate::report::gather::Gather;
use crate::report::made_up::*;
use crate::rmm::event::{EventReader, LogId};

#[test]
fn the_document_tells_verdicts_failures_and_attempts() {
    let gather = Gather::new(5);
    gather.read(LogId::Run, &Maker::default().event(run_started()));
    let mut flaky = failing("flaky", 1, "x\n");
    flaky.extend(passing("flaky", 2));
    for (i, log) in [flaky, failing("bad", 1, "tail\n"), vec![started("cut")]]
        .into_iter()
        .enumerate()
    {
        for event in Maker::default().log(log) {
            gather.read(LogId::Scenario(i), &event);
        }
    }
    let text = document(&gather.snapshot()).expect("JSON");
    assert!(text.ends_with("}\n"));
    let v: serde_json::Value = serde_json::from_str(&text).expect("reads back");
    assert_eq!(v["format"], 1);
    assert_eq!(v["seed"], 42);
    assert_eq!(
        v["summary"],
        serde_json::json!({"total": 5, "passed": 1, "failed": 1, "skipped": 0, "broken": 0, "interrupted": 1, "flaky": 1, "not_run": 2})
    );
    let s = &v["scenarios"];
    assert_eq!(s[0]["verdict"], "passed");
    assert_eq!(s[0]["flaky"], true);
    assert_eq!(s[0]["earlier"][0]["verdict"], "failed");
    assert_eq!(s[1]["engine"], "sandbox");
    assert_eq!(s[1]["steps"][0]["verdict"], "failed");
    assert_eq!(s[1]["failures"][0]["place"]["line"], 9);
    assert_eq!(s[1]["failures"][0]["jobs"][0]["stdout_tail"][0], "tail");
    assert_eq!(s[1]["failures"][0]["jobs"][0]["exit"], "exit 3");
    assert_eq!(s[2]["verdict"], "interrupted");
}
