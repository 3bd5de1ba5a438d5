//! What root of a device may do.

use super::device::{boot, check, run};
use libtest_mimic::Failed;
use shakedown::rmm::observed::Exit;

pub fn no_power() -> Result<(), Failed> {
    let device = boot("power")?;
    let outcome = run(
        &device,
        "echo x > /proc/sys/kernel/hostname && echo wrote; \
         umount /proc/sysrq-trigger && echo unmounted; \
         umount /proc && echo unmounted; mknod /tmp/d b 1 0 && echo made; \
         date -s '2001-01-01' >/dev/null && echo set; ls /proc/1/root && echo saw; \
         cat /proc/1/environ && echo read; ls /run/systemd /run/docker.sock && echo socket; \
         echo 0 > /sys/class/net/lo/mtu && echo wrote; \
         echo > /dev/.shakedown/double && echo wrote; \
         mount -t tmpfs none /mnt && echo own mount; hostname other && hostname",
    )?;
    check(outcome.stdout == b"own mount\nother\n", &outcome)?;
    if device.label().reduced.is_some() {
        // A normal user's device may undo its own mounts: beneath is what the user may do anyway.
        return Ok(());
    }
    let outcome = run(
        &device,
        "mount -o remount,rw /proc/sys; umount /proc/sys; mount -t proc p /mnt",
    )?;
    check(outcome.exit != Exit::Code(0), &outcome)?;
    let outcome = run(
        &device,
        "echo 1 > /proc/sys/kernel/panic; mount | grep -c ' /proc/sys .*ro,'",
    )?;
    check(outcome.stdout == b"1\n", &outcome)
}
