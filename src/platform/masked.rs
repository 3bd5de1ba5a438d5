//! Events without secrets.

use crate::mask::Masker;
use crate::rmm::event::{Event, What};

/// The event with every secret in its strings replaced.
pub fn masked(event: Event, masker: &Masker) -> Event {
    let Ok(mut value) = serde_json::to_value(&event) else {
        return event;
    };
    let Some(what) = value.get_mut("what") else {
        return event;
    };
    // The event's own name is ours and stays.
    let kind = what.get("event").cloned().unwrap_or_default();
    masker.mask_json(what);
    if let Some(name) = what.get_mut("event") {
        name.clone_from(&kind);
    }
    let Event {
        seq,
        at,
        cause,
        account,
        by,
        real,
        ..
    } = event;
    let withheld = || What::Withheld {
        kind: kind.as_str().unwrap_or_default().to_owned(),
    };
    let what = serde_json::from_value(value["what"].take()).unwrap_or_else(|_| withheld());
    Event {
        seq,
        at,
        cause,
        account,
        by,
        real,
        what,
    }
}
