//! Drives the sandbox engine through the library. What this machine cannot run is listed as
//! ignored, with the reason in its kind.

use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::engine::sandbox::{SandboxEngine, maybe_become_device_process};
use shakedown::engine::{Cancel, Device, DeviceSpec, Engine, Launch, NoSink, Outcome, Stdin};
use shakedown::rmm::double::{DoubleReply, DoubleSpec};
use shakedown::rmm::observed::{Change, Exit, RebootVia};
use shakedown::rmm::os::Os;
use shakedown::rmm::service::{Reply, Request, Route, ServiceSpec};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    maybe_become_device_process();
    let arguments = Arguments::from_args();
    let unavailable = SandboxEngine::new().probe().state.err().map(|u| u.why);
    let tests: [(&str, fn() -> Result<(), Failed>); 13] = [
        ("a_job_runs_and_its_streams_stay_apart", streams),
        ("the_footprint_is_exact", footprint),
        ("fifty_stubborn_children_die", stubborn_children),
        ("left_processes_are_named", left_processes),
        ("a_wait_for_input_is_named_at_once", input_wait),
        ("reboots_are_caught_by_every_way", reboots),
        ("names_and_connections_are_noted", names_and_connections),
        ("a_service_answers_over_https_on_its_device_only", services),
        ("doubles_answer_and_are_noted", doubles),
        ("a_played_mac_has_its_commands", macos),
        ("root_of_a_device_has_no_power_over_the_host", no_power),
        ("output_of_any_size_comes_whole", large_output),
        ("a_device_boots_again_over_its_files", boots_again),
    ];
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            let trial = Trial::test(name, test);
            match &unavailable {
                Some(why) => trial
                    .with_kind(format!("needs the sandbox: {why}"))
                    .with_ignored_flag(true),
                None => trial,
            }
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn spec(name: &str) -> DeviceSpec {
    DeviceSpec {
        name: name.into(),
        os: Os::Linux,
        hostname: format!("{name}-host"),
        mac: "02:11:22:33:44:55".into(),
        serial: "SN-0042".into(),
        layers: Vec::new(),
        services: Vec::new(),
        doubles: Vec::new(),
        seed: 7,
    }
}

fn boot(name: &str) -> Result<Arc<dyn Device>, Failed> {
    Ok(SandboxEngine::new().boot(&spec(name))?)
}

fn bash(script: &str) -> Launch {
    let mut launch = Launch::new("/bin/bash", &["-c", script]);
    launch.env = vec![
        (
            "PATH".into(),
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into(),
        ),
        ("HOME".into(), "/root".into()),
    ];
    launch
}

fn run(device: &Arc<dyn Device>, script: &str) -> Result<Outcome, Failed> {
    Ok(device.launch(&bash(script), &NoSink, &Cancel::default())?)
}

fn check(holds: bool, what: impl std::fmt::Debug) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what:?}").into())
    }
}

fn streams() -> Result<(), Failed> {
    let device = boot("streams")?;
    let outcome = run(
        &device,
        "printf 'a\\0b\\377'; echo err >&2; id -u; hostname; exit 7",
    )?;
    check(outcome.exit == Exit::Code(7), &outcome)?;
    check(outcome.stdout == b"a\0b\xff0\nstreams-host\n", &outcome)?;
    check(outcome.stderr == b"err\n", &outcome)?;
    let facts = run(
        &device,
        "cat /sys/class/dmi/id/board_serial /sys/class/net/eth0/address; ls /sys/class/net; ls -A /tmp /home; ps ax | wc -l",
    )?;
    let text = String::from_utf8_lossy(&facts.stdout);
    check(
        text.starts_with("SN-0042\n02:11:22:33:44:55\neth0\nlo\n"),
        &facts,
    )
}

fn footprint() -> Result<(), Failed> {
    let device = boot("footprint")?;
    device.write_file("/opt/agent/before", b"old", 0o644)?;
    let mark = device.mark()?;
    device.write_file("/opt/agent/own", b"agent", 0o600)?;
    let outcome = run(
        &device,
        "echo new > /opt/agent/before; mkdir -p /opt/vendor/x; echo hi > /opt/vendor/x/f; \
         chmod 600 /etc/passwd; rm /etc/shadow; echo x >> /etc/group; touch /etc/hostname; rm -rf /usr/share/doc/bash",
    )?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let footprint = device.footprint(&mark)?;
    let seen: Vec<(Change, &str)> = footprint
        .entries
        .iter()
        .map(|e| (e.change, e.path.as_str()))
        .collect();
    for expected in [
        (Change::Changed, "/opt/agent/before"),
        (Change::Created, "/opt/vendor"),
        (Change::Created, "/opt/vendor/x"),
        (Change::Created, "/opt/vendor/x/f"),
        (Change::Metadata, "/etc/passwd"),
        (Change::Deleted, "/etc/shadow"),
        (Change::Changed, "/etc/group"),
        (Change::Metadata, "/etc/hostname"),
    ] {
        check(seen.contains(&expected), (expected, &seen))?;
    }
    check(
        seen.iter().all(|(c, p)| {
            *c == Change::Deleted && p.starts_with("/usr/share/doc/bash")
                || seen.len() < 12 && !p.contains("own")
        }),
        &seen,
    )
}

fn stubborn_children() -> Result<(), Failed> {
    let device = boot("stubborn")?;
    let mut launch = bash(
        "for i in $(seq 50); do (trap '' TERM HUP INT; setsid bash -c 'trap \"\" TERM HUP; (setsid sleep 600 &) ; sleep 600' &) ; done; echo started; sleep 600",
    );
    launch.timeout = Duration::from_millis(1500);
    let started = Instant::now();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(outcome.exit == Exit::TimedOut, &outcome)?;
    check(outcome.stdout == b"started\n", &outcome)?;
    eprintln!("killed after {:?}", started.elapsed() - launch.timeout);
    let left = device.processes()?;
    check(left.is_empty(), left)
}

fn left_processes() -> Result<(), Failed> {
    let device = boot("left")?;
    let outcome = run(
        &device,
        "sleep 300 2>/dev/null & (setsid sleep 301 >/dev/null 2>&1 &); echo done",
    )?;
    check(
        outcome.exit == Exit::Code(0) && outcome.stdout == b"done\n",
        &outcome,
    )?;
    let left: Vec<_> = outcome
        .observed
        .left
        .iter()
        .map(|l| (l.command_line.as_str(), l.holds_stdout, l.holds_stderr))
        .collect();
    check(left.len() == 2, &left)?;
    check(
        left.contains(&("sleep 300", true, false)) && left.contains(&("sleep 301", false, false)),
        &left,
    )
}

fn input_wait() -> Result<(), Failed> {
    let device = boot("wait")?;
    let mut launch = bash("echo 'Continue?'; read answer; echo $answer");
    launch.stdin = Stdin::Open;
    let started = Instant::now();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(
        started.elapsed() < Duration::from_secs(2),
        started.elapsed(),
    )?;
    let waits = &outcome.observed.waits;
    check(
        waits.len() == 1 && waits[0].name == "bash" && waits[0].fd == 0,
        &outcome,
    )
}

fn boots_again() -> Result<(), Failed> {
    let device = boot("again")?;
    run(
        &device,
        "echo kept > /opt/kept; echo gone > /tmp/gone; echo gone > /run/gone",
    )?;
    device.reboot()?;
    let outcome = run(&device, "cat /opt/kept; ls -A /tmp /run")?;
    check(outcome.stdout == b"kept\n/run:\nlock\n\n/tmp:\n", &outcome)
}

fn reboots() -> Result<(), Failed> {
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

fn names_and_connections() -> Result<(), Failed> {
    let device = boot("names")?;
    let outcome = run(
        &device,
        "getent hosts nowhere.example; (echo > /dev/tcp/203.0.113.9/443) 2>&1 | grep -o -m 1 unreachable; \
         (echo x > /dev/udp/203.0.113.10/9) 2>/dev/null",
    )?;
    let names: Vec<_> = outcome
        .observed
        .lookups
        .iter()
        .map(|l| (l.name.as_str(), l.answered))
        .collect();
    check(names == [("nowhere.example", false)], &outcome)?;
    let connections: Vec<_> = outcome
        .observed
        .connections
        .iter()
        .map(|c| (c.to.as_str(), c.protocol.as_str(), c.process.as_str()))
        .collect();
    check(
        connections
            == [
                ("203.0.113.10:9", "udp", "bash"),
                ("203.0.113.9:443", "tcp", "bash"),
            ],
        &outcome,
    )?;
    check(outcome.stdout.starts_with(b"unreachable\n"), &outcome)
}

fn services() -> Result<(), Failed> {
    let mut spec = spec("services");
    let reply = Reply {
        body: b"seat 17".to_vec(),
        ..Reply::default()
    };
    spec.services = vec![ServiceSpec {
        name: "licensing".into(),
        tls: true,
        host: "licence.vendor.example".into(),
        port: 443,
        routes: vec![Route {
            when: Request {
                method: Some("POST".into()),
                ..Request::default()
            },
            replies: vec![reply],
        }],
        ..ServiceSpec::default()
    }];
    let device = SandboxEngine::new().boot(&spec)?;
    let ask = "curl -s -S -m 5 -d key=1 https://licence.vendor.example/activate";
    for round in 0..2 {
        let outcome = run(&device, ask)?;
        check(outcome.stdout == b"seat 17", &outcome)?;
        let calls = &outcome.observed.services;
        check(
            calls.len() == 1 && calls[0].body == "key=1" && calls[0].route == Some(0),
            &outcome,
        )?;
        let lookups = &outcome.observed.lookups;
        check(lookups.len() == 1 && lookups[0].answered, &outcome)?;
        if round == 0 {
            device.reboot()?;
        }
    }
    device.set_online(false)?;
    let outcome = run(&device, ask)?;
    check(outcome.exit != Exit::Code(0), &outcome)?;
    device.set_online(true)?;
    check(run(&device, ask)?.exit == Exit::Code(0), "back online")?;
    let other = boot("other")?;
    check(
        run(&other, ask)?.exit != Exit::Code(0),
        "another device has no such service",
    )
}

fn double(command: &str, replies: Vec<DoubleReply>) -> DoubleSpec {
    DoubleSpec {
        command: command.into(),
        replies,
    }
}

fn doubles() -> Result<(), Failed> {
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

fn macos() -> Result<(), Failed> {
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

fn no_power() -> Result<(), Failed> {
    let device = boot("power")?;
    let outcome = run(
        &device,
        "echo x > /proc/sys/kernel/hostname && echo wrote; \
         mount -o remount,rw /proc/sys && echo remounted; umount /proc/sysrq-trigger && echo unmounted; \
         umount /proc && echo unmounted; mknod /tmp/d b 1 0 && echo made; \
         date -s '2001-01-01' >/dev/null && echo set; ls /proc/1/root && echo saw; cat /proc/1/environ && echo read; \
         mount -t tmpfs none /mnt && echo own mount; hostname other && hostname; ls /run/systemd /run/docker.sock; \
         echo 0 > /sys/class/net/lo/mtu && echo wrote",
    )?;
    check(
        outcome.stdout.starts_with(b"")
            && String::from_utf8_lossy(&outcome.stdout)
                .lines()
                .filter(|l| !l.is_empty() && !l.starts_with("Mon Jan"))
                .collect::<Vec<_>>()
                == ["own mount", "other"],
        &outcome,
    )
}

fn large_output() -> Result<(), Failed> {
    let device = boot("large")?;
    let mut launch = bash("head -c 30000000 /dev/zero; head -c 300000 /dev/zero >&2");
    launch.output_limit = 1000;
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(
        outcome.stdout.len() == 1000 && outcome.stdout_bytes == 30_000_000,
        outcome.stdout_bytes,
    )?;
    check(outcome.stderr_bytes == 300_000, outcome.stderr_bytes)?;
    let mut endless = bash("yes & sleep 0.1");
    endless.output_limit = 100;
    let outcome = device.launch(&endless, &NoSink, &Cancel::default())?;
    check(
        outcome.exit == Exit::Code(0) && outcome.observed.left.len() == 1,
        &outcome,
    )
}
