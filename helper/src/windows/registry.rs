//! The registry.

use super::SysError;
use super::text::{narrow, wide};
use crate::protocol::message::{Hive, KeyPath, View};
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_MORE_DATA, ERROR_NO_MORE_ITEMS, ERROR_PATH_NOT_FOUND, ERROR_SUCCESS,
};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CLASSES_ROOT, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, HKEY_USERS, KEY_ALL_ACCESS,
    KEY_READ, KEY_WOW64_32KEY, KEY_WOW64_64KEY, REG_SAM_FLAGS, RegCloseKey, RegCreateKeyExW,
    RegDeleteKeyExW, RegDeleteTreeW, RegDeleteValueW, RegEnumKeyExW, RegEnumValueW, RegOpenKeyExW,
    RegQueryInfoKeyW, RegSetValueExW,
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

    pub(super) fn raw(&self) -> HKEY {
        self.0
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
        // SAFETY: the name ends with a NUL, the data has at least `length` bytes.
        let code =
            unsafe { RegSetValueExW(self.0, wide_name.as_ptr(), 0, kind, bytes.as_ptr(), length) };
        there(code, || format!("value {name}"))?
            .then_some(())
            .ok_or_else(|| SysError::of(format!("value {name}"), code))
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
