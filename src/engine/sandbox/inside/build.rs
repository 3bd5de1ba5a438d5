//! What PID 1 does before it is PID 1 of a device: mounts, network, names, and at last the user
//! namespace in which root is root of the device only.

use super::chassis::Stage;
use super::{DOUBLE, DOUBLES_SOCKET, FOLDER, Failure, GUEST, REAL, Step};
use crate::engine::sandbox::sys;
use rustix::fs::{Mode, OFlags, open};
use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// Everything in `/proc` that would tell of or act on the host: files read as empty.
const HIDDEN_FILES: [&str; 6] = [
    "kcore",
    "keys",
    "key-users",
    "timer_list",
    "sched_debug",
    "latency_stats",
];
/// Folders that are empty on a device.
const HIDDEN_FOLDERS: [&str; 3] = ["acpi", "scsi", "driver"];
/// Folders that can be read only.
const READ_ONLY: [&str; 5] = ["bus", "fs", "irq", "asound", "sys"];

/// Where syslog(3) and `logger` write.
const LOG: &str = "/dev/log";

/// What the built device hands to PID 1's loop.
pub struct Built {
    pub root: OwnedFd,
    pub proc: OwnedFd,
    pub doubles: OwnedFd,
    pub sysrq: OwnedFd,
    /// The socket behind `/dev/log`.
    pub log: OwnedFd,
    pub remarks: Vec<String>,
    /// System calls on files are told too.
    pub points: bool,
}

/// Builds the device around this process.
pub fn build(stage: &Stage) -> Result<Built, Failure> {
    // Belt and braces: the chassis ends this process itself.
    sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as libc::c_ulong)
        .step(|| "watch the chassis".into())?;
    let mut remarks = Vec::new();
    mount_proc(stage)?;
    sys::sethostname(&stage.order.hostname).step(|| "set the host name".into())?;
    let sysrq = build_dev(stage)?;
    mount_sys(stage, &mut remarks)?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    // Opened before it is covered by a read-only mount.
    let limits = open(stage.on_device(b"/proc/sys/user"), flags, Mode::empty())
        .step(|| "open /proc/sys/user".into())?;
    hide_in_proc(stage, &mut remarks)?;
    std::env::set_current_dir(stage.root()).step(|| "enter the device's root".into())?;
    sys::pivot_here().step(|| "change the root".into())?;
    become_device_root(stage)?;
    forbid_cgroup_namespaces(&limits)?;
    drop(limits);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = open("/", flags, Mode::empty()).step(|| "open /".into())?;
    let proc = open("/proc", flags, Mode::empty()).step(|| "open /proc".into())?;
    let doubles = std::os::unix::net::UnixListener::bind(DOUBLES_SOCKET)
        .step(|| format!("listen on {DOUBLES_SOCKET}"))?;
    fs::set_permissions(DOUBLES_SOCKET, fs::Permissions::from_mode(0o666))
        .step(|| "open the doubles' socket to all".into())?;
    let log = std::os::unix::net::UnixDatagram::bind(LOG).step(|| format!("listen on {LOG}"))?;
    fs::set_permissions(LOG, fs::Permissions::from_mode(0o666))
        .step(|| format!("open {LOG} to all"))?;
    Ok(Built {
        root,
        proc,
        doubles: doubles.into(),
        sysrq,
        log: log.into(),
        remarks,
        points: stage.order.points,
    })
}

pub fn bind(source: &Path, target: &Path) -> io::Result<()> {
    let (source, target) = (source.as_os_str().as_bytes(), target.as_os_str().as_bytes());
    sys::mount(source, target, "", libc::MS_BIND, b"")
}

pub fn make_read_only(target: &Path) -> io::Result<()> {
    use rustix::fs::StatVfsMountFlags as Has;
    // In a user namespace flags that stand may not be lost by a remount.
    let has = rustix::fs::statvfs(target)?.f_flag;
    let mut flags = libc::MS_BIND | libc::MS_REMOUNT | libc::MS_RDONLY;
    for (flag, bit) in [
        (Has::NOSUID, libc::MS_NOSUID),
        (Has::NODEV, libc::MS_NODEV),
        (Has::NOEXEC, libc::MS_NOEXEC),
        (Has::NOATIME, libc::MS_NOATIME),
        (Has::NODIRATIME, libc::MS_NODIRATIME),
        (Has::RELATIME, libc::MS_RELATIME),
    ] {
        if has.contains(flag) {
            flags |= bit;
        }
    }
    sys::mount(b"none", target.as_os_str().as_bytes(), "", flags, b"")
}

const PLAIN: libc::c_ulong = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;

fn mount_proc(stage: &Stage) -> Result<(), Failure> {
    let proc = stage.on_device(b"/proc");
    sys::mount(b"proc", proc.as_os_str().as_bytes(), "proc", PLAIN, b"")
        .step(|| "mount /proc (a container that hides parts of its own /proc forbids it)".into())
}

/// Gives the host's powers up: from here on this process is root of the device only.
fn become_device_root(stage: &Stage) -> Result<(), Failure> {
    let mut flags = libc::CLONE_NEWIPC;
    if let Some(user) = &stage.network.user {
        sys::setns(user.as_fd(), libc::CLONE_NEWUSER).step(|| "enter the user namespace".into())?;
        // Mounts made so far are locked in this copy: the device's root cannot undo them.
        flags |= libc::CLONE_NEWNS;
    }
    sys::unshare(flags).step(|| "make the device's own namespaces".into())
}

/// Keeps the device's root from making a cgroup namespace of its own, which would let it mount the
/// host's cgroup hierarchies (user_namespaces(7): the limit holds for namespaces below too).
fn forbid_cgroup_namespaces(limits: &OwnedFd) -> Result<(), Failure> {
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    rustix::fs::openat(limits, "max_cgroup_namespaces", flags, Mode::empty())
        .and_then(|file| rustix::io::write(&file, b"0"))
        .step(|| "set user.max_cgroup_namespaces of the device to 0".into())
        .map(drop)
}

fn build_dev(stage: &Stage) -> Result<OwnedFd, Failure> {
    let dev = stage.on_device(b"/dev");
    let bytes = dev.as_os_str().as_bytes();
    sys::mount(b"dev", bytes, "tmpfs", libc::MS_NOSUID, b"mode=0755")
        .step(|| "mount /dev".into())?;
    for (name, major, minor) in [
        ("null", 1, 3),
        ("zero", 1, 5),
        ("full", 1, 7),
        ("random", 1, 8),
        ("urandom", 1, 9),
        ("tty", 5, 0),
    ] {
        device_node(&dev.join(name), name, major, minor).step(|| format!("make /dev/{name}"))?;
    }
    for (name, target) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
        ("ptmx", "pts/ptmx"),
    ] {
        symlink(target, dev.join(name)).step(|| format!("make /dev/{name}"))?;
    }
    for folder in ["pts", "shm"] {
        fs::create_dir(dev.join(folder)).step(|| format!("make /dev/{folder}"))?;
    }
    let pts = dev.join("pts");
    let (pts, quiet) = (
        pts.as_os_str().as_bytes(),
        libc::MS_NOSUID | libc::MS_NOEXEC,
    );
    // Group 5 is `tty`; a normal user's namespace has no such group.
    sys::mount(
        b"devpts",
        pts,
        "devpts",
        quiet,
        b"newinstance,ptmxmode=0666,mode=0620,gid=5",
    )
    .or_else(|_| {
        sys::mount(
            b"devpts",
            pts,
            "devpts",
            quiet,
            b"newinstance,ptmxmode=0666",
        )
    })
    .step(|| "mount /dev/pts".into())?;
    fs::set_permissions(dev.join("shm"), fs::Permissions::from_mode(0o1777))
        .step(|| "open /dev/shm to all".into())?;
    own_folder(stage)
}

fn device_node(path: &Path, name: &str, major: u32, minor: u32) -> io::Result<()> {
    if sys::mknod(
        path.as_os_str().as_bytes(),
        libc::S_IFCHR | 0o666,
        major,
        minor,
    )
    .is_ok()
    {
        return fs::set_permissions(path, fs::Permissions::from_mode(0o666));
    }
    // No right to make nodes: the host's own, bound.
    fs::File::create(path)?;
    bind(&Path::new("/dev").join(name), path)
}

/// The engine's folder in `/dev`: the doubles' program, the real programs they hide, the FIFO.
fn own_folder(stage: &Stage) -> Result<OwnedFd, Failure> {
    let place = |path: &str| stage.on_device(path.as_bytes());
    for folder in [FOLDER, REAL] {
        fs::create_dir(place(folder)).step(|| format!("make {folder}"))?;
    }
    let double = place(DOUBLE);
    fs::File::create(&double)
        .and_then(|_| bind(&stage.program(), &double))
        .step(|| format!("put {DOUBLE} in place"))?;
    bind_all(&place(REAL), &stage.order.real)?;
    if !stage.order.guest.is_empty() {
        fs::create_dir(place(GUEST)).step(|| format!("make {GUEST}"))?;
        bind_all(&place(GUEST), &stage.order.guest)?;
    }
    let fifo = place(&format!("{FOLDER}/sysrq"));
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, Mode::from_raw_mode(0o200))
        .step(|| "make the FIFO for sysrq".into())?;
    open(
        &fifo,
        OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .step(|| "open the FIFO for sysrq".into())
}

/// Binds files into a folder, each under its name and read-only.
fn bind_all(folder: &Path, files: &[(Vec<u8>, Vec<u8>)]) -> Result<(), Failure> {
    for (name, source) in files {
        let target = super::chassis::below(folder, name);
        let source = Path::new(std::ffi::OsStr::from_bytes(source));
        fs::File::create(&target)
            .and_then(|_| bind(source, &target))
            .and_then(|()| make_read_only(&target))
            .step(|| format!("keep the real {}", String::from_utf8_lossy(name)))?;
    }
    Ok(())
}

fn mount_sys(stage: &Stage, remarks: &mut Vec<String>) -> Result<(), Failure> {
    let sys_dir = stage.on_device(b"/sys");
    let flags = PLAIN | libc::MS_RDONLY;
    if let Err(e) = sys::mount(
        b"sysfs",
        sys_dir.as_os_str().as_bytes(),
        "sysfs",
        flags,
        b"",
    ) {
        remarks.push(format!("/sys is empty: {e}"));
        return Ok(());
    }
    let facts = stage.base.join("facts");
    let id = facts.join("dmi/id");
    if !id.exists() {
        fs::create_dir_all(&id).step(|| "make a folder for the device's facts".into())?;
        for (name, value) in &stage.order.facts {
            let path = super::chassis::below(&id, name);
            let secret = name.ends_with(b"serial") || name.ends_with(b"uuid");
            let mode = if secret { 0o400 } else { 0o444 };
            super::chassis::write_new(&path, mode, value)
                .step(|| "write the device's facts".into())?;
        }
    }
    let class = sys_dir.join("class");
    let options = format!("lowerdir={}:{}", facts.display(), class.display());
    let target = class.as_os_str().as_bytes();
    if let Err(e) = sys::mount(b"facts", target, "overlay", flags, options.as_bytes()) {
        remarks.push(format!(
            "/sys/class/dmi/id does not tell the device's serial: {e}"
        ));
    }
    let host_id = sys_dir.join("devices/virtual/dmi/id");
    if host_id.is_dir() {
        bind(&id, &host_id).step(|| "hide the host's serial".into())?;
    }
    hide_folders(stage, &sys_dir, &["firmware"])
}

fn hide_folders(stage: &Stage, base: &Path, names: &[&str]) -> Result<(), Failure> {
    let empty = stage.base.join("empty");
    fs::create_dir_all(&empty).step(|| "make an empty folder".into())?;
    for name in names {
        let path = base.join(name);
        if path.is_dir() {
            bind(&empty, &path)
                .and_then(|()| make_read_only(&path))
                .step(|| format!("hide {name}"))?;
        }
    }
    Ok(())
}

fn hide_in_proc(stage: &Stage, remarks: &mut Vec<String>) -> Result<(), Failure> {
    let proc = stage.on_device(b"/proc");
    let null = stage.on_device(b"/dev/null");
    for name in HIDDEN_FILES {
        let path = proc.join(name);
        if path.exists() {
            bind(&null, &path).step(|| format!("hide /proc/{name}"))?;
        }
    }
    hide_folders(stage, &proc, &HIDDEN_FOLDERS)?;
    for name in READ_ONLY {
        let path = proc.join(name);
        if path.exists() {
            bind(&path, &path)
                .and_then(|()| make_read_only(&path))
                .step(|| format!("make /proc/{name} read-only"))?;
        }
    }
    let trigger = proc.join("sysrq-trigger");
    if trigger.exists() {
        let fifo = stage.on_device(format!("{FOLDER}/sysrq").as_bytes());
        bind(&fifo, &trigger).step(|| "watch /proc/sysrq-trigger".into())?;
    } else {
        remarks.push("this kernel has no /proc/sysrq-trigger".into());
    }
    Ok(())
}
