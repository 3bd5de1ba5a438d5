//! Hashes.

use crate::programs::certificates::Hash;
use std::io::{self, Read};
use std::ptr::{null, null_mut};
use windows_sys::Win32::Security::Cryptography::{
    BCRYPT_MD5_ALGORITHM, BCRYPT_SHA1_ALGORITHM, BCRYPT_SHA256_ALGORITHM, BCRYPT_SHA384_ALGORITHM,
    BCRYPT_SHA512_ALGORITHM, BCryptCloseAlgorithmProvider, BCryptCreateHash, BCryptDestroyHash,
    BCryptFinishHash, BCryptHashData, BCryptOpenAlgorithmProvider,
};

struct Provider(*mut core::ffi::c_void);

impl Drop for Provider {
    fn drop(&mut self) {
        // SAFETY: the provider is owned and closed once.
        unsafe { BCryptCloseAlgorithmProvider(self.0, 0) };
    }
}

struct Running(*mut core::ffi::c_void);

impl Drop for Running {
    fn drop(&mut self) {
        // SAFETY: the hash is owned and destroyed once.
        unsafe { BCryptDestroyHash(self.0) };
    }
}

fn done(status: i32) -> io::Result<()> {
    if status < 0 {
        return Err(io::Error::other(format!(
            "bcrypt 0x{:08x}",
            status.cast_unsigned()
        )));
    }
    Ok(())
}

/// Hash of all that a reader gives.
///
/// # Errors
/// It cannot be read, or Windows lacks the algorithm.
pub fn hash(hash: Hash, from: &mut dyn Read) -> io::Result<Vec<u8>> {
    let (name, size) = match hash {
        Hash::Md5 => (BCRYPT_MD5_ALGORITHM, 16_u32),
        Hash::Sha1 => (BCRYPT_SHA1_ALGORITHM, 20),
        Hash::Sha256 => (BCRYPT_SHA256_ALGORITHM, 32),
        Hash::Sha384 => (BCRYPT_SHA384_ALGORITHM, 48),
        Hash::Sha512 => (BCRYPT_SHA512_ALGORITHM, 64),
    };
    let mut provider = null_mut();
    // SAFETY: the name ends with a NUL, null means the usual provider.
    done(unsafe { BCryptOpenAlgorithmProvider(&raw mut provider, name, null(), 0) })?;
    let provider = Provider(provider);
    let mut running = null_mut();
    // SAFETY: the provider is open; without a buffer Windows makes its own.
    done(unsafe { BCryptCreateHash(provider.0, &raw mut running, null_mut(), 0, null(), 0, 0) })?;
    let running = Running(running);
    let mut buffer = vec![0_u8; 64 << 10];
    loop {
        let got = from.read(&mut buffer)?;
        if got == 0 {
            break;
        }
        // SAFETY: the hash runs; the buffer has at least `got` bytes.
        done(unsafe { BCryptHashData(running.0, buffer.as_ptr(), got as u32, 0) })?;
    }
    let mut sum = vec![0_u8; size as usize];
    // SAFETY: the hash runs; the buffer has the algorithm's size.
    done(unsafe { BCryptFinishHash(running.0, sum.as_mut_ptr(), size, 0) })?;
    Ok(sum)
}
