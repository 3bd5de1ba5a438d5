//! A device's network: loopback, one NIC that leads nowhere, and the sockets the harness serves.
//!
//! There is no route besides the loopback's, so an address outside answers ENETUNREACH at once.

use super::{Failure, Step};
use crate::engine::sandbox::sys::{self, check};
use crate::engine::sandbox::wire::SocketOrder;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, UdpSocket};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Name of the NIC.
const NIC: &[u8] = b"eth0";

/// A request of the interface ioctls, with as much of the union as is used here.
#[repr(C)]
struct Request {
    name: [u8; libc::IFNAMSIZ],
    value: [u8; 24],
}

impl Request {
    fn new(name: &[u8]) -> Request {
        let mut request = Request {
            name: [0; libc::IFNAMSIZ],
            value: [0; 24],
        };
        let n = name.len().min(libc::IFNAMSIZ - 1);
        request.name[..n].copy_from_slice(&name[..n]);
        request
    }

    fn flags(mut self, flags: libc::c_short) -> Request {
        self.value[..2].copy_from_slice(&flags.to_ne_bytes());
        self
    }

    fn ethernet(mut self, mac: [u8; 6]) -> Request {
        self.value[..2].copy_from_slice(&libc::ARPHRD_ETHER.to_ne_bytes());
        self.value[2..8].copy_from_slice(&mac);
        self
    }

    fn call(&mut self, fd: &impl AsRawFd, number: libc::c_ulong) -> io::Result<()> {
        // SAFETY: the kernel reads and writes at most a `struct ifreq`, which this is.
        check(unsafe { libc::ioctl(fd.as_raw_fd(), number as _, std::ptr::from_mut(self)) })
            .map(drop)
    }
}

/// Opens the TUN device in this network namespace; `None` where the machine has none.
pub fn tun_device() -> Option<OwnedFd> {
    let open = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/net/tun");
    open.ok().map(OwnedFd::from)
}

/// Brings loopback and NIC up. What the machine cannot give becomes a remark.
pub fn up(
    mac: [u8; 6],
    tun: Option<OwnedFd>,
    remarks: &mut Vec<String>,
) -> io::Result<Option<OwnedFd>> {
    // SAFETY: takes no pointers; the descriptor is new.
    let control = unsafe {
        let fd = libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        OwnedFd::from_raw_fd(check(fd)?)
    };
    let up = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    Request::new(b"lo")
        .flags(up)
        .call(&control, libc::SIOCSIFFLAGS as _)?;
    let made = match tun {
        Some(tun) => {
            let kind = (libc::IFF_TAP | libc::IFF_NO_PI) as libc::c_short;
            Request::new(NIC)
                .flags(kind)
                .call(&tun, TUNSETIFF)
                .map(|()| {
                    persist(&tun);
                    Some(tun)
                })
        }
        None => Err(io::Error::from_raw_os_error(libc::ENODEV)),
    };
    // A bridge without ports is the next best: one interface, but without a carrier.
    let made = made.or_else(|_| {
        let mut name = Request::new(NIC);
        name.call(&control, SIOCBRADDBR).map(|()| None)
    });
    let holder = match made {
        Ok(holder) => holder,
        Err(e) => {
            remarks.push(format!(
                "no NIC but loopback: neither TUN nor bridge here ({e})"
            ));
            return Ok(None);
        }
    };
    Request::new(NIC)
        .ethernet(mac)
        .call(&control, libc::SIOCSIFHWADDR as _)?;
    Request::new(NIC)
        .flags(up)
        .call(&control, libc::SIOCSIFFLAGS as _)?;
    Ok(holder)
}

/// Makes a bridge; libc has no name for it.
const SIOCBRADDBR: libc::c_ulong = 0x89a0;
/// `_IOW('T', 202, int)`.
const TUNSETIFF: libc::c_ulong = 0x4004_54ca;

/// `_IOW('T', 203, int)`.
const TUNSETPERSIST: libc::c_ulong = 0x4004_54cb;

/// Lets the NIC end with its namespace, which the kernel takes down at leisure: without this the
/// last close of `tun` waits for it. A refusal costs only that time.
fn persist(tun: &OwnedFd) {
    // SAFETY: the argument is a plain number.
    unsafe { libc::ioctl(tun.as_raw_fd(), TUNSETPERSIST as _, 1) };
}

/// Opens the sockets asked for, in order.
pub fn sockets(orders: &[SocketOrder]) -> Result<Vec<OwnedFd>, Failure> {
    orders
        .iter()
        .map(|order| {
            let address = SocketAddrV4::new(Ipv4Addr::new(127, 77, 0, order.host), order.port);
            let socket: io::Result<OwnedFd> = if order.udp {
                UdpSocket::bind(address).map(OwnedFd::from)
            } else {
                TcpListener::bind(address).map(OwnedFd::from)
            };
            socket
                .and_then(|s| sys::set_nonblocking(&s).map(|()| s))
                .step(|| {
                    format!(
                        "listen on {address} ({})",
                        if order.udp { "udp" } else { "tcp" }
                    )
                })
        })
        .collect()
}
