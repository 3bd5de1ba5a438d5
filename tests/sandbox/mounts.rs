//! File systems that root of a device mounts.

use super::device::{boot, check, run};
use libtest_mimic::Failed;
use shakedown::rmm::observed::Change;

/// File systems that show the host's own state, with options where they need some.
/// Not `binfmt_misc`: since Linux 6.7 each user namespace has one of its own, before it is refused.
const OF_THE_HOST: &str = "cgroup2 cgroup,memory cgroup,none,name=shakedown debugfs tracefs bpf \
                           securityfs configfs fusectl efivarfs pstore devtmpfs";

/// Nothing that shows or steers the host can be mounted, in namespaces within the device neither.
pub fn host_file_systems() -> Result<(), Failed> {
    let device = boot("mounts")?;
    let script = format!(
        "for kind in {OF_THE_HOST}; do \
           options=rw; case $kind in *,*) options=${{kind#*,}};; esac; \
           mount -t ${{kind%%,*}} -o $options none /mnt && echo $kind is mounted; \
         done; \
         unshare -C true && echo own cgroup namespace; \
         unshare -m -C mount -t cgroup2 none /mnt && echo own cgroup2; \
         unshare -r -m -C mount -t cgroup2 none /mnt && echo nested cgroup2; \
         echo 9 > /proc/sys/user/max_cgroup_namespaces && echo limit raised; \
         mkdir /tmp/b; mount -t bpf none /tmp/b && touch /tmp/b/x && echo wrote bpf; \
         mount -t sysfs none /tmp/b && mount -o remount,rw /tmp/b && \
           echo 0 > /tmp/b/kernel/profiling && echo wrote sysfs; \
         for kind in tmpfs mqueue; do mkdir /tmp/$kind; mount -t $kind none /tmp/$kind && echo $kind; done"
    );
    let outcome = run(&device, &script)?;
    check(outcome.stdout == b"tmpfs\nmqueue\n", &outcome)
}

/// A mount and shared memory lie in no upper layer and are told all the same.
pub fn in_the_footprint() -> Result<(), Failed> {
    let device = boot("mounted")?;
    run(&device, "mkdir '/opt/a b'; echo x > /dev/shm/before")?;
    device.write_file("/dev/shm/agent", b"agent", 0o600)?;
    let mark = device.mark()?;
    device.write_file("/dev/shm/later", b"agent", 0o600)?;
    let script = "mount -t tmpfs none '/opt/a b'; mount -t tmpfs none '/opt/a b'; \
                  mount -t tmpfs none /mnt; umount /mnt; mkdir /dev/shm/d; echo y > /dev/shm/d/f; \
                  rm /dev/shm/before";
    run(&device, script)?;
    let footprint = device.footprint(&mark)?;
    let seen: Vec<_> = footprint
        .entries
        .iter()
        .map(|e| (e.path.as_str(), e.change))
        // Some versions of mount(8) keep their own notes there.
        .filter(|(path, _)| !path.starts_with("/run/mount"))
        .collect();
    let expected = [
        ("/dev/shm/before", Change::Deleted),
        ("/dev/shm/d", Change::Created),
        ("/dev/shm/d/f", Change::Created),
        ("/opt/a b", Change::Metadata),
    ];
    check(seen == expected, &seen)?;
    let mark = device.mark()?;
    device.reboot()?;
    let entries = device.footprint(&mark)?.entries;
    check(
        entries.iter().all(|e| e.change == Change::Deleted),
        &entries,
    )
}
