//! The system calls the sandbox needs and std has no safe face for. All `unsafe` of the engine's
//! process plumbing is here, in small functions that say why they are sound.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// Turns -1 into the thread's errno.
pub fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

/// Turns -1 of a raw system call into the thread's errno.
pub fn check_long(result: libc::c_long) -> io::Result<libc::c_long> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

/// A C string from bytes; a NUL inside is an input error.
pub fn cstring(bytes: &[u8]) -> io::Result<CString> {
    CString::new(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a NUL byte inside"))
}

/// What a fork-like clone returned.
pub enum Forked {
    Child,
    Parent(libc::pid_t),
}

/// `clone(SIGCHLD | flags)` with a copied memory, as fork with namespaces.
///
/// Call it in a single-threaded process only: the child goes on with a copy of this one thread.
pub fn fork_into(flags: libc::c_int) -> io::Result<Forked> {
    let flags = libc::c_long::from(flags | libc::SIGCHLD);
    // SAFETY: no CLONE_VM and no new stack, so the child owns a copy of everything, as with fork.
    let pid = check_long(unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) })?;
    Ok(if pid == 0 {
        Forked::Child
    } else {
        Forked::Parent(pid as libc::pid_t)
    })
}

/// Ends this process at once, without destructors or buffers.
pub fn exit_now(code: i32) -> ! {
    // SAFETY: _exit has no preconditions.
    unsafe { libc::_exit(code) }
}

/// `unshare(2)`.
pub fn unshare(flags: libc::c_int) -> io::Result<()> {
    // SAFETY: takes no pointers.
    check(unsafe { libc::unshare(flags) }).map(drop)
}

/// `setns(2)` with a pidfd.
pub fn setns(fd: BorrowedFd<'_>, flags: libc::c_int) -> io::Result<()> {
    // SAFETY: takes no pointers.
    check(unsafe { libc::setns(fd.as_raw_fd(), flags) }).map(drop)
}

/// `pidfd_open(2)`.
pub fn pidfd_open(pid: libc::pid_t) -> io::Result<OwnedFd> {
    // SAFETY: takes no pointers; a fresh descriptor is ours alone.
    let fd = check_long(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) })?;
    // SAFETY: the kernel has just made it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as RawFd) })
}

/// A copy of another process's descriptor.
pub fn pidfd_getfd(process: BorrowedFd<'_>, fd: RawFd) -> io::Result<OwnedFd> {
    let process = process.as_raw_fd();
    // SAFETY: takes no pointers; a fresh descriptor is ours alone.
    let fd = check_long(unsafe { libc::syscall(libc::SYS_pidfd_getfd, process, fd, 0) })?;
    // SAFETY: the kernel has just made it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as RawFd) })
}

/// `mount(2)`; absent strings are NULL.
pub fn mount(
    source: &[u8],
    target: &[u8],
    kind: &str,
    flags: libc::c_ulong,
    data: &[u8],
) -> io::Result<()> {
    let (source, target, data) = (cstring(source)?, cstring(target)?, cstring(data)?);
    let kind = cstring(kind.as_bytes())?;
    let kind = if kind.is_empty() {
        std::ptr::null()
    } else {
        kind.as_ptr()
    };
    let data = if data.is_empty() {
        std::ptr::null()
    } else {
        data.as_ptr().cast()
    };
    // SAFETY: every pointer is NULL or a NUL-terminated string that lives over the call.
    check(unsafe { libc::mount(source.as_ptr(), target.as_ptr(), kind, flags, data) }).map(drop)
}

/// `umount2(2)`.
pub fn umount(target: &[u8], flags: libc::c_int) -> io::Result<()> {
    let target = cstring(target)?;
    // SAFETY: a NUL-terminated string that lives over the call.
    check(unsafe { libc::umount2(target.as_ptr(), flags) }).map(drop)
}

/// `pivot_root(".", ".")` into the present folder, then lets go of the old root beneath it.
pub fn pivot_here() -> io::Result<()> {
    // SAFETY: both are NUL-terminated constants.
    check_long(unsafe { libc::syscall(libc::SYS_pivot_root, c".".as_ptr(), c".".as_ptr()) })?;
    umount(b".", libc::MNT_DETACH)?;
    std::env::set_current_dir("/")
}

/// Makes a character device node or a FIFO.
pub fn mknod(path: &[u8], mode: libc::mode_t, major: u32, minor: u32) -> io::Result<()> {
    let path = cstring(path)?;
    // SAFETY: a NUL-terminated string that lives over the call.
    check(unsafe { libc::mknod(path.as_ptr(), mode, libc::makedev(major, minor)) }).map(drop)
}

/// `lsetxattr(2)`.
pub fn set_xattr(path: &[u8], name: &CStr, value: &[u8]) -> io::Result<()> {
    let path = cstring(path)?;
    // SAFETY: the strings are NUL-terminated and the value's length is its own.
    check(unsafe {
        libc::lsetxattr(
            path.as_ptr(),
            name.as_ptr(),
            value.as_ptr().cast(),
            value.len(),
            0,
        )
    })
    .map(drop)
}

/// One plain `prctl(2)` with a number.
pub fn prctl(option: libc::c_int, value: libc::c_ulong) -> io::Result<()> {
    // SAFETY: the options used here take plain numbers.
    check(unsafe { libc::prctl(option, value, 0, 0, 0) }).map(drop)
}

/// Sets the host name of the present UTS namespace.
pub fn sethostname(name: &[u8]) -> io::Result<()> {
    // SAFETY: pointer and length belong together.
    check(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) }).map(drop)
}

/// Sends a signal; a process that is gone is no error worth telling.
pub fn kill(pid: libc::pid_t, signal: libc::c_int) -> bool {
    // SAFETY: takes no pointers.
    unsafe { libc::kill(pid, signal) == 0 }
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Code(i32),
    Signal(i32),
}

/// Reaps one child (`-1`: any), waiting when `wait`; `None` when there is none to reap.
pub fn reap(pid: libc::pid_t, wait: bool) -> Option<(libc::pid_t, Ended)> {
    let mut status = 0;
    loop {
        // SAFETY: `status` outlives the call.
        let got =
            unsafe { libc::waitpid(pid, &raw mut status, if wait { 0 } else { libc::WNOHANG }) };
        if got < 0 && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted {
            continue;
        }
        if got <= 0 {
            return None;
        }
        let ended = if libc::WIFSIGNALED(status) {
            Ended::Signal(libc::WTERMSIG(status))
        } else {
            Ended::Code(libc::WEXITSTATUS(status))
        };
        return Some((got, ended));
    }
}

/// Gives a descriptor a number of its own.
pub fn move_to(fd: OwnedFd, number: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: takes no pointers; the callers own nothing at that number.
    let moved = check(unsafe { libc::dup3(fd.as_raw_fd(), number, libc::O_CLOEXEC) })?;
    // SAFETY: dup3 has just made it.
    Ok(unsafe { OwnedFd::from_raw_fd(moved) })
}

/// Closes every descriptor from `first` on.
pub fn close_from(first: RawFd) {
    // SAFETY: the callers are freshly forked roles that own nothing above `first`.
    unsafe { libc::close_range(first as libc::c_uint, libc::c_uint::MAX, 0) };
}

/// Closes every descriptor above 2 but these.
pub fn close_all_but(kept: &[BorrowedFd<'_>]) {
    let mut numbers: Vec<libc::c_uint> =
        kept.iter().map(|f| f.as_raw_fd() as libc::c_uint).collect();
    numbers.sort_unstable();
    let mut from = 3;
    for number in numbers
        .into_iter()
        .chain(std::iter::once(libc::c_uint::MAX))
    {
        if from < number {
            // SAFETY: the callers own nothing else that they will use again.
            unsafe { libc::close_range(from, number - 1, 0) };
        }
        from = from.max(number.saturating_add(1));
    }
}

/// Gives every signal its default disposition and empties the mask.
pub fn reset_signals() {
    // SAFETY: SIG_DFL is valid for every signal; refused numbers are ignored.
    unsafe {
        for number in 1..=64 {
            libc::signal(number, libc::SIG_DFL);
        }
        let mut none = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

/// Lets the kernel reap this process's children by itself, or not again.
pub fn ignore_children(ignore: bool) {
    let what = if ignore { libc::SIG_IGN } else { libc::SIG_DFL };
    // SAFETY: both are valid for SIGCHLD.
    unsafe { libc::signal(libc::SIGCHLD, what) };
}

/// Blocks these signals and gives a descriptor that becomes readable with them.
pub fn signals(numbers: impl Iterator<Item = libc::c_int>) -> io::Result<OwnedFd> {
    // SAFETY: the set is initialised by sigemptyset and outlives the calls; the descriptor is new.
    unsafe {
        let mut set = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&raw mut set);
        for number in numbers {
            libc::sigaddset(&raw mut set, number);
        }
        check(libc::sigprocmask(
            libc::SIG_BLOCK,
            &raw const set,
            std::ptr::null_mut(),
        ))?;
        let fd = check(libc::signalfd(
            -1,
            &raw const set,
            libc::SFD_CLOEXEC | libc::SFD_NONBLOCK,
        ))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// Most descriptors one message carries (the kernel's own limit is 253).
const MOST_FDS: usize = 128;

/// Sends bytes with descriptors attached to the first of them; everything is sent or an error.
pub fn send_with_fds(
    socket: BorrowedFd<'_>,
    bytes: &[u8],
    fds: &[BorrowedFd<'_>],
) -> io::Result<()> {
    if fds.len() > MOST_FDS {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "too many descriptors",
        ));
    }
    let mut control = [0u64; MOST_FDS / 2 + 4];
    let mut rest = bytes;
    let mut first = true;
    while !rest.is_empty() {
        let mut part = libc::iovec {
            iov_base: rest.as_ptr().cast_mut().cast(),
            iov_len: rest.len(),
        };
        // SAFETY: an all-zero msghdr is valid; the buffers outlive the call and `control` has room
        // for MOST_FDS descriptors plus its header, aligned as u64.
        let sent = unsafe {
            let mut message = std::mem::zeroed::<libc::msghdr>();
            message.msg_iov = &raw mut part;
            message.msg_iovlen = 1;
            if first && !fds.is_empty() {
                let size = size_of_val(fds) as libc::c_uint;
                message.msg_control = control.as_mut_ptr().cast();
                message.msg_controllen = libc::CMSG_SPACE(size) as _;
                let head = libc::CMSG_FIRSTHDR(&raw const message);
                (*head).cmsg_level = libc::SOL_SOCKET;
                (*head).cmsg_type = libc::SCM_RIGHTS;
                (*head).cmsg_len = libc::CMSG_LEN(size) as _;
                let slots = libc::CMSG_DATA(head).cast::<RawFd>();
                for (i, fd) in fds.iter().enumerate() {
                    slots.add(i).write_unaligned(fd.as_raw_fd());
                }
            }
            let socket = socket.as_raw_fd();
            if fds.is_empty() {
                // Without an address `send` is not watched on a device, `sendmsg` is.
                libc::send(socket, rest.as_ptr().cast(), rest.len(), libc::MSG_NOSIGNAL)
            } else {
                libc::sendmsg(socket, &raw const message, libc::MSG_NOSIGNAL)
            }
        };
        if sent < 0 {
            let error = io::Error::last_os_error();
            if error.kind() == io::ErrorKind::Interrupted {
                continue;
            }
            return Err(error);
        }
        first = false;
        rest = &rest[sent as usize..];
    }
    Ok(())
}

/// Receives some bytes and the descriptors that came with them; 0 bytes is the end.
pub fn recv_with_fds(
    socket: BorrowedFd<'_>,
    into: &mut [u8],
    fds: &mut Vec<OwnedFd>,
) -> io::Result<usize> {
    let mut control = [0u64; MOST_FDS / 2 + 4];
    let mut part = libc::iovec {
        iov_base: into.as_mut_ptr().cast(),
        iov_len: into.len(),
    };
    loop {
        // SAFETY: an all-zero msghdr is valid; the buffers outlive the call, lengths are their own;
        // the kernel wrote the control messages that are walked; received descriptors are new.
        unsafe {
            let mut message = std::mem::zeroed::<libc::msghdr>();
            message.msg_iov = &raw mut part;
            message.msg_iovlen = 1;
            message.msg_control = control.as_mut_ptr().cast();
            message.msg_controllen = size_of_val(&control) as _;
            let got = libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_CMSG_CLOEXEC);
            if got < 0 {
                let error = io::Error::last_os_error();
                if error.kind() == io::ErrorKind::Interrupted {
                    continue;
                }
                return Err(error);
            }
            let mut head = libc::CMSG_FIRSTHDR(&raw const message);
            while !head.is_null() {
                if (*head).cmsg_level == libc::SOL_SOCKET && (*head).cmsg_type == libc::SCM_RIGHTS {
                    let size = (*head).cmsg_len as usize - libc::CMSG_LEN(0) as usize;
                    let slots = libc::CMSG_DATA(head).cast::<RawFd>();
                    for i in 0..size / size_of::<RawFd>() {
                        fds.push(OwnedFd::from_raw_fd(slots.add(i).read_unaligned()));
                    }
                }
                head = libc::CMSG_NXTHDR(&raw const message, head);
            }
            return Ok(got as usize);
        }
    }
}

/// Waits until one of the descriptors has one of its events; gives the events of each.
pub fn poll(fds: &mut [libc::pollfd], timeout_ms: i32) -> io::Result<usize> {
    // SAFETY: pointer and length belong together.
    match check(unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, timeout_ms) }) {
        Ok(ready) => Ok(ready as usize),
        Err(e) if e.kind() == io::ErrorKind::Interrupted => {
            fds.iter_mut().for_each(|f| f.revents = 0);
            Ok(0)
        }
        Err(e) => Err(e),
    }
}

/// A `pollfd` that waits for input (and for the end).
pub fn readable(fd: impl AsFd) -> libc::pollfd {
    libc::pollfd {
        fd: fd.as_fd().as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    }
}

/// Reads what is there; `None` when nothing is and more may come (non-blocking descriptors).
pub fn read_some(fd: impl AsFd, into: &mut [u8]) -> io::Result<Option<usize>> {
    loop {
        match rustix::io::read(fd.as_fd(), &mut *into) {
            Ok(n) => return Ok(Some(n)),
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) => return Ok(None),
            Err(e) => return Err(e.into()),
        }
    }
}

/// Bytes that can be read at once.
pub fn bytes_waiting(fd: impl AsFd) -> u64 {
    rustix::io::ioctl_fionread(fd).unwrap_or(0)
}

/// A pair of connected stream sockets, closed on exec.
pub fn socket_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
    Ok(socketpair(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?)
}

/// A pipe, closed on exec: (read, write).
pub fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?)
}

/// Makes reads and writes of a descriptor return instead of wait.
pub fn set_nonblocking(fd: impl AsFd) -> io::Result<()> {
    Ok(rustix::io::ioctl_fionbio(fd, true)?)
}

/// The path this process was started by, as its caller gave it (`AT_EXECFN`).
pub fn started_as() -> Option<String> {
    // SAFETY: takes no pointers; the kernel's value is 0 or a string on the initial stack, which
    // lives as long as the process.
    let text = unsafe {
        let at = libc::getauxval(libc::AT_EXECFN) as *const libc::c_char;
        if at.is_null() {
            return None;
        }
        CStr::from_ptr(at)
    };
    Some(text.to_string_lossy().into_owned())
}
