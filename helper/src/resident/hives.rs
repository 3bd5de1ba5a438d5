//! The live hives written into files, as text.
//!
//! On a device Wine's server writes its own format, which is text. On a machine that is itself the
//! device the keys are enumerated and written in the same form, and only those parts where scripts and
//! installers write: a whole Windows has millions of values, most of them its own.

use super::hive_text;
use super::serve::Place;
use crate::protocol::message::{DumpedHive, Hive, KeyPath, View};
use crate::windows::registry::{Alarm, Key};
use crate::windows::{SysError, privilege, system};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::{Mutex, PoisonError};

/// `ERROR_WRITE_FAULT`
const WRITE_FAULT: u32 = 29;

/// Parts of a real machine's own hive that are dumped.
const PARTS: [&str; 3] = [
    "SOFTWARE",
    r"SYSTEM\CurrentControlSet\Control",
    r"SYSTEM\CurrentControlSet\Services",
];

/// Keys with all below them that are left out of those parts and of users' hives: lists of classes,
/// devices and components that Windows keeps for itself, by far the most of all keys.
const LEFT_OUT: [&str; 11] = [
    r"SOFTWARE\Classes",
    r"SOFTWARE\WOW6432Node\Classes",
    r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Perflib",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\AppModel",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Appx",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\SideBySide",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT",
    r"SYSTEM\CurrentControlSet\Control\Class",
    r"SYSTEM\CurrentControlSet\Control\DeviceClasses",
    r"SYSTEM\CurrentControlSet\Control\NetworkSetup2",
];

/// What was dumped, each with an alarm for what changed since.
#[derive(Debug)]
pub struct Hives {
    place: Place,
    armed: Mutex<Vec<Alarm>>,
}

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
    /// Those of a place, not dumped yet.
    pub fn of(place: Place) -> Hives {
        Hives {
            place,
            armed: Mutex::default(),
        }
    }

    /// Writes them into a folder that is there; on a device no files where nothing was written to any
    /// hive since the last dump. On a real Windows somebody always writes.
    ///
    /// # Errors
    /// A key cannot be read, or a file cannot be written.
    pub fn dump(&self, folder: &str) -> Result<Vec<DumpedHive>, SysError> {
        if self.place == Place::Machine {
            return roots()?
                .iter()
                .map(|root| enumerated(root, folder))
                .collect();
        }
        let mut dumped = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
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
            let file = root.within(folder);
            // The system saves into new files only.
            let _ = std::fs::remove_file(&file);
            privilege::enable(privilege::BACKUP)?;
            alarm.key().save(&file)?;
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

impl Root {
    fn within(&self, folder: &str) -> String {
        format!("{}\\{}", folder.trim_end_matches('\\'), self.file)
    }
}

/// Writes the parts of a hive by reading their keys.
fn enumerated(root: &Root, folder: &str) -> Result<DumpedHive, SysError> {
    let file = root.within(folder);
    let parts: &[&str] = match root.hive {
        Hive::Hklm => &PARTS,
        _ => &[""],
    };
    let write = || -> std::io::Result<()> {
        let mut out = BufWriter::new(File::create(&file)?);
        out.write_all(hive_text::head(&root.told).as_bytes())?;
        for part in parts {
            let above = root.key.path.as_str();
            let path = if above.is_empty() { part } else { above };
            if let Ok(Some(key)) = Key::open(&at(root.key.hive, path)) {
                enumerate(&key, part, &mut out)?;
            }
        }
        out.flush()
    };
    write().map_err(|e| {
        let code = e.raw_os_error().map_or(WRITE_FAULT, i32::cast_unsigned);
        SysError::of(format!("cannot write {file}"), code)
    })?;
    Ok(DumpedHive {
        hive: root.hive,
        file,
    })
}

/// Keys that Windows does not let us read are left out.
fn enumerate(key: &Key, path: &str, out: &mut impl Write) -> std::io::Result<()> {
    let values = key.values().unwrap_or_default();
    let keys = key.keys().unwrap_or_default();
    if !path.is_empty() && (keys.is_empty() || !values.is_empty()) {
        out.write_all(hive_text::section(path, &values).as_bytes())?;
    }
    for name in keys {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}\\{name}")
        };
        if LEFT_OUT.iter().any(|own| own.eq_ignore_ascii_case(&path)) {
            continue;
        }
        if let Some(below) = key.below(&name) {
            enumerate(&below, &path, out)?;
        }
    }
    Ok(())
}
