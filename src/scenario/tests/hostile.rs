//! Whatever a file holds: no panic, no hang, bounded work.

use super::sketch::SKETCH;
use super::{load, shown};
use proptest::prelude::*;
use proptest::sample::Index;

/// Pieces that scenarios are made of, for texts that come far.
const PIECES: &[&str] = &[
    "${",
    "}",
    "$${",
    "${param.x}",
    "${matrix.os}",
    "${web-01.uid}",
    "[",
    "]",
    "{",
    "}",
    ": ",
    ", ",
    "\n",
    "\n  ",
    "- ",
    "'",
    "\"",
    "|",
    ">",
    "&a ",
    "*a",
    "!!str ",
    "#",
    "job",
    "monitor",
    "expect",
    "matrix",
    "groups",
    "group",
    "with",
    "parallel",
    "world",
    "null",
    "~",
    "-1",
    "99999999999999999999",
    "1e9",
    "true",
    "0x7f",
    "\u{feff}",
    "\u{0}",
    "\u{301}",
    "é",
    "empty",
];

fn is_fine(text: &str) -> Result<(), TestCaseError> {
    if let Err(error) = load(text) {
        prop_assert!(!error.problems.is_empty());
        prop_assert!(error.problems.len() <= crate::scenario::error::MAX_PROBLEMS);
        // Rendering must not panic either, whatever the spans are.
        prop_assert!(!shown(&error).is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        is_fine(&text)?;
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        is_fine(&format!("scenario: x\nsteps:\n  - {}", pieces.concat()))?;
        is_fine(&pieces.concat())?;
    }

    #[test]
    fn changed_scenarios(changes in prop::collection::vec((any::<Index>(), any::<Index>(), 0usize..12), 1..6), which in 0usize..4) {
        let start = match which {
            0 => SKETCH,
            n => super::language::GOOD[n - 1],
        };
        let mut text: Vec<char> = start.chars().collect();
        for (at, piece, cut) in changes {
            let at = at.index(text.len());
            let piece = PIECES[piece.index(PIECES.len())];
            let end = (at + cut).min(text.len());
            text.splice(at..end, piece.chars());
        }
        is_fine(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn swapped_lines(a in any::<Index>(), b in any::<Index>()) {
        let mut lines: Vec<&str> = super::language::GOOD[0].lines().collect();
        let (a, b) = (a.index(lines.len()), b.index(lines.len()));
        lines.swap(a, b);
        is_fine(&lines.join("\n"))?;
    }
}

/// The text is refused, for this reason among others.
fn refused(text: &str, code: &str) {
    let error = load(text).unwrap_err();
    assert!(
        error.problems.iter().any(|p| p.code == code),
        "{}",
        shown(&error)
    );
}

#[test]
fn groups_that_multiply_are_bounded() {
    let mut text = String::from("scenario: x\ngroups:\n  g0: { steps: [{ advance: 1s }] }\n");
    for n in 1..15 {
        let before = n - 1;
        let uses = vec![format!("{{ group: g{before} }}"); 10].join(", ");
        text.push_str(&format!("  g{n}: {{ steps: [{uses}] }}\n"));
    }
    text.push_str("steps: [{ group: g14 }]\n");
    refused(&text, "scenario::too-large");
}

#[test]
fn values_that_multiply_are_bounded() {
    let mut text = String::from(
        "scenario: x\ngroups:\n  g0: { parameters: [v], steps: [{ advance: 1s, name: '${param.v}' }] }\n",
    );
    for n in 1..15 {
        let before = n - 1;
        let value = "${param.v}".repeat(20);
        text.push_str(&format!("  g{n}: {{ parameters: [v], steps: [{{ group: g{before}, with: {{ v: '{value}' }} }}] }}\n"));
    }
    text.push_str("steps: [{ group: g14, with: { v: xxxxxxxxxx } }]\n");
    refused(&text, "scenario::too-large");
}

#[test]
fn a_chain_of_groups_is_bounded() {
    let mut text = String::from("scenario: x\ngroups:\n  g0: { steps: [{ advance: 1s }] }\n");
    for n in 1..2000 {
        let before = n - 1;
        text.push_str(&format!("  g{n}: {{ steps: [{{ group: g{before} }}] }}\n"));
    }
    text.push_str("steps: [{ group: g1999 }]\n");
    refused(&text, "scenario::too-deep");
}

#[test]
fn a_matrix_of_a_large_file_is_bounded() {
    let values: Vec<_> = (0..16).map(|n| n.to_string()).collect();
    let values = values.join(", ");
    let steps = "  - { advance: '${matrix.a}s' }\n".repeat(5000);
    let text = format!("scenario: x\nmatrix: {{ a: [{values}], b: [{values}] }}\nsteps:\n{steps}");
    let error = load(&text).unwrap_err();
    assert_eq!(error.problems[0].code, "scenario::too-large");
}

#[test]
fn many_problems_are_cut() {
    let steps = "  - { jbo: x }\n".repeat(5000);
    let error = load(&format!("scenario: x\nsteps:\n{steps}")).unwrap_err();
    assert_eq!(error.problems.len(), crate::scenario::error::MAX_PROBLEMS);
    assert!(error.left_out > 0);
}
