//! What a job on a device in a container reaches: nothing of the engine, of the machine, or of
//! another device.

use super::engines::{Engine, text};
use super::images::DEBIAN;
use super::shakedown::scenario;
use libtest_mimic::Failed;

/// Looks for each way out and names those that are open.
const LOOK: &str = "\
    for s in /var/run/docker.sock /run/podman/podman.sock /dev/.shakedown-link SOCKET; do [ ! -e $s ] || echo socket $s; done; \
    grep -q eth0 /proc/net/dev && ip route | grep -q . && echo route; \
    [ \"$(ls /proc | grep -c '^[0-9]')\" -lt 12 ] || echo processes; \
    mkdir -p /x; mknod /x/disk b 8 0 2>/dev/null && echo node; \
    mount -t cgroup2 none /x 2>/dev/null && echo cgroup; \
    mount -o remount,rw /proc/sys 2>/dev/null && echo sysctl; \
    echo 1 2>/dev/null > /proc/sys/kernel/panic && echo panic; \
    chroot /proc/1/root true 2>/dev/null && [ -e /proc/1/root/dev/.shakedown-link ] && echo container; \
    ls /dev | grep -vxE '(fd|full|log|null|ptmx|pts|random|shm|stderr|stdin|stdout|tty|urandom|zero)'; \
    env | grep -iE 'docker|container'; \
    true";

pub fn outside(engine: &Engine) -> Result<(), Failed> {
    let scratch = engine.scratch()?;
    let look = LOOK.replace("SOCKET", &text(&engine.socket()));
    let text = format!(
        "scenario: Two devices and the way out\n\
         world:\n\
         \x20 devices: {{ one: {{ os: linux, image: {DEBIAN} }}, two: {{ os: linux, image: {DEBIAN} }} }}\n\
         steps:\n\
         \x20 - device: one\n\
         \x20   shell: |\n\
         \x20     {look}\n\
         \x20   expect: {{ stdout: '' }}\n\
         \x20 - device: one\n\
         \x20   shell: 'echo mine > /etc/of-one; echo mine > /dev/shm/of-one; (sleep 4321 >/dev/null 2>&1 &)'\n\
         \x20 - device: two\n\
         \x20   shell: 'ls /etc/of-one /dev/shm/of-one 2>/dev/null; grep -lx sleep /proc/[0-9]*/comm; true'\n\
         \x20   expect: {{ stdout: '' }}\n"
    );
    let got = scenario(engine, scratch.path(), &text, 0)?;
    if got["verdict"] == "passed" {
        return Ok(());
    }
    Err(format!("{got:#}").into())
}
