//! The registry.

use super::text::{narrow, wide};
use super::{Owned, SysError};
use crate::protocol::message::{Hive, KeyPath, View};
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_MORE_DATA, ERROR_NO_MORE_ITEMS, ERROR_PATH_NOT_FOUND, ERROR_SUCCESS,
};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CLASSES_ROOT, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, HKEY_USERS, KEY_ALL_ACCESS,
    KEY_CREATE_LINK, KEY_READ, KEY_SET_VALUE, KEY_WOW64_32KEY, KEY_WOW64_64KEY, REG_LATEST_FORMAT,
    REG_LINK, REG_NOTIFY_CHANGE_LAST_SET, REG_NOTIFY_CHANGE_NAME, REG_NOTIFY_THREAD_AGNOSTIC,
    REG_OPTION_CREATE_LINK, REG_OPTION_VOLATILE, REG_SAM_FLAGS, RegCloseKey, RegCreateKeyExW,
    RegDeleteKeyExW, RegDeleteTreeW, RegDeleteValueW, RegEnumKeyExW, RegEnumValueW,
    RegNotifyChangeKeyValue, RegOpenKeyExW, RegQueryInfoKeyW, RegSaveKeyExW, RegSetValueExW,
};

/// Longest name of a key or value, in UTF-16 units with its NUL.
const LONGEST_NAME: usize = 16_384;

/// An open key.
#[derive(Debug)]
pub struct Key(HKEY);

// SAFETY: handles of keys are numbers of the process and may be used by any thread.
unsafe impl Send for Key {}
// SAFETY: as above; Windows orders what several threads do with one.
unsafe impl Sync for Key {}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the handle belongs to this value and is closed once.
        unsafe { RegCloseKey(self.0) };
    }
}

fn root(hive: Hive) -> HKEY {
    match hive {
        Hive::Hklm => HKEY_LOCAL_MACHINE,
        Hive::Hkcu => HKEY_CURRENT_USER,
        Hive::Hku => HKEY_USERS,
        Hive::Hkcr => HKEY_CLASSES_ROOT,
    }
}

fn view(view: View) -> REG_SAM_FLAGS {
    match view {
        View::Bits64 => KEY_WOW64_64KEY,
        View::Bits32 => KEY_WOW64_32KEY,
    }
}

fn told(key: &KeyPath) -> String {
    let hive = match key.hive {
        Hive::Hklm => "HKLM",
        Hive::Hkcu => "HKCU",
        Hive::Hku => "HKU",
        Hive::Hkcr => "HKCR",
    };
    format!("{hive}\\{}", key.path)
}

/// Nothing there is no error.
fn there(code: u32, what: impl FnOnce() -> String) -> Result<bool, SysError> {
    match code {
        ERROR_SUCCESS => Ok(true),
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => Ok(false),
        code => Err(SysError::of(what(), code)),
    }
}

impl Key {
    /// Opens a key to read; none: it is not there.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn open(key: &KeyPath) -> Result<Option<Key>, SysError> {
        Key::open_for(key, KEY_READ)
    }

    fn open_for(key: &KeyPath, rights: REG_SAM_FLAGS) -> Result<Option<Key>, SysError> {
        let path = wide(&key.path)?;
        let mut open = null_mut();
        // SAFETY: the path ends with a NUL; `open` outlives the call.
        let code = unsafe {
            RegOpenKeyExW(
                root(key.hive),
                path.as_ptr(),
                0,
                rights | view(key.view),
                &raw mut open,
            )
        };
        Ok(there(code, || told(key))?.then_some(Key(open)))
    }

    /// Opens a key to write, made if it is missing.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn create(key: &KeyPath) -> Result<Key, SysError> {
        let path = wide(&key.path)?;
        let mut open = null_mut();
        // SAFETY: the path ends with a NUL; `open` outlives the call.
        let code = unsafe {
            RegCreateKeyExW(
                root(key.hive),
                path.as_ptr(),
                0,
                null(),
                0,
                KEY_ALL_ACCESS | view(key.view),
                null(),
                &raw mut open,
                null_mut(),
            )
        };
        there(code, || told(key))?
            .then_some(Key(open))
            .ok_or_else(|| SysError::of(told(key), code))
    }

    /// A key directly below it, to read; none: it is not there or Windows does not let us look.
    #[must_use]
    pub fn below(&self, name: &str) -> Option<Key> {
        let name = wide(name).ok()?;
        let mut open = null_mut();
        // SAFETY: the name ends with a NUL; `open` outlives the call.
        let code = unsafe { RegOpenKeyExW(self.0, name.as_ptr(), 0, KEY_READ, &raw mut open) };
        (code == ERROR_SUCCESS).then_some(Key(open))
    }

    /// Sets an event at the next change of the key or of what is below it.
    ///
    /// # Errors
    /// The key was deleted, or Windows refuses.
    pub fn tell_change(&self, event: &Owned) -> Result<(), SysError> {
        event.reset();
        // SAFETY: both handles are open; the event stays open by the caller's keeping it.
        let code = unsafe {
            RegNotifyChangeKeyValue(
                self.0,
                1,
                REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_THREAD_AGNOSTIC,
                event.raw(),
                1,
            )
        };
        match code {
            ERROR_SUCCESS => Ok(()),
            code => Err(SysError::of("RegNotifyChangeKeyValue", code)),
        }
    }

    /// Writes the key with all below it into a new file, in the system's own format. Needs the
    /// privilege `SeBackupPrivilege`.
    ///
    /// # Errors
    /// Windows refuses, or the file is there.
    pub fn save(&self, file: &str) -> Result<(), SysError> {
        let wide_file = wide(file)?;
        // SAFETY: the name ends with a NUL.
        let code = unsafe { RegSaveKeyExW(self.0, wide_file.as_ptr(), null(), REG_LATEST_FORMAT) };
        match code {
            ERROR_SUCCESS => Ok(()),
            code => Err(SysError::of(format!("RegSaveKeyEx {file}"), code)),
        }
    }

    /// Number of keys below it, of its values, and bytes of its longest data.
    fn sizes(&self) -> Result<(u32, u32, u32), SysError> {
        let (mut keys, mut values, mut longest) = (0, 0, 0);
        // SAFETY: each place is null, which is allowed, or outlives the call.
        let code = unsafe {
            RegQueryInfoKeyW(
                self.0,
                null_mut(),
                null_mut(),
                null(),
                &raw mut keys,
                null_mut(),
                null_mut(),
                &raw mut values,
                null_mut(),
                &raw mut longest,
                null_mut(),
                null_mut(),
            )
        };
        match code {
            ERROR_SUCCESS => Ok((keys, values, longest)),
            code => Err(SysError::of("RegQueryInfoKey", code)),
        }
    }

    /// Names of the keys below it.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn keys(&self) -> Result<Vec<String>, SysError> {
        let (count, _, _) = self.sizes()?;
        let mut keys = Vec::with_capacity(count as usize);
        let mut name = [0_u16; 512];
        for index in 0.. {
            let mut length = name.len() as u32;
            // SAFETY: the buffer has `length` units; the places that may be null are.
            let code = unsafe {
                RegEnumKeyExW(
                    self.0,
                    index,
                    name.as_mut_ptr(),
                    &raw mut length,
                    null(),
                    null_mut(),
                    null_mut(),
                    null_mut(),
                )
            };
            match code {
                ERROR_SUCCESS => keys.push(narrow(&name[..length as usize])),
                ERROR_NO_MORE_ITEMS => break,
                code => return Err(SysError::of("RegEnumKeyEx", code)),
            }
        }
        Ok(keys)
    }

    /// Its values: name, type, bytes.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn values(&self) -> Result<Vec<(String, u32, Vec<u8>)>, SysError> {
        let (_, count, longest) = self.sizes()?;
        let mut values = Vec::with_capacity(count as usize);
        let mut name = vec![0_u16; LONGEST_NAME];
        let mut data = vec![0_u8; (longest as usize).max(256)];
        let mut index = 0;
        loop {
            let mut length = name.len() as u32;
            let mut bytes = u32::try_from(data.len()).unwrap_or(u32::MAX);
            let mut kind = 0;
            // SAFETY: both buffers have the told lengths; every place outlives the call.
            let code = unsafe {
                RegEnumValueW(
                    self.0,
                    index,
                    name.as_mut_ptr(),
                    &raw mut length,
                    null(),
                    &raw mut kind,
                    data.as_mut_ptr(),
                    &raw mut bytes,
                )
            };
            match code {
                ERROR_SUCCESS => {
                    values.push((
                        narrow(&name[..length as usize]),
                        kind,
                        data[..bytes as usize].to_vec(),
                    ));
                    index += 1;
                }
                ERROR_NO_MORE_ITEMS => break,
                // It grew since its size was asked for.
                ERROR_MORE_DATA if data.len() < 64 << 20 => data.resize(data.len() * 2, 0),
                code => return Err(SysError::of("RegEnumValue", code)),
            }
        }
        Ok(values)
    }

    /// Writes a value.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn set(&self, name: &str, kind: u32, bytes: &[u8]) -> Result<(), SysError> {
        let wide_name = wide(name)?;
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        // An empty slice points nowhere, and Windows wants a place that it may read.
        let place = bytes
            .first()
            .map_or((&raw const length).cast(), std::ptr::from_ref);
        // SAFETY: the name ends with a NUL, the data has at least `length` bytes.
        let code = unsafe { RegSetValueExW(self.0, wide_name.as_ptr(), 0, kind, place, length) };
        there(code, || format!("value {name}"))?
            .then_some(())
            .ok_or_else(|| SysError::of(format!("value {name}"), code))
    }
}

/// Rings once, at the first change of a key or of what is below it.
#[derive(Debug)]
pub struct Alarm {
    // Closing the key sets the event, so the key comes first.
    key: Key,
    event: Owned,
}

impl Alarm {
    /// Set from now on; none: the key is not there.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn set(key: &KeyPath) -> Result<Option<Alarm>, SysError> {
        let Some(key) = Key::open(key)? else {
            return Ok(None);
        };
        let event = Owned::event()?;
        key.tell_change(&event)?;
        Ok(Some(Alarm { key, event }))
    }

    /// The key it is set on.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Whether something changed.
    #[must_use]
    pub fn rang(&self) -> bool {
        self.event.wait(Some(0))
    }
}

/// Deletes a value; whether it was there.
///
/// # Errors
/// Windows refuses.
pub fn delete_value(key: &KeyPath, name: &str) -> Result<bool, SysError> {
    let Some(open) = Key::open_for(key, KEY_ALL_ACCESS)? else {
        return Ok(false);
    };
    let wide_name = wide(name)?;
    // SAFETY: the name ends with a NUL.
    let code = unsafe { RegDeleteValueW(open.0, wide_name.as_ptr()) };
    there(code, || format!("{} value {name}", told(key)))
}

/// Deletes a key with all below it; whether it was there.
///
/// # Errors
/// Windows refuses.
pub fn delete_tree(key: &KeyPath) -> Result<bool, SysError> {
    let Some(open) = Key::open_for(key, KEY_ALL_ACCESS)? else {
        return Ok(false);
    };
    // SAFETY: a null name means all below the open key.
    let code = unsafe { RegDeleteTreeW(open.0, null()) };
    there(code, || told(key))?;
    drop(open);
    let path = wide(&key.path)?;
    // SAFETY: the path ends with a NUL.
    let code = unsafe { RegDeleteKeyExW(root(key.hive), path.as_ptr(), view(key.view), 0) };
    there(code, || told(key))
}

/// Makes a key that leads to another until the next start, where no key of its name is there.
/// `target` begins with `\Registry`.
///
/// # Errors
/// Windows refuses.
pub fn link(key: &KeyPath, target: &str) -> Result<(), SysError> {
    if Key::open(key)?.is_some() {
        return Ok(());
    }
    let path = wide(&key.path)?;
    let mut open = null_mut();
    // SAFETY: the path ends with a NUL; `open` outlives the call.
    let code = unsafe {
        RegCreateKeyExW(
            root(key.hive),
            path.as_ptr(),
            0,
            null(),
            REG_OPTION_VOLATILE | REG_OPTION_CREATE_LINK,
            KEY_SET_VALUE | KEY_CREATE_LINK,
            null(),
            &raw mut open,
            null_mut(),
        )
    };
    if code != ERROR_SUCCESS {
        return Err(SysError::of(told(key), code));
    }
    let units: Vec<u8> = target.encode_utf16().flat_map(u16::to_le_bytes).collect();
    Key(open).set("SymbolicLinkValue", REG_LINK, &units)
}
