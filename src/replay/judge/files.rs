//! Files on the device after a step.

use super::Findings;
use super::text::{number, text};
use crate::engine::{Device, EngineError};
use crate::rmm::observed::EntryKind;
use crate::scenario::expect::FileExpect;

/// Largest file read for an expectation on its text, in bytes.
const LIMIT: u64 = 16 << 20;

/// Holds an expectation on one path.
pub fn file(
    out: &mut Findings,
    path: &str,
    m: &FileExpect,
    device: &dyn Device,
) -> Result<(), EngineError> {
    let key = format!("files.{path}");
    let stat = device.stat(path)?;
    let wants_present = m.present.unwrap_or(true);
    let there = |s: &Option<crate::engine::FileStat>| {
        if s.is_some() {
            "it is there".to_owned()
        } else {
            "it is not there".to_owned()
        }
    };
    let wanted = || {
        if wants_present {
            format!("{path} there")
        } else {
            format!("{path} absent")
        }
    };
    out.check(
        stat.is_some() == wants_present,
        &key,
        wanted,
        || there(&stat),
        m.span,
    );
    let Some(stat) = stat else { return Ok(()) };
    if let Some(kind) = m.kind {
        out.check(
            stat.kind == kind,
            &format!("{key}.kind"),
            || word(kind).into(),
            || word(stat.kind).into(),
            m.span,
        );
    }
    if let Some(mode) = m.mode {
        let seen = stat.mode & 0o7777;
        out.check(
            seen == mode,
            &format!("{key}.mode"),
            || format!("{mode:04o}"),
            || format!("{seen:04o}"),
            m.span,
        );
    }
    if let Some(n) = &m.size {
        number(
            out,
            &format!("{key}.size"),
            n,
            i64::try_from(stat.size).unwrap_or(i64::MAX),
            "bytes",
        );
    }
    if let Some(t) = &m.text {
        // A link is followed; anything else that is no file has no text.
        if matches!(stat.kind, EntryKind::Folder | EntryKind::Special) {
            out.failed(
                &key,
                "a file".into(),
                format!("a {}", word(stat.kind)),
                m.span,
                None,
            );
            return Ok(());
        }
        match device.read_file(path, LIMIT)? {
            Some(bytes) => text(out, &key, t, &bytes),
            None => out.failed(
                &key,
                "a file".into(),
                format!("a {}", word(stat.kind)),
                m.span,
                None,
            ),
        }
    }
    Ok(())
}

fn word(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "file",
        EntryKind::Folder => "folder",
        EntryKind::Symlink => "symlink",
        EntryKind::Special => "special file",
    }
}
