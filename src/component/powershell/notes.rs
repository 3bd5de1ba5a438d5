//! Findings as notes of a component.

use super::bounds::by_turns;
use super::{Checked, Finding, Reach, Why};
use crate::component::error::note;
use crate::rmm::event::Note;

/// Most notes of one kind.
const MOST: usize = 5;

/// What a Windows with PowerShell 5.1 makes of the script: refuses it, fails in it, or takes it for
/// something else.
pub fn newer(checked: &Checked) -> Vec<Note> {
    let mut notes = Vec::from_iter(unread(checked));
    for (code, reaches, help) in [
        (
            "newer-than-5.1",
            &[Reach::Refused, Reach::Unmet][..],
            "write it in what Windows PowerShell 5.1 knows: the Agent runs no other",
        ),
        (
            "fails-in-5.1",
            &[Reach::Fails][..],
            "use what 5.1 has, or ask $PSVersionTable.PSVersion before",
        ),
        (
            "other-in-5.1",
            &[Reach::Silent][..],
            "write it so that 5.1 and 7 read the same",
        ),
    ] {
        some(checked, reaches, &mut notes, |f| {
            let message = f
                .message
                .replace("{script}", "command.ps1")
                .replace("{version}", "5.1");
            let says = match f.reach {
                Reach::Refused => "5.1 runs none of the script",
                Reach::Unmet => "5.1 does not begin the script",
                Reach::Fails => "5.1 fails there",
                Reach::Silent | Reach::Here => "it is otherwise in 5.1",
            };
            note(
                code,
                format!(
                    "line {}, column {}: {}: {says}: {message}",
                    f.line, f.column, f.what
                ),
                help,
            )
        });
    }
    notes
}

/// What runs otherwise on a device whose PowerShell is 7 with our layer.
pub fn differences(checked: &Checked) -> Vec<Note> {
    let mut notes = Vec::from_iter(unread(checked));
    some(checked, &[Reach::Here], &mut notes, |f| {
        note(
            "differs-from-5.1",
            format!(
                "line {}, column {}: {}: {}",
                f.line, f.column, f.what, f.message
            ),
            "what came of it is not judged here; try the component on a Windows machine",
        )
    });
    notes
}

/// That a script was not looked through to its end, and where it was left.
fn unread(checked: &Checked) -> Option<Note> {
    let stop = checked.stop?;
    let why = match stop.why {
        Why::Large => "it is larger than 4 MiB",
        Why::Deep => "it is nested more than 250 deep",
        Why::Many => {
            "it has more commands, variables or types than are looked at; syntax was looked at throughout"
        }
    };
    Some(note(
        "script-not-looked-through",
        format!(
            "this script was not looked through to its end, but to line {}, column {}: {why}",
            stop.line, stop.column
        ),
        "what 5.1 does not know beyond it is not told; try the component on a Windows machine",
    ))
}

fn some(
    checked: &Checked,
    reaches: &[Reach],
    notes: &mut Vec<Note>,
    told: impl Fn(&Finding) -> Note,
) {
    let of = || {
        checked
            .findings
            .iter()
            .filter(|f| reaches.contains(&f.reach))
    };
    // Different things before the same one again; in the order of the script.
    let mut first = by_turns(of().collect(), |f| f.what.as_str());
    first.truncate(MOST);
    first.sort_by_key(|f| f.start);
    notes.extend(first.into_iter().map(&told));
    let left_out = |r: &Reach| checked.left_out.get(r).copied().unwrap_or(0);
    let all = of().count() + reaches.iter().map(left_out).sum::<usize>();
    let more = all.saturating_sub(MOST);
    if let Some(last) = notes.last_mut().filter(|_| more > 0) {
        last.message
            .push_str(&format!(" (and {more} more of the kind)"));
    }
}
