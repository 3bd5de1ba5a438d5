//! Commands that are played: doubles, those of a Mac, and those that restart a machine.

use super::device::{bash, boot, check, run, spec};
use libtest_mimic::Failed;
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::{Cancel, Engine, NoSink};
use shakedown::rmm::double::{DoubleReply, DoubleSpec};
use shakedown::rmm::observed::{Exit, RebootVia};
use shakedown::rmm::os::Os;

fn double(command: &str, replies: Vec<DoubleReply>) -> DoubleSpec {
    DoubleSpec {
        command: command.into(),
        replies,
    }
}

pub fn doubles() -> Result<(), Failed> {
    let mut spec = spec("doubles");
    spec.doubles = vec![double(
        "vendorctl",
        vec![
            DoubleReply {
                when: Some("^status".into()),
                exit: 3,
                stdout: "stopped\n".into(),
                stderr: "why\n".into(),
                ..DoubleReply::default()
            },
            DoubleReply {
                run: Some("echo ran $0 $1; cat; exit 4".into()),
                ..DoubleReply::default()
            },
        ],
    )];
    let device = SandboxEngine::new().boot(&spec)?;
    let mark = device.mark()?;
    let outcome = run(
        &device,
        "vendorctl status now; echo $?; echo fed | vendorctl go; echo $?; command -v vendorctl",
    )?;
    check(
        outcome.stdout == b"stopped\n3\nran vendorctl go\nfed\n4\n/usr/bin/vendorctl\n",
        &outcome,
    )?;
    check(outcome.stderr == b"why\n", &outcome)?;
    let calls: Vec<_> = outcome
        .observed
        .doubles
        .iter()
        .map(|c| (c.args.join(" "), c.stdin.clone(), c.exit, c.built_in))
        .collect();
    check(
        calls
            == [
                ("status now".to_owned(), String::new(), 3, false),
                ("go".to_owned(), "fed\n".to_owned(), 4, false),
            ],
        &calls,
    )?;
    device.set_double(&double("late", vec![]))?;
    check(
        run(&device, "late on")?.exit == Exit::Code(0),
        "a double set while it runs",
    )?;
    check(
        device.footprint(&mark)?.entries.is_empty(),
        device.footprint(&mark)?,
    )?;
    let broken = double(
        "x",
        vec![DoubleReply {
            when: Some("(".into()),
            ..DoubleReply::default()
        }],
    );
    check(
        device.set_double(&broken).is_err(),
        "a broken pattern is refused",
    )
}

pub fn macos() -> Result<(), Failed> {
    let mut spec = spec("mac");
    spec.os = Os::Macos;
    let device = SandboxEngine::new().boot(&spec)?;
    check(
        device.label().engine == "sandbox (macOS played)",
        device.label(),
    )?;
    let mut launch = bash(
        r#"sw_vers -productVersion; uname; ioreg -l | awk -F'"' '/IOPlatformSerialNumber/ {print $4}'
        defaults write /Library/Preferences/com.vendor.app Licence -string 'a <b> c'
        defaults write /Library/Preferences/com.vendor.app Count -int 3
        defaults read /Library/Preferences/com.vendor.app Licence
        defaults read com.vendor.none Key; echo $?
        cat > /Library/LaunchDaemons/com.vendor.d.plist <<'P'
<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>Label</key><string>com.vendor.d</string>
<key>ProgramArguments</key><array><string>/bin/sleep</string><string>500</string></array>
<key>RunAtLoad</key><true/></dict></plist>
P
        launchctl load -w /Library/LaunchDaemons/com.vendor.d.plist; launchctl list | grep -c com.vendor.d
        osascript -e 'tell application "System Events" to restart'
        installer -pkg x.pkg -target / 2>/dev/null; echo $?; ifconfig en0 | grep ether; ls -d ~ /private/etc/hosts"#,
    );
    launch.env[1].1 = "/var/root".into();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    let text = String::from_utf8_lossy(&outcome.stdout);
    let expected = "14.7.1\nDarwin\nSN-0042\na <b> c\n1\n1\n1\n\tether 02:11:22:33:44:55\n/private/etc/hosts\n/var/root\n";
    check(text == expected, &outcome)?;
    check(outcome.observed.reboots.len() == 1, &outcome)?;
    check(outcome.observed.left.is_empty(), &outcome)?;
    let running: Vec<_> = device
        .processes()?
        .into_iter()
        .map(|p| p.command_line)
        .collect();
    check(running == ["/bin/sleep 500"], &running)?;
    run(
        &device,
        "launchctl unload /Library/LaunchDaemons/com.vendor.d.plist",
    )?;
    check(device.processes()?.is_empty(), device.processes()?)
}

pub fn reboots() -> Result<(), Failed> {
    let device = boot("reboots")?;
    let outcome = run(
        &device,
        "reboot; shutdown -c; systemctl reboot; /sbin/init 6; \
         export REBOOT=$([ $(uname -m) = x86_64 ] && echo 169 || echo 142); perl -e 'syscall($ENV{REBOOT}, 0xfee1dead, 672274793, 0x1234567, 0); print \"errno $!\\n\"'; \
         echo b > /proc/sysrq-trigger; echo went on",
    )?;
    let seen: Vec<_> = outcome.observed.reboots.iter().map(|r| r.via).collect();
    use RebootVia::{Command, Syscall, Sysrq, Systemctl};
    let mut expected = vec![Command, Systemctl, Command, Syscall];
    // A kernel without it has nothing that could be written to.
    if std::path::Path::new("/proc/sysrq-trigger").exists() {
        expected.push(Sysrq);
    }
    check(seen == expected, &outcome)?;
    check(
        outcome.stdout == b"errno Operation not permitted\nwent on\n",
        &outcome,
    )?;
    let calls = &outcome.observed.doubles;
    check(
        calls.len() == 4 && calls.iter().all(|c| c.built_in && c.exit == 0),
        &outcome,
    )
}

/// PID 1 is told to end the machine, by signals and through a layer's `loginctl`.
pub fn other_reboots() -> Result<(), Failed> {
    let layer = tempfile::tempdir_in("/dev/shm")?;
    let folder = layer.path().join("usr/bin");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("loginctl"), "#!/bin/sh\necho real $*\n")?;
    let all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.join("loginctl"), all)?;
    let mut spec = spec("ends");
    spec.layers = vec![layer.path().to_path_buf(), "/".into()];
    let device = SandboxEngine::new().boot(&spec)?;
    let script = "loginctl reboot; loginctl list-sessions; kill -INT 1; kill -s RTMIN+5 1; \
                  kill -s TERM 1; echo went on";
    let outcome = run(&device, script)?;
    let mut seen: Vec<_> = outcome
        .observed
        .reboots
        .iter()
        .map(|r| r.by.as_str())
        .collect();
    seen.sort_unstable();
    check(
        seen == ["kill -INT 1", "kill -RTMIN+5 1", "loginctl reboot"],
        &outcome,
    )?;
    check(outcome.stdout == b"real list-sessions\nwent on\n", &outcome)
}

/// A copy of a double is a program nobody knows, not this one with its own arguments.
pub fn copied_double() -> Result<(), Failed> {
    let device = boot("copied")?;
    let outcome = run(
        &device,
        "cp $(command -v systemctl) /tmp/sc; /tmp/sc reboot; echo $?; \
         cp /tmp/sc /tmp/reboot; /tmp/reboot; echo $?",
    )?;
    check(outcome.stdout == b"127\n0\n", &outcome)?;
    check(
        outcome.stderr == b"sc: not found: no double has this name\n",
        &outcome,
    )?;
    let by: Vec<_> = outcome.observed.reboots.iter().map(|r| &r.by).collect();
    check(by == ["reboot"], &outcome)
}
