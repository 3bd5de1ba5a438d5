//! That cases are judged rightly, with made outcomes: no PowerShell is asked.

use crate::case::{Case, of_file};
use crate::verdict::{Seen, Verdict, Where, judge, left_out};
use crate::{check, table};
use libtest_mimic::{Failed, Trial};
use std::sync::Arc;

const CASES: &str = r"
- {name: plain, script: x, source: s, stdout: [a, b]}
- {name: fails, script: x, source: s, stdout: [], exit: 3, stderr: {matches: 'cannot find'}, reboots: 1}
- name: otherwise
  script: x
  source: s
  stdout: [five]
  known_difference: {why: newer, here: {stdout: [seven], exit: 1}, fidelity: row, note: none}
- name: somehow
  script: x
  source: s
  stdout: [five]
  known_difference: {why: newer, here: unknown, fidelity: row, note: 'the type [x]'}
- {name: refused, script: x, source: s, stdout: [five], refused: Get-Five}
- {name: played, script: x, source: s, stdout: [five], played: true}
";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("verdicts: each class by its own outcome alone", classes),
        Trial::test("verdicts: 5.1 itself is held against 5.1 alone", on_windows),
        Trial::test("verdicts: the table counts each class apart", counted),
        Trial::test(
            "cases: what cannot be meant is an error with its line",
            refused,
        ),
    ]
}

fn seen(stdout: &str, exit: i32) -> Seen {
    Seen {
        stdout: stdout.into(),
        exit: Some(exit),
        ..Seen::default()
    }
}

fn made() -> Result<Vec<Case>, String> {
    of_file("made", "made.yaml", CASES)
}

fn verdict(name: &str, seen: &Seen, place: Where) -> Result<Verdict, String> {
    let cases = made()?;
    let case = cases.iter().find(|c| c.name == name);
    Ok(judge(case.ok_or(format!("no case {name}"))?, seen, place).0)
}

fn classes() -> Result<(), Failed> {
    let refusing = |stdout: &str, command: &str| Seen {
        unavailable: vec!["Get-Four".into(), command.into()],
        ..seen(stdout, 0)
    };
    let failing = |stderr: &str, reboots| Seen {
        stderr: stderr.into(),
        reboots,
        ..seen("", 3)
    };
    let ended = Seen {
        stdout: "a\nb".into(),
        ..Seen::default()
    };
    let table = [
        ("plain", seen("a\r\nb\r\n", 0), Verdict::Right),
        ("plain", seen("a", 0), Verdict::Wrong),
        ("plain", seen("a\nb", 1), Verdict::Wrong),
        ("plain", ended, Verdict::Wrong),
        // A note of whatever command makes nothing of a wrong outcome.
        ("plain", refusing("", "Get-Five"), Verdict::Wrong),
        ("fails", failing("cannot find it", 1), Verdict::Right),
        ("fails", failing("cannot\nfind it", 1), Verdict::Wrong),
        ("fails", failing("cannot find it", 0), Verdict::Wrong),
        ("otherwise", seen("seven", 1), Verdict::KnownDifference),
        ("otherwise", seen("seven", 0), Verdict::Wrong),
        ("otherwise", seen("", 1), Verdict::Wrong),
        ("otherwise", refusing("", "Get-Five"), Verdict::Wrong),
        // As in 5.1: the difference is none any more.
        ("otherwise", seen("five", 0), Verdict::Wrong),
        ("somehow", seen("six", 0), Verdict::NotKnown),
        ("somehow", seen("five", 0), Verdict::Wrong),
        ("refused", refusing("", "get-five"), Verdict::Refused),
        ("refused", refusing("", "Get-Six"), Verdict::Wrong),
        ("refused", seen("", 0), Verdict::Wrong),
        ("refused", refusing("five", "Get-Five"), Verdict::Wrong),
    ];
    for (name, seen, wanted) in table {
        let given = verdict(name, &seen, Where::Wine)?;
        check(given == wanted, format!("{name}: {given:?} for {seen:?}"))?;
    }
    Ok(())
}

fn on_windows() -> Result<(), Failed> {
    let broken = Seen {
        stderr: "At line:1\r\ncan\r\nnot find it".into(),
        ..seen("", 3)
    };
    for (name, seen, wanted) in [
        ("fails", broken, Verdict::Right),
        ("otherwise", seen("five", 0), Verdict::Right),
        ("otherwise", seen("seven", 1), Verdict::Wrong),
        ("somehow", seen("six", 0), Verdict::Wrong),
        ("refused", seen("five", 0), Verdict::Right),
    ] {
        let given = verdict(name, &seen, Where::Windows)?;
        check(given == wanted, format!("{name}: {given:?} for {seen:?}"))?;
    }
    for case in made()? {
        let out = left_out(&case, Where::Windows).is_some();
        let meant = ["played", "fails"].contains(&case.name.as_str());
        check(out == meant, format!("{}: left out: {out}", case.name))?;
        check(left_out(&case, Where::Wine).is_none(), &case.name)?;
    }
    Ok(())
}

fn counted() -> Result<(), Failed> {
    let cases: Vec<Arc<Case>> = made()?.into_iter().map(Arc::new).collect();
    let given = Verdict::ALL.map(|v| ("made".to_owned(), v));
    let shown = table::shown(&cases, &given);
    let words = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let last = shown.lines().last().map(words).unwrap_or_default();
    check(last == ["all", "1", "1", "1", "1", "1", "1"], &shown)?;
    check(table::shown(&cases, &[]).is_empty(), "a table of nothing")
}

fn refused() -> Result<(), Failed> {
    let case = |rest: &str| format!("- name: a\n  script: x\n  source: s\n  stdout: [a]\n{rest}");
    for (rest, wanted) in [
        ("  known_difference: because\n", "made.yaml:5: a mapping of"),
        (
            "  known_difference: {why: w, fidelity: f, note: none}\n",
            "needs `here`",
        ),
        (
            "  known_difference: {why: w, here: {exit: 1}, fidelity: f, note: none}\n",
            "`stdout`",
        ),
        (
            "  known_difference: {why: w, here: unknown, note: none}\n",
            "needs `fidelity`",
        ),
        (
            "  known_difference: {why: w, here: unknown, fidelity: f}\n",
            "needs `note`",
        ),
        (
            "  refused: Get-A\n  known_difference: {why: w, here: unknown, fidelity: f, note: none}\n",
            "not both",
        ),
        ("  refusd: Get-A\n", "made.yaml:5: no such key: refusd"),
        ("  reboots: some\n", "`reboots` is no whole number"),
    ] {
        let why = of_file("made", "made.yaml", &case(rest)).err();
        let told = why.as_ref().is_some_and(|why| why.contains(wanted));
        check(told, format!("{rest}: {why:?}"))?;
    }
    Ok(())
}
