//! The environment block of a new process, and the environment that Windows gives an account.

use super::text::{from_wide, wide};
use super::{Owned, SysError};
use std::ffi::c_void;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::{TOKEN_DUPLICATE, TOKEN_QUERY};
use windows_sys::Win32::System::Environment::{FreeEnvironmentStringsW, GetEnvironmentStringsW};
use windows_sys::Win32::System::LibraryLoader::{GetProcAddress, LoadLibraryW};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
use windows_sys::core::BOOL;

/// `ERROR_BAD_ENVIRONMENT`
const BAD_ENVIRONMENT: u32 = 10;

/// The block: `NAME=value`, each with a NUL, sorted by upper-case name as Windows keeps it, with one
/// more NUL at its end. Empty values stay.
///
/// # Errors
/// A name that is empty, or a NUL, or `=` within a name after its first character (`=C:` is a name).
pub fn block(variables: &[(String, String)]) -> Result<Vec<u16>, SysError> {
    let mut sorted: Vec<(Vec<u16>, &(String, String))> = Vec::with_capacity(variables.len());
    for variable in variables {
        let (name, value) = variable;
        let after_first = name.chars().next().map_or(0, char::len_utf8);
        let bad = name.is_empty()
            || name[after_first..].contains('=')
            || name.contains('\0')
            || value.contains('\0');
        if bad {
            return Err(SysError::of(
                format!("a variable that no process can have: {name:?}"),
                BAD_ENVIRONMENT,
            ));
        }
        sorted.push((name.to_uppercase().encode_utf16().collect(), variable));
    }
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let mut block = Vec::new();
    for (_, (name, value)) in sorted {
        block.extend(name.encode_utf16());
        block.push(u16::from(b'='));
        block.extend(value.encode_utf16());
        block.push(0);
    }
    if block.is_empty() {
        block.push(0);
    }
    block.push(0);
    Ok(block)
}

/// This process' own block as it is, each text that is no Unicode too, with `set` and without
/// `removed`; sorted as [`block`] is. Names are without regard to case.
#[must_use]
pub fn own_with(set: &[(&str, &str)], removed: &[&str]) -> Vec<u16> {
    let mut texts: Vec<Vec<u16>> = Vec::new();
    // SAFETY: the block is a run of texts, each ended by NUL, the last by two; it is freed once, after
    // it was read.
    unsafe {
        let own = GetEnvironmentStringsW();
        let mut at = own.cast_const();
        while !at.is_null() && *at != 0 {
            let mut length = 0;
            while *at.add(length) != 0 {
                length += 1;
            }
            texts.push(std::slice::from_raw_parts(at, length).to_vec());
            at = at.add(length + 1);
        }
        FreeEnvironmentStringsW(own);
    }
    let gone = |name: &str| {
        let is = |other: &&str| other.eq_ignore_ascii_case(name);
        removed.iter().any(is) || set.iter().any(|(s, _)| is(s))
    };
    texts.retain(|text| !gone(&name_of(text)));
    texts.extend(
        set.iter()
            .map(|(n, v)| format!("{n}={v}").encode_utf16().collect()),
    );
    texts.sort_by_cached_key(|text| -> Vec<u16> {
        name_of(text).to_uppercase().encode_utf16().collect()
    });
    let mut block: Vec<u16> = Vec::new();
    for text in texts {
        block.extend(text);
        block.push(0);
    }
    if block.is_empty() {
        block.push(0);
    }
    block.push(0);
    block
}

/// The name in `NAME=value`; a first `=` belongs to it.
fn name_of(text: &[u16]) -> String {
    let sign = |c: &u16| *c == u16::from(b'=');
    let end = text.iter().skip(1).position(sign);
    String::from_utf16_lossy(&text[..end.map_or(text.len(), |at| at + 1)])
}

/// `CreateEnvironmentBlock`
type Create = unsafe extern "system" fn(*mut *mut c_void, HANDLE, BOOL) -> BOOL;
/// `DestroyEnvironmentBlock`
type Destroy = unsafe extern "system" fn(*const c_void) -> BOOL;

/// What a process of this account begins with where it inherits nothing: the machine's variables and
/// the account's own, as services get them. In the order Windows has them.
///
/// # Errors
/// Windows refuses.
pub fn of_account() -> Result<Vec<(String, String)>, SysError> {
    // Only this asks for the library, so that no other program waits until it is loaded.
    let library = wide("userenv.dll")?;
    let mut token = null_mut();
    // SAFETY: every name ends with a NUL, every place outlives the calls, and the library stays loaded.
    // Both functions have the types that Windows documents for them. A block is a run of texts, each
    // ended by a NUL, the last by two; it is freed once, after it was read.
    unsafe {
        let library = LoadLibraryW(library.as_ptr());
        let create = GetProcAddress(library, c"CreateEnvironmentBlock".as_ptr().cast());
        let destroy = GetProcAddress(library, c"DestroyEnvironmentBlock".as_ptr().cast());
        let (Some(create), Some(destroy)) = (create, destroy) else {
            return Err(SysError::last("userenv.dll"));
        };
        let create = std::mem::transmute::<unsafe extern "system" fn() -> isize, Create>(create);
        let destroy = std::mem::transmute::<unsafe extern "system" fn() -> isize, Destroy>(destroy);
        let rights = TOKEN_QUERY | TOKEN_DUPLICATE;
        if OpenProcessToken(GetCurrentProcess(), rights, &raw mut token) == 0 {
            return Err(SysError::last("OpenProcessToken"));
        }
        let token = Owned::take(token, "OpenProcessToken")?;
        let mut made = null_mut();
        if create(&raw mut made, token.raw(), 0) == 0 {
            return Err(SysError::last("CreateEnvironmentBlock"));
        }
        let mut variables = Vec::new();
        let mut at: *const u16 = made.cast_const().cast();
        while *at != 0 {
            let text = from_wide(at);
            variables.extend(variable(&text));
            // A text that is no Unicode keeps its length: each bad unit becomes one other.
            at = at.add(text.encode_utf16().count() + 1);
        }
        destroy(made);
        Ok(variables)
    }
}

/// Name and value of `NAME=value`; the names that begin with `=` are a shell's own.
fn variable(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    (!name.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}
