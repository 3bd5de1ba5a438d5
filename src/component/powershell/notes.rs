//! Findings as notes of a component.

use super::{Checked, Finding, Reach};
use crate::component::error::note;
use crate::rmm::event::Note;

/// Most notes of one kind.
const MOST: usize = 5;

/// What a Windows with PowerShell 5.1 makes of the script: refuses it, fails in it, or takes it for
/// something else.
pub fn newer(checked: &Checked) -> Vec<Note> {
    let mut notes = Vec::new();
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
    let mut notes = Vec::new();
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
    notes.extend(of().take(MOST).map(&told));
    let more = of().count().saturating_sub(MOST);
    if let Some(last) = notes.last_mut().filter(|_| more > 0) {
        last.message
            .push_str(&format!(" (and {more} more of the kind)"));
    }
}
