//! Scenarios on devices in containers.

use super::engines::Engine;
use super::images::{BUSYBOX, DEBIAN};
use super::shakedown::{report, run, scenario};
use libtest_mimic::Failed;
use serde_json::Value;

/// Begins the reasons for which a shipped scenario may be skipped, beside PowerShell on its Windows
/// device, which is looked for first: it has a Windows device, which no
/// container plays, needs something that this machine's kernel lacks, or shows skipping itself.
const MAY_BE_SKIPPED: [&str; 2] = ["it needs ", "device "];

/// All that `scenarios/` has passes; what has a Linux device ran it in a container.
pub fn shipped(engine: &Engine) -> Result<(), Failed> {
    let scratch = engine.scratch()?;
    let all = report(run(engine, scratch.path(), DEBIAN, &["scenarios"]), 0)?;
    let wanted = format!("container ({DEBIAN})");
    let (mut in_containers, mut wrong) = (0, Vec::new());
    for scenario in &all {
        let name = scenario["name"].as_str().unwrap_or_default();
        let devices = scenario["devices"].as_array().cloned().unwrap_or_default();
        let on = |engine: &str| devices.iter().any(|d| d["engine"] == engine);
        match scenario["verdict"].as_str() {
            Some("passed") if on("sandbox") => {
                wrong.push(format!("{name}: a Linux device ran outside of a container"));
            }
            Some("passed") => in_containers += usize::from(on(&wanted)),
            Some("skipped") if may_be_skipped(scenario) => {}
            other => wrong.push(format!("{name}: {other:?}: {}", scenario["reason"])),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    if in_containers < 150 {
        return Err(format!("only {in_containers} scenarios ran in containers").into());
    }
    engine.emptied(std::time::Duration::ZERO)
}

fn may_be_skipped(scenario: &Value) -> bool {
    let why = scenario["reason"].as_str().unwrap_or_default();
    let windows = why.starts_with(MAY_BE_SKIPPED[1]) && why.contains(" is a Windows device, and ");
    let file = scenario["file"].as_str().unwrap_or_default();
    // Windows PowerShell 5.1 itself is on real Windows machines alone.
    let powershell = why.starts_with("installType powershell needs ")
        || why.starts_with("it demands the host engine: ");
    windows
        || powershell
        || why.starts_with(MAY_BE_SKIPPED[0])
        || file.starts_with("scenarios/platform/skip/")
}

/// A device's own `image`, without any option; doubles and reboots where the image has no library
/// that this program could use.
pub fn foreign(engine: &Engine) -> Result<(), Failed> {
    let scratch = engine.scratch()?;
    let text = format!(
        "scenario: An image of one static program\n\
         world:\n\
         \x20 devices:\n\
         \x20   pc: {{ os: linux, image: {BUSYBOX}, doubles: {{ dmidecode: {{ stdout: played, exit: 3 }} }} }}\n\
         steps:\n\
         \x20 - device: pc\n\
         \x20   shell: 'dmidecode -t 1; echo $?; /usr/sbin/reboot; echo after'\n\
         \x20   expect: {{ stdout: \"played3\\nafter\\n\", reboot: attempted }}\n\
         \x20 - device: pc\n\
         \x20   write: {{ /opt/kept: one }}\n\
         \x20 - device: pc\n\
         \x20   reboot: true\n\
         \x20 - device: pc\n\
         \x20   shell: 'cat /opt/kept; ls /lib64 /lib 2>&1 | cat'\n\
         \x20   expect: {{ stdout: {{ contains: one }} }}\n"
    );
    passed(&scenario(engine, scratch.path(), &text, 0)?, BUSYBOX)
}

/// Files of the image changed in each way, as the footprint tells it.
pub fn named(engine: &Engine) -> Result<(), Failed> {
    let scratch = engine.scratch()?;
    let text = format!(
        "scenario: What a script does to the files of an image\n\
         world:\n\
         \x20 devices: {{ pc: {{ os: linux, image: {DEBIAN} }} }}\n\
         steps:\n\
         \x20 - device: pc\n\
         \x20   shell: 'rm /etc/debian_version; chmod 600 /etc/issue; chown 7:8 /etc/issue.net; echo x >> /etc/motd; mkdir -p /opt/new; echo y > /opt/new/file'\n\
         \x20   expect:\n\
         \x20     footprint:\n\
         \x20       deleted: [/etc/debian_version]\n\
         \x20       metadata: [/etc/issue, /etc/issue.net]\n\
         \x20       changed: [/etc/motd]\n\
         \x20       created: [/opt/new, /opt/new/file]\n\
         \x20       only: true\n\
         \x20 - device: pc\n\
         \x20   shell: 'stat -c %u:%g:%a /etc/issue.net /etc/issue; hostname'\n\
         \x20   expect: {{ stdout: \"7:8:644\\n0:0:600\\npc\\n\", footprint: none }}\n"
    );
    passed(&scenario(engine, scratch.path(), &text, 0)?, DEBIAN)
}

/// It passed, on a device of this image.
fn passed(scenario: &Value, image: &str) -> Result<(), Failed> {
    let engine = format!("container ({image})");
    if scenario["verdict"] == "passed" && scenario["engine"] == engine.as_str() {
        return Ok(());
    }
    Err(format!("{scenario:#}").into())
}
