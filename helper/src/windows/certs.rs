//! Certificate stores of the machine and of the account.

use super::SysError;
use super::text::{narrow, wide};
use crate::programs::certificates::Certificate;
use std::ptr::null_mut;
use windows_sys::Win32::Security::Cryptography::{
    CERT_CONTEXT, CERT_SHA1_HASH_PROP_ID, CERT_STORE_ADD_REPLACE_EXISTING,
    CERT_STORE_MAXIMUM_ALLOWED_FLAG, CERT_STORE_PROV_SYSTEM_W, CERT_SYSTEM_STORE_CURRENT_USER,
    CERT_SYSTEM_STORE_LOCAL_MACHINE, CERT_X500_NAME_STR, CRYPT_INTEGER_BLOB,
    CertAddEncodedCertificateToStore, CertCloseStore, CertCreateCertificateContext,
    CertDeleteCertificateFromStore, CertDuplicateCertificateContext, CertEnumCertificatesInStore,
    CertFreeCertificateContext, CertGetCertificateContextProperty, CertNameToStrW, CertOpenStore,
    PKCS_7_ASN_ENCODING, X509_ASN_ENCODING,
};

const ENCODING: u32 = X509_ASN_ENCODING | PKCS_7_ASN_ENCODING;

/// An open store, closed at its end.
pub struct Store(*mut core::ffi::c_void);

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: the store is owned and closed once.
        unsafe { CertCloseStore(self.0, 0) };
    }
}

/// A certificate's context, freed at its end.
struct Context(*const CERT_CONTEXT);

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context is owned and freed once.
        unsafe { CertFreeCertificateContext(self.0) };
    }
}

impl Store {
    /// Opens a store of the machine (or of the account), made where there is none.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn open(machine: bool, name: &str) -> Result<Store, SysError> {
        let name = wide(name)?;
        let place = if machine {
            CERT_SYSTEM_STORE_LOCAL_MACHINE
        } else {
            CERT_SYSTEM_STORE_CURRENT_USER
        };
        // SAFETY: the name ends with a NUL and outlives the call.
        let store = unsafe {
            CertOpenStore(
                CERT_STORE_PROV_SYSTEM_W,
                0,
                0,
                place | CERT_STORE_MAXIMUM_ALLOWED_FLAG,
                name.as_ptr().cast(),
            )
        };
        if store.is_null() {
            return Err(SysError::last("a certificate store"));
        }
        Ok(Store(store))
    }

    /// Adds a certificate in DER, in place of the same one.
    ///
    /// # Errors
    /// It is no certificate, or Windows refuses.
    pub fn add(&self, der: &[u8]) -> Result<(), SysError> {
        let length = u32::try_from(der.len()).map_err(|_| SysError::of("a certificate", 87))?;
        // SAFETY: the store is open; the bytes have the told length and outlive the call.
        let added = unsafe {
            CertAddEncodedCertificateToStore(
                self.0,
                ENCODING,
                der.as_ptr(),
                length,
                CERT_STORE_ADD_REPLACE_EXISTING,
                null_mut(),
            )
        };
        if added == 0 {
            return Err(SysError::last("a certificate"));
        }
        Ok(())
    }

    /// Its certificates.
    #[must_use]
    pub fn list(&self) -> Vec<Certificate> {
        let mut all = Vec::new();
        let mut at: *mut CERT_CONTEXT = null_mut();
        loop {
            // SAFETY: the store is open; the call frees the context that it is given.
            at = unsafe { CertEnumCertificatesInStore(self.0, at) };
            if at.is_null() {
                return all;
            }
            // SAFETY: the context is valid until the next turn.
            all.extend(unsafe { told(at) });
        }
    }

    /// Removes the certificates that are chosen; how many there were.
    ///
    /// # Errors
    /// Windows refuses.
    pub fn remove(&self, chosen: &dyn Fn(&Certificate) -> bool) -> Result<usize, SysError> {
        let mut doomed = Vec::new();
        let mut at: *mut CERT_CONTEXT = null_mut();
        loop {
            // SAFETY: the store is open; the call frees the context that it is given.
            at = unsafe { CertEnumCertificatesInStore(self.0, at) };
            if at.is_null() {
                break;
            }
            // SAFETY: the context is valid until the next turn; its copy is freed by the deletion.
            unsafe {
                if told(at).is_some_and(|c| chosen(&c)) {
                    doomed.push(CertDuplicateCertificateContext(at));
                }
            }
        }
        for context in &doomed {
            // SAFETY: each was duplicated above and is given up here, whatever comes of it.
            if unsafe { CertDeleteCertificateFromStore(*context) } == 0 {
                return Err(SysError::last("a certificate"));
            }
        }
        Ok(doomed.len())
    }
}

/// Reads a certificate in DER.
///
/// # Errors
/// It is none.
pub fn read(der: &[u8]) -> Result<Certificate, SysError> {
    let length = u32::try_from(der.len()).map_err(|_| SysError::of("a certificate", 87))?;
    // SAFETY: the bytes have the told length; the context has its own copy.
    let context = unsafe { CertCreateCertificateContext(ENCODING, der.as_ptr(), length) };
    if context.is_null() {
        return Err(SysError::last("a certificate"));
    }
    let context = Context(context);
    // SAFETY: the context is valid.
    unsafe { told(context.0) }.ok_or_else(|| SysError::of("a certificate", 13))
}

/// What a context tells.
///
/// # Safety
/// The context is valid.
unsafe fn told(context: *const CERT_CONTEXT) -> Option<Certificate> {
    let mut hash = [0_u8; 20];
    let mut size = 20;
    // SAFETY: the caller promises a valid context, whose blobs it owns; the buffer has the told size.
    unsafe {
        let info = (*context).pCertInfo.as_ref()?;
        let hashed = CertGetCertificateContextProperty(
            context,
            CERT_SHA1_HASH_PROP_ID,
            hash.as_mut_ptr().cast(),
            &raw mut size,
        );
        if hashed == 0 {
            return None;
        }
        let number = &info.SerialNumber;
        let serial: Vec<u8> = if number.pbData.is_null() {
            Vec::new()
        } else {
            std::slice::from_raw_parts(number.pbData, number.cbData as usize).to_vec()
        };
        let time = |t: windows_sys::Win32::Foundation::FILETIME| {
            (i64::from(t.dwHighDateTime) << 32) | i64::from(t.dwLowDateTime)
        };
        Some(Certificate {
            subject: name(&info.Subject),
            issuer: name(&info.Issuer),
            // Windows keeps the lowest byte first.
            serial: serial.iter().rev().map(|b| format!("{b:02x}")).collect(),
            sha1: hash.iter().map(|b| format!("{b:02x}")).collect(),
            not_before: time(info.NotBefore),
            not_after: time(info.NotAfter),
        })
    }
}

/// `CN=Bright, O=Bright`.
fn name(blob: &CRYPT_INTEGER_BLOB) -> String {
    let mut text = [0_u16; 1024];
    // SAFETY: the blob belongs to a valid context; the buffer has the told length.
    let length = unsafe {
        CertNameToStrW(
            X509_ASN_ENCODING,
            blob,
            CERT_X500_NAME_STR,
            text.as_mut_ptr(),
            text.len() as u32,
        )
    };
    if length <= 1 {
        String::new()
    } else {
        narrow(&text)
    }
}
