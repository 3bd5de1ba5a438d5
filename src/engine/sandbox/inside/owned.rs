//! Namespaces that belong to the device's root and outlive its reboots: user, network, UTS.
//!
//! Not cgroup: one that the device owned would let its root mount the host's cgroup hierarchies.

use super::{Failure, Step, net};
use crate::engine::sandbox::sys::{self, Forked};
use crate::engine::sandbox::wire::BootOrder;
use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

const OWNED: libc::c_int = libc::CLONE_NEWNET | libc::CLONE_NEWUTS;

/// What the chassis holds of them; it lives in all but the user namespace itself.
#[derive(Default)]
pub struct Owned {
    /// The user namespace PID 1 enters at last; none where the chassis is in it already.
    pub user: Option<OwnedFd>,
    /// Sockets the harness serves, in the order asked for.
    pub sockets: Vec<OwnedFd>,
    /// Keeps the played NIC's carrier up.
    pub _nic: Option<OwnedFd>,
    pub remarks: Vec<String>,
}

/// Namespaces while a child makes them; the chassis does other work meanwhile.
pub struct Coming(Option<Owner>);

/// A child that makes the namespaces and holds them until they are entered. Only so is the network
/// owned by the device's user namespace while the chassis keeps the host's powers to set it up.
struct Owner {
    pid: libc::pid_t,
    /// One byte comes when they are made; the end, when they cannot be.
    made: OwnedFd,
    /// Closed, it ends the child.
    _go: OwnedFd,
}

/// Starts to make them.
pub fn begin(order: &BootOrder) -> Result<Coming, Failure> {
    if order.reduced {
        sys::unshare(OWNED).step(|| "make the device's namespaces".into())?;
        return Ok(Coming(None));
    }
    let (wait, go) = sys::pipe().step(|| "make a pipe".into())?;
    let (made, tell) = sys::pipe().step(|| "make a pipe".into())?;
    match sys::fork_into(0).step(|| "start a process".into())? {
        Forked::Child => {
            drop((go, made));
            let errno = match sys::unshare(libc::CLONE_NEWUSER | OWNED) {
                Ok(()) => 0,
                Err(e) => e.raw_os_error().unwrap_or(libc::EINVAL),
            };
            let _ = rustix::io::write(&tell, &[u8::try_from(errno).unwrap_or(u8::MAX)]);
            // Ends with the chassis's end of the pipe, whatever happens.
            let _ = sys::read_some(&wait, &mut [0]);
            sys::exit_now(0);
        }
        Forked::Parent(pid) => Ok(Coming(Some(Owner { pid, made, _go: go }))),
    }
}

/// Enters all but the user namespace and sets the network up.
pub fn finish(coming: Coming, order: &BootOrder) -> Result<Owned, Failure> {
    let user = match &coming.0 {
        None => None,
        Some(owner) => {
            let entered = enter(owner);
            sys::kill(owner.pid, libc::SIGKILL);
            sys::reap(owner.pid, true);
            Some(entered?)
        }
    };
    let mut remarks = Vec::new();
    let tun = net::tun_device();
    let nic = net::up(order.mac, tun, &mut remarks).step(|| "set the network up".into())?;
    let sockets = net::sockets(&order.sockets)?;
    Ok(Owned {
        user,
        sockets,
        _nic: nic,
        remarks,
    })
}

fn enter(owner: &Owner) -> Result<OwnedFd, Failure> {
    let mut errno = [0];
    let told = sys::read_some(&owner.made, &mut errno);
    let made = match (told, errno[0]) {
        (Ok(Some(1)), 0) => Ok(()),
        (Ok(Some(1)), errno) => Err(io::Error::from_raw_os_error(i32::from(errno))),
        _ => Err(io::Error::from_raw_os_error(libc::ECHILD)),
    };
    made.step(|| "make a user namespace".into())?;
    let pid = owner.pid;
    for file in ["uid_map", "gid_map"] {
        let map = identity_map(file).step(|| format!("read /proc/self/{file}"))?;
        fs::write(format!("/proc/{pid}/{file}"), map).step(|| format!("write {file}"))?;
    }
    let handle = sys::pidfd_open(pid).step(|| "open the namespaces' owner".into())?;
    sys::setns(handle.as_fd(), OWNED).step(|| "enter the device's namespaces".into())?;
    let user =
        fs::File::open(format!("/proc/{pid}/ns/user")).step(|| "open the user namespace".into())?;
    Ok(user.into())
}

/// A map of every id this process knows onto itself.
fn identity_map(file: &str) -> io::Result<String> {
    let own = fs::read_to_string(format!("/proc/self/{file}"))?;
    let mut map = String::new();
    for line in own.lines() {
        let mut parts = line.split_whitespace();
        if let (Some(inside), Some(_), Some(count)) = (parts.next(), parts.next(), parts.next()) {
            map.push_str(&format!("{inside} {inside} {count}\n"));
        }
    }
    Ok(map)
}
