//! podman's service and dockerd, each in a mount namespace of its own over temporary folders, so
//! that nothing of an engine that this machine may have is touched: no socket, image, container or
//! lock of it. dockerd is told to leave firewall, bridges and forwarding alone.

use super::{http, images};
use libtest_mimic::Failed;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// One engine.
pub struct Kind {
    pub name: &'static str,
    /// Programs it needs.
    programs: &'static [&'static str],
    /// Starts it; `$W` is its folder.
    start: &'static str,
}

/// The engines that are tested.
pub const KINDS: [Kind; 2] = [
    Kind {
        name: "podman",
        programs: &["podman", "conmon", "runc"],
        start: "printf '[containers]\\ndefault_ulimits = [\"nofile=1024:1024\",\"nproc=4096:4096\"]\\n[engine]\\nruntime = \"runc\"\\ncgroup_manager = \"cgroupfs\"\\nevents_logger = \"file\"\\n' > $W/containers.conf\n\
                export CONTAINERS_CONF=$W/containers.conf\n\
                exec setpriv --pdeathsig KILL podman --root $W/data --runroot $W/run --tmpdir $W/tmp system service --time=0 unix://$W/socket",
    },
    Kind {
        name: "dockerd",
        programs: &["dockerd", "containerd", "runc"],
        start: "exec setpriv --pdeathsig KILL dockerd -H unix://$W/socket --data-root $W/data --exec-root $W/run -p $W/pid --iptables=false --ip6tables=false --bridge=none",
    },
];

/// Before either: writes of the engine to places of the machine's go to a tmpfs.
const APART: &str = "set -e\n\
    mkdir $W/apart $W/data $W/run $W/tmp\n\
    mount -t tmpfs none $W/apart\n\
    mkdir $W/apart/upper $W/apart/work\n\
    mount -t overlay none -o lowerdir=/var/lib,upperdir=$W/apart/upper,workdir=$W/apart/work /var/lib\n\
    mount -t tmpfs none /dev/shm\n\
    mount -t tmpfs none /run\n";

/// How long one may take to answer.
const STARTING: Duration = Duration::from_secs(60);

/// What both need of this machine; none when all is there.
pub fn lacking() -> Option<String> {
    if !cfg!(all(target_os = "linux", feature = "container")) {
        return Some("this build has no container engine: cargo test --features container".into());
    }
    if !rustix::process::geteuid().is_root() {
        return Some("devices in containers need root".into());
    }
    let mut programs: Vec<&str> = KINDS.iter().flat_map(|k| k.programs).copied().collect();
    programs.extend(["unshare", "setpriv", "debootstrap", "busybox"]);
    programs.retain(|p| !on_path(p));
    match programs.as_slice() {
        [] => None,
        lacking => Some(format!(
            "this machine has no {}: scripts/install-engines",
            lacking.join(", ")
        )),
    }
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")])
        .any(|folder| folder.join(program).is_file())
}

/// A running engine with the images of these tests.
pub struct Engine {
    folder: TempDir,
    child: Mutex<Child>,
}

impl Engine {
    /// Starts one and gives it its images.
    pub fn start(kind: &Kind) -> Result<Engine, String> {
        let folder = tempfile::Builder::new()
            .prefix("shakedown-")
            .tempdir()
            .map_err(|e| e.to_string())?;
        let log = std::fs::File::create(folder.path().join("log")).map_err(|e| e.to_string())?;
        let child = Command::new("unshare")
            .args(["--mount", "--propagation", "private", "sh", "-c"])
            .arg(format!("{APART}{}", kind.start))
            .env("W", folder.path())
            .env(
                "PATH",
                format!(
                    "{}:/usr/sbin:/sbin",
                    std::env::var("PATH").unwrap_or_default()
                ),
            )
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(|e| e.to_string())?)
            .stderr(log)
            .spawn()
            .map_err(|e| format!("unshare: {e}"))?;
        let engine = Engine {
            folder,
            child: Mutex::new(child),
        };
        engine.ready().map_err(|why| {
            let log = std::fs::read_to_string(engine.folder.path().join("log"));
            format!(
                "{} does not start: {why}\n{}",
                kind.name,
                log.unwrap_or_default()
            )
        })?;
        images::put_all(&engine.socket()).map_err(|e| format!("{}: {e:?}", kind.name))?;
        Ok(engine)
    }

    fn ready(&self) -> Result<(), String> {
        let until = Instant::now() + STARTING;
        loop {
            match http::get(&self.socket(), "/version") {
                Ok(_) => return Ok(()),
                Err(e) if Instant::now() > until => return Err(format!("{e:?}")),
                Err(_) => {}
            }
            let ended = self.child.lock().map(|mut c| c.try_wait());
            if let Ok(Ok(Some(status))) = ended {
                return Err(status.to_string());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// As DOCKER_HOST names it.
    pub fn host(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// A folder of the engine's for a test's files.
    pub fn scratch(&self) -> Result<TempDir, Failed> {
        Ok(tempfile::tempdir_in(self.folder.path())?)
    }

    /// Every container that shakedown labelled, running or not, by its names.
    pub fn labelled(&self) -> Result<Vec<String>, Failed> {
        // {"label":["shakedown.pid"]}
        let query =
            "/containers/json?all=true&filters=%7B%22label%22%3A%5B%22shakedown.pid%22%5D%7D";
        let listed = http::get(&self.socket(), query)?;
        let listed = listed.as_array().ok_or("no list of containers")?;
        let name = |c: &Value| c["Names"].to_string();
        Ok(listed.iter().map(name).collect())
    }

    /// Waits until no container is labelled.
    pub fn emptied(&self, within: Duration) -> Result<(), Failed> {
        let until = Instant::now() + within;
        loop {
            let left = self.labelled()?;
            if left.is_empty() {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(format!("containers are left: {}", left.join(" ")).into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the engine and all that it started.
    pub fn end(&self) {
        let Ok(mut child) = self.child.lock() else {
            return;
        };
        if let Some(pid) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let until = Instant::now() + Duration::from_secs(15);
        while Instant::now() < until && !matches!(child.try_wait(), Ok(Some(_))) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.end();
    }
}

/// A path as text for a scenario.
pub fn text(path: &Path) -> String {
    path.display().to_string()
}
