use super::*;
use crate::report::made_up::*;

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn options() -> TerminalOptions {
    TerminalOptions {
        width: 80,
        color: false,
        live: false,
        quiet: false,
        total: 0,
        retries: 0,
        mask: Arc::new(|s: &str| s.to_owned()),
        log_path: Arc::new(|index, _| Some(format!("runs/7/{index}.jsonl"))),
    }
}

/// What stands on the terminal after these logs; the whole run's time is replaced.
fn printed(options: TerminalOptions, logs: Vec<Vec<What>>) -> String {
    let paper = Paper::default();
    let terminal = Terminal::new(options, Box::new(paper.clone()), &Cancel::default());
    terminal.read(LogId::Run, &Maker::default().event(run_started()));
    for (i, log) in logs.into_iter().enumerate() {
        for event in Maker::default().log(log) {
            terminal.read(LogId::Scenario(i), &event);
        }
    }
    terminal.finish(Some(Path::new("runs/7")));
    let bytes = paper
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let text = String::from_utf8(bytes).expect("UTF-8");
    match text.rfind(", ") {
        Some(at) => format!("{}, TIME\n", &text[..at]),
        None => text,
    }
}

#[test]
fn a_failure_tells_everything_in_plain_text() {
    let out = printed(
        options(),
        vec![
            passing("good", 1),
            failing("it's bad", 1, "one\ntwo \u{1b}]0;x\u{7}\n"),
        ],
    );
    let expected = r#"passed      10 ms  good
FAILED      10 ms  it's bad
  step 1: job deploy on web-01
  no/such/deploy.yaml:9:7
  expected stdout: contains "ready"
  came     "not yet\x1b[31m"
  help     look at the installer's log
  stdout   of deploy on web-01, failure, exit 3
    │ one
    │ two \x1b]0;x\x07
  note     empty-component-value: usrUDF is empty
           give it a value
  engine   sandbox
  record   runs/7/1.jsonl
  again    shakedown run no/such/deploy.yaml --filter '=it'\''s bad' --seed 42

failed  1 scenario
          it's bad (no/such/deploy.yaml)
note    empty-component-value: usrUDF is empty (deploy on web-01)
        give it a value
record  runs/7
seed    42
2 scenarios: 1 passed, 1 failed, TIME
"#;
    assert_eq!(out, expected);
}

#[test]
fn skips_are_grouped_by_reason_and_reduced_is_said_once() {
    let skipped = |name: &str| {
        let reason = "no Windows engine yet".to_owned();
        vec![started(name), ended(Verdict::Skipped { reason }, 1)]
    };
    let reduced = |name: &str| {
        let verdict = ended(Verdict::Passed, 1);
        vec![started(name), booted(Some("not root")), verdict]
    };
    let out = printed(
        options(),
        vec![skipped("a"), skipped("b"), reduced("c"), reduced("d")],
    );
    assert_eq!(out.matches("no Windows engine yet").count(), 1, "{out}");
    assert_eq!(out.matches("not root").count(), 1, "{out}");
    assert!(
        out.contains("skipped 2 scenarios: no Windows engine yet\n          a\n          b\n"),
        "{out}"
    );
    assert!(
        out.contains("4 scenarios: 2 passed, 2 skipped, TIME"),
        "{out}"
    );
}

#[test]
fn a_name_that_cannot_be_copied_is_not_in_the_line_to_copy() {
    let out = printed(options(), vec![failing("bad\u{1b}[2Jname", 1, "")]);
    assert!(
        out.contains("again    shakedown run no/such/deploy.yaml --seed 42\n"),
        "{out}"
    );
}

#[test]
fn a_passed_scenario_tells_its_skipped_steps() {
    let part = |name: &str, reasons: &[&str]| {
        let mut log = vec![started(name)];
        for (n, reason) in reasons.iter().enumerate() {
            log.push(What::StepSkipped {
                step: format!("{}", n + 1),
                reason: (*reason).to_owned(),
            });
        }
        log.push(ended(Verdict::Passed, 1));
        log
    };
    let out = printed(
        options(),
        vec![
            part("a", &["later"]),
            part("b", &["later", "no key"]),
            passing("c", 1),
        ],
    );
    assert!(out.contains("  a (1 step skipped: later)\n"), "{out}");
    assert!(
        out.contains("  b (2 steps skipped: later; no key)\n"),
        "{out}"
    );
    assert!(
        out.contains("3 scenarios: 3 passed (2 with skipped steps), TIME"),
        "{out}"
    );
}

#[test]
fn flaky_is_shown_and_its_failed_attempt_is_one_line() {
    let mut log = failing("one", 1, "x\n");
    log.extend(passing("one", 2));
    let retries = TerminalOptions {
        retries: 2,
        ..options()
    };
    let out = printed(retries, vec![log]);
    assert!(
        out.contains("again       10 ms  one (attempt 1 of at most 3: stdout: came"),
        "{out}"
    );
    assert!(!out.contains("FAILED"), "{out}");
    assert!(out.contains("one (passed at attempt 2)"), "{out}");
    assert!(out.contains("1 scenario: 1 passed, 1 flaky, TIME"), "{out}");
}

#[test]
fn a_retry_that_never_came_is_still_told() {
    let retries = TerminalOptions {
        retries: 2,
        ..options()
    };
    let out = printed(retries, vec![failing("one", 1, "x\n")]);
    assert!(out.contains("FAILED"), "{out}");
    assert!(out.contains("came     \"not yet"), "{out}");
    assert!(out.contains("1 scenario: 1 failed, TIME"), "{out}");
}

#[test]
fn a_scenario_that_broke_says_why_and_what_to_do() {
    let verdict = Verdict::Broken {
        reason: "cannot boot device web-01".into(),
        help: Some("run as root".into()),
    };
    let out = printed(options(), vec![vec![started("one"), ended(verdict, 1)]]);
    assert!(
        out.contains("  broke    cannot boot device web-01\n  help     run as root\n"),
        "{out}"
    );
    assert!(out.contains("1 scenario: 1 broken, TIME"), "{out}");
}

#[test]
fn quiet_keeps_failures_and_the_summary() {
    let quiet = TerminalOptions {
        quiet: true,
        ..options()
    };
    let out = printed(quiet, vec![passing("good", 1), failing("bad", 1, "x\n")]);
    assert!(!out.contains("good"), "{out}");
    assert!(
        out.contains("FAILED") && out.contains("2 scenarios: 1 passed, 1 failed, TIME"),
        "{out}"
    );
}

#[test]
fn only_a_terminal_gets_escape_codes() {
    let plain = printed(options(), vec![failing("one", 1, "\u{1b}[2J")]);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let live = TerminalOptions {
        live: true,
        color: true,
        total: 2,
        ..options()
    };
    let out = printed(live, vec![vec![started("one")], passing("two", 1)]);
    assert!(out.contains("\u{1b}[32mpassed "), "{out}");
    assert!(out.contains("1 of 2 done, 1 running"), "{out}");
    assert!(
        out.contains("\u{1b}[2A\r\u{1b}[J"),
        "the live lines are taken back: {out}"
    );
}

#[test]
fn scenarios_that_were_never_begun_are_counted() {
    let three = TerminalOptions {
        total: 3,
        ..options()
    };
    let out = printed(three, vec![passing("one", 1)]);
    assert!(
        out.contains("3 scenarios: 1 passed, 2 not run, TIME"),
        "{out}"
    );
}

#[test]
fn an_empty_run_says_so() {
    assert!(printed(options(), vec![]).contains("nothing was run, TIME"));
}
