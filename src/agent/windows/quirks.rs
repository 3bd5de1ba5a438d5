//! Batch that the device's cmd.exe does not read as Windows' own does.

use crate::rmm::event::Note;

/// Remarks on what of a Batch script is not judged as on a real Windows.
pub fn of_batch(_body: &[u8]) -> Vec<Note> {
    Vec::new()
}
