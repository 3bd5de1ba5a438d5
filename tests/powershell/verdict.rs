//! What came of a case, judged.

use crate::case::{Case, Difference};
use crate::wanted::Expected;

/// What a script gave.
#[derive(Debug, Default)]
pub struct Seen {
    pub stdout: String,
    pub stderr: String,
    /// None: it was ended.
    pub exit: Option<i32>,
    pub reboots: usize,
    /// Commands that the device named as not given.
    pub unavailable: Vec<String>,
}

/// Where it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In PowerShell 7 with our layer, on a device by Wine.
    Wine,
    /// In Windows PowerShell 5.1 itself, whose errors are broken at its console's width; nothing counts
    /// restarts there.
    Windows,
}

/// What came of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// Exactly what is known to come instead.
    KnownDifference,
    /// Known to be otherwise, and nobody knows how; it is.
    NotKnown,
    /// The device named the command that it does not give, as the result of a job would.
    Refused,
    Wrong,
}

impl Verdict {
    pub const ALL: [Verdict; 5] = [
        Verdict::Right,
        Verdict::KnownDifference,
        Verdict::NotKnown,
        Verdict::Refused,
        Verdict::Wrong,
    ];

    /// The head of its column.
    pub fn head(self) -> &'static str {
        match self {
            Verdict::Right => "right",
            Verdict::KnownDifference => "known difference",
            Verdict::NotKnown => "not known",
            Verdict::Refused => "refused by name",
            Verdict::Wrong => "wrong",
        }
    }
}

/// Why a case is not for a place.
pub fn left_out(case: &Case, place: Where) -> Option<&'static str> {
    let restarts = case.expected.reboots.is_some_and(|n| n > 0);
    match place {
        Where::Windows if case.played => Some("it holds on a played device alone"),
        Where::Windows if restarts => Some("it restarts the machine"),
        _ => None,
    }
}

/// The verdict, and for a wrong one why.
pub fn judge(case: &Case, seen: &Seen, place: Where) -> (Verdict, String) {
    let right = holds(&case.expected, seen, place);
    let given = format!(
        "5.1 gives {}; here: {:?}, exit code {:?}, stderr {:?}, restarts {}",
        case.expected, seen.stdout, seen.exit, seen.stderr, seen.reboots
    );
    let wrong = |why: String| (Verdict::Wrong, format!("{}: {why}", case.place));
    let difference = match (&case.difference, &case.refused) {
        _ if place == Where::Windows => None,
        (Some(_), _) | (_, Some(_)) if right => {
            return wrong("it is as in 5.1: take `known_difference` or `refused` out".into());
        }
        (_, Some(name)) => {
            if seen
                .unavailable
                .iter()
                .any(|n| n.eq_ignore_ascii_case(name))
            {
                return (Verdict::Refused, String::new());
            }
            let named = &seen.unavailable;
            return wrong(format!("it does not refuse {name} but {named:?}: {given}"));
        }
        (difference, None) => difference.as_ref(),
    };
    match difference {
        None if right => (Verdict::Right, String::new()),
        None => wrong(given),
        Some(Difference { here: None, .. }) => (Verdict::NotKnown, String::new()),
        Some(Difference {
            here: Some(here),
            why,
            ..
        }) => {
            if holds(here, seen, place) {
                (Verdict::KnownDifference, String::new())
            } else {
                wrong(format!(
                    "known difference ({why}) is to give {here}; {given}"
                ))
            }
        }
    }
}

fn holds(expected: &Expected, seen: &Seen, place: Where) -> bool {
    let stderr = expected.stderr.as_ref().is_none_or(|wanted| match place {
        Where::Wine => wanted.is(&seen.stderr),
        Where::Windows => wanted.is_when_joined(&seen.stderr),
    });
    let reboots = match place {
        Where::Wine => expected.reboots.is_none_or(|n| n == seen.reboots),
        Where::Windows => true,
    };
    expected.stdout.is(&seen.stdout) && stderr && seen.exit == Some(expected.exit) && reboots
}
