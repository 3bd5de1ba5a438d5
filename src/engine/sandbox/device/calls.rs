//! Watched system calls: connections are noted and let go on, reboots are noted and refused.

use super::points::Holder;
use super::procs::job_of_tag;
use crate::engine::sandbox::sys::{self, check};
use crate::engine::seen::Seen;
use crate::rmm::observed::{Connection, RebootAttempt, RebootVia};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

/// The listener of a device's system call filter.
pub struct Calls {
    listener: Arc<OwnedFd>,
    points: Arc<Holder>,
}

impl AsFd for Calls {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}

/// `SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP`.
const SYNC_WAKE_UP: libc::c_ulong = 1;
/// Most messages of one `sendmmsg` that are looked at.
const MOST_MESSAGES: u64 = 64;

impl Calls {
    pub fn new(listener: OwnedFd, points: Arc<Holder>) -> Calls {
        // The caller's processor goes straight to the answering thread and back (Linux 6.6); an
        // older kernel says no and answers come a little later.
        // SAFETY: the argument is a plain number.
        unsafe {
            libc::ioctl(
                listener.as_raw_fd(),
                libc::SECCOMP_IOCTL_NOTIF_SET_FLAGS as _,
                SYNC_WAKE_UP,
            )
        };
        let listener = Arc::new(listener);
        points.listens(&listener);
        Calls { listener, points }
    }

    /// Answers one call, or leaves it to who holds it.
    pub fn answer(&self, seen: &Seen) {
        self.points.begins();
        self.answer_one(seen);
        self.points.ends();
    }

    fn answer_one(&self, seen: &Seen) {
        // SAFETY: all-zero is a valid value of these plain structs.
        let (mut call, mut reply) = unsafe {
            (
                std::mem::zeroed::<libc::seccomp_notif>(),
                std::mem::zeroed::<libc::seccomp_notif_resp>(),
            )
        };
        // SAFETY: the kernel writes one `seccomp_notif`.
        let received = check(unsafe {
            libc::ioctl(
                self.listener.as_raw_fd(),
                libc::SECCOMP_IOCTL_NOTIF_RECV as _,
                &raw mut call,
            )
        });
        if received.is_err() {
            return;
        }
        if self.points.takes(&call) {
            return;
        }
        reply.id = call.id;
        let number = i64::from(call.data.nr);
        if [
            libc::SYS_reboot,
            libc::SYS_kexec_load,
            libc::SYS_kexec_file_load,
        ]
        .contains(&number)
        {
            reply.error = -libc::EPERM;
            let what = if number == libc::SYS_reboot {
                "reboot"
            } else {
                "kexec"
            };
            // `reboot` without its magic numbers asks for nothing, and switching
            // Ctrl-Alt-Delete on or off reboots nothing.
            let idle = [0x89AB_CDEF, 0].contains(&(call.data.args[2] as u32));
            if number != libc::SYS_reboot || !idle {
                seen.reboot(
                    job_of(call.pid),
                    RebootAttempt {
                        via: RebootVia::Syscall,
                        by: format!("{what} system call by {}", name_of(call.pid)),
                    },
                );
            }
        } else {
            reply.flags = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32;
            for address in self.addresses(&call) {
                note(seen, &call, address);
            }
        }
        // SAFETY: the kernel reads one `seccomp_notif_resp`. A caller that died meanwhile is no
        // error worth telling.
        let _ = unsafe {
            libc::ioctl(
                self.listener.as_raw_fd(),
                libc::SECCOMP_IOCTL_NOTIF_SEND as _,
                &raw mut reply,
            )
        };
    }

    /// Destinations of a call, read from the caller's memory.
    fn addresses(&self, call: &libc::seccomp_notif) -> Vec<SocketAddr> {
        let memory = Memory(call.pid);
        let arguments = &call.data.args;
        let found = match i64::from(call.data.nr) {
            libc::SYS_connect => memory
                .address(arguments[1], arguments[2])
                .into_iter()
                .collect(),
            libc::SYS_sendto => memory
                .address(arguments[4], arguments[5])
                .into_iter()
                .collect(),
            libc::SYS_sendmsg => memory.message(arguments[1]).into_iter().collect(),
            libc::SYS_sendmmsg => {
                // struct mmsghdr: a msghdr and a length, 64 bytes on 64-bit machines.
                let n = arguments[2].min(MOST_MESSAGES);
                (0..n)
                    .filter_map(|i| memory.message(arguments[1].wrapping_add(64 * i)))
                    .collect()
            }
            _ => Vec::new(),
        };
        // What was read is worth nothing if the caller died and its number was given away.
        // SAFETY: the kernel reads one u64.
        let valid = unsafe {
            libc::ioctl(
                self.listener.as_raw_fd(),
                libc::SECCOMP_IOCTL_NOTIF_ID_VALID as _,
                &raw const call.id,
            )
        };
        if valid == 0 { found } else { Vec::new() }
    }
}

fn note(seen: &Seen, call: &libc::seccomp_notif, address: SocketAddr) {
    let ip = match address.ip() {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(IpAddr::V6(six), IpAddr::V4),
        four => four,
    };
    // Port 0 is how resolvers ask the kernel for a route; nothing is sent.
    if ip.is_loopback() || ip.is_unspecified() || address.port() == 0 {
        return;
    }
    let connection = Connection {
        to: SocketAddr::new(ip, address.port()).to_string(),
        protocol: protocol(call.pid, call.data.args[0] as i32),
        process: name_of(call.pid),
    };
    seen.connection(job_of(call.pid), &connection);
}

/// `tcp`, `udp` or `raw`: asked of a copy of the caller's descriptor.
fn protocol(thread: u32, fd: i32) -> String {
    // The caller may be any thread; descriptors are asked of its process.
    let process = fs::read_to_string(format!("/proc/{thread}/status"))
        .ok()
        .and_then(|s| {
            s.lines()
                .find_map(|l| l.strip_prefix("Tgid:")?.trim().parse().ok())
        })
        .unwrap_or(thread as libc::pid_t);
    let copy = sys::pidfd_open(process).and_then(|p| sys::pidfd_getfd(p.as_fd(), fd));
    match copy.map(|c| rustix::net::sockopt::socket_type(&c)) {
        Ok(Ok(rustix::net::SocketType::DGRAM)) => "udp".into(),
        Ok(Ok(rustix::net::SocketType::RAW)) => "raw".into(),
        _ => "tcp".into(),
    }
}

/// Short name of a process of the host's numbering.
pub fn name_of(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).map_or_else(
        |_| "a process that has ended".into(),
        |s| s.trim_end().to_owned(),
    )
}

/// The job a process belongs to, by its tag.
pub fn job_of(pid: u32) -> Option<u32> {
    job_of_tag(&fs::read_to_string(format!("/proc/{pid}/timerslack_ns")).ok()?)
}

/// Another process's memory.
pub(super) struct Memory(pub(super) u32);

impl Memory {
    fn read(&self, at: u64, into: &mut [u8]) -> Option<usize> {
        use std::os::unix::fs::FileExt;
        let memory = fs::File::open(format!("/proc/{}/mem", self.0)).ok()?;
        memory.read_at(into, at).ok()
    }

    /// The bytes of a text before its NUL, and how many they are.
    pub(super) fn text(&self, at: u64, into: &mut [u8]) -> Option<usize> {
        // What follows the text may be in a page that is not there.
        let page = 4096 - (at % 4096) as usize;
        let first = page.min(into.len());
        let mut got = self.read(at, &mut into[..first])?;
        if !into[..got].contains(&0) && got == first && first < into.len() {
            let more = self.read(at.wrapping_add(first as u64), &mut into[first..]);
            got += more.unwrap_or(0);
        }
        into[..got].iter().position(|b| *b == 0)
    }

    fn address(&self, at: u64, length: u64) -> Option<SocketAddr> {
        if at == 0 {
            return None;
        }
        let mut raw = [0; 28];
        let wanted = (length as usize).min(raw.len());
        let got = self.read(at, &mut raw[..wanted])?;
        parse_address(&raw[..got])
    }

    /// The destination of a `struct msghdr` (64-bit): name, length, ...
    fn message(&self, at: u64) -> Option<SocketAddr> {
        let mut head = [0; 12];
        if self.read(at, &mut head)? < head.len() {
            return None;
        }
        let name = u64::from_ne_bytes(head[..8].try_into().ok()?);
        let length = u32::from_ne_bytes(head[8..].try_into().ok()?);
        self.address(name, u64::from(length))
    }
}

/// Reads a `sockaddr_in` or `sockaddr_in6`.
fn parse_address(raw: &[u8]) -> Option<SocketAddr> {
    let family = u16::from_ne_bytes(raw.get(..2)?.try_into().ok()?);
    let port = u16::from_be_bytes(raw.get(2..4)?.try_into().ok()?);
    match i32::from(family) {
        libc::AF_INET => {
            let ip: [u8; 4] = raw.get(4..8)?.try_into().ok()?;
            Some(SocketAddr::new(Ipv4Addr::from(ip).into(), port))
        }
        libc::AF_INET6 => {
            let ip: [u8; 16] = raw.get(8..24)?.try_into().ok()?;
            Some(SocketAddr::new(Ipv6Addr::from(ip).into(), port))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse_address;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_read_in_network_order() {
        let mut raw = (libc::AF_INET as u16).to_ne_bytes().to_vec();
        raw.extend([0x01, 0xbb, 203, 0, 113, 9]);
        assert_eq!(
            parse_address(&raw),
            Some("203.0.113.9:443".parse().unwrap())
        );
        assert_eq!(parse_address(&raw[..7]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(raw in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = parse_address(&raw);
        }
    }
}
