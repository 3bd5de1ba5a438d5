//! Ctrl-C and the signals that end a process: the first takes everything down in order, the second
//! ends at once.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix::catch;
#[cfg(windows)]
use windows::catch;

use crate::engine::Cancel;
use std::sync::OnceLock;

static CANCEL: OnceLock<Cancel> = OnceLock::new();

/// Makes the signals set the returned flag; every later call returns the same flag.
///
/// A signal that was ignored when the program began (`nohup`) stays ignored.
pub fn watch() -> Cancel {
    let cancel = CANCEL.get_or_init(Cancel::default).clone();
    catch();
    cancel
}

/// What the handler finds: `None` before [`watch`] was called.
fn flag() -> Option<&'static Cancel> {
    CANCEL.get()
}
