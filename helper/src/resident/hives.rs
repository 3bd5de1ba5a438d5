//! The live hives written into files, as text.
//!
//! Wine's server writes its own format, which is text. A real Windows saves binary files, so there the
//! keys are enumerated and written in the same form.

use super::hive_text;
use crate::protocol::message::{DumpedHive, Hive, KeyPath, View};
use crate::windows::registry::{Alarm, Key};
use crate::windows::{SysError, privilege, system};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::{Mutex, PoisonError};

/// `ERROR_WRITE_FAULT`
const WRITE_FAULT: u32 = 29;

/// What was dumped, each with an alarm for what changed since.
#[derive(Debug, Default)]
pub struct Hives(Mutex<Vec<Alarm>>);

/// One hive to dump.
struct Root {
    hive: Hive,
    key: KeyPath,
    /// Name of its file, and its name as the head of the dump tells it.
    file: String,
    told: String,
}

fn at(hive: Hive, path: &str) -> KeyPath {
    KeyPath {
        hive,
        path: path.to_owned(),
        view: View::Bits64,
    }
}

/// The machine's hive and those of users, the account's own as SYSTEM's.
fn roots() -> Result<Vec<Root>, SysError> {
    let mut roots = vec![Root {
        hive: Hive::Hklm,
        key: at(Hive::Hklm, ""),
        file: "machine.reg".into(),
        told: r"REGISTRY\Machine".into(),
    }];
    let Some(users) = Key::open(&at(Hive::Hku, ""))? else {
        return Ok(roots);
    };
    let own = system::account()?.sid;
    for name in users.keys()? {
        // Where SYSTEM's name only leads to the account's own hive, that hive is dumped already.
        let link = name.eq_ignore_ascii_case(system::SYSTEM) && !own.eq_ignore_ascii_case(&name);
        // The classes of a user are below the user's hive as well.
        if link || name.ends_with("_Classes") {
            continue;
        }
        let hive = if own.eq_ignore_ascii_case(&name) {
            Hive::Hkcu
        } else {
            Hive::Hku
        };
        roots.push(Root {
            hive,
            key: at(Hive::Hku, &name),
            file: format!("user-{}.reg", name.trim_start_matches('.')),
            told: format!(r"REGISTRY\User\{name}"),
        });
    }
    Ok(roots)
}

impl Hives {
    /// Writes them into a folder that is there; no files where nothing was written to any hive since
    /// the last dump.
    ///
    /// # Errors
    /// A key cannot be read, or a file cannot be written.
    pub fn dump(&self, folder: &str) -> Result<Vec<DumpedHive>, SysError> {
        let mut dumped = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !dumped.is_empty() && dumped.iter().all(|alarm| !alarm.rang()) {
            return Ok(Vec::new());
        }
        // Until this dump is whole, the next one is not spared.
        dumped.clear();
        let roots = roots()?;
        let mut armed = Vec::new();
        let mut files = Vec::new();
        for root in &roots {
            // Before the dump, so that no change falls between the two.
            let Some(alarm) = Alarm::set(&root.key)? else {
                continue;
            };
            let file = format!("{}\\{}", folder.trim_end_matches('\\'), root.file);
            // The system saves into new files only.
            let _ = std::fs::remove_file(&file);
            write(alarm.key(), root, &file)?;
            files.push(DumpedHive {
                hive: root.hive,
                file,
            });
            armed.push(alarm);
        }
        *dumped = armed;
        Ok(files)
    }
}

fn write(key: &Key, root: &Root, file: &str) -> Result<(), SysError> {
    if system::wine().is_some() {
        privilege::enable(privilege::BACKUP)?;
        return key.save(file);
    }
    let failed = |e: std::io::Error| {
        let code = e.raw_os_error().map_or(WRITE_FAULT, i32::cast_unsigned);
        SysError::of(format!("cannot write {file}"), code)
    };
    let mut out = BufWriter::new(File::create(file).map_err(failed)?);
    out.write_all(hive_text::head(&root.told).as_bytes())
        .and_then(|()| enumerate(key, "", &mut out))
        .and_then(|()| out.flush())
        .map_err(failed)
}

/// Keys that Windows does not let us read are left out.
fn enumerate(key: &Key, path: &str, out: &mut impl Write) -> std::io::Result<()> {
    let values = key.values().unwrap_or_default();
    let keys = key.keys().unwrap_or_default();
    if !path.is_empty() && (keys.is_empty() || !values.is_empty()) {
        out.write_all(hive_text::section(path, &values).as_bytes())?;
    }
    for name in keys {
        // Leads to one of the control sets, which are written themselves.
        if path.eq_ignore_ascii_case("SYSTEM") && name.eq_ignore_ascii_case("CurrentControlSet") {
            continue;
        }
        let Some(below) = key.below(&name) else {
            continue;
        };
        let path = if path.is_empty() {
            name
        } else {
            format!("{path}\\{name}")
        };
        enumerate(&below, &path, out)?;
    }
    Ok(())
}
