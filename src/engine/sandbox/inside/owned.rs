//! Namespaces that belong to the device's root and outlive its reboots: user, network, UTS, cgroup.

use super::{Failure, Step, net};
use crate::engine::sandbox::sys::{self, Forked};
use crate::engine::sandbox::wire::BootOrder;
use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

const OWNED: libc::c_int = libc::CLONE_NEWNET | libc::CLONE_NEWUTS | libc::CLONE_NEWCGROUP;

/// What the chassis holds of them; it lives in all but the user namespace itself.
pub struct Owned {
    /// The user namespace PID 1 enters at last; none where the chassis is in it already.
    pub user: Option<OwnedFd>,
    /// Sockets the harness serves, in the order asked for.
    pub sockets: Vec<OwnedFd>,
    /// Keeps the played NIC's carrier up.
    pub _nic: Option<OwnedFd>,
    pub remarks: Vec<String>,
}

/// Makes the namespaces, enters all but the user namespace and sets the network up.
pub fn make(order: &BootOrder) -> Result<Owned, Failure> {
    let user = if order.reduced {
        sys::unshare(OWNED).step(|| "make the device's namespaces".into())?;
        None
    } else {
        Some(enter_as_host()?)
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

/// A child makes the namespaces by being born into them; only so is the network owned by the
/// device's user namespace while this process keeps the host's powers to set it up.
fn enter_as_host() -> Result<OwnedFd, Failure> {
    let (wait, go) = sys::pipe().step(|| "make a pipe".into())?;
    let pid = match sys::fork_into(libc::CLONE_NEWUSER | OWNED)
        .step(|| "make a user namespace".into())?
    {
        Forked::Child => {
            drop(go);
            // Ends with the chassis's end of the pipe, whatever happens.
            let _ = sys::read_some(&wait, &mut [0]);
            sys::exit_now(0);
        }
        Forked::Parent(pid) => pid,
    };
    let entered = enter(pid);
    sys::kill(pid, libc::SIGKILL);
    sys::reap(pid, true);
    entered
}

fn enter(pid: libc::pid_t) -> Result<OwnedFd, Failure> {
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
