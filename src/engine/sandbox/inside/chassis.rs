//! The chassis: holds a device's tmpfs and overlays in a mount namespace of its own and boots PID 1
//! over them, again for every reboot. It ends when the harness does, and everything with it.

use super::overlay::{self, Overlay};
use super::owned::{self, Owned};
use super::{Failure, Step, build, init, tell_failure};
use crate::engine::sandbox::sys::{self, Ended};
use crate::engine::sandbox::tree;
use crate::engine::sandbox::wire::{self, Area, BootOrder, Plant, PlantKind, Report, ToChassis};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// Where a chassis may lay its tmpfs; only its own mount namespace sees it.
const STAGES: [&str; 6] = ["/mnt", "/media", "/srv", "/var/tmp", "/tmp", "/dev/shm"];

/// What the chassis keeps between boots.
pub struct Stage {
    pub order: BootOrder,
    /// The tmpfs.
    pub base: PathBuf,
    /// Namespaces that outlive reboots.
    pub network: Owned,
}

impl Stage {
    /// The device's merged root.
    pub fn root(&self) -> PathBuf {
        self.base.join("root")
    }

    /// This very binary, for the doubles.
    pub fn program(&self) -> PathBuf {
        self.base.join("program")
    }

    /// A path of the device seen from here.
    pub fn on_device(&self, path: &[u8]) -> PathBuf {
        below(&self.root(), path)
    }
}

/// Joins a device's absolute path to a folder.
pub fn below(base: &Path, path: &[u8]) -> PathBuf {
    let trimmed = path.strip_prefix(b"/").unwrap_or(path);
    if trimmed.is_empty() {
        base.to_path_buf()
    } else {
        base.join(OsStr::from_bytes(trimmed))
    }
}

/// Runs the chassis to its end.
pub fn run(socket: OwnedFd, needs_mount_namespace: bool) -> ! {
    sys::ignore_children(false);
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    let mut stage: Option<Stage> = None;
    let mut init: Option<libc::pid_t> = None;
    let mut keep = false;
    loop {
        let (message, fds) = match wire::receive::<ToChassis>(socket.as_fd()) {
            Ok(Some(got)) => got,
            _ if keep => {
                // Nobody gives orders any more: stay until PID 1 ends.
                if let Some(pid) = init {
                    sys::reap(pid, true);
                }
                sys::exit_now(0);
            }
            _ => {
                end(&mut init);
                sys::exit_now(0);
            }
        };
        let done = match message {
            ToChassis::Boot(order) => prepare(*order, needs_mount_namespace)
                .and_then(|s| boot(stage.insert(s), fds, &socket)),
            ToChassis::Again => {
                end(&mut init);
                match &stage {
                    Some(s) => empty_folders(s).and_then(|()| boot(s, fds, &socket)),
                    None => Err(Failure {
                        what: "boot again before the first boot".into(),
                        error: io::Error::from_raw_os_error(libc::EINVAL),
                    }),
                }
            }
            ToChassis::Keep => {
                keep = true;
                continue;
            }
        };
        match done {
            Ok(pid) => init = Some(pid),
            Err(failure) => tell_failure(socket.as_fd(), &failure),
        }
    }
}

fn end(init: &mut Option<libc::pid_t>) {
    if let Some(pid) = init.take() {
        sys::kill(pid, libc::SIGKILL);
        let _: Option<(libc::pid_t, Ended)> = sys::reap(pid, true);
    }
}

fn prepare(order: BootOrder, needs_mount_namespace: bool) -> Result<Stage, Failure> {
    if order.reduced {
        enter_own_user_namespace()?;
    } else if needs_mount_namespace {
        sys::unshare(libc::CLONE_NEWNS).step(|| "make a mount namespace".into())?;
    }
    sys::mount(b"none", b"/", "", libc::MS_REC | libc::MS_PRIVATE, b"")
        .step(|| "make the mounts private".into())?;
    let coming = owned::begin(&order)?;
    let open = |path: &Path, what: &str| {
        rustix::fs::open(
            path,
            rustix::fs::OFlags::PATH | rustix::fs::OFlags::CLOEXEC,
            rustix::fs::Mode::empty(),
        )
        .step(|| format!("open {what} {}", path.display()))
    };
    // By its path: the descriptor behind the link is of another mount namespace.
    let program = fs::read_link("/proc/self/exe")
        .ok()
        .and_then(|path| open(&path, "").ok());
    // Opened before the stage is laid, which may hide them.
    let layers = order
        .layers
        .iter()
        .map(|l| open(Path::new(OsStr::from_bytes(l)), "layer"))
        .collect::<Result<Vec<OwnedFd>, Failure>>()?;
    let base = STAGES
        .iter()
        .map(Path::new)
        .find(|p| p.is_dir())
        .ok_or_else(|| io::Error::from_raw_os_error(libc::ENOENT))
        .step(|| format!("find a folder among {}", STAGES.join(" ")))?;
    let base_bytes = base.as_os_str().as_bytes();
    sys::mount(
        b"shakedown",
        base_bytes,
        "tmpfs",
        libc::MS_NOSUID,
        b"mode=0755",
    )
    .or_else(|_| sys::mount(b"shakedown", base_bytes, "tmpfs", 0, b""))
    .step(|| "mount a tmpfs".into())?;
    // Programs on the device may be set-user-id, so the flag goes again where it can.
    let _ = sys::mount(b"none", base_bytes, "", libc::MS_REMOUNT, b"");
    let mut stage = Stage {
        base: base.to_path_buf(),
        network: Owned::default(),
        order,
    };
    fs::create_dir(stage.root()).step(|| "make a folder".into())?;
    match stage.order.guest.as_slice() {
        [] => lay_program(&stage.program(), program),
        guest => super::guest::lay_script(&stage.program(), guest),
    }
    .step(|| "keep this program at hand".into())?;
    for (number, area) in stage.order.areas.iter().enumerate() {
        lay_area(&stage, number, area, &layers)?;
    }
    stage.network = owned::finish(coming, &stage.order)?;
    Ok(stage)
}

/// Makes this program reachable, read-only: no process of the device may write to it.
fn lay_program(target: &Path, by_path: Option<OwnedFd>) -> io::Result<()> {
    fs::File::create(target)?;
    let running = rustix::fs::stat("/proc/self/exe")?;
    // A rebuild may have put another program at the path meanwhile.
    let same = by_path.filter(|p| {
        rustix::fs::fstat(p).is_ok_and(|s| (s.st_dev, s.st_ino) == (running.st_dev, running.st_ino))
    });
    let bound = same.map(|p| {
        build::bind(
            Path::new(&format!("/proc/self/fd/{}", p.as_raw_fd())),
            target,
        )
    });
    if !matches!(bound, Some(Ok(()))) {
        fs::copy("/proc/self/exe", target)?;
        fs::set_permissions(target, fs::Permissions::from_mode(0o755))?;
        build::bind(target, target)?;
    }
    build::make_read_only(target)
}

/// A normal user's way: this process becomes root of a user namespace of its own.
fn enter_own_user_namespace() -> Result<(), Failure> {
    let (uid, gid) = (
        rustix::process::getuid().as_raw(),
        rustix::process::getgid().as_raw(),
    );
    sys::unshare(libc::CLONE_NEWUSER).step(|| "make a user namespace".into())?;
    let write = |file: &str, text: String| {
        fs::write(format!("/proc/self/{file}"), text).step(|| format!("write /proc/self/{file}"))
    };
    write("setgroups", "deny".into())?;
    write("uid_map", format!("0 {uid} 1"))?;
    write("gid_map", format!("0 {gid} 1"))?;
    sys::unshare(libc::CLONE_NEWNS).step(|| "make a mount namespace".into())
}

/// Folder of an area's upper layer.
fn upper_of(stage: &Stage, number: usize) -> PathBuf {
    stage.base.join(format!("upper{number}"))
}

fn lay_area(stage: &Stage, number: usize, area: &Area, layers: &[OwnedFd]) -> Result<(), Failure> {
    let (upper, work) = (
        upper_of(stage, number),
        stage.base.join(format!("work{number}")),
    );
    for folder in [&upper, &work] {
        fs::DirBuilder::new()
            .mode(0o755)
            .create(folder)
            .step(|| "make a folder".into())?;
    }
    for plant in &stage.order.plants {
        if area_of(&stage.order.areas, &plant.path) == number {
            let relative = &plant.path[area.at.len()..];
            put(&below(&upper, relative), plant, stage.order.reduced)
                .step(|| format!("put {} in place", String::from_utf8_lossy(&plant.path)))?;
        }
    }
    let target = stage.on_device(&area.at);
    let what = || format!("lay the files of /{}", String::from_utf8_lossy(&area.at));
    if !target.is_dir() {
        fs::create_dir(&target).step(what)?;
    }
    if !area.overlay {
        let data = upper.as_os_str().as_bytes();
        return sys::mount(data, target.as_os_str().as_bytes(), "", libc::MS_BIND, b"").step(what);
    }
    let lower: Vec<PathBuf> = layers
        .iter()
        .map(|l| {
            below(
                Path::new(&format!("/proc/self/fd/{}", l.as_raw_fd())),
                &area.at,
            )
        })
        .filter(|p| p.is_dir())
        .collect();
    let overlay = Overlay {
        lower: &lower,
        upper: &upper,
        work: &work,
        reduced: stage.order.reduced,
    };
    overlay::lay(&overlay, &target, &stage.base, number)
}

/// The deepest area a path lies in.
pub fn area_of(areas: &[Area], path: &[u8]) -> usize {
    let inside = |a: &Area| {
        path.strip_prefix(a.at.as_slice())
            .is_some_and(|r| r.is_empty() || r[0] == b'/')
    };
    areas
        .iter()
        .enumerate()
        .rev()
        .find(|(_, a)| inside(a))
        .map_or(0, |(n, _)| n)
}

fn put(path: &Path, plant: &Plant, reduced: bool) -> io::Result<()> {
    match &plant.kind {
        PlantKind::Folder { opaque } => {
            match fs::DirBuilder::new().mode(plant.mode).create(path) {
                Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
                // The umask left the mode alone.
                Ok(()) if plant.mode & 0o7022 == 0 => {}
                _ => fs::set_permissions(path, fs::Permissions::from_mode(plant.mode))?,
            }
            if *opaque {
                let name = if reduced {
                    c"user.overlay.opaque"
                } else {
                    c"trusted.overlay.opaque"
                };
                match sys::set_xattr(path.as_os_str().as_bytes(), name, b"y") {
                    // Kernels before 6.6 keep no user attributes on tmpfs.
                    Err(e) if reduced && e.raw_os_error() == Some(libc::EOPNOTSUPP) => {}
                    other => other?,
                }
            }
        }
        PlantKind::File(content) => {
            write_new(path, plant.mode, content)?;
        }
        PlantKind::Link(target) => symlink(OsStr::from_bytes(target), path)?,
    }
    if !reduced && (plant.uid, plant.gid) != (0, 0) {
        std::os::unix::fs::lchown(path, Some(plant.uid), Some(plant.gid))?;
        if !matches!(plant.kind, PlantKind::Link(_)) {
            // A change of owner takes set-id bits away.
            fs::set_permissions(path, fs::Permissions::from_mode(plant.mode))?;
        }
    }
    Ok(())
}

/// Writes a file with this mode.
pub fn write_new(path: &Path, mode: u32, content: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)?;
    file.write_all(content)?;
    if mode & 0o7022 == 0 {
        return Ok(());
    }
    // The umask took a part of it.
    file.set_permissions(fs::Permissions::from_mode(mode))
}

fn empty_folders(stage: &Stage) -> Result<(), Failure> {
    for folder in &stage.order.emptied {
        empty_folder(stage, folder)
            .step(|| format!("empty {}", String::from_utf8_lossy(folder)))?;
    }
    // What the first boot put there (`/run/lock`) is there again.
    for plant in &stage.order.plants {
        let folder = &stage.order.emptied;
        let inside = folder
            .iter()
            .any(|f| plant.path.len() > f.len() && plant.path.starts_with(f));
        if inside {
            put(&stage.on_device(&plant.path), plant, true)
                .step(|| format!("put {} in place", String::from_utf8_lossy(&plant.path)))?;
        }
    }
    Ok(())
}

/// Leaves an empty folder of the device, whatever it made of it: a link there would lead to a file
/// of the host from here.
fn empty_folder(stage: &Stage, folder: &[u8]) -> io::Result<()> {
    use rustix::fs::{Mode, OFlags};
    let path = stage.on_device(folder);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::open(&path, flags, Mode::empty()) {
        Ok(fd) => return tree::empty(fd),
        Err(rustix::io::Errno::NOENT) => {}
        Err(_) => fs::remove_file(&path)?,
    }
    let planted = stage.order.plants.iter().find(|p| p.path == folder);
    let mode = planted.map_or(0o755, |p| p.mode);
    fs::create_dir(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(mode))
}

fn boot(stage: &Stage, fds: Vec<OwnedFd>, socket: &OwnedFd) -> Result<libc::pid_t, Failure> {
    let control = fds
        .into_iter()
        .next()
        .ok_or_else(|| io::Error::from_raw_os_error(libc::EBADF))
        .step(|| "get the socket for PID 1".into())?;
    let forked = sys::fork_into(libc::CLONE_NEWPID | libc::CLONE_NEWNS)
        .step(|| "make a process namespace".into())?;
    let pid = match forked {
        sys::Forked::Child => match build::build(stage) {
            Ok(built) => init::run(control, built),
            Err(failure) => {
                tell_failure(control.as_fd(), &failure);
                sys::exit_now(1);
            }
        },
        sys::Forked::Parent(pid) => pid,
    };
    drop(control);
    let uppers = (0..stage.order.areas.len())
        .map(|n| {
            rustix::fs::open(
                upper_of(stage, n),
                rustix::fs::OFlags::RDONLY
                    | rustix::fs::OFlags::DIRECTORY
                    | rustix::fs::OFlags::CLOEXEC,
                rustix::fs::Mode::empty(),
            )
        })
        .collect::<Result<Vec<OwnedFd>, _>>()
        .step(|| "open the upper layer".into())?;
    let sockets = &stage.network.sockets;
    let borrowed: Vec<_> = uppers.iter().chain(sockets).map(AsFd::as_fd).collect();
    let ready = Report::Ready {
        pid: pid as u32,
        remarks: stage.network.remarks.clone(),
    };
    wire::send(socket.as_fd(), &ready, &borrowed).step(|| "answer the harness".into())?;
    Ok(pid)
}
