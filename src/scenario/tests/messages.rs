//! What people are told: one case for each kind of mistake, and the message as it is shown.

use super::mistakes::{wrong_meanings, wrong_shapes};
use super::{load, shown, steps};

#[test]
fn every_mistake_is_told_with_its_place() {
    let cases = wrong_shapes().into_iter().chain(wrong_meanings());
    for (code, text) in cases {
        let error = load(&text).expect_err(&text);
        let codes: Vec<_> = error.problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, [code], "{text}\n{}", shown(&error));
        assert!(error.problems[0].span.is_some_and(|s| s.line > 0), "{text}");
    }
}

#[track_caller]
fn told(text: &str, want: &str) {
    let got = shown(&load(text).expect_err(text));
    let tidy = |s: &str| {
        s.lines()
            .map(str::trim_end)
            .filter(|l| !l.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(tidy(&got) == tidy(want), "got:\n{got}\nwanted:\n{want}");
}

#[test]
fn an_unknown_key() {
    told(
        &steps("- job: deploy\n    varables: { a: 1 }"),
        r"
scenario::unknown-key
  × case.yaml:8:5: unknown key `varables`
   ╭─[case.yaml:8:5]
 7 │   - job: deploy
 8 │     varables: { a: 1 }
   ·     ────┬───
   ·         ╰── not a key here
   ╰────
  help: did you mean `variables`? keys here: `job`, `on`, `variables`, `timeout`, `stdin`, `name`,
        `skip`, `retry`, `until`, `expect`, `capture`
",
    );
}

#[test]
fn an_unknown_name() {
    told(
        &steps("- job: deploy\n    on: web-1"),
        r"
scenario::unknown-name
  × case.yaml:8:9: there is no device `web-1` in this scenario
   ╭─[case.yaml:8:9]
 7 │   - job: deploy
 8 │     on: web-1
   ·         ──┬──
   ·           ╰── no such device
   ╰────
  help: did you mean `web-01`? known: `web-01`
",
    );
}

#[test]
fn a_wrong_type() {
    told(
        &steps("- monitor: deploy\n    every: 5"),
        r"
scenario::wrong-type
  × case.yaml:8:12: `every`: expected a duration such as `90s`, `1h30m` or `200ms`, found `5`
   ╭─[case.yaml:8:12]
 7 │   - monitor: deploy
 8 │     every: 5
   ·            ┬
   ·            ╰── expected a duration such as `90s`, `1h30m` or `200ms`
   ╰────
",
    );
}

#[test]
fn a_value_captured_later() {
    told(
        &steps(
            "- device: web-01\n    shell: echo ${console}\n  - job: deploy\n    capture: { console: stdout }",
        ),
        r"
scenario::unknown-value
  × case.yaml:8:17: `${console}` stands for nothing here
   ╭─[case.yaml:8:17]
 7 │   - device: web-01
 8 │     shell: echo ${console}
   ·                 ─────┬────
   ·                      ╰── no value of this name
 9 │   - job: deploy
   ╰────
  help: `console` is captured only by a later step; move this step behind it
",
    );
}

#[test]
fn a_bad_regular_expression() {
    told(
        &steps("- job: deploy\n    expect: { stdout: { matches: '(ready' } }"),
        r"
scenario::regex
  × case.yaml:8:34: `(ready` is not a regular expression
   ╭─[case.yaml:8:34]
 7 │   - job: deploy
 8 │     expect: { stdout: { matches: '(ready' } }
   ·                                  ────┬───
   ·                                      ╰── here
   ╰────
  help: unclosed group; the syntax is that of the Rust crate `regex`
",
    );
}

#[test]
fn several_problems_at_once() {
    told(
        &steps(
            "- job: deploy\n    expect: { stdout: { empty: true, contains: x }, exit: none }\n  - job: deplyo",
        ),
        r"
  × case.yaml: 3 problems
Error: scenario::contradiction
  × case.yaml:8:23: this expectation can never hold
   ╭─[case.yaml:8:23]
 7 │   - job: deploy
 8 │     expect: { stdout: { empty: true, contains: x }, exit: none }
   ·                       ──────────────┬─────────────
   ·                                     ╰── contradicts itself
 9 │   - job: deplyo
   ╰────
  help: an empty text has nothing for `contains`
Error: scenario::wrong-type
  × case.yaml:8:59: `exit`: expected a whole number, or a mapping such as `{ at-least: 1 }`, found
  │ `none`
   ╭─[case.yaml:8:59]
 7 │   - job: deploy
 8 │     expect: { stdout: { empty: true, contains: x }, exit: none }
   ·                                                           ──┬─
   ·                                                             ╰── expected a whole number, or a mapping such as `{ at-least: 1 }`
 9 │   - job: deplyo
   ╰────
Error: scenario::unknown-name
  × case.yaml:9:10: there is no component `deplyo` in this scenario
   ╭─[case.yaml:9:10]
 8 │     expect: { stdout: { empty: true, contains: x }, exit: none }
 9 │   - job: deplyo
   ·          ───┬──
   ·             ╰── no such component
   ╰────
  help: did you mean `deploy`? known: `deploy`
",
    );
}
