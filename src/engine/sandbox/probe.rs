//! What the sandbox would give on this machine, with the very setting that forbids it and the ways
//! out.
//!
//! The judgement is a pure function of [`Inputs`], so that machines one does not have can be tested.

use crate::engine::{Probe, Unavailable};
use std::fs;

/// What is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Effective user id 0.
    pub root: bool,
    /// Effective capabilities, as `/proc/self/status` has them.
    pub capabilities: u64,
    /// Seccomp mode of this process: 0 none, 2 filter.
    pub seccomp: u8,
    /// A container's mark: `/.dockerenv`, `/run/.containerenv`, or its cgroup's name.
    pub container: bool,
    /// `/proc/version`.
    pub version: String,
    /// `kernel.apparmor_restrict_unprivileged_userns`.
    pub apparmor: Option<u64>,
    /// `user.max_user_namespaces`.
    pub most_namespaces: Option<u64>,
    /// `kernel.unprivileged_userns_clone` (Debian's kernels).
    pub clone: Option<u64>,
    /// `/proc/filesystems` lists overlay.
    pub overlay: bool,
}

/// CAP_SYS_ADMIN.
const ADMIN: u64 = 1 << 21;

impl Inputs {
    /// Reads this machine.
    pub fn read() -> Inputs {
        let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse().ok();
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let field = |name: &str| {
            status
                .lines()
                .find_map(|l| l.strip_prefix(name))
                .map(str::trim)
        };
        let exists = |path: &str| fs::symlink_metadata(path).is_ok();
        let filesystems = fs::read_to_string("/proc/filesystems").unwrap_or_default();
        Inputs {
            root: rustix::process::geteuid().is_root(),
            capabilities: field("CapEff:")
                .and_then(|c| u64::from_str_radix(c, 16).ok())
                .unwrap_or(0),
            seccomp: field("Seccomp:").and_then(|s| s.parse().ok()).unwrap_or(0),
            container: exists("/.dockerenv") || exists("/run/.containerenv"),
            version: fs::read_to_string("/proc/version").unwrap_or_default(),
            apparmor: number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
            most_namespaces: number("/proc/sys/user/max_user_namespaces"),
            clone: number("/proc/sys/kernel/unprivileged_userns_clone"),
            overlay: filesystems
                .lines()
                .any(|l| l.split_whitespace().last() == Some("overlay")),
        }
    }

    /// Whether devices are whole here, if they boot at all: mounts need the host's root.
    pub fn whole(&self) -> bool {
        self.root && self.capabilities & ADMIN != 0
    }

    fn gvisor(&self) -> bool {
        // gVisor's kernel always tells this very version.
        self.version.starts_with("Linux version 4.4.0 ") && !self.version.contains("gcc")
            || self.version.to_lowercase().contains("gvisor")
    }
}

/// Why devices are reduced for a normal user.
pub const REDUCED: &str = "run as a normal user: files of the host's root cannot be changed in \
                           place everywhere, other users and owners cannot be played; run as root \
                           (sudo) for whole devices";

const FLAGS: &str = "give the container the rights: docker run --cap-add SYS_ADMIN \
                     --security-opt seccomp=unconfined --security-opt apparmor=unconfined ... \
                     (or --privileged)";

/// The reason a boot failed, as far as the machine's settings tell; `failure` is what was said.
pub fn judge(inputs: &Inputs, failure: &str) -> Unavailable {
    let sudo = "run it as root: sudo".to_owned();
    let set = |setting: &str| format!("as root: sysctl -w {setting}");
    if inputs.gvisor() {
        return Unavailable {
            why: format!(
                "gVisor runs this container and has no overlays or namespaces of its own to give ({failure})"
            ),
            ways_out: vec![
                "run the container with another runtime: docker run --runtime runc ...".into(),
            ],
        };
    }
    if inputs.most_namespaces == Some(0) {
        return Unavailable {
            why: "user.max_user_namespaces = 0: the kernel gives no user namespaces".into(),
            ways_out: vec![set("user.max_user_namespaces=15000")],
        };
    }
    if !inputs.whole() && inputs.clone == Some(0) {
        return Unavailable {
            why: "kernel.unprivileged_userns_clone = 0: user namespaces are root's alone".into(),
            ways_out: vec![sudo, set("kernel.unprivileged_userns_clone=1")],
        };
    }
    if !inputs.whole() && inputs.apparmor.is_some_and(|a| a != 0) {
        return Unavailable {
            why: "kernel.apparmor_restrict_unprivileged_userns = 1: AppArmor takes a normal \
                  user's namespaces their rights (Ubuntu 23.10 and later)"
                .into(),
            ways_out: vec![sudo, set("kernel.apparmor_restrict_unprivileged_userns=0")],
        };
    }
    if inputs.container || (inputs.root && !inputs.whole()) {
        let seccomp = if inputs.seccomp == 2 { "on" } else { "off" };
        let admin = if inputs.capabilities & ADMIN != 0 {
            "has"
        } else {
            "lacks"
        };
        return Unavailable {
            why: format!(
                "this container keeps the rights back: it {admin} CAP_SYS_ADMIN \
                 (CapEff {:016x}), its seccomp filter is {seccomp} ({failure})",
                inputs.capabilities
            ),
            ways_out: vec![FLAGS.into()],
        };
    }
    if !inputs.overlay {
        return Unavailable {
            why: format!("the kernel does not list overlay among its file systems ({failure})"),
            ways_out: vec!["as root: modprobe overlay".into()],
        };
    }
    Unavailable {
        why: failure.to_owned(),
        ways_out: if inputs.root { Vec::new() } else { vec![sudo] },
    }
}

/// The probe: `tried` is how a device that was booted for it went, with PID 1's remarks.
pub fn probe(inputs: &Inputs, tried: Result<Vec<String>, String>) -> Probe {
    let say = |value: Option<u64>| value.map_or("not there".to_owned(), |v| v.to_string());
    let mut details = vec![
        format!(
            "run by {}",
            if inputs.whole() {
                "root"
            } else if inputs.root {
                "root without CAP_SYS_ADMIN"
            } else {
                "a normal user"
            }
        ),
        format!("user.max_user_namespaces: {}", say(inputs.most_namespaces)),
        format!("kernel.unprivileged_userns_clone: {}", say(inputs.clone)),
        format!(
            "kernel.apparmor_restrict_unprivileged_userns: {}",
            say(inputs.apparmor)
        ),
        format!(
            "in a container: {}",
            if inputs.container {
                "yes"
            } else {
                "no sign of it"
            }
        ),
    ];
    let state = match tried {
        Ok(remarks) => {
            details.push("a device booted and ran a program".into());
            details.extend(remarks);
            Ok((!inputs.whole()).then(|| REDUCED.to_owned()))
        }
        Err(failure) => Err(judge(inputs, &failure)),
    };
    Probe {
        engine: "sandbox",
        state,
        details,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> Inputs {
        Inputs {
            most_namespaces: Some(1000),
            overlay: true,
            version: "Linux version 6.1 (gcc)".into(),
            ..Inputs::default()
        }
    }

    fn why(inputs: &Inputs) -> String {
        let judged = judge(inputs, "operation not permitted");
        assert!(!judged.ways_out.is_empty(), "{judged:?}");
        format!("{} | {}", judged.why, judged.ways_out.join(" | "))
    }

    #[test]
    fn each_machine_is_told_its_own_setting() {
        let ubuntu = Inputs {
            apparmor: Some(1),
            ..user()
        };
        assert!(why(&ubuntu).contains("kernel.apparmor_restrict_unprivileged_userns = 1"));
        assert!(why(&ubuntu).contains("sudo"));
        let debian = Inputs {
            clone: Some(0),
            ..user()
        };
        assert!(why(&debian).contains("kernel.unprivileged_userns_clone = 0"));
        let none = Inputs {
            most_namespaces: Some(0),
            root: true,
            capabilities: ADMIN,
            ..user()
        };
        assert!(why(&none).contains("user.max_user_namespaces = 0"));
        let docker = Inputs {
            root: true,
            capabilities: 0xa804_25fb,
            seccomp: 2,
            container: true,
            ..user()
        };
        assert!(why(&docker).contains("--cap-add SYS_ADMIN --security-opt seccomp=unconfined"));
        assert!(why(&docker).contains("lacks CAP_SYS_ADMIN"));
        let gvisor = Inputs {
            version: "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016".into(),
            ..docker
        };
        assert!(why(&gvisor).contains("gVisor"));
        let bare = Inputs {
            overlay: false,
            ..user()
        };
        assert!(why(&bare).contains("modprobe overlay"));
    }

    #[test]
    fn a_rule_that_binds_users_only_is_not_blamed_for_roots_failure() {
        let root = Inputs {
            root: true,
            capabilities: ADMIN,
            apparmor: Some(1),
            ..user()
        };
        assert_eq!(judge(&root, "no space").why, "no space");
    }

    #[test]
    fn a_normal_users_devices_are_reduced() {
        let probed = probe(&user(), Ok(vec!["no NIC".into()]));
        assert_eq!(probed.state, Ok(Some(REDUCED.to_owned())));
        assert!(probed.details.contains(&"no NIC".to_owned()));
    }
}
