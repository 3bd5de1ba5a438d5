//! Echo requests.

use super::SysError;
use crate::programs::network::Echo;
use std::net::Ipv4Addr;
use std::ptr::null;
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    ICMP_ECHO_REPLY, IP_OPTION_INFORMATION, IcmpCloseHandle, IcmpCreateFile, IcmpSendEcho,
};

struct Handle(HANDLE);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is owned and closed once.
        unsafe { IcmpCloseHandle(self.0) };
    }
}

/// Sends one request of `size` bytes and waits for its answer, at most `wait` milliseconds.
///
/// # Errors
/// Nothing was sent, or nothing came: Windows' code (11010 for a time-out).
pub fn echo(to: Ipv4Addr, size: u16, wait: u32, hops: u8) -> Result<Echo, SysError> {
    // SAFETY: it takes nothing.
    let handle = unsafe { IcmpCreateFile() };
    if handle == INVALID_HANDLE_VALUE {
        return Err(SysError::last("IcmpCreateFile"));
    }
    let handle = Handle(handle);
    let letters: Vec<u8> = (b'a'..=b'w').cycle().take(usize::from(size)).collect();
    let options = IP_OPTION_INFORMATION {
        Ttl: hops,
        Tos: 0,
        Flags: 0,
        OptionsSize: 0,
        OptionsData: std::ptr::null_mut(),
    };
    // In words, so that the reply is aligned; 8 bytes more hold an error of ICMP.
    let room = size_of::<ICMP_ECHO_REPLY>() + usize::from(size) + 8 + 64;
    let mut reply = vec![0_u64; room.div_ceil(8)];
    let data = if letters.is_empty() {
        null()
    } else {
        letters.as_ptr().cast()
    };
    // SAFETY: the handle is open; data, options and buffer have the told sizes and outlive the call.
    let count = unsafe {
        IcmpSendEcho(
            handle.0,
            u32::from_ne_bytes(to.octets()),
            data,
            size,
            &raw const options,
            reply.as_mut_ptr().cast(),
            (reply.len() * 8) as u32,
            wait,
        )
    };
    if count == 0 {
        return Err(SysError::last("IcmpSendEcho"));
    }
    // SAFETY: at least one reply was written at the start of the buffer, which is aligned for it.
    let first = unsafe { &*reply.as_ptr().cast::<ICMP_ECHO_REPLY>() };
    Ok(Echo {
        status: first.Status,
        from: Ipv4Addr::from(first.Address.to_ne_bytes()),
        milliseconds: first.RoundTripTime,
        hops: first.Options.Ttl,
    })
}
