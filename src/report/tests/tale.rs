use super::*;
use crate::report::made_up::*;

fn tale(whats: Vec<What>) -> Tale {
    let mut tale = Tale::default();
    for event in Maker::default().log(whats) {
        tale.take(&event);
    }
    tale
}

#[test]
fn a_failed_attempt_then_a_passed_one_is_flaky() {
    let mut log = failing("one", 1, "no\n");
    log.extend(passing("one", 2));
    let tale = tale(log);
    assert!(tale.flaky());
    assert_eq!(tale.earlier.len(), 1);
    assert_eq!(tale.earlier[0].failures.len(), 1);
    assert!(tale.now.failures.is_empty());
    assert!(
        tale.now.ms < 12.0,
        "the second attempt begins at nought: {}",
        tale.now.ms
    );
}

#[test]
fn jobs_are_kept_only_for_steps_that_failed() {
    assert!(tale(passing("one", 1)).now.jobs.is_empty());
    let failed = tale(failing("one", 1, "a\nb\n"));
    assert_eq!(failed.now.jobs.len(), 1);
    assert_eq!(failed.now.jobs[0].step.as_deref(), Some("1"));
    assert_eq!(failed.now.jobs[0].stdout.lines, ["a", "b"]);
    assert_eq!(failed.now.jobs[0].notes.len(), 1);
}

#[test]
fn the_step_of_a_job_is_the_one_that_caused_it() {
    let mut maker = Maker::default();
    let mut tale = Tale::default();
    let mut log = maker.log(vec![started("one")]);
    for n in ["1.1", "1.2"] {
        log.push(maker.event(What::StepStarted {
            step: n.into(),
            title: n.into(),
            place: place(1),
        }));
    }
    let mut queued = maker.event(job("x").remove(0));
    queued.cause = Some(2);
    log.push(queued);
    for event in &log {
        tale.take(event);
    }
    assert_eq!(tale.now.jobs[0].step.as_deref(), Some("1.1"));
}

#[test]
fn reduced_engines_say_so_once() {
    let t = tale(vec![
        started("one"),
        booted(Some("no root")),
        booted(Some("no root")),
        booted(None),
    ]);
    assert_eq!(t.now.engines(), ["sandbox, reduced", "sandbox"]);
}

#[test]
fn notes_are_kept_unless_the_step_expects_them() {
    let passed = tale(passing("one", 1));
    assert_eq!(passed.now.notes.len(), 1);
    assert_eq!(passed.now.notes[0].about, "deploy on web-01");
    let mut log = passing("one", 1);
    let expected = What::ExpectationMet {
        step: "1".into(),
        expectation: "web-01: notes".into(),
    };
    log.insert(log.len() - 2, expected);
    assert!(tale(log).now.notes.is_empty());
}
